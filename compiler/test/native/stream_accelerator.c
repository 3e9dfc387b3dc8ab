#include "stream_accelerator.h"

#include <string.h>

enum { READ_A = 1, READ_B = 2, COMPUTE = 4, SEND_C = 8, ALL = 15 };

static void await_opcode(struct stream_accelerator *accelerator)
{
    accelerator->pending = accelerator->version == 1 ? ALL : 0;
    accelerator->read_words = 0;
}

void accelerator_reset(struct stream_accelerator *accelerator, int version, size_t size)
{
    memset(accelerator, 0, sizeof(*accelerator));
    accelerator->version = version;
    accelerator->size = size;
    accelerator->m = accelerator->n = accelerator->k = size;
    await_opcode(accelerator);
}

static void multiply(struct stream_accelerator *accelerator)
{
    const size_t m = accelerator->m, n = accelerator->n, k = accelerator->k;

    for (size_t row = 0; row < m; row++)
        for (size_t column = 0; column < n; column++)
            for (size_t i = 0; i < k; i++)
                accelerator->c[row * n + column] +=
                    accelerator->a[row * k + i] * accelerator->b[i * n + column];
}

static void send_c(struct stream_accelerator *accelerator)
{
    const size_t words = accelerator->m * accelerator->n;

    memcpy(accelerator->output, accelerator->c, words * sizeof(uint32_t));
    memset(accelerator->c, 0, sizeof(accelerator->c));
    accelerator->output_head = 0;
    accelerator->output_words = words;
}

static bool start_opcode(struct stream_accelerator *accelerator, uint32_t word)
{
    const uint32_t last = accelerator->version == 2 ? READ_A | READ_B | COMPUTE : ALL;

    if (word == 0 || word > last)
        return false;
    accelerator->pending = word;
    if (accelerator->version == 2 && (word & COMPUTE))
        accelerator->pending |= SEND_C;
    accelerator->wants_shape = accelerator->version == 4;
    return true;
}

static bool take_shape(struct stream_accelerator *accelerator, uint32_t word)
{
    const size_t m = word & 1023, n = word >> 10 & 1023, k = word >> 20 & 1023;
    const size_t size = accelerator->size;

    accelerator->m = m;
    accelerator->n = n;
    accelerator->k = k;
    accelerator->wants_shape = false;
    return m > 0 && n > 0 && k > 0 && m % size == 0 && n % size == 0 && k % size == 0 &&
           m * n <= MAX_TILE_WORDS && m * k <= MAX_TILE_WORDS && k * n <= MAX_TILE_WORDS;
}

/* Do what the opcode asks for and needs no more input. */
static bool run(struct stream_accelerator *accelerator)
{
    if (accelerator->pending & (READ_A | READ_B))
        return true;
    if (accelerator->pending & COMPUTE)
        multiply(accelerator);
    if (accelerator->pending & SEND_C) {
        if (accelerator->output_words > 0)
            return false;
        send_c(accelerator);
    }
    await_opcode(accelerator);
    return true;
}

static size_t get_tile_words(const struct stream_accelerator *accelerator, uint32_t reading)
{
    return accelerator->k * (reading == READ_A ? accelerator->m : accelerator->n);
}

bool accelerator_put(struct stream_accelerator *accelerator, uint32_t word)
{
    const uint32_t reading = accelerator->pending & READ_A ? READ_A : READ_B;
    unsigned char *tile = (unsigned char *)(reading == READ_A ? accelerator->a : accelerator->b);

    if (accelerator->wants_shape)
        return take_shape(accelerator, word) && run(accelerator);
    if (!(accelerator->pending & (READ_A | READ_B)))
        return start_opcode(accelerator, word) && (accelerator->wants_shape || run(accelerator));
    memcpy(tile + accelerator->read_words++ * sizeof(word), &word, sizeof(word));
    if (accelerator->read_words * sizeof(word) <
        get_tile_words(accelerator, reading) * sizeof(input_element))
        return true;
    accelerator->read_words = 0;
    accelerator->pending &= ~reading;
    return run(accelerator);
}

bool accelerator_get(struct stream_accelerator *accelerator, uint32_t *word)
{
    if (accelerator->output_words == 0)
        return false;
    *word = accelerator->output[accelerator->output_head++];
    accelerator->output_words--;
    return true;
}

bool accelerator_is_inside_packet(const struct stream_accelerator *accelerator)
{
    return accelerator->output_words > 0 && accelerator->output_head > 0;
}

bool accelerator_is_idle(const struct stream_accelerator *accelerator)
{
    const uint32_t at_rest = accelerator->version == 1 ? ALL : 0;

    return accelerator->pending == at_rest && !accelerator->wants_shape &&
           accelerator->read_words == 0 && accelerator->output_words == 0;
}
