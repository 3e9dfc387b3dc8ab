/* Messages for people about a mistake in the configuration. */
#ifndef ZEROSTAGE_DRAM_DRAM_MESSAGE_H
#define ZEROSTAGE_DRAM_DRAM_MESSAGE_H

#include <stddef.h>

/* Formats into `error` and returns -EINVAL. */
__attribute__((format(printf, 3, 4))) int dram_mistake(char *error, size_t error_bytes,
                                                       const char *format, ...);

#endif
