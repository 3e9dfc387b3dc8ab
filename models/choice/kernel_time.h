/* How long a kernel is expected to take: what best_cost compares.
 *
 * A sum of the driver's steps, each as often as it happens. It knows of caches what fits into them,
 * and nothing of buses: serves to rank, not to predict. */
#ifndef ZEROSTAGE_CHOICE_KERNEL_TIME_H
#define ZEROSTAGE_CHOICE_KERNEL_TIME_H

#include "choice/tile_choice.h"

#ifdef __cplusplus
extern "C" {
#endif

struct kernel_time {
    double start_ns, wait_ns;       /* transfers */
    double copy_in_ns, copy_out_ns; /* staging */
    double sync_ns;                 /* cache maintenance */
    double host_ns;                 /* adding up partial tiles */
    double total_ns;
};

/* The space's costs must be there. */
struct kernel_time estimate_kernel_time(const struct choice_space *space,
                                        const struct tile_choice *choice);

/* A line a term. */
void kernel_time_write(const struct kernel_time *time, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
