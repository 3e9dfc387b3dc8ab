// Costs for tests: round figures near those of the default board.
#ifndef ZEROSTAGE_CHOICE_FIXTURE_H
#define ZEROSTAGE_CHOICE_FIXTURE_H

#include "choice/choice_costs.h"

inline choice_costs a_board()
{
    choice_costs costs = {};
    costs.start_ns = 1500;
    costs.poll_ns = 1400;
    costs.send_latency_ns = 200;
    costs.receive_latency_ns = 300;
    costs.send_word_ns = 5;
    costs.receive_word_ns = 6;
    costs.fifo_words = 512;
    costs.opcode_ns = 70;
    costs.copy_tile_ns = 300;
    costs.copy_row_ns = 35;
    costs.copy_in_word_ns = 2;
    costs.copy_out_word_ns = 26;
    costs.add_row_ns = 40;
    costs.add_word_ns = 34;
    costs.add_in_place_ns = 100;
    costs.clear_word_ns = 17;
    costs.l1_miss_ns = 45;
    costs.l2_miss_ns = 135;
    costs.l1_bytes = 32 << 10;
    costs.l2_bytes = 512 << 10;
    costs.line_bytes = 32;
    costs.micro_tlb_miss_ns = 10;
    costs.tlb_miss_ns = 60;
    costs.micro_tlb_entries = 32;
    costs.tlb_entries = 128;
    costs.page_bytes = 4096;
    costs.cycle_ns = 5;
    costs.accelerator.size = 16;
    return costs;
}

#endif
