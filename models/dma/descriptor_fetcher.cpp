#include "dma/descriptor_fetcher.h"

#include "axi/local_time.h"

#include <algorithm>
#include <utility>

namespace zs
{

namespace
{

constexpr uint32_t WORD_BYTES = sizeof(uint32_t);
constexpr uint32_t FETCH_WORDS = DESCRIPTOR_FETCH_BYTES / WORD_BYTES;

} // namespace

descriptor_fetcher::descriptor_fetcher(sc_core::sc_module_name name, const axi_dma_core &core,
                                       axi_dma_channel channel, data_mover &mover,
                                       uint64_t period_ps, memory_access access)
    : sc_module(name), m_core(core), m_channel(channel), m_mover(mover), m_period_ps(period_ps),
      m_access(std::move(access))
{
    sc_core::sc_spawn([this] { run(); }, "run");
}

descriptor_fetcher::~descriptor_fetcher() = default;

void descriptor_fetcher::begin()
{
    m_next = m_core.channels[m_channel].current_descriptor;
    m_pending = false;
}

void descriptor_fetcher::tail_written(uint64_t at_ps)
{
    if (!m_pending && m_in_work == 0) {
        m_earliest_ps =
            std::max(m_earliest_ps, at_ps + m_core.config.sg_fetch_cycles * m_period_ps);
    }
    m_pending = true;
    m_event.notify(sc_core::SC_ZERO_TIME);
}

bool descriptor_fetcher::quiet() const
{
    return !m_fetching && m_in_work == 0 &&
           (!m_pending || m_stopped || !axi_dma_core_running(&m_core, m_channel));
}

void descriptor_fetcher::cancel()
{
    m_stopped = true;
}

void descriptor_fetcher::restart()
{
    m_stopped = m_pending = false;
    m_in_work = 0;
}

bool descriptor_fetcher::may_fetch() const
{
    return m_pending && !m_stopped && axi_dma_core_running(&m_core, m_channel) &&
           m_mover.queued() < m_core.config.sg_queue_descriptors;
}

void descriptor_fetcher::run()
{
    for (;;) {
        while (!may_fetch()) {
            wait(m_event | m_mover.taken_event());
        }
        m_fetching = true;
        wait(delay_until(m_earliest_ps));
        if (may_fetch()) {
            fetch();
        }
        m_fetching = false;
        on_fetched();
    }
}

tlm::tlm_response_status descriptor_fetcher::read(uint64_t address, uint32_t *words,
                                                  uint64_t &done_ps)
{
    axi_attributes attributes{};
    attributes.burst = AXI_INCR;
    attributes.beat_bytes = WORD_BYTES;
    attributes.id = AXI_DMA_DESCRIPTOR_ID;
    attributes.cache = AXI_DMA_CACHE;
    attributes.traffic = TRAFFIC_DMA_DESCRIPTOR;
    return access_memory(m_access, tlm::TLM_READ_COMMAND, attributes, address,
                         reinterpret_cast<uint8_t *>(words), DESCRIPTOR_FETCH_BYTES, stamp_ps(),
                         &done_ps);
}

void descriptor_fetcher::fetch()
{
    const uint64_t address = m_next;
    const uint64_t fetch_ps = stamp_ps();
    uint32_t words[FETCH_WORDS] = {};
    uint64_t done_ps = 0;
    const tlm::tlm_response_status status = read(address, words, done_ps);

    done_ps = std::max(done_ps, fetch_ps + FETCH_WORDS * m_period_ps);
    wait(delay_until(done_ps));
    if (m_stopped || !axi_dma_core_running(&m_core, m_channel)) {
        return;
    }
    if (status != tlm::TLM_OK_RESPONSE) {
        const bool decode = status == tlm::TLM_ADDRESS_ERROR_RESPONSE;
        fail(decode ? AXI_DMA_ERROR_SG_DECODE : AXI_DMA_ERROR_SG_SLAVE, address,
             decode ? "its fetch was answered with a decode error"
                    : "its fetch was answered with a slave error");
        return;
    }
    const axi_dma_descriptor descriptor =
        axi_dma_descriptor_decode(words, m_core.config.multichannel);
    const char *const why = obstacle(descriptor);
    if (descriptor.complete && !cyclic()) {
        fail(AXI_DMA_ERROR_SG_INTERNAL, address, "it is complete already (Cmplt is set)");
    } else if (why != nullptr) {
        fail(AXI_DMA_ERROR_INTERNAL, address, why);
    } else {
        enqueue(descriptor, address, fetch_ps, done_ps);
    }
}

bool descriptor_fetcher::cyclic() const
{
    return m_core.channels[m_channel].control & AXI_DMACR_CYCLIC;
}

uint32_t descriptor_fetcher::row_bytes(const axi_dma_descriptor &descriptor) const
{
    return descriptor.row_bytes & ((1u << m_core.config.length_width_bits) - 1);
}

/* Why the descriptor cannot be executed; NULL when it can. */
const char *descriptor_fetcher::obstacle(const axi_dma_descriptor &descriptor) const
{
    const bool several = descriptor.rows > 1;

    if (row_bytes(descriptor) == 0) {
        return m_core.config.multichannel ? "its HSIZE is 0" : "its length is 0";
    }
    if (descriptor.rows == 0) {
        return "its VSIZE is 0";
    }
    if (axi_dma_core_unaligned(&m_core, descriptor.buffer)) {
        return "its buffer is not aligned to the data width and data realignment is off";
    }
    if (several && (axi_dma_core_unaligned(&m_core, descriptor.stride_bytes) ||
                    axi_dma_core_unaligned(&m_core, row_bytes(descriptor)))) {
        return "its STRIDE or HSIZE is not a multiple of the data width and data realignment is "
               "off";
    }
    return nullptr;
}

void descriptor_fetcher::enqueue(const axi_dma_descriptor &descriptor, uint64_t address,
                                 uint64_t fetch_ps, uint64_t done_ps)
{
    const uint64_t start_ps = m_core.config.sg_start_cycles * m_period_ps;
    move_command command;

    command.tag = address;
    command.address = descriptor.buffer;
    command.row_bytes = row_bytes(descriptor);
    command.rows = descriptor.rows;
    command.stride_bytes = descriptor.stride_bytes;
    command.keyhole = axi_dma_core_keyhole(&m_core, m_channel);
    command.end_of_packet = descriptor.end_of_frame;
    command.start_ps =
        std::max(fetch_ps + start_ps, done_ps + start_ps - FETCH_WORDS * m_period_ps);
    m_next = descriptor.next;
    m_earliest_ps = done_ps + m_period_ps;
    m_pending = cyclic() || address != m_core.channels[m_channel].tail_descriptor;
    ++m_in_work;
    m_mover.push(command);
}

void descriptor_fetcher::fail(axi_dma_error error, uint64_t address, const std::string &reason)
{
    m_stopped = true;
    on_failed(error, address, reason);
}

} // namespace zs
