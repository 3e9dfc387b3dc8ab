// Micro-ISA of the AXI4MLIR accelerators. An opcode is a bit mask, executed in this order.
#include "zerostage/Accel/Accelerators.h"

using namespace zerostage::accel;

namespace
{

constexpr int32_t READ_A = 1 << 0;
constexpr int32_t READ_B = 1 << 1;
constexpr int32_t COMPUTE = 1 << 2;
constexpr int32_t SEND_C = 1 << 3;

Step opcode(int32_t literal)
{
    return {Step::Kind::Literal, literal, Operand::A};
}

Step send(Operand operand)
{
    return {Step::Kind::Send, 0, operand};
}

Step receive()
{
    return {Step::Kind::Receive, 0, Operand::C};
}

// Nothing stationary: everything once a product.
Flow nothing_stationary(llvm::StringRef accelerator, std::vector<Step> opcodes)
{
    std::vector<Step> steps = std::move(opcodes);
    steps.insert(steps.end(), {send(Operand::A), send(Operand::B), receive()});
    return {accelerator,
            "Ns",
            "nothing stationary",
            {Dimension::M, Dimension::N, Dimension::K},
            {{steps, {}}}};
}

// A stationary: a tile of A stays for a row of B's tiles. `multiply` also sends the product back.
Flow a_stationary(llvm::StringRef accelerator, int32_t multiply)
{
    return {accelerator,
            "As",
            "A stationary",
            {Dimension::M, Dimension::K, Dimension::N},
            {{{opcode(READ_A), send(Operand::A)}, {}},
             {{opcode(READ_B | multiply), send(Operand::B), receive()}, {}}}};
}

// B stationary: a tile of B stays for a column of A's tiles.
Flow b_stationary(llvm::StringRef accelerator, int32_t multiply)
{
    return {accelerator,
            "Bs",
            "B stationary",
            {Dimension::N, Dimension::K, Dimension::M},
            {{{opcode(READ_B), send(Operand::B)}, {}},
             {{opcode(READ_A | multiply), send(Operand::A), receive()}, {}}}};
}

// C stationary: a tile of C stays until it is complete.
Flow c_stationary(llvm::StringRef accelerator)
{
    return {accelerator,
            "Cs",
            "C stationary",
            {Dimension::M, Dimension::N, Dimension::K},
            {{{}, {opcode(SEND_C), receive()}},
             {{opcode(READ_A | READ_B | COMPUTE), send(Operand::A), send(Operand::B)}, {}}}};
}

std::vector<Flow> make_flows()
{
    // v2 sends each product at once, without being told to; v3 adds products up until it is told.
    const int32_t v2 = COMPUTE;
    const int32_t v3 = COMPUTE | SEND_C;
    return {
        nothing_stationary("v1", {}),
        nothing_stationary("v2", {opcode(READ_A | READ_B | v2)}),
        a_stationary("v2", v2),
        b_stationary("v2", v2),
        nothing_stationary("v3", {opcode(READ_A | READ_B | v3)}),
        a_stationary("v3", v3),
        b_stationary("v3", v3),
        c_stationary("v3"),
    };
}

} // namespace

llvm::ArrayRef<Flow> zerostage::accel::get_flows()
{
    static const std::vector<Flow> flows = make_flows();
    return flows;
}

const Flow *zerostage::accel::find_flow(llvm::StringRef accelerator, llvm::StringRef name)
{
    for (const Flow &flow : get_flows())
        if (flow.accelerator == accelerator && flow.name == name)
            return &flow;
    return nullptr;
}

llvm::ArrayRef<int64_t> zerostage::accel::get_sizes()
{
    static constexpr int64_t sizes[] = {4, 8, 16};
    return sizes;
}
