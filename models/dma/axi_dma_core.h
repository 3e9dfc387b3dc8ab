/* AXI DMA v7.1: the register file and what each access does (PG021).
 *
 * Knows nothing of time or buses: a register write returns what the engine has to do, and the
 * engine reports completions and errors back. Offsets and bits are PG021's. Like the IP, it is
 * built either with scatter-gather or without: one of the two sets of registers is there.
 */
#ifndef ZEROSTAGE_DMA_AXI_DMA_CORE_H
#define ZEROSTAGE_DMA_AXI_DMA_CORE_H

#include "config/param.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct axi_dma_config {
    uint64_t clock_hz;              /* of the core, its memory ports and streams; set by board */
    uint32_t data_width_bits;       /* of the memory ports */
    uint32_t max_burst_beats;       /* data beats of a memory burst */
    uint32_t outstanding_reads;     /* read bursts in flight */
    uint32_t outstanding_writes;    /* write bursts in flight */
    uint32_t length_width_bits;     /* of the LENGTH registers */
    bool realignment;               /* data realignment engine included */
    bool store_and_forward;         /* buffers between memory ports and streams included */
    bool include_sg;                /* scatter-gather engine instead of direct register mode */
    bool multichannel;              /* descriptors of the multichannel form: 2-D strides */
    uint32_t sg_queue_descriptors;  /* fetched ahead, a channel */
    uint32_t sg_fetch_cycles;       /* TAILDESC write to the first descriptor fetch */
    uint32_t sg_start_cycles;       /* descriptor fetch to the first data address */
    uint32_t mm2s_start_cycles;     /* LENGTH write to the first read address */
    uint32_t mm2s_read_cycles;      /* read address to stream, memory latency aside */
    uint32_t s2mm_start_cycles;     /* LENGTH write to the stream being accepted */
    uint32_t s2mm_write_cycles;     /* first stream beat to the first write address */
    uint32_t s2mm_burst_gap_cycles; /* between the data of one write burst and the next address */
    uint32_t completion_cycles;     /* last beat to the status bits */
};

/* All fields but clock_hz. */
extern const struct param axi_dma_params[];
extern const size_t axi_dma_params_count;

enum axi_dma_channel { AXI_DMA_MM2S, AXI_DMA_S2MM, AXI_DMA_CHANNELS };

enum axi_dma_register {
    AXI_DMA_DMACR = 0x00,
    AXI_DMA_DMASR = 0x04,
    AXI_DMA_CURDESC = 0x08, /* scatter-gather only */
    AXI_DMA_CURDESC_MSB = 0x0c,
    AXI_DMA_TAILDESC = 0x10,
    AXI_DMA_TAILDESC_MSB = 0x14,
    AXI_DMA_ADDRESS = 0x18, /* direct register mode only: MM2S_SA, S2MM_DA */
    AXI_DMA_ADDRESS_MSB = 0x1c,
    AXI_DMA_LENGTH = 0x28,
    AXI_DMA_CHANNEL_STRIDE = 0x30, /* the S2MM registers follow the MM2S ones */
    AXI_DMA_REGISTER_BYTES = 0x10000
};

enum axi_dma_dmacr {
    AXI_DMACR_RS = 1u << 0,
    AXI_DMACR_RESERVED_ONE = 1u << 1, /* reads as 1 */
    AXI_DMACR_RESET = 1u << 2,
    AXI_DMACR_KEYHOLE = 1u << 3,
    AXI_DMACR_CYCLIC = 1u << 4,
    AXI_DMACR_IOC_IRQ_EN = 1u << 12,
    AXI_DMACR_DLY_IRQ_EN = 1u << 13,
    AXI_DMACR_ERR_IRQ_EN = 1u << 14,
    AXI_DMACR_THRESHOLD_SHIFT = 16,
    AXI_DMACR_DELAY_SHIFT = 24
};

enum axi_dma_dmasr {
    AXI_DMASR_HALTED = 1u << 0,
    AXI_DMASR_IDLE = 1u << 1,
    AXI_DMASR_SG_INCLUDED = 1u << 3,
    AXI_DMASR_INTERNAL_ERROR = 1u << 4,
    AXI_DMASR_SLAVE_ERROR = 1u << 5,
    AXI_DMASR_DECODE_ERROR = 1u << 6,
    AXI_DMASR_SG_INTERNAL_ERROR = 1u << 8,
    AXI_DMASR_SG_SLAVE_ERROR = 1u << 9,
    AXI_DMASR_SG_DECODE_ERROR = 1u << 10,
    AXI_DMASR_IOC_IRQ = 1u << 12,
    AXI_DMASR_DLY_IRQ = 1u << 13,
    AXI_DMASR_ERR_IRQ = 1u << 14,
    AXI_DMASR_THRESHOLD_SHIFT = 16, /* packets left until IOC_Irq */
    AXI_DMASR_DELAY_SHIFT = 24      /* what the delay timer has counted, in its unit */
};

/* What a register write asks of the engine. */
enum axi_dma_action {
    AXI_DMA_START_MM2S = 1u << AXI_DMA_MM2S, /* LENGTH or TAILDESC written */
    AXI_DMA_START_S2MM = 1u << AXI_DMA_S2MM,
    AXI_DMA_RESET = 1u << 2 /* drop everything, then call axi_dma_core_reset_done() */
};

enum axi_dma_error {
    AXI_DMA_ERROR_INTERNAL,
    AXI_DMA_ERROR_SLAVE,
    AXI_DMA_ERROR_DECODE,
    AXI_DMA_ERROR_SG_INTERNAL, /* a descriptor was fetched that is complete already */
    AXI_DMA_ERROR_SG_SLAVE,
    AXI_DMA_ERROR_SG_DECODE
};

/* A transfer as programmed. */
struct axi_dma_transfer {
    uint64_t address;
    uint32_t bytes;
};

struct axi_dma_channel_state {
    uint32_t control; /* DMACR without Reset */
    uint32_t status;  /* DMASR */
    uint64_t address;
    uint32_t length;
    uint64_t current_descriptor, tail_descriptor;
    uint32_t threshold_left; /* packets until IOC_Irq */
    uint32_t delay_units;    /* counted by the delay timer, set by whoever owns the time */
    bool busy; /* direct: LENGTH write to status; SG: TAILDESC write until the tail is done */

    /* counters */
    uint64_t transfers, bytes, errors, ignored_writes;
    const char *ignored_because; /* of the last ignored LENGTH write */
};

struct axi_dma_core {
    struct axi_dma_config config;
    struct axi_dma_channel_state channels[AXI_DMA_CHANNELS];
    bool resetting;
    uint64_t resets; /* counter */
};

/* Returns 0, or -EINVAL with the reason in *why (a static string). */
int axi_dma_core_init(struct axi_dma_core *core, const struct axi_dma_config *config,
                      const char **why);

/* 32-bit register access; offsets that hold no register read 0 and ignore writes.
 * A write returns a mask of enum axi_dma_action. */
uint32_t axi_dma_core_read(const struct axi_dma_core *core, uint32_t offset);
unsigned int axi_dma_core_write(struct axi_dma_core *core, uint32_t offset, uint32_t value);

/* The transfer that AXI_DMA_START_* asked for. */
struct axi_dma_transfer axi_dma_core_transfer(const struct axi_dma_core *core,
                                              enum axi_dma_channel channel);

/* The engine is done: Idle and IOC_Irq, S2MM_LENGTH = `bytes`; Halted if RS was cleared. */
void axi_dma_core_complete(struct axi_dma_core *core, enum axi_dma_channel channel, uint32_t bytes);

/* The engine failed: the error's bit and Err_Irq; RS is cleared and the channel halts. */
void axi_dma_core_fail(struct axi_dma_core *core, enum axi_dma_channel channel,
                       enum axi_dma_error error);

void axi_dma_core_reset_done(struct axi_dma_core *core);

/* Scatter-gather: a descriptor's status is in memory; `packet` when it ended one (TXEOF, RXEOF).
 * Packets count towards IOC_Irq. */
void axi_dma_core_descriptor_done(struct axi_dma_core *core, enum axi_dma_channel channel,
                                  uint64_t descriptor, uint32_t bytes, bool packet);
/* Scatter-gather: the tail is done, or RS was cleared and what was begun is done. */
void axi_dma_core_idle(struct axi_dma_core *core, enum axi_dma_channel channel);
/* Scatter-gather: packets wait for their interrupt, and IRQDelay limits how long. */
bool axi_dma_core_delay_running(const struct axi_dma_core *core, enum axi_dma_channel channel);
/* The delay timer's unit, 125 cycles, counted in `cycles`. */
uint32_t axi_dma_core_delay_units(uint64_t cycles);
uint64_t axi_dma_core_delay_cycles(const struct axi_dma_core *core, enum axi_dma_channel channel);
void axi_dma_core_delay_expired(struct axi_dma_core *core, enum axi_dma_channel channel);

/* RS is set and no error has stopped the channel. */
bool axi_dma_core_running(const struct axi_dma_core *core, enum axi_dma_channel channel);

/* Level of mm2s_introut, s2mm_introut. */
bool axi_dma_core_interrupt(const struct axi_dma_core *core, enum axi_dma_channel channel);

/* True when the address needs the realignment engine. */
bool axi_dma_core_unaligned(const struct axi_dma_core *core, uint64_t address);

/* DMACR.Keyhole: all bursts of a transfer are FIXED ones, at its address. */
bool axi_dma_core_keyhole(const struct axi_dma_core *core, enum axi_dma_channel channel);

/* Bytes of the first burst of a transfer: up to the next multiple of the largest burst, so no
 * burst crosses 4 KiB. Keyhole: what a FIXED burst of 16 beats holds, at most. */
uint32_t axi_dma_core_burst_bytes(const struct axi_dma_core *core, enum axi_dma_channel channel,
                                  uint64_t address, uint32_t remaining_bytes);

/* Cycles that the data path takes without memory, by store_and_forward. */
uint32_t axi_dma_core_read_cycles(const struct axi_dma_core *core);
uint32_t axi_dma_core_write_cycles(const struct axi_dma_core *core);

/* "MM2S", "S2MM". */
const char *axi_dma_channel_name(enum axi_dma_channel channel);

#ifdef __cplusplus
}
#endif
#endif
