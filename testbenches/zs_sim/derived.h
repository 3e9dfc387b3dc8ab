/* Figures that follow from the counters: ratios and rates, over each interval. */
#ifndef ZEROSTAGE_ZS_SIM_DERIVED_H
#define ZEROSTAGE_ZS_SIM_DERIVED_H

#include "board/board_config.h"
#include "stats/json.h"
#include "stats/stats.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { DERIVED_FIGURES = 26, DERIVED_NAME_BYTES = 64 };

struct derived_figure {
    char name[DERIVED_NAME_BYTES];
    const char *unit, *description;
    double values[STATS_INTERVALS]; /* 0 where there is nothing to divide by */
};

struct derived {
    size_t count;
    struct derived_figure figures[DERIVED_FIGURES];
};

/* `accelerator_period_ps`: of the accelerator's clock. */
void derive(const struct stats *stats, const struct board_config *board,
            uint64_t accelerator_period_ps, struct derived *derived);

/* For a generated kernel, whose tiles are known: what only filled them up. */
void derive_padding(const struct stats *stats, const struct board_config *board,
                    struct derived *derived);

/* "derived" array of the open object. */
void derived_json(const struct derived *derived, struct json *json);

#ifdef __cplusplus
}
#endif
#endif
