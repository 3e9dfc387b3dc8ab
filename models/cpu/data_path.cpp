#include "cpu/data_path.h"

#include "os/elf_loader.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace zs
{

namespace
{

/* Cortex-A9 TRM (DDI 0388), supported AXI transfers: noncacheable writes are single ones. */
const uint32_t NONCACHEABLE_WRITE_BYTES = 8;

/* Most accesses are of a register's size: no call for those. */
void copy_register(void *to, const void *from, uint32_t bytes)
{
    switch (bytes) {
    case 4:
        std::memcpy(to, from, 4);
        break;
    case 8:
        std::memcpy(to, from, 8);
        break;
    default:
        std::memcpy(to, from, bytes);
        break;
    }
}

} // namespace

/* The hierarchy's way to memory: C functions around the data path. */
struct memory_port_ops {
    static data_path &self(void *context)
    {
        return *static_cast<data_path *>(context);
    }

    static uint64_t cycles_between(const data_path &path, uint64_t from_units, uint64_t to_ps)
    {
        const uint64_t to_units = cpu_clock_units(&path.clock_, to_ps);
        const uint64_t waited = to_units > from_units ? to_units - from_units : 0;
        return cpu_clock_cycles(waited);
    }

    static uint64_t read_line(void *context, uint32_t address, uint8_t *data, uint32_t bytes,
                              uint64_t after_cycles)
    {
        data_path &path = self(context);
        const uint64_t at = path.leaves_at(after_cycles);
        path.accesses.bytes_read += bytes;
        const uint64_t done_ps =
            path.bus_.read(cpu_clock_ps(&path.clock_, at), address, data, bytes, TRAFFIC_CPU_FILL);
        return cycles_between(path, at, done_ps) + path.waited(at, after_cycles);
    }

    static uint64_t write_line(void *context, uint32_t address, const uint8_t *data, uint32_t bytes,
                               uint64_t after_cycles)
    {
        data_path &path = self(context);
        const uint64_t at = path.leaves_at(after_cycles);
        path.accesses.bytes_written += bytes;
        const uint64_t free_ps = path.bus_.post(cpu_clock_ps(&path.clock_, at), address, data,
                                                bytes, TRAFFIC_CPU_WRITEBACK, false);
        return cycles_between(path, at, free_ps) + path.waited(at, after_cycles);
    }

    static bool prefetch_line(void *context, uint32_t address, uint8_t *data, uint32_t bytes,
                              uint64_t after_cycles)
    {
        data_path &path = self(context);
        const uint64_t at_ps = cpu_clock_ps(&path.clock_, path.leaves_at(after_cycles));
        const bool leaves = path.bus_.prefetch(at_ps, address, data, bytes);

        path.accesses.bytes_read += leaves ? bytes : 0;
        return leaves;
    }

    static uint64_t wait_prefetch(void *context, uint32_t address, uint32_t bytes,
                                  uint64_t after_cycles)
    {
        data_path &path = self(context);
        const uint64_t at = path.units + after_cycles * COST_UNITS_PER_CYCLE;
        const uint64_t done_ps =
            path.bus_.wait_prefetch(cpu_clock_ps(&path.clock_, at), address, bytes);

        return cycles_between(path, at, done_ps);
    }

    static void debug_read(void *context, uint32_t address, void *data, uint32_t bytes)
    {
        self(context).bus_.debug_read(address, static_cast<uint8_t *>(data), bytes);
    }

    static void debug_write(void *context, uint32_t address, const void *data, uint32_t bytes)
    {
        self(context).bus_.debug_write(address, static_cast<const uint8_t *>(data), bytes);
    }
};

data_path::data_path(const cpu_config &config, const hierarchy_config &cache_config,
                     bus_master &bus)
    : config_(config), clock_(cpu_clock_of(config.clock_hz)), bus_(bus),
      reads_done_(config.line_fill_buffers, 0)
{
    const memory_port port = {this,
                              memory_port_ops::read_line,
                              memory_port_ops::write_line,
                              memory_port_ops::prefetch_line,
                              memory_port_ops::wait_prefetch,
                              memory_port_ops::debug_read,
                              memory_port_ops::debug_write};
    const char *const error = hierarchy_config_error(&cache_config);

    if (error != nullptr) {
        throw std::runtime_error(std::string("board.l1d, board.l2: ") + error);
    }
    if (store_buffer_init(&stores, config.store_buffer_entries, config.store_buffer_entry_bytes) !=
        0) {
        throw std::runtime_error("board.cpu.store_buffer_entry_bytes must be a power of two");
    }
    if (stream_prefetcher_init(&streams_, cache_config.l1d.prefetch_streams,
                               cache_config.l1d.prefetch_requests,
                               cache_config.l1d.line_bytes) != 0) {
        throw std::runtime_error("board.l1d.prefetch_streams are too many");
    }
    loads_.cycles = config.miss_window_cycles;
    loads_.units_a_cycle = COST_UNITS_PER_CYCLE;
    if (slots_init(&line_fills_, config.line_fill_buffers) != 0 ||
        slots_init(&noncacheable_writes_, config.noncacheable_writes) != 0) {
        throw std::runtime_error("board.cpu: line_fill_buffers or noncacheable_writes is too many");
    }
    if (hierarchy_init(&caches, &cache_config, &port) != 0) {
        throw std::bad_alloc();
    }
}

data_path::~data_path()
{
    hierarchy_release(&caches);
}

/* When a request that is ready `after_cycles` from now leaves: requests leave in order, and a store
 * that missed may have sent one for a time that is still to come. */
uint64_t data_path::leaves_at(uint64_t after_cycles)
{
    last_request_ = std::max(last_request_, units + after_cycles * COST_UNITS_PER_CYCLE);
    return last_request_;
}

uint64_t data_path::waited(uint64_t at, uint64_t after_cycles) const
{
    return (at - units) / COST_UNITS_PER_CYCLE - after_cycles;
}

/* The same for a request of the CPU itself, which waits for its turn. */
uint64_t data_path::request_ps()
{
    return cpu_clock_ps(&clock_, leaves_at(0));
}

void data_path::stall_until(uint64_t then_ps, uint64_t &cause)
{
    wait_until(cpu_clock_units(&clock_, then_ps), cause);
}

void data_path::load_cached(uint32_t physical, void *data, uint32_t bytes)
{
    access_cost cost{};

    if (loads_.cycles != 0) {
        make_room_for_load(physical);
    }
    const uint8_t *const line = hierarchy_access(&caches, physical, false, &cost);

    copy_register(data, line + (physical & caches.l1d.offset_mask), bytes);
    if (cost.prefetched) {
        wait_for_prefetch(physical, cost);
    }
    if (loads_.cycles != 0 && cost.l2_cycles + cost.memory_cycles != 0) {
        load_missed(cost);
    } else {
        stall(cost.l2_cycles, stalls.l2);
        stall(cost.memory_cycles, stalls.memory);
    }
    line_requested(physical, cost);
}

void data_path::preload(uint32_t physical)
{
    stop_streams();
    if (caches.config.l1d.preload) {
        fetch_ahead(physical);
    }
}

/* Making room for the line may take the CPU's time; the line's own way does not. */
void data_path::fetch_ahead(uint32_t physical)
{
    access_cost cost{};

    if (hierarchy_prefetch(&caches, physical, &cost)) {
        ahead_[next_ahead_] = {cache_line_address(&caches.l1d, physical),
                               units + cost.l2_cycles * COST_UNITS_PER_CYCLE};
        next_ahead_ = (next_ahead_ + 1) % ahead_.size();
        stall(cost.memory_cycles, stalls.memory);
    }
}

/* What is left of a prefetched line's way from the L2, unless it comes from memory. */
void data_path::wait_for_prefetch(uint32_t physical, access_cost &cost)
{
    const uint32_t line = cache_line_address(&caches.l1d, physical);

    for (const line_ahead &ahead : ahead_) {
        if (ahead.address == line && ahead.there > units && cost.memory_cycles == 0) {
            cost.l2_cycles += cpu_clock_cycles(ahead.there - units);
        }
    }
    caches.l1d.counters.prefetch_late += cost.l2_cycles + cost.memory_cycles != 0 ? 1 : 0;
}

/* A miss, or the first use of a prefetched line, may continue a stream. */
void data_path::continue_stream(uint32_t physical)
{
    uint32_t ahead = 0;

    if (stream_prefetcher_request(&streams_, cache_line_address(&caches.l1d, physical), &ahead)) {
        fetch_ahead(ahead);
    }
}

void data_path::wait_for_oldest_load()
{
    const missed_load oldest = loads_.loads[0];

    wait_until(oldest.done, oldest.from_memory ? stalls.memory : stalls.l2);
}

/* What the load has to wait for before it can miss: an older one that it is too far behind, and a
 * line fill buffer. */
void data_path::make_room_for_load(uint32_t physical)
{
    const uint64_t access = accesses.loads + accesses.stores;

    if (cache_peek(&caches.l1d, physical)) {
        return;
    }
    while (const missed_load *const load = miss_window_stops(&loads_, units, access)) {
        miss_window_stopped(&loads_, load->done - units);
        wait_for_oldest_load();
    }
    const uint64_t room = slots_free_at(&line_fills_);
    if (room > units) {
        miss_window_stopped(&loads_, room - units);
        wait_until(room, stalls.l2);
    }
}

/* As with a store, SystemC's time may have gone past the CPU's during the fill: then the CPU was
 * stopped after all. */
void data_path::load_missed(const access_cost &cost)
{
    const uint64_t done = units + (cost.l2_cycles + cost.memory_cycles) * COST_UNITS_PER_CYCLE;

    slots_take(&line_fills_, done);
    miss_window_add(&loads_, done, accesses.loads + accesses.stores, cost.memory_cycles != 0);
    stall_until(sc_core::sc_time_stamp().value(), stalls.memory);
}

void data_path::execute_behind_loads(uint64_t instruction_units)
{
    while (units = miss_window_execute(&loads_, units, &instruction_units), instruction_units > 0) {
        wait_for_oldest_load();
    }
}

/* Whether a store begins a line behind one that has just been filled with zeros, with no other
 * store in between: the core gathers such a line and writes it as a whole (Cortex-A9 TRM, ACTLR bit
 * 3). Stores come one by one here, so the line before vouches for this one. */
bool data_path::continues_zeros(uint32_t physical, const void *data, uint32_t bytes)
{
    static const uint8_t zeros[CACHE_LINE_BYTES_MAX] = {};
    const uint32_t line_bytes = caches.l1d.line_bytes;

    if ((physical & caches.l1d.offset_mask) != 0 || std::memcmp(data, zeros, bytes) != 0) {
        return false;
    }
    const bool follows = zeros_line_ + line_bytes == physical &&
                         accesses.stores - zeros_store_ == line_bytes / bytes;
    zeros_line_ = physical;
    zeros_store_ = accesses.stores;
    if (!follows) {
        return false;
    }
    const uint8_t *const before = cache_peek(&caches.l1d, physical - line_bytes);
    return before && std::memcmp(before, zeros, line_bytes) == 0;
}

/* A store that misses does not stop the CPU, unless all line fill buffers are taken. */
void data_path::store_cached(uint32_t physical, const void *data, uint32_t bytes)
{
    access_cost cost{};
    uint8_t *line = nullptr;

    if (config_.full_line_of_zeros && continues_zeros(physical, data, bytes)) {
        line = hierarchy_claim(&caches, physical, &cost);
    }
    if (!line) {
        line = hierarchy_access(&caches, physical, true, &cost);
    }
    if (cost.prefetched) {
        wait_for_prefetch(physical, cost);
    }
    const uint64_t cycles = cost.l2_cycles + cost.memory_cycles;

    copy_register(line + (physical & caches.l1d.offset_mask), data, bytes);
    if (cycles != 0) {
        store_missed(cycles);
    }
    line_requested(physical, cost);
}

/* SystemC's time may have gone past the CPU's during the fill: then the CPU was stopped after all.
 */
void data_path::store_missed(uint64_t cycles)
{
    wait_until(slots_free_at(&line_fills_), stalls.store_miss);
    slots_take(&line_fills_, units + cycles * COST_UNITS_PER_CYCLE);
    stall_until(sc_core::sc_time_stamp().value(), stalls.store_miss);
}

/* Incomplete blocks leave the core at an interval; the core waits only when it is ahead by as many
 * as it can hold. */
void data_path::wait_for_partial_write()
{
    const uint64_t interval = uint64_t{config_.partial_write_cycles} * COST_UNITS_PER_CYCLE;
    const uint64_t held = interval * config_.store_buffer_entries;

    partial_leaves_ = std::max(partial_leaves_, units) + interval;
    if (partial_leaves_ > held) {
        wait_until(partial_leaves_ - held, stalls.write_buffer);
    }
}

/* The core sends 64 bits at a time and waits when as many are on their way as it can issue. */
void data_path::wait_for_l2(uint32_t writes)
{
    const uint64_t way = uint64_t{config_.noncacheable_write_cycles} * COST_UNITS_PER_CYCLE;

    while (writes-- > 0) {
        wait_until(slots_free_at(&noncacheable_writes_), stalls.write_buffer);
        slots_take(&noncacheable_writes_, units + way);
    }
}

void data_path::post(const store_entry &entry)
{
    uint32_t offset = 0;
    uint32_t end;

    while (store_entry_run(&entry, stores.entry_bytes, &offset, &end)) {
        accesses.bytes_written += end - offset;
        if (end - offset < stores.entry_bytes) {
            wait_for_partial_write();
        }
        wait_for_l2((end - 1) / NONCACHEABLE_WRITE_BYTES - offset / NONCACHEABLE_WRITE_BYTES + 1);
        stall_until(bus_.post(request_ps(), entry.address + offset, entry.data + offset,
                              end - offset, TRAFFIC_CPU_UNCACHED_WRITE, false),
                    stalls.write_buffer);
        offset = end;
    }
}

void data_path::drain_buffer()
{
    store_entry entry;

    while (store_buffer_take(&stores, &entry)) {
        post(entry);
    }
}

void data_path::drain()
{
    while (miss_window_stops(&loads_, units, UINT64_MAX)) {
        wait_for_oldest_load();
    }
    drain_buffer();
    stall_until(bus_.wait_uncached(now_ps()), stalls.barrier);
}

void data_path::maintain(uint32_t physical, uint32_t bytes, cache_maintenance operation,
                         cache_reach reach)
{
    stall(hierarchy_maintain(&caches, physical, bytes, operation, reach), stalls.maintenance);
    stall_until(bus_.wait_all(now_ps()), stalls.maintenance);
}

void data_path::load_uncached(uint32_t physical, void *data, uint32_t bytes,
                              memory_attribute attribute)
{
    const bool is_register = attribute == MEM_DEVICE;
    uint64_t &cause = is_register ? stalls.register_read : stalls.uncached_read;

    (is_register ? accesses.mmio_reads : accesses.uncached_reads)++;
    if (attribute != MEM_WRITE_COMBINE) {
        drain();
    } else if (store_buffer_holds(&stores, physical, bytes)) {
        drain_buffer();
    }
    accesses.bytes_read += bytes;
    const bool may_run_ahead = attribute == MEM_WRITE_COMBINE;
    if (is_second_half(physical, bytes, attribute)) {
        if (may_run_ahead) {
            do_not_wait();
        }
        bus_.read(request_ps(), physical, static_cast<uint8_t *>(data), bytes,
                  TRAFFIC_CPU_UNCACHED_READ);
        stall_until(sc_core::sc_time_stamp().value(), cause);
        return;
    }
    wait_until(reads_done_[next_read_], stalls.uncached_read);
    first_half_asked_ = leaves_at(0);
    stall_until(bus_.read(cpu_clock_ps(&clock_, first_half_asked_), physical,
                          static_cast<uint8_t *>(data), bytes, TRAFFIC_CPU_UNCACHED_READ),
                cause);
    stall(config_.uncached_read_cycles, cause);
    first_half_done_ = units;
    overlap_ = may_run_ahead ? uint64_t{config_.read_overlap_cycles} * COST_UNITS_PER_CYCLE : 0;
    if (may_run_ahead && bytes == 8 && config_.isa != ELF_AARCH64) { /* there, LDR has as many */
        do_not_wait();
    }
}

/* The read was waited for, as a single word is: take that back. */
void data_path::do_not_wait()
{
    const uint64_t now =
        std::max(first_half_asked_, cpu_clock_units(&clock_, sc_core::sc_time_stamp().value()));

    overlap_ = 0;
    reads_done_[next_read_] = units;
    all_reads_done_ = std::max(all_reads_done_, units);
    next_read_ = (next_read_ + 1) % reads_done_.size();
    if (now < units) {
        stalls.uncached_read -= (units - now) / COST_UNITS_PER_CYCLE;
        units -= (units - now) / COST_UNITS_PER_CYCLE * COST_UNITS_PER_CYCLE;
    }
}

/* LDM, LDRD, VLDR and VLDM read 64 bits at once, but the recompiler asks for them word by word: the
 * upper word, right after the lower one, has come with it. From normal memory, such a pair, and
 * VLD1's 64 bits, which come at once, do not stop the CPU until a line fill buffer is wanted for
 * another or the slice ends. A single word does: what uses it is taken to come next. Two
 * loads of neighbouring words with no access in between look like a pair, and gain the same. */
bool data_path::is_second_half(uint32_t physical, uint32_t bytes, memory_attribute attribute)
{
    const uint64_t access = accesses.loads + accesses.stores;
    const bool second = attribute != MEM_DEVICE && bytes == 4 && (physical & 7) == 4 &&
                        first_half_ == physical - 4 && first_half_access_ + 1 == access &&
                        first_half_done_ == units;

    first_half_ = physical;
    first_half_access_ = access;
    return second;
}

/* The store buffer's slots are shared: a store elsewhere ends the gathering of what was there. */
void data_path::store_uncached(uint32_t physical, const void *data, uint32_t bytes,
                               memory_attribute attribute)
{
    store_entry leaving;

    if (attribute == MEM_DEVICE) {
        accesses.mmio_writes++;
    } else {
        accesses.uncached_writes++;
    }
    if (attribute == MEM_WRITE_COMBINE) {
        if (accesses.stores != last_gathered_ + 1) {
            drain_buffer();
        }
        last_gathered_ = accesses.stores;
        if (store_buffer_put(&stores, physical, data, bytes, &leaving)) {
            post(leaving);
        }
        return;
    }
    drain_buffer();
    accesses.bytes_written += bytes;
    stall_until(bus_.post(request_ps(), physical, static_cast<const uint8_t *>(data), bytes,
                          TRAFFIC_CPU_UNCACHED_WRITE, true),
                stalls.write_buffer);
    if (config_.strongly_ordered_writes == 0) {
        stall_until(bus_.wait_uncached(now_ps()), stalls.write_buffer);
    }
}

void data_path::debug_read(uint32_t physical, void *data, uint32_t bytes)
{
    hierarchy_debug_read(&caches, physical, data, bytes);
    store_buffer_overlay(&stores, physical, data, bytes);
}

void data_path::debug_write(uint32_t physical, const void *data, uint32_t bytes)
{
    hierarchy_debug_write(&caches, physical, data, bytes);
}

} // namespace zs
