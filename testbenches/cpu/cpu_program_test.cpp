/* Real armhf programs on the CPU, from _start to exit. */
#include "cpu/issue.h"
#include "guest_board.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <sys/wait.h>
#include <unistd.h>

namespace
{

using testing::HasSubstr;

std::string program(const std::string &name)
{
    return std::string(PROGRAMS) + name + ".elf";
}

const char *const COMPARED[] = {"cpu.instructions",
                                "cpu.cycles",
                                "cpu.loads",
                                "cpu.stores",
                                "l1d.read_misses",
                                "l2.refills",
                                "l2.write_backs",
                                "cpu.tlb_misses",
                                "cpu.mmio_reads",
                                "cpu.uncached_reads",
                                "cpu.stall.memory_cycles",
                                "phase.copy_in_ps",
                                "phase.copy_out_ps",
                                "phase.wait_send_ps",
                                "phase.wait_recv_ps",
                                "phase.host_compute_ps",
                                "l2.prefetches",
                                "l2.prefetch_hits",
                                "l1d.prefetches",
                                "l1d.prefetch_hits",
                                "l1d.prefetch_late",
                                "cpu.stall.write_buffer_cycles"};

/* One SystemC simulation fits a process: run a board in a child and hand its counters back. */
using counters = std::vector<uint64_t>;
counters run_in_child(const std::string &name, const std::function<void(guest_board &)> &change)
{
    int channel[2];
    EXPECT_EQ(pipe(channel), 0);
    const pid_t child = fork();
    if (child == 0) {
        guest_board board(program(name));
        change(board);
        const int status = board.run().end == zs::cpu_end::exited ? 0 : 1;
        for (const char *counter : COMPARED) {
            for (const stats_interval interval : {STATS_KERNEL, STATS_PROGRAM, STATS_PROCESS}) {
                const uint64_t value = board.value(counter, interval);
                if (write(channel[1], &value, sizeof(value)) != sizeof(value)) {
                    _exit(2);
                }
            }
        }
        _exit(status);
    }
    close(channel[1]);
    counters values;
    uint64_t value;
    while (read(channel[0], &value, sizeof(value)) == sizeof(value)) {
        values.push_back(value);
    }
    close(channel[0]);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(values.size(), 3 * std::size(COMPARED));
    return values;
}

uint64_t in_kernel(const counters &values, const std::string &counter)
{
    const auto *const found = std::find(std::begin(COMPARED), std::end(COMPARED), counter);
    EXPECT_NE(found, std::end(COMPARED)) << counter;
    return values[3 * static_cast<size_t>(found - std::begin(COMPARED))];
}

uint64_t kernel_ps(const guest_board &board)
{
    return stats_interval_ps(board.stats, STATS_KERNEL);
}

uint64_t phases_ps(const guest_board &board, stats_interval interval = STATS_KERNEL)
{
    uint64_t sum = 0;
    for (int i = 0; i < PHASES; i++) {
        const std::string name = phase_name(static_cast<phase>(i));
        sum += board.value("phase." + name + "_ps", interval);
    }
    return sum;
}

TEST(Program, PrintsAndExits)
{
    guest_board board(program("hello"));
    board.setup.arguments = {"hello", "one", "two"};

    testing::internal::CaptureStdout();
    const zs::cpu_outcome &outcome = board.run();

    EXPECT_THAT(testing::internal::GetCapturedStdout(),
                HasSubstr("hello from hello, 3 arguments\n"));
    EXPECT_EQ(outcome.end, zs::cpu_end::exited);
    EXPECT_EQ(outcome.exit_code, 42);
    EXPECT_EQ(board.value("cpu.instructions", STATS_KERNEL), 0U);
    EXPECT_GT(board.value("cpu.instructions", STATS_PROGRAM), 0U);
}

TEST(Program, GetsWhatItAsksTheOperatingSystemFor)
{
    guest_board board(program("calls"));
    testing::internal::CaptureStdout();
    const zs::cpu_outcome &outcome = board.run();
    EXPECT_EQ(outcome.exit_code, 0) << testing::internal::GetCapturedStdout();
}

TEST(Program, EverythingOnTheBusIsInTimeOrder)
{
    guest_board board(program("chase"));
    board.setup.arguments = {"chase", "20000"};
    board.run();
    EXPECT_TRUE(board.memory.in_order);
    EXPECT_EQ(board.memory.bytes[TRAFFIC_CPU_FILL], 32 * board.value("l2.refills"));
    EXPECT_EQ(board.memory.bytes[TRAFFIC_CPU_WRITEBACK], 32 * board.value("l2.write_backs"));
}

/* SUBS and BNE a turn: counted to the instruction, timed to the sixteenth of a cycle. */
TEST(Program, ALoopTakesItsInstructionsAndTheirCost)
{
    const auto loop = [](const char *turns) {
        return run_in_child("loop", [=](guest_board &board) {
            board.setup.arguments = {"loop", turns};
        });
    };
    const counters few = loop("1000000"), many = loop("3000000");
    const guest_board defaults(program("loop"));
    const instruction_costs &costs = defaults.setup.cpu.costs;
    issue issue{};
    issue.width = defaults.setup.cpu.issue_width;
    const uint64_t turn =
        issue_cost(&issue, &costs, 0x100, 4, instruction_classify(false, 0xe2500001)) +
        issue_cost(&issue, &costs, 0x104, 4, instruction_classify(false, 0x1afffffd));

    EXPECT_EQ(many[2] - few[2], 2 * 2000000U);
    EXPECT_NEAR(static_cast<double>(many[5] - few[5]), 2000000.0 * turn / 16, 1.0);
}

TEST(Program, TheTimerInterruptsItAtItsRate)
{
    guest_board board(program("loop"));
    board.setup.arguments = {"loop", "3000000"};
    board.setup.os.timer_tick_hz = 1000;
    board.setup.os.timer_tick_cycles = 5000;
    board.run();
    const uint64_t ticks = board.value("cpu.timer_ticks");
    EXPECT_EQ(ticks, stats_interval_ps(board.stats, STATS_PROCESS) / 1000000000);
    EXPECT_GT(ticks, 5U);
    EXPECT_EQ(board.value("cpu.stall.timer_cycles"), 5000 * ticks);
}

TEST(Program, StartingTheProcessIsInItsTimeAndNotInMains)
{
    guest_board board(program("hello"));
    board.setup.os.process_start_cycles = 1000000;
    board.run();
    EXPECT_GE(board.value("cpu.stall.os_cycles"), 1000000U);
    EXPECT_LT(board.value("cpu.stall.os_cycles", STATS_PROGRAM), 1000000U);
    EXPECT_GT(board.value("os.file_faults"), 1U);
}

TEST(Program, TheSameRunGivesTheSameCounters)
{
    const auto nothing = [](guest_board &) {};
    EXPECT_EQ(run_in_child("phases", nothing), run_in_child("phases", nothing));
}

/* The documented bound: 1 % for slices from 20 to 1000 cycles. */
TEST(Program, ResultsDoNotDependOnTheSliceLength)
{
    const auto with_slice = [](const char *name, std::vector<std::string> arguments) {
        return [=](uint32_t cycles) {
            return run_in_child(name, [=](guest_board &board) {
                board.setup.cpu.slice_cycles = cycles;
                board.setup.arguments = arguments;
            });
        };
    };
    const std::function<counters(uint32_t)> runs[] = {
        with_slice("phases", {"phases"}), with_slice("chase", {"chase", "20000"}),
        with_slice("devmem", {"devmem", "0x16000000", "2000", "sync"})};

    for (const auto &run : runs) {
        const counters base = run(200);
        for (const uint32_t cycles : {20U, 1000U}) {
            const counters other = run(cycles);
            for (size_t i = 0; i < base.size(); i++) {
                EXPECT_NEAR(static_cast<double>(other[i]), static_cast<double>(base[i]),
                            0.01 * static_cast<double>(base[i]))
                    << COMPARED[i / 3] << " with slices of " << cycles;
            }
        }
    }
}

/* --- memory --- */

TEST(Memory, AnUncachedMappingGoesToTheBusWordByWord)
{
    guest_board board(program("devmem"));
    board.setup.os.devmem_sync_mapping = DEVMEM_SYNC_UNCACHED;
    board.setup.arguments = {"devmem", "0x16000000", "1000", "sync"};
    const zs::cpu_outcome &outcome = board.run();

    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_EQ(board.value("cpu.uncached_reads"), 1000U);
    EXPECT_EQ(board.value("cpu.uncached_writes"), 1000U);
    EXPECT_EQ(board.memory.bytes[TRAFFIC_CPU_UNCACHED_READ], 4000U);
    EXPECT_EQ(board.memory.bytes[TRAFFIC_CPU_UNCACHED_WRITE], 4000U);
}

/* 100 ns on the bus are 65 cycles. */
TEST(Memory, AnUncachedReadTakesTheBusRoundTrip)
{
    guest_board board(program("devmem"));
    board.setup.os.devmem_sync_mapping = DEVMEM_SYNC_UNCACHED;
    board.setup.arguments = {"devmem", "0x16000000", "1000", "sync"};
    board.run();

    EXPECT_EQ(board.value("cpu.stall.uncached_read_cycles"),
              1000 * (65U + board.setup.cpu.uncached_read_cycles));
}

/* Cycles of a thousand times eight reads, each of which takes 65 cycles on the bus and 15 more. */
constexpr double READ = 80;
double cycles_of_uncached_reads(const char *instruction, uint32_t buffers, uint32_t overlap_cycles)
{
    const counters values = run_in_child("read_pairs", [=](guest_board &board) {
        board.setup.os.devmem_sync_mapping = DEVMEM_SYNC_WRITE_COMBINE;
        board.setup.cpu.uncached_read_cycles = 15;
        board.setup.cpu.line_fill_buffers = buffers;
        board.setup.cpu.read_overlap_cycles = overlap_cycles;
        board.setup.arguments = {"read_pairs", "1000", instruction};
    });
    return static_cast<double>(in_kernel(values, "cpu.cycles"));
}

/* As many at a time as there are line fill buffers; instructions are some 20 cycles in eight. */
TEST(Memory, SixtyFourUncachedBitsAreReadAsManyAtATimeAsThereAreBuffers)
{
    for (const char *const instruction : {"vldr", "vld1"}) {
        for (const uint32_t buffers : {1U, 2U, 4U}) {
            EXPECT_NEAR(cycles_of_uncached_reads(instruction, buffers, 0),
                        1000 * 8 * READ / buffers, 1000 * 60)
                << instruction << ", " << buffers << " buffers";
        }
    }
}

/* A single word's user is taken to come next: one at a time, whatever there are buffers for. */
TEST(Memory, UncachedWordsAreReadOneByOne)
{
    const double with_one = cycles_of_uncached_reads("ldr", 1, 0);

    EXPECT_GT(with_one, 1000 * 8 * READ);
    EXPECT_EQ(cycles_of_uncached_reads("ldr", 4, 0), with_one);
}

/* The few instructions behind each read take less than the 20 cycles that it can hide. */
TEST(Memory, InstructionsBehindAnUncachedReadTakeNoTimeWhileItIsUnderWay)
{
    EXPECT_GT(cycles_of_uncached_reads("ldr", 2, 0), 1000 * 8 * (READ + 1));
    EXPECT_NEAR(cycles_of_uncached_reads("ldr", 2, 20), 1000 * 8 * READ, 1000);
}

/* Cycles of 2048 uncached stores, and of their loop alone. */
constexpr uint64_t UNCACHED_STORES = 2048;
counters uncached_stores(uint32_t while_the_cpu_goes_on)
{
    return run_in_child("store", [=](guest_board &board) {
        board.setup.os.devmem_sync_mapping = DEVMEM_SYNC_UNCACHED;
        board.setup.cpu.strongly_ordered_writes = while_the_cpu_goes_on;
        board.setup.arguments = {"store", std::to_string(8 * UNCACHED_STORES)};
    });
}

/* Strongly ordered: the CPU waits for each, so that its loop comes on top. */
TEST(Memory, UncachedWritesStopTheCpuForTheBusRoundTripEach)
{
    const counters values = uncached_stores(0);
    const uint64_t cycles = in_kernel(values, "cpu.cycles");
    const uint64_t stalled = in_kernel(values, "cpu.stall.write_buffer_cycles");

    EXPECT_EQ(stalled, 65 * UNCACHED_STORES);
    EXPECT_GT(cycles, stalled + 2 * UNCACHED_STORES);
}

/* One at a time, but posted: the instructions in between overlap with the write before. */
TEST(Memory, PostedUncachedWritesHideTheInstructionsBetween)
{
    const double cycles = static_cast<double>(in_kernel(uncached_stores(1), "cpu.cycles"));

    EXPECT_NEAR(cycles, 65 * UNCACHED_STORES, 0.01 * cycles);
}

TEST(Memory, WriteCombiningSendsWholeBlocks)
{
    guest_board board(program("store"));
    board.setup.os.devmem_sync_mapping = DEVMEM_SYNC_WRITE_COMBINE;
    board.setup.arguments = {"store", "4096"};
    const zs::cpu_outcome &outcome = board.run();
    const uint32_t block = board.setup.cpu.store_buffer_entry_bytes;

    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_EQ(board.memory.bytes[TRAFFIC_CPU_UNCACHED_WRITE], 4096U);
    EXPECT_EQ(board.value("cpu.store_merges"), 4096 / 8 - 4096 / block);
    EXPECT_EQ(board.value("cpu.uncached_writes"), 4096U / 8);
}

/* A slow bus, 1 us = 650 cycles a write, four at a time: its rate is what stores cost. */
TEST(Memory, WriteCombiningRunsAtTheRateOfASlowBus)
{
    guest_board board(program("store"));
    board.setup.os.devmem_sync_mapping = DEVMEM_SYNC_WRITE_COMBINE;
    board.setup.arguments = {"store", "65536"};
    board.memory.latency_ps = 1000000;
    board.run();
    const double blocks = 65536.0 / board.setup.cpu.store_buffer_entry_bytes;
    const double cycles = static_cast<double>(board.value("cpu.cycles", STATS_KERNEL));

    EXPECT_NEAR(cycles, blocks * 650 / board.setup.cpu.posted_writes, 0.01 * cycles);
}

/* A fast bus takes the writes while instructions go on: nothing to wait for. */
TEST(Memory, WriteCombiningHidesAFastBus)
{
    guest_board board(program("store"));
    board.setup.os.devmem_sync_mapping = DEVMEM_SYNC_WRITE_COMBINE;
    board.setup.arguments = {"store", "65536"};
    board.memory.latency_ps = 50000;
    board.run();

    EXPECT_LT(static_cast<double>(board.value("cpu.stall.write_buffer_cycles", STATS_KERNEL)),
              0.01 * static_cast<double>(board.value("cpu.cycles", STATS_KERNEL)));
}

/* However fast the bus, the core has a number of 64-bit writes on their way to the L2 at most. */
TEST(Memory, WriteCombiningRunsAtTheRateAtWhichTheL2TakesIt)
{
    guest_board board(program("store"));
    board.setup.os.devmem_sync_mapping = DEVMEM_SYNC_WRITE_COMBINE;
    board.setup.cpu.noncacheable_writes = 4;
    board.setup.cpu.noncacheable_write_cycles = 100;
    board.setup.arguments = {"store", "65536"};
    board.memory.latency_ps = 1000;
    board.run();
    const double cycles = static_cast<double>(board.value("cpu.cycles", STATS_KERNEL));

    EXPECT_NEAR(cycles, 65536.0 / 8 * 100 / 4, 0.01 * cycles);
}

TEST(Memory, ACachedMappingCostsFillsOnly)
{
    guest_board board(program("devmem"));
    board.setup.arguments = {"devmem", "0x16000000", "1000"};
    const zs::cpu_outcome &outcome = board.run();

    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_EQ(board.value("cpu.uncached_reads"), 0U);
    EXPECT_EQ(board.memory.bytes[TRAFFIC_CPU_UNCACHED_WRITE], 0U);
}

/* A load that misses both caches: L2 look-up, the L2's miss, and 100 ns. */
TEST(Memory, AMissCostsTheL2AndTheBus)
{
    guest_board board(program("chase"));
    board.setup.arguments = {"chase", "4000"};
    board.run();
    const uint64_t refills = board.value("l2.refills", STATS_KERNEL);
    const uint64_t misses = board.value("l1d.read_misses", STATS_KERNEL);

    EXPECT_GE(refills, 3960U);
    EXPECT_EQ(board.value("cpu.stall.l2_cycles", STATS_KERNEL),
              misses * board.setup.caches.l2.hit_cycles);
    EXPECT_EQ(board.value("cpu.stall.memory_cycles", STATS_KERNEL),
              refills * (board.setup.caches.l2.miss_cycles + 65));
}

struct read_lines {
    uint64_t refills, stall_cycles, prefetches, prefetch_hits;
};

/* 4000 lines, `apart` lines from each other, in the kernel. */
read_lines read_lines_apart(const char *apart, uint32_t prefetch_lines)
{
    const counters values = run_in_child("chase", [=](guest_board &board) {
        board.setup.arguments = {"chase", "4000", apart};
        board.setup.caches.l2.prefetch_lines = prefetch_lines;
    });
    const auto in_kernel = [&](const std::string &name) {
        const auto at = std::find(std::begin(COMPARED), std::end(COMPARED), name);
        return values.at(3 * static_cast<size_t>(at - std::begin(COMPARED)) + STATS_KERNEL);
    };
    return {in_kernel("l2.refills"), in_kernel("cpu.stall.memory_cycles"),
            in_kernel("l2.prefetches"), in_kernel("l2.prefetch_hits")};
}

/* Without work between the reads, what is saved is the look-up and the instructions. */
/* Cycles of 4000 loads that miss, each a line of its own; every one takes the L2, its miss, and
 * 65 cycles on the bus. */
constexpr double LOADS = 4000, MISS = 29 + 14 + 65;
double cycles_of_misses(uint32_t buffers, uint32_t window_cycles)
{
    const counters values = run_in_child("chase", [=](guest_board &board) {
        board.setup.cpu.line_fill_buffers = buffers;
        board.setup.cpu.miss_window_cycles = window_cycles;
        board.setup.arguments = {"chase", "4000"};
    });
    return static_cast<double>(in_kernel(values, "cpu.cycles"));
}

TEST(Memory, ALoadThatMissesStopsTheCpuWithoutAWindow)
{
    EXPECT_GT(cycles_of_misses(2, 0), LOADS * (MISS + 2));
    EXPECT_EQ(cycles_of_misses(4, 0), cycles_of_misses(2, 0));
}

/* The few instructions of the loop vanish behind each miss, and as many misses are under way as
 * there are line fill buffers, or accesses in the window. */
TEST(Memory, MissesWithinTheWindowOverlapAsManyAsThereAreBuffers)
{
    for (const uint32_t buffers : {1U, 2U, 4U}) {
        const double expected = LOADS * MISS / buffers;
        EXPECT_NEAR(cycles_of_misses(buffers, 20), expected, 0.02 * expected) << buffers;
    }
}

TEST(Memory, APrefetchHidesAPartOfEachLineThatIsReadInOrder)
{
    const read_lines off = read_lines_apart("1", 0), on = read_lines_apart("1", 1);

    EXPECT_EQ(off.prefetches, 0U);
    EXPECT_GE(on.prefetches, 3900U);
    EXPECT_GE(on.prefetch_hits, 3900U);
    EXPECT_NEAR(static_cast<double>(on.refills), static_cast<double>(off.refills), 40);
    EXPECT_LT(on.stall_cycles, off.stall_cycles * 3 / 4);
}

TEST(Memory, APrefetchDoesNotHelpWhereItsLineIsNotRead)
{
    const read_lines off = read_lines_apart("3", 0), on = read_lines_apart("3", 1);

    EXPECT_GE(on.prefetches, 3900U);
    EXPECT_LT(on.prefetch_hits, 40U);
    EXPECT_GE(on.refills, off.refills * 195 / 100);
    EXPECT_GE(on.stall_cycles, off.stall_cycles * 99 / 100); /* lines next to a page's first */
}

counters lines_read_with_streams(const char *apart, uint32_t streams)
{
    return run_in_child("chase", [=](guest_board &board) {
        board.setup.caches.l1d.prefetch_streams = streams;
        board.setup.arguments = {"chase", "4000", apart};
    });
}

/* A page holds 128 lines: two misses and one that makes the stream, the last line asks for none. */
TEST(Memory, TheL1FetchesAStreamsLinesAhead)
{
    const counters off = lines_read_with_streams("1", 0), on = lines_read_with_streams("1", 8);
    const uint64_t prefetches = in_kernel(on, "l1d.prefetches");

    EXPECT_EQ(in_kernel(off, "l1d.prefetches"), 0U);
    EXPECT_NEAR(static_cast<double>(prefetches), 4000.0 * 125 / 128, 10);
    EXPECT_NEAR(static_cast<double>(in_kernel(on, "l1d.prefetch_hits")),
                static_cast<double>(prefetches), 1);
    EXPECT_LT(in_kernel(on, "l1d.read_misses"), 4000U * 4 / 128);
    EXPECT_LT(in_kernel(on, "cpu.cycles"), in_kernel(off, "cpu.cycles"));
}

TEST(Memory, TheL1FetchesNothingAheadWhereLinesAreTooFarApart)
{
    EXPECT_LT(in_kernel(lines_read_with_streams("9", 8), "l1d.prefetches"), 10U);
    EXPECT_GT(in_kernel(lines_read_with_streams("8", 8), "l1d.prefetches"), 3000U);
}

/* The loop takes some 80 cycles a line, a line's way 108: four ahead are in time. */
counters lines_preloaded(const char *ahead, bool preload)
{
    return run_in_child("preload", [=](guest_board &board) {
        board.setup.caches.l1d.preload = preload;
        board.setup.cpu.slice_cycles = 20; /* a preload finds a buffer when its time has come */
        board.setup.arguments = {"preload", "4000", ahead};
    });
}

TEST(Memory, APreloadFetchesItsLineInTheBackground)
{
    const counters off = lines_preloaded("4", false), on = lines_preloaded("4", true);
    const double stalled = static_cast<double>(in_kernel(on, "cpu.stall.memory_cycles"));

    EXPECT_EQ(in_kernel(off, "l1d.prefetches"), 0U);
    EXPECT_NEAR(static_cast<double>(in_kernel(on, "l1d.prefetches")), 4000, 40);
    EXPECT_NEAR(static_cast<double>(in_kernel(on, "l1d.prefetch_hits")), 4000, 40);
    EXPECT_LT(in_kernel(on, "l1d.prefetch_late"), 40U);
    EXPECT_LT(stalled, 0.02 * static_cast<double>(in_kernel(off, "cpu.stall.memory_cycles")));
    EXPECT_EQ(in_kernel(on, "cpu.instructions"), in_kernel(off, "cpu.instructions"));
}

TEST(Memory, APreloadRightBeforeItsLoadIsLate)
{
    const counters on = lines_preloaded("0", true), off = lines_preloaded("0", false);

    EXPECT_NEAR(static_cast<double>(in_kernel(on, "l1d.prefetch_late")), 4000, 40);
    EXPECT_NEAR(static_cast<double>(in_kernel(on, "cpu.cycles")),
                static_cast<double>(in_kernel(off, "cpu.cycles")),
                0.02 * static_cast<double>(in_kernel(off, "cpu.cycles")));
}

uint64_t lines_fetched_to_fill(const char *value, bool full_line_of_zeros)
{
    guest_board board(program("fill"));
    board.setup.arguments = {"fill", "131072", value};
    board.setup.cpu.full_line_of_zeros = full_line_of_zeros;
    EXPECT_EQ(board.run().exit_code, 0);
    return board.value("l1d.refills", STATS_KERNEL);
}

/* All but the first line of the run; malloc's first page and the stack count as well. */
TEST(Memory, LinesFilledWithZerosAreNotFetched)
{
    EXPECT_LT(lines_fetched_to_fill("0", true), 100U);
}

TEST(Memory, LinesFilledWithAnythingElseAreFetched)
{
    EXPECT_GE(lines_fetched_to_fill("1", true), 131072U / 32);
}

TEST(Memory, LinesFilledWithZerosAreFetchedWhereTheModeIsOff)
{
    EXPECT_GE(lines_fetched_to_fill("0", false), 131072U / 32);
}

TEST(Memory, ADeviceRegisterIsAccessedOnceAnAccess)
{
    guest_board board(program("mmio"));
    const zs::cpu_outcome &outcome = board.run();

    EXPECT_EQ(outcome.exit_code, 42);
    EXPECT_EQ(board.value("cpu.mmio_writes"), 1U);
    EXPECT_EQ(board.value("cpu.mmio_reads"), 1U);
}

/* The library's memcpy moves 64 bits an access (VLD1.8, VST1.8), as on the hardware. */
TEST(Memory, ALibraryCopyToUncachedMemoryTakesWideAccesses)
{
    guest_board board(program("memory_copy"));
    board.setup.os.devmem_sync_mapping = DEVMEM_SYNC_UNCACHED;
    const zs::cpu_outcome &outcome = board.run();

    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_EQ(board.memory.bytes[TRAFFIC_CPU_UNCACHED_WRITE], 100U * 32);
    EXPECT_EQ(board.value("cpu.uncached_writes"), 100U * 32 / 8);
}

/* The bus may make its callers wait instead of annotating: posted writes must not care. */
TEST(Memory, ABusThatWaitsGivesTheSameDataAndAtMostMoreTime)
{
    guest_board board(program("devmem"));
    board.memory.always_wait = true;
    board.setup.os.devmem_sync_mapping = DEVMEM_SYNC_WRITE_COMBINE;
    board.setup.arguments = {"devmem", "0x16000000", "1000", "sync"};
    EXPECT_EQ(board.run().exit_code, 0);
    EXPECT_TRUE(board.memory.in_order);
}

/* --- phases --- */

class KernelPhases : public testing::Test
{
  protected:
    KernelPhases()
    {
        testing::internal::CaptureStdout();
        outcome = board.run();
        testing::internal::GetCapturedStdout();
    }
    uint64_t ps(const std::string &phase)
    {
        return board.value("phase." + phase + "_ps", STATS_KERNEL);
    }

    guest_board board{program("phases")};
    zs::cpu_outcome outcome;
};

TEST_F(KernelPhases, SumToTheKernelAndToTheProgram)
{
    EXPECT_EQ(phases_ps(board, STATS_PROGRAM), stats_interval_ps(board.stats, STATS_PROGRAM));

    EXPECT_EQ(outcome.end, zs::cpu_end::exited);
    EXPECT_GT(kernel_ps(board), 0U);
    EXPECT_EQ(phases_ps(board), kernel_ps(board));
}

/* work() turns: 5 x 100 in the recursion, 200, 2 x 500, 300 in the Thumb function. */
TEST_F(KernelPhases, AreProportionalToTheWorkInside)
{
    const double copy_in = static_cast<double>(ps("copy_in"));

    EXPECT_NEAR(static_cast<double>(ps("wait_send")) / copy_in, 1000.0 / 500, 0.2);
    EXPECT_NEAR(static_cast<double>(ps("copy_out")) / copy_in, 200.0 / 500, 0.1);
    EXPECT_NEAR(static_cast<double>(ps("wait_recv")) / copy_in, 300.0 / 500, 0.1);
    EXPECT_EQ(ps("alloc"), 0U);
}

TEST_F(KernelPhases, FunctionsAreFoundWhereverTheyAreCalled)
{
    EXPECT_EQ(board.calls("dma_wait_send"), 5U);
    EXPECT_EQ(board.calls("dma_wait_recv"), 2U);
    EXPECT_EQ(board.calls("copy_to_inbuffer_i32"), 2 * 5U);
    EXPECT_EQ(board.calls("accumulate_i32"), 2U);
    EXPECT_EQ(board.calls("matmul_call"), 2U);
    EXPECT_EQ(board.calls("main"), 1U);
}

/* --- what goes wrong --- */

class Fault : public testing::Test
{
  protected:
    const zs::cpu_outcome &run(const char *what)
    {
        board.setup.arguments = {"faults", what};
        return board.run();
    }
    guest_board board{program("faults")};
};

TEST_F(Fault, ABadPointerIsASegmentationFaultAtItsInstruction)
{
    const zs::cpu_outcome &outcome = run("null");
    EXPECT_EQ(outcome.end, zs::cpu_end::killed);
    EXPECT_EQ(outcome.exit_code, 128 + 11);
    EXPECT_THAT(outcome.message, HasSubstr("0x00000004"));
    EXPECT_THAT(outcome.message, HasSubstr("read_null+"));
}

TEST_F(Fault, ABusErrorNamesAddressAndPlace)
{
    const zs::cpu_outcome &outcome = run("hole");
    EXPECT_EQ(outcome.exit_code, 128 + 7);
    EXPECT_THAT(outcome.message, HasSubstr("0x5000000c"));
    EXPECT_THAT(outcome.message, HasSubstr("DECERR"));
    EXPECT_THAT(outcome.message, HasSubstr("read_hole+"));
}

TEST_F(Fault, AnUndefinedInstructionIsNamed)
{
    const zs::cpu_outcome &outcome = run("undefined");
    EXPECT_EQ(outcome.exit_code, 128 + 4);
    EXPECT_THAT(outcome.message, HasSubstr("undefined+"));
}

TEST_F(Fault, AJumpToNowhereIsASegmentationFault)
{
    const zs::cpu_outcome &outcome = run("jump");
    EXPECT_EQ(outcome.exit_code, 128 + 11);
    EXPECT_THAT(outcome.message, HasSubstr("0x00000100"));
}

TEST_F(Fault, AProgramThatSpinsEndsAtTheTimeLimit)
{
    board.setup.limits.max_time_s = 0.001;
    const zs::cpu_outcome &outcome = run("spin");
    EXPECT_EQ(outcome.end, zs::cpu_end::limit);
    EXPECT_THAT(outcome.message, HasSubstr("limits.max_time"));
    EXPECT_THAT(outcome.message, HasSubstr("spin_for_ever"));
    EXPECT_GT(stats_interval_ps(board.stats, STATS_PROGRAM), 0U);
}

TEST_F(Fault, AProgramThatSpinsEndsAtTheInstructionLimit)
{
    board.setup.limits.max_instructions = 100000;
    const zs::cpu_outcome &outcome = run("spin");
    EXPECT_EQ(outcome.end, zs::cpu_end::limit);
    EXPECT_NEAR(static_cast<double>(board.value("cpu.instructions")), 100000, 1000);
}

TEST_F(Fault, ExitingIsStillPossible)
{
    EXPECT_EQ(run("nothing").end, zs::cpu_end::exited);
}

} // namespace
