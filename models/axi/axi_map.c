#include "axi/axi_map.h"

#include <errno.h>
#include <string.h>

/* Index of the first region that ends at or after the address; the count when there is none. */
static size_t lower_bound(const struct axi_map *map, uint64_t address)
{
    size_t low = 0, high = map->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (map->regions[middle].last < address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

int axi_map_add(struct axi_map *map, uint64_t first, uint64_t bytes, uint64_t target_first,
                unsigned output)
{
    const uint64_t reach = bytes - 1;

    if (bytes == 0 || first > UINT64_MAX - reach || target_first > UINT64_MAX - reach) {
        return -EINVAL;
    }
    if (map->count == AXI_MAP_REGIONS) {
        return -ENOSPC;
    }
    const size_t place = lower_bound(map, first);

    if (place < map->count && map->regions[place].first <= first + reach) {
        return -EEXIST;
    }
    memmove(&map->regions[place + 1], &map->regions[place],
            (map->count - place) * sizeof(map->regions[0]));
    map->regions[place] = (struct axi_region){first, first + reach, target_first, output};
    map->count++;
    return 0;
}

const struct axi_region *axi_map_find(struct axi_map *map, uint64_t address)
{
    const struct axi_region *region = &map->regions[map->latest];

    if (map->count == 0) {
        return NULL;
    }
    if (address >= region->first && address <= region->last) {
        return region;
    }
    const size_t place = lower_bound(map, address);

    if (place == map->count || map->regions[place].first > address) {
        return NULL;
    }
    map->latest = place;
    return &map->regions[place];
}

const struct axi_region *axi_map_find_range(struct axi_map *map, uint64_t address, uint64_t bytes)
{
    const struct axi_region *const region = axi_map_find(map, address);

    return region != NULL && bytes - 1 <= region->last - address ? region : NULL;
}
