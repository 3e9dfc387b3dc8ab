#include "dram/dram_device.h"

#include "dram/dram_message.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *const timing_names[DRAM_TIMING_COUNT] = {
#define X(name) #name,
    DRAM_TIMINGS(X)
#undef X
};

static const char *const command_names[DRAM_COMMANDS] = {"ACT", "PRE", "PREA",  "RD",  "WR", "RDA",
                                                         "WRA", "REF", "REFPB", "PDE", "PDX"};

const char *dram_command_name(enum dram_command command)
{
    return (unsigned)command < DRAM_COMMANDS ? command_names[command] : NULL;
}

const char *dram_timing_name(enum dram_timing timing)
{
    return (unsigned)timing < DRAM_TIMING_COUNT ? timing_names[timing] : NULL;
}

static bool timing_by_name(const char *name, size_t length, uint32_t *timing)
{
    for (uint32_t i = 0; i < DRAM_TIMING_COUNT; i++) {
        if (strlen(timing_names[i]) == length && strncmp(timing_names[i], name, length) == 0) {
            *timing = i;
            return true;
        }
    }
    return false;
}

void dram_device_clocks(const struct dram_device *device, uint32_t clocks[DRAM_TIMING_COUNT])
{
    for (uint32_t i = 0; i < DRAM_TIMING_COUNT; i++) {
        const struct dram_timing_value *const value = &device->timing[i];
        const uint64_t guard = i == DRAM_T_REFI ? 26 : 974;         /* thousandths of a clock */
        const uint64_t time_fs = (uint64_t)value->ps * 1000 * 1000; /* thousandths */
        const uint64_t rounded = (time_fs / device->clock_fs + guard) / 1000;

        clocks[i] = rounded > value->clocks ? (uint32_t)rounded : value->clocks;
    }
}

/* One name or number; returns what follows it, NULL for neither. */
static const char *latency_term(const char *text, const uint32_t *clocks, int32_t *value)
{
    const char *end = text;
    uint32_t timing;

    while (isalnum((unsigned char)*end) || *end == '_') {
        end++;
    }
    if (isdigit((unsigned char)*text)) {
        *value = (int32_t)strtol(text, NULL, 10);
    } else if (timing_by_name(text, (size_t)(end - text), &timing)) {
        *value = (int32_t)clocks[timing];
    } else {
        return NULL;
    }
    return end;
}

int dram_latency(const char *expression, const uint32_t clocks[DRAM_TIMING_COUNT], int32_t *latency)
{
    const char *at = expression;
    int32_t sign = 1;
    int32_t sum = 0;

    for (;;) {
        int32_t value = 0;

        at = latency_term(at, clocks, &value);
        if (at == NULL) {
            return -EINVAL;
        }
        sum += sign * value;
        if (*at == '\0') {
            *latency = sum;
            return 0;
        }
        if (strncmp(at, " + ", 3) != 0 && strncmp(at, " - ", 3) != 0) {
            return -EINVAL;
        }
        sign = at[1] == '+' ? 1 : -1;
        at += 3;
    }
}

/* "7", "13.5ns", "4/7.5ns". */
static bool parse_timing(const char *text, struct dram_timing_value *value)
{
    char *end;
    double number = strtod(text, &end);

    *value = (struct dram_timing_value){0, 0};
    if (end == text || !isfinite(number) || number < 0 || number > 1e6) {
        return false;
    }
    if (*end == '/' || *end == '\0') {
        if (number != floor(number)) {
            return false;
        }
        value->clocks = (uint32_t)number;
        if (*end == '\0') {
            return true;
        }
        text = end + 1;
        number = strtod(text, &end);
        if (end == text || !isfinite(number) || number < 0 || number > 1e6) {
            return false;
        }
    }
    value->ps = (uint32_t)llround(number * 1000);
    return strcmp(end, "ns") == 0;
}

static uint32_t *geometry_field(struct dram_device *device, const char *name, size_t length)
{
    const struct {
        const char *name;
        uint32_t *field;
    } fields[] = {{"bus_bits", &device->bus_bits},
                  {"device_bits", &device->device_bits},
                  {"burst_length", &device->burst_length},
                  {"bank_groups", &device->bank_groups},
                  {"banks_per_group", &device->banks_per_group},
                  {"rows", &device->rows},
                  {"columns", &device->columns}};

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (strlen(fields[i].name) == length && strncmp(fields[i].name, name, length) == 0) {
            return fields[i].field;
        }
    }
    return NULL;
}

static int override_clock(struct dram_device *device, const char *text, char *error,
                          size_t error_bytes)
{
    char *end;
    const double period_ns = strtod(text, &end);

    if (end == text || strcmp(end, "ns") != 0 || !(period_ns >= 0.1 && period_ns <= 100)) {
        return dram_mistake(error, error_bytes, "clock=%s: expected a period of 0.1ns to 100ns",
                            text);
    }
    device->clock_fs = (uint64_t)llround(period_ns * 1e6);
    return 0;
}

int dram_device_override(struct dram_device *device, const char *text, char *error,
                         size_t error_bytes)
{
    const char *const equals = strchr(text, '=');
    uint32_t timing;

    if (equals == NULL) {
        return dram_mistake(error, error_bytes, "\"%s\": expected NAME=VALUE, such as RCD=7", text);
    }
    const size_t length = (size_t)(equals - text);
    if (length == 5 && strncmp(text, "clock", 5) == 0) {
        return override_clock(device, equals + 1, error, error_bytes);
    }
    if (timing_by_name(text, length, &timing)) {
        if (!parse_timing(equals + 1, &device->timing[timing])) {
            return dram_mistake(
                error, error_bytes,
                "\"%s\": expected clocks (7), a time (13.5ns) or the larger (4/7.5ns)", text);
        }
        return 0;
    }
    uint32_t *const field = geometry_field(device, text, length);
    if (field != NULL) {
        char *end;
        const unsigned long value = strtoul(equals + 1, &end, 10);

        if (end == equals + 1 || *end != '\0' || value == 0 || value > UINT32_MAX) {
            return dram_mistake(error, error_bytes, "\"%s\": expected a whole number above 0",
                                text);
        }
        *field = (uint32_t)value;
        return 0;
    }
    return dram_mistake(
        error, error_bytes,
        "\"%.*s\" is neither a timing parameter (CL, RCD, RFC, ...) nor one of clock, "
        "bus_bits, device_bits, burst_length, bank_groups, banks_per_group, rows, columns",
        (int)length, text);
}

static bool power_of_two(uint32_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

int dram_device_check(const struct dram_device *device, char *error, size_t error_bytes)
{
    const uint32_t values[] = {device->bus_bits,    device->device_bits,     device->burst_length,
                               device->bank_groups, device->banks_per_group, device->rows,
                               device->columns};

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (!power_of_two(values[i])) {
            return dram_mistake(error, error_bytes,
                                "bus_bits, device_bits, burst_length, bank_groups, "
                                "banks_per_group, rows and columns "
                                "must be powers of two, %u is not",
                                values[i]);
        }
    }
    if (device->bus_bits < 8 || device->burst_length < 2 || dram_device_burst_bytes(device) > 64) {
        return dram_mistake(error, error_bytes,
                            "a burst of %u beats of %u bits is not within 2 to 64 bytes",
                            device->burst_length, device->bus_bits);
    }
    if (device->device_bits > device->bus_bits) {
        return dram_mistake(error, error_bytes, "devices of %u bits on a bus of %u",
                            device->device_bits, device->bus_bits);
    }
    if (device->columns < device->burst_length) {
        return dram_mistake(error, error_bytes, "a row of %u columns is shorter than a burst of %u",
                            device->columns, device->burst_length);
    }
    if (dram_device_banks(device) > 32) {
        return dram_mistake(error, error_bytes, "%u banks: at most 32 are supported",
                            dram_device_banks(device));
    }
    if (device->clock_fs == 0) {
        return dram_mistake(error, error_bytes, "the clock period is 0");
    }
    return 0;
}
