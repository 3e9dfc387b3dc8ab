/* A coherent master and a program at work on the same cache lines, over a memory that is slow by a
 * random time before and after each access: whatever is on its way, nobody may lose a byte. */
#include "cpu/coherent_port.h"
#include "guest_board.h"

#include <gtest/gtest.h>
#include <random>
#include <tlm_utils/multi_passthrough_target_socket.h>

namespace
{

enum : uint32_t { SHARED = 0x16000000, LINES = 64, LINE = 32, MINE = 16, THEIRS = LINES * LINE };

class slow_memory : public sc_core::sc_module
{
  public:
    tlm_utils::multi_passthrough_target_socket<slow_memory> in;
    std::array<uint64_t, TRAFFIC_CLASSES> bytes{};

    slow_memory(sc_core::sc_module_name name, uint32_t seed) : sc_module(name), random_(seed)
    {
        in.register_b_transport(this, &slow_memory::b_transport);
        in.register_transport_dbg(this, &slow_memory::transport_dbg);
    }

  private:
    void pause()
    {
        wait(sc_core::sc_time(random_() % 300, sc_core::SC_NS));
    }
    void b_transport(int, tlm::tlm_generic_payload &payload, sc_core::sc_time &delay)
    {
        wait(delay);
        delay = sc_core::SC_ZERO_TIME;
        pause();
        access(payload);
        bytes[payload.get_extension<zs::axi_extension>()->attributes.traffic] +=
            payload.get_data_length();
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
        pause();
    }
    unsigned transport_dbg(int, tlm::tlm_generic_payload &payload)
    {
        access(payload);
        return payload.get_data_length();
    }
    void access(tlm::tlm_generic_payload &payload)
    {
        if (ram_.size() < payload.get_address() + payload.get_data_length()) {
            ram_.resize(payload.get_address() + payload.get_data_length() + (1 << 20));
        }
        unsigned char *const at = ram_.data() + payload.get_address();
        if (payload.is_read()) {
            std::memcpy(payload.get_data_ptr(), at, payload.get_data_length());
        } else {
            std::memcpy(at, payload.get_data_ptr(), payload.get_data_length());
        }
    }

    std::vector<unsigned char> ram_;
    std::mt19937 random_;
};

/* Keeps four requests under way, each to lines of its own: no two of one master are in a race. */
class coherent_master : public sc_core::sc_module
{
  public:
    SC_HAS_PROCESS(coherent_master);
    tlm_utils::simple_initiator_socket<coherent_master> out;
    uint64_t requests = 0;
    std::string failure;

    coherent_master(sc_core::sc_module_name name, uint32_t seed)
        : sc_module(name), random_(seed), expected_(LINES * LINE)
    {
        for (int i = 0; i < THREADS; i++) {
            SC_THREAD(run);
        }
    }

  private:
    enum { THREADS = 4, ROUNDS = 2500 };

    void run()
    {
        const uint32_t first = started_++;
        for (uint32_t turn = 1; turn <= ROUNDS; turn++) {
            const uint32_t line = random_() % (LINES / THREADS) * THREADS + first;
            wait(sc_core::sc_time(random_() % 500, sc_core::SC_NS));
            if (random_() % 2 == 0) {
                write_line(line, turn);
            } else {
                use_my_half(line);
            }
            requests++;
        }
        write_line(first, UINT32_MAX);
    }

    /* A number that rises, in every word: a burst that covers the whole line. */
    void write_line(uint32_t line, uint32_t turn)
    {
        std::array<uint32_t, LINE / 4> words;
        words.fill(turn);
        transport(true, SHARED + THEIRS + line * LINE, reinterpret_cast<uint8_t *>(words.data()),
                  LINE);
    }

    void use_my_half(uint32_t line)
    {
        const uint32_t from = random_() % MINE;
        const uint32_t bytes = 1 + random_() % (MINE - from);
        const uint32_t at = line * LINE + MINE + from;
        std::array<uint8_t, MINE> data{};

        if (random_() % 2 == 0) {
            for (uint32_t i = 0; i < bytes; i++) {
                data[i] = expected_[at + i] = static_cast<uint8_t>(random_());
            }
            transport(true, SHARED + at, data.data(), bytes);
            return;
        }
        transport(false, SHARED + at, data.data(), bytes);
        if (std::memcmp(data.data(), &expected_[at], bytes) != 0 && failure.empty()) {
            failure = "read other bytes than were written at " + std::to_string(at);
        }
    }

    void transport(bool write, uint32_t address, uint8_t *data, uint32_t bytes)
    {
        tlm::tlm_generic_payload payload;
        zs::axi_extension extension;
        sc_core::sc_time delay;
        extension.attributes.traffic = write ? TRAFFIC_DMA_WRITE : TRAFFIC_DMA_READ;
        payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
        payload.set_address(address);
        payload.set_data_ptr(data);
        payload.set_data_length(bytes);
        payload.set_streaming_width(bytes);
        payload.set_extension(&extension);
        out->b_transport(payload, delay);
        payload.clear_extension(&extension);
        wait(delay);
        if (!payload.is_response_ok()) {
            failure = "a request failed";
        }
    }

    std::mt19937 random_;
    std::vector<uint8_t> expected_;
    uint32_t started_ = 0;
};

/* AxCACHE, and board.l2.prefetch_lines. */
class CoherentPort : public testing::TestWithParam<std::tuple<uint32_t, uint32_t>>
{
};

TEST_P(CoherentPort, NothingIsLostWhenTheCpuAndAMasterShareLines)
{
    const auto [cache, prefetch_lines] = GetParam();
    const char *const given = std::getenv("ZS_SEED");
    const uint32_t seed = given != nullptr ? static_cast<uint32_t>(std::strtoul(given, nullptr, 0))
                                           : std::random_device{}();
    SCOPED_TRACE("ZS_SEED=" + std::to_string(seed));
    guest_board board(std::string(PROGRAMS) + "shared_lines.elf");
    board.setup.caches.l1d.bytes = 512;
    board.setup.caches.l2.bytes = 2048;
    board.setup.caches.l2.prefetch_lines = prefetch_lines;
    slow_memory memory("slow_memory", seed);
    coherent_master master("master", seed + 1);
    std::unique_ptr<zs::coherent_port> port;
    board.connect = [&](zs::cpu &cpu) {
        port = std::make_unique<zs::coherent_port>("port", cpu, board.setup.cpu.clock_hz, cache,
                                                   board.stats);
        cpu.bus.bind(memory.in);
        port->memory.bind(memory.in);
        master.out.bind(port->in);
    };

    const zs::cpu_outcome &outcome = board.run();

    EXPECT_EQ(outcome.exit_code, 0) << "1: lost what it wrote; 2: saw an older line";
    EXPECT_EQ(master.failure, "");
    EXPECT_EQ(master.requests, 10000U);
    EXPECT_EQ(memory.bytes[TRAFFIC_CPU_FILL], LINE * board.value("l2.refills"));
    EXPECT_EQ(memory.bytes[TRAFFIC_CPU_WRITEBACK], LINE * board.value("l2.write_backs"));
    EXPECT_EQ(board.value("l2.prefetch_hits") != 0, prefetch_lines != 0);
    EXPECT_GT(board.value("l1d.prefetch_hits"), 0U);
    EXPECT_GT(board.value("acp.read_hit_bytes"), 0U);
    EXPECT_GT(board.value("acp.write_miss_bytes"), 0U);
    EXPECT_EQ(board.value("acp.read_allocations") != 0, (cache & zs::ACP_READ_ALLOCATE) != 0);
    EXPECT_EQ(board.value("acp.write_allocations") != 0, (cache & zs::ACP_WRITE_ALLOCATE) != 0);
}

INSTANTIATE_TEST_SUITE_P(AxCacheAndPrefetch, CoherentPort,
                         testing::Combine(testing::Values(3, 7, 11, 15), testing::Values(0, 1)),
                         [](const auto &test) {
                             return std::to_string(std::get<0>(test.param)) + "_" +
                                    std::to_string(std::get<1>(test.param));
                         });

} // namespace
