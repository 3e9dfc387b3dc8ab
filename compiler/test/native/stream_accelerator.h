/* Software model of the AXI4MLIR matmul accelerators v1 to v4: words in, words out.
 *
 * An opcode word is a bit mask, executed in this order: read A, read B, compute (C += A x B), send
 * C (which clears C). v1 has no opcodes: it always does all four. v2 has no send of its own: each
 * compute sends C. In v4 each opcode is followed by the tile's shape, (k << 20) | (n << 10) | m, of
 * multiples of its size. Tiles are row-major.
 */
#ifndef ZEROSTAGE_TEST_STREAM_ACCELERATOR_H
#define ZEROSTAGE_TEST_STREAM_ACCELERATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined ZS_F32
typedef float element;
typedef float input_element;
#elif defined ZS_I8
typedef int32_t element;
typedef int8_t input_element; /* four a word */
#else
typedef int32_t element;
typedef int32_t input_element;
#endif

enum { MAX_TILE_WORDS = 4096 };

struct stream_accelerator {
    int version;
    size_t size;
    size_t m, n, k;    /* of the current tile */
    bool wants_shape;  /* v4: the next word is the tile's shape */
    uint32_t pending;  /* what is left to do of the opcode */
    size_t read_words; /* of the tile that is being read */
    input_element a[MAX_TILE_WORDS];
    input_element b[MAX_TILE_WORDS];
    element c[MAX_TILE_WORDS];
    uint32_t output[MAX_TILE_WORDS];
    size_t output_head;
    size_t output_words;
};

void accelerator_reset(struct stream_accelerator *accelerator, int version, size_t size);

/* Take a word. False when the accelerator would stall, because its last C has not been taken, and
 * for a word that is no opcode, or no shape, of its version. */
bool accelerator_put(struct stream_accelerator *accelerator, uint32_t word);

/* Give a word. False when there is none. */
bool accelerator_get(struct stream_accelerator *accelerator, uint32_t *word);

/* Whether some words of the last C's packet (TLAST is on its last word) were given, and not all. */
bool accelerator_is_inside_packet(const struct stream_accelerator *accelerator);

/* Whether it waits for a new opcode (v1: tile), with nothing left to give. */
bool accelerator_is_idle(const struct stream_accelerator *accelerator);

#endif
