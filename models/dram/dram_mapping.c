#include "dram/dram_mapping.h"

#include "dram/dram_message.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *const field_names[DRAM_FIELDS] = {"row", "group", "bank", "column"};

enum { ADDRESS_BITS = 48 };

/* One address bit: which bit of which field. */
struct bit {
    uint8_t field, index;
};

struct parser {
    const char *at;
    uint32_t width[DRAM_FIELDS]; /* bits of each field */
    uint64_t seen[DRAM_FIELDS];
    struct bit bits[ADDRESS_BITS]; /* most significant first */
    uint32_t count;
    char *error;
    size_t error_bytes;
};

static uint32_t log2_of(uint32_t power_of_two)
{
    return (uint32_t)__builtin_ctz(power_of_two);
}

static int append(struct parser *parser, uint32_t field, uint32_t index)
{
    if (index >= parser->width[field]) {
        return dram_mistake(parser->error, parser->error_bytes, "%s[%u]: %s has %u bits",
                            field_names[field], index, field_names[field], parser->width[field]);
    }
    if (parser->seen[field] >> index & 1) {
        return dram_mistake(parser->error, parser->error_bytes, "%s[%u] appears twice",
                            field_names[field], index);
    }
    if (parser->count == ADDRESS_BITS) {
        return dram_mistake(parser->error, parser->error_bytes, "more than %d address bits",
                            ADDRESS_BITS);
    }
    parser->seen[field] |= 1ULL << index;
    parser->bits[parser->count++] = (struct bit){(uint8_t)field, (uint8_t)index};
    return 0;
}

static int parse_name(struct parser *parser, uint32_t *field)
{
    size_t length = 0;

    while (isalpha((unsigned char)parser->at[length])) {
        length++;
    }
    for (uint32_t i = 0; i < DRAM_FIELDS; i++) {
        if (strlen(field_names[i]) == length && strncmp(field_names[i], parser->at, length) == 0) {
            parser->at += length;
            *field = i;
            return 0;
        }
    }
    return dram_mistake(parser->error, parser->error_bytes,
                        "unknown field at \"%s\": expected row, group, bank or column", parser->at);
}

static bool parse_index(struct parser *parser, uint32_t *index)
{
    char *end;

    if (!isdigit((unsigned char)*parser->at)) {
        return false;
    }
    const unsigned long value = strtoul(parser->at, &end, 10);
    parser->at = end;
    *index = value < 64 ? (uint32_t)value : 64;
    return true;
}

/* "[5]" or "[14..3]", high bit first. */
static int parse_bits(struct parser *parser, uint32_t field)
{
    uint32_t high;
    const char *const start = parser->at++;

    if (!parse_index(parser, &high)) {
        return dram_mistake(parser->error, parser->error_bytes, "expected a bit number at \"%s\"",
                            start);
    }
    uint32_t low = high;
    if (strncmp(parser->at, "..", 2) == 0) {
        parser->at += 2;
        if (!parse_index(parser, &low) || low > high) {
            return dram_mistake(parser->error, parser->error_bytes,
                                "expected [HIGH..LOW] at \"%s\"", start);
        }
    }
    if (*parser->at != ']') {
        return dram_mistake(parser->error, parser->error_bytes, "missing ] at \"%s\"", start);
    }
    parser->at++;
    for (uint32_t index = high + 1; index-- > low;) {
        const int status = append(parser, field, index);
        if (status != 0) {
            return status;
        }
    }
    return 0;
}

static int parse_rest_of_field(struct parser *parser, uint32_t field)
{
    for (uint32_t index = parser->width[field]; index-- > 0;) {
        if (!(parser->seen[field] >> index & 1)) {
            const int status = append(parser, field, index);
            if (status != 0) {
                return status;
            }
        }
    }
    return 0;
}

static int parse_fields(struct parser *parser)
{
    for (;;) {
        uint32_t field = 0;
        int status = parse_name(parser, &field);

        if (status == 0) {
            status =
                *parser->at == '[' ? parse_bits(parser, field) : parse_rest_of_field(parser, field);
        }
        if (status != 0) {
            return status;
        }
        if (*parser->at == '\0') {
            return 0;
        }
        if (*parser->at != ':') {
            return dram_mistake(parser->error, parser->error_bytes, "expected : at \"%s\"",
                                parser->at);
        }
        parser->at++;
    }
}

static int check_complete(struct parser *parser, const struct dram_device *device)
{
    for (uint32_t field = 0; field < DRAM_FIELDS; field++) {
        for (uint32_t index = 0; index < parser->width[field]; index++) {
            if (!(parser->seen[field] >> index & 1)) {
                return dram_mistake(parser->error, parser->error_bytes, "%s[%u] is missing",
                                    field_names[field], index);
            }
        }
    }
    for (uint32_t index = 0; index < log2_of(device->burst_length); index++) {
        const struct bit bit = parser->bits[parser->count - 1 - index];
        if (bit.field != DRAM_FIELD_COLUMN || bit.index != index) {
            return dram_mistake(parser->error, parser->error_bytes,
                                "the lowest %u bits must be column[%u..0], the columns of a burst",
                                log2_of(device->burst_length), log2_of(device->burst_length) - 1);
        }
    }
    return 0;
}

/* Join adjacent bits into runs, from the least significant up. */
static int make_runs(struct parser *parser, struct dram_mapping *mapping, uint32_t byte_bits)
{
    struct bit previous = {DRAM_FIELDS, 0};

    for (uint32_t i = 0; i < parser->count; i++) {
        const struct bit bit = parser->bits[parser->count - 1 - i];
        uint32_t *const count = &mapping->run_count[bit.field];
        struct dram_bit_run *const runs = mapping->runs[bit.field];

        if (bit.field == previous.field && bit.index == previous.index + 1) {
            runs[*count - 1].mask = runs[*count - 1].mask << 1 | 1;
        } else if (*count == DRAM_MAPPING_RUNS) {
            return dram_mistake(parser->error, parser->error_bytes,
                                "%s is split into more than %d parts", field_names[bit.field],
                                DRAM_MAPPING_RUNS);
        } else {
            runs[(*count)++] = (struct dram_bit_run){(uint8_t)(byte_bits + i), bit.index, 1};
        }
        previous = bit;
    }
    return 0;
}

int dram_mapping_parse(struct dram_mapping *mapping, const struct dram_device *device,
                       const char *text, char *error, size_t error_bytes)
{
    struct parser parser = {.at = text, .error = error, .error_bytes = error_bytes};

    parser.width[DRAM_FIELD_ROW] = log2_of(device->rows);
    parser.width[DRAM_FIELD_GROUP] = log2_of(device->bank_groups);
    parser.width[DRAM_FIELD_BANK] = log2_of(device->banks_per_group);
    parser.width[DRAM_FIELD_COLUMN] = log2_of(device->columns);

    int status = parse_fields(&parser);
    if (status == 0) {
        status = check_complete(&parser, device);
    }
    if (status == 0) {
        *mapping = (struct dram_mapping){.bank_bits = parser.width[DRAM_FIELD_BANK]};
        status = make_runs(&parser, mapping, log2_of(dram_device_bus_bytes(device)));
        /* the lowest field is a column's: that is checked above */
        const struct dram_bit_run *const lowest = &mapping->runs[DRAM_FIELD_COLUMN][0];
        mapping->span_bits = lowest->from + log2_of(lowest->mask + 1);
    }
    return status;
}
