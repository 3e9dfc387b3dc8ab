/* How often a cache still has what was read before. */
#ifndef ZEROSTAGE_CHOICE_CACHE_REUSE_H
#define ZEROSTAGE_CHOICE_CACHE_REUSE_H

#ifdef __cplusplus
extern "C" {
#endif

/* Share of accesses that hit when `distance` (in lines, pages, bytes) is gone through again and
 * again, in a cache of `capacity` with random replacement. */
double cache_reuse(double distance, double capacity);

#ifdef __cplusplus
}
#endif
#endif
