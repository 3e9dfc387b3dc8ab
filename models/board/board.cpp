#include "board/board.h"

#include "stats/stats.h"

#include <cstdio>
#include <new>

namespace zs
{

namespace
{

constexpr uint64_t PS_PER_SECOND = 1000000000000u;

cpu_setup make_cpu_setup(const board_config &config, const elf_image &program, uint64_t ddr_bytes)
{
    cpu_setup setup;
    setup.cpu = config.cpu;
    setup.caches = config.caches;
    setup.phases = config.phases;
    setup.simulation = config.simulation;
    setup.limits = config.limits;
    setup.os = config.os;
    setup.ranges = {{"DRAM", PHYSICAL_RAM, config.map.ddr_base, static_cast<uint32_t>(ddr_bytes)},
                    {"axi_dma", PHYSICAL_DEVICE, config.map.dma_base, AXI_DMA_REGISTER_BYTES}};
    setup.interrupts = {{"mm2s_introut", "/dev/uio0", config.map.dma_base, AXI_DMA_REGISTER_BYTES},
                        {"s2mm_introut", "/dev/uio1", config.map.dma_base, AXI_DMA_REGISTER_BYTES}};
    const bool coherent = config.dma_memory.mapping == DMA_MEMORY_COHERENT;
    const workload_config &work = config.workload;
    setup.buffers = {{"udmabuf0", work.dma_in_address, work.dma_in_bytes, coherent},
                     {"udmabuf1", work.dma_out_address, work.dma_out_bytes, coherent}};
    setup.sandbox = config.sandbox;
    setup.frames_base = config.map.process_base;
    setup.frames_bytes = config.map.process_bytes;
    setup.program = &program;
    setup.arguments = {"program"}; /* not the file's name: its length would move the stack */
    for (uint32_t i = 0; i < config.workload.args.count; i++) {
        setup.arguments.emplace_back(config.workload.args.items[i]);
    }
    for (uint32_t i = 0; i < config.workload.environment.count; i++) {
        setup.environment.emplace_back(config.workload.environment.items[i]);
    }
    return setup;
}

uint64_t accelerator_clock_hz(const board_config &config)
{
    return config.accelerator.clock_hz != 0 ? config.accelerator.clock_hz : config.fclk_hz;
}

} // namespace

board::board(sc_core::sc_module_name name, const board_config &config, const elf_image &program,
             struct stats *stats)
    : sc_module(name), accelerator_period_ps_((PS_PER_SECOND + accelerator_clock_hz(config) / 2) /
                                              accelerator_clock_hz(config)),
      dram_("dram", config.dram, stats), cpu_ddr_("cpu_ddr", config.cpu_ddr, stats),
      gp0_("gp0", config.gp0, stats), cpu_bus_("cpu_bus", config.interconnect, stats),
      peripherals_("peripherals", config.interconnect, stats),
      interconnect_("interconnect", config.interconnect, stats),
      to_accelerator_("mm2s", config.mm2s, stats), from_accelerator_("s2mm", config.s2mm, stats),
      dma_("dma", config.dma, to_accelerator_, from_accelerator_, stats),
      accelerator_("accelerator", config.accelerator, to_accelerator_, from_accelerator_, stats),
      cpu_("cpu", make_cpu_setup(config, program, dram_.size_bytes()), stats)
{
    add_ports(config, stats);
    connect(config);
    dram_.count_buffers(
        {config.workload.dma_in_address - config.map.ddr_base, config.workload.dma_in_bytes},
        {config.workload.dma_out_address - config.map.ddr_base, config.workload.dma_out_bytes},
        stats);
    accelerator_.on_failure = [](const std::string &) { sc_core::sc_stop(); };
    if (stats_add_settle(stats, settle, this) != 0) {
        throw std::bad_alloc();
    }
}

void board::add_ports(const board_config &config, struct stats *stats)
{
    for (unsigned port = 0; port < BOARD_PORTS; port++) {
        const auto which = static_cast<board_port>(port);
        if (board_uses_port(&config, which)) {
            ports_[port] =
                std::make_unique<axi_link>(board_port_name(which), config.ports[port], stats);
        }
    }
    if (ports_[PORT_ACP]) {
        coherent_port_ = std::make_unique<coherent_port>("acp_port", cpu_, config.cpu.clock_hz,
                                                         config.acp_cache, stats);
        ports_[PORT_ACP]->out.bind(coherent_port_->in);
        coherent_port_->memory.bind(cpu_bus_.in);
    }
    if (board_s2mm_port(&config) != config.dma_port) {
        s2mm_interconnect_ =
            std::make_unique<axi_router>("s2mm_interconnect", config.interconnect, stats);
    }
}

/* What goes into `port` is in DRAM addresses, and behind the ACP in the CPU's. */
void board::connect_port(axi_router &from, board_port port, const board_map &map)
{
    const uint64_t seen = port == PORT_ACP ? map.hp0_base : map.hp0_base - map.ddr_base;

    from.map(board_port_name(port), map.hp0_base, map.hp0_bytes, seen).bind(ports_[port]->in);
    if (port != PORT_ACP) {
        ports_[port]->out.bind(dram_.socket);
    }
}

void board::connect(const board_config &config)
{
    const board_map &map = config.map;

    cpu_.bus.bind(cpu_bus_.in);
    cpu_bus_.map("ddr", map.ddr_base, dram_.size_bytes(), 0).bind(cpu_ddr_.in);
    cpu_bus_.map("gp0", map.gp0_base, map.gp0_bytes).bind(gp0_.in);
    cpu_ddr_.out.bind(dram_.socket);
    gp0_.out.bind(peripherals_.in);
    peripherals_.map("dma", map.dma_base, AXI_DMA_REGISTER_BYTES, 0).bind(dma_.regs);
    cpu_.interrupts[0].bind(dma_.mm2s_introut);
    cpu_.interrupts[1].bind(dma_.s2mm_introut);
    dma_.mm2s.bind(interconnect_.in);
    dma_.sg.bind(interconnect_.in);
    connect_port(interconnect_, static_cast<board_port>(config.dma_port), map);
    if (s2mm_interconnect_) {
        dma_.s2mm.bind(s2mm_interconnect_->in);
        connect_port(*s2mm_interconnect_, board_s2mm_port(&config), map);
    } else {
        dma_.s2mm.bind(interconnect_.in);
    }
}

void board::trace_to(struct trace *trace)
{
    cpu_.trace_to(trace);
    accelerator_.trace_to(trace);
    dma_.trace_to(trace);
    gp0_.trace_to(trace);
    for (const auto &port : ports_) {
        if (port) {
            port->trace_to(trace);
        }
    }
    cpu_ddr_.trace_to(trace);
    dram_.trace_to(trace);
}

void board::finish_trace(struct trace *trace)
{
    if (trace != nullptr) {
        accelerator_.trace_rest();
        dma_.trace_rest();
        trace_finish(trace, sc_core::sc_time_stamp().value());
    }
}

std::vector<std::string> board::activity() const
{
    std::vector<std::string> lines;

    for (const axi_dma_channel channel : {AXI_DMA_MM2S, AXI_DMA_S2MM}) {
        const axi_dma_channel_state &state = dma_.core().channels[channel];
        char text[160];
        std::snprintf(
            text, sizeof(text),
            "DMA %s: %s, status 0x%08x, address 0x%08llx, length %u bytes, %llu transfers "
            "done",
            axi_dma_channel_name(channel),
            state.busy ? "a transfer is under way" : "nothing is under way", state.status,
            static_cast<unsigned long long>(state.address), state.length,
            static_cast<unsigned long long>(state.transfers));
        lines.emplace_back(text);
    }
    lines.push_back("streams: " + std::to_string(mm2s_words_left()) +
                    " words wait on the way to the accelerator, " +
                    std::to_string(s2mm_words_left()) + " on the way back");
    lines.push_back("accelerator: " + accelerator_.describe());
    return lines;
}

void board::settle(void *context)
{
    board *const self = static_cast<board *>(context);
    self->accelerator_.settle();
    self->dram_.settle(sc_core::sc_time_stamp());
}

} // namespace zs
