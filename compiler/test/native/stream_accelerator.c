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
    await_opcode(accelerator);
}

static void multiply(struct stream_accelerator *accelerator)
{
    const size_t size = accelerator->size;

    for (size_t row = 0; row < size; row++)
        for (size_t column = 0; column < size; column++)
            for (size_t k = 0; k < size; k++)
                accelerator->c[row * size + column] +=
                    accelerator->a[row * size + k] * accelerator->b[k * size + column];
}

static void send_c(struct stream_accelerator *accelerator)
{
    const size_t words = accelerator->size * accelerator->size;

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
    return true;
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

bool accelerator_put(struct stream_accelerator *accelerator, uint32_t word)
{
    const uint32_t reading = accelerator->pending & READ_A ? READ_A : READ_B;
    element *tile = reading == READ_A ? accelerator->a : accelerator->b;

    if (!(accelerator->pending & (READ_A | READ_B))) {
        return start_opcode(accelerator, word) && run(accelerator);
    }
    memcpy(&tile[accelerator->read_words++], &word, sizeof(word));
    if (accelerator->read_words < accelerator->size * accelerator->size)
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

bool accelerator_has_output(const struct stream_accelerator *accelerator)
{
    return accelerator->output_words > 0;
}

bool accelerator_is_idle(const struct stream_accelerator *accelerator)
{
    const uint32_t at_rest = accelerator->version == 1 ? ALL : 0;

    return accelerator->pending == at_rest && accelerator->read_words == 0 &&
           accelerator->output_words == 0;
}
