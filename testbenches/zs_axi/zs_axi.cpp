/* zs-axi: memory ports with traffic of their own on one DRAM, measured. */
#include "options.h"
#include "report.h"
#include "traffic.h"
#include "zs_axi_config.h"

#include "axi/axi_link.h"
#include "dram/dram.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_BAD_INPUT = 2 };

struct stats_owner {
    void operator()(::stats *stats) const
    {
        stats_destroy(stats);
    }
};
using stats_pointer = std::unique_ptr<::stats, stats_owner>;

struct config_owner {
    void operator()(::config *config) const
    {
        config_destroy(config);
    }
};
using config_pointer = std::unique_ptr<::config, config_owner>;

struct port {
    port(int index, const zs_axi_config &config, zs::dram &dram, ::stats *stats)
        : link(zs_axi_port_names[index], config.ports[index].link, stats),
          master((std::string(zs_axi_port_names[index]) + "_master").c_str(),
                 config.ports[index].traffic, config.seed * ZS_AXI_PORTS + index,
                 static_cast<uint64_t>(config.duration_us * 1e6),
                 index == ZS_AXI_PORTS - 1 ? TRAFFIC_CPU_FILL : TRAFFIC_DMA_READ,
                 index == ZS_AXI_PORTS - 1 ? TRAFFIC_CPU_WRITEBACK : TRAFFIC_DMA_WRITE)
    {
        master.out.bind(link.in);
        link.out.bind(dram.socket);
    }

    zs::axi_link link;
    zs::traffic master;
};

uint64_t bytes_over(const std::vector<std::unique_ptr<port>> &ports)
{
    uint64_t bytes = 0;

    for (const auto &port : ports) {
        for (const axi_link_side &side : port->link.core().sides) {
            bytes += side.monitor.bytes;
        }
    }
    return bytes;
}

uint64_t bytes_at_dram(const ::stats *stats)
{
    uint64_t bytes = 0;

    for (int i = 0; i < TRAFFIC_CLASSES; i++) {
        const std::string name =
            std::string("dram.bytes.") + traffic_class_name(static_cast<traffic_class>(i));
        uint64_t value = 0;
        stats_value(stats, name.c_str(), STATS_PROCESS, &value);
        bytes += value;
    }
    return bytes;
}

struct file_owner {
    void operator()(FILE *file) const
    {
        std::fclose(file);
    }
};
using file_pointer = std::unique_ptr<FILE, file_owner>;

int write_stats(FILE *out, const char *path, const ::stats *stats, bool ok)
{
    if (report_stats(out, stats, ok) != 0 || std::fflush(out) != 0) {
        std::fprintf(stderr, "zs-axi: error: could not write all of %s\n", path);
        return EXIT_FAILED;
    }
    return EXIT_DONE;
}

/* Prints the table; false when a request failed or bytes got lost. */
bool report(const zs::dram &dram, const std::vector<std::unique_ptr<port>> &ports,
            const ::stats *stats)
{
    const uint64_t time_ps = sc_core::sc_time_stamp().value();
    const uint64_t bytes = bytes_at_dram(stats);
    bool ok = true;

    report_head(stdout);
    for (size_t i = 0; i < ports.size(); i++) {
        report_link(stdout, zs_axi_port_names[i], &ports[i]->link.core(), time_ps);
        if (ports[i]->master.failed()) {
            std::fprintf(stderr, "zs-axi: requests of port %s failed\n", zs_axi_port_names[i]);
            ok = false;
        }
    }
    report_dram(stdout, bytes, dram_core_peak_bytes_per_second(dram.core()), time_ps);
    if (bytes_over(ports) != bytes) {
        std::fputs("zs-axi: audit failed: bytes over the ports and bytes at the DRAM differ\n",
                   stderr);
        ok = false;
    }
    return ok;
}

/* False when it cannot be written; then that was said. */
bool open_trace(trace_file &trace, const zs_axi_config &config,
                const std::vector<std::unique_ptr<port>> &ports, zs::dram &dram)
{
    if (trace_file_open(&trace, &config.trace, stderr) != 0) {
        return false;
    }
    for (const auto &port : ports) {
        port->link.trace_to(trace.trace);
    }
    dram.trace_to(trace.trace);
    return true;
}

int simulate(const zs_axi_config &config, const options &options)
{
    trace_file trace;
    const stats_pointer stats(stats_create());
    const file_pointer out(options.stats == nullptr ? nullptr : std::fopen(options.stats, "w"));
    zs::dram dram("dram", config.dram, stats.get());
    std::vector<std::unique_ptr<port>> ports;

    if (options.stats != nullptr && out == nullptr) {
        std::fprintf(stderr, "zs-axi: error: cannot write %s: %s\n", options.stats,
                     std::strerror(errno));
        return EXIT_BAD_INPUT;
    }
    for (int i = 0; i < ZS_AXI_PORTS; i++) {
        ports.push_back(std::make_unique<port>(i, config, dram, stats.get()));
    }
    if (!open_trace(trace, config, ports, dram)) {
        return EXIT_BAD_INPUT;
    }
    stats_enter(stats.get(), STATS_PROCESS, 0);
    sc_core::sc_start();
    dram.settle(sc_core::sc_time_stamp());
    stats_leave(stats.get(), STATS_PROCESS, sc_core::sc_time_stamp().value());

    const bool traced = trace_file_close(&trace, sc_core::sc_time_stamp().value(), stderr) == 0;
    const bool ok = report(dram, ports, stats.get());
    const int written =
        out == nullptr ? EXIT_DONE : write_stats(out.get(), options.stats, stats.get(), ok);
    return ok && traced ? written : EXIT_FAILED;
}

int run(int argc, char **argv)
{
    zs_axi_config config{};
    param_section sections[ZS_AXI_SECTIONS];
    options options;

    zs_axi_sections(&config, sections);
    const config_pointer loader(config_create(sections, ZS_AXI_SECTIONS));
    if (options_apply(&options, loader.get(), argc, argv, stderr) != 0) {
        return EXIT_BAD_INPUT;
    }
    if (options.mode == MODE_HELP) {
        options_help(stdout);
        return EXIT_DONE;
    }
    if (options.mode == MODE_PARAMS) {
        return config_describe(loader.get(), stdout) == 0 ? EXIT_DONE : EXIT_FAILED;
    }
    if (config_finish(loader.get()) == 0) {
        zs_axi_check(&config, loader.get());
    }
    if (config_error_count(loader.get()) != 0) {
        config_report(loader.get(), stderr);
        return EXIT_BAD_INPUT;
    }
    return options.mode == MODE_CHECK ? EXIT_DONE : simulate(config, options);
}

} // namespace

int sc_main(int argc, char **argv)
{
    for (const char *const chatter : {"/OSCI/SystemC", "/IEEE_Std_1666/deprecated"}) {
        sc_core::sc_report_handler::set_actions(chatter, sc_core::SC_DO_NOTHING);
    }
    try {
        return run(argc, argv);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "zs-axi: error: %s\n", error.what());
        return EXIT_FAILED;
    }
}

int main(int argc, char **argv)
{
    setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
    return sc_core::sc_elab_and_sim(argc, argv);
}
