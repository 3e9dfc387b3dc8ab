#include "dram/dram_buffers.h"

static const char *const names[DRAM_BUFFERS] = {
    [DRAM_BUFFER_INPUT] = "input",
    [DRAM_BUFFER_OUTPUT] = "output",
    [DRAM_BUFFER_ELSEWHERE] = "elsewhere",
};

const char *dram_buffer_name(enum dram_buffer buffer)
{
    return names[buffer];
}

static bool holds(const struct dram_range *range, uint64_t address)
{
    return address - range->first < range->bytes; /* lower addresses wrap around */
}

static enum dram_buffer buffer_at(const struct dram_buffers *buffers, uint64_t address)
{
    if (holds(&buffers->input, address)) {
        return DRAM_BUFFER_INPUT;
    }
    return holds(&buffers->output, address) ? DRAM_BUFFER_OUTPUT : DRAM_BUFFER_ELSEWHERE;
}

void dram_buffers_count(struct dram_buffers *buffers, const struct dram_request *request)
{
    buffers->bytes[buffer_at(buffers, request->address)][request->traffic] += request->bytes;
}
