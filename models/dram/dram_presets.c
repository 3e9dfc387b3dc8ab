#include "dram/dram_device.h"

#define NCK(n)                                                                                     \
    {                                                                                              \
        (n), 0                                                                                     \
    }
#define NS(ns)                                                                                     \
    {                                                                                              \
        0, (uint32_t)((ns)*1000)                                                                   \
    }
#define MAX_OF(n, ns)                                                                              \
    {                                                                                              \
        (n), (uint32_t)((ns)*1000)                                                                 \
    }

static const struct dram_device presets[] = {
    {.name = "pynq-z2",
     .source = "Zynq PS configuration of the board (MT41J256M16 RE-125 run at 525 MHz as "
               "DDR3-1066F: CL, CWL, tRCD, tRP, tRC, tRAS, tFAW); the rest Micron 4Gb DDR3 data "
               "sheet, x16, 2 KB page",
     .standard = DRAM_DDR3,
     .clock_fs = 1904762,
     .bus_bits = 16,
     .burst_length = 8,
     .bank_groups = 1,
     .banks_per_group = 8,
     .rows = 32768,
     .columns = 1024,
     .timing = {[DRAM_T_CL] = NCK(7),
                [DRAM_T_CWL] = NCK(6),
                [DRAM_T_BL] = NCK(4),
                [DRAM_T_RCD] = NCK(7),
                [DRAM_T_RP] = NCK(7),
                [DRAM_T_RAS] = NS(35),
                [DRAM_T_RC] = NS(48.91),
                [DRAM_T_WR] = NS(15),
                [DRAM_T_RTP] = MAX_OF(4, 7.5),
                [DRAM_T_CCD] = NCK(4),
                [DRAM_T_RRD] = MAX_OF(4, 10),
                [DRAM_T_WTR] = MAX_OF(4, 7.5),
                [DRAM_T_FAW] = NS(40),
                [DRAM_T_RFC] = NS(260),
                [DRAM_T_REFI] = NS(7800)}},
    {.name = "ddr3-1066-x16",
     .source = "JESD79-3F speed bin DDR3-1066F (7-7-7), 4 Gb, x16, 2 KB page",
     .standard = DRAM_DDR3,
     .clock_fs = 1875000,
     .bus_bits = 16,
     .burst_length = 8,
     .bank_groups = 1,
     .banks_per_group = 8,
     .rows = 32768,
     .columns = 1024,
     .timing = {[DRAM_T_CL] = NCK(7),
                [DRAM_T_CWL] = NCK(6),
                [DRAM_T_BL] = NCK(4),
                [DRAM_T_RCD] = NS(13.125),
                [DRAM_T_RP] = NS(13.125),
                [DRAM_T_RAS] = NS(37.5),
                [DRAM_T_RC] = NS(50.625),
                [DRAM_T_WR] = NS(15),
                [DRAM_T_RTP] = MAX_OF(4, 7.5),
                [DRAM_T_CCD] = NCK(4),
                [DRAM_T_RRD] = MAX_OF(4, 10),
                [DRAM_T_WTR] = MAX_OF(4, 7.5),
                [DRAM_T_FAW] = NS(50),
                [DRAM_T_RFC] = NS(260),
                [DRAM_T_REFI] = NS(7800)}},
};

enum { PRESETS = sizeof presets / sizeof presets[0] };

const char *const dram_preset_names[PRESETS + 1] = {"pynq-z2", "ddr3-1066-x16", NULL};

const struct dram_device *dram_preset(uint32_t index)
{
    return index < PRESETS ? &presets[index] : NULL;
}
