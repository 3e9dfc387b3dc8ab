#include "board/workload_tile.h"

#include <stdio.h>
#include <string.h>

/* False: not MxNxK. `rest` is what follows it. */
static bool parse(const char *text, struct workload_tile *tile, const char **rest)
{
    int length = 0;

    if (sscanf(text, "%9ux%9ux%9u%n", &tile->m, &tile->n, &tile->k, &length) != 3) {
        return false;
    }
    *rest = text + length;
    return tile->m > 0 && tile->n > 0 && tile->k > 0;
}

bool workload_tile_of(const struct workload_config *workload, uint32_t size,
                      struct workload_tile *tile)
{
    const char *rest = "";

    if (strcmp(workload->tile, "auto") == 0) {
        *tile = (struct workload_tile){size, size, size};
        return true;
    }
    return parse(workload->tile, tile, &rest) && *rest == '\0';
}

bool workload_region_of(const struct workload_config *workload, struct workload_tile *block)
{
    const char *rest = "";

    *block = (struct workload_tile){workload->m, workload->n, workload->k};
    if (strcmp(workload->region_block, "none") == 0 ||
        strcmp(workload->region_block, "auto") == 0) {
        return true;
    }
    return parse(workload->region_block, block, &rest) && *rest == '\0';
}

bool workload_outer_block_of(const struct workload_config *workload,
                             const struct workload_tile *tile, struct workload_tile *block)
{
    const char *rest = "";

    *block = *tile;
    return strcmp(workload->cache_tile, "none") == 0 || parse(workload->cache_tile, block, &rest);
}

bool workload_block_of(const struct workload_config *workload, struct workload_tile *block)
{
    const char *rest = "";

    (void)workload_region_of(workload, block); /* a mistake in that is said of it */
    if (strcmp(workload->cache_tile, "none") == 0) {
        return true;
    }
    if (!parse(workload->cache_tile, block, &rest)) {
        return false;
    }
    if (*rest == ',' && !parse(rest + 1, block, &rest)) {
        return false;
    }
    return *rest == '\0';
}
