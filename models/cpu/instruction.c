/* Encodings: ARM Architecture Reference Manual ARMv7-A (DDI 0406C), chapters A5 to A7. */
#include "cpu/instruction.h"

static uint32_t bits(uint32_t word, unsigned high, unsigned low)
{
    return (word >> low) & ((2U << (high - low)) - 1);
}

static bool bit(uint32_t word, unsigned index)
{
    return (word >> index & 1) != 0;
}

static struct instruction plain(enum instruction_class kind)
{
    return (struct instruction){.kind = kind, .transfers = 1};
}

static struct instruction memory(bool load, uint32_t words)
{
    return (struct instruction){.kind = load ? INSTRUCTION_LOAD : INSTRUCTION_STORE,
                                .transfers = words > 2 ? (words + 1) / 2 : 1};
}

static uint32_t count_registers(uint32_t list)
{
    uint32_t count = 0;

    for (; list != 0; list &= list - 1) {
        count++;
    }
    return count;
}

static struct instruction load_multiple(bool load, uint32_t list)
{
    struct instruction instruction = memory(load, count_registers(list));

    instruction.branches = load && bit(list, 15);
    return instruction;
}

/* A7.4: `word` in its ARM form, 1111001x. */
static struct instruction neon_data(uint32_t word)
{
    const uint32_t a = bits(word, 11, 8);
    struct instruction instruction = plain(INSTRUCTION_NEON);
    bool multiply;

    if (!bit(word, 23)) {
        multiply = a == 9 || a == 0xb || (a >= 0xc && a <= 0xd && bit(word, 4));
    } else {
        multiply = !bit(word, 4) && bits(word, 21, 20) != 3 && (a >= 8 || bit(word, 6));
    }
    if (multiply) {
        instruction.kind = INSTRUCTION_NEON_MULTIPLY;
    }
    instruction.transfers = bit(word, 6) ? 2 : 1;
    return instruction;
}

/* A7.7: element and structure loads and stores, ARM form 11110100. */
static struct instruction neon_memory(uint32_t word)
{
    static const uint8_t REGISTERS[16] = {4, 4, 4, 4, 3, 3, 3, 1, 2, 2, 2, 1, 1, 1, 1, 1};
    const uint32_t registers = bit(word, 23) ? 1 : REGISTERS[bits(word, 11, 8)];

    return memory(bit(word, 21), 2 * registers);
}

/* A7.5 */
static struct instruction vfp_data(uint32_t word)
{
    const uint32_t op = bits(word, 23, 20) & 0xb;

    switch (op) {
    case 0x0:
    case 0x1:
    case 0x9:
    case 0xa:
        return plain(INSTRUCTION_VFP_MULTIPLY_ADD);
    case 0x8:
        return plain(INSTRUCTION_VFP_DIVIDE);
    case 0xb: {
        const bool square_root = bits(word, 19, 16) == 1 && bits(word, 7, 6) == 3;

        return plain(square_root ? INSTRUCTION_VFP_DIVIDE : INSTRUCTION_VFP);
    }
    default:
        return plain(INSTRUCTION_VFP);
    }
}

/* A5.6: coprocessor instructions and SVC, bits 27-26 set; the same in ARM and Thumb. */
static struct instruction coprocessor(uint32_t word)
{
    if ((word & 0x0f700f00) == 0x0d100f00) {
        return plain(INSTRUCTION_INTEGER); /* LDC p15: a PLD, by translation.h */
    }
    const bool vfp = bits(word, 11, 9) == 5;

    if (bits(word, 25, 24) == 3 || !vfp) {
        return plain(INSTRUCTION_SYSTEM);
    }
    if (bits(word, 25, 24) == 2) {
        return bit(word, 4) ? plain(INSTRUCTION_TRANSFER) : vfp_data(word);
    }
    if (bits(word, 27, 21) == 0x62) {
        return plain(INSTRUCTION_TRANSFER);
    }
    if (bit(word, 24) && !bit(word, 21)) { /* VLDR, VSTR */
        return memory(bit(word, 20), 1);
    }
    return memory(bit(word, 20), bits(word, 7, 0));
}

/* A5.2.5 to A5.2.10: bits 7 and 4 set among the register forms of data processing. */
static struct instruction multiply_or_extra(uint32_t word)
{
    const uint32_t op2 = bits(word, 6, 5);
    const bool load = bit(word, 20);

    if (op2 == 0) {
        if (bit(word, 24)) { /* LDREX, STREX and their like */
            return memory(load, 1);
        }
        return plain(bit(word, 23) ? INSTRUCTION_MULTIPLY_LONG : INSTRUCTION_MULTIPLY);
    }
    if (!load && op2 >= 2) { /* LDRD, STRD */
        return memory(op2 == 2, 2);
    }
    return memory(load, 1);
}

/* A5.2.12, A5.2.7 */
static struct instruction miscellaneous(uint32_t word)
{
    const uint32_t op2 = bits(word, 7, 4);

    if (op2 >= 8) {
        return plain(INSTRUCTION_MULTIPLY);
    }
    if (op2 == 3 || (op2 == 1 && bits(word, 22, 21) == 1)) {
        return plain(INSTRUCTION_CALL);
    }
    if (op2 == 1 || op2 == 5) { /* CLZ, saturating addition */
        return plain(INSTRUCTION_INTEGER);
    }
    return plain(INSTRUCTION_SYSTEM);
}

static struct instruction data_processing(uint32_t word, bool shift_by_register)
{
    const bool compares = bits(word, 24, 23) == 2;

    if (!compares && bits(word, 15, 12) == 15) {
        return plain(INSTRUCTION_CALL);
    }
    return plain(shift_by_register ? INSTRUCTION_SHIFT : INSTRUCTION_INTEGER);
}

static struct instruction data_processing_register(uint32_t word)
{
    if (bit(word, 7) && bit(word, 4)) {
        return multiply_or_extra(word);
    }
    if (bits(word, 24, 23) == 2 && !bit(word, 20)) {
        return miscellaneous(word);
    }
    return data_processing(word, bit(word, 4));
}

static struct instruction data_processing_immediate(uint32_t word)
{
    if (bits(word, 24, 23) == 2 && !bit(word, 20)) {
        const bool status = bit(word, 21) && (bit(word, 22) || bits(word, 19, 16) != 0);

        return plain(status ? INSTRUCTION_SYSTEM : INSTRUCTION_INTEGER); /* MOVW, MOVT, hints */
    }
    return data_processing(word, false);
}

static struct instruction load_store_word(uint32_t word)
{
    struct instruction instruction = memory(bit(word, 20), 1);

    instruction.branches = bit(word, 20) && !bit(word, 22) && bits(word, 15, 12) == 15;
    return instruction;
}

/* A5.4 */
static struct instruction media(uint32_t word)
{
    const uint32_t op1 = bits(word, 24, 20);

    return plain(op1 >= 0x10 && op1 <= 0x18 ? INSTRUCTION_MULTIPLY : INSTRUCTION_INTEGER);
}

/* A5.7 */
static struct instruction unconditional(uint32_t word)
{
    if (bits(word, 27, 25) == 1) {
        return neon_data(word);
    }
    if (bits(word, 27, 24) == 4 && !bit(word, 20)) {
        return neon_memory(word);
    }
    if (bits(word, 27, 25) == 5) {
        return plain(INSTRUCTION_CALL);
    }
    if (bits(word, 27, 26) == 1 && bit(word, 20) && bits(word, 24, 20) != 0x17) {
        return plain(INSTRUCTION_INTEGER); /* PLD, PLI */
    }
    return plain(INSTRUCTION_SYSTEM);
}

static struct instruction classify_arm(uint32_t word)
{
    if (bits(word, 31, 28) == 15) {
        return unconditional(word);
    }
    switch (bits(word, 27, 25)) {
    case 0:
        return data_processing_register(word);
    case 1:
        return data_processing_immediate(word);
    case 2:
        return load_store_word(word);
    case 3:
        return bit(word, 4) ? media(word) : load_store_word(word);
    case 4:
        return load_multiple(bit(word, 20), bits(word, 15, 0));
    case 5:
        return plain(bit(word, 24) ? INSTRUCTION_CALL : INSTRUCTION_BRANCH);
    default:
        return coprocessor(word);
    }
}

/* A6.2.2, A6.2.3: opcodes 010000 and 010001. */
static struct instruction thumb_register(uint32_t half)
{
    const uint32_t op = bits(half, 9, 6);

    if (bit(half, 10)) {
        const bool writes_pc = bits(half, 9, 8) != 1 && bit(half, 7) && bits(half, 2, 0) == 7;

        return plain(bits(half, 9, 8) == 3 || writes_pc ? INSTRUCTION_CALL : INSTRUCTION_INTEGER);
    }
    if (op == 13) {
        return plain(INSTRUCTION_MULTIPLY);
    }
    return plain((op >= 2 && op <= 4) || op == 7 ? INSTRUCTION_SHIFT : INSTRUCTION_INTEGER);
}

/* A6.2.5 */
static struct instruction thumb_miscellaneous(uint32_t half)
{
    if (bits(half, 10, 9) == 2) { /* PUSH, POP */
        struct instruction instruction = memory(bit(half, 11), count_registers(bits(half, 8, 0)));

        instruction.branches = bit(half, 11) && bit(half, 8);
        return instruction;
    }
    if (bit(half, 8) && !bit(half, 10)) { /* CBZ, CBNZ */
        return plain(INSTRUCTION_BRANCH);
    }
    return plain(INSTRUCTION_INTEGER);
}

static struct instruction classify_thumb16(uint32_t half)
{
    switch (bits(half, 15, 12)) {
    case 4:
        return bit(half, 11) ? memory(true, 1) : thumb_register(half);
    case 5:
        return memory(bits(half, 11, 9) >= 3, 1);
    case 6:
    case 7:
    case 8:
    case 9:
        return memory(bit(half, 11), 1);
    case 11:
        return thumb_miscellaneous(half);
    case 12:
        return load_multiple(bit(half, 11), bits(half, 7, 0));
    case 13:
        return plain(bits(half, 11, 8) == 15 ? INSTRUCTION_SYSTEM : INSTRUCTION_BRANCH);
    case 14:
        return plain(INSTRUCTION_BRANCH);
    default:
        return plain(INSTRUCTION_INTEGER);
    }
}

/* A6.3.5 to A6.3.7: first halfword 11101. */
static struct instruction thumb_multiple_or_dual(uint32_t word)
{
    if (bit(word, 25)) { /* data processing, shifted register */
        return plain(INSTRUCTION_INTEGER);
    }
    if (!bit(word, 22)) {
        return load_multiple(bit(word, 20), bits(word, 15, 0));
    }
    if (bits(word, 24, 20) == 0x0d && bits(word, 7, 5) == 0) { /* TBB, TBH */
        return (struct instruction){.kind = INSTRUCTION_LOAD, .transfers = 1, .branches = true};
    }
    return memory(bit(word, 20), 2);
}

/* A6.3.4 */
static struct instruction thumb_branch_or_control(uint32_t word)
{
    if (bit(word, 14)) {
        return plain(INSTRUCTION_CALL);
    }
    if (!bit(word, 12) && bits(word, 25, 23) == 7) { /* status, hints, barriers */
        const bool hint = bits(word, 26, 20) == 0x3a && bits(word, 10, 8) == 0;

        return plain(hint ? INSTRUCTION_INTEGER : INSTRUCTION_SYSTEM);
    }
    return plain(INSTRUCTION_BRANCH);
}

/* First halfword 11111, not a coprocessor's. */
static struct instruction thumb_memory_or_register(uint32_t word)
{
    switch (bits(word, 25, 24)) {
    case 0: {
        struct instruction instruction = memory(bit(word, 20), 1);

        instruction.branches = bits(word, 22, 20) == 5 && bits(word, 15, 12) == 15;
        return instruction;
    }
    case 1:
        return neon_memory(word);
    case 2:
        return plain(bits(word, 23, 21) <= 3 && bits(word, 15, 12) == 15 && bits(word, 7, 4) == 0
                         ? INSTRUCTION_SHIFT
                         : INSTRUCTION_INTEGER);
    default:
        return plain(bit(word, 23) ? INSTRUCTION_MULTIPLY_LONG : INSTRUCTION_MULTIPLY);
    }
}

static struct instruction classify_thumb32(uint32_t word)
{
    if ((word & 0xef000000) == 0xef000000) {
        return neon_data(word);
    }
    if (bits(word, 28, 27) == 2) {
        return bit(word, 15) ? thumb_branch_or_control(word) : plain(INSTRUCTION_INTEGER);
    }
    if (bit(word, 26)) {
        return coprocessor(word | 0x0c000000);
    }
    return bits(word, 28, 27) == 1 ? thumb_multiple_or_dual(word) : thumb_memory_or_register(word);
}

struct instruction instruction_classify(bool thumb, uint32_t word)
{
    if (!thumb) {
        return classify_arm(word);
    }
    return word >> 16 ? classify_thumb32(word) : classify_thumb16(word);
}

static double cycles_of(const struct instruction_costs *costs, struct instruction instruction)
{
    const double more = (double)(instruction.transfers - 1);

    switch (instruction.kind) {
    case INSTRUCTION_INTEGER:
        return costs->integer_cycles;
    case INSTRUCTION_SHIFT:
        return costs->shift_cycles;
    case INSTRUCTION_MULTIPLY:
        return costs->multiply_cycles;
    case INSTRUCTION_MULTIPLY_LONG:
        return costs->multiply_long_cycles;
    case INSTRUCTION_DIVIDE:
        return costs->divide_cycles;
    case INSTRUCTION_LOAD:
        return costs->load_cycles + more * costs->pair_cycles +
               (instruction.branches ? costs->call_cycles : 0);
    case INSTRUCTION_STORE:
        return costs->store_cycles + more * costs->pair_cycles;
    case INSTRUCTION_BRANCH:
        return costs->branch_cycles;
    case INSTRUCTION_CALL:
        return costs->call_cycles;
    case INSTRUCTION_VFP:
        return costs->vfp_cycles;
    case INSTRUCTION_VFP_MULTIPLY_ADD:
        return costs->vfp_multiply_add_cycles;
    case INSTRUCTION_VFP_DIVIDE:
        return costs->vfp_divide_cycles;
    case INSTRUCTION_NEON:
        return costs->neon_cycles * instruction.transfers;
    case INSTRUCTION_NEON_MULTIPLY:
        return costs->neon_multiply_cycles * instruction.transfers;
    case INSTRUCTION_TRANSFER:
        return costs->transfer_cycles;
    case INSTRUCTION_SYSTEM:
        return costs->system_cycles;
    }
    return costs->integer_cycles;
}

uint32_t instruction_cost(const struct instruction_costs *costs, struct instruction instruction)
{
    const double units = cycles_of(costs, instruction) * COST_UNITS_PER_CYCLE + 0.5;

    return units < 1 ? 1 : (uint32_t)units;
}
