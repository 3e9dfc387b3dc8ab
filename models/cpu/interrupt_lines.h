/* What the interrupt controller remembers of its lines: enabled, and raised since then. */
#ifndef ZEROSTAGE_CPU_INTERRUPT_LINES_H
#define ZEROSTAGE_CPU_INTERRUPT_LINES_H

#include <cstddef>
#include <systemc>
#include <vector>

namespace zs
{

class interrupt_lines
{
  public:
    explicit interrupt_lines(size_t count) : lines_(count) {}

    /* The pin changed; or was read again. */
    void set_level(size_t line, bool high)
    {
        lines_[line].high = high;
        if (high && lines_[line].enabled) {
            lines_[line].raised = true;
            raised_.notify(sc_core::SC_ZERO_TIME);
        }
    }

    /* Level-triggered: a line that is high when it is enabled is raised. */
    void enable(size_t line, bool enabled)
    {
        lines_[line].enabled = enabled;
        lines_[line].raised = enabled && lines_[line].high;
    }

    bool enabled(size_t line) const
    {
        return lines_[line].enabled;
    }
    bool raised(size_t line) const
    {
        return lines_[line].raised;
    }
    /* Some line was raised. */
    const sc_core::sc_event &raised_event() const
    {
        return raised_;
    }

  private:
    struct line {
        bool high = false, enabled = false, raised = false;
    };
    std::vector<line> lines_;
    sc_core::sc_event raised_;
};

} // namespace zs
#endif
