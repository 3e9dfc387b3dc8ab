/* What a DRAM device is: geometry, timing parameters, and its standard's constraint table.
 *
 * A constraint says: after `preceding`, a `following` command to the same bank (or bank group, or
 * rank) may issue no earlier than `latency` clocks later. Latencies are expressions over the timing
 * parameters, so one table serves every speed grade of a standard.
 */
#ifndef ZEROSTAGE_DRAM_DRAM_DEVICE_H
#define ZEROSTAGE_DRAM_DRAM_DEVICE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum dram_command {
    DRAM_ACT,
    DRAM_PRE,
    DRAM_PREA, /* precharge all banks */
    DRAM_RD,
    DRAM_WR,
    DRAM_RDA, /* with auto-precharge */
    DRAM_WRA,
    DRAM_REF,   /* all banks */
    DRAM_REFPB, /* one bank */
    DRAM_PDE,   /* power-down entry */
    DRAM_PDX,   /* ... and exit */
    DRAM_COMMANDS
};

/* In clocks; data-sheet values may be a number of clocks, a time, or the larger of the two. */
#define DRAM_TIMINGS(X)                                                                            \
    X(CL)                                                                                          \
    X(CWL)                                                                                         \
    X(DQSCK) /* clock to data strobe, where it is not part of CL */                                \
    X(BL)    /* clocks a burst holds the data bus */                                               \
    X(RCD)                                                                                         \
    X(RP)                                                                                          \
    X(RPAB) /* precharge all, where it differs */                                                  \
    X(RAS)                                                                                         \
    X(RC)                                                                                          \
    X(WR)                                                                                          \
    X(RTP)                                                                                         \
    X(CCD)   /* CCD, RRD, WTR: to another bank group */                                            \
    X(CCD_L) /* ..._L: in the same bank group, where the standard has them */                      \
    X(RRD)                                                                                         \
    X(RRD_L)                                                                                       \
    X(WTR)                                                                                         \
    X(WTR_L)                                                                                       \
    X(FAW)                                                                                         \
    X(RFC)                                                                                         \
    X(RFCPB) /* per-bank refresh */                                                                \
    X(REFI)                                                                                        \
    X(XP)                                                                                          \
    X(CKE)

enum dram_timing {
#define X(name) DRAM_T_##name,
    DRAM_TIMINGS(X)
#undef X
        DRAM_TIMING_COUNT
};

enum dram_standard { DRAM_DDR3, DRAM_DDR4, DRAM_LPDDR4, DRAM_STANDARDS };

/* Supply currents of one device in mA, as a data sheet states them; all 0: none is published. */
struct dram_currents {
    double vdd; /* V */
    double idd0, idd2n, idd2p, idd3n, idd3p, idd4r, idd4w, idd5b;
    const char *source;
};

/* The larger of a number of clocks and a time; both 0: the standard has no such parameter. */
struct dram_timing_value {
    uint32_t clocks;
    uint32_t ps;
};

struct dram_device {
    const char *name;
    const char *source;
    enum dram_standard standard;
    uint64_t clock_fs;     /* period of the command clock */
    uint32_t bus_bits;     /* data bus of the channel: 16, 32, 64 */
    uint32_t device_bits;  /* of one device; bus_bits / device_bits devices work in step */
    uint32_t burst_length; /* beats, two a clock */
    uint32_t bank_groups, banks_per_group;
    uint32_t rows, columns; /* columns of one bus width each */
    struct dram_timing_value timing[DRAM_TIMING_COUNT];
    struct dram_currents currents;
};

enum dram_level { DRAM_BANK, DRAM_BANK_GROUP, DRAM_RANK, DRAM_LEVELS };

struct dram_constraint {
    enum dram_level level;
    uint32_t preceding; /* bit set of enum dram_command */
    uint32_t following;
    const char *latency; /* "CWL + BL + WTR" */
    uint32_t window;     /* counts from the window-th last preceding command; 1: the last */
};

/* The devices that ship, NULL-terminated list of names, in the order of dram_preset(). */
extern const char *const dram_preset_names[];
const struct dram_device *dram_preset(uint32_t index); /* NULL when out of range */

struct dram_standard_rules {
    const char *name;
    const struct dram_constraint *constraints;
    size_t count;
    const char *read_end;                  /* from a read's first clock to the end of its data */
    const char *write_end;                 /* ... of a write */
    uint8_t command_clocks[DRAM_COMMANDS]; /* that a command holds the command bus */
    int per_bank_refresh;
};

const struct dram_standard_rules *dram_standard(enum dram_standard standard);

const char *dram_command_name(enum dram_command command);
const char *dram_timing_name(enum dram_timing timing);

/* Timing parameters in whole clocks: rounded up, with JEDEC's guard band of 2.6 % of a clock
 * (JESD79-4 13.5 "rounding algorithms"); tREFI, an upper limit, is rounded down. */
void dram_device_clocks(const struct dram_device *device, uint32_t clocks[DRAM_TIMING_COUNT]);

/* Value of a latency expression. Returns 0 or -EINVAL for an unknown name or a stray character. */
int dram_latency(const char *expression, const uint32_t clocks[DRAM_TIMING_COUNT],
                 int32_t *latency);

/* Change one value of a device: "RCD=8", "RFC=350ns", "WTR=4/7.5ns" (the larger), "clock=1.25ns",
 * "bus_bits=32", "rows=65536", "columns", "bank_groups", "banks_per_group", "burst_length".
 * Returns 0, or -EINVAL with a message for people in `error`. */
int dram_device_override(struct dram_device *device, const char *text, char *error,
                         size_t error_bytes);

/* Is the geometry sound? Returns 0, or -EINVAL with a message. */
int dram_device_check(const struct dram_device *device, char *error, size_t error_bytes);

static inline uint32_t dram_device_banks(const struct dram_device *device)
{
    return device->bank_groups * device->banks_per_group;
}

static inline uint32_t dram_device_bus_bytes(const struct dram_device *device)
{
    return device->bus_bits / 8;
}

static inline uint32_t dram_device_burst_bytes(const struct dram_device *device)
{
    return device->burst_length * device->bus_bits / 8;
}

static inline uint64_t dram_device_bytes(const struct dram_device *device)
{
    return (uint64_t)dram_device_banks(device) * device->rows * device->columns *
           dram_device_bus_bytes(device);
}

#ifdef __cplusplus
}
#endif
#endif
