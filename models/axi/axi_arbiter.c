#include "axi/axi_arbiter.h"

#include <stdbool.h>

/* Turns until a port is at the head; wraps round below the next port. */
static uint32_t turns(const struct axi_arbiter *arbiter, uint32_t port)
{
    return port - arbiter->next_port;
}

/* A port's requests stay in order: only its first one can win. */
static bool at_head(const struct axi_candidate *candidates, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (candidates[i].port == candidates[index].port) {
            return false;
        }
    }
    return true;
}

size_t axi_arbiter_pick(const struct axi_arbiter *arbiter, const struct axi_candidate *candidates,
                        size_t count)
{
    size_t best = 0;

    for (size_t i = 1; i < count; i++) {
        const bool sooner =
            turns(arbiter, candidates[i].port) < turns(arbiter, candidates[best].port);

        if (at_head(candidates, i) && (candidates[i].qos > candidates[best].qos ||
                                       (candidates[i].qos == candidates[best].qos && sooner))) {
            best = i;
        }
    }
    return best;
}

void axi_arbiter_granted(struct axi_arbiter *arbiter, uint32_t port)
{
    arbiter->next_port = port + 1;
}
