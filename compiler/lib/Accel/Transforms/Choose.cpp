// Choice of tile and flow. Pure functions: no MLIR.
#include "zerostage/Accel/Choose.h"

#include <algorithm>
#include <tuple>

using namespace zerostage::accel;

namespace
{

/* --- what the kernel takes, each with its source --- */

// A blocking transfer besides the words it moves: about 2,200 cycles at 650 MHz. Measured:
// AXI4MLIR's driver on a PYNQ-Z2.
constexpr double START_AND_WAIT_NS = 2200 / 0.65;
// A word on the stream. Datasheet: 32 bits a cycle; choice: 100 MHz.
constexpr double STREAM_WORD_NS = 10;
// The rest is derived from `./zs run configs/demo.yaml` with Ns and 64x64x64, v3 of 8x8, the kernel
// compiled without -O: 66,048 words are copied into uncached DMA memory in 710 us,
constexpr double COPY_IN_WORD_NS = 10.8;
// and 32,768 words out of it in 1.92 ms.
constexpr double COPY_OUT_WORD_NS = 58.7;
// As many are added to C in 1.54 ms from a scratch tile in the cache, in 4.89 ms from DMA memory.
constexpr double ACCUMULATE_NS = 46.8;
constexpr double ACCUMULATE_UNCACHED_NS = 149;
// A cycle of the accelerator. Choice: 100 MHz.
constexpr double ACCELERATOR_CYCLE_NS = 10;

/* --- how often things move --- */

struct Counts {
    int64_t tiles_a; // sent
    int64_t tiles_b;
    int64_t tiles_c; // received
    int64_t products;
    int64_t stationary; // opcodes besides one a product
};

Counts count(const Sizes &problem, const TileAndFlow &choice)
{
    const int64_t rows = problem[0] / choice.tile[0];
    const int64_t columns = problem[1] / choice.tile[1];
    const int64_t depth = problem[2] / choice.tile[2];
    const int64_t products = rows * columns * depth;
    Counts counts = {products, products, products, products, 0};
    if (choice.flow == "As")
        counts.tiles_a = counts.stationary = rows * depth;
    if (choice.flow == "Bs")
        counts.tiles_b = counts.stationary = depth * columns;
    if (choice.flow == "Cs")
        counts.tiles_c = counts.stationary = rows * columns;
    return counts;
}

struct Words {
    int64_t a;
    int64_t b;
    int64_t c;
};

Words count_words(const Counts &counts, const Sizes &tile)
{
    return {counts.tiles_a * tile[0] * tile[2], counts.tiles_b * tile[2] * tile[1],
            counts.tiles_c * tile[0] * tile[1]};
}

// Transfers of a tile that is sent: one a row, unless its rows follow each other in memory.
int64_t count_sends(Travel travel, int64_t rows, int64_t columns, int64_t matrix_columns)
{
    return travel == Travel::ZeroCopyRows && columns != matrix_columns ? rows : 1;
}

std::vector<TileAndFlow> get_candidates(const ChoiceSpace &space)
{
    std::vector<TileAndFlow> candidates;
    for (const std::string &flow : space.flows)
        for (const Sizes &tile : space.tiles)
            candidates.push_back({flow, tile});
    return candidates;
}

// The first candidate with the least of something.
template <typename Measure>
std::optional<TileAndFlow> choose(const ChoiceSpace &space, Measure measure)
{
    const std::vector<TileAndFlow> candidates = get_candidates(space);
    const auto best = std::min_element(candidates.begin(), candidates.end(),
                                       [&](const TileAndFlow &left, const TileAndFlow &right) {
                                           return measure(left) < measure(right);
                                       });
    return best == candidates.end() ? std::nullopt : std::optional(*best);
}

} // namespace

std::vector<Sizes> zerostage::accel::get_v4_tiles(const Sizes &problem)
{
    constexpr int64_t STEP = 16;
    constexpr int64_t LARGEST = 256;
    constexpr int64_t BUFFER_WORDS = 4096;
    const auto fits = [&](const Sizes &tile) {
        const auto [m, n, k] = tile;
        return problem[0] % m == 0 && problem[1] % n == 0 && problem[2] % k == 0 &&
               m * k <= BUFFER_WORDS && k * n <= BUFFER_WORDS && m * n <= BUFFER_WORDS;
    };
    std::vector<Sizes> tiles;
    for (int64_t m = STEP; m <= LARGEST; m += STEP)
        for (int64_t n = STEP; n <= LARGEST; n += STEP)
            for (int64_t k = STEP; k <= LARGEST; k += STEP)
                if (fits({m, n, k}))
                    tiles.push_back({m, n, k});
    return tiles;
}

std::optional<TileAndFlow> zerostage::accel::choose_by_words(const ChoiceSpace &space)
{
    return choose(space, [&](const TileAndFlow &candidate) {
        const Counts counts = count(space.problem, candidate);
        const Words words = count_words(counts, candidate.tile);
        return std::make_tuple(words.a + words.b + 2 * words.c, counts.products);
    });
}

std::optional<TileAndFlow> zerostage::accel::choose_by_cost(const ChoiceSpace &space, Travel travel)
{
    return choose(
        space, [&](const TileAndFlow &candidate) { return estimate_ns(space, candidate, travel); });
}

double zerostage::accel::estimate_ns(const ChoiceSpace &space, const TileAndFlow &choice,
                                     Travel travel)
{
    const auto [m, n, k] = choice.tile;
    const Counts counts = count(space.problem, choice);
    const Words words = count_words(counts, choice.tile);
    const int64_t opcode_words = space.opcode_words * (counts.products + counts.stationary);
    const int64_t words_in = words.a + words.b + opcode_words;
    const int64_t transfers = counts.tiles_a * count_sends(travel, m, k, space.problem[2]) +
                              counts.tiles_b * count_sends(travel, k, n, space.problem[1]) +
                              counts.tiles_c + opcode_words;
    const int64_t compute_cycles =
        counts.products * ((m * n * k + space.macs_per_cycle - 1) / space.macs_per_cycle);
    double time_ns = static_cast<double>(transfers) * START_AND_WAIT_NS +
                     static_cast<double>(words_in + words.c) * STREAM_WORD_NS +
                     static_cast<double>(compute_cycles) * ACCELERATOR_CYCLE_NS;
    const bool staged = travel == Travel::Staged;
    if (staged)
        time_ns += static_cast<double>(words_in) * COPY_IN_WORD_NS +
                   static_cast<double>(words.c) * COPY_OUT_WORD_NS;
    if (choice.flow != "Cs") // the CPU adds partial tiles up
        time_ns += static_cast<double>(words.c) * (staged ? ACCUMULATE_NS : ACCUMULATE_UNCACHED_NS);
    return time_ns;
}
