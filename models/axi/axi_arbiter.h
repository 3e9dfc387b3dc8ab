/* Who goes next: the highest QoS, and among equals round-robin over the ports. */
#ifndef ZEROSTAGE_AXI_AXI_ARBITER_H
#define ZEROSTAGE_AXI_AXI_ARBITER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct axi_candidate {
    uint32_t port;
    uint8_t qos;
};

/* All zeros: nobody has been granted yet, port 0 goes first. */
struct axi_arbiter {
    uint32_t next_port; /* has the turn among equals */
};

/* Index of the winner among `count` (at least 1) candidates, in order of arrival: a port's later
 * request never overtakes its earlier one. */
size_t axi_arbiter_pick(const struct axi_arbiter *arbiter, const struct axi_candidate *candidates,
                        size_t count);

/* A port was granted: it has the last turn among equals now. */
void axi_arbiter_granted(struct axi_arbiter *arbiter, uint32_t port);

#ifdef __cplusplus
}
#endif
#endif
