/* Address map: which output answers an address. Regions do not overlap; nothing else answers. */
#ifndef ZEROSTAGE_AXI_AXI_MAP_H
#define ZEROSTAGE_AXI_AXI_MAP_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { AXI_MAP_REGIONS = 64 };

struct axi_region {
    uint64_t first, last;  /* both inside: a region may end at the last address of all */
    uint64_t target_first; /* address of `first` as the target sees it */
    unsigned output;
};

/* All zeros is an empty map. */
struct axi_map {
    size_t count;
    size_t latest;                              /* region of the last hit: accesses come in runs */
    struct axi_region regions[AXI_MAP_REGIONS]; /* by address */
};

/* Map `bytes` bytes from `first` to an output. Returns 0, -EINVAL for no bytes or a region past the
 * end of the address space (at either side), -EEXIST for an overlap, -ENOSPC. */
int axi_map_add(struct axi_map *map, uint64_t first, uint64_t bytes, uint64_t target_first,
                unsigned output);

/* The region that holds an address; NULL: decode error. */
const struct axi_region *axi_map_find(struct axi_map *map, uint64_t address);

/* The region that holds all of `bytes` (at least 1) bytes; NULL: decode error, also for a range
 * that starts in a region and runs past its end. */
const struct axi_region *axi_map_find_range(struct axi_map *map, uint64_t address, uint64_t bytes);

#ifdef __cplusplus
}
#endif
#endif
