#include "cache/stream_prefetcher.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_BYTES = 4096, STRIDE_LINES_MAX = 8 };

int stream_prefetcher_init(struct stream_prefetcher *prefetcher, uint32_t streams,
                           uint32_t requests, uint32_t line_bytes)
{
    if (streams > PREFETCH_STREAMS_MAX) {
        return -EINVAL;
    }
    *prefetcher = (struct stream_prefetcher){
        .streams = streams, .requests = requests, .line_bytes = line_bytes};
    return 0;
}

void stream_prefetcher_stop(struct stream_prefetcher *prefetcher)
{
    memset(prefetcher->stream, 0, sizeof(prefetcher->stream));
}

static bool same_page(uint32_t a, uint32_t b)
{
    return (a ^ b) / PAGE_BYTES == 0;
}

/* The stream that the line continues at its stride. */
static struct prefetch_stream *continued_by(struct stream_prefetcher *prefetcher, uint32_t line)
{
    for (uint32_t i = 0; i < prefetcher->streams; i++) {
        struct prefetch_stream *const stream = &prefetcher->stream[i];

        if (stream->stride != 0 && stream->last + (uint32_t)stream->stride == line &&
            same_page(stream->last, line)) {
            return stream;
        }
    }
    return NULL;
}

/* One that it may be near enough to, at a stride that is new; otherwise the one that was continued
 * the longest ago, to begin again. */
static struct prefetch_stream *near_or_oldest(struct stream_prefetcher *prefetcher, uint32_t line)
{
    const int64_t reach = (int64_t)STRIDE_LINES_MAX * prefetcher->line_bytes;
    struct prefetch_stream *oldest = &prefetcher->stream[0];

    for (uint32_t i = 0; i < prefetcher->streams; i++) {
        struct prefetch_stream *const stream = &prefetcher->stream[i];

        if (stream->requests > 0 && same_page(stream->last, line) &&
            llabs((int64_t)line - stream->last) <= reach) {
            return stream;
        }
        if (stream->used < oldest->used) {
            oldest = stream;
        }
    }
    *oldest = (struct prefetch_stream){0};
    return oldest;
}

/* A request that continues no stream: the first of one, or the second of a new stride. */
static void begin(struct stream_prefetcher *prefetcher, uint32_t line)
{
    struct prefetch_stream *const stream = near_or_oldest(prefetcher, line);
    const bool first = stream->requests == 0;

    *stream = (struct prefetch_stream){.last = line,
                                       .stride = first ? 0 : (int32_t)(line - stream->last),
                                       .requests = first ? 1 : 2,
                                       .used = prefetcher->now};
}

bool stream_prefetcher_request(struct stream_prefetcher *prefetcher, uint32_t line, uint32_t *ahead)
{
    struct prefetch_stream *const stream = continued_by(prefetcher, line);

    prefetcher->now++;
    if (!stream) {
        begin(prefetcher, line);
        return false;
    }
    stream->last = line;
    stream->requests++;
    stream->used = prefetcher->now;
    *ahead = line + (uint32_t)stream->stride;
    return stream->requests >= prefetcher->requests && same_page(line, *ahead);
}
