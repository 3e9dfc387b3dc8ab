/* struct axi_attributes as a TLM-2.0 generic payload extension. */
#ifndef ZEROSTAGE_AXI_AXI_EXTENSION_H
#define ZEROSTAGE_AXI_AXI_EXTENSION_H

#include "axi/axi.h"
#include "axi/time_gate.h"

#include <systemc>
#include <tlm>

namespace zs
{

struct axi_extension : tlm::tlm_extension<axi_extension> {
    /* INCR, size and length up to the first link, ordinary memory without early answers */
    axi_attributes attributes = {AXI_INCR, 0, 0, 0, 0, 0, TRAFFIC_CPU_FILL};

    /* Set by the target of a read: the first byte was there this long before the last; 0: all came
     * at once. Lets the beats of a long burst leave while the rest still comes. */
    uint64_t data_span_ps = 0;

    /* Of the process that makes the request, for the time of the call. */
    lookahead ahead;

    tlm::tlm_extension_base *clone() const override
    {
        return new axi_extension(*this);
    }
    void copy_from(const tlm::tlm_extension_base &other) override
    {
        attributes = static_cast<const axi_extension &>(other).attributes;
        data_span_ps = static_cast<const axi_extension &>(other).data_span_ps;
    }
};

/* A payload has an extension for the life of this, also where the process is killed in a wait: a
 * payload deletes what it still has when it goes. */
class axi_extension_loan
{
  public:
    axi_extension_loan(tlm::tlm_generic_payload &payload, axi_extension &extension)
        : payload_(payload)
    {
        payload_.set_extension(&extension);
    }
    ~axi_extension_loan()
    {
        payload_.clear_extension<axi_extension>();
    }
    axi_extension_loan(const axi_extension_loan &) = delete;
    axi_extension_loan &operator=(const axi_extension_loan &) = delete;

  private:
    tlm::tlm_generic_payload &payload_;
};

} // namespace zs
#endif
