/* Hooks in ARM and Thumb code; what is common to all; those in A64 code are in hook_a64.c. */
#include "cpu/hook.h"

#include "cpu/hook_internal.h"

#include <string.h>

enum { ARM_PC_AHEAD = 8, THUMB_PC_AHEAD = 4, THUMB_NOP = 0xbf00 };

static const uint32_t ARM_SVC = 0xef000000 | HOOK_MARK;
static const uint32_t THUMB_SVC = 0xdf00 | HOOK_MARK;
static const uint32_t ARM_CONDITION = 0xf0000000;
static const uint32_t ARM_ALWAYS = 0xe0000000;

static void put16(struct writer *writer, uint32_t half)
{
    writer->code[writer->used] = (uint8_t)half;
    writer->code[writer->used + 1] = (uint8_t)(half >> 8);
    writer->used += 2;
    writer->address += 2;
}

void put_word(struct writer *writer, uint32_t word)
{
    put16(writer, word & 0xffff);
    put16(writer, word >> 16);
}

static void put_thumb32(struct writer *writer, uint32_t word)
{
    put16(writer, word >> 16);
    put16(writer, word & 0xffff);
}

static bool put_arm_branch(struct writer *writer, uint32_t condition, uint32_t target)
{
    const int64_t distance = (int64_t)target - ((int64_t)writer->address + ARM_PC_AHEAD);

    if (distance < -(1 << 25) || distance >= 1 << 25) {
        return false;
    }
    put_word(writer, condition | 0x0a000000 | (((uint32_t)distance >> 2) & 0xffffff));
    return true;
}

/* B.W, encoding T4. */
static bool put_thumb_branch(struct writer *writer, uint32_t target)
{
    const int64_t distance = (int64_t)target - ((int64_t)writer->address + THUMB_PC_AHEAD);
    const uint32_t offset = (uint32_t)distance;
    const uint32_t sign = field(offset, 24, 24);
    const uint32_t j1 = field(offset, 23, 23) ^ 1 ^ sign;
    const uint32_t j2 = field(offset, 22, 22) ^ 1 ^ sign;

    if (distance < -(1 << 24) || distance >= 1 << 24) {
        return false;
    }
    put_thumb32(writer, 0xf0009000 | sign << 26 | field(offset, 21, 12) << 16 | j1 << 13 |
                            j2 << 11 | field(offset, 11, 1));
    return true;
}

/* MOVW, MOVT: a constant without touching flags or memory. */
static void put_arm_constant(struct writer *writer, uint32_t condition, uint32_t destination,
                             uint32_t value)
{
    for (uint32_t top = 0; top < 2; top++) {
        const uint32_t half = top ? value >> 16 : value & 0xffff;

        put_word(writer, condition | 0x03000000 | top << 22 | field(half, 15, 12) << 16 |
                             destination << 12 | field(half, 11, 0));
    }
}

static void put_thumb_constant(struct writer *writer, uint32_t destination, uint32_t value)
{
    for (uint32_t top = 0; top < 2; top++) {
        const uint32_t half = top ? value >> 16 : value & 0xffff;

        put_thumb32(writer, 0xf2400000 | top << 23 | field(half, 11, 11) << 26 |
                                field(half, 15, 12) << 16 | field(half, 10, 8) << 12 |
                                destination << 8 | field(half, 7, 0));
    }
}

static uint32_t rotate_right(uint32_t value, uint32_t by)
{
    return by == 0 ? value : value >> by | value << (32 - by);
}

/* Does an ARM instruction that is neither a branch, an ADR nor a literal load use the PC? */
static bool arm_uses_pc(uint32_t word)
{
    const uint32_t n = field(word, 19, 16), d = field(word, 15, 12), m = field(word, 3, 0);
    const bool conditional = field(word, 31, 28) != 15;

    switch (field(word, 27, 25)) {
    case 0:
        return n == 15 || d == 15 || m == 15;
    case 1: {
        const bool wide_move = field(word, 24, 23) == 2 && field(word, 20, 20) == 0;

        return conditional && (d == 15 || (n == 15 && !wide_move));
    }
    case 2:
        return n == 15 || (conditional && d == 15);
    case 3:
        return n == 15 || d == 15 || m == 15;
    case 4:
        return !conditional || n == 15 || field(word, 15, 15) == 1;
    case 5:
        return true;
    case 6:
        return n == 15;
    default:
        return field(word, 24, 24) == 1;
    }
}

/* Copy an ARM instruction to the trampoline so that it does there what it did at `from`. */
static bool relocate_arm(struct writer *writer, uint32_t from, uint32_t word, hook_read *read,
                         void *context)
{
    const uint32_t condition = word & ARM_CONDITION;
    const uint32_t destination = field(word, 15, 12);
    const uint32_t pc = from + ARM_PC_AHEAD;

    if (condition == ARM_CONDITION) {
        if (arm_uses_pc(word)) {
            return false;
        }
    } else if ((word & 0x0f7f0000) == 0x051f0000 && destination != 15) { /* LDR literal */
        const uint32_t offset = field(word, 11, 0);
        uint32_t value;

        if (!read(context, word & 1U << 23 ? pc + offset : pc - offset, &value, sizeof(value))) {
            return false;
        }
        put_arm_constant(writer, condition, destination, value);
        return true;
    } else if (((word & 0x0fff0000) == 0x028f0000 || (word & 0x0fff0000) == 0x024f0000) &&
               destination != 15) { /* ADR */
        const uint32_t offset = rotate_right(field(word, 7, 0), 2 * field(word, 11, 8));

        put_arm_constant(writer, condition, destination,
                         word & 1U << 23 ? pc + offset : pc - offset);
        return true;
    } else if ((word & 0x0f000000) == 0x0a000000) { /* B */
        return put_arm_branch(writer, condition, pc + (uint32_t)((int32_t)(word << 8) >> 6));
    } else if (arm_uses_pc(word)) {
        return false;
    }
    put_word(writer, word);
    return true;
}

/* A conditional branch of 16 bits reaches nowhere from the trampoline: branch around a long one on
 * the opposite condition, `inverted`, which skips 4 bytes. */
static bool put_thumb_conditional(struct writer *writer, uint32_t inverted, uint32_t target)
{
    put16(writer, inverted);
    return put_thumb_branch(writer, target);
}

/* B, B<c>, CBZ, CBNZ; *moved tells whether it was one of them and could be moved. */
static bool relocate_thumb_branch(struct writer *writer, uint32_t from, uint32_t half, bool *moved)
{
    const uint32_t pc = from + THUMB_PC_AHEAD;

    if (field(half, 15, 12) == 0xd && field(half, 11, 8) < 14) { /* B<c> */
        const uint32_t target = pc + (uint32_t)((int32_t)(half << 24) >> 23);

        *moved = put_thumb_conditional(writer, ((half ^ 0x100) & 0xff00) | 1, target);
    } else if ((half & 0xf500) == 0xb100) { /* CBZ, CBNZ */
        const uint32_t target = pc + (field(half, 9, 9) << 6 | field(half, 7, 3) << 1);

        *moved = put_thumb_conditional(writer, ((half ^ 0x800) & 0xfd07) | 1 << 3, target);
    } else if (field(half, 15, 11) == 0x1c) { /* B */
        *moved = put_thumb_branch(writer, pc + (uint32_t)((int32_t)(half << 21) >> 20));
    } else {
        return false;
    }
    return true;
}

/* Neither a branch nor relative to the PC by its own form. */
static bool thumb16_uses_pc(uint32_t half)
{
    const bool high_register = field(half, 15, 10) == 0x11;

    if (high_register && (field(half, 9, 8) == 3 || field(half, 6, 3) == 15 ||
                          (field(half, 7, 7) == 1 && field(half, 2, 0) == 7))) {
        return true;
    }
    return field(half, 15, 8) == 0xbd ||                             /* POP with the PC */
           field(half, 15, 8) == 0xbe ||                             /* BKPT */
           (field(half, 15, 8) == 0xbf && field(half, 3, 0) != 0) || /* IT, whose block goes on */
           field(half, 15, 8) == 0xdf || field(half, 15, 8) == 0xde;
}

static bool relocate_thumb16(struct writer *writer, uint32_t from, uint32_t half, hook_read *read,
                             void *context)
{
    const uint32_t pc = (from + THUMB_PC_AHEAD) & ~3U;
    const uint32_t destination = field(half, 10, 8);
    uint32_t value;
    bool moved;

    if (relocate_thumb_branch(writer, from, half, &moved)) {
        return moved;
    }
    if (field(half, 15, 11) == 0x09) { /* LDR literal */
        if (!read(context, pc + 4 * field(half, 7, 0), &value, sizeof(value))) {
            return false;
        }
        put_thumb_constant(writer, destination, value);
        return true;
    }
    if (field(half, 15, 11) == 0x14) { /* ADR */
        put_thumb_constant(writer, destination, pc + 4 * field(half, 7, 0));
        return true;
    }
    if (thumb16_uses_pc(half)) {
        return false;
    }
    put16(writer, half);
    return true;
}

static bool relocate_thumb32(struct writer *writer, uint32_t from, uint32_t word, hook_read *read,
                             void *context)
{
    const uint32_t pc = (from + THUMB_PC_AHEAD) & ~3U;
    const uint32_t n = field(word, 19, 16);
    uint32_t value;

    if ((word & 0xff7f0000) == 0xf85f0000 && field(word, 15, 12) != 15) { /* LDR.W literal */
        const uint32_t offset = field(word, 11, 0);

        if (!read(context, word & 1U << 23 ? pc + offset : pc - offset, &value, sizeof(value))) {
            return false;
        }
        put_thumb_constant(writer, field(word, 15, 12), value);
        return true;
    }
    if (field(word, 28, 27) == 2) { /* branches; ADR and other uses of the PC as a base */
        const bool adr = (word & 0xfbff8000) == 0xf20f0000 || (word & 0xfbff8000) == 0xf2af0000;

        if (field(word, 15, 15) == 1 || adr) {
            return false;
        }
    } else if (n == 15 && (field(word, 26, 25) == 0 || field(word, 27, 25) == 6)) {
        return false; /* loads and stores relative to the PC */
    }
    put_thumb32(writer, word);
    return true;
}

static bool is_thumb32(uint32_t half)
{
    return field(half, 15, 11) >= 0x1d;
}

static const char *build_arm(struct hook *hook, struct writer *code, hook_read *read, void *context)
{
    uint32_t word;

    if (!read(context, hook->function, &word, sizeof(word))) {
        return HOOK_NOT_CODE;
    }
    hook->displaced = word;
    hook->displaced_bytes = 4;
    memcpy(hook->entry, &ARM_SVC, sizeof(ARM_SVC));
    hook->entry_bytes = 4;
    if (!relocate_arm(code, hook->function, word, read, context)) {
        return HOOK_USES_PC;
    }
    return put_arm_branch(code, ARM_ALWAYS, hook->function + 4) ? NULL : HOOK_OUT_OF_REACH;
}

static const char *build_thumb(struct hook *hook, struct writer *code, hook_read *read,
                               void *context)
{
    const uint32_t from = hook->function;
    uint16_t halves[2] = {0, 0};
    bool moved;

    if (!read(context, from, &halves[0], 2) ||
        (is_thumb32(halves[0]) && !read(context, from + 2, &halves[1], 2))) {
        return HOOK_NOT_CODE;
    }
    hook->displaced_bytes = is_thumb32(halves[0]) ? 4 : 2;
    hook->displaced = is_thumb32(halves[0]) ? (uint32_t)halves[0] << 16 | halves[1] : halves[0];
    memcpy(hook->entry, &THUMB_SVC, 2);
    hook->entry_bytes = 2;
    for (uint32_t i = 0; i < HOOK_BYTES; i += 2) { /* what is translated ahead must be code */
        hook->code[i + 1] = THUMB_NOP >> 8;
    }
    moved = is_thumb32(halves[0]) ? relocate_thumb32(code, from, hook->displaced, read, context)
                                  : relocate_thumb16(code, from, hook->displaced, read, context);
    if (!moved) {
        return HOOK_USES_PC;
    }
    return put_thumb_branch(code, from + hook->displaced_bytes) ? NULL : HOOK_OUT_OF_REACH;
}

const char *hook_build(struct hook *hook, uint32_t function, enum code_kind kind,
                       uint32_t trampoline, hook_read *read, void *context)
{
    struct writer code = {.code = hook->code, .address = trampoline};

    *hook = (struct hook){.function = function, .kind = kind, .trampoline = trampoline};
    switch (kind) {
    case CODE_ARM:
        return build_arm(hook, &code, read, context);
    case CODE_THUMB:
        return build_thumb(hook, &code, read, context);
    default:
        return hook_build_a64(hook, &code, read, context);
    }
}

uint32_t hook_return_word(enum code_kind kind, uint32_t index)
{
    static const uint32_t BX_LR = 0xe12fff1e, A64_RET = 0xd65f03c0;

    if (kind == CODE_A64) {
        return index == 0 ? HOOK_A64_SVC : A64_RET;
    }
    return index == 0 ? ARM_SVC : BX_LR;
}
