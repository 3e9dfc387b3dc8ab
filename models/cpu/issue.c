#include "cpu/issue.h"

enum unit { UNIT_INTEGER, UNIT_MULTIPLY, UNIT_MEMORY, UNIT_BRANCH, UNIT_ALONE };

static enum unit unit_of(enum instruction_class kind)
{
    switch (kind) {
    case INSTRUCTION_INTEGER:
    case INSTRUCTION_SHIFT:
        return UNIT_INTEGER;
    case INSTRUCTION_MULTIPLY:
        return UNIT_MULTIPLY;
    case INSTRUCTION_LOAD:
    case INSTRUCTION_STORE:
        return UNIT_MEMORY;
    case INSTRUCTION_BRANCH:
    case INSTRUCTION_CALL:
        return UNIT_BRANCH;
    default:
        return UNIT_ALONE;
    }
}

/* Two integer units, one of everything else. */
static bool can_pair(enum unit first, enum unit second)
{
    if (first == UNIT_ALONE || second == UNIT_ALONE || first == UNIT_BRANCH) {
        return false;
    }
    return first != second || first == UNIT_INTEGER;
}

static bool ends_cycle(struct instruction instruction)
{
    const enum unit unit = unit_of(instruction.kind);

    return unit == UNIT_ALONE || unit == UNIT_BRANCH || instruction.transfers > 1 ||
           instruction.branches;
}

static bool pairs(const struct issue *issue, uint32_t address, struct instruction instruction)
{
    return issue->width > 1 && issue->open && issue->next_address == address &&
           can_pair(unit_of(issue->first), unit_of(instruction.kind));
}

uint32_t issue_cost(struct issue *issue, const struct instruction_costs *costs, uint32_t address,
                    uint32_t bytes, struct instruction instruction)
{
    const bool second = pairs(issue, address, instruction);
    uint32_t cost = instruction_cost(costs, instruction);

    if (issue->last_cost != 0 && issue->last_address == address) {
        return issue->last_cost;
    }
    if (second) {
        cost = cost > COST_UNITS_PER_CYCLE ? cost - COST_UNITS_PER_CYCLE : 1;
    }
    issue->next_address = address + bytes;
    issue->open = !second && !ends_cycle(instruction);
    issue->first = instruction.kind;
    issue->last_address = address;
    issue->last_cost = cost;
    return cost;
}
