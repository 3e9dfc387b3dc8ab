#include "dram/dram.h"

#include "axi/local_time.h"
#include "axi/time_gate.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <stdexcept>
#include <sys/mman.h>

namespace zs
{

namespace
{

/* Far longer than a transaction takes. */
constexpr uint64_t MOST_DECIDED_AHEAD_PS = 10000000;

/* No time is later: those in the core are in fs. */
constexpr uint64_t FARTHEST_PS = UINT64_MAX / 2000;

/* Last simulated time at which nobody else can act any more; 0: none. */
uint64_t alone_horizon_ps(lookahead &ahead)
{
    const uint64_t next_ps = std::min(ahead.next_activity_ps(), FARTHEST_PS);
    return next_ps == 0 ? 0 : next_ps - 1;
}

uint8_t *map_memory(uint64_t bytes)
{
    void *const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        throw std::bad_alloc();
    }
    return static_cast<uint8_t *>(memory);
}

dram_core *create_core(const dram_config &config)
{
    char error[256] = "";
    dram_core_config core_config;
    dram_core *core = nullptr;

    if (dram_config_resolve(&config, &core_config, error, sizeof error) != 0 ||
        dram_core_create(&core, &core_config, error, sizeof error) != 0) {
        throw std::invalid_argument(std::string("board.dram: ") + error);
    }
    return core;
}

void add_class_counters(struct stats *stats, const dram_counters &counters)
{
    for (int i = 0; i < TRAFFIC_CLASSES; i++) {
        const dram_class_counters &of_class = counters.classes[i];
        const std::string traffic = traffic_class_name(static_cast<traffic_class>(i));
        const struct {
            std::string name, unit, description;
            const uint64_t *value;
        } list[] = {
            {"bytes", "bytes", "bytes moved for ", &of_class.bytes},
            {"columns", "commands", "column commands for ", &of_class.columns},
            {"activates_for", "commands", "rows opened for ", &of_class.activates},
            {"row_hits_for", "commands", "row hits of ", &of_class.row_hits},
            {"row_misses_for", "commands", "row misses of ", &of_class.row_misses},
            {"row_conflicts_for", "commands", "row conflicts of ", &of_class.row_conflicts},
        };
        for (const auto &counter : list) {
            stats_add(stats, ("dram." + counter.name + "." + traffic).c_str(), counter.unit.c_str(),
                      (counter.description + traffic).c_str(), counter.value);
        }
    }
}

void add_time_counters(struct stats *stats, const dram_counters &counters)
{
    const uint64_t *const states = counters.state_clocks;

    stats_add(stats, "dram.clocks.busy", "cycles", "with a burst queued or on the data bus",
              &counters.busy_clocks);
    stats_add(stats, "dram.clocks.precharged", "cycles", "all banks closed",
              &states[DRAM_PRECHARGED]);
    stats_add(stats, "dram.clocks.active", "cycles", "a row open", &states[DRAM_ACTIVE]);
    stats_add(stats, "dram.clocks.precharged_powerdown", "cycles",
              "powered down with all banks closed", &states[DRAM_PRECHARGED_POWERDOWN]);
    stats_add(stats, "dram.clocks.active_powerdown", "cycles", "powered down with a row open",
              &states[DRAM_ACTIVE_POWERDOWN]);
    stats_add(stats, "dram.powerdowns", "commands", "power-down entries", &counters.powerdowns);
    stats_add(stats, "dram.queued.read", "bursts", "length of the read queue, summed over clocks",
              &counters.read_queue_clocks);
    stats_add(stats, "dram.queued.write", "bursts", "length of the write queue, summed over clocks",
              &counters.write_queue_clocks);
}

void add_energy_counters(struct stats *stats, const dram_energy_counters &energy)
{
    stats_add(stats, "dram.energy.activate", "fJ", "activates and precharges", &energy.activate_fj);
    stats_add(stats, "dram.energy.read", "fJ", "read bursts", &energy.read_fj);
    stats_add(stats, "dram.energy.write", "fJ", "write bursts", &energy.write_fj);
    stats_add(stats, "dram.energy.refresh", "fJ", "refreshes", &energy.refresh_fj);
    stats_add(stats, "dram.energy.background", "fJ", "standby and power-down",
              &energy.background_fj);
}

} // namespace

void dram::unmap::operator()(uint8_t *memory) const
{
    munmap(memory, bytes);
}

dram::dram(const sc_core::sc_module_name &name, const dram_config &config, struct stats *stats)
    : sc_module(name), socket("socket"), core_(create_core(config)),
      bytes_(config.size_bytes != 0 ? config.size_bytes
                                    : dram_device_bytes(dram_core_device(core_.get()))),
      memory_(map_memory(bytes_), unmap{bytes_})
{
    socket.register_b_transport(this, &dram::b_transport);
    socket.register_transport_dbg(this, &dram::transport_dbg);
    SC_METHOD(wake);
    sensitive << wake_event_;
    dont_initialize();
    if (stats != nullptr) {
        register_counters(stats);
    }
}

dram::~dram() = default;

void dram::trace_to(struct trace *trace)
{
    read_track_ = trace_add_track(trace, "dram", "read");
    write_track_ = trace_add_track(trace, "dram", "write");
    if (trace != nullptr) {
        dram_core_observe(core_.get(), report_data, this);
    }
}

/* Counted when the column command issues, so reported with its time. */
void dram::report_data(void *context, const dram_command_event *command)
{
    const dram *const self = static_cast<dram *>(context);
    const dram_core *const core = self->core_.get();
    const uint32_t bytes = dram_device_burst_bytes(dram_core_device(core));
    const uint64_t now_ps = dram_core_edge_ps(core, command->edge);

    if (command->command == DRAM_RD || command->command == DRAM_RDA) {
        trace_bytes(self->read_track_, bytes, now_ps);
    } else if (command->command == DRAM_WR || command->command == DRAM_WRA) {
        trace_bytes(self->write_track_, bytes, now_ps);
    }
}

void dram::count_buffers(const dram_range &input, const dram_range &output, struct stats *stats)
{
    buffers_.input = input;
    buffers_.output = output;
    if (stats == nullptr) {
        return;
    }
    for (int buffer = 0; buffer < DRAM_BUFFERS; buffer++) {
        const std::string where = dram_buffer_name(static_cast<dram_buffer>(buffer));
        for (int i = 0; i < TRAFFIC_CLASSES; i++) {
            const std::string traffic = traffic_class_name(static_cast<traffic_class>(i));
            stats_add(stats, ("dram.buffer." + where + "." + traffic).c_str(), "bytes",
                      (traffic + ", buffer: " + where).c_str(), &buffers_.bytes[buffer][i]);
        }
    }
}

void dram::register_counters(struct stats *stats)
{
    const dram_counters &counters = *dram_core_counters(core_.get());
    const struct {
        const char *name, *unit, *description;
        const uint64_t *value;
    } list[] = {
        {"dram.requests.read", "requests", "read requests accepted", &counters.read_requests},
        {"dram.requests.write", "requests", "write requests accepted", &counters.write_requests},
        {"dram.reads", "commands", "read column commands", &counters.reads},
        {"dram.writes", "commands", "write column commands", &counters.writes},
        {"dram.activates", "commands", "rows opened", &counters.activates},
        {"dram.precharges", "commands", "banks closed", &counters.precharges},
        {"dram.refreshes", "commands", "refresh commands", &counters.refreshes},
        {"dram.row_hits", "commands", "column commands that needed no activate of their own",
         &counters.row_hits},
        {"dram.row_misses", "commands", "column commands that opened a closed bank",
         &counters.row_misses},
        {"dram.row_conflicts", "commands", "column commands that first closed another row",
         &counters.row_conflicts},
        {"dram.forwarded", "bursts", "read bursts served from the write queue",
         &counters.forwarded},
        {"dram.coalesced", "bursts", "write bursts merged into a queued one", &counters.coalesced},
        {"dram.write_drains", "events", "turns from reading to writing", &counters.write_drains},
        {"dram.bus_bytes.read", "bytes", "data bus, whole bursts read", &counters.bus_read_bytes},
        {"dram.bus_bytes.write", "bytes", "data bus, whole bursts written, masked bytes included",
         &counters.bus_written_bytes},
    };

    for (const auto &counter : list) {
        stats_add(stats, counter.name, counter.unit, counter.description, counter.value);
    }
    add_class_counters(stats, counters);
    add_time_counters(stats, counters);
    if (dram_core_device(core_.get())->currents.vdd > 0) {
        add_energy_counters(stats, counters.energy);
    }
    stats_add_histogram(stats, "dram.read_latency", "ps", "request to last data", &read_latency_);
    stats_add_histogram(stats, "dram.write_latency", "ps", "request to acceptance",
                        &write_latency_);
}

dram::waiter &dram::acquire_waiter()
{
    if (free_waiters_.empty()) {
        free_waiters_.push_back(&waiters_.emplace_back());
    }
    waiter &free = *free_waiters_.back();
    free_waiters_.pop_back();
    free.done = false;
    return free;
}

/* A request's tag is where its waiter is. */
dram::waiter &dram::finish(const dram_completion &completion)
{
    waiter &owner = *reinterpret_cast<waiter *>(completion.tag);

    owner.done = true;
    owner.done_ps = completion.done_ps;
    histogram_record(completion.write ? &write_latency_ : &read_latency_,
                     completion.done_ps - completion.submitted_ps);
    return owner;
}

void dram::tell(waiter &owner, lookahead &ahead)
{
    owner.event.notify(delay_until(owner.done_ps));
    ahead.forget();
}

void dram::take_completions(lookahead &ahead)
{
    dram_completion completion;

    while (dram_core_complete(core_.get(), &completion)) {
        tell(finish(completion), ahead);
    }
}

/* Decide as much as nobody else can still change, until the own transaction is decided; without
 * one, until all are. Returns until when nobody else can act. */
uint64_t dram::run_ahead(const waiter *own, lookahead &ahead)
{
    dram_completion completion;
    uint64_t horizon_ps = alone_horizon_ps(ahead);

    while (horizon_ps != 0 && (own == nullptr || !own->done)) {
        dram_core_run_to_completion(core_.get(), horizon_ps);
        if (!dram_core_complete(core_.get(), &completion)) {
            break;
        }
        waiter &owner = finish(completion);
        if (&owner != own) {
            tell(owner, ahead);
            horizon_ps = alone_horizon_ps(ahead);
        }
    }
    return horizon_ps;
}

/* The core decides an edge once everything that can arrive at it has: one picosecond later. */
void dram::schedule_wake()
{
    wake_event_.cancel();
    const uint64_t next_ps = dram_core_next_ps(core_.get());
    if (next_ps != UINT64_MAX) {
        wake_event_.notify(delay_until(next_ps + 1));
    }
}

void dram::wake()
{
    lookahead ahead;

    run_ahead(nullptr, ahead);
    schedule_wake();
}

void dram::settle(const sc_core::sc_time &now)
{
    const uint64_t now_ps = to_ps(now);
    lookahead ahead;

    if (now_ps != 0) {
        dram_core_run_until(core_.get(), now_ps - 1);
        take_completions(ahead);
        dram_core_settle(core_.get());
    }
}

/* An initiator that was alone may have run ahead of the answer to its own last request: posted
 * writes, overlapping fills. What comes before an edge that is decided enters at the next one. */
int dram::submit(const dram_request &request, uint64_t at_ps)
{
    const uint64_t limit_ps = at_ps + MOST_DECIDED_AHEAD_PS;
    int status = dram_core_submit(core_.get(), &request, at_ps);

    while (status == -EINVAL && at_ps < limit_ps) {
        at_ps = dram_core_edge_ps(core_.get(), dram_core_edge(core_.get(), at_ps) + 1);
        status = dram_core_submit(core_.get(), &request, at_ps);
    }
    return status;
}

void dram::transfer(const tlm::tlm_generic_payload &trans, axi_extension &extension,
                    sc_core::sc_time &delay)
{
    waiter &own = acquire_waiter();
    const dram_request request = {
        trans.get_address(),      trans.get_data_length(),
        trans.is_write(),         static_cast<uint8_t>(extension.attributes.traffic),
        extension.attributes.qos, reinterpret_cast<uintptr_t>(&own)};

    dram_buffers_count(&buffers_, &request);
    const int status = submit(request, local_ps(delay));
    if (status != 0) {
        throw std::logic_error(std::string(name()) +
                               ": the DRAM core refused a request: " + std::strerror(-status));
    }
    take_completions(extension.ahead);
    const uint64_t horizon_ps = run_ahead(&own, extension.ahead);
    if (!own.done || own.done_ps > horizon_ps) {
        if (own.done) {
            tell(own, extension.ahead);
        }
        schedule_wake();
        wait(own.event);
    }
    free_waiters_.push_back(&own);
    delay = delay_until(own.done_ps);
}

bool dram::access_memory(tlm::tlm_generic_payload &trans)
{
    const uint64_t address = trans.get_address();
    const unsigned int length = trans.get_data_length();
    uint8_t *const enables = trans.get_byte_enable_ptr();

    if (address >= bytes_ || length > bytes_ - address) {
        trans.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return false;
    }
    if (length == 0 || trans.get_streaming_width() < length) {
        trans.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
        return false;
    }
    uint8_t *const from = trans.is_write() ? trans.get_data_ptr() : memory_.get() + address;
    uint8_t *const to = trans.is_write() ? memory_.get() + address : trans.get_data_ptr();
    if (enables == nullptr) {
        std::memcpy(to, from, length);
    } else {
        for (unsigned int i = 0; i < length; i++) {
            if (enables[i % trans.get_byte_enable_length()] == TLM_BYTE_ENABLED) {
                to[i] = from[i];
            }
        }
    }
    trans.set_response_status(tlm::TLM_OK_RESPONSE);
    return true;
}

void dram::b_transport(int, tlm::tlm_generic_payload &trans, sc_core::sc_time &delay)
{
    axi_extension *const extension = trans.get_extension<axi_extension>();

    if (trans.get_command() == tlm::TLM_IGNORE_COMMAND) {
        trans.set_response_status(tlm::TLM_OK_RESPONSE);
        return;
    }
    if (extension == nullptr) {
        trans.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
        return;
    }
    extension->ahead.time_gate(delay);
    if (access_memory(trans)) {
        transfer(trans, *extension, delay);
    }
    extension->ahead.forget();
}

unsigned int dram::transport_dbg(int, tlm::tlm_generic_payload &trans)
{
    if (trans.get_command() == tlm::TLM_IGNORE_COMMAND || !access_memory(trans)) {
        return 0;
    }
    return trans.get_data_length();
}

} // namespace zs
