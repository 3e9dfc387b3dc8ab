/* The links of the Zynq, with their defaults and the DRAM of the board: published figures. */
#include "axi/axi_link.h"
#include "axi_testbench.h"
#include "config/config.h"
#include "dram/dram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace
{

/* The defaults of a table, as the board gets them. */
template <class Config> Config defaults(const param *table, size_t count, const char *settings = "")
{
    Config object{};
    const param_section section = {"it", table, count, &object};
    config *const loader = config_create(&section, 1);

    if (*settings != '\0') {
        EXPECT_EQ(config_load_text(loader, "test", settings), 0);
    }
    EXPECT_EQ(config_finish(loader), 0) << "the table's defaults fit their own limits";
    config_report(loader, stderr);
    config_destroy(loader);
    return object;
}

axi_link_config link_defaults(const param *table)
{
    return defaults<axi_link_config>(table, axi_link_params_count);
}

dram_config dram_defaults(const char *settings = "")
{
    return defaults<dram_config>(dram_params, dram_params_count, settings);
}

struct port {
    port(const std::string &name, const axi_link_config &config, zs::dram &dram)
        : initiator((name + "_master").c_str()), link(name.c_str(), config, nullptr)
    {
        initiator.out.bind(link.in);
        link.out.bind(dram.socket);
    }

    /* Threads that send one request after the other until the time is over. */
    void keep_sending(unsigned threads, uint64_t until_ps,
                      const std::function<request(uint64_t)> &next)
    {
        for (unsigned thread = 0; thread < threads; thread++) {
            initiator.thread([this, until_ps, next] {
                while (now_ps() < until_ps) {
                    request request = next(sent++);
                    initiator.send(request);
                }
            });
        }
    }

    test_initiator initiator;
    zs::axi_link link;
    uint64_t sent = 0;
};

request make_request(bool write, uint64_t address, size_t bytes)
{
    request request;
    request.write = write;
    request.address = address;
    request.data.resize(bytes);
    request.attributes.traffic = write ? TRAFFIC_DMA_WRITE : TRAFFIC_DMA_READ;
    return request;
}

/* pynqz2-ram-tester: one burst of 16 x 64 bits at a time on HP0, PL 100 MHz, while a core keeps the
 * memory busy: line fills, two at a time (the A9's line fill buffers), each third a write-back.
 * 37.4 PL cycles a burst on the average, 85 at worst. */
TEST(Zynq, OneReadAtATimeOnHp0UnderCpuLoadTakesWhatTheBoardTakes)
{
    constexpr uint64_t until_ps = 2000000000;
    zs::dram dram("dram", dram_defaults(), nullptr);
    port hp0("hp0", link_defaults(axi_link_hp_params), dram);
    port cpu("cpu_ddr", link_defaults(axi_link_cpu_ddr_params), dram);

    hp0.keep_sending(1, until_ps, [](uint64_t index) {
        return make_request(false, 0x1600000 + index * 128 % 0x400000, 128);
    });
    cpu.keep_sending(2, until_ps, [](uint64_t index) {
        return make_request(index % 3 == 2, index * 32 % 0x1000000, 32);
    });
    sc_core::sc_start();

    const axi_monitor &reads = hp0.link.core().sides[AXI_READ].monitor;
    const double mean_cycles = histogram_mean(&reads.latency_ps) / 10000;
    EXPECT_GE(mean_cycles, 33.0);
    EXPECT_LE(mean_cycles, 38.0);
    EXPECT_LE(reads.latency_ps.max, 85u * 10000);
    EXPECT_GT(reads.transactions, 1000u);
}

/* UviDTE Zynq7000-time-measurements, one word from Linux: read 156/135/119 ns at PL 100/150/200
 * MHz, write 165/145/131; a core's own part is not in the link. */
TEST(Zynq, ARegisterOnGp0TakesWhatLinuxMeasures)
{
    const struct {
        uint64_t hz;
        double read_ns, write_ns;
    } measured[] = {{100000000, 156, 165}, {150000000, 135, 145}, {200000000, 119, 131}};
    test_memory registers("registers", 4096);
    std::vector<std::unique_ptr<test_initiator>> initiators;
    std::vector<std::unique_ptr<zs::axi_link>> links;

    for (const auto &point : measured) {
        axi_link_config config = link_defaults(axi_link_gp_params);
        config.clock_hz = point.hz;
        const std::string name = "gp" + std::to_string(point.hz);
        initiators.push_back(std::make_unique<test_initiator>((name + "_master").c_str()));
        links.push_back(std::make_unique<zs::axi_link>(name.c_str(), config, nullptr));
        initiators.back()->out.bind(links.back()->in);
        links.back()->out.bind(registers.in);
        initiators.back()->thread([&point, initiator = initiators.back().get()] {
            request read = make_request(false, 0, 4), write = make_request(true, 0, 4);
            const auto read_ns = static_cast<double>(initiator->send(read)) / 1000;
            const uint64_t start = now_ps();
            const auto write_ns = static_cast<double>(initiator->send(write) - start) / 1000;
            EXPECT_NEAR(read_ns, point.read_ns, 0.1 * point.read_ns) << point.hz;
            EXPECT_NEAR(write_ns, point.write_ns, 0.1 * point.write_ns) << point.hz;
        });
    }
    sc_core::sc_start();
}

/* UG585 "DDR Efficiency": four HP ports, PL 150 MHz, 16-beat bursts, 32-bit DDR3 at 525 MHz. How
 * many writes the controller gathers is not published: 12 bursts at a time meet the mixed figure.
 */
constexpr char ug585_dram[] = "it: {timing: [bus_bits=32], write_high: 16, write_low: 4}";

struct four_ports {
    explicit four_ports(const std::function<request(unsigned, uint64_t)> &next)
        : dram("dram", dram_defaults(ug585_dram), nullptr)
    {
        axi_link_config config = link_defaults(axi_link_hp_params);
        config.clock_hz = 150000000;
        for (unsigned i = 0; i < 4; i++) {
            ports.push_back(std::make_unique<port>("hp" + std::to_string(i), config, dram));
            ports.back()->keep_sending(16, until_ps,
                                       [next, i](uint64_t index) { return next(i, index); });
        }
        sc_core::sc_start();
    }

    /* Share of the DDR's peak bandwidth that reached the ports. */
    double efficiency() const
    {
        uint64_t bytes = 0;
        for (const auto &port : ports) {
            bytes += port->link.core().sides[AXI_READ].monitor.bytes +
                     port->link.core().sides[AXI_WRITE].monitor.bytes;
        }
        const double peak = 2 * 525e6 * 4; /* bytes a second */
        return static_cast<double>(bytes) / (peak * static_cast<double>(now_ps()) * 1e-12);
    }

    static constexpr uint64_t until_ps = 1000000000;
    zs::dram dram;
    std::vector<std::unique_ptr<port>> ports;
};

uint64_t sequential(unsigned port, uint64_t index)
{
    return port * 0x1002000ull + index * 128 % 0x1000000;
}

TEST(Zynq, FourHpPortsReadingInSequence)
{
    const four_ports system([](unsigned port, uint64_t index) {
        return make_request(false, sequential(port, index), 128);
    });
    EXPECT_GE(system.efficiency(), 0.95);
    EXPECT_LE(system.efficiency(), 0.98);
}

TEST(Zynq, FourHpPortsReadingAndWritingInSequence)
{
    const four_ports system([](unsigned port, uint64_t index) {
        return make_request(index % 2 == 1, sequential(port, index / 2) + (index % 2) * 0x8000000,
                            128);
    });
    EXPECT_GE(system.efficiency(), 0.85);
    EXPECT_LE(system.efficiency(), 0.89);
}

} // namespace
