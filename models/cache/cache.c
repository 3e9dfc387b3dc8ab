#include "cache/cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t NO_SLOT = UINT32_MAX;

static bool is_power_of_two(uint32_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

const char *cache_config_error(const struct cache_config *config)
{
    if (!is_power_of_two(config->line_bytes) || config->line_bytes < 8 ||
        config->line_bytes > CACHE_LINE_BYTES_MAX) {
        return "line_bytes must be a power of two from 8 to 128";
    }
    if (config->ways == 0 || config->ways > CACHE_WAYS_MAX) {
        return "ways must be from 1 to 32";
    }
    if (config->replacement == CACHE_PLRU && !is_power_of_two(config->ways)) {
        return "tree pseudo-LRU needs a power of two of ways";
    }
    if (config->bytes % (config->ways * config->line_bytes) != 0 ||
        !is_power_of_two(config->bytes / (config->ways * config->line_bytes))) {
        return "bytes / (ways x line_bytes), the number of sets, must be a power of two";
    }
    return NULL;
}

static uint32_t shift_of(uint32_t power_of_two)
{
    uint32_t shift = 0;

    while ((1U << shift) < power_of_two) {
        shift++;
    }
    return shift;
}

static void reset_recency(struct cache *cache, uint32_t sets)
{
    for (uint32_t i = 0; i < sets * cache->ways; i++) {
        cache->recency[i] = (uint8_t)(i % cache->ways);
    }
    for (uint32_t set = 0; set < sets; set++) {
        cache->recent[set] = set * cache->ways;
    }
}

static void close_short_way(struct short_way *way)
{
    way->load_line = SHORT_WAY_CLOSED;
    way->store_line = SHORT_WAY_CLOSED;
}

void cache_close_all_short_ways(struct cache *cache)
{
    for (uint32_t i = 0; i < SHORT_WAYS; i++) {
        close_short_way(&cache->short_ways[i]);
    }
}

int cache_init(struct cache *cache, const struct cache_config *config)
{
    const uint32_t lines = config->line_bytes ? config->bytes / config->line_bytes : 0;

    if (cache_config_error(config) != NULL) {
        return -EINVAL;
    }
    *cache = (struct cache){
        .line_bytes = config->line_bytes,
        .line_shift = shift_of(config->line_bytes),
        .set_mask = lines / config->ways - 1,
        .ways = config->ways,
        .offset_mask = config->line_bytes - 1,
        .tag_mask = ~(config->line_bytes - 1) | CACHE_VALID,
        .replacement = config->replacement,
        .random = 0x2545f491,
    };
    cache_close_all_short_ways(cache);
    cache->tags = calloc(lines, sizeof(*cache->tags));
    cache->recent = calloc(lines / config->ways, sizeof(*cache->recent));
    cache->recency = calloc(lines, sizeof(*cache->recency));
    cache->tree = calloc(lines / config->ways, sizeof(*cache->tree));
    cache->data = calloc(lines, config->line_bytes);
    cache->short_way_of = calloc(lines, sizeof(*cache->short_way_of));
    if (!cache->tags || !cache->recent || !cache->recency || !cache->tree || !cache->data ||
        !cache->short_way_of) {
        cache_release(cache);
        return -ENOMEM;
    }
    reset_recency(cache, lines / config->ways);
    return 0;
}

void cache_release(struct cache *cache)
{
    free(cache->tags);
    free(cache->recent);
    free(cache->recency);
    free(cache->tree);
    free(cache->data);
    free(cache->short_way_of);
    *cache = (struct cache){0};
}

static uint32_t slot_of(const struct cache *cache, uint32_t address)
{
    const uint32_t first = cache_set(cache, address) * cache->ways;
    const uint32_t end = first + cache->ways;

    for (uint32_t slot = first; slot < end; slot++) {
        if (cache_slot_holds(cache, slot, address)) {
            return slot;
        }
    }
    return NO_SLOT;
}

static uint8_t *bytes_of(struct cache *cache, uint32_t slot)
{
    return cache->data + ((size_t)slot << cache->line_shift);
}

static void close_short_way_to(struct cache *cache, uint32_t slot)
{
    struct short_way *const way = &cache->short_ways[cache->short_way_of[slot]];

    if (way->bytes == bytes_of(cache, slot)) {
        close_short_way(way);
    }
}

static void move_to_front(uint8_t *recency, uint32_t way)
{
    uint8_t later = (uint8_t)way;

    while (*recency != way) {
        const uint8_t here = *recency;

        *recency++ = later;
        later = here;
    }
    *recency = later;
}

/* Walk the tree from the root to `way` and let every node point away from it. */
static void point_away(uint32_t *tree, uint32_t way, uint32_t ways)
{
    uint32_t node = 1;

    for (uint32_t half = ways / 2; half > 0; half /= 2) {
        const bool right = (way & half) != 0;

        if (right) {
            *tree &= ~(1U << node);
        } else {
            *tree |= 1U << node;
        }
        node = 2 * node + right;
    }
}

static uint32_t follow(uint32_t tree, uint32_t ways)
{
    uint32_t node = 1;
    uint32_t way = 0;

    for (uint32_t half = ways / 2; half > 0; half /= 2) {
        const bool right = (tree >> node & 1) != 0;

        way += right ? half : 0;
        node = 2 * node + right;
    }
    return way;
}

static void touch(struct cache *cache, uint32_t set, uint32_t way)
{
    if (cache->replacement != CACHE_RANDOM) {
        close_short_way_to(cache, cache->recent[set]);
    }
    cache->recent[set] = set * cache->ways + way;
    if (cache->replacement == CACHE_LRU) {
        move_to_front(cache->recency + (size_t)set * cache->ways, way);
    } else if (cache->replacement == CACHE_PLRU) {
        point_away(&cache->tree[set], way, cache->ways);
    }
}

static void remove_line(struct cache *cache, uint32_t slot)
{
    close_short_way_to(cache, slot);
    cache->tags[slot] = 0;
}

static uint32_t next_random(struct cache *cache)
{
    cache->random ^= cache->random << 13;
    cache->random ^= cache->random >> 17;
    cache->random ^= cache->random << 5;
    return cache->random;
}

static uint32_t choose_way(struct cache *cache, uint32_t set)
{
    for (uint32_t way = 0; way < cache->ways; way++) {
        if (!(cache->tags[set * cache->ways + way] & CACHE_VALID)) {
            return way;
        }
    }
    switch (cache->replacement) {
    case CACHE_LRU:
        return cache->recency[set * cache->ways + cache->ways - 1];
    case CACHE_PLRU:
        return follow(cache->tree[set], cache->ways);
    default:
        return next_random(cache) % cache->ways;
    }
}

uint8_t *cache_find(struct cache *cache, uint32_t address, bool write)
{
    const uint32_t slot = slot_of(cache, address);
    const uint32_t set = cache_set(cache, address);

    if (slot == NO_SLOT) {
        return NULL;
    }
    touch(cache, set, slot - set * cache->ways);
    if (write) {
        cache->tags[slot] |= CACHE_DIRTY;
    }
    return bytes_of(cache, slot);
}

void cache_open_short_way(struct cache *cache, uint32_t address, uint32_t virtual_address,
                          bool may_load, bool may_store)
{
    const uint32_t slot = cache->recent[cache_set(cache, address)];
    const uint32_t line = cache_line_address(cache, virtual_address);
    struct short_way *const way = cache_short_way(cache, virtual_address);

    if (cache_slot_holds(cache, slot, address)) {
        const bool dirty = (cache->tags[slot] & CACHE_DIRTY) != 0;

        close_short_way_to(cache, slot);
        cache->short_way_of[slot] = (uint16_t)(way - cache->short_ways);
        way->load_line = may_load ? line : SHORT_WAY_CLOSED;
        way->store_line = may_store && dirty ? line : SHORT_WAY_CLOSED;
        way->bytes = bytes_of(cache, slot);
    }
}

void cache_close_short_ways(struct cache *cache, uint32_t virtual_page)
{
    for (uint32_t offset = 0; offset < SHORT_WAY_PAGE_BYTES; offset += cache->line_bytes) {
        struct short_way *const way =
            cache_short_way(cache, virtual_page * SHORT_WAY_PAGE_BYTES + offset);

        if (way->load_line / SHORT_WAY_PAGE_BYTES == virtual_page ||
            way->store_line / SHORT_WAY_PAGE_BYTES == virtual_page) {
            close_short_way(way);
        }
    }
}

uint8_t *cache_peek(struct cache *cache, uint32_t address)
{
    const uint32_t slot = slot_of(cache, address);

    return slot == NO_SLOT ? NULL : bytes_of(cache, slot);
}

bool cache_is_dirty(const struct cache *cache, uint32_t address)
{
    const uint32_t slot = slot_of(cache, address);

    return slot != NO_SLOT && (cache->tags[slot] & CACHE_DIRTY);
}

static void send_out(struct cache *cache, uint32_t slot, struct cache_victim *victim)
{
    victim->dirty = true;
    victim->address = cache_line_address(cache, cache->tags[slot]);
    cache_copy_line(victim->data, bytes_of(cache, slot), cache->line_bytes);
    cache->counters.write_backs++;
}

uint8_t *cache_allocate(struct cache *cache, uint32_t address, bool dirty,
                        struct cache_victim *victim)
{
    const uint32_t set = cache_set(cache, address);
    const uint32_t way = choose_way(cache, set);
    const uint32_t slot = set * cache->ways + way;

    victim->dirty = false;
    if (cache->tags[slot] & CACHE_DIRTY) {
        send_out(cache, slot, victim);
    }
    close_short_way_to(cache, slot);
    cache->tags[slot] =
        cache_line_address(cache, address) | CACHE_VALID | (dirty ? (uint32_t)CACHE_DIRTY : 0);
    touch(cache, set, way);
    return bytes_of(cache, slot);
}

static uint32_t *recent_tag(struct cache *cache, uint32_t address)
{
    return &cache->tags[cache->recent[cache_set(cache, address)]];
}

void cache_mark_prefetched(struct cache *cache, uint32_t address)
{
    *recent_tag(cache, address) |= CACHE_PREFETCHED;
}

bool cache_take_prefetched(struct cache *cache, uint32_t address)
{
    uint32_t *const tag = recent_tag(cache, address);
    const bool prefetched = (*tag & CACHE_PREFETCHED) != 0;

    *tag &= ~(uint32_t)CACHE_PREFETCHED;
    return prefetched;
}

bool cache_take(struct cache *cache, uint32_t address, struct cache_victim *victim)
{
    const uint32_t slot = slot_of(cache, address);

    victim->dirty = false;
    if (slot != NO_SLOT) {
        if (cache->tags[slot] & CACHE_DIRTY) {
            send_out(cache, slot, victim);
        }
        remove_line(cache, slot);
    }
    return victim->dirty;
}

bool cache_maintain_line(struct cache *cache, uint32_t address, enum cache_maintenance operation,
                         struct cache_victim *victim)
{
    const uint32_t slot = slot_of(cache, address);

    victim->dirty = false;
    cache->counters.maintenance_lines++;
    if (slot == NO_SLOT) {
        return false;
    }
    if ((operation & CACHE_CLEAN) && (cache->tags[slot] & CACHE_DIRTY)) {
        send_out(cache, slot, victim);
        cache->tags[slot] &= ~(uint32_t)CACHE_DIRTY;
        close_short_way_to(cache, slot);
    }
    if (operation & CACHE_INVALIDATE) {
        remove_line(cache, slot);
    }
    return true;
}

void cache_discard(struct cache *cache, uint32_t address)
{
    const uint32_t slot = slot_of(cache, address);

    if (slot != NO_SLOT) {
        remove_line(cache, slot);
    }
}
