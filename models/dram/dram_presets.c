/* The devices that ship. Each number is the data sheet's: clocks, a time, or the larger of both. */
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

/* 4 Gb DDR3 x16, 2 KB page. */
#define DDR3_4GB_X16                                                                               \
    .standard = DRAM_DDR3, .device_bits = 16, .burst_length = 8, .bank_groups = 1,                 \
    .banks_per_group = 8, .rows = 32768, .columns = 1024

/* Published for 1600 MT/s; at a lower rate they are an upper bound. */
#define DDR3_4GB_X16_CURRENTS                                                                      \
    {                                                                                              \
        .vdd = 1.35, .idd0 = 66, .idd2n = 32, .idd2p = 18, .idd3n = 47, .idd3p = 38, .idd4r = 235, \
        .idd4w = 171, .idd5b = 235,                                                                \
        .source = "Micron 4 Gb DDR3L x16 at 1600 MT/s, as in DRAMsim3 DDR3_4Gb_x16_1600.ini"       \
    }

#define DDR3_1066_TIMING                                                                           \
    {                                                                                              \
        [DRAM_T_CL] = NCK(7), [DRAM_T_CWL] = NCK(6), [DRAM_T_BL] = NCK(4),                         \
        [DRAM_T_RCD] = NS(13.125), [DRAM_T_RP] = NS(13.125), [DRAM_T_RPAB] = NS(13.125),           \
        [DRAM_T_RAS] = NS(37.5), [DRAM_T_RC] = NS(50.625), [DRAM_T_WR] = NS(15),                   \
        [DRAM_T_RTP] = MAX_OF(4, 7.5), [DRAM_T_CCD] = NCK(4), [DRAM_T_RRD] = MAX_OF(4, 10),        \
        [DRAM_T_WTR] = MAX_OF(4, 7.5), [DRAM_T_FAW] = NS(50), [DRAM_T_RFC] = NS(260),              \
        [DRAM_T_REFI] = NS(7800), [DRAM_T_XP] = MAX_OF(3, 7.5), [DRAM_T_CKE] = MAX_OF(3, 5.625)    \
    }

static const struct dram_device presets[] = {
    {.name = "pynq-z2",
     .source = "Zynq PS configuration of the board (MT41J256M16 RE-125 run at 525 MHz as "
               "DDR3-1066F): CL, CWL, tRCD, tRP, tRC, tRAS, tFAW; the rest JESD79-3F, 4 Gb, x16",
     DDR3_4GB_X16,
     .clock_fs = 1904762,
     .bus_bits = 16,
     .timing = {[DRAM_T_CL] = NCK(7),
                [DRAM_T_CWL] = NCK(6),
                [DRAM_T_BL] = NCK(4),
                [DRAM_T_RCD] = NCK(7),
                [DRAM_T_RP] = NCK(7),
                [DRAM_T_RPAB] = NCK(7),
                [DRAM_T_RAS] = NS(35),
                [DRAM_T_RC] = NS(48.91),
                [DRAM_T_WR] = NS(15),
                [DRAM_T_RTP] = MAX_OF(4, 7.5),
                [DRAM_T_CCD] = NCK(4),
                [DRAM_T_RRD] = MAX_OF(4, 10),
                [DRAM_T_WTR] = MAX_OF(4, 7.5),
                [DRAM_T_FAW] = NS(40),
                [DRAM_T_RFC] = NS(260),
                [DRAM_T_REFI] = NS(7800),
                [DRAM_T_XP] = MAX_OF(3, 7.5),
                [DRAM_T_CKE] = MAX_OF(3, 5.625)},
     .currents = DDR3_4GB_X16_CURRENTS},
    {.name = "ddr3-1066-x16",
     .source = "JESD79-3F speed bin DDR3-1066F (7-7-7), one 4 Gb x16 device",
     DDR3_4GB_X16,
     .clock_fs = 1875000,
     .bus_bits = 16,
     .timing = DDR3_1066_TIMING,
     .currents = DDR3_4GB_X16_CURRENTS},
    {.name = "ddr3-1066-x32",
     .source = "JESD79-3F speed bin DDR3-1066F (7-7-7), two 4 Gb x16 devices",
     DDR3_4GB_X16,
     .clock_fs = 1875000,
     .bus_bits = 32,
     .timing = DDR3_1066_TIMING,
     .currents = DDR3_4GB_X16_CURRENTS},
    {.name = "ddr3-1600-x64",
     .source = "JESD79-3F speed bin DDR3-1600K (11-11-11), four 4 Gb x16 devices",
     DDR3_4GB_X16,
     .clock_fs = 1250000,
     .bus_bits = 64,
     .timing = {[DRAM_T_CL] = NCK(11),
                [DRAM_T_CWL] = NCK(8),
                [DRAM_T_BL] = NCK(4),
                [DRAM_T_RCD] = NS(13.75),
                [DRAM_T_RP] = NS(13.75),
                [DRAM_T_RPAB] = NS(13.75),
                [DRAM_T_RAS] = NS(35),
                [DRAM_T_RC] = NS(48.75),
                [DRAM_T_WR] = NS(15),
                [DRAM_T_RTP] = MAX_OF(4, 7.5),
                [DRAM_T_CCD] = NCK(4),
                [DRAM_T_RRD] = MAX_OF(4, 7.5),
                [DRAM_T_WTR] = MAX_OF(4, 7.5),
                [DRAM_T_FAW] = NS(40),
                [DRAM_T_RFC] = NS(260),
                [DRAM_T_REFI] = NS(7800),
                [DRAM_T_XP] = MAX_OF(3, 6),
                [DRAM_T_CKE] = MAX_OF(3, 5)},
     .currents = DDR3_4GB_X16_CURRENTS},
    {.name = "ddr4-2400-x64",
     .source = "JESD79-4 speed bin DDR4-2400R (16-16-16), eight 8 Gb x8 devices, 1 KB page",
     .standard = DRAM_DDR4,
     .clock_fs = 833333,
     .bus_bits = 64,
     .device_bits = 8,
     .burst_length = 8,
     .bank_groups = 4,
     .banks_per_group = 4,
     .rows = 65536,
     .columns = 1024,
     .timing = {[DRAM_T_CL] = NCK(16),         [DRAM_T_CWL] = NCK(12),
                [DRAM_T_BL] = NCK(4),          [DRAM_T_RCD] = NS(13.32),
                [DRAM_T_RP] = NS(13.32),       [DRAM_T_RPAB] = NS(13.32),
                [DRAM_T_RAS] = NS(32),         [DRAM_T_RC] = NS(45.32),
                [DRAM_T_WR] = NS(15),          [DRAM_T_RTP] = MAX_OF(4, 7.5),
                [DRAM_T_CCD] = NCK(4),         [DRAM_T_CCD_L] = MAX_OF(5, 5),
                [DRAM_T_RRD] = MAX_OF(4, 3.3), [DRAM_T_RRD_L] = MAX_OF(4, 4.9),
                [DRAM_T_WTR] = MAX_OF(2, 2.5), [DRAM_T_WTR_L] = MAX_OF(4, 7.5),
                [DRAM_T_FAW] = MAX_OF(20, 21), [DRAM_T_RFC] = NS(350),
                [DRAM_T_REFI] = NS(7800),      [DRAM_T_XP] = MAX_OF(4, 6),
                [DRAM_T_CKE] = MAX_OF(3, 5)},
     .currents = {.vdd = 1.2,
                  .idd0 = 48,
                  .idd2n = 34,
                  .idd2p = 25,
                  .idd3n = 43,
                  .idd3p = 37,
                  .idd4r = 135,
                  .idd4w = 123,
                  .idd5b = 250,
                  .source = "Micron MT40A1G8PM-083E, as in DRAMsim3 DDR4_8Gb_x8_2400.ini"}},
    {.name = "lpddr4-3200-x32",
     .source = "JESD209-4 at 3200 MT/s (RL 28, WL 14, nWR 30), two x16 channels of 4 Gb in step",
     .standard = DRAM_LPDDR4,
     .clock_fs = 625000,
     .bus_bits = 32,
     .device_bits = 16,
     .burst_length = 16,
     .bank_groups = 1,
     .banks_per_group = 8,
     .rows = 32768,
     .columns = 1024,
     .timing =
         {[DRAM_T_CL] = NCK(28),         [DRAM_T_CWL] = NCK(14),        [DRAM_T_DQSCK] = NS(3.5),
          [DRAM_T_BL] = NCK(8),          [DRAM_T_RCD] = MAX_OF(4, 18),  [DRAM_T_RP] = MAX_OF(4, 18),
          [DRAM_T_RPAB] = MAX_OF(4, 21), [DRAM_T_RAS] = MAX_OF(3, 42),  [DRAM_T_RC] = NS(60),
          [DRAM_T_WR] = NCK(30),         [DRAM_T_RTP] = MAX_OF(8, 7.5), [DRAM_T_CCD] = NCK(8),
          [DRAM_T_RRD] = MAX_OF(4, 10),  [DRAM_T_WTR] = MAX_OF(8, 10),  [DRAM_T_FAW] = NS(40),
          [DRAM_T_RFC] = NS(130),        [DRAM_T_RFCPB] = NS(60),       [DRAM_T_REFI] = NS(3904),
          [DRAM_T_XP] = MAX_OF(5, 7.5),  [DRAM_T_CKE] = MAX_OF(4, 7.5)}},
};

enum { PRESETS = sizeof presets / sizeof presets[0] };

const char *const dram_preset_names[PRESETS + 1] = {"pynq-z2",
                                                    "ddr3-1066-x16",
                                                    "ddr3-1066-x32",
                                                    "ddr3-1600-x64",
                                                    "ddr4-2400-x64",
                                                    "lpddr4-3200-x32",
                                                    NULL};

const struct dram_device *dram_preset(uint32_t index)
{
    return index < PRESETS ? &presets[index] : NULL;
}
