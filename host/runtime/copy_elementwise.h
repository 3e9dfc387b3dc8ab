/* The staging copy of AXI4MLIR's older runtime: element by element. Compiled in with
 * ZS_COPY_ELEMENTWISE, in place of a memcpy a row. */
#ifndef ZEROSTAGE_HOST_COPY_ELEMENTWISE_H
#define ZEROSTAGE_HOST_COPY_ELEMENTWISE_H

#include <stdbool.h>
#include <stddef.h>

#include "memref_view.h"

enum copy_direction { TO_BUFFER, FROM_BUFFER };

/* Between a memref of rank 1 or more with `elements` elements, and as many words from `buffer`. */
void copy_elementwise(const struct memref_view *view, uint32_t *buffer, size_t elements,
                      enum copy_direction direction);

#endif
