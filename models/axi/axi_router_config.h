/* Parameters of an address-mapped switch. */
#ifndef ZEROSTAGE_AXI_AXI_ROUTER_CONFIG_H
#define ZEROSTAGE_AXI_AXI_ROUTER_CONFIG_H

#include "config/param.h"

#ifdef __cplusplus
extern "C" {
#endif

struct axi_router_config {
    double decode_error_ns; /* until the default slave's DECERR is back, or an SLVERR */
    /* A slave that refuses: answers SLVERR. No bytes: there is none. */
    uint32_t slave_error_base, slave_error_bytes;
};

extern const struct param axi_router_params[];
extern const size_t axi_router_params_count;

#ifdef __cplusplus
}
#endif
#endif
