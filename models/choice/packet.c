#include "choice/packet.h"

#include "choice/cache_time.h"
#include "choice/tile_counts.h"

enum { WORD_BYTES = 4 };

static void push(struct packet *packet, double words, double times)
{
    packet->transfers[packet->count].words = words;
    packet->transfers[packet->count].times = times;
    packet->count++;
}

static void add_opcode(const struct choice_space *space, struct packet *packet)
{
    const double words = space->opcode_words;

    if (words == 0) {
        return;
    }
    push(packet, space->coalesce ? words : 1, space->coalesce ? 1 : words);
    packet->rows = words;
    packet->copies_ns = space->sends == CHOICE_STAGED ? words * space->costs->opcode_ns : 0;
}

/* Coalesced, tiles join what lies beside them: everything in the staging buffer or on a chain; in
 * place, the first one's opcode. */
static bool joins(const struct choice_space *space, const struct packet *packet)
{
    return space->coalesce && packet->count > 0 &&
           (packet->tiles == 0 || space->sends != CHOICE_IN_PLACE);
}

static double copy_ns(const struct choice_costs *costs, double rows, double words)
{
    return costs->copy_tile_ns + rows * costs->copy_row_ns + words * costs->copy_in_word_ns;
}

/* A tile as wide as its matrix is one range. */
static void add_tile(const struct choice_space *space, struct packet *packet, uint32_t rows,
                     uint32_t columns, uint32_t matrix_columns)
{
    const double words = (double)rows * columns * choice_input_bytes(space) / WORD_BYTES;
    const double ranges = tile_steps(matrix_columns, columns) > 1 ? rows : 1;
    const double times = space->sends == CHOICE_ROWS_IN_PLACE ? ranges : 1;

    if (joins(space, packet)) {
        packet->transfers[packet->count - 1].words += words;
    } else {
        push(packet, words / times, times);
    }
    packet->rows += ranges;
    if (space->sends == CHOICE_STAGED) {
        packet->copies_ns += copy_ns(space->costs, rows, words);
    }
    if (packet->tiles++ == 0) {
        packet->first_tile = packet->count - 1;
        packet->first_copy_ns =
            space->sends == CHOICE_STAGED ? copy_ns(space->costs, rows, words) : 0;
    }
    if (space->coalesce && space->sends == CHOICE_STAGED) {
        packet->first_copy_ns = packet->copies_ns;
    }
}

struct packet packet_of(const struct choice_space *space, const struct choice_sizes *tile,
                        bool has_a, bool has_b)
{
    struct packet packet = {0};

    add_opcode(space, &packet);
    if (has_a) {
        add_tile(space, &packet, tile->m, tile->k, space->problem.k);
    }
    if (has_b) {
        add_tile(space, &packet, tile->k, tile->n, space->problem.n);
    }
    return packet;
}

double packet_starts(const struct packet *packet)
{
    double starts = 0;

    for (int i = 0; i < packet->count; i++) {
        starts += packet->transfers[i].times;
    }
    return starts;
}

double packet_words(const struct packet *packet)
{
    double words = 0;

    for (int i = 0; i < packet->count; i++) {
        words += packet->transfers[i].words * packet->transfers[i].times;
    }
    return words;
}
