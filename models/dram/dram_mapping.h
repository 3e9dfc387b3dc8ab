/* From byte address to bank group, bank, row and column.
 *
 * A mapping is a list of fields from the most to the least significant address bit, separated by
 * colons: "row:bank:column". A field is a name (row, group, bank, column), which stands for all of
 * its bits not named elsewhere to its left, or explicit bits: "row[14..3]:bank[2..0]:row[2..0]:
 * column[9]:column[8..0]". Below the last field come the bytes of one bus width. Every bit of every
 * field must appear exactly once, and the columns of a burst must be the lowest bits.
 */
#ifndef ZEROSTAGE_DRAM_DRAM_MAPPING_H
#define ZEROSTAGE_DRAM_DRAM_MAPPING_H

#include "dram/dram_device.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

enum dram_field {
    DRAM_FIELD_ROW,
    DRAM_FIELD_GROUP,
    DRAM_FIELD_BANK,
    DRAM_FIELD_COLUMN,
    DRAM_FIELDS
};

enum { DRAM_MAPPING_RUNS = 8 }; /* of adjacent bits, a field */

struct dram_bit_run {
    uint8_t from, to; /* lowest bit in the address and in the field */
    uint32_t mask;    /* of the run's length */
};

struct dram_mapping {
    struct dram_bit_run runs[DRAM_FIELDS][DRAM_MAPPING_RUNS];
    uint32_t run_count[DRAM_FIELDS];
    uint32_t bank_bits; /* of one group: a flat bank number is group << bank_bits | bank */
    uint32_t span_bits; /* addresses that differ only in these lowest bits lie in one row */
};

struct dram_location {
    uint32_t group, bank; /* bank: flat number */
    uint32_t row, column;
};

/* Returns 0, or -EINVAL with a message for people in `error`. */
int dram_mapping_parse(struct dram_mapping *mapping, const struct dram_device *device,
                       const char *text, char *error, size_t error_bytes);

static inline uint32_t dram_mapping_field(const struct dram_mapping *mapping, enum dram_field field,
                                          uint64_t address)
{
    uint32_t value = 0;

    for (uint32_t i = 0; i < mapping->run_count[field]; i++) {
        const struct dram_bit_run *const run = &mapping->runs[field][i];
        value |= ((uint32_t)(address >> run->from) & run->mask) << run->to;
    }
    return value;
}

static inline bool dram_mapping_same_span(const struct dram_mapping *mapping, uint64_t a,
                                          uint64_t b)
{
    return (a ^ b) >> mapping->span_bits == 0;
}

static inline struct dram_location dram_mapping_locate(const struct dram_mapping *mapping,
                                                       uint64_t address)
{
    struct dram_location at;

    at.group = dram_mapping_field(mapping, DRAM_FIELD_GROUP, address);
    at.bank =
        at.group << mapping->bank_bits | dram_mapping_field(mapping, DRAM_FIELD_BANK, address);
    at.row = dram_mapping_field(mapping, DRAM_FIELD_ROW, address);
    at.column = dram_mapping_field(mapping, DRAM_FIELD_COLUMN, address);
    return at;
}

#ifdef __cplusplus
}
#endif
#endif
