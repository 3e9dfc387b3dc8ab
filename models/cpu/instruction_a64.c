/* Encodings: Arm Architecture Reference Manual (DDI 0487), C4.1 and its tables. */
#include "cpu/instruction.h"

static uint32_t bits(uint32_t word, unsigned high, unsigned low)
{
    return (word >> low) & ((2U << (high - low)) - 1);
}

static bool bit(uint32_t word, unsigned number)
{
    return (word >> number & 1) != 0;
}

static struct instruction plain(enum instruction_class kind)
{
    return (struct instruction){.kind = kind, .transfers = 1};
}

static struct instruction memory(bool is_load, uint32_t transfers)
{
    return (struct instruction){.kind = is_load ? INSTRUCTION_LOAD : INSTRUCTION_STORE,
                                .transfers = transfers};
}

static struct instruction branch_or_system(uint32_t word)
{
    if (bits(word, 31, 26) == 0x25 || bits(word, 31, 25) == 0x6b) { /* BL; BR, BLR, RET */
        return plain(INSTRUCTION_CALL);
    }
    if (bits(word, 31, 24) == 0xd4 || bits(word, 31, 22) == 0x354) { /* SVC; system */
        const bool hint = (word & 0xfffff01f) == 0xd503201f;

        return plain(hint ? INSTRUCTION_INTEGER : INSTRUCTION_SYSTEM);
    }
    return plain(INSTRUCTION_BRANCH);
}

/* LD1 to LD4, ST1 to ST4. */
static struct instruction structures(uint32_t word)
{
    static const uint8_t registers[16] = {
        [0] = 4, [2] = 4, [4] = 3, [6] = 3, [7] = 1, [8] = 2, [10] = 2};
    const uint32_t halves = bit(word, 30) ? 2 : 1;

    if (bit(word, 24)) { /* one element of each register */
        return memory(bit(word, 22), 1);
    }
    const uint32_t count = registers[bits(word, 15, 12)];
    return memory(bit(word, 22), count == 0 ? 1 : count * halves);
}

static struct instruction pair(uint32_t word)
{
    const uint32_t opc = bits(word, 31, 30);

    if (bit(word, 26)) { /* S, D, Q registers */
        return memory(bit(word, 22), 1U << opc);
    }
    return memory(bit(word, 22), bit(word, 31) ? 2 : 1);
}

static struct instruction single(uint32_t word)
{
    const uint32_t opc = bits(word, 23, 22);

    if (bit(word, 26)) {
        return memory((opc & 1) != 0, (opc & 2) != 0 ? 2 : 1);
    }
    if (bits(word, 31, 30) == 3 && opc == 2) { /* PRFM */
        return plain(INSTRUCTION_INTEGER);
    }
    return memory(opc != 0, 1);
}

static struct instruction load_or_store(uint32_t word)
{
    switch (bits(word, 29, 28)) {
    case 0:
        return bit(word, 26) ? structures(word) : memory(bit(word, 22), bit(word, 21) ? 2 : 1);
    case 1:
        return memory(bit(word, 24) ? bits(word, 23, 22) != 0 : true,
                      bit(word, 26) && bit(word, 31) ? 2 : 1);
    case 2:
        return pair(word);
    default:
        return single(word);
    }
}

static struct instruction register_data(uint32_t word)
{
    if (bits(word, 28, 24) == 0x1b) { /* three sources */
        const bool wide = bit(word, 31);

        return plain(wide ? INSTRUCTION_MULTIPLY_LONG : INSTRUCTION_MULTIPLY);
    }
    if (bits(word, 30, 21) == 0x0d6) { /* two sources */
        const uint32_t opcode = bits(word, 15, 10);

        if (opcode == 2 || opcode == 3) {
            return plain(INSTRUCTION_DIVIDE);
        }
        return plain(opcode >= 8 && opcode <= 11 ? INSTRUCTION_SHIFT : INSTRUCTION_INTEGER);
    }
    return plain(INSTRUCTION_INTEGER);
}

static struct instruction scalar_float(uint32_t word)
{
    if (bit(word, 24)) {
        return plain(INSTRUCTION_VFP_MULTIPLY_ADD);
    }
    if (!bit(word, 21) || bits(word, 15, 10) == 0) { /* to and from general registers */
        return plain(INSTRUCTION_TRANSFER);
    }
    if (bits(word, 11, 10) == 2 && bits(word, 15, 12) == 1) { /* FDIV */
        return plain(INSTRUCTION_VFP_DIVIDE);
    }
    if (bits(word, 14, 10) == 0x10 && bits(word, 20, 15) == 3) { /* FSQRT */
        return plain(INSTRUCTION_VFP_DIVIDE);
    }
    return plain(INSTRUCTION_VFP);
}

static bool vector_multiplies(uint32_t word)
{
    const uint32_t opcode = bits(word, 15, 11);

    if (bit(word, 24) && bits(word, 28, 24) == 0x0f) { /* by element, or shift by an immediate */
        return !bit(word, 10);
    }
    if (!bit(word, 21)) {
        return false;
    }
    if (bit(word, 10)) { /* three of the same width: MLA, MUL, SQDMULH, FMLA, FMUL */
        return opcode == 0x12 || opcode == 0x13 || opcode == 0x16 || opcode == 0x19 ||
               opcode == 0x1b;
    }
    /* three of different width: the multiplies have opcodes from 8 on */
    return bits(word, 11, 10) == 0 && bits(word, 15, 12) >= 8;
}

static struct instruction vector(uint32_t word)
{
    const uint32_t halves = bit(word, 30) ? 2 : 1;
    const bool copies = (word & 0x9fe08400) == 0x0e000400;

    if (copies && (bits(word, 14, 11) & 1) == 1 && bits(word, 14, 11) != 15) {
        return plain(INSTRUCTION_TRANSFER); /* DUP, INS from a general register; SMOV, UMOV */
    }
    return (struct instruction){.kind = vector_multiplies(word) ? INSTRUCTION_NEON_MULTIPLY
                                                                : INSTRUCTION_NEON,
                                .transfers = halves};
}

static struct instruction float_or_vector(uint32_t word)
{
    if ((word & 0x5f000000) == 0x1e000000 || (word & 0x5f000000) == 0x1f000000) {
        return scalar_float(word);
    }
    return vector(word);
}

struct instruction instruction_classify_a64(uint32_t word)
{
    switch (bits(word, 28, 25)) {
    case 8:
    case 9:
        return plain(INSTRUCTION_INTEGER);
    case 10:
    case 11:
        return branch_or_system(word);
    case 4:
    case 6:
    case 12:
    case 14:
        return load_or_store(word);
    case 5:
    case 13:
        return register_data(word);
    default:
        return float_or_vector(word);
    }
}
