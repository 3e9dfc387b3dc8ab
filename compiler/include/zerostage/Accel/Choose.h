// Choice of tile and flow where the user leaves it to the compiler: best, or best_cost.
#ifndef ZEROSTAGE_ACCEL_CHOOSE_H
#define ZEROSTAGE_ACCEL_CHOOSE_H

#include "zerostage/Accel/Tile.h"

#include <optional>

struct choice_costs;

namespace zerostage::accel
{

// How to measure what is best; None for text that is a flow's name, or a tile.
enum class Measure { None, Words, Cost };
Measure parse_measure(llvm::StringRef text);

// How tiles will move.
struct Movement {
    llvm::StringRef copy, transfer; // as in the options of accel-pipeline
    bool adds_on_cpu, coalesce, pipeline;
};

// What there is to choose from.
struct ChoiceSpace {
    Tile problem;
    Tile block;               // for the caches; the problem where there is none
    std::optional<Tile> tile; // none: any of the accelerator's that divides the block
    const Flow *flow;         // null: any of the accelerator's
    Movement movement;
    const choice_costs *costs; // by cost: what the parts of a kernel take
};

struct TileAndFlow {
    Tile tile;
    const Flow *flow;
};

// None when no tile divides the problem's blocks.
std::optional<TileAndFlow> choose(const Accelerator &accelerator, const ChoiceSpace &space,
                                  Measure measure);

} // namespace zerostage::accel

#endif
