// AXI4MLIR's accelerators v1 to v4. An opcode word is a bit mask, executed in this order: 1 read A,
// 2 read B, 4 compute, 8 send C.
#include "zerostage/Accel/Accelerators.h"

#include "llvm/ADT/Twine.h"

using namespace zerostage::accel;

namespace
{

constexpr LoopOrder MNK = {Dimension::M, Dimension::N, Dimension::K};
constexpr LoopOrder MKN = {Dimension::M, Dimension::K, Dimension::N};
constexpr LoopOrder NKM = {Dimension::N, Dimension::K, Dimension::M};

// An opcode's name says what happens: s send, c compute, r receive.
constexpr Flow FLOWS[] = {
    {"Ns", "nothing stationary", "opcode_flow<(sAsBcCrC)>", MNK},
    {"As", "A stationary", "opcode_flow<(sA (sBcCrC))>", MKN},
    {"Bs", "B stationary", "opcode_flow<(sB (sAcCrC))>", NKM},
    {"Cs", "C stationary", "opcode_flow<((sAsBcC) rC)>", MNK},
};
constexpr llvm::ArrayRef<Flow> ONLY_NS(FLOWS, 1);
constexpr llvm::ArrayRef<Flow> NS_AS_BS(FLOWS, 3);
constexpr llvm::ArrayRef<Flow> ALL_FLOWS(FLOWS);

constexpr llvm::StringLiteral V1 = "opcode_map<"
                                   "sAsBcCrC = [op_send(0), op_send(1), op_recv(2)]>";

// A compute also sends C, which is not kept: no flow can have C stationary.
constexpr llvm::StringLiteral V2 =
    "opcode_map<"
    "sA = [op_send_literal(1), op_send(0)], "
    "sB = [op_send_literal(2), op_send(1)], "
    "sAcCrC = [op_send_literal(5), op_send(0), op_recv(2)], "
    "sBcCrC = [op_send_literal(6), op_send(1), op_recv(2)], "
    "sAsBcCrC = [op_send_literal(7), op_send(0), op_send(1), op_recv(2)]>";

constexpr llvm::StringLiteral V3 =
    "opcode_map<"
    "sA = [op_send_literal(1), op_send(0)], "
    "sB = [op_send_literal(2), op_send(1)], "
    "sAsBcC = [op_send_literal(7), op_send(0), op_send(1)], "
    "rC = [op_send_literal(8), op_recv(2)], "
    "sAcCrC = [op_send_literal(13), op_send(0), op_recv(2)], "
    "sBcCrC = [op_send_literal(14), op_send(1), op_recv(2)], "
    "sAsBcCrC = [op_send_literal(15), op_send(0), op_send(1), op_recv(2)]>";

constexpr Accelerator ACCELERATORS[] = {
    {"v1", V1, 0, ONLY_NS, false},
    {"v2", V2, 1, NS_AS_BS, false},
    {"v3", V3, 1, ALL_FLOWS, false},
    {"v4", V3, 2, ALL_FLOWS, true},
};

} // namespace

llvm::ArrayRef<Accelerator> zerostage::accel::get_accelerators()
{
    return ACCELERATORS;
}

const Accelerator *zerostage::accel::find_accelerator(llvm::StringRef name)
{
    for (const Accelerator &accelerator : ACCELERATORS)
        if (accelerator.name == name)
            return &accelerator;
    return nullptr;
}

const Flow *zerostage::accel::find_flow(const Accelerator &accelerator, llvm::StringRef name)
{
    for (const Flow &flow : accelerator.flows)
        if (flow.name == name)
            return &flow;
    return nullptr;
}

std::string zerostage::accel::get_opcode_map(const Accelerator &accelerator, int64_t shape)
{
    if (!accelerator.has_shapes)
        return accelerator.opcode_map.str();
    std::string text;
    llvm::StringRef rest = accelerator.opcode_map;
    const llvm::StringRef literal = "op_send_literal(";
    while (const size_t found = rest.find(literal) + 1) {
        const size_t end = rest.find(')', found) + 1;
        text += (rest.take_front(end) + ", " + literal + llvm::Twine(shape) + ")").str();
        rest = rest.drop_front(end);
    }
    return text + rest.str();
}
