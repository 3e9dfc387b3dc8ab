#include "cpu/core.h"

#include "axi/local_time.h"
#include "cpu/engine_a32.h"
#include "cpu/engine_a64.h"
#include "stats/stats.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace zs
{

namespace
{

/* After an uncached access time matters, since instructions overlap with writes on the bus, and a
 * device changes by itself: a number of slices are short. Each takes an entry into translated code,
 * so only reads of uncached memory, whose neighbours must not pass for one access, are followed by
 * the shortest there are, a basic block each. */
const short_slices AFTER_ACCESS = {8, 16 * COST_UNITS_PER_CYCLE};
const short_slices AFTER_UNCACHED_READ = {32, 1};

/* A blocked CPU looks this often whether anything can still happen. */
const uint64_t IDLE_CHECK_PS = 1000000000; /* 1 ms */

const uint32_t RIGHTS_AND_KIND = PAGE_RIGHTS_MASK | 7U << PAGE_ATTRIBUTE_SHIFT;

} // namespace

/* What the operating system asks of this machine. */
struct core_machine {
    static cpu::core &self(void *context)
    {
        return *static_cast<cpu::core *>(context);
    }

    static int read(void *context, uint32_t physical, void *destination, uint32_t bytes)
    {
        self(context).path_.debug_read(physical, destination, bytes);
        return 0;
    }

    static int write(void *context, uint32_t physical, const void *source, uint32_t bytes)
    {
        self(context).path_.debug_write(physical, source, bytes);
        return 0;
    }

    static int zero_frame(void *context, uint32_t physical)
    {
        static const uint8_t zeros[PAGE_BYTES] = {0};
        hierarchy_discard(&self(context).path_.caches, physical, PAGE_BYTES);
        self(context).path_.debug_write(physical, zeros, PAGE_BYTES);
        return 0;
    }

    static uint64_t now_ps(void *context)
    {
        return self(context).path_.now_ps();
    }

    static void translations_dropped(void *context, uint32_t start, uint32_t end)
    {
        self(context).forget_translations(start, end);
    }

    static void code_changed(void *context, uint32_t start, uint32_t end)
    {
        self(context).engine_->forget_code(start, end - start);
    }

    static void maintain(void *context, uint32_t physical, uint32_t bytes,
                         cache_maintenance operation, cache_reach reach)
    {
        self(context).path_.maintain(physical, bytes, operation, reach);
    }

    static void output(void *, int descriptor, const char *text, size_t bytes)
    {
        FILE *const stream = descriptor == 2 ? stderr : stdout;
        std::fwrite(text, 1, bytes, stream);
        std::fflush(stream);
    }

    static void message(void *, const char *line)
    {
        std::fprintf(stderr, "%s\n", line);
    }

    static void enable_interrupt(void *context, uint32_t line, bool enabled)
    {
        bus_master::synchronise(self(context).path_.now_ps());
        self(context).interrupts_.enable(line, enabled);
    }

    static bool interrupt_raised(void *context, uint32_t line)
    {
        bus_master::synchronise(self(context).path_.now_ps());
        return self(context).interrupts_.raised(line);
    }

    static os_machine describe(cpu::core &core)
    {
        os_machine machine{};
        machine.memory = {&core, read, write, zero_frame};
        machine.ops = {&core,  now_ps,  translations_dropped, code_changed,    maintain,
                       output, message, enable_interrupt,     interrupt_raised};
        machine.ranges = core.setup_.ranges.data();
        machine.range_count = core.setup_.ranges.size();
        machine.lines = core.setup_.interrupts.data();
        machine.line_count = core.setup_.interrupts.size();
        machine.buffers = core.setup_.buffers.data();
        machine.buffer_count = core.setup_.buffers.size();
        machine.sandbox = &core.setup_.sandbox;
        machine.frames_base = core.setup_.frames_base;
        machine.frames_bytes = core.setup_.frames_bytes;
        return machine;
    }
};

cpu::core::core(const cpu_setup &setup, bus_target &target, struct stats *stats)
    : setup_(setup), stats_(stats), bus_("master", target, setup.cpu.posted_writes,
                                         std::max(setup.cpu.strongly_ordered_writes, 1U)),
      path_(setup.cpu, setup.caches, bus_), interrupts_(setup.interrupts.size()),
      calls_(*setup.program, setup.phases, setup.simulation, *this)
{
    if (setup.program->isa != static_cast<elf_isa>(setup.cpu.isa)) {
        throw std::runtime_error("board.cpu.isa is not that of the program");
    }
    if (tlb_init(&tlb_, setup.cpu.micro_tlb_entries, setup.cpu.tlb_entries, setup.cpu.tlb_ways) !=
        0) {
        throw std::runtime_error("board.cpu: tlb_entries / tlb_ways, the number of sets, must be "
                                 "a power of two");
    }
    known_entries_.resize(std::size_t{setup.cpu.micro_tlb_entries} + 1);
    const std::uint32_t hz = setup.os.timer_tick_hz;
    timer_tick_units_ = hz == 0 ? UINT64_MAX : setup.cpu.clock_hz * COST_UNITS_PER_CYCLE / hz;
    next_timer_tick_ = timer_tick_units_;
    set_limits();
    issue_.width = setup.cpu.issue_width;
    const os_machine machine = core_machine::describe(*this);
    os_ = os_create(&setup_.os, &machine, stats);
    if (os_ == nullptr) {
        throw std::bad_alloc();
    }
    pages_ = os_address_space(os_)->entries;
    if (setup.simulation.profile) {
        profile_.reset(profile_create());
        if (!profile_) {
            throw std::bad_alloc();
        }
    }
    if (stats_ != nullptr) {
        add_instruction_counters();
        add_stall_counters();
        add_cache_counters("l1d", path_.caches.l1d.counters);
        add_cache_counters("l2", path_.caches.l2.counters);
        add_prefetch_counters("l1d", path_.caches.l1d.counters);
        add_prefetch_counters("l2", path_.caches.l2.counters);
        add_phase_counters();
    }
    if (setup.cpu.isa == ELF_AARCH64) {
        engine_ = std::make_unique<engine_a64>(*this);
    } else {
        engine_ = std::make_unique<engine_a32>(*this);
    }
}

cpu::core::~core()
{
    os_destroy(os_);
    tlb_release(&tlb_);
}

void cpu::core::trace_to(struct trace *trace)
{
    trace_ = trace;
    phases_.track = trace_add_track(trace, "cpu", "phase");
    system_call_track_ = trace_add_track(trace, "cpu", "system_call");
    page_fault_track_ = trace_add_track(trace, "cpu", "page_fault");
}

/* --- memory --- */

/* An access is made in pieces that stay in a cache line, or in a bus beat where there is none. */
std::uint32_t cpu::core::piece(std::uint32_t vaddr, std::uint32_t bytes,
                               memory_attribute attribute) const
{
    const std::uint32_t unit = is_cached(attribute) ? path_.caches.l1d.line_bytes : 8;
    const std::uint32_t left = unit - (vaddr & (unit - 1));

    return bytes < left ? bytes : left;
}

void cpu::core::load_piece(std::uint32_t vaddr, std::uint32_t entry, void *data,
                           std::uint32_t bytes)
{
    const std::uint32_t physical = page_physical(entry, vaddr);
    const memory_attribute attribute = page_attribute(entry);

    if (is_cached(attribute)) {
        path_.load_cached(physical, data, bytes);
        open_short_way(vaddr, entry);
    } else {
        path_.load_uncached(physical, data, bytes, attribute);
        short_slices_ = attribute == MEM_DEVICE ? AFTER_ACCESS : AFTER_UNCACHED_READ;
    }
    check_bus(vaddr);
    if (attribute == MEM_DEVICE) {
        note_register_read(physical, data, bytes);
    }
}

void cpu::core::store_piece(std::uint32_t vaddr, std::uint32_t entry, const void *data,
                            std::uint32_t bytes)
{
    const std::uint32_t physical = page_physical(entry, vaddr);
    const memory_attribute attribute = page_attribute(entry);

    if (is_cached(attribute)) {
        path_.store_cached(physical, data, bytes);
        open_short_way(vaddr, entry);
    } else {
        path_.store_uncached(physical, data, bytes, attribute);
        short_slices_ = AFTER_ACCESS;
    }
    check_bus(vaddr);
}

void cpu::core::load_slow(std::uint32_t vaddr, void *data, std::uint32_t bytes)
{
    auto *to = static_cast<std::uint8_t *>(data);

    std::memset(data, 0, bytes);
    while (bytes > 0) {
        const std::optional<std::uint32_t> entry = translate(vaddr, ACCESS_READ);
        if (!entry) {
            return;
        }
        const std::uint32_t count = piece(vaddr, bytes, page_attribute(*entry));
        load_piece(vaddr, *entry, to, count);
        vaddr += count;
        to += count;
        bytes -= count;
    }
}

void cpu::core::store_slow(std::uint32_t vaddr, const void *data, std::uint32_t bytes)
{
    auto *from = static_cast<const std::uint8_t *>(data);

    while (bytes > 0) {
        const std::optional<std::uint32_t> entry = translate(vaddr, ACCESS_WRITE);
        if (!entry) {
            return;
        }
        const std::uint32_t count = piece(vaddr, bytes, page_attribute(*entry));
        store_piece(vaddr, *entry, from, count);
        vaddr += count;
        from += count;
        bytes -= count;
    }
}

/* The page table entry that allows the access, after a page fault if need be; nothing when the
 * program was killed for it. */
std::optional<std::uint32_t> cpu::core::translate(std::uint32_t vaddr, page_access access)
{
    if (outcome_.end != cpu_end::none) {
        return std::nullopt;
    }
    if (!page_allows(pages_[vaddr >> PAGE_BITS], access)) {
        os_fault fault{};
        const int error = os_page_fault(os_, vaddr, access, &fault);

        pay_for_page_fault(fault);
        if (error != 0) {
            killed_for_access(vaddr, access, fault);
            return std::nullopt;
        }
    }
    const std::uint32_t entry = pages_[vaddr >> PAGE_BITS];
    look_up_tlb(vaddr >> PAGE_BITS, entry);
    return entry;
}

void cpu::core::pay_for_page_fault(const os_fault &fault)
{
    const std::uint64_t start_ps = path_.now_ps();

    path_.stall(fault.cost_cycles, path_.stalls.os);
    trace_slice(page_fault_track_, "page_fault", start_ps, path_.now_ps(), TRACE_NO_BYTES);
}

void cpu::core::look_up_tlb(std::uint32_t page, std::uint32_t entry)
{
    const std::int32_t victim = tlb_next_victim(&tlb_);
    const tlb_result result = tlb_access(&tlb_, page);

    if (result != TLB_HIT && victim != TLB_NO_PAGE) {
        cache_close_short_ways(&path_.caches.l1d, static_cast<std::uint32_t>(victim));
    }
    switch (result) {
    case TLB_HIT:
        break;
    case TLB_MICRO_MISS:
        path_.stall(setup_.cpu.micro_tlb_miss_cycles, path_.stalls.tlb);
        break;
    case TLB_WALK:
        path_.stall(setup_.cpu.tlb_walk_cycles, path_.stalls.tlb);
        break;
    }
    known_entries_[tlb_micro_slot(&tlb_, page)] = entry;
}

void cpu::core::forget_translations(std::uint32_t start, std::uint32_t end)
{
    tlb_invalidate(&tlb_, start >> PAGE_BITS, (end - 1) >> PAGE_BITS);
    cache_close_all_short_ways(&path_.caches.l1d);
}

void cpu::core::maintain_line(std::uint32_t vaddr, cache_maintenance operation, cache_reach reach)
{
    const std::optional<std::uint32_t> entry = translate(vaddr, ACCESS_READ);

    if (entry && is_cached(page_attribute(*entry))) {
        const std::uint32_t line = path_.caches.l1d.line_bytes;
        path_.maintain(page_physical(*entry, vaddr) & ~(line - 1), line, operation, reach);
    }
}

/* --- instruction fetch --- */

std::optional<std::uint32_t> cpu::core::fetch(std::uint32_t vaddr)
{
    const memory_area *const area = address_space_find(os_address_space(os_), vaddr);
    std::uint32_t word;

    if (area == nullptr || (area->rights & ACCESS_EXECUTE) == 0) {
        return std::nullopt;
    }
    if (!page_allows(pages_[vaddr >> PAGE_BITS], ACCESS_EXECUTE)) {
        os_fault fault{};
        if (os_page_fault(os_, vaddr, ACCESS_EXECUTE, &fault) != 0) {
            return std::nullopt;
        }
        pay_for_page_fault(fault);
    }
    path_.debug_read(page_physical(pages_[vaddr >> PAGE_BITS], vaddr), &word, sizeof(word));
    return word;
}

/* --- time --- */

void cpu::core::take_timer_ticks()
{
    while (path_.units >= next_timer_tick_) {
        path_.stall(setup_.os.timer_tick_cycles, path_.stalls.timer);
        timer_ticks_++;
        next_timer_tick_ += timer_tick_units_;
    }
}

/* Those that came while the CPU was idle took nothing from the program. */
void cpu::core::skip_timer_ticks()
{
    while (path_.units >= next_timer_tick_) {
        next_timer_tick_ += timer_tick_units_;
    }
}

std::uint64_t cpu::core::next_slice_units()
{
    take_timer_ticks();
    if (short_slices_.left > 0) {
        short_slices_.left--;
        return short_slices_.units;
    }
    return std::uint64_t{setup_.cpu.slice_cycles} * COST_UNITS_PER_CYCLE;
}

void cpu::core::bring_counters_up_to_date()
{
    cycles_ = path_.units / COST_UNITS_PER_CYCLE;
    phase_account(&phases_, phase_now());
}

/* --- system calls and hooks --- */

void cpu::core::supervisor_call(std::uint32_t address)
{
    if (calls_.is_hook(address)) {
        hook_call(address);
    } else {
        system_call();
    }
}

void cpu::core::hook_call(std::uint32_t address)
{
    short_slices_ = AFTER_ACCESS; /* a copy, or a transfer: uncached memory is near */
    const auto next = calls_.supervisor_call(address, engine_->sp(), engine_->lr());

    if (next) {
        engine_->go_on(next->pc, next->lr);
    } else {
        end(cpu_end::killed, 1,
            "a watched function returned that was never entered: the program changes its stack in "
            "a way that the phases cannot follow");
    }
}

void cpu::core::system_call()
{
    const std::uint64_t start_ps = path_.now_ps();
    os_call call{};

    short_slices_ = AFTER_ACCESS; /* what follows may look at a device */
    path_.drain();
    engine_->read_call(call);
    call.pc = engine_->pc();
    system_calls_++;
    const int error = os_syscall(os_, &call);
    if (error != 0) {
        throw std::logic_error("os_syscall failed");
    }
    trace_begin(system_call_track_, call.name, start_ps);
    path_.stall(call.cost_cycles, path_.stalls.os);
    if (call.sleep_ps > 0) {
        path_.stall_until(path_.now_ps() + call.sleep_ps, path_.stalls.sleep);
        skip_timer_ticks();
    }
    if (call.outcome == OS_BLOCKED) {
        wait_for_interrupt(call);
    }
    engine_->finish_call(call);
    trace_end(system_call_track_, path_.now_ps());
    if (call.outcome == OS_EXITED) {
        end(cpu_end::exited, call.exit_code, "");
    } else if (call.outcome == OS_KILLED) {
        end(cpu_end::killed, call.exit_code, "by a system call of its own");
    }
}

/* The CPU is idle until the line is raised; then the call goes on. */
void cpu::core::wait_for_interrupt(os_call &call)
{
    bus_master::synchronise(path_.now_ps());
    while (!interrupts_.raised(call.line)) {
        bus_master::wait_event(interrupts_.raised_event(), IDLE_CHECK_PS);
        path_.stall_until(sc_core::sc_time_stamp().value(), path_.stalls.interrupt);
        check_limits();
        if (outcome_.end != cpu_end::none) {
            return;
        }
        if (!interrupts_.raised(call.line) && !sc_core::sc_pending_activity()) {
            end(cpu_end::killed, 1, "blocked for ever: " + waited_for(call.line));
            return;
        }
    }
    skip_timer_ticks();
    if (os_resume(os_, &call) != 0) {
        throw std::logic_error("os_resume failed");
    }
    path_.stall(call.cost_cycles, path_.stalls.os);
}

void cpu::core::enter_interval(int interval)
{
    bus_master::synchronise(path_.now_ps());
    bring_counters_up_to_date();
    if (stats_ != nullptr) {
        stats_enter(stats_, static_cast<stats_interval>(interval), path_.now_ps());
    }
    trace_enter(trace_, static_cast<stats_interval>(interval), path_.now_ps());
}

void cpu::core::leave_interval(int interval)
{
    bus_master::synchronise(path_.now_ps());
    bring_counters_up_to_date();
    if (stats_ != nullptr) {
        stats_leave(stats_, static_cast<stats_interval>(interval), path_.now_ps());
    }
    trace_leave(trace_, static_cast<stats_interval>(interval), path_.now_ps());
}

phase_clock cpu::core::phase_now() const
{
    return {path_.now_ps(), path_.stalls.uncached_read + path_.stalls.write_buffer};
}

void cpu::core::function_entered(watched_function &function)
{
    if (profile_) {
        profile_entry(function);
    }
    if (function.program) {
        enter_interval(STATS_PROGRAM);
    }
    if (function.kernel) {
        enter_interval(STATS_KERNEL);
        phase_enter(&phases_, PHASE_HOST_COMPUTE, phase_now());
    } else if (function.in_phase) {
        phase_enter(&phases_, *function.in_phase, phase_now());
    }
}

void cpu::core::function_left(watched_function &function)
{
    if (profile_) {
        const profile_costs now = costs_now();
        profile_leave(profile_.get(), &now);
    }
    if (function.kernel) {
        phase_leave(&phases_, phase_now());
        leave_interval(STATS_KERNEL);
    } else if (function.in_phase) {
        phase_leave(&phases_, phase_now());
    }
    if (function.program) {
        leave_interval(STATS_PROGRAM);
    }
}

bool cpu::core::read_stack(std::uint32_t address, void *data, std::uint32_t bytes)
{
    return os_read_guest(os_, address, data, bytes) == 0;
}

void cpu::core::write_stack(std::uint32_t address, const void *data, std::uint32_t bytes)
{
    (void)os_write_guest(os_, address, data, bytes); /* it was read from there */
}

/* --- profile --- */

profile_costs cpu::core::costs_now() const
{
    const cache_counters &l1d = path_.caches.l1d.counters, &l2 = path_.caches.l2.counters;
    profile_costs costs{};

    costs.of[PROFILE_TIME_PS] = path_.now_ps();
    costs.of[PROFILE_INSTRUCTIONS] = instructions_;
    costs.of[PROFILE_L1D_MISSES] = l1d.read_misses + l1d.write_misses;
    costs.of[PROFILE_L2_MISSES] = l2.read_misses + l2.write_misses;
    costs.of[PROFILE_BYTES_READ] = path_.accesses.bytes_read;
    costs.of[PROFILE_BYTES_WRITTEN] = path_.accesses.bytes_written;
    return costs;
}

void cpu::core::profile_entry(watched_function &function)
{
    const profile_costs now = costs_now();

    if (function.profile == 0) {
        const std::int64_t number =
            profile_add_function(profile_.get(), readable_symbol(function.symbol).c_str());
        function.profile = number < 0 ? 0 : static_cast<std::uint32_t>(number);
    }
    if (function.profile == 0 || profile_enter(profile_.get(), function.profile, &now) != 0) {
        throw std::bad_alloc();
    }
}

/* --- the program's life --- */

bool cpu::core::start()
{
    std::vector<const char *> arguments, environment;
    os_start start{};

    for (const std::string &argument : setup_.arguments) {
        arguments.push_back(argument.c_str());
    }
    for (const std::string &variable : setup_.environment) {
        environment.push_back(variable.c_str());
    }
    arguments.push_back(nullptr);
    environment.push_back(nullptr);
    const int error = os_exec(os_, setup_.program, arguments.data(), environment.data(), &start);
    if (error != 0) {
        end(cpu_end::not_started, 1,
            std::string("the program cannot be started: ") + std::strerror(-error));
        return false;
    }
    start_cycles_ = start.cost_cycles;
    engine_->start(start);
    return true;
}

void cpu::core::run()
{
    for (const std::string &warning : calls_.warnings()) {
        std::fprintf(stderr, "warning: %s\n", warning.c_str());
    }
    if (!start()) {
        return;
    }
    enter_interval(STATS_PROCESS);
    if (profile_) {
        const profile_costs now = costs_now();
        profile_start(profile_.get(), &now);
    }
    path_.stall(start_cycles_, path_.stalls.os);
    while (outcome_.end == cpu_end::none) {
        engine_->run();
        check_limits();
    }
    close();
}

void cpu::core::close()
{
    describe_end();
    path_.drain();
    path_.stall_until(bus_.wait_all(path_.now_ps()), path_.stalls.barrier);
    check_bus(0);
    calls_.close();
    if (profile_) {
        const profile_costs now = costs_now();
        profile_finish(profile_.get(), &now);
    }
    leave_interval(STATS_PROCESS);
}

} // namespace zs
