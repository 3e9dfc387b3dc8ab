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

std::vector<Flow> make_flows()
{
    using D = Dimension;
    return {
        {"v1",
         "Ns",
         "nothing stationary",
         {D::M, D::N, D::K},
         {{{send(Operand::A), send(Operand::B), receive()}, {}}}},
        {"v3",
         "Ns",
         "nothing stationary",
         {D::M, D::N, D::K},
         {{{opcode(READ_A | READ_B | COMPUTE | SEND_C), send(Operand::A), send(Operand::B),
            receive()},
           {}}}},
        {"v3",
         "Cs",
         "C stationary",
         {D::M, D::N, D::K},
         {{{}, {opcode(SEND_C), receive()}},
          {{opcode(READ_A | READ_B | COMPUTE), send(Operand::A), send(Operand::B)}, {}}}},
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
