/* Log-linear histogram: every octave is cut into equal buckets, so a percentile is never more than
 * 1/32 above the value it stands for, and values below 64 are kept exactly. */
#ifndef ZEROSTAGE_STATS_HISTOGRAM_H
#define ZEROSTAGE_STATS_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    HISTOGRAM_STEP_BITS = 5, /* 32 buckets an octave */
    HISTOGRAM_BUCKETS = (64 - HISTOGRAM_STEP_BITS + 1) << HISTOGRAM_STEP_BITS
};

/* All zeros is an empty histogram. */
struct histogram {
    uint64_t count, sum;
    uint64_t min, max; /* of the recorded values; 0 when there are none */
    uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_record(struct histogram *histogram, uint64_t value);

double histogram_mean(const struct histogram *histogram);

/* An upper bound, tight to one bucket, of the smallest value that at least `percent` per cent of
 * the recorded values do not exceed. 0 when nothing was recorded. */
uint64_t histogram_percentile(const struct histogram *histogram, double percent);

/* Bucket of a value, and the smallest and largest value of a bucket. */
size_t histogram_bucket(uint64_t value);
uint64_t histogram_bucket_first(size_t bucket);
uint64_t histogram_bucket_last(size_t bucket);

#ifdef __cplusplus
}
#endif
#endif
