/* The JEDEC constraint sets, one row a constraint. */
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
    READS = RD | RDA,
    WRITES = WR | WRA,
    COLUMN = READS | WRITES
};

/* JESD79-3F: section 4 (commands), 13 (timing by speed bin). */
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
};

const struct dram_constraint *dram_standard_constraints(enum dram_standard standard, size_t *count)
{
    switch (standard) {
    case DRAM_DDR3:
        *count = sizeof ddr3 / sizeof ddr3[0];
        return ddr3;
    case DRAM_STANDARDS:
        break;
    }
    *count = 0;
    return NULL;
}
