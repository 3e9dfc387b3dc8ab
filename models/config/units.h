/* Units of configuration values: "512 KiB", "100 MHz", "12 ns". */
#ifndef ZEROSTAGE_CONFIG_UNITS_H
#define ZEROSTAGE_CONFIG_UNITS_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

enum unit_result { UNIT_OK, UNIT_UNKNOWN, UNIT_WRONG_DIMENSION };

/* What a number in unit `given` must be multiplied with to be in unit `wanted`. Units that are in
 * no table ("cycles", "beats") fit only themselves, singular or plural. */
enum unit_result unit_factor(const char *given, const char *wanted, double *factor);

/* "a frequency", "a time", ...; NULL for a unit that is in no table. */
const char *unit_dimension(const char *unit);

/* The units accepted where `wanted` is, "ps, ns, us, ms or s"; for a unit in no table, itself. */
const char *unit_alternatives(const char *wanted);

#ifdef __cplusplus
}
#endif
#endif
