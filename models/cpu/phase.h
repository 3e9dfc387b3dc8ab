/* Who gets the time: exclusive phases by function symbol, with call-stack scope.
 *
 * A mapped function opens its phase at entry and closes it at return; what it calls belongs to it,
 * until an inner function is mapped as well. Time counts only inside the kernel, so the phases sum
 * exactly to the kernel interval. The kernel's own code, and whatever unmapped functions it calls,
 * is PHASE_HOST_COMPUTE; PHASE_OTHER takes what the tracker cannot place.
 */
#ifndef ZEROSTAGE_CPU_PHASE_H
#define ZEROSTAGE_CPU_PHASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum phase {
    PHASE_COPY_IN,
    PHASE_COPY_OUT,
    PHASE_DMA_SETUP,
    PHASE_WAIT_SEND,
    PHASE_WAIT_RECV,
    PHASE_MAINTENANCE,
    PHASE_ALLOC,
    PHASE_HOST_COMPUTE,
    PHASE_OTHER,
    PHASES
};

/* "copy_in", ...; NULL when out of range. */
const char *phase_name(enum phase phase);
#ifdef __cplusplus
}
#endif
#endif
