#include "cache/hierarchy.h"

#include <errno.h>
#include <string.h>

/* PL310 TRM (DDI 0246), prefetching: not across a boundary of 4 KB. */
enum { PREFETCH_PAGE_BYTES = 4096 };

const char *hierarchy_config_error(const struct hierarchy_config *config)
{
    const char *error = cache_config_error(&config->l1d);

    if (error == NULL) {
        error = cache_config_error(&config->l2);
    }
    if (error == NULL && config->l1d.line_bytes != config->l2.line_bytes) {
        error = "both levels must have the same line_bytes";
    }
    return error;
}

int hierarchy_init(struct hierarchy *hierarchy, const struct hierarchy_config *config,
                   const struct memory_port *memory)
{
    int error;

    if (hierarchy_config_error(config) != NULL) {
        return -EINVAL;
    }
    *hierarchy = (struct hierarchy){.memory = *memory, .config = *config};
    error = cache_init(&hierarchy->l1d, &config->l1d);
    if (error) {
        return error;
    }
    error = cache_init(&hierarchy->l2, &config->l2);
    if (error) {
        cache_release(&hierarchy->l1d);
    }
    return error;
}

void hierarchy_release(struct hierarchy *hierarchy)
{
    cache_release(&hierarchy->l1d);
    cache_release(&hierarchy->l2);
}

static void enter(struct hierarchy *hierarchy, uint32_t line)
{
    hierarchy->lines_under_way[hierarchy->lines_under_way_count++] = line;
}

static void leave(struct hierarchy *hierarchy)
{
    hierarchy->lines_under_way_count--;
}

static uint64_t write_below(struct hierarchy *hierarchy, const struct cache_victim *victim,
                            uint64_t after_cycles)
{
    const struct memory_port *const memory = &hierarchy->memory;
    uint64_t cycles;

    if (!victim->dirty) {
        return 0;
    }
    enter(hierarchy, victim->address);
    cycles = memory->write_line(memory->context, victim->address, victim->data,
                                hierarchy->l2.line_bytes, after_cycles);
    leave(hierarchy);
    return cycles;
}

/* A prefetched line that is asked for the first time may still be on its way. */
static void wait_prefetched(struct hierarchy *hierarchy, uint32_t address, struct access_cost *cost)
{
    const struct memory_port *const memory = &hierarchy->memory;
    struct cache *const l2 = &hierarchy->l2;

    if (hierarchy->config.l2.prefetch_lines == 0 || !cache_take_prefetched(l2, address)) {
        return;
    }
    const uint64_t before = cost->memory_cycles;

    l2->counters.prefetch_hits++;
    hierarchy->filling = true;
    hierarchy->filling_address = address;
    cost->memory_cycles +=
        memory->wait_prefetch(memory->context, cache_line_address(l2, address), l2->line_bytes,
                              cost->l2_cycles + cost->memory_cycles);
    hierarchy->filling = false;
    l2->counters.prefetch_late += cost->memory_cycles != before;
}

/* The L2's line, filled from memory if need be; its victim leaves right behind the fill's request.
 */
static uint8_t *read_l2(struct hierarchy *hierarchy, uint32_t address, struct access_cost *cost)
{
    const struct memory_port *const memory = &hierarchy->memory;
    struct cache *const l2 = &hierarchy->l2;
    uint8_t *line = cache_find(l2, address, false);
    struct cache_victim victim;
    uint64_t leaves_after;

    l2->counters.reads++;
    cost->l2_cycles += hierarchy->config.l2.hit_cycles;
    if (line) {
        wait_prefetched(hierarchy, address, cost);
        return line;
    }
    l2->counters.read_misses++;
    l2->counters.refills++;
    cost->memory_cycles += hierarchy->config.l2.miss_cycles;
    line = cache_allocate(l2, address, false, &victim);
    hierarchy->filling = true;
    hierarchy->filling_address = address;
    if (victim.dirty) {
        enter(hierarchy, victim.address);
    }
    leaves_after = cost->l2_cycles + cost->memory_cycles;
    cost->memory_cycles += memory->read_line(memory->context, cache_line_address(l2, address), line,
                                             l2->line_bytes, leaves_after);
    cost->memory_cycles += write_below(hierarchy, &victim, leaves_after);
    if (victim.dirty) {
        leave(hierarchy);
    }
    hierarchy->filling = false;
    return line;
}

/* A dirty line comes down from the L1: a whole line, so a miss allocates without a fill. */
static void put_l2(struct hierarchy *hierarchy, const struct cache_victim *from_l1,
                   struct cache_victim *victim)
{
    struct cache *const l2 = &hierarchy->l2;
    uint8_t *line = cache_find(l2, from_l1->address, true);

    victim->dirty = false;
    l2->counters.writes++;
    if (!line) {
        l2->counters.write_misses++;
        line = cache_allocate(l2, from_l1->address, true, victim);
    }
    cache_copy_line(line, from_l1->data, l2->line_bytes);
}

static uint64_t write_l2(struct hierarchy *hierarchy, const struct cache_victim *from_l1,
                         uint64_t after_cycles)
{
    struct cache_victim victim;

    put_l2(hierarchy, from_l1, &victim);
    return write_below(hierarchy, &victim, after_cycles);
}

/* What had to go from both levels, when no time has passed in between. */
static void make_room(struct hierarchy *hierarchy, const struct cache_victim *from_l1,
                      const struct cache_victim *from_l2, uint64_t after_cycles,
                      struct access_cost *cost)
{
    if (from_l1->dirty) {
        enter(hierarchy, from_l1->address);
    }
    cost->memory_cycles += write_below(hierarchy, from_l2, after_cycles);
    if (from_l1->dirty) {
        leave(hierarchy);
        cost->memory_cycles += write_l2(hierarchy, from_l1, after_cycles);
    }
}

/* After a read of the L2, hit or miss: fetch a line further on, unless the L2 has it or it is in
 * another page. The request leaves right behind that of a miss; only making room may take time. */
static void prefetch(struct hierarchy *hierarchy, uint32_t address, uint64_t after_cycles,
                     struct access_cost *cost)
{
    const struct memory_port *const memory = &hierarchy->memory;
    struct cache *const l2 = &hierarchy->l2;
    const uint32_t ahead = hierarchy->config.l2.prefetch_lines << l2->line_shift;
    const uint32_t wanted = cache_line_address(l2, address) + ahead;
    uint8_t bytes[CACHE_LINE_BYTES_MAX];
    struct cache_victim victim;
    bool leaves;

    if ((wanted ^ address) / PREFETCH_PAGE_BYTES != 0 || cache_peek(l2, wanted)) {
        return;
    }
    enter(hierarchy, wanted);
    leaves = memory->prefetch_line(memory->context, wanted, bytes, l2->line_bytes, after_cycles);
    leave(hierarchy);
    if (!leaves) {
        return;
    }
    l2->counters.refills++;
    l2->counters.prefetches++;
    cache_copy_line(cache_allocate(l2, wanted, false, &victim), bytes, l2->line_bytes);
    cache_mark_prefetched(l2, wanted);
    cost->memory_cycles += write_below(hierarchy, &victim, after_cycles);
}

/* A line that was prefetched to the L1 is asked for the first time: memory may still have it. */
static void wait_first_use(struct hierarchy *hierarchy, uint32_t address, struct access_cost *cost)
{
    const struct memory_port *const memory = &hierarchy->memory;
    struct cache *const l1d = &hierarchy->l1d;
    const uint32_t line_address = cache_line_address(l1d, address);

    if (!cache_take_prefetched(l1d, address)) {
        return;
    }
    l1d->counters.prefetch_hits++;
    cost->prefetched = true;
    enter(hierarchy, line_address);
    cost->memory_cycles += memory->wait_prefetch(memory->context, line_address, l1d->line_bytes, 0);
    leave(hierarchy);
}

uint8_t *hierarchy_access_slow(struct hierarchy *hierarchy, uint32_t address, bool write,
                               struct access_cost *cost)
{
    struct cache *const l1d = &hierarchy->l1d;
    uint8_t *line = cache_find(l1d, address, write);
    struct cache_victim victim;

    if (line) {
        if (l1d->counters.prefetches != 0) {
            wait_first_use(hierarchy, address, cost);
        }
        return line;
    }
    if (write) {
        l1d->counters.write_misses++;
    } else {
        l1d->counters.read_misses++;
    }
    l1d->counters.refills++;
    cost->l2_cycles += hierarchy->config.l1d.miss_cycles;
    line = cache_allocate(l1d, address, write, &victim);
    enter(hierarchy, cache_line_address(l1d, address));
    if (victim.dirty) {
        enter(hierarchy, victim.address);
    }
    cache_copy_line(line, read_l2(hierarchy, address, cost), l1d->line_bytes);
    if (victim.dirty) {
        leave(hierarchy);
        cost->memory_cycles += write_l2(hierarchy, &victim, cost->l2_cycles);
    }
    if (hierarchy->config.l2.prefetch_lines != 0) {
        prefetch(hierarchy, address, cost->l2_cycles + hierarchy->config.l2.miss_cycles, cost);
    }
    leave(hierarchy);
    return line;
}

/* The line in the L2, of which a read just asks memory if the L2 does not have it; NULL when memory
 * has no buffer free for it. */
static uint8_t *read_l2_behind(struct hierarchy *hierarchy, uint32_t address, uint64_t after_cycles,
                               struct cache_victim *victim)
{
    const struct memory_port *const memory = &hierarchy->memory;
    struct cache *const l2 = &hierarchy->l2;
    uint8_t *line = cache_find(l2, address, false);
    uint8_t bytes[CACHE_LINE_BYTES_MAX];

    victim->dirty = false;
    if (!line) {
        if (!memory->prefetch_line(memory->context, cache_line_address(l2, address), bytes,
                                   l2->line_bytes, after_cycles)) {
            return NULL;
        }
        l2->counters.read_misses++;
        l2->counters.refills++;
        line = cache_allocate(l2, address, false, victim);
        cache_copy_line(line, bytes, l2->line_bytes);
    }
    l2->counters.reads++;
    return line;
}

bool hierarchy_prefetch(struct hierarchy *hierarchy, uint32_t address, struct access_cost *cost)
{
    const struct hierarchy_config *const config = &hierarchy->config;
    struct cache *const l1d = &hierarchy->l1d;
    const uint64_t l2_cycles = (uint64_t)config->l1d.miss_cycles + config->l2.hit_cycles;
    const uint64_t leaves_after = l2_cycles + config->l2.miss_cycles;
    struct cache_victim from_l1, from_l2;
    const uint8_t *line;

    if (cache_peek(l1d, address)) {
        return false;
    }
    enter(hierarchy, cache_line_address(l1d, address));
    line = read_l2_behind(hierarchy, address, leaves_after, &from_l2);
    if (line) {
        cache_copy_line(cache_allocate(l1d, address, false, &from_l1), line, l1d->line_bytes);
        cache_mark_prefetched(l1d, address);
        l1d->counters.refills++;
        l1d->counters.prefetches++;
        cost->l2_cycles += l2_cycles;
        make_room(hierarchy, &from_l1, &from_l2, leaves_after, cost);
    }
    leave(hierarchy);
    return line != NULL;
}

uint8_t *hierarchy_claim(struct hierarchy *hierarchy, uint32_t address, struct access_cost *cost)
{
    struct cache *const l1d = &hierarchy->l1d;
    const uint32_t line_address = cache_line_address(l1d, address);
    struct cache_victim victim;
    uint8_t *line;

    if (cache_peek(l1d, address) || cache_peek(&hierarchy->l2, address)) {
        return NULL;
    }
    l1d->counters.writes++;
    l1d->counters.write_misses++;
    line = cache_allocate(l1d, address, true, &victim);
    enter(hierarchy, line_address);
    hierarchy->memory.debug_read(hierarchy->memory.context, line_address, line, l1d->line_bytes);
    if (victim.dirty) {
        cost->memory_cycles += write_l2(hierarchy, &victim, cost->l2_cycles);
    }
    leave(hierarchy);
    return line;
}

/* Returns the cycles of one line's maintenance, which starts `after_cycles` into the call. */
static uint64_t maintain_line(struct hierarchy *hierarchy, uint32_t address,
                              enum cache_maintenance operation, enum cache_reach reach,
                              uint64_t after_cycles)
{
    struct cache *const l2 = &hierarchy->l2;
    struct cache_victim victim;
    uint64_t cycles = hierarchy->config.l1d.maintenance_cycles;

    cache_maintain_line(&hierarchy->l1d, address, operation, &victim);
    if (victim.dirty) {
        cycles += write_l2(hierarchy, &victim, after_cycles + cycles);
    }
    if (reach == CACHE_TO_UNIFICATION) {
        return cycles;
    }
    cycles += hierarchy->config.l2.maintenance_cycles;
    cache_maintain_line(l2, address, operation, &victim);
    return cycles + write_below(hierarchy, &victim, after_cycles + cycles);
}

uint64_t hierarchy_maintain(struct hierarchy *hierarchy, uint32_t address, uint32_t bytes,
                            enum cache_maintenance operation, enum cache_reach reach)
{
    const uint32_t line_bytes = hierarchy->l1d.line_bytes;
    const uint64_t end = (uint64_t)address + bytes;
    uint64_t cycles = 0;

    for (uint64_t line = address & ~(line_bytes - 1); line < end && bytes > 0; line += line_bytes) {
        const bool whole = line >= address && line + line_bytes <= end;

        cycles += maintain_line(
            hierarchy, (uint32_t)line,
            whole || operation == CACHE_CLEAN ? operation : CACHE_CLEAN_INVALIDATE, reach, cycles);
    }
    return cycles;
}

/* The whole set of a line that the L2 waits for: nothing else may take its way meanwhile. */
static bool same_set_as_fill(const struct hierarchy *hierarchy, uint32_t address)
{
    return hierarchy->filling && cache_set(&hierarchy->l2, hierarchy->filling_address) ==
                                     cache_set(&hierarchy->l2, address);
}

bool hierarchy_under_way(const struct hierarchy *hierarchy, uint32_t address, uint32_t bytes)
{
    const uint32_t line_bytes = hierarchy->l2.line_bytes;
    const uint64_t end = (uint64_t)address + bytes;

    for (uint32_t i = 0; i < hierarchy->lines_under_way_count; i++) {
        const uint32_t line = hierarchy->lines_under_way[i];
        if (line < end && address < (uint64_t)line + line_bytes) {
            return true;
        }
    }
    for (uint64_t line = address & ~(line_bytes - 1); line < end; line += line_bytes) {
        if (same_set_as_fill(hierarchy, (uint32_t)line)) {
            return true;
        }
    }
    return false;
}

static uint8_t *peek_any(struct hierarchy *hierarchy, uint32_t address, struct cache **level)
{
    uint8_t *line = cache_peek(&hierarchy->l1d, address);

    *level = &hierarchy->l1d;
    if (!line) {
        *level = &hierarchy->l2;
        line = cache_peek(&hierarchy->l2, address);
    }
    return line;
}

bool hierarchy_snoop_read(struct hierarchy *hierarchy, uint32_t address, void *data, uint32_t bytes)
{
    struct cache *level;
    const uint8_t *const line = peek_any(hierarchy, address, &level);

    if (!line) {
        return false;
    }
    level->counters.snoop_hits++;
    memcpy(data, line + (address & level->offset_mask), bytes);
    return true;
}

bool hierarchy_snoop_write(struct hierarchy *hierarchy, uint32_t address, const void *data,
                           uint32_t bytes, struct cache_victim *evicted)
{
    struct cache *const l2 = &hierarchy->l2;
    struct cache_victim from_l1;
    uint8_t *line;

    evicted->dirty = false;
    if (cache_peek(&hierarchy->l1d, address)) {
        hierarchy->l1d.counters.snoop_hits++;
        if (cache_take(&hierarchy->l1d, address, &from_l1)) {
            put_l2(hierarchy, &from_l1, evicted);
        }
    }
    line = cache_find(l2, address, true);
    if (!line) {
        return false;
    }
    l2->counters.snoop_hits++;
    memcpy(line + (address & l2->offset_mask), data, bytes);
    return true;
}

bool hierarchy_snoop_allocate(struct hierarchy *hierarchy, uint32_t address, const void *line,
                              bool dirty, struct cache_victim *evicted)
{
    struct cache *const l2 = &hierarchy->l2;

    evicted->dirty = false;
    if (cache_peek(l2, address) || same_set_as_fill(hierarchy, address)) {
        return false;
    }
    cache_copy_line(cache_allocate(l2, address, dirty, evicted), line, l2->line_bytes);
    return true;
}

static uint32_t bytes_in_line(const struct hierarchy *hierarchy, uint32_t address, uint32_t bytes)
{
    const uint32_t left = hierarchy->l1d.line_bytes - (address & (hierarchy->l1d.line_bytes - 1));

    return bytes < left ? bytes : left;
}

void hierarchy_debug_read(struct hierarchy *hierarchy, uint32_t address, void *data, uint32_t bytes)
{
    uint8_t *to = data;

    while (bytes > 0) {
        const uint32_t piece = bytes_in_line(hierarchy, address, bytes);
        struct cache *level;
        const uint8_t *const line = peek_any(hierarchy, address, &level);

        if (line) {
            memcpy(to, line + (address & level->offset_mask), piece);
        } else {
            hierarchy->memory.debug_read(hierarchy->memory.context, address, to, piece);
        }
        address += piece;
        to += piece;
        bytes -= piece;
    }
}

/* A line that is cached becomes dirty: memory does not have the new bytes. */
static void debug_write_cached(struct cache *level, uint32_t address, uint8_t *line,
                               const void *data, uint32_t bytes)
{
    const uint32_t slot = (uint32_t)((size_t)(line - level->data) >> level->line_shift);

    level->tags[slot] |= CACHE_DIRTY;
    memcpy(line + (address & level->offset_mask), data, bytes);
}

void hierarchy_debug_write(struct hierarchy *hierarchy, uint32_t address, const void *data,
                           uint32_t bytes)
{
    const uint8_t *from = data;

    while (bytes > 0) {
        const uint32_t piece = bytes_in_line(hierarchy, address, bytes);
        struct cache *level;
        uint8_t *const line = peek_any(hierarchy, address, &level);

        if (line) {
            debug_write_cached(level, address, line, from, piece);
        } else {
            hierarchy->memory.debug_write(hierarchy->memory.context, address, from, piece);
        }
        address += piece;
        from += piece;
        bytes -= piece;
    }
}

void hierarchy_discard(struct hierarchy *hierarchy, uint32_t address, uint32_t bytes)
{
    const uint32_t line_bytes = hierarchy->l1d.line_bytes;
    const uint64_t end = (uint64_t)address + bytes;

    for (uint64_t line = address & ~(line_bytes - 1); line < end; line += line_bytes) {
        cache_discard(&hierarchy->l1d, (uint32_t)line);
        cache_discard(&hierarchy->l2, (uint32_t)line);
    }
}
