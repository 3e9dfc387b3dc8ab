/* One instruction set: dynarmic's translator for it, and where its programs keep what the rest of
 * the CPU looks at. */
#ifndef ZEROSTAGE_CPU_ENGINE_H
#define ZEROSTAGE_CPU_ENGINE_H

#include "cpu/cpu.h"

#include <cstdint>
#include <memory>

namespace zs
{

class engine
{
  public:
    virtual ~engine() = default;

    virtual void start(const os_start &start) = 0;
    /* Run a slice. */
    virtual void run() = 0;
    /* End the slice; in a memory callback, right after the instruction that makes the access. */
    virtual void halt() = 0;
    /* Instructions in [start, start + bytes) have changed. */
    virtual void forget_code(uint32_t start, uint32_t bytes) = 0;

    /* Exact in a supervisor call, after a fault and between slices. */
    virtual uint32_t word_bytes() const = 0; /* of an address */
    virtual uint32_t pc() const = 0;
    virtual uint32_t sp() const = 0;
    virtual uint32_t lr() const = 0;
    /* In a supervisor call: go on there, in the same state. */
    virtual void go_on(uint32_t pc, uint32_t lr) = 0;

    /* A system call's number and arguments; and its result. */
    virtual void read_call(os_call &call) const = 0;
    virtual void finish_call(const os_call &call) = 0;
};

} // namespace zs
#endif
