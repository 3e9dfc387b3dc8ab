/* Encodings: ARM Architecture Reference Manual ARMv7-A (DDI 0406C). */
#include "cpu/translation.h"

static const uint32_t MCR_DMB = 0xee070fba; /* MCR p15, 0, r0, c7, c10, 5 */
static const uint32_t MCR_DSB = 0xee070f9a; /* MCR p15, 0, r0, c7, c10, 4 */

static const uint32_t LDC_P15 = 0xed100f00; /* LDC p15, c0, [r0, #-0] */

static uint32_t swap_halves(uint32_t word)
{
    return word << 16 | word >> 16;
}

/* A7.7.1: type 7, 10, 6 and 2 are one to four registers of VLD1, VST1. */
static bool is_whole_register_transfer(uint32_t word)
{
    const uint32_t type = word >> 8 & 0xf;

    return (word & 0xff900000) == 0xf4000000 && (type == 7 || type == 10 || type == 6 || type == 2);
}

/* A8.8.127: PLD, PLDW (immediate, literal). */
static bool is_preload(uint32_t word)
{
    return (word & 0xff30f000) == 0xf510f000 && (word & 3) == 0 && (word & 0xfff) < 1024;
}

static uint32_t preload(uint32_t word)
{
    return LDC_P15 | (word & 0x008f0000) | (word & 0xfff) >> 2;
}

uint32_t translation_of_arm(uint32_t word)
{
    if (is_preload(word)) {
        return preload(word);
    }
    if ((word & ~0xfU) == 0xf57ff050) {
        return MCR_DMB;
    }
    if ((word & ~0xfU) == 0xf57ff040) {
        return MCR_DSB;
    }
    return is_whole_register_transfer(word) ? word | 0xc0 : word;
}

uint32_t translation_of_thumb(uint32_t word)
{
    switch (swap_halves(word) & ~0xfU) {
    case 0xf3bf8f50:
        return swap_halves(MCR_DMB);
    case 0xf3bf8f40:
        return swap_halves(MCR_DSB);
    default:
        return word;
    }
}
