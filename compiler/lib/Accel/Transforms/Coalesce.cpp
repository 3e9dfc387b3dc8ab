// Sends that follow each other become one transfer.
#include "LiteralWords.h"
#include "RuntimeCalls.h"

using namespace mlir;

namespace zerostage::accel
{
#define GEN_PASS_DEF_COALESCE
#include "zerostage/Accel/Passes.h.inc"
} // namespace zerostage::accel

using namespace zerostage::accel;

namespace
{

// Sends with nothing between them that could see whether they are one transfer or several.
using Group = SmallVector<Operation *>;

enum class Way { Staged, InPlace };

// How an operation sends; none for one that is no send, or that says itself where it is staged.
std::optional<Way> get_way(Operation *op)
{
    if (auto literal = dyn_cast<SendLiteralOp>(op))
        return literal.getOffset() ? std::nullopt : std::optional(Way::Staged);
    auto send = dyn_cast<SendOp>(op);
    if (!send || send.getOffset())
        return std::nullopt;
    return get_dma_region(send.getSource().getType()) ? Way::InPlace : Way::Staged;
}

SmallVector<Group> find_groups(Block &block)
{
    SmallVector<Group> groups;
    Group group;
    std::optional<Way> way;
    const auto end_group = [&] {
        if (group.size() > 1)
            groups.push_back(group);
        group.clear();
    };
    for (Operation &op : block) {
        if (const auto other = get_way(&op)) {
            if (other != way)
                end_group();
            way = other;
            group.push_back(&op);
        } else if (!isMemoryEffectFree(&op)) {
            end_group();
        }
    }
    end_group();
    return groups;
}

class Coalescing
{
  public:
    void coalesce(const Group &group)
    {
        OpBuilder builder(group.back());
        const Location location = plain_location(group.back());
        Value token = *get_way(group.front()) == Way::Staged ? start_staged(builder, group)
                                                             : start_in_place(builder, group);
        WaitOp::create(builder, location, token);
        for (Operation *op : group) {
            if (!op->use_empty()) {
                builder.setInsertionPoint(op);
                op->getResult(0).replaceAllUsesWith(make_word(builder, location, count_words(op)));
            }
            erase_with_operands(op);
        }
    }

  private:
    static int64_t count_words(Operation *op)
    {
        auto send = dyn_cast<SendOp>(op);
        return send ? send.count_words() : 1;
    }

    // Words before the first tile: the group begins so that the tile begins where tiles should.
    static int64_t find_start(const Group &group)
    {
        const auto *tile = llvm::find_if(group, llvm::IsaPred<SendOp>);
        const int64_t literals = tile == group.end() ? 0 : tile - group.begin();
        return llvm::alignTo(literals, STAGED_WORDS) - literals;
    }

    // Copied into the DMA buffer one behind the other.
    Value start_staged(OpBuilder &builder, const Group &group)
    {
        const Location location = plain_location(group.back());
        const int64_t start = find_start(group);
        int64_t words = 0;
        for (Operation *op : group) {
            builder.setInsertionPoint(op);
            auto literal = dyn_cast<SendLiteralOp>(op);
            auto send = dyn_cast<SendOp>(op);
            CopyInOp::create(builder, location, builder.getI32Type(),
                             literal ? literals.get(literal) : send.getSource(),
                             make_word(builder, location, start + words),
                             literal ? DenseI64ArrayAttr() : send.getPaddedAttr());
            words += count_words(op);
        }
        builder.setInsertionPoint(group.back());
        return StartSendStagedOp::create(builder, location, get_token(builder, Channel::Send),
                                         make_word(builder, location, words),
                                         make_word(builder, location, start));
    }

    static Value start_in_place(OpBuilder &builder, const Group &group)
    {
        SmallVector<Value> parts;
        for (Operation *op : group)
            parts.push_back(cast<SendOp>(op).getSource());
        return StartSendOp::create(builder, plain_location(group.back()),
                                   get_token(builder, Channel::Send), parts);
    }

    LiteralWords literals;
};

class CoalescePass : public zerostage::accel::impl::CoalesceBase<CoalescePass>
{
  public:
    using CoalesceBase::CoalesceBase;

    void runOnOperation() override
    {
        SmallVector<Group> groups;
        getOperation().walk([&](Block *block) { llvm::append_range(groups, find_groups(*block)); });
        Coalescing coalescing;
        for (const Group &group : groups)
            coalescing.coalesce(group);
    }
};

} // namespace
