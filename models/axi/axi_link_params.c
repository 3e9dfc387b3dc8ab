#include "axi/axi_link_core.h"

#include <stddef.h>

static const char *const protocols[] = {"axi3", "axi4", "axi4_lite", NULL};

/* One row; what a table says of it is `default, kind, source`. */
#define ROW(...) ROW_(__VA_ARGS__)
#define ROW_(field, type_, unit_, low, high, list, about, default_, kind_, source_)                \
    {                                                                                              \
        .name = #field, .type = type_, .unit = unit_,                                              \
        .offset = offsetof(struct axi_link_config, field), .default_text = default_,               \
        .minimum = low, .maximum = high, .choices = list, .kind = kind_, .source = source_,        \
        .description = about                                                                       \
    }

#define WIDTH(...)                                                                                 \
    ROW(width_bits, PARAM_U32, "bits", 32, 512, NULL,                                              \
        "width of the data channels: 32, 64, 128, 256 or 512", __VA_ARGS__)
#define CLOCK(...) ROW(clock_hz, PARAM_U64, "Hz", 1e6, 1e10, NULL, "clock of the link", __VA_ARGS__)
#define PROTOCOL(...)                                                                              \
    ROW(protocol, PARAM_ENUM, "", 0, 0, protocols,                                                 \
        "bounds the beats of a burst: 16 (axi3), 256 (axi4) or 1 (axi4_lite)", __VA_ARGS__)
#define READS(...)                                                                                 \
    ROW(max_read_outstanding, PARAM_U32, "transactions", 1, 64, NULL,                              \
        "read bursts under way at once", __VA_ARGS__)
#define WRITES(...)                                                                                \
    ROW(max_write_outstanding, PARAM_U32, "transactions", 1, 64, NULL,                             \
        "write bursts under way at once", __VA_ARGS__)
#define REQUEST(...)                                                                               \
    ROW(request_latency_cycles, PARAM_U32, "cycles", 0, 1000, NULL,                                \
        "link cycles from the address (write: the last beat) to the target", __VA_ARGS__)
#define RESPONSE(...)                                                                              \
    ROW(response_latency_cycles, PARAM_U32, "cycles", 0, 1000, NULL,                               \
        "link cycles from the target's answer to the first beat back", __VA_ARGS__)
#define FIXED(...)                                                                                 \
    ROW(fixed_latency_ns, PARAM_DOUBLE, "ns", 0, 1e6, NULL,                                        \
        "latency that does not follow the link's clock, half each way", __VA_ARGS__)
#define QOS(...)                                                                                   \
    ROW(qos, PARAM_U32, "", 0, 15, NULL,                                                           \
        "AxQOS of requests whose initiator gave none; higher wins", __VA_ARGS__)
#define HISTOGRAM(field, what)                                                                     \
    ROW(field, PARAM_BOOL, "", 0, 0, NULL, "keep the distribution of " what, "true", KIND_CHOICE,  \
        "project default")
#define HISTOGRAMS                                                                                 \
    HISTOGRAM(burst_histogram, "burst lengths"), HISTOGRAM(latency_histogram, "latencies"),        \
        HISTOGRAM(outstanding_histogram, "outstanding bursts")

#define IDEAL KIND_CHOICE, "no latency: a wire"
#define HP_LATENCY                                                                                 \
    KIND_DERIVED, "one 128-byte read at a time under CPU load: 37.4 cycles, pynqz2-ram-tester"
#define FCLK KIND_GUESS, "usual FCLK_CLK0 of Zynq designs"

const struct param axi_link_params[] = {
    WIDTH("64", KIND_CHOICE, "project default"),
    CLOCK("100000000", KIND_CHOICE, "project default"),
    PROTOCOL("axi4", KIND_CHOICE, "project default"),
    READS("8", KIND_CHOICE, "project default"),
    WRITES("8", KIND_CHOICE, "project default"),
    REQUEST("0", IDEAL),
    RESPONSE("0", IDEAL),
    FIXED("0", IDEAL),
    QOS("0", KIND_CHOICE, "project default"),
    HISTOGRAMS,
};

/* One outstanding 16 x 64-bit read at 100 MHz takes 33-38 cycles in all (37.4 measured under CPU
 * load by pynqz2-ram-tester): 1 address, 16 beats, the DRAM's share (11-13), and the rest here. A
 * DRAM that reports data_span_ps lets beats leave some 5 cycles earlier: add those here then. */
const struct param axi_link_hp_params[] = {
    WIDTH("64", KIND_DATASHEET, "UG585 ch. 5: S_AXI_HP, 64-bit mode"),
    CLOCK("100000000", FCLK),
    PROTOCOL("axi3", KIND_DATASHEET, "UG585 ch. 5: S_AXI_HP is AXI3"),
    READS("8", KIND_DATASHEET, "UG585: AFI_RDCHAN_ISSUINGCAP resets to 7, meaning 8"),
    WRITES("8", KIND_DATASHEET, "UG585: AFI_WRCHAN_ISSUINGCAP resets to 7, meaning 8"),
    REQUEST("3", HP_LATENCY),
    RESPONSE("3", HP_LATENCY),
    FIXED("0", KIND_CHOICE, "all of it is in the cycles"),
    QOS("0", KIND_DATASHEET, "UG585: AFI_RDQOS and AFI_WRQOS reset to 0"),
    HISTOGRAMS,
};

/* Into the SCU, and from there to the L2: no published latency, so the HP port's. */
const struct param axi_link_acp_params[] = {
    WIDTH("64", KIND_DATASHEET, "UG585 ch. 5: S_AXI_ACP is 64 bits wide"),
    CLOCK("100000000", FCLK),
    PROTOCOL("axi3", KIND_DATASHEET, "UG585 ch. 5: S_AXI_ACP is AXI3"),
    READS("7", KIND_GUESS, "to be checked in UG585: read acceptance of S_AXI_ACP"),
    WRITES("3", KIND_GUESS, "to be checked in UG585: write acceptance of S_AXI_ACP"),
    REQUEST("3", KIND_GUESS, "no published figure: as HP0"),
    RESPONSE("3", KIND_GUESS, "no published figure: as HP0"),
    FIXED("0", KIND_CHOICE, "all of it is in the cycles"),
    QOS("0", KIND_CHOICE, "project default"),
    HISTOGRAMS,
};

/* An MMIO word from Linux takes 119/135/156 ns to read and 131/145/165 to write at PL 200/150/100
 * MHz: 7.4 and 6.8 PL cycles, and 82 and 97 ns that do not follow the PL clock. */
const struct param axi_link_gp_params[] = {
    WIDTH("32", KIND_DATASHEET, "UG585 ch. 5: M_AXI_GP is 32 bits wide"),
    CLOCK("100000000", FCLK),
    PROTOCOL("axi4_lite", KIND_DATASHEET, "PG021: the register port is AXI4-Lite"),
    READS("1", KIND_DERIVED, "PG021: one register access at a time"),
    WRITES("1", KIND_DERIVED, "PG021: one register access at a time"),
    REQUEST("3", KIND_DERIVED, "fit of UviDTE Zynq7000-time-measurements: 7 PL cycles in all"),
    RESPONSE("2", KIND_DERIVED, "fit of UviDTE Zynq7000-time-measurements: 7 PL cycles in all"),
    FIXED("82", KIND_DERIVED, "fit of UviDTE Zynq7000-time-measurements, reads"),
    QOS("0", KIND_CHOICE, "project default"),
    HISTOGRAMS,
};

const struct param axi_link_cpu_ddr_params[] = {
    WIDTH("64", KIND_DATASHEET, "UG585 ch. 3: the L2's master ports are 64 bits wide"),
    CLOCK("525000000", KIND_DERIVED, "DDR clock of the PYNQ-Z2's 1050 MT/s"),
    PROTOCOL("axi3", KIND_DATASHEET, "UG585 ch. 3: L2C-310, AXI3"),
    READS("4", KIND_DATASHEET, "UG585: 4 misses outstanding"),
    WRITES("4", KIND_DATASHEET, "UG585: 4 writes outstanding"),
    REQUEST("5", KIND_GUESS, "no published figure: calibrate with the CPU's miss latency"),
    RESPONSE("5", KIND_GUESS, "no published figure: calibrate with the CPU's miss latency"),
    FIXED("0", KIND_CHOICE, "all of it is in the cycles"),
    QOS("0", KIND_CHOICE, "project default"),
    HISTOGRAMS,
};

const size_t axi_link_params_count = sizeof(axi_link_params) / sizeof(axi_link_params[0]);

_Static_assert(sizeof(axi_link_hp_params) == sizeof(axi_link_params) &&
                   sizeof(axi_link_acp_params) == sizeof(axi_link_params) &&
                   sizeof(axi_link_gp_params) == sizeof(axi_link_params) &&
                   sizeof(axi_link_cpu_ddr_params) == sizeof(axi_link_params),
               "all link tables have the same rows");
