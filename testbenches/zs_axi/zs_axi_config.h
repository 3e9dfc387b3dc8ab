/* What zs-axi simulates: memory ports with traffic of their own on one DRAM. */
#ifndef ZEROSTAGE_ZS_AXI_CONFIG_H
#define ZEROSTAGE_ZS_AXI_CONFIG_H

#include "axi/axi_link_core.h"
#include "config/config.h"
#include "dram/dram_config.h"
#include "trace/trace_file.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { ZS_AXI_PORTS = 5, ZS_AXI_SECTIONS = 3 + 2 * ZS_AXI_PORTS };

enum pattern { PATTERN_OFF, PATTERN_SEQUENTIAL, PATTERN_RANDOM };

struct traffic_config {
    uint32_t pattern; /* enum pattern */
    uint32_t bytes;   /* of a request */
    uint32_t read_percent;
    uint32_t outstanding; /* requests that the master keeps under way */
    double gap_ns;        /* between a response and the next request in its place */
    uint64_t first_address, span_bytes;
};

struct port_config {
    struct axi_link_config link;
    struct traffic_config traffic;
};

struct zs_axi_config {
    double duration_us;
    uint64_t seed;
    struct dram_config dram;
    struct port_config ports[ZS_AXI_PORTS]; /* hp0-hp3, cpu */
    struct trace_file_config trace;
};

extern const char *const zs_axi_port_names[ZS_AXI_PORTS];

/* The sections of the configuration; they point into `config`. */
void zs_axi_sections(struct zs_axi_config *config, struct param_section *sections);

/* Mistakes that only the values together show; reported through `loader`. */
void zs_axi_check(const struct zs_axi_config *config, struct config *loader);

#ifdef __cplusplus
}
#endif
#endif
