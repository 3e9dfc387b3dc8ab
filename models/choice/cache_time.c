#include "choice/cache_time.h"

#include "choice/cache_reuse.h"

double choice_input_bytes(const struct choice_space *space)
{
    return space->costs->accelerator.type == MATMUL_I8 ? 1 : 4;
}

bool choice_adds(const struct choice_space *space, enum choice_flow flow)
{
    return flow != CHOICE_CS || space->adds_on_cpu;
}

/* Bytes that the CPU goes through until it comes back to a tile, of what lies on the heap. */
struct distances {
    double a, b, c;
};

/* In the loops over steps of `inner` through `outer`, in the flow's order. */
static struct distances distances(enum choice_flow flow, const struct choice_sizes *outer,
                                  const struct choice_sizes *inner, double in, double out)
{
    const double m = outer->m, n = outer->n, k = outer->k;
    const double tm = inner->m, tn = inner->n, tk = inner->k;

    if (flow == CHOICE_AS) { /* m, k, n */
        return (struct distances){(tm * tk + tk * tn) * in, (k * n + tm * k) * in + tm * n * out,
                                  tk * n * in + tm * n * out};
    }
    if (flow == CHOICE_BS) { /* n, k, m */
        return (struct distances){(m * k + k * tn) * in + m * tn * out, (tk * tn + tm * tk) * in,
                                  m * tk * in + m * tn * out};
    }
    return (struct distances){(tm * k + k * tn) * in, (k * n + tm * k) * in,
                              (tm * tk + tk * tn) * in + tm * tn * out};
}

/* A tile on the heap: what of it the caches and TLBs see at a time. */
struct footprint {
    double lines, pages;
};

/* The program fills A and B from arrays of its own of the same size (host/programs). */
static const double FILL_PASSES = 2;

static double at_most(double value, double limit)
{
    return value < limit ? value : limit;
}

/* Rows that do not begin at a line each share their first and last one. */
static struct footprint footprint(const struct choice_costs *costs, double rows, double columns,
                                  double matrix_columns, double element_bytes)
{
    const double stride = matrix_columns * element_bytes, bytes = columns * element_bytes;
    const double in_lines = stride / costs->line_bytes;
    const bool is_aligned = in_lines == (double)(uint64_t)in_lines;

    return (struct footprint){rows * (bytes / costs->line_bytes +
                                      (is_aligned ? 0 : 1 - element_bytes / costs->line_bytes)),
                              rows * at_most(stride / costs->page_bytes, 1)};
}

static double lines_ns(const struct choice_costs *costs, double distance)
{
    return (1 - cache_reuse(distance, costs->l1_bytes)) * costs->l1_miss_ns +
           (1 - cache_reuse(distance, costs->l2_bytes)) * costs->l2_miss_ns;
}

static double pages_ns(const struct choice_costs *costs, double pages)
{
    return (1 - cache_reuse(pages, costs->micro_tlb_entries)) * costs->micro_tlb_miss_ns +
           (1 - cache_reuse(pages, costs->tlb_entries)) * costs->tlb_miss_ns;
}

/* How often each tile of a matrix is gone through: once for the first time, once more in each
 * further block, and the rest within a block. */
struct visits {
    double first, again, within;
};

static struct visits visits(uint64_t all, uint64_t tiles, uint64_t blocks)
{
    const double first = (double)tiles, in_blocks = (double)(tiles * blocks);

    return (struct visits){first, in_blocks - first, (double)all - in_blocks};
}

static double visits_ns(const struct choice_costs *costs, const struct visits *visits,
                        const struct footprint *tile, double cold, double again, double within)
{
    return tile->lines *
           (visits->first * lines_ns(costs, cold) + visits->again * lines_ns(costs, again) +
            visits->within * lines_ns(costs, within));
}

struct cache_time estimate_cache_time(const struct choice_space *space,
                                      const struct tile_choice *choice,
                                      const struct tile_counts *counts)
{
    const struct choice_costs *const costs = space->costs;
    const struct choice_sizes *const problem = &space->problem, *const block = &space->block;
    const struct choice_sizes *const tile = &choice->tile;
    const uint64_t m = tile_steps(problem->m, tile->m), n = tile_steps(problem->n, tile->n);
    const uint64_t k = tile_steps(problem->k, tile->k);
    const double element = choice_input_bytes(space);
    const double in = space->sends == CHOICE_STAGED ? element : 0;
    const double out = choice_adds(space, choice->flow) ? CHOICE_RESULT_BYTES : 0;
    const double filled = ((double)problem->m * problem->k + (double)problem->k * problem->n) * in;
    const double cold = FILL_PASSES * filled + (double)problem->m * problem->n * out;
    const struct distances again = distances(choice->flow, problem, block, in, out);
    const struct distances within = distances(choice->flow, block, tile, in, out);
    const struct footprint a = footprint(costs, tile->m, tile->k, problem->k, element);
    const struct footprint b = footprint(costs, tile->k, tile->n, problem->n, element);
    const struct footprint c = footprint(costs, tile->m, tile->n, problem->n, CHOICE_RESULT_BYTES);
    const struct visits of_a = visits(counts->tiles_a, m * k, tile_steps(problem->n, block->n));
    const struct visits of_b = visits(counts->tiles_b, k * n, tile_steps(problem->m, block->m));
    const struct visits of_c = visits(counts->tiles_c, m * n, tile_steps(problem->k, block->k));
    const double page = pages_ns(costs, (in > 0 ? a.pages + b.pages : 0) + (out > 0 ? c.pages : 0));
    struct cache_time time = {0, 0};

    if (in > 0) {
        time.copy_ns =
            visits_ns(costs, &of_a, &a, cold, again.a, within.a) +
            visits_ns(costs, &of_b, &b, cold, again.b, within.b) +
            ((double)counts->tiles_a * a.pages + (double)counts->tiles_b * b.pages) * page;
    }
    if (out > 0) {
        time.add_ns = visits_ns(costs, &of_c, &c, cold, again.c, within.c) +
                      (double)counts->tiles_c * c.pages * page;
    }
    return time;
}
