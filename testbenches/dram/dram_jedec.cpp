#include "dram_jedec.h"

#include <algorithm>

namespace zs_test
{

/*  preset, banks, banks/group, RL, WL, BL, RCD, RP, RPAB, RAS, RC, WR, RTP, CCD_S, CCD_L, RRD_S,
 *  RRD_L, WTR_S, WTR_L, FAW, RFC, RFCPB, REFI, XP, CKE, DQSCK, bus clocks, LPDDR4 */
const jedec jedec_numbers[6] = {
    {"pynq-z2", 8, 8, 7, 6,  4,   7, 7,    7, 19, 26, 8, 4, 4,    4,
     6,         6, 4, 4, 21, 137, 0, 4095, 4, 3,  0,  1, 1, false},
    {"ddr3-1066-x16",
     8,
     8,
     7,
     6,
     4,
     7,
     7,
     7,
     20,
     27,
     8,
     4,
     4,
     4,
     6,
     6,
     4,
     4,
     27,
     139,
     0,
     4160,
     4,
     3,
     0,
     1,
     1,
     false},
    {"ddr3-1066-x32",
     8,
     8,
     7,
     6,
     4,
     7,
     7,
     7,
     20,
     27,
     8,
     4,
     4,
     4,
     6,
     6,
     4,
     4,
     27,
     139,
     0,
     4160,
     4,
     3,
     0,
     1,
     1,
     false},
    {"ddr3-1600-x64",
     8,
     8,
     11,
     8,
     4,
     11,
     11,
     11,
     28,
     39,
     12,
     6,
     4,
     4,
     6,
     6,
     6,
     6,
     32,
     208,
     0,
     6240,
     5,
     4,
     0,
     1,
     1,
     false},
    {"ddr4-2400-x64",
     16,
     4,
     16,
     12,
     4,
     16,
     16,
     16,
     39,
     55,
     18,
     9,
     4,
     6,
     4,
     6,
     3,
     9,
     26,
     420,
     0,
     9360,
     8,
     6,
     0,
     1,
     1,
     false},
    {"lpddr4-3200-x32",
     8,
     8,
     28,
     14,
     8,
     29,
     29,
     34,
     68,
     96,
     30,
     12,
     8,
     8,
     16,
     16,
     16,
     16,
     64,
     208,
     96,
     6246,
     12,
     12,
     6,
     4,
     2,
     true},
};

namespace
{

bool is_read(dram_command command)
{
    return command == DRAM_RD || command == DRAM_RDA;
}

bool is_write(dram_command command)
{
    return command == DRAM_WR || command == DRAM_WRA;
}

bool is_column(dram_command command)
{
    return is_read(command) || is_write(command);
}

bool is_precharge(dram_command command)
{
    return command == DRAM_PRE || command == DRAM_PREA;
}

bool is_refresh(dram_command command)
{
    return command == DRAM_REF || command == DRAM_REFPB;
}

} // namespace

int jedec::clocks(dram_command command) const
{
    if (command == DRAM_PDE || command == DRAM_PDX) {
        return 1;
    }
    return command == DRAM_ACT || is_column(command) ? row_clocks : others_clocks;
}

int64_t jedec::gap_ddr(dram_command first, dram_command second, relation where) const
{
    const bool same = where == relation::same_bank;
    const bool near = where != relation::other_group;
    const bool hits_bank = same || second == DRAM_PREA;
    const int64_t write_recovery = WL + BL + WR;

    if (first == DRAM_PDE) {
        return second == DRAM_PDX ? CKE : 1;
    }
    if (first == DRAM_PDX) {
        return second == DRAM_PDE ? CKE : second == DRAM_PDX || second == DRAM_REFPB ? 1 : XP;
    }
    if (second == DRAM_PDE) {
        return is_read(first)      ? RL + BL + 1
               : first == DRAM_WR  ? write_recovery
               : first == DRAM_WRA ? write_recovery + 1
                                   : 1;
    }
    if (first == DRAM_REF) {
        return second == DRAM_ACT || is_precharge(second) || second == DRAM_REF ? RFC : 1;
    }
    if (second == DRAM_REF) {
        return first == DRAM_ACT     ? RC
               : is_precharge(first) ? RP
               : first == DRAM_RDA   ? RTP + RP
               : first == DRAM_WRA   ? write_recovery + RP
                                     : 1;
    }
    if (first == DRAM_ACT) {
        if (second == DRAM_ACT) {
            return same ? RC : near ? RRD_L : RRD_S;
        }
        if (is_column(second)) {
            return same ? RCD : 1;
        }
        return is_precharge(second) && hits_bank ? RAS : 1;
    }
    if (is_precharge(first)) {
        return second == DRAM_ACT && (same || first == DRAM_PREA) ? RP : 1;
    }
    if (is_column(first) && is_column(second)) {
        if (is_read(first) && is_write(second)) {
            return RL + BL + 2 - WL;
        }
        if (is_write(first) && is_read(second)) {
            return WL + BL + (near ? WTR_L : WTR_S);
        }
        return near ? CCD_L : CCD_S;
    }
    if (is_precharge(second) && hits_bank) {
        return first == DRAM_RD ? RTP : first == DRAM_WR ? write_recovery : 1;
    }
    if (second == DRAM_ACT && same) {
        return first == DRAM_RDA ? RTP + RP : first == DRAM_WRA ? write_recovery + RP : 1;
    }
    return 1;
}

/* JEDEC counts between the last clocks of two commands; 0 stands for no rule. */
int64_t jedec::gap_lpddr4(dram_command first, dram_command second, relation where) const
{
    const bool same = where == relation::same_bank;
    const bool hits_bank = same || second == DRAM_PREA;
    const int64_t read_to_precharge = BL + RTP - 8;
    const int64_t write_to_precharge = WL + 1 + BL + WR;

    if (is_refresh(second)) {
        const bool concerns = same || second == DRAM_REF;
        if (first == DRAM_ACT) {
            return concerns ? RC : RRD_S;
        }
        if (first == DRAM_PRE) {
            return concerns ? RP : 0;
        }
        if (first == DRAM_PREA) {
            return RPAB;
        }
        if (first == DRAM_REF) {
            return RFC;
        }
        if (first == DRAM_REFPB) {
            return RFCPB;
        }
        return !concerns           ? 0
               : first == DRAM_RDA ? read_to_precharge + RP
               : first == DRAM_WRA ? write_to_precharge + RP
                                   : 0;
    }
    if (first == DRAM_REF) {
        return second == DRAM_ACT || is_precharge(second) ? RFC : 0;
    }
    if (first == DRAM_REFPB) {
        return second == DRAM_ACT ? (same ? RFCPB : RRD_S) : second == DRAM_PREA ? RFCPB : 0;
    }
    if (first == DRAM_ACT) {
        return second == DRAM_ACT                  ? (same ? RC : RRD_S)
               : is_column(second)                 ? (same ? RCD : 0)
               : is_precharge(second) && hits_bank ? RAS
                                                   : 0;
    }
    if (is_precharge(first)) {
        if (is_precharge(second)) {
            return 4; /* tPPD */
        }
        return second != DRAM_ACT ? 0 : first == DRAM_PREA ? RPAB : same ? RP : 0;
    }
    if (is_column(first) && is_column(second)) {
        return is_read(first) && is_write(second)   ? RL + DQSCK + BL + 2 - WL
               : is_write(first) && is_read(second) ? WL + 1 + BL + WTR_S
                                                    : CCD_S;
    }
    if (is_precharge(second) && hits_bank) {
        return first == DRAM_RD ? read_to_precharge : first == DRAM_WR ? write_to_precharge : 0;
    }
    if (second == DRAM_ACT && same) {
        return first == DRAM_RDA   ? read_to_precharge + RP
               : first == DRAM_WRA ? write_to_precharge + RP
                                   : 0;
    }
    return 0;
}

int64_t jedec::gap(dram_command first, dram_command second, relation where) const
{
    if (!lpddr4) {
        return gap_ddr(first, second, where);
    }
    const int64_t bus = clocks(first);
    const int64_t last = clocks(first) - 1;
    if (first == DRAM_PDE) {
        return second == DRAM_PDX ? CKE : bus;
    }
    if (first == DRAM_PDX) {
        return second == DRAM_PDE ? CKE : second == DRAM_PDX ? bus : XP;
    }
    if (second == DRAM_PDE) {
        return is_read(first)      ? last + RL + DQSCK + BL + 1
               : first == DRAM_WR  ? last + WL + 1 + BL + WR
               : first == DRAM_WRA ? last + WL + 1 + BL + WR + 1
                                   : last + 3; /* tCMDCKE */
    }
    const int64_t between = gap_lpddr4(first, second, where);
    return between == 0 ? bus : std::max(bus, last + between - (clocks(second) - 1));
}

} // namespace zs_test
