/* Timing of one AXI link: five channels (AR, R, AW, W, B), each with its own occupancy.
 *
 * An address takes one link cycle on its channel, a beat one on its data channel, a write response
 * one. Unloaded, with a target that answers `target` cycles after the request:
 *
 *   read:  1 + request_latency + target + response_latency + beats
 *   write: beats + request_latency + target + response_latency + 1   (the address goes along)
 *
 * Reads stream: a beat leaves as soon as it is there. Writes go on when their last beat is in.
 * Enough outstanding bursts make one beat a cycle. All times in ps, link cycles count from time 0.
 */
#ifndef ZEROSTAGE_AXI_AXI_LINK_CORE_H
#define ZEROSTAGE_AXI_AXI_LINK_CORE_H

#include "axi/axi_burst.h"
#include "axi/axi_clock.h"
#include "axi/axi_monitor.h"
#include "config/param.h"
#include "trace/trace.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { AXI_LINK_MAX_OUTSTANDING = 64 };

struct axi_link_config {
    uint32_t width_bits; /* of the data channels */
    uint64_t clock_hz;
    uint32_t protocol; /* enum axi_protocol */
    uint32_t max_read_outstanding, max_write_outstanding;
    uint32_t request_latency_cycles;  /* address (write: last beat) to the target */
    uint32_t response_latency_cycles; /* target's data or answer to the first beat or B */
    double fixed_latency_ns; /* beyond the link's clock, half each way: clock crossing, PS switch */
    uint32_t qos;            /* AxQOS of requests whose initiator gave none */
    bool burst_histogram, latency_histogram, outstanding_histogram;
};

/* The same parameters with the defaults of one kind of link each; bind the table that fits.
 * All have axi_link_params_count rows. */
extern const struct param axi_link_params[];         /* plain AXI4 link, no latency */
extern const struct param axi_link_hp_params[];      /* Zynq S_AXI_HP port */
extern const struct param axi_link_acp_params[];     /* Zynq S_AXI_ACP port */
extern const struct param axi_link_gp_params[];      /* Zynq M_AXI_GP port to an AXI4-Lite slave */
extern const struct param axi_link_cpu_ddr_params[]; /* Zynq L2 to the DDR controller */
extern const size_t axi_link_params_count;

/* NULL when the configuration makes a link, otherwise what is wrong with it. */
const char *axi_link_config_error(const struct axi_link_config *config);

struct axi_link_request {
    uint64_t arrival_ps;  /* at the link: latency counts from here */
    uint64_t earliest_ps; /* not before this, at or after the arrival: when its turn came */
    uint32_t beats, bytes;
    uint16_t id;
    enum traffic_class traffic;
    uint64_t address;
};

/* In place of the cycle from which on a slot can be used: it is held. */
#define AXI_LINK_HELD UINT64_MAX

/* One outstanding burst; known between issue and completion only to whoever issued it. */
struct axi_link_slot {
    struct axi_link_request request;
    uint64_t sequence; /* order of issue */
    uint64_t stall_cycles;
    uint64_t issue, first_data; /* cycles; for a trace */
    uint64_t free;              /* cycle from which on it can be used, or AXI_LINK_HELD */
};

/* One direction of the link. */
struct axi_link_side {
    uint32_t limit, held;
    uint64_t next_sequence;
    uint64_t address_free, data_free, response_free; /* first free cycle of each channel */
    struct axi_link_slot slots[AXI_LINK_MAX_OUTSTANDING];
    /* Ring of the slots that are not held, in the order in which they can be used, which is that in
     * which they were given back. */
    uint32_t first_idle, end_idle;
    uint8_t idle[AXI_LINK_MAX_OUTSTANDING];
    struct axi_monitor monitor;
    struct trace_track *track; /* NULL: nothing is traced */
};

struct axi_link_core {
    struct axi_link_config config;
    struct axi_clock clock;
    uint64_t fixed_request_ps, fixed_response_ps;
    struct axi_link_side sides[AXI_DIRECTIONS];
};

/* `config` must be without error. */
void axi_link_init(struct axi_link_core *link, const struct axi_link_config *config);
int axi_link_register(const struct axi_link_core *link, struct stats *stats, const char *name);
/* From now on bursts are reported to `trace`, on tracks read and write of `name`. */
void axi_link_trace(struct axi_link_core *link, struct trace *trace, const char *name);

/* Size of the beats that carry a request: the link's width, unless the initiator set the size of a
 * FIXED or WRAP burst, or of a burst that converters must not repack (AxCACHE[1] clear). */
uint8_t axi_link_beat_bytes(const struct axi_link_core *link,
                            const struct axi_attributes *attributes);

/* Is every slot held? */
static inline bool axi_link_full(const struct axi_link_core *link, enum axi_direction direction)
{
    return link->sides[direction].held == link->sides[direction].limit;
}

/* From when on a request could be issued, as far as is known; UINT64_MAX when every slot is held by
 * a burst whose end is not known yet. */
uint64_t axi_link_ready_ps(const struct axi_link_core *link, enum axi_direction direction);

/* Take a slot and the channels. The link must not be full; requests come in
 * the order of their arrival. Returns the slot; *request_ps: when the target sees the request. */
unsigned axi_link_issue(struct axi_link_core *link, enum axi_direction direction,
                        const struct axi_link_request *request, uint64_t *request_ps);

/* May this slot complete? False while an earlier burst of the same direction and id is held. */
bool axi_link_in_order(const struct axi_link_core *link, enum axi_direction direction,
                       unsigned slot);

/* The target had the first byte at `first_ps` (reads only) and was done at `last_ps`.
 * Returns when the last beat or B reached the initiator; the slot is free from then on. */
uint64_t axi_link_complete(struct axi_link_core *link, enum axi_direction direction, unsigned slot,
                           uint64_t first_ps, uint64_t last_ps, enum axi_response response);

/* Time from first to last beat of a burst on this link's data channel. */
uint64_t axi_link_span_ps(const struct axi_link_core *link, uint32_t beats);

#ifdef __cplusplus
}
#endif
#endif
