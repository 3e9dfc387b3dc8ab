/* Two-wide issue: which instructions share a cycle with the one before.
 *
 * Instructions are taken in program order. The second of a pair costs a cycle less, if neither is
 * of a kind that issues alone and the two do not need the same unit: there is one load/store unit,
 * one multiplier, one branch unit. Dependences are not looked at: the A9 reorders, and what they
 * cost on average is in the instructions' costs.
 */
#ifndef ZEROSTAGE_CPU_ISSUE_H
#define ZEROSTAGE_CPU_ISSUE_H

#include "cpu/instruction.h"

#ifdef __cplusplus
extern "C" {
#endif

struct issue {
    uint32_t width;        /* 1 or 2 instructions a cycle */
    uint32_t next_address; /* of the instruction that may pair */
    bool open;             /* the last cycle has a place left */
    enum instruction_class first;
    uint32_t last_address, last_cost; /* the last answer; 0: none yet */
};

/* Cost of the instruction at `address` in 1/16 cycles, after the one that was asked for before; the
 * start of a block, anywhere else, opens a new cycle. Asked twice in a row for one address, as at a
 * conditional instruction that ends one block and begins the next, it gives the same answer. */
uint32_t issue_cost(struct issue *issue, const struct instruction_costs *costs, uint32_t address,
                    uint32_t bytes, struct instruction instruction);

#ifdef __cplusplus
}
#endif
#endif
