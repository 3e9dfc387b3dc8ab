/* Which line the L1 data cache fetches ahead: streams of requested lines at a fixed stride.
 *
 * A request is a miss, or the first access to a prefetched line. Three or so in a row at the same
 * stride, no more than eight lines and within a page of 4 KiB, make a stream; from then on each
 * request of it asks for its next line (Cortex-A9 TRM, DDI 0388, data prefetching).
 */
#ifndef ZEROSTAGE_CACHE_STREAM_PREFETCHER_H
#define ZEROSTAGE_CACHE_STREAM_PREFETCHER_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { PREFETCH_STREAMS_MAX = 32 };

struct prefetch_stream {
    uint32_t last;     /* line address of the latest request */
    int32_t stride;    /* bytes; 0: not known yet */
    uint32_t requests; /* at that stride, the first one included; 0: not in use */
    uint64_t used;     /* when it was last continued */
};

struct stream_prefetcher {
    uint32_t streams; /* 0: off */
    uint32_t line_bytes;
    uint32_t requests; /* that make a stream */
    uint64_t now;      /* requests so far */
    struct prefetch_stream stream[PREFETCH_STREAMS_MAX];
};

/* -EINVAL: more streams than PREFETCH_STREAMS_MAX. */
int stream_prefetcher_init(struct stream_prefetcher *prefetcher, uint32_t streams,
                           uint32_t requests, uint32_t line_bytes);

/* A line was requested. True when another one is to be fetched: *ahead. */
bool stream_prefetcher_request(struct stream_prefetcher *prefetcher, uint32_t line,
                               uint32_t *ahead);

/* Forget all streams. */
void stream_prefetcher_stop(struct stream_prefetcher *prefetcher);

#ifdef __cplusplus
}
#endif
#endif
