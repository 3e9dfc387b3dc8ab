/* struct axi_attributes as a TLM-2.0 generic payload extension. */
#ifndef ZEROSTAGE_AXI_AXI_EXTENSION_H
#define ZEROSTAGE_AXI_AXI_EXTENSION_H

#include "axi/axi.h"

#include <systemc>
#include <tlm>

namespace zs
{

struct axi_extension : tlm::tlm_extension<axi_extension> {
    axi_attributes attributes{};

    tlm::tlm_extension_base *clone() const override { return new axi_extension(*this); }
    void copy_from(const tlm::tlm_extension_base &other) override
    {
        attributes = static_cast<const axi_extension &>(other).attributes;
    }
};

} // namespace zs
#endif
