/* The JEDEC constraint sets, one row a constraint: level, preceding, following, latency, window. */
#include "dram/dram_device.h"

#include <stddef.h>

enum {
    ACT = 1 << DRAM_ACT,
    PRE = 1 << DRAM_PRE,
    PREA = 1 << DRAM_PREA,
    RD = 1 << DRAM_RD,
    WR = 1 << DRAM_WR,
    RDA = 1 << DRAM_RDA,
    WRA = 1 << DRAM_WRA,
    REF = 1 << DRAM_REF,
    REFPB = 1 << DRAM_REFPB,
    PDE = 1 << DRAM_PDE,
    PDX = 1 << DRAM_PDX,
    READS = RD | RDA,
    WRITES = WR | WRA,
    COLUMN = READS | WRITES
};

/* JESD79-3F: commands in section 4, timing in section 13. Power-down with fast exit. */
static const struct dram_constraint ddr3[] = {
    {DRAM_BANK, ACT, ACT, "RC", 1},
    {DRAM_BANK, ACT, COLUMN, "RCD", 1},
    {DRAM_BANK, ACT, PRE, "RAS", 1},
    {DRAM_BANK, PRE, ACT, "RP", 1},
    {DRAM_BANK, RD, PRE, "RTP", 1},
    {DRAM_BANK, WR, PRE, "CWL + BL + WR", 1},
    {DRAM_BANK, RDA, ACT, "RTP + RP", 1},
    {DRAM_BANK, WRA, ACT, "CWL + BL + WR + RP", 1},

    {DRAM_RANK, ACT, ACT, "RRD", 1},
    {DRAM_RANK, ACT, ACT, "FAW", 4},
    {DRAM_RANK, READS, READS, "CCD", 1},
    {DRAM_RANK, WRITES, WRITES, "CCD", 1},
    {DRAM_RANK, READS, WRITES, "CL + CCD + 2 - CWL", 1},
    {DRAM_RANK, WRITES, READS, "CWL + BL + WTR", 1},

    {DRAM_RANK, ACT, PREA, "RAS", 1},
    {DRAM_RANK, RD, PREA, "RTP", 1},
    {DRAM_RANK, WR, PREA, "CWL + BL + WR", 1},
    {DRAM_RANK, PREA, ACT, "RP", 1},

    {DRAM_RANK, ACT, REF, "RC", 1},
    {DRAM_RANK, PRE | PREA, REF, "RP", 1},
    {DRAM_RANK, RDA, REF, "RTP + RP", 1},
    {DRAM_RANK, WRA, REF, "CWL + BL + WR + RP", 1},
    {DRAM_RANK, REF, ACT | PRE | PREA | REF, "RFC", 1},

    {DRAM_RANK, ACT | PRE | PREA | REF, PDE, "1", 1},
    {DRAM_RANK, READS, PDE, "CL + BL + 1", 1},
    {DRAM_RANK, WR, PDE, "CWL + BL + WR", 1},
    {DRAM_RANK, WRA, PDE, "CWL + BL + WR + 1", 1},
    {DRAM_RANK, PDE, PDX, "CKE", 1},
    {DRAM_RANK, PDX, PDE, "CKE", 1},
    {DRAM_RANK, PDX, ACT | PRE | PREA | COLUMN | REF, "XP", 1},
};

/* JESD79-4: as DDR3, with a longer CCD, RRD and WTR inside a bank group. */
static const struct dram_constraint ddr4[] = {
    {DRAM_BANK, ACT, ACT, "RC", 1},
    {DRAM_BANK, ACT, COLUMN, "RCD", 1},
    {DRAM_BANK, ACT, PRE, "RAS", 1},
    {DRAM_BANK, PRE, ACT, "RP", 1},
    {DRAM_BANK, RD, PRE, "RTP", 1},
    {DRAM_BANK, WR, PRE, "CWL + BL + WR", 1},
    {DRAM_BANK, RDA, ACT, "RTP + RP", 1},
    {DRAM_BANK, WRA, ACT, "CWL + BL + WR + RP", 1},

    {DRAM_BANK_GROUP, ACT, ACT, "RRD_L", 1},
    {DRAM_BANK_GROUP, READS, READS, "CCD_L", 1},
    {DRAM_BANK_GROUP, WRITES, WRITES, "CCD_L", 1},
    {DRAM_BANK_GROUP, WRITES, READS, "CWL + BL + WTR_L", 1},

    {DRAM_RANK, ACT, ACT, "RRD", 1},
    {DRAM_RANK, ACT, ACT, "FAW", 4},
    {DRAM_RANK, READS, READS, "CCD", 1},
    {DRAM_RANK, WRITES, WRITES, "CCD", 1},
    {DRAM_RANK, READS, WRITES, "CL + BL + 2 - CWL", 1},
    {DRAM_RANK, WRITES, READS, "CWL + BL + WTR", 1},

    {DRAM_RANK, ACT, PREA, "RAS", 1},
    {DRAM_RANK, RD, PREA, "RTP", 1},
    {DRAM_RANK, WR, PREA, "CWL + BL + WR", 1},
    {DRAM_RANK, PREA, ACT, "RP", 1},

    {DRAM_RANK, ACT, REF, "RC", 1},
    {DRAM_RANK, PRE | PREA, REF, "RP", 1},
    {DRAM_RANK, RDA, REF, "RTP + RP", 1},
    {DRAM_RANK, WRA, REF, "CWL + BL + WR + RP", 1},
    {DRAM_RANK, REF, ACT | PRE | PREA | REF, "RFC", 1},

    {DRAM_RANK, ACT | PRE | PREA | REF, PDE, "1", 1},
    {DRAM_RANK, READS, PDE, "CL + BL + 1", 1},
    {DRAM_RANK, WR, PDE, "CWL + BL + WR", 1},
    {DRAM_RANK, WRA, PDE, "CWL + BL + WR + 1", 1},
    {DRAM_RANK, PDE, PDX, "CKE", 1},
    {DRAM_RANK, PDX, PDE, "CKE", 1},
    {DRAM_RANK, PDX, ACT | PRE | PREA | COLUMN | REF, "XP", 1},
};

/* JESD209-4. ACT and column commands take four clocks of the command bus, the others two; JEDEC
 * counts from a command's last clock, these rows from first to first: hence the 2s. */
static const struct dram_constraint lpddr4[] = {
    {DRAM_BANK, ACT, ACT, "RC", 1},
    {DRAM_BANK, ACT, COLUMN, "RCD", 1},
    {DRAM_BANK, ACT, PRE, "RAS + 2", 1},
    {DRAM_BANK, PRE, ACT, "RP - 2", 1},
    {DRAM_BANK, RD, PRE, "BL + RTP - 8 + 2", 1},
    {DRAM_BANK, WR, PRE, "CWL + 1 + BL + WR + 2", 1},
    {DRAM_BANK, RDA, ACT, "BL + RTP - 8 + RP", 1},
    {DRAM_BANK, WRA, ACT, "CWL + 1 + BL + WR + RP", 1},

    {DRAM_RANK, ACT, ACT, "RRD", 1},
    {DRAM_RANK, ACT, ACT, "FAW", 4},
    {DRAM_RANK, PRE | PREA, PRE | PREA, "4", 1},
    {DRAM_RANK, READS, READS, "CCD", 1},
    {DRAM_RANK, WRITES, WRITES, "CCD", 1},
    {DRAM_RANK, READS, WRITES, "CL + DQSCK + BL + 2 - CWL", 1},
    {DRAM_RANK, WRITES, READS, "CWL + 1 + BL + WTR", 1},

    {DRAM_RANK, ACT, PREA, "RAS + 2", 1},
    {DRAM_RANK, RD, PREA, "BL + RTP - 8 + 2", 1},
    {DRAM_RANK, WR, PREA, "CWL + 1 + BL + WR + 2", 1},
    {DRAM_RANK, PREA, ACT, "RPAB - 2", 1},

    {DRAM_RANK, ACT, REF, "RC + 2", 1},
    {DRAM_RANK, PRE, REF, "RP", 1},
    {DRAM_RANK, PREA, REF | REFPB, "RPAB", 1},
    {DRAM_RANK, RDA, REF, "BL + RTP - 8 + RP + 2", 1},
    {DRAM_RANK, WRA, REF, "CWL + 1 + BL + WR + RP + 2", 1},
    {DRAM_RANK, REF, ACT, "RFC - 2", 1},
    {DRAM_RANK, REF, PRE | PREA | REF | REFPB, "RFC", 1},

    {DRAM_BANK, ACT, REFPB, "RC + 2", 1},
    {DRAM_BANK, PRE, REFPB, "RP", 1},
    {DRAM_BANK, RDA, REFPB, "BL + RTP - 8 + RP + 2", 1},
    {DRAM_BANK, WRA, REFPB, "CWL + 1 + BL + WR + RP + 2", 1},
    {DRAM_BANK, REFPB, ACT, "RFCPB - 2", 1},
    {DRAM_RANK, REFPB, REF | REFPB | PREA, "RFCPB", 1},
    {DRAM_RANK, REFPB, ACT, "RRD - 2", 1},
    {DRAM_RANK, ACT, REFPB, "RRD + 2", 1},

    {DRAM_RANK, ACT, PDE, "6", 1},
    {DRAM_RANK, PRE | PREA | REF | REFPB, PDE, "4", 1},
    {DRAM_RANK, READS, PDE, "3 + CL + DQSCK + BL + 1", 1},
    {DRAM_RANK, WR, PDE, "3 + CWL + 1 + BL + WR", 1},
    {DRAM_RANK, WRA, PDE, "3 + CWL + 1 + BL + WR + 1", 1},
    {DRAM_RANK, PDE, PDX, "CKE", 1},
    {DRAM_RANK, PDX, PDE, "CKE", 1},
    {DRAM_RANK, PDX, ACT | PRE | PREA | COLUMN | REF | REFPB, "XP", 1},
};

#define TABLE(rows) .constraints = (rows), .count = sizeof(rows) / sizeof(rows)[0]
#define ONE_CLOCK_COMMANDS                                                                         \
    .command_clocks = {[DRAM_ACT] = 1,   [DRAM_PRE] = 1, [DRAM_PREA] = 1, [DRAM_RD] = 1,           \
                       [DRAM_WR] = 1,    [DRAM_RDA] = 1, [DRAM_WRA] = 1,  [DRAM_REF] = 1,          \
                       [DRAM_REFPB] = 1, [DRAM_PDE] = 1, [DRAM_PDX] = 1}

static const struct dram_standard_rules standards[DRAM_STANDARDS] = {
    [DRAM_DDR3] = {.name = "DDR3",
                   TABLE(ddr3),
                   .read_end = "CL + BL",
                   .write_end = "CWL + BL",
                   ONE_CLOCK_COMMANDS},
    [DRAM_DDR4] = {.name = "DDR4",
                   TABLE(ddr4),
                   .read_end = "CL + BL",
                   .write_end = "CWL + BL",
                   ONE_CLOCK_COMMANDS},
    [DRAM_LPDDR4] = {.name = "LPDDR4",
                     TABLE(lpddr4),
                     .read_end = "3 + CL + DQSCK + BL",
                     .write_end = "3 + CWL + 1 + BL",
                     .command_clocks = {[DRAM_ACT] = 4,
                                        [DRAM_PRE] = 2,
                                        [DRAM_PREA] = 2,
                                        [DRAM_RD] = 4,
                                        [DRAM_WR] = 4,
                                        [DRAM_RDA] = 4,
                                        [DRAM_WRA] = 4,
                                        [DRAM_REF] = 2,
                                        [DRAM_REFPB] = 2,
                                        [DRAM_PDE] = 1,
                                        [DRAM_PDX] = 1},
                     .per_bank_refresh = 1},
};

const struct dram_standard_rules *dram_standard(enum dram_standard standard)
{
    return (unsigned)standard < DRAM_STANDARDS ? &standards[standard] : NULL;
}
