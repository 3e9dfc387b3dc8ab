// Streams: beats, times and back-pressure by hand, and random blocks against a cycle-by-cycle FIFO.

#include "../sc_gtest_main.h"
#include "axi/axi_stream.h"
#include "axi/local_time.h"

#include <algorithm>
#include <deque>
#include <numeric>
#include <random>
#include <vector>

namespace
{

constexpr uint64_t CYCLE_PS = 10000; // 100 MHz

axi_stream_config config_of(uint32_t depth_words, uint32_t width_bits = 32, uint32_t latency = 0)
{
    axi_stream_config config{};
    config.clock_hz = 100000000;
    config.width_bits = width_bits;
    config.depth_words = depth_words;
    config.latency_cycles = latency;
    return config;
}

struct core_stream : axi_stream_core {
    explicit core_stream(const axi_stream_config &config) : axi_stream_core()
    {
        EXPECT_EQ(axi_stream_core_init(this, &config), 0);
    }
    ~core_stream()
    {
        axi_stream_core_destroy(this);
    }
};

std::vector<uint32_t> counting(size_t count)
{
    std::vector<uint32_t> words(count);
    std::iota(words.begin(), words.end(), 1000u);
    return words;
}

} // namespace

TEST(AxiStream, RejectsImpossibleConfigurations)
{
    axi_stream_core stream;
    axi_stream_config config = config_of(0);
    EXPECT_EQ(axi_stream_core_init(&stream, &config), -EINVAL);
    config = config_of(16, 40);
    EXPECT_EQ(axi_stream_core_init(&stream, &config), -EINVAL);
    config = config_of(1, 64); // half a beat
    EXPECT_EQ(axi_stream_core_init(&stream, &config), -EINVAL);
}

TEST(AxiStream, OneBeatACycleAndReadableAtTheEndOfTheBeat)
{
    core_stream stream(config_of(8));
    const auto words = counting(3);
    uint64_t producer_ps = 5 * CYCLE_PS;
    ASSERT_EQ(axi_stream_core_push(&stream, words.data(), 3, 4, &producer_ps), 3u);
    EXPECT_EQ(producer_ps, 8 * CYCLE_PS);

    uint32_t out[8];
    uint64_t consumer_ps = 0;
    const auto read = axi_stream_core_pop(&stream, out, 8, true, &consumer_ps);
    EXPECT_EQ(read.words, 3u);
    EXPECT_EQ(read.last_bytes, 4);
    EXPECT_EQ(read.first_ps, 6 * CYCLE_PS); // the first beat ended there
    EXPECT_EQ(consumer_ps, 9 * CYCLE_PS);   // beats at 6, 7, 8
    EXPECT_EQ(stream.consumer_starve_cycles, 6u);
    EXPECT_EQ(stream.producer_stall_cycles, 0u);
}

TEST(AxiStream, AFullFifoStopsTheProducerUntilASlotWasRead)
{
    core_stream stream(config_of(2));
    const auto words = counting(4);
    uint64_t producer_ps = 0;
    ASSERT_EQ(axi_stream_core_push(&stream, words.data(), 4, 0, &producer_ps), 2u);
    EXPECT_EQ(producer_ps, 2 * CYCLE_PS);

    uint32_t word;
    uint64_t consumer_ps = 10 * CYCLE_PS;
    ASSERT_EQ(axi_stream_core_pop(&stream, &word, 1, false, &consumer_ps).words, 1u);
    ASSERT_EQ(axi_stream_core_push(&stream, words.data() + 2, 2, 0, &producer_ps), 1u);
    EXPECT_EQ(producer_ps, 12 * CYCLE_PS); // slot read in cycle 10, written in cycle 11
    EXPECT_EQ(stream.producer_stall_cycles, 9u);
}

TEST(AxiStream, AWideBeatCarriesSeveralWordsAndAPacketStartsANewOne)
{
    core_stream stream(config_of(16, 64));
    const auto words = counting(5);
    uint64_t producer_ps = 0;
    ASSERT_EQ(axi_stream_core_push(&stream, words.data(), 3, 4, &producer_ps), 3u);
    EXPECT_EQ(producer_ps, 2 * CYCLE_PS);
    ASSERT_EQ(axi_stream_core_push(&stream, words.data() + 3, 2, 4, &producer_ps), 2u);
    EXPECT_EQ(producer_ps, 3 * CYCLE_PS);

    uint32_t out[5];
    uint64_t consumer_ps = 0;
    EXPECT_EQ(axi_stream_core_pop(&stream, out, 1, false, &consumer_ps).beats, 1u);
    EXPECT_EQ(consumer_ps, 2 * CYCLE_PS);
    EXPECT_EQ(axi_stream_core_pop(&stream, out, 1, false, &consumer_ps).beats, 0u); // same beat
    EXPECT_EQ(consumer_ps, 2 * CYCLE_PS);
    EXPECT_EQ(axi_stream_core_pop(&stream, out, 3, false, &consumer_ps).beats, 2u);
    EXPECT_EQ(consumer_ps, 4 * CYCLE_PS);
}

TEST(AxiStream, StopsAtLastOnlyWhenAsked)
{
    core_stream stream(config_of(16));
    const auto words = counting(6);
    uint64_t now_ps = 0;
    axi_stream_core_push(&stream, words.data(), 2, 3, &now_ps);
    axi_stream_core_push(&stream, words.data() + 2, 4, 4, &now_ps);
    uint32_t out[8];
    auto read = axi_stream_core_pop(&stream, out, 8, true, &now_ps);
    EXPECT_EQ(read.words, 2u);
    EXPECT_EQ(read.last_bytes, 3);
    read = axi_stream_core_pop(&stream, out, 8, false, &now_ps);
    EXPECT_EQ(read.words, 4u);
    EXPECT_EQ(stream.packets, 2u);
}

namespace
{

// A FIFO clocked cycle by cycle: in each cycle the producer may write a word, if a slot was free
// at the start of the cycle, and the consumer may read one, if it was there at the start.
struct clocked_fifo {
    size_t depth;
    uint64_t latency;
    std::deque<uint64_t> ready; // cycle in which the word can be read
    std::vector<uint64_t> write_cycles, read_cycles;

    // want[i]: cycles that pass between the end of beat i - 1 and beat i being offered
    void run(const std::vector<uint64_t> &write_want, const std::vector<uint64_t> &read_want)
    {
        uint64_t write_at = write_want[0], read_at = read_want[0];
        for (uint64_t cycle = 0; read_cycles.size() < read_want.size(); ++cycle) {
            const bool space = ready.size() < depth;
            if (!ready.empty() && ready.front() <= cycle && read_at <= cycle) {
                ready.pop_front();
                read_cycles.push_back(cycle);
                if (read_cycles.size() < read_want.size()) {
                    read_at = cycle + 1 + read_want[read_cycles.size()];
                }
            }
            if (space && write_cycles.size() < write_want.size() && write_at <= cycle) {
                ready.push_back(cycle + 1 + latency);
                write_cycles.push_back(cycle);
                if (write_cycles.size() < write_want.size()) {
                    write_at = cycle + 1 + write_want[write_cycles.size()];
                }
            }
        }
    }
};

} // namespace

TEST(AxiStream, RandomTrafficHasTheTimesOfAClockedFifo)
{
    const unsigned seed = 20261122;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::printf("seed %u\n", seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 2000; ++round) {
        const size_t depth = 1 + random() % 9;
        const uint32_t latency = random() % 3;
        const size_t count = 1 + random() % 60;
        std::vector<uint64_t> write_want(count), read_want(count);
        for (size_t i = 0; i < count; ++i) {
            write_want[i] = random() % 3 == 0 ? random() % 7 : 0;
            read_want[i] = random() % 3 == 0 ? random() % 7 : 0;
        }
        clocked_fifo reference{depth, latency, {}, {}, {}};
        reference.run(write_want, read_want);

        core_stream stream(config_of(static_cast<uint32_t>(depth), 32, latency));
        uint64_t write_ps = write_want[0] * CYCLE_PS, read_ps = read_want[0] * CYCLE_PS;
        size_t written = 0, read = 0;
        while (read < count) { // both sides as far ahead as chance and the FIFO let them
            if (written < count && random() % 2) {
                const uint32_t word = static_cast<uint32_t>(written);
                if (axi_stream_core_push(&stream, &word, 1, 0, &write_ps) == 1) {
                    EXPECT_EQ(write_ps, (reference.write_cycles[written] + 1) * CYCLE_PS);
                    if (++written < count) {
                        write_ps += write_want[written] * CYCLE_PS;
                    }
                }
            } else {
                uint32_t word;
                const auto got = axi_stream_core_pop(&stream, &word, 1, false, &read_ps);
                if (got.words == 1) {
                    EXPECT_EQ(word, read);
                    EXPECT_EQ(got.first_ps, reference.read_cycles[read] * CYCLE_PS);
                    if (++read < count) {
                        read_ps += read_want[read] * CYCLE_PS;
                    }
                }
            }
        }
        ASSERT_FALSE(HasFailure()) << "round " << round << " depth " << depth;
    }
}

namespace
{

size_t push_one_by_one(axi_stream_core &stream, const std::vector<uint32_t> &words,
                       uint8_t last_bytes, uint64_t &now_ps)
{
    size_t done = 0;
    while (done < words.size() &&
           axi_stream_core_push(&stream, &words[done], 1, done + 1 == words.size() ? last_bytes : 0,
                                &now_ps) == 1) {
        done++;
    }
    return done;
}

axi_stream_read pop_one_by_one(axi_stream_core &stream, uint32_t *words, size_t count,
                               bool stop_at_last, uint64_t &now_ps)
{
    axi_stream_read all{};
    while (all.words < count && !(stop_at_last && all.last_bytes > 0)) {
        const auto one = axi_stream_core_pop(&stream, &words[all.words], 1, false, &now_ps);
        if (one.words == 0) {
            break;
        }
        all.first_ps = all.words == 0 ? one.first_ps : all.first_ps;
        all.last_bytes = one.last_bytes;
        all.words++;
        all.beats += one.beats;
    }
    return all;
}

// Two streams with the same traffic, one in blocks and one word by word.
struct blocks_and_words {
    explicit blocks_and_words(const axi_stream_config &config) : blocks(config), single(config) {}

    void push(uint64_t pause_ps, const std::vector<uint32_t> &words, uint8_t last_bytes)
    {
        block_write_ps += pause_ps;
        word_write_ps += pause_ps;
        EXPECT_EQ(
            axi_stream_core_push(&blocks, words.data(), words.size(), last_bytes, &block_write_ps),
            push_one_by_one(single, words, last_bytes, word_write_ps));
        EXPECT_EQ(block_write_ps, word_write_ps);
    }

    void pop(uint64_t pause_ps, size_t count, bool stop_at_last)
    {
        std::vector<uint32_t> got_words(count), want_words(count);
        block_read_ps += pause_ps;
        word_read_ps += pause_ps;
        const auto got =
            axi_stream_core_pop(&blocks, got_words.data(), count, stop_at_last, &block_read_ps);
        const auto want =
            pop_one_by_one(single, want_words.data(), count, stop_at_last, word_read_ps);
        EXPECT_EQ(got_words, want_words);
        EXPECT_EQ(block_read_ps, word_read_ps);
        EXPECT_EQ(got.words, want.words);
        EXPECT_EQ(got.beats, want.beats);
        EXPECT_EQ(got.last_bytes, want.last_bytes);
        EXPECT_EQ(got.words > 0 ? got.first_ps : 0, want.first_ps);
    }

    core_stream blocks, single;
    uint64_t block_write_ps = 0, word_write_ps = 0, block_read_ps = 0, word_read_ps = 0;
};

} // namespace

TEST(AxiStream, BlocksHaveTheTimesOfTheirWordsOneByOne)
{
    const unsigned seed = 20261129;
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 300; ++round) {
        const axi_stream_config config = config_of(1 + random() % 40, 32, random() % 3);
        blocks_and_words both(config);
        for (int step = 0; step < 100; ++step) {
            const uint64_t pause_ps = random() % 4 == 0 ? random() % 50 * (CYCLE_PS / 4) : 0;
            const size_t count = random() % 30;
            if (random() % 2) {
                both.push(pause_ps, counting(count), static_cast<uint8_t>(random() % 3));
            } else {
                both.pop(pause_ps, count, random() % 2);
            }
        }
        EXPECT_EQ(both.blocks.stall_ps, both.single.stall_ps);
        EXPECT_EQ(both.blocks.starve_ps, both.single.starve_ps);
        ASSERT_FALSE(HasFailure()) << "round " << round << " depth " << config.depth_words;
    }
}

TEST(AxiStreamModule, BlocksBothSidesAndKeepsEveryWord)
{
    zs::axi_stream stream("s", config_of(4), nullptr);
    const auto words = counting(100);
    std::vector<uint32_t> received(100);
    uint64_t producer_ps = 0, consumer_ps = 0;
    sc_core::sc_spawn([&] { stream.push(words.data(), 100, 4, producer_ps); });
    sc_core::sc_spawn([&] {
        consumer_ps = 1000 * CYCLE_PS;
        const auto read = stream.pop(received.data(), 100, true, consumer_ps);
        EXPECT_EQ(read.words, 100u);
        EXPECT_EQ(read.last_bytes, 4);
    });
    sc_core::sc_start();
    EXPECT_EQ(received, words);
    EXPECT_EQ(consumer_ps, 1100 * CYCLE_PS);
    EXPECT_EQ(producer_ps, (1000 + 96 + 1) * CYCLE_PS); // word 99 into the slot of word 95
}

TEST(AxiStreamModule, ACancelledWaitReturns)
{
    zs::axi_stream stream("s", config_of(4), nullptr);
    bool cancelled = false;
    size_t popped = 1;
    sc_core::sc_spawn([&] {
        uint32_t word;
        uint64_t now_ps = 0;
        popped = stream.pop(&word, 1, false, now_ps, [&] { return cancelled; }).words;
    });
    sc_core::sc_spawn([&] {
        sc_core::wait(5, sc_core::SC_US);
        cancelled = true;
        stream.wake();
    });
    sc_core::sc_start();
    EXPECT_EQ(popped, 0u);
    EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::sc_time(5, sc_core::SC_US));
}

TEST(AxiStreamModule, AConsumerThatIsNoProcessIsCalledWhenThereIsDataAgain)
{
    zs::axi_stream stream("s", config_of(4), nullptr);
    const auto words = counting(10);
    std::vector<uint32_t> received;
    uint64_t producer_ps = 0, consumer_ps = 0;
    stream.on_data = [&] {
        uint32_t word;
        while (stream.pop_now(&word, 1, false, consumer_ps).words > 0) {
            received.push_back(word);
        }
    };
    stream.on_data();
    sc_core::sc_spawn([&] { stream.push(words.data(), 10, 4, producer_ps); });
    sc_core::sc_start();
    EXPECT_EQ(received, words);
    EXPECT_EQ(producer_ps, 10 * CYCLE_PS);
}

TEST(AxiStreamModule, AProducerThatIsNoProcessIsCalledWhenThereIsSpaceAgain)
{
    zs::axi_stream stream("s", config_of(4), nullptr);
    const auto words = counting(10);
    std::vector<uint32_t> received(10);
    size_t pushed = 0;
    uint64_t producer_ps = 0, consumer_ps = 0;
    stream.on_space = [&] {
        size_t done = 1;
        for (; pushed < 10 && done > 0; pushed += done) {
            done = stream.push_now(&words[pushed], 10 - pushed, 4, producer_ps);
        }
    };
    stream.on_space();
    EXPECT_EQ(pushed, 4u);
    sc_core::sc_spawn([&] {
        consumer_ps = 1000 * CYCLE_PS;
        stream.pop(received.data(), 10, true, consumer_ps);
    });
    sc_core::sc_start();
    EXPECT_EQ(received, words);
    EXPECT_EQ(producer_ps, (1000 + 6 + 1) * CYCLE_PS); // word 9 into the slot of word 5
}
