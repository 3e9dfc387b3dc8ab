#include "dma/axi_dma_core.h"

#include <errno.h>
#include <string.h>

enum { BITS_PER_BYTE = 8, BOUNDARY_BYTES = 4096 };

static const uint32_t CONTROL_WRITABLE = AXI_DMACR_RS | AXI_DMACR_IOC_IRQ_EN |
                                         AXI_DMACR_DLY_IRQ_EN | AXI_DMACR_ERR_IRQ_EN |
                                         0xffu << AXI_DMACR_DELAY_SHIFT;
static const uint32_t THRESHOLD_MASK = 0xffu << AXI_DMACR_THRESHOLD_SHIFT;
static const uint32_t CONTROL_RESET = AXI_DMACR_RESERVED_ONE | 1u << AXI_DMACR_THRESHOLD_SHIFT;
static const uint32_t STATUS_RESET = AXI_DMASR_HALTED;
static const uint32_t STATUS_INTERRUPTS = AXI_DMASR_IOC_IRQ | AXI_DMASR_DLY_IRQ | AXI_DMASR_ERR_IRQ;

const char *axi_dma_channel_name(enum axi_dma_channel channel)
{
    return channel == AXI_DMA_MM2S ? "MM2S" : "S2MM";
}

static void reset_registers(struct axi_dma_core *core)
{
    for (int i = 0; i < AXI_DMA_CHANNELS; i++) {
        struct axi_dma_channel_state *channel = &core->channels[i];

        channel->control = CONTROL_RESET;
        channel->status = STATUS_RESET;
        channel->address = 0;
        channel->length = 0;
        channel->busy = false;
    }
}

static bool power_of_two(uint32_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

int axi_dma_core_init(struct axi_dma_core *core, const struct axi_dma_config *config,
                      const char **why)
{
    if (config->clock_hz == 0) {
        *why = "clock_hz must not be 0";
    } else if (!power_of_two(config->data_width_bits) || config->data_width_bits < 32 ||
               config->data_width_bits > 1024) {
        *why = "data_width_bits must be 32, 64, 128, 256, 512 or 1024";
    } else if (!power_of_two(config->max_burst_beats) || config->max_burst_beats < 2 ||
               config->max_burst_beats > 256) {
        *why = "max_burst_beats must be 2, 4, 8, 16, 32, 64, 128 or 256";
    } else if (config->data_width_bits / BITS_PER_BYTE * config->max_burst_beats > BOUNDARY_BYTES) {
        *why = "a burst of max_burst_beats x data_width_bits is larger than 4 KiB";
    } else if (config->outstanding_reads == 0 || config->outstanding_writes == 0) {
        *why = "outstanding_reads and outstanding_writes must be at least 1";
    } else if (config->length_width_bits < 8 || config->length_width_bits > 26) {
        *why = "length_width_bits must be 8 to 26";
    } else {
        memset(core, 0, sizeof(*core));
        core->config = *config;
        reset_registers(core);
        return 0;
    }
    return -EINVAL;
}

static uint32_t length_mask(const struct axi_dma_core *core)
{
    return (1u << core->config.length_width_bits) - 1;
}

uint32_t axi_dma_core_read(const struct axi_dma_core *core, uint32_t offset)
{
    const struct axi_dma_channel_state *channel;

    if (offset >= AXI_DMA_CHANNELS * AXI_DMA_CHANNEL_STRIDE) {
        return 0;
    }
    channel = &core->channels[offset / AXI_DMA_CHANNEL_STRIDE];
    switch (offset % AXI_DMA_CHANNEL_STRIDE) {
    case AXI_DMA_DMACR:
        return channel->control | (core->resetting ? AXI_DMACR_RESET : 0);
    case AXI_DMA_DMASR:
        return channel->status;
    case AXI_DMA_ADDRESS:
        return (uint32_t)channel->address;
    case AXI_DMA_ADDRESS_MSB:
        return (uint32_t)(channel->address >> 32);
    case AXI_DMA_LENGTH:
        return channel->length;
    default:
        return 0;
    }
}

static void halt(struct axi_dma_channel_state *channel)
{
    channel->status |= AXI_DMASR_HALTED;
    channel->status &= ~(uint32_t)AXI_DMASR_IDLE;
}

static unsigned int begin_reset(struct axi_dma_core *core)
{
    reset_registers(core);
    core->resetting = true;
    core->resets++;
    return AXI_DMA_RESET;
}

static unsigned int write_control(struct axi_dma_core *core, struct axi_dma_channel_state *channel,
                                  uint32_t value)
{
    uint32_t threshold = value & THRESHOLD_MASK;

    if (value & AXI_DMACR_RESET) {
        return begin_reset(core);
    }
    if (threshold == 0) { /* PG021: a write of 0 to the threshold has no effect */
        threshold = channel->control & THRESHOLD_MASK;
    }
    channel->control = (value & CONTROL_WRITABLE) | threshold | AXI_DMACR_RESERVED_ONE;
    if (value & AXI_DMACR_RS) {
        channel->status &= ~(uint32_t)AXI_DMASR_HALTED;
    } else if (!channel->busy) {
        halt(channel);
    }
    return 0;
}

/* NULL when a LENGTH write starts a transfer. */
static const char *length_obstacle(const struct axi_dma_channel_state *channel, uint32_t bytes)
{
    if (channel->busy) {
        return "a transfer is under way";
    }
    if (!(channel->control & AXI_DMACR_RS) || (channel->status & AXI_DMASR_HALTED)) {
        return "the channel is halted";
    }
    return bytes == 0 ? "a length of 0 starts nothing" : NULL;
}

static unsigned int write_length(struct axi_dma_core *core, enum axi_dma_channel which,
                                 uint32_t value)
{
    struct axi_dma_channel_state *channel = &core->channels[which];
    uint32_t bytes = value & length_mask(core);
    const char *obstacle = length_obstacle(channel, bytes);

    if (!channel->busy) {
        channel->length = bytes;
    }
    if (obstacle) {
        channel->ignored_writes++;
        channel->ignored_because = obstacle;
        return 0;
    }
    channel->busy = true;
    channel->status &= ~(uint32_t)AXI_DMASR_IDLE;
    channel->transfers++;
    return 1u << which;
}

unsigned int axi_dma_core_write(struct axi_dma_core *core, uint32_t offset, uint32_t value)
{
    enum axi_dma_channel which;
    struct axi_dma_channel_state *channel;

    if (offset >= AXI_DMA_CHANNELS * AXI_DMA_CHANNEL_STRIDE || core->resetting) {
        return 0;
    }
    which = offset < AXI_DMA_CHANNEL_STRIDE ? AXI_DMA_MM2S : AXI_DMA_S2MM;
    channel = &core->channels[which];
    switch (offset % AXI_DMA_CHANNEL_STRIDE) {
    case AXI_DMA_DMACR:
        return write_control(core, channel, value);
    case AXI_DMA_DMASR:
        channel->status &= ~(value & STATUS_INTERRUPTS);
        return 0;
    case AXI_DMA_ADDRESS:
        channel->address = (channel->address & ~(uint64_t)UINT32_MAX) | value;
        return 0;
    case AXI_DMA_ADDRESS_MSB:
        channel->address = (channel->address & UINT32_MAX) | (uint64_t)value << 32;
        return 0;
    case AXI_DMA_LENGTH:
        return write_length(core, which, value);
    default:
        return 0;
    }
}

struct axi_dma_transfer axi_dma_core_transfer(const struct axi_dma_core *core,
                                              enum axi_dma_channel channel)
{
    return (struct axi_dma_transfer){
        .address = core->channels[channel].address,
        .bytes = core->channels[channel].length,
    };
}

void axi_dma_core_complete(struct axi_dma_core *core, enum axi_dma_channel which, uint32_t bytes)
{
    struct axi_dma_channel_state *channel = &core->channels[which];

    channel->busy = false;
    channel->bytes += bytes;
    if (which == AXI_DMA_S2MM) {
        channel->length = bytes;
    }
    channel->status |= AXI_DMASR_IDLE | AXI_DMASR_IOC_IRQ;
    if (!(channel->control & AXI_DMACR_RS)) {
        halt(channel);
    }
}

static uint32_t error_bit(enum axi_dma_error error)
{
    switch (error) {
    case AXI_DMA_ERROR_SLAVE:
        return AXI_DMASR_SLAVE_ERROR;
    case AXI_DMA_ERROR_DECODE:
        return AXI_DMASR_DECODE_ERROR;
    case AXI_DMA_ERROR_INTERNAL:
        break;
    }
    return AXI_DMASR_INTERNAL_ERROR;
}

void axi_dma_core_fail(struct axi_dma_core *core, enum axi_dma_channel which,
                       enum axi_dma_error error)
{
    struct axi_dma_channel_state *channel = &core->channels[which];

    channel->busy = false;
    channel->errors++;
    channel->control &= ~(uint32_t)AXI_DMACR_RS;
    channel->status |= error_bit(error) | AXI_DMASR_ERR_IRQ;
    halt(channel);
}

void axi_dma_core_reset_done(struct axi_dma_core *core)
{
    core->resetting = false;
}

bool axi_dma_core_interrupt(const struct axi_dma_core *core, enum axi_dma_channel channel)
{
    /* DMASR's flags and DMACR's enables have the same positions. */
    return (core->channels[channel].status & core->channels[channel].control & STATUS_INTERRUPTS) !=
           0;
}

static uint32_t beat_bytes(const struct axi_dma_core *core)
{
    return core->config.data_width_bits / BITS_PER_BYTE;
}

bool axi_dma_core_unaligned(const struct axi_dma_core *core, uint64_t address)
{
    return !core->config.realignment && address % beat_bytes(core) != 0;
}

uint32_t axi_dma_core_burst_bytes(const struct axi_dma_core *core, uint64_t address,
                                  uint32_t remaining_bytes)
{
    uint32_t burst_bytes = core->config.max_burst_beats * beat_bytes(core);
    uint32_t room = burst_bytes - (uint32_t)(address % burst_bytes);

    return remaining_bytes < room ? remaining_bytes : room;
}
