#include "accel/matmul_accelerator_core.h"

#include "accel/systolic.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum opcode_bit { READ_A = 1u << 0, READ_B = 1u << 1, COMPUTE = 1u << 2, SEND_C = 1u << 3 };

enum { DIMENSION_BITS = 10, DIMENSION_MASK = (1 << DIMENSION_BITS) - 1 };

enum { MOST_COLUMNS = 1024 }; /* of a tile */

static uint32_t or_size(uint32_t value, const struct matmul_accelerator_config *config)
{
    return value != 0 ? value : config->size;
}

static uint64_t capacity(const struct matmul_accelerator_config *config)
{
    return config->version == MATMUL_V4 ? config->buffer_words
                                        : (uint64_t)config->size * config->size;
}

static uint32_t elements_per_word(const struct matmul_accelerator_config *config)
{
    return config->type == MATMUL_I8 ? 4 : 1;
}

static const char *config_error(const struct matmul_accelerator_config *config)
{
    if (config->size == 0 || config->size > MOST_COLUMNS) {
        return "size must be 1 to 1024";
    }
    if (config->version > MATMUL_V4 || config->type > MATMUL_I8 ||
        config->compute > MATMUL_SYSTOLIC_IS) {
        return "version, type or compute is not one of the choices";
    }
    if (config->size * config->size % elements_per_word(config) != 0) {
        return "a tile of i8 must fill whole words: size must be even";
    }
    if (capacity(config) < (uint64_t)config->size * config->size) {
        return "buffer_words is smaller than one block of size x size";
    }
    return NULL;
}

static void enter_fetch(struct matmul_accelerator_core *core)
{
    if (core->config.version == MATMUL_V1) {
        core->opcode = READ_A | READ_B | COMPUTE | SEND_C;
    } else {
        core->opcode = 0;
        core->step = MATMUL_FETCH;
    }
}

static void enter_transfer(struct matmul_accelerator_core *core, enum matmul_step step,
                           uint32_t words)
{
    core->step = step;
    core->words_done = 0;
    core->words_total = words;
}

/* Go on with the first step of the instruction that is at `from` or after it. */
static void enter_next(struct matmul_accelerator_core *core, uint32_t from)
{
    uint32_t pending = core->opcode & ~(from - 1);
    uint32_t packed = elements_per_word(&core->config);

    if (pending & READ_A) {
        enter_transfer(core, MATMUL_LOAD_A, core->m * core->k / packed);
    } else if (pending & READ_B) {
        enter_transfer(core, MATMUL_LOAD_B, core->k * core->n / packed);
    } else if (pending & COMPUTE) {
        core->step = MATMUL_COMPUTE;
    } else if (pending & SEND_C) {
        enter_transfer(core, MATMUL_STORE, core->m * core->n);
    } else {
        enter_fetch(core);
        if (core->config.version == MATMUL_V1) {
            enter_next(core, READ_A);
        }
    }
}

int matmul_core_init(struct matmul_accelerator_core *core,
                     const struct matmul_accelerator_config *config, const char **why)
{
    size_t words;

    memset(core, 0, sizeof(*core));
    *why = config_error(config);
    if (*why) {
        return -EINVAL;
    }
    words = (size_t)capacity(config);
    core->config = *config;
    core->m = core->n = core->k = config->size;
    core->a = calloc(words, sizeof(*core->a));
    core->b = calloc(words, sizeof(*core->b));
    core->c = calloc(words, sizeof(*core->c));
    if (!core->a || !core->b || !core->c) {
        matmul_core_destroy(core);
        return -ENOMEM;
    }
    enter_next(core, READ_A);
    return 0;
}

void matmul_core_destroy(struct matmul_accelerator_core *core)
{
    free(core->a);
    free(core->b);
    free(core->c);
    core->a = core->b = core->c = NULL;
}

static void fail(struct matmul_accelerator_core *core)
{
    core->step = MATMUL_FAILED;
    core->errors++;
}

static uint32_t highest_opcode(const struct matmul_accelerator_core *core)
{
    return core->config.version == MATMUL_V2 ? 7 : 15;
}

static void take_opcode(struct matmul_accelerator_core *core, uint32_t word)
{
    if (word == 0 || word > highest_opcode(core)) {
        snprintf(core->message, sizeof(core->message),
                 "word %llu of the input stream, 0x%08x, is not an opcode of v%u: expected 1 to %u",
                 (unsigned long long)core->words_in, word, core->config.version + 1,
                 highest_opcode(core));
        fail(core);
        return;
    }
    core->opcode = word;
    core->opcodes++;
    if (core->config.version == MATMUL_V2 && (word & COMPUTE)) {
        core->opcode |= SEND_C;
    }
    if (core->config.version == MATMUL_V4) {
        core->want_dimensions = true;
    } else {
        enter_next(core, READ_A);
    }
}

static bool block_multiple(const struct matmul_accelerator_config *config, uint32_t edge)
{
    return edge != 0 && edge % config->size == 0;
}

const char *matmul_tile_error(const struct matmul_accelerator_config *config, uint32_t m,
                              uint32_t n, uint32_t k)
{
    const uint32_t limit = config->buffer_words;
    const uint32_t packed = elements_per_word(config);

    if (!block_multiple(config, m) || !block_multiple(config, n) || !block_multiple(config, k)) {
        return "each must be a multiple of the block size";
    }
    if (m * k / packed > limit || k * n / packed > limit || m * n > limit) {
        return "a tile does not fit its buffer";
    }
    return NULL;
}

static const char *dimensions_error(const struct matmul_accelerator_core *core, uint32_t m,
                                    uint32_t n, uint32_t k)
{
    const char *const error = matmul_tile_error(&core->config, m, n, k);

    if (error != NULL) {
        return error;
    }
    if ((core->opcode & (COMPUTE | SEND_C)) && core->c_m != 0 &&
        (core->c_m != m || core->c_n != n)) {
        return "C holds results of another tile shape that were not sent";
    }
    return NULL;
}

static void take_dimensions(struct matmul_accelerator_core *core, uint32_t word)
{
    uint32_t m = word & DIMENSION_MASK;
    uint32_t n = word >> DIMENSION_BITS & DIMENSION_MASK;
    uint32_t k = word >> (2 * DIMENSION_BITS) & DIMENSION_MASK;
    const char *error = dimensions_error(core, m, n, k);

    core->want_dimensions = false;
    if (error) {
        snprintf(core->message, sizeof(core->message),
                 "word %llu of the input stream, 0x%08x, gives tM=%u tN=%u tK=%u: %s (block size "
                 "%u, buffers of %u words)",
                 (unsigned long long)core->words_in, word, m, n, k, error, core->config.size,
                 core->config.buffer_words);
        fail(core);
        return;
    }
    core->m = m;
    core->n = n;
    core->k = k;
    enter_next(core, READ_A);
}

size_t matmul_core_wanted(const struct matmul_accelerator_core *core)
{
    switch (core->step) {
    case MATMUL_FETCH:
        return 1;
    case MATMUL_LOAD_A:
    case MATMUL_LOAD_B:
        return core->words_total - core->words_done;
    default:
        return 0;
    }
}

void matmul_core_take(struct matmul_accelerator_core *core, const uint32_t *words, size_t count)
{
    uint32_t *tile = core->step == MATMUL_LOAD_A ? core->a : core->b;

    if (count == 0) {
        return;
    }
    if (core->step == MATMUL_FETCH) {
        if (core->want_dimensions) {
            take_dimensions(core, words[0]);
        } else {
            take_opcode(core, words[0]);
        }
        core->words_in++;
        return;
    }
    memcpy(tile + core->words_done, words, count * sizeof(*words));
    core->words_in += count;
    core->words_done += (uint32_t)count;
    if (core->words_done == core->words_total) {
        enter_next(core, core->step == MATMUL_LOAD_A ? READ_B : COMPUTE);
    }
}

/* AXI4MLIR's HLS: rows of C go through a pipeline one after the other, with 64 multipliers at most.
 * The 13, 17 and 73 cycles of its tiles of 4, 8 and 16 are the published 10, 60 and 112 operations
 * a cycle. */
static uint64_t published_cycles(uint64_t macs, uint32_t size)
{
    enum { MULTIPLIERS = 64, FILL_CYCLES = 9 };
    const uint64_t row = (uint64_t)size * size;
    const uint64_t rate = row < MULTIPLIERS ? row : MULTIPLIERS;

    return (macs + rate - 1) / rate + FILL_CYCLES;
}

static uint64_t loop_nest_cycles(const struct matmul_accelerator_config *config, uint64_t macs)
{
    const uint64_t rate = config->macs_per_cycle;

    return rate == 0 ? published_cycles(macs, config->size) : (macs + rate - 1) / rate;
}

uint64_t matmul_core_compute_cycles(const struct matmul_accelerator_config *config, uint32_t m,
                                    uint32_t n, uint32_t k)
{
    const struct systolic_array array = {or_size(config->array_rows, config),
                                         or_size(config->array_columns, config)};
    const struct systolic_shape shape = {m, n, k};

    switch (config->compute) {
    case MATMUL_SYSTOLIC_OS:
        return systolic_output_stationary(array, shape) + config->compute_latency_cycles;
    case MATMUL_SYSTOLIC_WS:
        return systolic_weight_stationary(array, shape) + config->compute_latency_cycles;
    case MATMUL_SYSTOLIC_IS:
        return systolic_input_stationary(array, shape) + config->compute_latency_cycles;
    default:
        return loop_nest_cycles(config, (uint64_t)m * n * k) + config->compute_latency_cycles;
    }
}

static float as_float(uint32_t bits)
{
    float value;

    memcpy(&value, &bits, sizeof(value));
    return value;
}

static uint32_t as_bits(float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

/* The rows of C are made one by one, each from whole rows of B: that is the order in which they lie
 * in memory. int32 wraps around. */
static void add_row_i32(const struct matmul_accelerator_core *core, uint32_t row)
{
    uint32_t *const restrict c = core->c + row * core->n;

    for (uint32_t i = 0; i < core->k; i++) {
        const uint32_t a = core->a[row * core->k + i];
        const uint32_t *const restrict b = core->b + i * core->n;

        for (uint32_t column = 0; column < core->n; column++) {
            c[column] += a * b[column];
        }
    }
}

/* Element `index` of a tile of bytes; words are little-endian. */
static uint32_t byte_at(const uint32_t *tile, uint32_t index)
{
    return (uint32_t)(int8_t)(tile[index / 4] >> index % 4 * 8);
}

static void add_row_i8(const struct matmul_accelerator_core *core, uint32_t row)
{
    uint32_t *const restrict c = core->c + row * core->n;

    for (uint32_t i = 0; i < core->k; i++) {
        const uint32_t a = byte_at(core->a, row * core->k + i);

        for (uint32_t column = 0; column < core->n; column++) {
            c[column] += a * byte_at(core->b, i * core->n + column);
        }
    }
}

/* Each sum starts from zero and is added to C at the end: rounding depends on the order. */
static void add_row_f32(const struct matmul_accelerator_core *core, uint32_t row)
{
    uint32_t *const c = core->c + row * core->n;
    float sums[MOST_COLUMNS];

    memset(sums, 0, core->n * sizeof(sums[0]));
    for (uint32_t i = 0; i < core->k; i++) {
        const float a = as_float(core->a[row * core->k + i]);

        for (uint32_t column = 0; column < core->n; column++) {
            sums[column] += a * as_float(core->b[i * core->n + column]);
        }
    }
    for (uint32_t column = 0; column < core->n; column++) {
        c[column] = as_bits(as_float(c[column]) + sums[column]);
    }
}

static void add_row(const struct matmul_accelerator_core *core, uint32_t row)
{
    switch (core->config.type) {
    case MATMUL_F32:
        add_row_f32(core, row);
        break;
    case MATMUL_I8:
        add_row_i8(core, row);
        break;
    default:
        add_row_i32(core, row);
    }
}

uint64_t matmul_core_run(struct matmul_accelerator_core *core)
{
    for (uint32_t row = 0; row < core->m; row++) {
        add_row(core, row);
    }
    core->c_m = core->m;
    core->c_n = core->n;
    core->macs += (uint64_t)core->m * core->n * core->k;
    enter_next(core, SEND_C);
    return matmul_core_compute_cycles(&core->config, core->m, core->n, core->k);
}

const uint32_t *matmul_core_result(const struct matmul_accelerator_core *core, size_t *count)
{
    *count = core->words_total - core->words_done;
    return core->c + core->words_done;
}

void matmul_core_sent(struct matmul_accelerator_core *core, size_t count)
{
    core->words_out += count;
    core->words_done += (uint32_t)count;
    if (core->words_done < core->words_total) {
        return;
    }
    memset(core->c, 0, core->words_total * sizeof(*core->c));
    core->c_m = core->c_n = 0;
    core->tiles_out++;
    enter_next(core, SEND_C << 1);
}

bool matmul_core_at_rest(const struct matmul_accelerator_core *core)
{
    if (core->config.version == MATMUL_V1) {
        return core->step == MATMUL_LOAD_A && core->words_done == 0;
    }
    return core->step == MATMUL_FETCH && !core->want_dimensions;
}

static void describe_opcode(const struct matmul_accelerator_core *core, char *text, size_t bytes)
{
    if (core->config.version == MATMUL_V1) {
        snprintf(text, bytes, "v1: A, B in, C out");
        return;
    }
    snprintf(text, bytes, "opcode %u:%s%s%s%s", core->opcode,
             core->opcode & READ_A ? " read-A" : "", core->opcode & READ_B ? " read-B" : "",
             core->opcode & COMPUTE ? " compute" : "", core->opcode & SEND_C ? " send-C" : "");
}

void matmul_core_describe(const struct matmul_accelerator_core *core, char *text, size_t bytes)
{
    char opcode[64];

    describe_opcode(core, opcode, sizeof(opcode));
    switch (core->step) {
    case MATMUL_FETCH:
        if (core->want_dimensions) {
            snprintf(text, bytes, "waits for the dimensions word (%s)", opcode);
        } else {
            snprintf(text, bytes, "waits for an opcode");
        }
        break;
    case MATMUL_LOAD_A:
    case MATMUL_LOAD_B:
        snprintf(text, bytes, "waits for word %u of %u of tile %c (%s)", core->words_done + 1,
                 core->words_total, core->step == MATMUL_LOAD_A ? 'A' : 'B', opcode);
        break;
    case MATMUL_COMPUTE:
        snprintf(text, bytes, "computes (%s)", opcode);
        break;
    case MATMUL_STORE:
        snprintf(text, bytes, "has sent %u of %u words of tile C (%s)", core->words_done,
                 core->words_total, opcode);
        break;
    case MATMUL_FAILED:
        snprintf(text, bytes, "stopped: %s", core->message);
        break;
    }
}
