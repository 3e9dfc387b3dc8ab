// Find each linalg.matmul, check that the accelerator can run it, and annotate it.
#include "zerostage/Accel/AcceleratorFile.h"
#include "zerostage/Accel/Annotations.h"
#include "zerostage/Accel/Choose.h"
#include "zerostage/Accel/CostsFile.h"
#include "zerostage/Accel/Matmul.h"
#include "zerostage/Accel/Passes.h"
#include "zerostage/Accel/Schedule.h"
#include "zerostage/Accel/Tile.h"
#include "zerostage/Accel/UserAttributes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace zerostage::accel
{
#define GEN_PASS_DEF_MATCHANDANNOTATE
#include "zerostage/Accel/Passes.h.inc"
} // namespace zerostage::accel

using namespace zerostage::accel;

namespace
{

LogicalResult check_sizes(linalg::MatmulOp op, const Problem &problem)
{
    for (const auto &[name, size] :
         {std::pair('M', problem.m), std::pair('N', problem.n), std::pair('K', problem.k)})
        if (size == 0)
            return op.emitError("size ") << StringRef(&name, 1) << " is 0: expected at least 1";
    return success();
}

bool is_static(const Problem &problem)
{
    return llvm::none_of(ArrayRef<int64_t>{problem.m, problem.n, problem.k}, ShapedType::isDynamic);
}

// Whether there are tiles at the edges that are filled up.
bool has_padding(const Problem &problem, const Tile &tile)
{
    return !is_static(problem) || problem.m % tile.m != 0 || problem.n % tile.n != 0 ||
           problem.k % tile.k != 0;
}

// A size for the reader: its name where it is known at run time only.
std::string to_text(int64_t size, StringRef name)
{
    return ShapedType::isDynamic(size) ? name.str() : std::to_string(size);
}

// A tile passes through the DMA's buffers as a whole.
LogicalResult check_buffer(linalg::MatmulOp op, int64_t rows, int64_t columns, Type element,
                           StringRef buffer)
{
    const uint64_t bytes =
        static_cast<uint64_t>(rows * columns) * element.getIntOrFloatBitWidth() / 8;
    const uint64_t room = op->getAttrOfType<IntegerAttr>(buffer).getValue().getZExtValue();
    if (bytes <= room)
        return success();
    return op.emitError("a tile of ")
           << rows << "x" << columns << " has " << bytes << " bytes, and the DMA's "
           << (buffer == ATTR_DMA_IN_BYTES ? "input" : "output") << " buffer " << room
           << ": choose a smaller tile or a larger buffer";
}

LogicalResult check_buffers(linalg::MatmulOp op, const Problem &problem, const Tile &tile)
{
    return success(
        succeeded(check_buffer(op, tile.m, tile.k, problem.element, ATTR_DMA_IN_BYTES)) &&
        succeeded(check_buffer(op, tile.k, tile.n, problem.element, ATTR_DMA_IN_BYTES)) &&
        succeeded(check_buffer(op, tile.m, tile.n, problem.result, ATTR_DMA_OUT_BYTES)));
}

// v1 to v3 have a size; v4 takes any tile of whole blocks that its buffers hold.
LogicalResult check_tile(linalg::MatmulOp op, const Accelerator &accelerator, const Tile &tile)
{
    if (!accelerator.has_shapes) {
        if (tile.is_cube() && tile.m >= SMALLEST_SIZE && tile.m <= LARGEST_SIZE)
            return success();
        auto error = op.emitError("accelerator ") << accelerator.name << " does not exist in size ";
        tile.is_cube() ? error << tile.m : error << to_string(tile);
        return error << ": expected " << SMALLEST_SIZE << " to " << LARGEST_SIZE;
    }
    for (const int64_t size : {tile.m, tile.n, tile.k})
        if (size % BLOCK != 0 || size > LARGEST_DIMENSION)
            return op.emitError("tile ")
                   << to_string(tile) << ": expected multiples of accelerator " << accelerator.name
                   << "'s block, " << BLOCK << ", up to " << LARGEST_DIMENSION / BLOCK * BLOCK;
    const std::tuple<char, int64_t, int64_t> operands[] = {
        {'A', tile.m, tile.k}, {'B', tile.k, tile.n}, {'C', tile.m, tile.n}};
    for (const auto &[name, rows, columns] : operands)
        if (rows * columns > BUFFER_WORDS)
            return op.emitError("tile ")
                   << to_string(tile) << ": " << StringRef(&name, 1) << "'s " << rows << "x"
                   << columns << " elements do not fit accelerator " << accelerator.name
                   << "'s buffer of " << BUFFER_WORDS << " words";
    return success();
}

// How a matmul is to run, and in what words to say so.
struct Choice {
    Schedule schedule;
    Tile tile;
    std::string accelerator; // "accelerator v3 of size 8x8"
    std::string flow;        // "Cs (C stationary)"
};

class MatchAndAnnotatePass
    : public zerostage::accel::impl::MatchAndAnnotateBase<MatchAndAnnotatePass>
{
  public:
    using MatchAndAnnotateBase::MatchAndAnnotateBase;

    void runOnOperation() override
    {
        if (failed(name_matmuls(getOperation())) || failed(read_file()) || failed(read_costs()))
            return signalPassFailure();
        SmallVector<linalg::MatmulOp> matmuls;
        getOperation().walk([&](linalg::MatmulOp op) { matmuls.push_back(op); });
        if (matmuls.empty()) {
            getOperation().emitError("no linalg.matmul, or linalg.generic that is one, in the "
                                     "input: nothing to accelerate");
            return signalPassFailure();
        }
        for (linalg::MatmulOp op : matmuls) {
            if (failed(annotate(op)))
                return signalPassFailure();
        }
    }

  private:
    LogicalResult annotate(linalg::MatmulOp op)
    {
        FailureOr<UserAttributes> user = read_user_attributes(op);
        if (failed(user) || failed(add_options(op, *user)))
            return failure();
        const FailureOr<Problem> problem = match_problem(op);
        if (failed(problem) || failed(add_file(op, *problem, *user)))
            return failure();
        const FailureOr<Choice> choice =
            user->opcodes ? choose_described(op, *user) : choose_named(op, *user, *problem);
        if (failed(choice) || failed(check_sizes(op, *problem)) ||
            failed(check_schedule(op, choice->schedule)) || failed(set_dma(op)) ||
            failed(check_buffers(op, *problem, choice->tile)) ||
            failed(set_accumulation(op, *user, choice->schedule)))
            return failure();
        write_down(op, *choice);
        describe(op, *problem, *choice);
        return success();
    }

    LogicalResult read_file()
    {
        file.reset();
        if (acceleratorFile.empty())
            return success();
        auto read = read_accelerator_file(&getContext(), acceleratorFile);
        if (failed(read))
            return failure();
        file = *read;
        if (!file->version.empty())
            accelerator = file->version;
        tile = std::to_string(file->size);
        return success();
    }

    LogicalResult read_costs()
    {
        costs.reset();
        if (costsFile.empty())
            return success();
        const auto read = read_costs_file(&getContext(), costsFile);
        if (failed(read))
            return failure();
        costs = *read;
        return success();
    }

    // An accelerator's file says which opcodes there are, and which flows with them.
    LogicalResult add_file(linalg::MatmulOp op, const Problem &problem, UserAttributes &user)
    {
        if (!file)
            return success();
        const Type element = problem.element;
        const std::string type = element.isF32() ? "f32" : element.isInteger(8) ? "i8" : "i32";
        if (!file->type.empty() && file->type != type)
            return op.emitError("multiplies elements of type ")
                   << element << ", and the accelerator in " << acceleratorFile << " computes "
                   << file->type;
        if (file->opcode_map.empty() || user.opcodes)
            return success();
        const auto found = file->flows.find(flow);
        if (found == file->flows.end()) {
            SmallVector<StringRef> known;
            for (const auto &[name, text] : file->flows)
                known.push_back(name);
            return op.emitError("the accelerator in ")
                   << acceleratorFile << " has no flow '" << flow << "': expected one of "
                   << llvm::join(known, ", ");
        }
        const auto opcodes = parse_opcode_map(op, acceleratorFile, file->opcode_map);
        const auto opcode_flow = parse_opcode_flow(op, acceleratorFile, found->second);
        if (failed(opcodes) || failed(opcode_flow))
            return failure();
        user.opcodes = *opcodes;
        user.flow = *opcode_flow;
        return success();
    }

    // What the operation's attributes leave open, the options say.
    LogicalResult add_options(linalg::MatmulOp op, UserAttributes &user)
    {
        if (user.opcodes || opcodeMap.empty()) {
            if (!user.opcodes && (!opcodeFlow.empty() || !initOpcodes.empty()))
                return op.emitError("opcode-flow and init-opcodes name opcodes of an opcode-map: "
                                    "give one, too");
            return success();
        }
        const auto opcodes = parse_opcode_map(op, "opcode-map", opcodeMap);
        if (failed(opcodes))
            return failure();
        user.opcodes = *opcodes;
        if (!user.flow && !opcodeFlow.empty()) {
            const auto flow = parse_opcode_flow(op, "opcode-flow", opcodeFlow);
            if (failed(flow))
                return failure();
            user.flow = *flow;
        }
        if (!user.init && !initOpcodes.empty()) {
            const auto init = parse_init_opcodes(op, "init-opcodes", initOpcodes);
            if (failed(init))
                return failure();
            user.init = *init;
        }
        if (!user.order && !loopPermutation.empty()) {
            const auto order = parse_order(op, "loop-permutation", loopPermutation);
            if (failed(order))
                return failure();
            user.order = *order;
        }
        return success();
    }

    FailureOr<Tile> read_tile(linalg::MatmulOp op, const UserAttributes &user)
    {
        if (user.tile)
            return Tile{*user.tile, *user.tile, *user.tile};
        const auto parsed = parse_tile(tile);
        if (!parsed)
            return op.emitError("tile is '")
                   << tile << "': expected a size, or three as in 16x32x64 (M, N, K)"
                   << (parse_measure(tile) == Measure::None
                           ? ""
                           : "; only accelerator v4 has tiles to choose from");
        return *parsed;
    }

    // An accelerator that is described by its opcodes.
    FailureOr<Choice> choose_described(linalg::MatmulOp op, const UserAttributes &user)
    {
        if (!user.flow)
            return op.emitError("has an opcode_map, but no opcode_flow that says in which loop "
                                "each opcode is used");
        const FailureOr<Tile> size = read_tile(op, user);
        if (failed(size))
            return failure();
        Choice choice = {
            {user.opcodes, user.flow, user.init, {}},
            *size,
            llvm::formatv("an accelerator of size {0} with opcodes of its own", to_string(*size)),
            llvm::formatv("{0}", user.flow)};
        choice.flow = StringRef(choice.flow).drop_front(StringRef("#accel.").size()).str();
        const auto found = find_order(user.opcodes, user.flow);
        constexpr LoopOrder unchanged = {Dimension::M, Dimension::N, Dimension::K};
        choice.schedule.order = user.order ? *user.order : found.value_or(unchanged);
        return choice;
    }

    // An accelerator that is known by name.
    FailureOr<Choice> choose_named(linalg::MatmulOp op, const UserAttributes &user,
                                   const Problem &problem)
    {
        if (user.flow || user.init || user.order)
            return op.emitError("has an opcode flow or loop permutation, but no accel_opcode_map "
                                "with the opcodes for it");
        const Accelerator *known = find_accelerator(accelerator);
        if (!known)
            return op.emitError("accelerator is '")
                   << accelerator << "': expected one of " << join_names(get_accelerators());
        const FailureOr<TileAndFlow> chosen = choose_tile_and_flow(op, *known, user, problem);
        if (failed(chosen) || failed(check_tile(op, *known, chosen->tile)))
            return failure();
        const auto &[size, flow] = *chosen;
        const int64_t shape = size.k << 20 | size.n << 10 | size.m;
        const auto opcodes = parse_opcode_map(op, known->name, get_opcode_map(*known, shape));
        const auto opcode_flow = parse_opcode_flow(op, flow->name, flow->opcodes);
        if (failed(opcodes) || failed(opcode_flow))
            return failure();
        op->setAttr(ATTR_ACCELERATOR, StringAttr::get(&getContext(), known->name));
        op->setAttr(ATTR_FLOW, StringAttr::get(&getContext(), flow->name));
        return Choice{{*opcodes, *opcode_flow, {}, flow->order},
                      size,
                      llvm::formatv(known->has_shapes ? "accelerator {0} in tiles of {1}"
                                                      : "accelerator {0} of size {1}",
                                    known->name, to_string(size)),
                      llvm::formatv("{0} ({1})", flow->name, flow->description)};
    }

    // What the options say, or the best of what they leave open.
    FailureOr<TileAndFlow> choose_tile_and_flow(linalg::MatmulOp op, const Accelerator &known,
                                                const UserAttributes &user, const Problem &problem)
    {
        const Measure by_flow = parse_measure(flow);
        const Measure by_tile =
            known.has_shapes && !user.tile ? parse_measure(tile) : Measure::None;
        const bool is_flow_open = by_flow != Measure::None;
        const bool is_tile_open = by_tile != Measure::None;
        if ((is_flow_open || is_tile_open) && !is_static(problem))
            return op.emitError(is_flow_open ? "flow=" : "tile=")
                   << (is_flow_open ? flow : tile) << " needs sizes that are known: expected "
                   << (is_flow_open ? "Ns, As, Bs or Cs" : "MxNxK");
        const Tile sizes = {problem.m, problem.n, problem.k};
        const Movement movement = {copy, transfer, accumulate == "cpu", coalesce, pipeline};
        ChoiceSpace space = {sizes,    get_block(sizes),         {}, find_flow(known, flow),
                             movement, costs ? &*costs : nullptr};
        if (!space.flow && !is_flow_open)
            return op.emitError("accelerator ")
                   << known.name << " has no flow '" << flow << "': expected one of "
                   << join_names(known.flows) << ", best, best_cost";
        if (is_flow_open && is_tile_open && by_flow != by_tile)
            return op.emitError("tile is '") << tile << "' and flow '" << flow
                                             << "': they are chosen together, so expected the same";
        if (!is_tile_open) {
            const FailureOr<Tile> size = read_tile(op, user);
            if (failed(size))
                return failure();
            space.tile = *size;
        }
        if (space.tile && space.flow)
            return TileAndFlow{*space.tile, space.flow};
        const Measure measure = is_flow_open ? by_flow : by_tile;
        if (measure == Measure::Cost && !costs)
            return op.emitError(is_flow_open ? "flow" : "tile")
                   << "=best_cost needs to know what things take on the board: expected "
                      "costs-file=FILE, which `zs-sim CONFIG.yaml --costs` writes";
        const auto best = choose(known, space, measure);
        assert(best && "the smallest tile fits every accelerator's buffers");
        return *best;
    }

    // What is stationary is so within it.
    Tile get_block(const Tile &problem) const
    {
        const auto [outer, inner] = StringRef(cacheTile).split(',');
        return parse_tile(inner.empty() ? outer : inner).value_or(problem);
    }

    template <typename T> static std::string join_names(ArrayRef<T> known)
    {
        return llvm::join(llvm::map_range(known, [](const T &entry) { return entry.name; }), ", ");
    }

    LogicalResult set_dma(linalg::MatmulOp op)
    {
        const std::tuple<StringRef, StringRef, int64_t> values[] = {
            {ATTR_DMA_ADDRESS, "dma-address", dmaAddress},
            {ATTR_DMA_IN_ADDRESS, "dma-in-address", dmaInAddress},
            {ATTR_DMA_IN_BYTES, "dma-in-bytes", dmaInBytes},
            {ATTR_DMA_OUT_ADDRESS, "dma-out-address", dmaOutAddress},
            {ATTR_DMA_OUT_BYTES, "dma-out-bytes", dmaOutBytes},
        };
        Builder builder(&getContext());
        for (const auto &[name, option, from_option] : values) {
            int64_t value = from_option;
            StringRef what = option;
            if (Attribute own = op->getAttr(name)) {
                auto number = dyn_cast<IntegerAttr>(own);
                value = number ? read_word(number) : -1;
                what = name;
            }
            if (value < 0 || value > UINT32_MAX)
                return op.emitError(what)
                       << " is " << value << ": expected a 32-bit unsigned number";
            const APInt word(32, static_cast<uint64_t>(value));
            op->setAttr(name, builder.getIntegerAttr(builder.getI32Type(), word));
        }
        return success();
    }

    // An address of 32 bits may have its highest set.
    static int64_t read_word(IntegerAttr number)
    {
        const APInt &value = number.getValue();
        return value.getBitWidth() <= 32 ? static_cast<int64_t>(value.getZExtValue())
                                         : value.getSExtValue();
    }

    // Whether the CPU adds up what comes back is known from the flow; it can be asked for, too.
    static LogicalResult set_accumulation(linalg::MatmulOp op, const UserAttributes &user,
                                          const Schedule &schedule)
    {
        const bool is_asked_for = user.accumulates_on_cpu.value_or(false);
        op->removeAttr(ATTR_ACC_ON_CPU);
        if (is_asked_for && sends_c(schedule))
            return op.emitError(ATTR_ACC_ON_CPU)
                   << " would count C twice: opcode_flow sends it to the accelerator, which adds "
                      "to it";
        if (user.accumulates_on_cpu && !is_asked_for && !sends_c(schedule) &&
            !receives_complete_tiles(schedule))
            return op.emitError(ATTR_ACC_ON_CPU)
                   << " is false, but opcode_flow receives a part of C for each k, which somebody "
                      "has to add up: expected 2 (the operand C)";
        if (is_asked_for)
            op->setAttr(ATTR_ACC_ON_CPU, Builder(op->getContext()).getI64IntegerAttr(2));
        return success();
    }

    static void write_down(linalg::MatmulOp op, const Choice &choice)
    {
        for (const StringRef name : {ATTR_OPCODE_MAP, ATTR_OPCODE_FLOW, ATTR_INIT_OPCODES})
            op->removeAttr((name + "_str").str());
        set_schedule(op, choice.schedule);
        set_tile(op, choice.tile);
    }

    // What the printed C says above the kernel.
    static void describe(linalg::MatmulOp op, const Problem &problem, const Choice &choice)
    {
        auto function = op->getParentOfType<func::FuncOp>();
        if (!function)
            return;
        std::string text = llvm::formatv("A[{0}x{2}] x B[{2}x{1}] on {3}, flow {4}.",
                                         to_text(problem.m, "M"), to_text(problem.n, "N"),
                                         to_text(problem.k, "K"), choice.accelerator, choice.flow);
        if (has_padding(problem, choice.tile))
            text += " Tiles at the edges are filled up with zeros.";
        function->setAttr(ATTR_COMMENT, StringAttr::get(op.getContext(), text));
    }

    std::optional<AcceleratorFile> file;
    std::optional<choice_costs> costs;
};

} // namespace
