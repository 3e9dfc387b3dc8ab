#include "config/units.h"

#include <stddef.h>
#include <string.h>

struct dimension {
    const char *name;
    const char *alternatives;
};

enum dimension_id { FREQUENCY, TIME, SIZE, VOLTAGE, CURRENT, POWER, ENERGY, RATIO };

static const struct dimension dimensions[] = {
    [FREQUENCY] = {"a frequency", "Hz, kHz, MHz or GHz"},
    [TIME] = {"a time", "ps, ns, us, ms or s"},
    [SIZE] = {"a size", "B, KiB, MiB or GiB"},
    [VOLTAGE] = {"a voltage", "mV or V"},
    [CURRENT] = {"a current", "uA, mA or A"},
    [POWER] = {"a power", "uW, mW or W"},
    [ENERGY] = {"an energy", "pJ, nJ or uJ"},
    [RATIO] = {"a ratio", "% or no unit"},
};

/* Decimal sizes (kB, MB) are left out on purpose: half of their users mean the binary ones. */
static const struct unit {
    const char *name;
    enum dimension_id dimension;
    double in_base;
} units[] = {
    {"Hz", FREQUENCY, 1.0},  {"kHz", FREQUENCY, 1e3},  {"MHz", FREQUENCY, 1e6},
    {"GHz", FREQUENCY, 1e9}, {"ps", TIME, 1.0},        {"ns", TIME, 1e3},
    {"us", TIME, 1e6},       {"ms", TIME, 1e9},        {"s", TIME, 1e12},
    {"B", SIZE, 1.0},        {"byte", SIZE, 1.0},      {"bytes", SIZE, 1.0},
    {"KiB", SIZE, 1024.0},   {"MiB", SIZE, 1048576.0}, {"GiB", SIZE, 1073741824.0},
    {"mV", VOLTAGE, 1.0},    {"V", VOLTAGE, 1e3},      {"uA", CURRENT, 1.0},
    {"mA", CURRENT, 1e3},    {"A", CURRENT, 1e6},      {"uW", POWER, 1.0},
    {"mW", POWER, 1e3},      {"W", POWER, 1e6},        {"pJ", ENERGY, 1.0},
    {"nJ", ENERGY, 1e3},     {"uJ", ENERGY, 1e6},      {"ratio", RATIO, 1.0},
    {"%", RATIO, 0.01},      {"percent", RATIO, 0.01},
};

static const struct unit *find(const char *name)
{
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(units[i].name, name) == 0) {
            return &units[i];
        }
    }
    return NULL;
}

static size_t stem_length(const char *unit)
{
    const size_t length = strlen(unit);
    return length > 1 && unit[length - 1] == 's' ? length - 1 : length;
}

static bool same_word(const char *left, const char *right)
{
    const size_t length = stem_length(left);
    return length == stem_length(right) && strncmp(left, right, length) == 0;
}

enum unit_result unit_factor(const char *given, const char *wanted, double *factor)
{
    const struct unit *const from = find(given);
    const struct unit *const to = find(wanted);

    *factor = 1.0;
    if (strcmp(given, wanted) == 0 || (from == NULL && to == NULL && same_word(given, wanted))) {
        return UNIT_OK;
    }
    if (from == NULL) {
        return UNIT_UNKNOWN;
    }
    if (to == NULL || from->dimension != to->dimension) {
        return UNIT_WRONG_DIMENSION;
    }
    *factor = from->in_base / to->in_base;
    return UNIT_OK;
}

const char *unit_dimension(const char *unit)
{
    const struct unit *const found = find(unit);
    return found == NULL ? NULL : dimensions[found->dimension].name;
}

const char *unit_alternatives(const char *wanted)
{
    const struct unit *const found = find(wanted);
    return found == NULL ? wanted : dimensions[found->dimension].alternatives;
}
