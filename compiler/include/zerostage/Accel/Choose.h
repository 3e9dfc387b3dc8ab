// Choice of tile and flow for a matmul: AXI4MLIR's published heuristic, and one by cost.
#ifndef ZEROSTAGE_ACCEL_CHOOSE_H
#define ZEROSTAGE_ACCEL_CHOOSE_H

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace zerostage::accel
{

// M, N and K of a problem, or of a tile, in elements.
using Sizes = std::array<int64_t, 3>;

// What there is to choose from. A flow is named Ns, As, Bs or Cs.
struct ChoiceSpace {
    Sizes problem;
    std::vector<std::string> flows;
    std::vector<Sizes> tiles;
    int64_t opcode_words;   // an opcode's: v1 0, v2 and v3 1, v4 2
    int64_t macs_per_cycle; // of the accelerator
};

struct TileAndFlow {
    std::string flow;
    Sizes tile;
};

// How tiles travel.
enum class Travel { Staged, ZeroCopyPacked, ZeroCopyRows };

// The tiles of v4 for a problem: 16 to 256 in steps of 16 that divide it, where a tile of A, of B
// and of C has at most 4096 words each.
std::vector<Sizes> get_v4_tiles(const Sizes &problem);

// The fewest words moved, C counted twice; then the fewest tile computes; then the first flow of
// the space, the first tile. None when there is nothing to choose from.
std::optional<TileAndFlow> choose_by_words(const ChoiceSpace &space);

// The shortest time by estimate_ns.
std::optional<TileAndFlow> choose_by_cost(const ChoiceSpace &space, Travel travel);

// Estimated time of the kernel on the default board (PYNQ-Z2, blocking transfers). Serves to rank,
// not to predict.
double estimate_ns(const ChoiceSpace &space, const TileAndFlow &choice, Travel travel);

} // namespace zerostage::accel

#endif
