/* AXI DMA v7.1 in direct register mode: offsets in bytes and bits, from PG021. */
#ifndef ZEROSTAGE_HOST_DMA_REGISTERS_H
#define ZEROSTAGE_HOST_DMA_REGISTERS_H

enum {
    MM2S_CONTROL = 0x00,
    MM2S_STATUS = 0x04,
    MM2S_SOURCE_ADDRESS = 0x18,
    MM2S_LENGTH = 0x28,
    S2MM_CONTROL = 0x30,
    S2MM_STATUS = 0x34,
    S2MM_DESTINATION_ADDRESS = 0x48,
    S2MM_LENGTH = 0x58,

    DMA_REGISTER_PAGE_BYTES = 0x10000
};

/* Both channels' registers lie alike: offsets from a channel's control register. */
enum {
    CHANNEL_CONTROL = MM2S_CONTROL - MM2S_CONTROL,
    CHANNEL_STATUS = MM2S_STATUS - MM2S_CONTROL,
    CHANNEL_ADDRESS = MM2S_SOURCE_ADDRESS - MM2S_CONTROL,
    CHANNEL_LENGTH = MM2S_LENGTH - MM2S_CONTROL
};

enum {
    CONTROL_RESET = 1 << 2,
    CONTROL_RUN_ALL_INTERRUPTS = 0xF001, /* run, and the interrupt enables (bits 15-12) */

    STATUS_HALTED = 1 << 0,
    STATUS_IDLE = 1 << 1,
    STATUS_INTERNAL_ERROR = 1 << 4, /* DMAIntErr */
    STATUS_SLAVE_ERROR = 1 << 5,    /* DMASlvErr */
    STATUS_DECODE_ERROR = 1 << 6,   /* DMADecErr */
    STATUS_ERRORS = STATUS_INTERNAL_ERROR | STATUS_SLAVE_ERROR | STATUS_DECODE_ERROR,
    STATUS_COMPLETE = 1 << 12 /* IOC_Irq; write 1 to clear */
};

#endif
