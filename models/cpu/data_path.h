/* What a load or store does after address translation: caches, store buffer, bus, and its time.
 *
 * Keeps the CPU's local time, in 1/16 cycles: the one place where time is added to it.
 */
#ifndef ZEROSTAGE_CPU_DATA_PATH_H
#define ZEROSTAGE_CPU_DATA_PATH_H

#include "cache/hierarchy.h"
#include "cache/stream_prefetcher.h"
#include "cpu/bus_master.h"
#include "cpu/clock.h"
#include "cpu/miss_window.h"
#include "cpu/slots.h"
#include "cpu/store_buffer.h"
#include "os/address_space.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace zs
{

/* CPU cycles in which no instruction could go on, by cause. */
struct stall_counters {
    uint64_t l2 = 0, store_miss = 0, memory = 0, tlb = 0, uncached_read = 0, register_read = 0;
    uint64_t write_buffer = 0;
    uint64_t barrier = 0, maintenance = 0, os = 0, timer = 0, sleep = 0, interrupt = 0;
};

struct access_counters {
    uint64_t loads = 0, stores = 0;
    uint64_t uncached_reads = 0, uncached_writes = 0;
    uint64_t mmio_reads = 0, mmio_writes = 0;
    uint64_t bytes_read = 0, bytes_written = 0; /* on the bus */
};

class data_path
{
  public:
    data_path(const cpu_config &config, const hierarchy_config &caches, bus_master &bus);
    ~data_path();
    data_path(const data_path &) = delete;
    data_path &operator=(const data_path &) = delete;

    uint64_t now_ps() const
    {
        return cpu_clock_ps(&clock_, units);
    }
    /* Local time at the first unit that is not before then. */
    uint64_t units_at(uint64_t then_ps) const
    {
        return cpu_clock_units(&clock_, then_ps);
    }
    void stall(uint64_t cycles, uint64_t &cause)
    {
        units += cycles * COST_UNITS_PER_CYCLE;
        cause += cycles;
    }
    /* Let time pass until `then_ps`, at the expense of `cause`. */
    void stall_until(uint64_t then_ps, uint64_t &cause);

    /* Each within one cache line. */
    void load_cached(uint32_t physical, void *data, uint32_t bytes);
    void load_uncached(uint32_t physical, void *data, uint32_t bytes, memory_attribute attribute);
    void store_cached(uint32_t physical, const void *data, uint32_t bytes);
    void store_uncached(uint32_t physical, const void *data, uint32_t bytes,
                        memory_attribute attribute);

    /* PLD: fetch the line, without waiting for it. */
    void preload(uint32_t physical);
    /* PLD, DMB, DSB end what the L1 prefetches by itself. */
    void stop_streams()
    {
        if (streams_.streams != 0) {
            stream_prefetcher_stop(&streams_);
        }
    }

    /* The end of a slice: all pairs that were read are there, and instructions that a read did not
     * keep from being executed take no time of their own. */
    void execute(uint64_t instruction_units)
    {
        const uint64_t hidden = std::min(overlap_, instruction_units);

        wait_until(all_reads_done_, stalls.uncached_read);
        first_half_ = NO_HALF;
        overlap_ -= hidden;
        if (loads_.count == 0 && loads_.hidden == 0) {
            units += instruction_units - hidden;
        } else {
            execute_behind_loads(instruction_units - hidden);
        }
    }

    /* DMB, DSB, kernel entry: everything written to uncached memory has arrived there. */
    void drain();

    /* Cache maintenance by the operating system: over when all that was cleaned has arrived. */
    void maintain(uint32_t physical, uint32_t bytes, cache_maintenance operation,
                  cache_reach reach);

    /* Physical memory as the CPU sees it, without time. */
    void debug_read(uint32_t physical, void *data, uint32_t bytes);
    void debug_write(uint32_t physical, const void *data, uint32_t bytes);

    uint64_t units = 0; /* local time */
    hierarchy caches{};
    store_buffer stores{};
    stall_counters stalls;
    access_counters accesses;

  private:
    friend struct memory_port_ops;

    void execute_behind_loads(uint64_t instruction_units);
    void make_room_for_load(uint32_t physical);
    void load_missed(const access_cost &cost);
    void wait_for_oldest_load();
    void wait_for_prefetch(uint32_t physical, access_cost &cost);
    void fetch_ahead(uint32_t physical);
    void line_requested(uint32_t physical, const access_cost &cost)
    {
        if (streams_.streams != 0 &&
            (cost.prefetched || cost.l2_cycles + cost.memory_cycles != 0)) {
            continue_stream(physical);
        }
    }
    void continue_stream(uint32_t physical);
    void store_missed(uint64_t cycles);
    bool continues_zeros(uint32_t physical, const void *data, uint32_t bytes);
    void do_not_wait();
    /* The same until a local time, in units. */
    void wait_until(uint64_t then, uint64_t &cause)
    {
        if (then > units) {
            stall(cpu_clock_cycles(then - units), cause);
        }
    }
    bool is_second_half(uint32_t physical, uint32_t bytes, memory_attribute attribute);
    void post(const store_entry &entry);
    void wait_for_partial_write();
    void wait_for_l2(uint32_t writes);
    void drain_buffer();
    uint64_t leaves_at(uint64_t after_cycles);
    uint64_t waited(uint64_t at, uint64_t after_cycles) const;
    uint64_t request_ps();

    const cpu_config config_;
    const cpu_clock clock_;
    bus_master &bus_;
    static constexpr uint32_t NO_HALF = 1; /* no word is at an odd address */
    uint32_t first_half_ = NO_HALF;        /* address of the slice's latest uncached read, and */
    uint64_t first_half_access_ = 0;       /* which access it was */
    uint64_t first_half_asked_ = 0;        /* units: when it left for the bus */
    uint64_t first_half_done_ = 0;         /* units: when its data was there */
    uint32_t zeros_line_ = 0;              /* address of the latest line begun with zeros, and */
    uint64_t zeros_store_ = 0;             /* which store began it */
    uint64_t partial_leaves_ = 0;          /* units: when the latest incomplete block leaves */
    uint64_t last_gathered_ = 0;           /* which store was the latest that may be gathered */
    uint64_t last_request_ = 0;            /* units: when the latest request left for the bus */
    struct line_ahead {
        uint32_t address;
        uint64_t there; /* units: if it comes from the L2 */
    };
    std::array<line_ahead, 8> ahead_{}; /* the latest lines prefetched to the L1, in turn */
    size_t next_ahead_ = 0;
    stream_prefetcher streams_{};
    miss_window loads_{};
    slots line_fills_{};               /* units: the line fill buffers */
    slots noncacheable_writes_{};      /* units: 64-bit writes on their way to the L2 */
    std::vector<uint64_t> reads_done_; /* the same of 64 bits read, in turn */
    uint64_t all_reads_done_ = 0;
    uint64_t overlap_ = 0; /* units of instructions that the latest read still hides */
    size_t next_read_ = 0; /* the buffer that the next pair takes */
};

} // namespace zs
#endif
