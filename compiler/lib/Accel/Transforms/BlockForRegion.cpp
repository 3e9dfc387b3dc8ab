// Loops over blocks around each matmul whose matrices do not fit the DMA regions: a block of A and
// one of B at a time are brought into buffers of their own, and a block of C back.
#include "zerostage/Accel/Annotations.h"
#include "zerostage/Accel/Matmul.h"
#include "zerostage/Accel/Passes.h"
#include "zerostage/Accel/Schedule.h"
#include "zerostage/Accel/Tile.h"

#include "choice/region_block.h"

#include "llvm/Support/FormatVariadic.h"

#include <set>

using namespace mlir;

namespace zerostage::accel
{
#define GEN_PASS_DEF_BLOCKFORREGION
#include "zerostage/Accel/Passes.h.inc"
} // namespace zerostage::accel

using namespace zerostage::accel;

namespace
{

constexpr StringLiteral LOOP_NAMES[] = {"m_region", "n_region", "k_region"};
constexpr StringLiteral LOOP_TEXTS[] = {"rows of C", "columns of C", "columns of A and rows of B"};
constexpr StringLiteral BLOCK_NAMES[] = {"block_a", "block_b", "block_c"};
constexpr StringLiteral PART_NAMES[] = {"part_of_a", "part_of_b", "part_of_c"};

choice_sizes to_sizes(const Tile &tile)
{
    return {static_cast<uint32_t>(tile.m), static_cast<uint32_t>(tile.n),
            static_cast<uint32_t>(tile.k)};
}

Tile to_tile(const choice_sizes &sizes)
{
    return {sizes.m, sizes.n, sizes.k};
}

bool is_multiple(const Tile &whole, const Tile &part)
{
    return whole.m % part.m == 0 && whole.n % part.n == 0 && whole.k % part.k == 0;
}

// Words that an opcode of the schedule takes, and different words that all of them are.
std::pair<uint32_t, uint32_t> count_literals(const Schedule &schedule)
{
    std::set<int64_t> words;
    uint32_t longest = 0;
    const auto count = [&](ArrayRef<OpcodeAction> actions) {
        uint32_t run = 0;
        for (const OpcodeAction &action : actions) {
            run = action.kind == OpcodeAction::Kind::SendLiteral ? run + 1 : 0;
            longest = std::max(longest, run);
            if (run > 0)
                words.insert(action.value);
        }
    };
    count(get_init_actions(schedule));
    for (const LoopActions &actions : get_loop_actions(schedule)) {
        count(actions.before);
        count(actions.after);
    }
    return {longest, static_cast<uint32_t>(words.size())};
}

// All three sizes, of a cube, too.
std::string to_text(const Tile &block)
{
    return llvm::formatv("{0}x{1}x{2}", block.m, block.n, block.k);
}

uint64_t get_bytes(Operation *op, StringRef name)
{
    return op->getAttrOfType<IntegerAttr>(name).getValue().getZExtValue();
}

uint32_t get_element_bytes(Value memref)
{
    return cast<MemRefType>(memref.getType()).getElementTypeBitWidth() / 8;
}

// The loops over blocks around one matmul.
class Blocking
{
  public:
    Blocking(linalg::MatmulOp op, const Tile &sizes, const Tile &block)
        : op(op), builder(op), sizes(sizes), block(block),
          offsets(3, OpFoldResult(builder.getIndexAttr(0)))
    {
    }

    // Which operands get a buffer of their own for a block; `zero`: C is filled with it before.
    void run(ArrayRef<bool> packs, linalg::FillOp fill)
    {
        for (const auto &[i, pack] : llvm::enumerate(packs))
            buffers[i] = pack && is_split(i) ? make_buffer(i) : Value();
        Value zero = fill ? fill->getOperand(0) : Value();
        if (fill)
            fill.erase();
        const bool rows_first = get_rows_first();
        enter(rows_first ? Dimension::M : Dimension::N);
        enter(Dimension::K);
        bring_in(rows_first ? 0 : 1);
        enter(rows_first ? Dimension::N : Dimension::M);
        bring_in(rows_first ? 1 : 0);
        operands[2] = buffers[2] ? buffers[2] : take_part(2);
        multiply(zero);
        release();
    }

  private:
    bool get_rows_first() const
    {
        const choice_sizes whole = to_sizes(sizes);
        const choice_sizes part = to_sizes(block);
        return region_rows_first(&whole, &part);
    }

    bool is_split(size_t operand) const
    {
        return llvm::any_of(OPERAND_DIMENSIONS[operand], [&](Dimension dimension) {
            return block.along(dimension) != sizes.along(dimension);
        });
    }

    Value make_buffer(size_t operand)
    {
        auto type = cast<MemRefType>(op->getOperand(operand).getType());
        const auto &[rows, columns] = OPERAND_DIMENSIONS[operand];
        return memref::AllocOp::create(
            builder, name_location(plain_location(op), BLOCK_NAMES[operand]),
            MemRefType::get({block.along(rows), block.along(columns)}, type.getElementType()));
    }

    // A loop, where there is more than one block along the dimension.
    void enter(Dimension dimension)
    {
        const auto index = static_cast<size_t>(dimension);
        const int64_t step = block.along(dimension);
        if (step == sizes.along(dimension))
            return;
        const Location location = plain_location(op);
        Value lower = arith::ConstantIndexOp::create(builder, location, 0);
        Value upper = arith::ConstantIndexOp::create(builder, location, sizes.along(dimension));
        Value width = arith::ConstantIndexOp::create(builder, location, step);
        auto loop = scf::ForOp::create(builder, location, lower, upper, width);
        loop->setAttr(ATTR_COMMENT,
                      builder.getStringAttr(
                          llvm::formatv("{0}: {1}, {2} at a time, which the DMA region holds",
                                        LOOP_NAMES[index], LOOP_TEXTS[index], step)
                              .str()));
        loop.getInductionVar().setLoc(name_location(location, LOOP_NAMES[index]));
        offsets[index] = loop.getInductionVar();
        if (!outermost)
            outermost = loop;
        builder.setInsertionPointToStart(loop.getBody());
    }

    // The block of an operand where it lies; the operand itself if there is only one.
    Value take_part(size_t operand)
    {
        Value whole = op->getOperand(operand);
        if (!is_split(operand))
            return whole;
        SmallVector<OpFoldResult, 2> starts;
        SmallVector<OpFoldResult, 2> lengths;
        for (const Dimension dimension : OPERAND_DIMENSIONS[operand]) {
            starts.push_back(offsets[static_cast<size_t>(dimension)]);
            lengths.push_back(builder.getIndexAttr(block.along(dimension)));
        }
        const SmallVector<OpFoldResult, 2> strides(2, builder.getIndexAttr(1));
        return memref::SubViewOp::create(builder,
                                         name_location(plain_location(op), PART_NAMES[operand]),
                                         whole, starts, lengths, strides);
    }

    void bring_in(size_t operand)
    {
        operands[operand] = take_part(operand);
        if (!buffers[operand])
            return;
        RepackOp::create(builder, plain_location(op), operands[operand], buffers[operand]);
        operands[operand] = buffers[operand];
    }

    void multiply(Value zero)
    {
        const Location location = plain_location(op);
        if (zero)
            linalg::FillOp::create(builder, location, zero, operands[2]);
        Operation *inner = builder.clone(*op);
        inner->setOperands(operands);
        if (buffers[2])
            RepackOp::create(builder, location, buffers[2], take_part(2));
    }

    void release()
    {
        builder.setInsertionPointAfter(outermost);
        for (Value buffer : buffers)
            if (buffer)
                memref::DeallocOp::create(builder, plain_location(op), buffer);
        op->erase();
    }

    linalg::MatmulOp op;
    OpBuilder builder;
    Tile sizes;
    Tile block;
    SmallVector<OpFoldResult, 3> offsets; // of the block, by dimension
    Value buffers[3];                     // null: the operand stays where it is
    Value operands[3];
    scf::ForOp outermost;
};

class BlockForRegionPass : public zerostage::accel::impl::BlockForRegionBase<BlockForRegionPass>
{
  public:
    using BlockForRegionBase::BlockForRegionBase;

    void runOnOperation() override
    {
        if (block == "none")
            return;
        SmallVector<linalg::MatmulOp> matmuls;
        getOperation().walk([&](linalg::MatmulOp op) {
            if (op->hasAttr(ATTR_TILE))
                matmuls.push_back(op);
        });
        for (linalg::MatmulOp op : matmuls)
            if (failed(run_on(op)))
                return signalPassFailure();
    }

  private:
    LogicalResult run_on(linalg::MatmulOp op)
    {
        const auto schedule = get_schedule(op);
        const bool is_static = llvm::all_of(op->getOperandTypes(), [](Type type) {
            return cast<MemRefType>(type).hasStaticShape();
        });
        if (!schedule || !is_static || sends_c(*schedule)) {
            if (block == "auto")
                return success(); // the runtime says so if it does not fit
            return op.emitError("region-block: expected a matmul of known sizes, whose flow does "
                                "not send C");
        }
        const region_space space = get_space(op, *schedule);
        const FailureOr<Tile> chosen = choose_block(op, space);
        if (failed(chosen))
            return failure();
        const Tile whole = to_tile(space.problem);
        if (chosen->m == whole.m && chosen->n == whole.n && chosen->k == whole.k)
            return success();
        if (accumulate == "accelerator" && chosen->k != whole.k)
            return op.emitError("cannot accumulate in the accelerator: all of K does not fit, ")
                   << describe(space, *chosen) << " (accumulate=cpu, or larger regions)";
        op.emitRemark() << describe(space, to_tile(space.problem))
                        << ": it goes through in blocks of " << to_text(*chosen);
        const bool is_complete = space.keeps_c && chosen->k == whole.k;
        const linalg::FillOp fill = is_complete ? find_zero_fill(op, op->getOperand(2)) : nullptr;
        const bool packs[] = {space.sends_in_place, space.sends_in_place,
                              space.receives_in_place && fill};
        Blocking(op, whole, *chosen).run(packs, fill);
        return success();
    }

    region_space get_space(linalg::MatmulOp op, const Schedule &schedule)
    {
        const auto [opcode_words, literals] = count_literals(schedule);
        region_space space = {};
        space.problem = to_sizes(get_sizes(op));
        space.tile = to_sizes(get_tile(op));
        space.step = to_sizes(get_outer_block().value_or(get_tile(op)));
        space.sends_in_place = moves != "outputs";
        space.receives_in_place = moves != "inputs";
        space.keeps_c = receives_complete_tiles(schedule) && accumulate != "cpu" &&
                        !op->hasAttr(ATTR_ACC_ON_CPU);
        space.coalesce = coalesce;
        space.pipeline = pipeline;
        space.chains = chains;
        space.input_bytes = get_element_bytes(op->getOperand(0));
        space.result_bytes = get_element_bytes(op->getOperand(2));
        space.opcode_words = opcode_words;
        space.literals = literals;
        space.in_bytes = get_bytes(op, ATTR_DMA_IN_BYTES);
        space.out_bytes = get_bytes(op, ATTR_DMA_OUT_BYTES);
        return space;
    }

    // The larger of the blocks for the caches, which lie in those for the region.
    std::optional<Tile> get_outer_block() const
    {
        return parse_tile(StringRef(cacheTile).split(',').first);
    }

    FailureOr<Tile> choose_block(linalg::MatmulOp op, const region_space &space)
    {
        if (block != "auto")
            return check_block(op, space);
        choice_sizes chosen = {};
        if (choose_region_block(&space, &chosen))
            return to_tile(chosen);
        const bool divides = is_multiple(to_tile(space.problem), to_tile(space.step));
        return op.emitError("does not fit the DMA regions, not even in blocks: ")
               << describe(space, to_tile(divides ? space.step : space.problem))
               << (divides ? "" : ", and no block of whole tiles divides it")
               << "; choose larger regions, a smaller tile, or copy=staged";
    }

    FailureOr<Tile> check_block(linalg::MatmulOp op, const region_space &space)
    {
        const auto asked = parse_tile(block);
        if (!asked)
            return op.emitError("region-block is '") << block << "': expected auto, none or MxNxK";
        const choice_sizes sizes = to_sizes(*asked);
        if (!region_divides(&space, &sizes))
            return op.emitError("region-block is ")
                   << block << ": expected a divisor of " << to_text(to_tile(space.problem))
                   << " and a multiple of " << to_text(to_tile(space.step));
        if (!region_fits(&space, &sizes))
            return op.emitError("region-block: ") << describe(space, *asked);
        return *asked;
    }

    // "64x64x64 takes 33024 bytes of the DMA's input region (dma-in-bytes: 16384) and ...".
    static std::string describe(const region_space &space, const Tile &part)
    {
        const choice_sizes sizes = to_sizes(part);
        return llvm::formatv(
            "{0} takes {1} bytes of the DMA's input region (dma-in-bytes: {2}) and "
            "{3} of its output region (dma-out-bytes: {4})",
            to_text(part), region_in_bytes(&space, &sizes), space.in_bytes,
            region_out_bytes(&space, &sizes), space.out_bytes);
    }
};

} // namespace
