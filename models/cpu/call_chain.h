/* Who called whom: return addresses on the guest's stack, without debug information.
 *
 * A word is taken for a return address when a call of the function that is looked for, or one whose
 * target is not known, lies before it. Frames that a hook follows are known exactly. What is left
 * on the stack by earlier calls can mislead; a function that jumped to the next is not listed.
 */
#ifndef ZEROSTAGE_CPU_CALL_CHAIN_H
#define ZEROSTAGE_CPU_CALL_CHAIN_H

#include "cpu/call_tracker.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace zs
{

struct chain_start {
    uint32_t pc, sp, lr;
    uint32_t word_bytes; /* of the stack */
};

/* Return addresses, innermost first, without the Thumb bit. `read_word` reads the stack; false
 * where it ends. */
std::vector<uint32_t>
call_chain(const elf_image &program, const call_tracker &calls, const chain_start &start,
           const std::function<bool(uint32_t address, uint64_t &word)> &read_word);

} // namespace zs
#endif
