#include "axi/axi_router_config.h"

const struct param axi_router_params[] = {
    {.name = "decode_error_ns",
     .type = PARAM_DOUBLE,
     .unit = "ns",
     .offset = offsetof(struct axi_router_config, decode_error_ns),
     .default_text = "20",
     .minimum = 0,
     .maximum = 1e6,
     .kind = KIND_GUESS,
     .source = "two cycles of a 100 MHz interconnect; not published",
     .description = "until the answer to an address that nobody holds is back"},
};

const size_t axi_router_params_count = sizeof(axi_router_params) / sizeof(axi_router_params[0]);
