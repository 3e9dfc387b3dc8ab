#include "choice/cache_reuse.h"

#include <math.h>

/* Between two accesses to a line there are distance * (1 - hits) misses, and it survives each with
 * 1 - 1 / capacity: hits = exp(-distance * (1 - hits) / capacity). Newton's method from below. */
double cache_reuse(double distance, double capacity)
{
    enum { STEPS = 30 };
    const double load = distance / capacity;
    double hits = 0;

    if (load <= 1) {
        return 1;
    }
    for (int i = 0; i < STEPS; i++) {
        const double survives = exp(-load * (1 - hits));
        hits -= (hits - survives) / (1 - load * survives);
    }
    return hits;
}
