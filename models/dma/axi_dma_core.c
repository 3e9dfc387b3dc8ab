#include "dma/axi_dma_core.h"

#include <errno.h>
#include <string.h>

enum {
    BITS_PER_BYTE = 8,
    BOUNDARY_BYTES = 4096,
    DESCRIPTOR_ALIGNMENT = 64,
    KEYHOLE_MAX_BEATS = 16
};

enum { DELAY_UNIT_CYCLES = 125 }; /* PG021: of the scatter-gather clock */

/* PG022: what store-and-forward adds: 3 cycles against 1, and 20 against 2 */
enum { FORWARD_READ_CYCLES = 2, FORWARD_WRITE_CYCLES = 18 };

static const uint32_t CONTROL_WRITABLE = AXI_DMACR_RS | AXI_DMACR_KEYHOLE | AXI_DMACR_IOC_IRQ_EN |
                                         AXI_DMACR_DLY_IRQ_EN | AXI_DMACR_ERR_IRQ_EN |
                                         0xffu << AXI_DMACR_DELAY_SHIFT;
static const uint32_t THRESHOLD_MASK = 0xffu << AXI_DMACR_THRESHOLD_SHIFT;
static const uint32_t CONTROL_RESET = AXI_DMACR_RESERVED_ONE | 1u << AXI_DMACR_THRESHOLD_SHIFT;
static const uint32_t STATUS_RESET = AXI_DMASR_HALTED;
static const uint32_t STATUS_ERRORS = AXI_DMASR_INTERNAL_ERROR | AXI_DMASR_SLAVE_ERROR |
                                      AXI_DMASR_DECODE_ERROR | AXI_DMASR_SG_INTERNAL_ERROR |
                                      AXI_DMASR_SG_SLAVE_ERROR | AXI_DMASR_SG_DECODE_ERROR;
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
        channel->current_descriptor = 0;
        channel->tail_descriptor = 0;
        channel->threshold_left = 1;
        channel->delay_units = 0;
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
    } else if (config->include_sg && config->sg_queue_descriptors == 0) {
        *why = "sg_queue_descriptors must be at least 1";
    } else if (config->multichannel && !config->include_sg) {
        *why = "multichannel needs include_sg: strides are fields of descriptors";
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

static uint32_t read_status(const struct axi_dma_core *core,
                            const struct axi_dma_channel_state *channel)
{
    if (!core->config.include_sg) {
        return channel->status;
    }
    return channel->status | AXI_DMASR_SG_INCLUDED |
           channel->threshold_left << AXI_DMASR_THRESHOLD_SHIFT |
           channel->delay_units << AXI_DMASR_DELAY_SHIFT;
}

static uint32_t read_sg_register(const struct axi_dma_channel_state *channel, uint32_t offset)
{
    switch (offset) {
    case AXI_DMA_CURDESC:
        return (uint32_t)channel->current_descriptor;
    case AXI_DMA_CURDESC_MSB:
        return (uint32_t)(channel->current_descriptor >> 32);
    case AXI_DMA_TAILDESC:
        return (uint32_t)channel->tail_descriptor;
    case AXI_DMA_TAILDESC_MSB:
        return (uint32_t)(channel->tail_descriptor >> 32);
    default:
        return 0;
    }
}

static uint32_t read_direct_register(const struct axi_dma_channel_state *channel, uint32_t offset)
{
    switch (offset) {
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

uint32_t axi_dma_core_read(const struct axi_dma_core *core, uint32_t offset)
{
    const struct axi_dma_channel_state *channel;
    uint32_t within = offset % AXI_DMA_CHANNEL_STRIDE;

    if (offset >= AXI_DMA_CHANNELS * AXI_DMA_CHANNEL_STRIDE) {
        return 0;
    }
    channel = &core->channels[offset / AXI_DMA_CHANNEL_STRIDE];
    switch (within) {
    case AXI_DMA_DMACR:
        return channel->control | (core->resetting ? AXI_DMACR_RESET : 0);
    case AXI_DMA_DMASR:
        return read_status(core, channel);
    default:
        return core->config.include_sg ? read_sg_register(channel, within)
                                       : read_direct_register(channel, within);
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

/* PG021: a write of 0 to the threshold has no effect; a write reloads the counter. */
static uint32_t write_threshold(struct axi_dma_channel_state *channel, uint32_t value)
{
    uint32_t threshold = value & THRESHOLD_MASK;

    if (threshold == 0) {
        return channel->control & THRESHOLD_MASK;
    }
    if (threshold != (channel->control & THRESHOLD_MASK)) {
        channel->threshold_left = threshold >> AXI_DMACR_THRESHOLD_SHIFT;
    }
    return threshold;
}

static unsigned int write_control(struct axi_dma_core *core, struct axi_dma_channel_state *channel,
                                  uint32_t value)
{
    uint32_t writable = CONTROL_WRITABLE | (core->config.include_sg ? AXI_DMACR_CYCLIC : 0);

    if (value & AXI_DMACR_RESET) {
        return begin_reset(core);
    }
    if (channel->status & STATUS_ERRORS) { /* only a reset revives the channel */
        value &= ~(uint32_t)AXI_DMACR_RS;
    }
    if (channel->busy) { /* PG021: Keyhole may be changed when idle */
        value &= ~(uint32_t)AXI_DMACR_KEYHOLE;
        value |= channel->control & AXI_DMACR_KEYHOLE;
    }
    channel->control =
        (value & writable) | write_threshold(channel, value) | AXI_DMACR_RESERVED_ONE;
    if (!(value & AXI_DMACR_RS)) {
        if (!channel->busy) {
            halt(channel);
        }
    } else if (channel->status & AXI_DMASR_HALTED) {
        channel->status &= ~(uint32_t)AXI_DMASR_HALTED;
        channel->status |= core->config.include_sg ? AXI_DMASR_IDLE : 0;
    }
    return 0;
}

bool axi_dma_core_running(const struct axi_dma_core *core, enum axi_dma_channel channel)
{
    return (core->channels[channel].control & AXI_DMACR_RS) &&
           !(core->channels[channel].status & AXI_DMASR_HALTED);
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

static void set_low(uint64_t *address, uint32_t value)
{
    *address = (*address & ~(uint64_t)UINT32_MAX) | value;
}

static void set_high(uint64_t *address, uint32_t value)
{
    *address = (*address & UINT32_MAX) | (uint64_t)value << 32;
}

static unsigned int write_direct_register(struct axi_dma_core *core, enum axi_dma_channel which,
                                          uint32_t offset, uint32_t value)
{
    struct axi_dma_channel_state *channel = &core->channels[which];

    switch (offset) {
    case AXI_DMA_ADDRESS:
        set_low(&channel->address, value);
        return 0;
    case AXI_DMA_ADDRESS_MSB:
        set_high(&channel->address, value);
        return 0;
    case AXI_DMA_LENGTH:
        return write_length(core, which, value);
    default:
        return 0;
    }
}

/* A tail that is written while the channel is halted starts nothing. */
static unsigned int write_tail(struct axi_dma_core *core, enum axi_dma_channel which,
                               uint32_t value)
{
    struct axi_dma_channel_state *channel = &core->channels[which];

    set_low(&channel->tail_descriptor, value & ~(uint32_t)(DESCRIPTOR_ALIGNMENT - 1));
    if (!axi_dma_core_running(core, which)) {
        channel->ignored_writes++;
        channel->ignored_because = "the channel is halted";
        return 0;
    }
    channel->busy = true;
    channel->status &= ~(uint32_t)AXI_DMASR_IDLE;
    return 1u << which;
}

static unsigned int write_sg_register(struct axi_dma_core *core, enum axi_dma_channel which,
                                      uint32_t offset, uint32_t value)
{
    struct axi_dma_channel_state *channel = &core->channels[which];
    bool halted = channel->status & AXI_DMASR_HALTED;

    switch (offset) {
    case AXI_DMA_CURDESC: /* read-only unless halted */
        if (halted) {
            set_low(&channel->current_descriptor, value & ~(uint32_t)(DESCRIPTOR_ALIGNMENT - 1));
        }
        return 0;
    case AXI_DMA_CURDESC_MSB:
        if (halted) {
            set_high(&channel->current_descriptor, value);
        }
        return 0;
    case AXI_DMA_TAILDESC:
        return write_tail(core, which, value);
    case AXI_DMA_TAILDESC_MSB:
        set_high(&channel->tail_descriptor, value);
        return 0;
    default:
        return 0;
    }
}

unsigned int axi_dma_core_write(struct axi_dma_core *core, uint32_t offset, uint32_t value)
{
    uint32_t within = offset % AXI_DMA_CHANNEL_STRIDE;
    enum axi_dma_channel which = offset < AXI_DMA_CHANNEL_STRIDE ? AXI_DMA_MM2S : AXI_DMA_S2MM;

    if (offset >= AXI_DMA_CHANNELS * AXI_DMA_CHANNEL_STRIDE || core->resetting) {
        return 0;
    }
    switch (within) {
    case AXI_DMA_DMACR:
        return write_control(core, &core->channels[which], value);
    case AXI_DMA_DMASR:
        core->channels[which].status &= ~(value & STATUS_INTERRUPTS);
        return 0;
    default:
        return core->config.include_sg ? write_sg_register(core, which, within, value)
                                       : write_direct_register(core, which, within, value);
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
    case AXI_DMA_ERROR_INTERNAL:
        return AXI_DMASR_INTERNAL_ERROR;
    case AXI_DMA_ERROR_SLAVE:
        return AXI_DMASR_SLAVE_ERROR;
    case AXI_DMA_ERROR_DECODE:
        return AXI_DMASR_DECODE_ERROR;
    case AXI_DMA_ERROR_SG_INTERNAL:
        return AXI_DMASR_SG_INTERNAL_ERROR;
    case AXI_DMA_ERROR_SG_SLAVE:
        return AXI_DMASR_SG_SLAVE_ERROR;
    case AXI_DMA_ERROR_SG_DECODE:
        return AXI_DMASR_SG_DECODE_ERROR;
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
    if (which == AXI_DMA_S2MM && !core->config.include_sg) {
        /* PG021: without scatter-gather any error of a memory write is an internal error too */
        channel->status |= AXI_DMASR_INTERNAL_ERROR;
    }
    halt(channel);
}

void axi_dma_core_reset_done(struct axi_dma_core *core)
{
    core->resetting = false;
}

static void reload_threshold(struct axi_dma_channel_state *channel)
{
    channel->threshold_left = (channel->control & THRESHOLD_MASK) >> AXI_DMACR_THRESHOLD_SHIFT;
}

void axi_dma_core_descriptor_done(struct axi_dma_core *core, enum axi_dma_channel which,
                                  uint64_t descriptor, uint32_t bytes, bool packet)
{
    struct axi_dma_channel_state *channel = &core->channels[which];

    channel->transfers++;
    channel->bytes += bytes;
    channel->current_descriptor = descriptor;
    if (packet && --channel->threshold_left == 0) {
        channel->status |= AXI_DMASR_IOC_IRQ;
        reload_threshold(channel);
    }
}

void axi_dma_core_idle(struct axi_dma_core *core, enum axi_dma_channel which)
{
    struct axi_dma_channel_state *channel = &core->channels[which];

    channel->busy = false;
    channel->status |= AXI_DMASR_IDLE;
    if (!(channel->control & AXI_DMACR_RS)) {
        halt(channel);
    }
}

bool axi_dma_core_delay_running(const struct axi_dma_core *core, enum axi_dma_channel which)
{
    const struct axi_dma_channel_state *channel = &core->channels[which];

    return axi_dma_core_delay_cycles(core, which) > 0 &&
           channel->threshold_left !=
               (channel->control & THRESHOLD_MASK) >> AXI_DMACR_THRESHOLD_SHIFT;
}

uint64_t axi_dma_core_delay_cycles(const struct axi_dma_core *core, enum axi_dma_channel which)
{
    return (uint64_t)(core->channels[which].control >> AXI_DMACR_DELAY_SHIFT) * DELAY_UNIT_CYCLES;
}

uint32_t axi_dma_core_delay_units(uint64_t cycles)
{
    return (uint32_t)(cycles / DELAY_UNIT_CYCLES) & 0xff;
}

void axi_dma_core_delay_expired(struct axi_dma_core *core, enum axi_dma_channel which)
{
    core->channels[which].status |= AXI_DMASR_DLY_IRQ;
    core->channels[which].delay_units = 0;
    reload_threshold(&core->channels[which]);
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

uint32_t axi_dma_core_burst_bytes(const struct axi_dma_core *core, enum axi_dma_channel channel,
                                  uint64_t address, uint32_t remaining_bytes)
{
    uint32_t beats = core->config.max_burst_beats;
    uint32_t burst_bytes = beats * beat_bytes(core);
    uint32_t room = burst_bytes - (uint32_t)(address % burst_bytes);

    if (axi_dma_core_keyhole(core, channel)) { /* every beat moves what fits beside the address */
        room = (beats < KEYHOLE_MAX_BEATS ? beats : KEYHOLE_MAX_BEATS) *
               (beat_bytes(core) - (uint32_t)(address % beat_bytes(core)));
    }
    return remaining_bytes < room ? remaining_bytes : room;
}

bool axi_dma_core_keyhole(const struct axi_dma_core *core, enum axi_dma_channel channel)
{
    return core->channels[channel].control & AXI_DMACR_KEYHOLE;
}

uint32_t axi_dma_core_read_cycles(const struct axi_dma_core *core)
{
    uint32_t saved = core->config.store_and_forward ? 0 : FORWARD_READ_CYCLES;
    uint32_t cycles = core->config.mm2s_read_cycles;

    return cycles > saved ? cycles - saved : 0;
}

uint32_t axi_dma_core_write_cycles(const struct axi_dma_core *core)
{
    uint32_t saved = core->config.store_and_forward ? 0 : FORWARD_WRITE_CYCLES;
    uint32_t cycles = core->config.s2mm_write_cycles;

    return cycles > saved ? cycles - saved : 0;
}
