#include "choice/kernel_time.h"

#include "choice/cache_time.h"
#include "choice/packet.h"
#include "choice/tile_counts.h"

#include <math.h>

/* --- one transfer --- */

static double send_ns(const struct choice_costs *costs, double words)
{
    return costs->send_latency_ns + words * costs->send_word_ns;
}

static double receive_ns(const struct choice_costs *costs, double words)
{
    return costs->receive_latency_ns + words * costs->receive_word_ns;
}

/* Until the driver knows that a transfer of `busy_ns` is over. */
static double wait_ns(const struct choice_costs *costs, double busy_ns)
{
    const double looks = fmax(1, ceil(busy_ns / costs->poll_ns));

    return costs->sleep_ns > 0 && looks > 1
               ? fmax(busy_ns, costs->poll_ns + costs->sleep_ns) + costs->wake_ns
               : looks * costs->poll_ns;
}

/* --- what happens again and again: a packet goes, and perhaps a tile of C comes back --- */

struct step {
    double start_ns, wait_ns, copy_in_ns, copy_out_ns, sync_ns, host_ns;
};

static double sum(const struct step *step)
{
    return step->start_ns + step->wait_ns + step->copy_in_ns + step->copy_out_ns + step->sync_ns +
           step->host_ns;
}

/* Words that find the accelerator at work fill the FIFO before it, and wait there. */
static double first_send_ns(const struct choice_costs *costs, double words, double compute_left_ns)
{
    const double behind = fmax(0, words - costs->fifo_words);

    return fmax(send_ns(costs, words), compute_left_ns + behind * costs->send_word_ns);
}

/* One after the other. */
static double sends_ns(const struct choice_costs *costs, const struct packet *packet,
                       double compute_left_ns)
{
    double time_ns = 0;

    for (int i = 0; i < packet->count; i++) {
        const double words = packet->transfers[i].words;
        const bool is_first = packet->tiles > 0 && i == packet->first_tile && compute_left_ns > 0;
        const double busy_ns =
            is_first ? first_send_ns(costs, words, compute_left_ns) : send_ns(costs, words);
        time_ns += wait_ns(costs, busy_ns) +
                   (packet->transfers[i].times - 1) * wait_ns(costs, send_ns(costs, words));
    }
    return time_ns;
}

static struct step send_step(const struct choice_costs *costs, const struct packet *packet,
                             double compute_left_ns)
{
    const double starts = packet_starts(packet);

    return (struct step){
        .start_ns = starts * costs->start_ns + packet->rows * costs->descriptor_ns,
        .wait_ns = sends_ns(costs, packet, compute_left_ns),
        .copy_in_ns = packet->copies_ns,
        .sync_ns = starts * costs->send_sync_ns + packet_words(packet) * costs->sync_word_ns,
    };
}

/* The opcodes that go by themselves in front of the first tile give the accelerator time. */
static double until_first_tile_ns(const struct choice_costs *costs, const struct packet *packet)
{
    double time_ns = costs->start_ns + packet->first_copy_ns;

    for (int i = 0; i < packet->first_tile; i++) {
        time_ns +=
            packet->transfers[i].times * (costs->start_ns + wait_ns(costs, send_ns(costs, 1)));
    }
    return time_ns;
}

/* A tile of C, `compute_left_ns` from now on. Where it is padded, the CPU takes what is inside of
 * C: the average one's rows and columns. */
static void add_receive(const struct choice_space *space, const struct choice_sizes *tile,
                        bool adds, double compute_left_ns, struct step *step)
{
    const struct choice_costs *const costs = space->costs;
    const struct choice_sizes *const problem = &space->problem;
    const double words = (double)tile->m * tile->n;
    const double rows = (double)problem->m / (double)tile_steps(problem->m, tile->m);
    const double inside = rows * problem->n / (double)tile_steps(problem->n, tile->n);
    const double add_word_ns =
        space->receives_in_place ? costs->add_in_place_ns : costs->add_word_ns;

    step->start_ns +=
        costs->start_ns + (space->sends == CHOICE_CHAINS ? rows : 0) * costs->descriptor_ns;
    step->wait_ns +=
        wait_ns(costs, fmax(0, compute_left_ns - costs->start_ns) + receive_ns(costs, words));
    step->sync_ns += costs->receive_sync_ns + words * costs->sync_word_ns;
    if (!space->receives_in_place) {
        step->copy_out_ns +=
            costs->copy_tile_ns + rows * costs->copy_row_ns + inside * costs->copy_out_word_ns;
    }
    if (adds) {
        step->host_ns += rows * costs->add_row_ns + inside * add_word_ns;
    }
}

/* Tiles in the innermost loop. */
static double inner_steps(const struct choice_space *space, const struct tile_choice *choice)
{
    const struct choice_sizes *const block = &space->block, *const tile = &choice->tile;

    return (double)(choice->flow == CHOICE_AS   ? tile_steps(block->n, tile->n)
                    : choice->flow == CHOICE_BS ? tile_steps(block->m, tile->m)
                                                : tile_steps(block->k, tile->k));
}

/* Overlapped, the wait for the last send and for the result is one look each, unless the
 * accelerator is slower than all that the driver does. The last tile of a loop has no next one. */
static void overlap(const struct choice_costs *costs, const struct packet *packet,
                    double result_words, double compute_ns, double steps, struct step *step)
{
    const double look_ns = wait_ns(costs, 0);
    const double last_ns =
        wait_ns(costs, send_ns(costs, packet->transfers[packet->count - 1].words));
    const double load_ns = packet_words(packet) * costs->send_word_ns;
    const double store_ns = result_words * costs->receive_word_ns;
    const double busy_ns = costs->accelerator.double_buffering
                               ? fmax(load_ns, fmax(compute_ns, store_ns))
                               : load_ns + compute_ns + store_ns;
    const double in_turn_ns = step->wait_ns;

    step->wait_ns = sends_ns(costs, packet, 0) - last_ns + look_ns * (result_words > 0 ? 2 : 1);
    step->wait_ns += fmax(0, busy_ns - sum(step));
    step->wait_ns += (in_turn_ns - step->wait_ns) / steps;
}

/* `caches` is the share of one product. */
static struct step product_step(const struct choice_space *space, const struct tile_choice *choice,
                                const struct cache_time *caches, double compute_ns)
{
    const struct choice_costs *const costs = space->costs;
    const struct choice_sizes *const tile = &choice->tile;
    const bool returns = choice->flow != CHOICE_CS;
    const struct packet packet =
        packet_of(space, tile, choice->flow != CHOICE_AS, choice->flow != CHOICE_BS);
    struct step step = send_step(costs, &packet, 0);

    if (returns) {
        add_receive(space, tile, true, compute_ns, &step);
    } else {
        const double given_ns =
            costs->accelerator.double_buffering ? sum(&step) : until_first_tile_ns(costs, &packet);
        step = send_step(costs, &packet, fmax(0, compute_ns - given_ns));
    }
    step.copy_in_ns += caches->copy_ns;
    step.host_ns += caches->add_ns;
    if (space->pipeline) {
        overlap(costs, &packet, returns ? (double)tile->m * tile->n : 0, compute_ns,
                inner_steps(space, choice), &step);
    }
    return step;
}

/* What is done besides the products: a stationary tile goes, or comes back. */
static struct step stationary_step(const struct choice_space *space,
                                   const struct tile_choice *choice, double compute_ns)
{
    const struct choice_costs *const costs = space->costs;
    const struct packet packet =
        packet_of(space, &choice->tile, choice->flow == CHOICE_AS, choice->flow == CHOICE_BS);
    struct step step = send_step(costs, &packet, 0);

    if (choice->flow == CHOICE_CS) {
        add_receive(space, &choice->tile, space->adds_on_cpu, fmax(0, compute_ns - sum(&step)),
                    &step);
    }
    return step;
}

static struct kernel_time add(const struct step *product, double products,
                              const struct step *stationary, double times)
{
    return (struct kernel_time){
        .start_ns = products * product->start_ns + times * stationary->start_ns,
        .wait_ns = products * product->wait_ns + times * stationary->wait_ns,
        .copy_in_ns = products * product->copy_in_ns + times * stationary->copy_in_ns,
        .copy_out_ns = products * product->copy_out_ns + times * stationary->copy_out_ns,
        .sync_ns = products * product->sync_ns + times * stationary->sync_ns,
        .host_ns = products * product->host_ns + times * stationary->host_ns,
    };
}

struct kernel_time estimate_kernel_time(const struct choice_space *space,
                                        const struct tile_choice *choice)
{
    const struct choice_costs *const costs = space->costs;
    const struct choice_sizes *const tile = &choice->tile;
    const struct tile_counts counts = count_tiles(space, choice);
    const double products = (double)counts.products;
    const struct cache_time all = estimate_cache_time(space, choice, &counts);
    const struct cache_time caches = {all.copy_ns / products, all.add_ns / products};
    const double compute_ns =
        (double)matmul_core_compute_cycles(&costs->accelerator, tile->m, tile->n, tile->k) *
        costs->cycle_ns;
    const struct step product = product_step(space, choice, &caches, compute_ns);
    const struct step stationary = stationary_step(space, choice, compute_ns);
    struct kernel_time time = add(&product, products, &stationary, (double)counts.stationary);

    if (choice_adds(space, choice->flow)) {
        time.host_ns += (double)space->problem.m * space->problem.n * costs->clear_word_ns;
    }
    time.total_ns = time.start_ns + time.wait_ns + time.copy_in_ns + time.copy_out_ns +
                    time.sync_ns + time.host_ns;
    return time;
}

void kernel_time_write(const struct kernel_time *time, FILE *out)
{
    const struct {
        const char *name, *meaning;
        double ns;
    } terms[] = {
        {"start_ns", "starting transfers", time->start_ns},
        {"wait_ns", "waiting for them", time->wait_ns},
        {"copy_in_ns", "staging copies of what is sent", time->copy_in_ns},
        {"copy_out_ns", "... of what is received", time->copy_out_ns},
        {"sync_ns", "cache maintenance", time->sync_ns},
        {"host_ns", "adding partial tiles up", time->host_ns},
        {"total_ns", "the kernel", time->total_ns},
    };

    for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
        fprintf(out, "%s: %.0f # %s\n", terms[i].name, terms[i].ns, terms[i].meaning);
    }
}
