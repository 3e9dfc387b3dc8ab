/* Encodings: DDI 0406C (A32, T32) and DDI 0487 (A64), branch with link. */
#include "cpu/call_site.h"

static uint32_t sign_extend(uint32_t value, unsigned bits)
{
    return (uint32_t)((int32_t)(value << (32 - bits)) >> (32 - bits));
}

static enum call_site arm_call(uint32_t word, uint32_t at, uint32_t *target)
{
    const bool exchanges = (word & 0xfe000000) == 0xfa000000; /* BLX to Thumb code */

    if (exchanges || (word & 0x0f000000) == 0x0b000000) {
        *target =
            at + 8 + 4 * sign_extend(word & 0xffffff, 24) + (exchanges ? (word >> 24 & 1) * 2 : 0);
        return CALL_SITE_DIRECT;
    }
    return (word & 0x0ffffff0) == 0x012fff30 ? CALL_SITE_INDIRECT : CALL_SITE_NONE;
}

static enum call_site a64_call(uint32_t word, uint32_t at, uint32_t *target)
{
    if ((word & 0xfc000000) == 0x94000000) {
        *target = at + 4 * sign_extend(word & 0x3ffffff, 26);
        return CALL_SITE_DIRECT;
    }
    return (word & 0xfffffc1f) == 0xd63f0000 ? CALL_SITE_INDIRECT : CALL_SITE_NONE;
}

/* Of BL, BLX and B.W. */
static uint32_t thumb_target(uint32_t first, uint32_t second, uint32_t at)
{
    const uint32_t s = first >> 10 & 1, j1 = second >> 13 & 1, j2 = second >> 11 & 1;
    const uint32_t offset = s << 24 | (j1 ^ s ^ 1) << 23 | (j2 ^ s ^ 1) << 22 |
                            (first & 0x3ff) << 12 | (second & 0x7ff) << 1;

    return at + 4 + sign_extend(offset, 25);
}

/* BL, and BLX to ARM code, whose target is a multiple of 4. */
static enum call_site thumb_call(uint32_t first, uint32_t second, uint32_t at, uint32_t *target)
{
    const bool is_bl = (second & 0xd000) == 0xd000, is_blx = (second & 0xd001) == 0xc000;

    if ((first & 0xf800) != 0xf000 || !(is_bl || is_blx)) {
        return CALL_SITE_NONE;
    }
    *target = thumb_target(first, second, at) & (is_bl ? ~UINT32_C(0) : ~UINT32_C(3));
    return CALL_SITE_DIRECT;
}

static enum call_site thumb_call_before(uint32_t return_address, hook_read *read, void *context,
                                        uint32_t *target)
{
    uint16_t halves[2];

    if (!read(context, return_address - 4, halves, sizeof(halves))) {
        return CALL_SITE_NONE;
    }
    const enum call_site site = thumb_call(halves[0], halves[1], return_address - 4, target);
    if (site != CALL_SITE_NONE) {
        return site;
    }
    return (halves[1] & 0xff87) == 0x4780 ? CALL_SITE_INDIRECT : CALL_SITE_NONE; /* BLX register */
}

enum call_site call_site_before(enum code_kind kind, uint32_t return_address, hook_read *read,
                                void *context, uint32_t *target)
{
    uint32_t word;

    if (kind == CODE_THUMB) {
        return thumb_call_before(return_address, read, context, target);
    }
    if (return_address % 4 != 0 || !read(context, return_address - 4, &word, sizeof(word))) {
        return CALL_SITE_NONE;
    }
    return kind == CODE_ARM ? arm_call(word, return_address - 4, target)
                            : a64_call(word, return_address - 4, target);
}

/* B, B.W, and A64's B; the return value is the instruction's length when it is one, else 0. */
static uint32_t jump_bytes(enum code_kind kind, uint32_t word, uint32_t at, uint32_t *target)
{
    const uint32_t first = word & 0xffff, second = word >> 16;

    switch (kind) {
    case CODE_ARM:
        *target = at + 8 + 4 * sign_extend(word & 0xffffff, 24);
        return word >> 24 == 0xea ? 4 : 0;
    case CODE_A64:
        *target = at + 4 * sign_extend(word & 0x3ffffff, 26);
        return word >> 26 == 5 ? 4 : 0;
    default:
        if ((first & 0xf800) == 0xe000) {
            *target = at + 4 + 2 * sign_extend(first & 0x7ff, 11);
            return 2;
        }
        *target = thumb_target(first, second, at);
        return (first & 0xf800) == 0xf000 && (second & 0xd000) == 0x9000 ? 4 : 0;
    }
}

bool next_jump(enum code_kind kind, uint32_t *at, uint32_t end, hook_read *read, void *context,
               uint32_t *target)
{
    uint32_t word;

    while (*at + 4 <= end && read(context, *at, &word, sizeof(word))) {
        const uint32_t bytes = jump_bytes(kind, word, *at, target);

        *at += bytes != 0 ? bytes : kind == CODE_THUMB ? 2 : 4;
        if (bytes != 0) {
            return true;
        }
    }
    return false;
}
