#include "dram/dram.h"

#include "axi/axi_extension.h"
#include "axi/time_gate.h"

#include <cstring>
#include <functional>
#include <gtest/gtest.h>
#include <random>
#include <sys/wait.h>
#include <tlm_utils/simple_initiator_socket.h>
#include <unistd.h>

namespace
{

dram_config board_config()
{
    dram_config config{};
    std::strcpy(config.mapping, "row:bank:group:column");
    config.size_bytes = 64 << 20;
    config.scheduler = DRAM_FR_FCFS;
    config.read_queue = config.write_queue = 32;
    config.write_high = 26;
    config.write_low = 6;
    config.write_idle_clocks = 1;
    config.refresh = DRAM_REFRESH_ALL_BANK;
    config.read_latency_ns = 30;
    config.write_latency_ns = 10;
    return config;
}

struct initiator : sc_core::sc_module {
    tlm_utils::simple_initiator_socket<initiator> socket{"socket"};
    zs::axi_extension extension;

    explicit initiator(const sc_core::sc_module_name &name) : sc_module(name) {}

    tlm::tlm_response_status access(bool write, uint64_t address, void *data, unsigned bytes,
                                    sc_core::sc_time &delay)
    {
        tlm::tlm_generic_payload trans;
        trans.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
        trans.set_address(address);
        trans.set_data_ptr(static_cast<unsigned char *>(data));
        trans.set_data_length(bytes);
        trans.set_streaming_width(bytes);
        trans.set_extension(&extension);
        socket->b_transport(trans, delay);
        trans.clear_extension(&extension);
        return trans.get_response_status();
    }
};

/* Random reads and writes of its own 64 KiB, checked against an array of its own. */
struct random_initiator : initiator {
    uint64_t base;
    unsigned seed;
    bool run_ahead;
    int count;
    uint64_t finished_ps = 0;
    std::vector<uint64_t> done_ps;

    random_initiator(const sc_core::sc_module_name &name, uint64_t base_address, unsigned seed_,
                     bool run_ahead_, int count_)
        : initiator(name), base(base_address), seed(seed_), run_ahead(run_ahead_), count(count_)
    {
        SC_HAS_PROCESS(random_initiator);
        SC_THREAD(run);
    }

    void run()
    {
        std::mt19937 random(seed);
        std::vector<uint8_t> expected(1 << 16), data(256);
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;

        for (int i = 0; i < count; i++) {
            const unsigned bytes = 1 + random() % 256;
            const uint64_t offset = random() % (expected.size() - bytes);
            const bool write = random() % 2;
            for (unsigned k = 0; write && k < bytes; k++) {
                data[k] = expected[offset + k] = static_cast<uint8_t>(random());
            }
            ASSERT_EQ(tlm::TLM_OK_RESPONSE,
                      access(write, base + offset, data.data(), bytes, delay));
            ASSERT_EQ(0, std::memcmp(data.data(), &expected[offset], bytes));
            done_ps.push_back((sc_core::sc_time_stamp() + delay).value());
            delay += sc_core::sc_time(random() % 200, sc_core::SC_NS);
            if (!run_ahead) {
                wait(delay);
                delay = sc_core::SC_ZERO_TIME;
            }
        }
        wait(delay);
    }
};

} // namespace

TEST(dram_shell, several_threads_see_a_plain_memory)
{
    zs::dram dram("dram", board_config(), nullptr);
    std::vector<std::unique_ptr<random_initiator>> initiators;
    for (unsigned i = 0; i < 4; i++) {
        initiators.push_back(std::make_unique<random_initiator>(
            ("initiator" + std::to_string(i)).c_str(), i << 16, 100 + i, i % 2 == 0, 5000));
        initiators.back()->socket.bind(dram.socket);
    }
    sc_core::sc_start();
    for (const auto &initiator : initiators) {
        EXPECT_EQ(5000u, initiator->done_ps.size());
    }
}

namespace
{

/* The times of two competing initiators, one of which may run ahead. */
std::vector<uint64_t> times_when(bool run_ahead)
{
    zs::dram dram("dram", board_config(), nullptr);
    random_initiator a("a", 0, 1, run_ahead, 3000), b("b", 1 << 16, 2, run_ahead, 3000);
    a.socket.bind(dram.socket);
    b.socket.bind(dram.socket);
    sc_core::sc_start();
    std::vector<uint64_t> all = a.done_ps;
    all.insert(all.end(), b.done_ps.begin(), b.done_ps.end());
    return all;
}

/* SystemC runs once a process: let a child do it and send the times back. */
std::vector<uint64_t> times_in_child(bool run_ahead)
{
    int ends[2];
    EXPECT_EQ(0, pipe(ends));
    const pid_t child = fork();
    if (child == 0) {
        const auto times = times_when(run_ahead);
        const ssize_t bytes = static_cast<ssize_t>(times.size() * sizeof times[0]);
        FILE *const out = fdopen(ends[1], "w");
        const bool written =
            fwrite(times.data(), 1, static_cast<size_t>(bytes), out) == static_cast<size_t>(bytes);
        fclose(out);
        _exit(written ? 0 : 1);
    }
    close(ends[1]);
    std::vector<uint64_t> times;
    uint64_t time;
    FILE *const in = fdopen(ends[0], "r");
    while (fread(&time, sizeof time, 1, in) == 1) {
        times.push_back(time);
    }
    fclose(in);
    int status = 1;
    waitpid(child, &status, 0);
    EXPECT_EQ(0, status);
    return times;
}

} // namespace

TEST(dram_shell, times_do_not_depend_on_run_ahead)
{
    const auto ahead = times_in_child(true);
    const auto waiting = times_in_child(false);

    EXPECT_EQ(6000u, ahead.size());
    EXPECT_EQ(ahead, waiting);
}

namespace
{

struct scripted : initiator {
    std::function<void(scripted &)> script;
    bool finished = false;

    scripted(const sc_core::sc_module_name &name, std::function<void(scripted &)> body)
        : initiator(name), script(std::move(body))
    {
        SC_HAS_PROCESS(scripted);
        SC_THREAD(run);
    }
    void run()
    {
        script(*this);
        finished = true;
    }
};

} // namespace

TEST(dram_shell, a_lone_initiator_never_waits)
{
    zs::dram dram("dram", board_config(), nullptr);
    scripted cpu("cpu", [](scripted &self) {
        uint8_t line[32] = {};
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        for (uint64_t i = 0; i < 1000; i++) {
            self.access(i % 3 == 0, i * 4096, line, sizeof line, delay);
        }
        EXPECT_EQ(sc_core::SC_ZERO_TIME, sc_core::sc_time_stamp());
        EXPECT_GT(delay, sc_core::sc_time(40, sc_core::SC_US));
    });
    cpu.socket.bind(dram.socket);
    sc_core::sc_start();
    EXPECT_TRUE(cpu.finished);
}

TEST(dram_shell, lone_read_takes_the_formula)
{
    zs::dram dram("dram", board_config(), nullptr);
    scripted cpu("cpu", [&](scripted &self) {
        uint8_t line[16] = {};
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        self.access(false, 0, line, sizeof line, delay);
        /* RCD 7 + CL 7 + BL 4 clocks of 1.904762 ns, and 30 ns */
        EXPECT_EQ(18u * 1904762 / 1000 + 30000, delay.value());
    });
    cpu.socket.bind(dram.socket);
    sc_core::sc_start();
    EXPECT_TRUE(cpu.finished);
}

TEST(dram_shell, answers_an_address_beyond_its_end_with_an_address_error)
{
    zs::dram dram("dram", board_config(), nullptr);
    scripted cpu("cpu", [](scripted &self) {
        uint8_t line[32] = {};
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE,
                  self.access(false, 64 << 20, line, sizeof line, delay));
        EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE,
                  self.access(true, (64 << 20) - 16, line, sizeof line, delay));
        EXPECT_EQ(tlm::TLM_OK_RESPONSE,
                  self.access(true, (64 << 20) - 32, line, sizeof line, delay));
    });
    cpu.socket.bind(dram.socket);
    sc_core::sc_start();
    EXPECT_TRUE(cpu.finished);
}

TEST(dram_shell, reports_bytes_by_traffic_class)
{
    std::unique_ptr<struct stats, void (*)(struct stats *)> stats(stats_create(), stats_destroy);
    zs::dram dram("dram", board_config(), stats.get());
    ASSERT_EQ(0, stats_enter(stats.get(), STATS_PROCESS, 0));
    scripted cpu("cpu", [](scripted &self) {
        uint8_t line[32] = {};
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        self.extension.attributes.traffic = TRAFFIC_DMA_READ;
        self.access(false, 0, line, 20, delay);
        self.extension.attributes.traffic = TRAFFIC_CPU_WRITEBACK;
        self.access(true, 64, line, 32, delay);
    });
    cpu.socket.bind(dram.socket);
    sc_core::sc_start();
    ASSERT_TRUE(cpu.finished);
    ASSERT_EQ(0, stats_leave(stats.get(), STATS_PROCESS, 1000000));
    uint64_t value = 0;
    EXPECT_EQ(0, stats_value(stats.get(), "dram.bytes.dma_read", STATS_PROCESS, &value));
    EXPECT_EQ(20u, value);
    EXPECT_EQ(0, stats_value(stats.get(), "dram.bytes.cpu_writeback", STATS_PROCESS, &value));
    EXPECT_EQ(32u, value);
    EXPECT_EQ(0, stats_value(stats.get(), "dram.bus_bytes.read", STATS_PROCESS, &value));
    EXPECT_EQ(32u, value) << "two bursts";
}

int sc_main(int, char **)
{
    return RUN_ALL_TESTS();
}

/* Own main(): the one in the SystemC library prints a banner into the list of tests. */
int main(int argc, char **argv)
{
    testing::InitGoogleTest(&argc, argv);
    setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
    return sc_core::sc_elab_and_sim(argc, argv);
}
