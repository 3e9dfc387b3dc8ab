/* What is sent at a time: an opcode and the tiles behind it, in one transfer or several. */
#ifndef ZEROSTAGE_CHOICE_PACKET_H
#define ZEROSTAGE_CHOICE_PACKET_H

#include "choice/tile_choice.h"

enum { PACKET_TRANSFERS = 3 }; /* an opcode, A, B */

struct packet {
    struct {
        double words;
        double times; /* as many alike, one after the other */
    } transfers[PACKET_TRANSFERS];
    int count;
    int tiles, first_tile; /* how many; the transfer with the first one */
    double rows;           /* descriptors, on a chain */
    double copies_ns;      /* staging, as long as the L1 serves it */
    double first_copy_ns;  /* ... of that until the first tile can start */
};

/* With a tile of A, of B, or of both; with none, only the opcode. */
struct packet packet_of(const struct choice_space *space, const struct choice_sizes *tile,
                        bool has_a, bool has_b);

/* The transfers that a driver starts for it, and the words in them. */
double packet_starts(const struct packet *packet);
double packet_words(const struct packet *packet);

#endif
