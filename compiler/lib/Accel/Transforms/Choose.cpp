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

void set_movement(choice_space &out, const Movement &movement)
{
    const bool is_staged = movement.copy == "staged" || movement.copy == "zero_copy_outputs";
    const auto in_place = llvm::StringSwitch<choice_travel>(movement.transfer)
                              .Case("rows", CHOICE_ROWS_IN_PLACE)
                              .Cases({"sg", "2d"}, CHOICE_CHAINS)
                              .Default(CHOICE_IN_PLACE);
    out.sends = is_staged ? CHOICE_STAGED : in_place;
    out.receives_in_place = movement.copy == "zero_copy" || movement.copy == "zero_copy_outputs";
    out.adds_on_cpu = movement.adds_on_cpu;
    out.coalesce = movement.coalesce;
    out.pipeline = movement.pipeline;
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
    set_movement(out, space.movement);
    out.costs = space.costs;
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
