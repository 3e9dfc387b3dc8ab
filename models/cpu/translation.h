/* What dynarmic is shown in place of an ARM instruction: one with the same effect that serves the
 * model better. */
#ifndef ZEROSTAGE_CPU_TRANSLATION_H
#define ZEROSTAGE_CPU_TRANSLATION_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* - DMB and DSB, which have no callback, become their CP15 forms, which have one.
 * - PLD, which has none either, becomes a load of coprocessor 15, which no program may execute, if
 *   its offset fits there: a multiple of 4 below 1024.
 * - VLD1 and VST1 of whole registers move 64 bits at a time, as the A9 does, instead of one element
 *   at a time: the element size matters in big-endian memory only. */
uint32_t translation_of_arm(uint32_t word);

/* `word` holds two Thumb halfwords, the first in its lower half. Only barriers that lie in one word
 * are known. */
uint32_t translation_of_thumb(uint32_t word);

#ifdef __cplusplus
}
#endif
#endif
