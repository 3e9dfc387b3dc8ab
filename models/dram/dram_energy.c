/* Energy of each event from a data sheet's supply currents, as in Micron's TN-41-01. */
#include "dram/dram_core_internal.h"

#include <math.h>

/* fJ of a current in mA that flows in every device for a number of clocks. */
static uint64_t energy_fj(const struct dram_device *device, double milliamperes, double clocks)
{
    const double devices = (double)device->bus_bits / device->device_bits;
    const double seconds_fs = clocks * (double)device->clock_fs;
    const double energy = milliamperes * 1e-3 * device->currents.vdd * seconds_fs * devices;

    return energy > 0 ? (uint64_t)llround(energy) : 0;
}

void dram_energy_costs(struct energy_costs *costs, const struct dram_device *device,
                       const uint32_t *clocks)
{
    const struct dram_currents *const i = &device->currents;
    const double ras = clocks[DRAM_T_RAS], rc = clocks[DRAM_T_RC];
    const double cycle = i->idd0 * rc - i->idd3n * ras - i->idd2n * (rc - ras);

    costs->activate = energy_fj(device, cycle, 1);
    costs->read = energy_fj(device, i->idd4r - i->idd3n, clocks[DRAM_T_BL]);
    costs->write = energy_fj(device, i->idd4w - i->idd3n, clocks[DRAM_T_BL]);
    costs->refresh = energy_fj(device, i->idd5b - i->idd2n, clocks[DRAM_T_RFC]);
    costs->clock[DRAM_PRECHARGED] = energy_fj(device, i->idd2n, 1);
    costs->clock[DRAM_ACTIVE] = energy_fj(device, i->idd3n, 1);
    costs->clock[DRAM_PRECHARGED_POWERDOWN] = energy_fj(device, i->idd2p, 1);
    costs->clock[DRAM_ACTIVE_POWERDOWN] = energy_fj(device, i->idd3p, 1);
}
