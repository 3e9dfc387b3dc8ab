/* The standards once more, written without the model's tables: what the tests hold it to.
 *
 * Numbers are in clocks, worked out by hand from the standards; gaps are JEDEC's expressions, one
 * function a standard.
 */
#ifndef ZEROSTAGE_TESTBENCHES_DRAM_DRAM_JEDEC_H
#define ZEROSTAGE_TESTBENCHES_DRAM_DRAM_JEDEC_H

#include "dram/dram_device.h"

#include <cstdint>
#include <string>

namespace zs_test
{

enum class relation { same_bank, same_group, other_group };

struct jedec {
    std::string preset;
    int banks, banks_per_group;
    int RL, WL, BL, RCD, RP, RPAB, RAS, RC, WR, RTP, CCD_S, CCD_L, RRD_S, RRD_L, WTR_S, WTR_L, FAW,
        RFC, RFCPB, REFI, XP, CKE, DQSCK;
    int row_clocks;    /* of the command bus: ACT and column commands */
    int others_clocks; /* PRE, REF */
    bool lpddr4;

    /* Smallest number of clocks from the start of one command to the start of the next. */
    int64_t gap(dram_command first, dram_command second, relation where) const;

    int clocks(dram_command command) const; /* of the command bus */
    int64_t read_data_start() const
    {
        return (lpddr4 ? 3 : 0) + RL + DQSCK;
    }
    int64_t write_data_start() const
    {
        return (lpddr4 ? 3 : 0) + WL + (lpddr4 ? 1 : 0);
    }

  private:
    int64_t gap_ddr(dram_command first, dram_command second, relation where) const;
    int64_t gap_lpddr4(dram_command first, dram_command second, relation where) const;
};

extern const jedec jedec_numbers[6];

} // namespace zs_test
#endif
