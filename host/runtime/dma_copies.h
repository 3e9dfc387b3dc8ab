/* What the staging copies of whole and of padded tiles share. */
#ifndef ZEROSTAGE_HOST_DMA_COPIES_H
#define ZEROSTAGE_HOST_DMA_COPIES_H

#include <stdbool.h>

#include "region.h"

enum { WORD_BYTES = 4 };

#ifdef ZS_COPY_ELEMENTWISE
static const bool by_rows = false;
#else
static const bool by_rows = true;
#endif

/* False, with a message, when so many words at that offset are not inside the staging part. */
bool staging_fits(const char *caller, const struct region *region, long long words,
                  int offset_words);

#endif
