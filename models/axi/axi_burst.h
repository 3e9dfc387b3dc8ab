/* Split a transfer into the bursts that AXI allows (IHI 0022, "Burst length", "Burst type"):
 * at most 16 beats on AXI3, 256 on AXI4 (INCR only), 1 on AXI4-Lite; never across 4 KiB.
 *
 * A start that is not aligned makes a short first beat, an end that is not aligned a short last
 * one; the byte lanes in use are the strobes of the beat.
 */
#ifndef ZEROSTAGE_AXI_AXI_BURST_H
#define ZEROSTAGE_AXI_AXI_BURST_H

#include "axi/axi.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum axi_protocol { AXI_PROTOCOL_AXI3, AXI_PROTOCOL_AXI4, AXI_PROTOCOL_AXI4_LITE };

enum {
    AXI_BOUNDARY_BYTES = 4096,
    AXI_MAX_BEAT_BYTES = 64, /* 512 bits: the strobes of a beat fit a uint64_t */
    AXI_FIXED_MAX_BEATS = 16,
    AXI_WRAP_MAX_BEATS = 16
};

struct axi_burst {
    uint64_t address; /* of the first byte */
    uint64_t offset;  /* of that byte in the transfer's data */
    uint32_t bytes;
    uint16_t beats;
    uint8_t beat_bytes; /* AxSIZE as bytes */
    enum axi_burst_type type;
};

/* A piece of a burst that is contiguous in memory; `offset` counts in the transfer's data. */
struct axi_segment {
    uint64_t address, offset;
    uint32_t bytes;
};

/* Walks through the bursts of one transfer; its fields are its own. */
struct axi_burst_iterator {
    uint64_t address, offset, bytes; /* what is left, up to the wrap */
    uint64_t wrapped_address, wrapped_bytes;
    uint32_t max_beats;
    uint8_t beat_bytes;
    enum axi_burst_type type;
};

/* Most beats of one burst. */
uint32_t axi_max_beats(enum axi_protocol protocol, enum axi_burst_type type);

/* Start on a transfer of `bytes` bytes at `address`, in beats of `beat_bytes` (a power of two).
 * FIXED: every beat goes to `address`. WRAP: `address` is a multiple of `beat_bytes`, and `bytes`
 * makes 2, 4, 8 or 16 beats; a protocol too small for it gets INCR bursts with the same bytes.
 * Returns 0, or -EINVAL for no bytes, a bad beat size, a bad WRAP or the end of the address space.
 */
int axi_burst_begin(struct axi_burst_iterator *iterator, enum axi_protocol protocol,
                    enum axi_burst_type type, uint8_t beat_bytes, uint64_t address, uint64_t bytes);

/* The next burst; false when the whole transfer is covered. */
bool axi_burst_next(struct axi_burst_iterator *iterator, struct axi_burst *burst);

/* Byte lanes of a bus of `bus_bytes` that beat number `beat` of a burst uses: bit i = lane i. */
uint64_t axi_burst_strobes(const struct axi_burst *burst, uint32_t bus_bytes, uint32_t beat);

/* Contiguous pieces of a burst: one, or two for a WRAP that goes round; FIXED counts as one. */
unsigned axi_burst_segments(const struct axi_burst *burst, struct axi_segment segments[2]);

#ifdef __cplusplus
}
#endif
#endif
