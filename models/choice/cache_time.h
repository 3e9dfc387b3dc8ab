/* How long a kernel waits for the caches: for the tiles that staging copies read from the heap, and
 * the parts of C that the CPU adds to. */
#ifndef ZEROSTAGE_CHOICE_CACHE_TIME_H
#define ZEROSTAGE_CHOICE_CACHE_TIME_H

#include "choice/tile_counts.h"

#ifdef __cplusplus
extern "C" {
#endif

struct cache_time {
    double copy_ns, add_ns;
};

struct cache_time estimate_cache_time(const struct choice_space *space,
                                      const struct tile_choice *choice,
                                      const struct tile_counts *counts);

/* Of an element of A and B, and of C. */
double choice_input_bytes(const struct choice_space *space);
enum { CHOICE_RESULT_BYTES = 4 };

/* Whether the CPU adds partial tiles up. */
bool choice_adds(const struct choice_space *space, enum choice_flow flow);

#ifdef __cplusplus
}
#endif
#endif
