/* Hooks in A64 code. Encodings: Arm Architecture Reference Manual (DDI 0487). */
#include "cpu/hook_internal.h"

#include <string.h>

static int64_t sign_extend(uint32_t value, unsigned bits)
{
    return (int64_t)((uint64_t)value << (64 - bits)) >> (64 - bits);
}

static bool put_branch(struct writer *writer, uint64_t target)
{
    const int64_t distance = (int64_t)target - (int64_t)writer->address;

    if (distance < -(1 << 27) || distance >= 1 << 27) {
        return false;
    }
    put_word(writer, 0x14000000 | (((uint32_t)distance >> 2) & 0x3ffffff));
    return true;
}

/* MOVZ, MOVK: a constant of 32 bits; wider ones are no addresses here. */
static void put_constant(struct writer *writer, uint32_t destination, uint32_t value)
{
    put_word(writer, 0xd2800000 | (value & 0xffff) << 5 | destination);
    put_word(writer, 0xf2a00000 | (value >> 16) << 5 | destination);
}

/* Branch around a long branch on the opposite condition. */
static bool put_conditional(struct writer *writer, uint32_t inverted, uint64_t target)
{
    put_word(writer, inverted);
    return put_branch(writer, target);
}

/* LDR (literal) of a general register, 32 or 64 bits; others are left alone. */
static bool relocate_literal(struct writer *writer, uint64_t from, uint32_t word, hook_read *read,
                             void *context)
{
    const uint64_t address = from + (uint64_t)(sign_extend(field(word, 23, 5), 19) * 4);
    const bool wide = field(word, 30, 30) == 1;
    uint32_t value[2] = {0, 0};

    if (field(word, 31, 31) == 1 || field(word, 26, 26) == 1 ||
        !read(context, (uint32_t)address, value, wide ? 8 : 4) || value[1] != 0) {
        return false;
    }
    put_constant(writer, field(word, 4, 0), value[0]);
    return true;
}

static bool relocate(struct writer *writer, uint64_t from, uint32_t word, hook_read *read,
                     void *context)
{
    if ((word & 0x1f000000) == 0x10000000) { /* ADR, ADRP */
        const int64_t offset = sign_extend(field(word, 23, 5) << 2 | field(word, 30, 29), 21);
        const uint64_t address = field(word, 31, 31) == 1
                                     ? (from & ~UINT64_C(0xfff)) + (uint64_t)(offset * 4096)
                                     : from + (uint64_t)offset;

        put_constant(writer, field(word, 4, 0), (uint32_t)address);
        return address >> 32 == 0;
    }
    if ((word & 0x3b000000) == 0x18000000) {
        return relocate_literal(writer, from, word, read, context);
    }
    if ((word & 0xfc000000) == 0x14000000) { /* B */
        return put_branch(writer, from + (uint64_t)(sign_extend(field(word, 25, 0), 26) * 4));
    }
    if ((word & 0xff000010) == 0x54000000) { /* B.cond */
        return put_conditional(writer, 0x54000040 | (field(word, 3, 0) ^ 1),
                               from + (uint64_t)(sign_extend(field(word, 23, 5), 19) * 4));
    }
    if ((word & 0x7e000000) == 0x34000000) { /* CBZ, CBNZ */
        return put_conditional(writer, ((word ^ 0x01000000) & 0xff00001f) | 2 << 5,
                               from + (uint64_t)(sign_extend(field(word, 23, 5), 19) * 4));
    }
    if ((word & 0x7e000000) == 0x36000000) { /* TBZ, TBNZ */
        return put_conditional(writer, ((word ^ 0x01000000) & 0xfff8001f) | 2 << 5,
                               from + (uint64_t)(sign_extend(field(word, 18, 5), 14) * 4));
    }
    if ((word & 0xfc000000) == 0x94000000 || (word & 0xfffffc1f) == 0xd63f0000) { /* BL, BLR */
        return false;
    }
    put_word(writer, word);
    return true;
}

const char *hook_build_a64(struct hook *hook, struct writer *code, hook_read *read, void *context)
{
    const uint32_t svc = HOOK_A64_SVC;

    if (!read(context, hook->function, &hook->displaced, 4)) {
        return HOOK_NOT_CODE;
    }
    hook->displaced_bytes = 4;
    memcpy(hook->entry, &svc, sizeof(svc));
    hook->entry_bytes = 4;
    if (!relocate(code, hook->function, hook->displaced, read, context)) {
        return HOOK_USES_PC;
    }
    return put_branch(code, hook->function + 4) ? NULL : HOOK_OUT_OF_REACH;
}
