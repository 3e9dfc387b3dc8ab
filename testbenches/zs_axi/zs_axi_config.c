#include "zs_axi_config.h"

#include <stdio.h>

const char *const zs_axi_port_names[ZS_AXI_PORTS] = {"hp0", "hp1", "hp2", "hp3", "cpu"};

static const char *const link_paths[ZS_AXI_PORTS] = {"hp0.link", "hp1.link", "hp2.link", "hp3.link",
                                                     "cpu.link"};
static const char *const traffic_paths[ZS_AXI_PORTS] = {"hp0.traffic", "hp1.traffic", "hp2.traffic",
                                                        "hp3.traffic", "cpu.traffic"};

static const char *const patterns[] = {"off", "sequential", "random", NULL};

static const struct param run_params[] = {
    {"duration_us", PARAM_DOUBLE, "us", offsetof(struct zs_axi_config, duration_us), "1000", 0.1,
     1e6, NULL, KIND_CHOICE, "project default", "for so long the masters start requests"},
    {"seed", PARAM_U64, "", offsetof(struct zs_axi_config, seed), "1", 0, 0, NULL, KIND_CHOICE,
     "project default", "of random addresses and of the mix of reads and writes"},
};

#define TRAFFIC(field) offsetof(struct traffic_config, field)

static const struct param traffic_params[] = {
    {"pattern", PARAM_ENUM, "", TRAFFIC(pattern), "off", 0, 0, patterns, KIND_CHOICE,
     "project default", "addresses of the requests; off: no traffic"},
    {"bytes", PARAM_U32, "bytes", TRAFFIC(bytes), "128", 1, 4096, NULL, KIND_CHOICE,
     "one burst of 16 x 64 bits", "size of a request"},
    {"read_percent", PARAM_U32, "%", TRAFFIC(read_percent), "100", 0, 100, NULL, KIND_CHOICE,
     "project default", "share of reads"},
    {"outstanding", PARAM_U32, "requests", TRAFFIC(outstanding), "8", 1, 64, NULL, KIND_CHOICE,
     "project default", "requests that the master keeps under way"},
    {"gap_ns", PARAM_DOUBLE, "ns", TRAFFIC(gap_ns), "0", 0, 1e6, NULL, KIND_CHOICE,
     "project default", "pause between a response and the next request in its place"},
    {"first_address", PARAM_U64, "address", TRAFFIC(first_address), "0", 0, 0, NULL, KIND_CHOICE,
     "project default", "where the master's memory begins"},
    {"span_bytes", PARAM_U64, "bytes", TRAFFIC(span_bytes), "16 MiB", 0, 0, NULL, KIND_CHOICE,
     "project default", "size of the master's memory"},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

void zs_axi_sections(struct zs_axi_config *config, struct param_section *sections)
{
    *sections++ = (struct param_section){"run", run_params, COUNT(run_params), config};
    *sections++ = (struct param_section){"dram", dram_params, dram_params_count, &config->dram};
    *sections++ =
        (struct param_section){"trace", trace_file_params, trace_file_params_count, &config->trace};
    for (int i = 0; i < ZS_AXI_PORTS; i++) {
        struct port_config *const port = &config->ports[i];
        const struct param *const link =
            i == ZS_AXI_PORTS - 1 ? axi_link_cpu_ddr_params : axi_link_hp_params;

        *sections++ =
            (struct param_section){link_paths[i], link, axi_link_params_count, &port->link};
        *sections++ = (struct param_section){traffic_paths[i], traffic_params,
                                             COUNT(traffic_params), &port->traffic};
    }
}

static void check_port(const struct port_config *port, int index, uint64_t dram_bytes,
                       struct config *loader)
{
    const char *const wrong = axi_link_config_error(&port->link);
    const struct traffic_config *const traffic = &port->traffic;
    char path[64];

    if (wrong != NULL) {
        snprintf(path, sizeof(path), "%s.width_bits", link_paths[index]);
        config_error(loader, path, "%s", wrong);
    }
    if (traffic->pattern == PATTERN_OFF) {
        return;
    }
    snprintf(path, sizeof(path), "%s.span_bytes", traffic_paths[index]);
    if (traffic->span_bytes < traffic->bytes) {
        config_error(loader, path, "expected room for one request of %u bytes, got %llu bytes",
                     traffic->bytes, (unsigned long long)traffic->span_bytes);
    } else if (traffic->first_address >= dram_bytes ||
               traffic->span_bytes > dram_bytes - traffic->first_address) {
        config_error(loader, path, "the memory ends at 0x%llx, this port's traffic does not",
                     (unsigned long long)dram_bytes);
    }
}

void zs_axi_check(const struct zs_axi_config *config, struct config *loader)
{
    struct dram_core_config core;
    char error[256] = "";

    if (dram_config_resolve(&config->dram, &core, error, sizeof(error)) != 0) {
        config_error(loader, "dram.preset", "%s", error);
        return;
    }
    const uint64_t dram_bytes =
        config->dram.size_bytes != 0 ? config->dram.size_bytes : dram_device_bytes(&core.device);
    const char *const wrong = trace_file_config_error(&config->trace);
    bool any = false;

    if (wrong != NULL) {
        config_error(loader, "trace.file", "%s", wrong);
    }

    for (int i = 0; i < ZS_AXI_PORTS; i++) {
        check_port(&config->ports[i], i, dram_bytes, loader);
        any = any || config->ports[i].traffic.pattern != PATTERN_OFF;
    }
    if (!any) {
        config_error(loader, "hp0.traffic.pattern",
                     "no port has traffic: set PORT.traffic.pattern to sequential or random");
    }
}
