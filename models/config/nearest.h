/* "Did you mean ...?" */
#ifndef ZEROSTAGE_CONFIG_NEAREST_H
#define ZEROSTAGE_CONFIG_NEAREST_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Insertions, deletions, substitutions and swaps of neighbours that turn one text into the other,
 * upper and lower case being the same. Texts are compared up to their first 96 characters. */
size_t edit_distance(const char *left, const char *right);

/* The best candidate so far; start with all zeros. */
struct nearest {
    const char *name;
    size_t distance;
};

void nearest_offer(struct nearest *nearest, const char *wanted, const char *candidate);

/* The best candidate if it is close enough to be what was meant; NULL otherwise. */
const char *nearest_name(const struct nearest *nearest, const char *wanted);

#ifdef __cplusplus
}
#endif
#endif
