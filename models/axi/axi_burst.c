#include "axi/axi_burst.h"

#include <errno.h>

static bool power_of_two(uint64_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint32_t axi_max_beats(enum axi_protocol protocol, enum axi_burst_type type)
{
    if (protocol == AXI_PROTOCOL_AXI4_LITE) {
        return 1;
    }
    if (protocol == AXI_PROTOCOL_AXI3 || type == AXI_WRAP) {
        return AXI_WRAP_MAX_BEATS;
    }
    return type == AXI_FIXED ? AXI_FIXED_MAX_BEATS : 256;
}

/* A WRAP that its port cannot carry becomes INCR: first up to the wrap, then from its base. */
static int begin_wrap(struct axi_burst_iterator *iterator, enum axi_protocol protocol)
{
    const uint64_t beats = iterator->bytes / iterator->beat_bytes;
    const uint64_t base = iterator->address & ~(iterator->bytes - 1);

    if (!power_of_two(iterator->bytes) || beats < 2 || beats > AXI_WRAP_MAX_BEATS ||
        iterator->address % iterator->beat_bytes != 0) {
        return -EINVAL;
    }
    if (iterator->address == base) {
        iterator->type = AXI_INCR;
    } else if (beats > axi_max_beats(protocol, AXI_WRAP)) {
        iterator->type = AXI_INCR;
        iterator->wrapped_address = base;
        iterator->wrapped_bytes = iterator->address - base;
        iterator->bytes -= iterator->wrapped_bytes;
    }
    return 0;
}

int axi_burst_begin(struct axi_burst_iterator *iterator, enum axi_protocol protocol,
                    enum axi_burst_type type, uint8_t beat_bytes, uint64_t address, uint64_t bytes)
{
    if (bytes == 0 || !power_of_two(beat_bytes) || beat_bytes > AXI_MAX_BEAT_BYTES ||
        (type != AXI_FIXED && address > UINT64_MAX - (bytes - 1))) {
        return -EINVAL;
    }
    *iterator = (struct axi_burst_iterator){.address = address,
                                            .bytes = bytes,
                                            .max_beats = axi_max_beats(protocol, type),
                                            .beat_bytes = beat_bytes,
                                            .type = type};
    return type == AXI_WRAP ? begin_wrap(iterator, protocol) : 0;
}

/* The size of a beat is a power of two. */
static uint64_t offset_in_beat(uint64_t address, uint8_t beat_bytes)
{
    return address & (beat_bytes - 1u);
}

static uint64_t bytes_allowed(const struct axi_burst_iterator *iterator)
{
    const uint64_t in_beat = offset_in_beat(iterator->address, iterator->beat_bytes);

    if (iterator->type == AXI_WRAP) {
        return iterator->bytes;
    }
    if (iterator->type == AXI_FIXED) {
        return iterator->max_beats * (iterator->beat_bytes - in_beat);
    }
    return smaller(iterator->max_beats * (uint64_t)iterator->beat_bytes - in_beat,
                   AXI_BOUNDARY_BYTES - iterator->address % AXI_BOUNDARY_BYTES);
}

static uint32_t beats_of(const struct axi_burst *burst)
{
    const uint64_t in_beat = offset_in_beat(burst->address, burst->beat_bytes);

    if (burst->type == AXI_FIXED) {
        const uint64_t a_beat = burst->beat_bytes - in_beat;
        return (uint32_t)((burst->bytes + a_beat - 1) / a_beat);
    }
    return (uint32_t)((in_beat + burst->bytes + burst->beat_bytes - 1) >>
                      __builtin_ctz(burst->beat_bytes));
}

bool axi_burst_next(struct axi_burst_iterator *iterator, struct axi_burst *burst)
{
    if (iterator->bytes == 0) {
        if (iterator->wrapped_bytes == 0) {
            return false;
        }
        iterator->address = iterator->wrapped_address;
        iterator->bytes = iterator->wrapped_bytes;
        iterator->wrapped_bytes = 0;
    }
    *burst =
        (struct axi_burst){.address = iterator->address,
                           .offset = iterator->offset,
                           .bytes = (uint32_t)smaller(iterator->bytes, bytes_allowed(iterator)),
                           .beat_bytes = iterator->beat_bytes,
                           .type = iterator->type};
    burst->beats = (uint16_t)beats_of(burst);
    iterator->offset += burst->bytes;
    iterator->bytes -= burst->bytes;
    if (iterator->type != AXI_FIXED) {
        iterator->address += burst->bytes;
    }
    return true;
}

/* First byte address of a beat, and in *bytes how many it carries. */
static uint64_t beat_range(const struct axi_burst *burst, uint32_t beat, uint32_t *bytes)
{
    const uint64_t aligned = burst->address & ~(uint64_t)(burst->beat_bytes - 1u);
    const uint32_t skip = (uint32_t)(burst->address - aligned);
    const uint32_t first = burst->beat_bytes - skip;
    uint64_t address = aligned + (uint64_t)beat * burst->beat_bytes;
    uint32_t before = beat == 0 ? 0 : first + (beat - 1) * burst->beat_bytes;
    uint32_t room = beat == 0 ? first : burst->beat_bytes;

    if (burst->type == AXI_FIXED) {
        before = beat * first;
        room = first;
        address = burst->address;
    } else if (beat == 0) {
        address = burst->address;
    } else if (burst->type == AXI_WRAP) {
        const uint64_t base = burst->address & ~(uint64_t)(burst->bytes - 1u);
        address = base + (address - base) % burst->bytes;
    }
    *bytes = (uint32_t)smaller(room, burst->bytes - before);
    return address;
}

uint64_t axi_burst_strobes(const struct axi_burst *burst, uint32_t bus_bytes, uint32_t beat)
{
    uint32_t bytes;
    const uint64_t lane = beat_range(burst, beat, &bytes) % bus_bytes;
    const uint64_t ones = bytes == 64 ? UINT64_MAX : ((uint64_t)1 << bytes) - 1;

    return ones << lane;
}

unsigned axi_burst_segments(const struct axi_burst *burst, struct axi_segment segments[2])
{
    const struct axi_segment whole = {burst->address, burst->offset, burst->bytes};

    segments[0] = whole;
    if (burst->type != AXI_WRAP) {
        return 1;
    }
    const uint64_t base = burst->address & ~(uint64_t)(burst->bytes - 1u);
    const uint32_t wrapped = (uint32_t)(burst->address - base);

    segments[0].bytes -= wrapped;
    segments[1] = (struct axi_segment){base, burst->offset + segments[0].bytes, wrapped};
    return wrapped == 0 ? 1 : 2;
}
