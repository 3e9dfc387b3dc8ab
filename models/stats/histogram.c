#include "stats/histogram.h"

#include <math.h>

static unsigned log2_floor(uint64_t value)
{
    return 63U - (unsigned)__builtin_clzll(value);
}

size_t histogram_bucket(uint64_t value)
{
    const uint64_t steps = UINT64_C(1) << HISTOGRAM_STEP_BITS;
    if (value < steps) {
        return (size_t)value;
    }
    const unsigned shift = log2_floor(value) - HISTOGRAM_STEP_BITS;
    return (size_t)(((uint64_t)shift << HISTOGRAM_STEP_BITS) + (value >> shift));
}

uint64_t histogram_bucket_first(size_t bucket)
{
    const uint64_t steps = UINT64_C(1) << HISTOGRAM_STEP_BITS;
    if (bucket < 2 * steps) {
        return bucket;
    }
    const uint64_t shift = (bucket >> HISTOGRAM_STEP_BITS) - 1;
    return (steps + (bucket & (steps - 1))) << shift;
}

uint64_t histogram_bucket_last(size_t bucket)
{
    return bucket + 1 == HISTOGRAM_BUCKETS ? UINT64_MAX : histogram_bucket_first(bucket + 1) - 1;
}

void histogram_record(struct histogram *histogram, uint64_t value)
{
    if (histogram->count == 0 || value < histogram->min) {
        histogram->min = value;
    }
    if (value > histogram->max) {
        histogram->max = value;
    }
    histogram->count++;
    histogram->sum += value;
    histogram->buckets[histogram_bucket(value)]++;
}

double histogram_mean(const struct histogram *histogram)
{
    return histogram->count == 0 ? 0.0 : (double)histogram->sum / (double)histogram->count;
}

uint64_t histogram_percentile(const struct histogram *histogram, double percent)
{
    if (histogram->count == 0) {
        return 0;
    }
    const double rank = ceil(percent / 100.0 * (double)histogram->count);
    uint64_t seen = 0;
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += histogram->buckets[i];
        if (seen > 0 && (double)seen >= rank) {
            const uint64_t last = histogram_bucket_last(i);
            return last < histogram->max ? last : histogram->max;
        }
    }
    return histogram->max;
}
