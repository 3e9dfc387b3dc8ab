// Choice of tile and flow: the question and its answer, in the compiler's terms.
#include "zerostage/Accel/Choose.h"

#include "choice/tile_choice.h"

#include "llvm/ADT/StringSwitch.h"

using namespace zerostage::accel;

namespace
{

choice_sizes to_sizes(const Tile &tile)
{
    return {static_cast<uint32_t>(tile.m), static_cast<uint32_t>(tile.n),
            static_cast<uint32_t>(tile.k)};
}

const Flow *get_flow(const Accelerator &accelerator, int flow)
{
    return find_flow(accelerator, choice_flow_name(static_cast<choice_flow>(flow)));
}

choice_space to_space(const Accelerator &accelerator, const ChoiceSpace &space)
{
    choice_space out = {};
    out.problem = to_sizes(space.problem);
    out.block = to_sizes(space.block);
    for (int flow = 0; flow < CHOICE_FLOWS; flow++) {
        const Flow *candidate = get_flow(accelerator, flow);
        out.flows[flow] = candidate && (!space.flow || candidate == space.flow);
    }
    if (space.tile)
        out.tile = to_sizes(*space.tile);
    out.tile_step = BLOCK;
    out.buffer_words = BUFFER_WORDS;
    out.opcode_words = static_cast<uint32_t>(accelerator.opcode_words);
    out.macs_per_cycle = accelerator.has_shapes ? BLOCK : out.tile.m;
    out.travel = llvm::StringSwitch<choice_travel>(space.travel)
                     .Case("zero_copy_packed", CHOICE_IN_PLACE)
                     .Case("zero_copy_rows", CHOICE_ROWS_IN_PLACE)
                     .Default(CHOICE_STAGED);
    return out;
}

} // namespace

Measure zerostage::accel::parse_measure(llvm::StringRef text)
{
    return llvm::StringSwitch<Measure>(text)
        .Case("best", Measure::Words)
        .Case("best_cost", Measure::Cost)
        .Default(Measure::None);
}

std::optional<TileAndFlow> zerostage::accel::choose(const Accelerator &accelerator,
                                                    const ChoiceSpace &space, Measure measure)
{
    const choice_space from = to_space(accelerator, space);
    tile_choice best = {};
    if (!choose_tile(&from, measure == Measure::Words ? CHOICE_BY_WORDS : CHOICE_BY_COST, &best))
        return std::nullopt;
    return TileAndFlow{{best.tile.m, best.tile.n, best.tile.k}, get_flow(accelerator, best.flow)};
}
