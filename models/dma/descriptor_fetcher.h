/* Scatter-gather: walks a channel's descriptor chain ahead of its data mover.
 *
 * Runs in SystemC time. One descriptor is fetched at a time, and at most sg_queue_descriptors wait
 * in the mover's queue. In cyclic mode the tail is not looked at, nor is a descriptor's Cmplt bit.
 */
#ifndef ZEROSTAGE_DMA_DESCRIPTOR_FETCHER_H
#define ZEROSTAGE_DMA_DESCRIPTOR_FETCHER_H

#include "dma/axi_dma_core.h"
#include "dma/burst_port.h"
#include "dma/data_mover.h"
#include "dma/descriptor.h"

#include <functional>
#include <string>

namespace zs
{

class descriptor_fetcher : public sc_core::sc_module
{
  public:
    /* The descriptor at `address` cannot be executed; nothing more is fetched until restart(). */
    std::function<void(axi_dma_error error, uint64_t address, const std::string &reason)> on_failed;
    /* A fetch is over. */
    std::function<void()> on_fetched;

    descriptor_fetcher(sc_core::sc_module_name name, const axi_dma_core &core,
                       axi_dma_channel channel, data_mover &mover, uint64_t period_ps,
                       memory_access access);
    ~descriptor_fetcher() override;

    /* RS was set: the chain begins at CURDESC. */
    void begin();
    /* TAILDESC was written, at local time `at_ps`. */
    void tail_written(uint64_t at_ps);
    /* The status of the oldest descriptor in work is written, or it was given up. */
    void finished()
    {
        --m_in_work;
    }

    /* Descriptors fetched whose status is not written yet. */
    uint64_t in_work() const
    {
        return m_in_work;
    }

    /* Nothing is fetched or in work, and nothing more will be. */
    bool quiet() const;

    void cancel();
    void restart();
    bool drained() const
    {
        return !m_fetching;
    }

  private:
    void run();
    bool may_fetch() const;
    void fetch();
    tlm::tlm_response_status read(uint64_t address, uint32_t *words, uint64_t &done_ps);
    uint32_t row_bytes(const axi_dma_descriptor &descriptor) const;
    const char *obstacle(const axi_dma_descriptor &descriptor) const;
    void enqueue(const axi_dma_descriptor &descriptor, uint64_t address, uint64_t fetch_ps,
                 uint64_t done_ps);
    bool cyclic() const;
    void fail(axi_dma_error error, uint64_t address, const std::string &reason);

    const axi_dma_core &m_core;
    const axi_dma_channel m_channel;
    data_mover &m_mover;
    const uint64_t m_period_ps;
    memory_access m_access;
    sc_core::sc_event m_event;
    uint64_t m_next = 0;        /* address of the next descriptor */
    uint64_t m_earliest_ps = 0; /* of the next fetch */
    uint64_t m_in_work = 0;     /* fetched, status not written yet */
    bool m_pending = false;     /* the tail was not reached yet */
    bool m_fetching = false;
    bool m_stopped = false; /* cancelled or failed */
};

} // namespace zs
#endif
