/* Each identity of the audit: it holds for consistent counters, and a single byte, word or
 * picosecond too many makes it fail, by name. */
#include "board/board_audit.h"

#include <cerrno>
#include <cstring>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>

namespace
{

constexpr uint64_t LINE = 32, PERIOD_PS = 10000;

/* Counters of a made-up run of an 8x8x8 product on v3 8 x 8, Ns. */
const std::map<std::string, uint64_t> CONSISTENT = {{"link.cpu_ddr.read.bytes", 10 * LINE + 4},
                                                    {"link.cpu_ddr.write.bytes", 3 * LINE + 8},
                                                    {"link.hp0.read.bytes", 4 * 129},
                                                    {"link.hp0.write.bytes", 4 * 64},
                                                    {"dram.bytes.cpu_fill", 10 * LINE},
                                                    {"dram.bytes.cpu_writeback", 3 * LINE},
                                                    {"dram.bytes.cpu_uncached_read", 4},
                                                    {"dram.bytes.cpu_uncached_write", 8},
                                                    {"dram.bytes.dma_read", 4 * 129},
                                                    {"dram.bytes.dma_write", 4 * 64},
                                                    {"dram.bytes.dma_descriptor", 0},
                                                    {"l2.refills", 10},
                                                    {"l2.write_backs", 3},
                                                    {"stream.mm2s.words", 129},
                                                    {"stream.s2mm.words", 64},
                                                    {"dma.mm2s.bytes", 4 * 129},
                                                    {"dma.mm2s.errors", 0},
                                                    {"dma.mm2s.transfers", 3},
                                                    {"dma.s2mm.bytes", 4 * 64},
                                                    {"dma.s2mm.errors", 0},
                                                    {"dma.s2mm.transfers", 1},
                                                    {"dma.resets", 2},
                                                    {"accel.words_in", 129},
                                                    {"accel.words_out", 64},
                                                    {"accel.macs", 512},
                                                    {"accel.cycles.load", 129},
                                                    {"accel.cycles.compute", 64},
                                                    {"accel.cycles.store", 64},
                                                    {"accel.cycles.wait_in", 20},
                                                    {"accel.cycles.wait_out", 0},
                                                    {"accel.cycles.idle", 23},
                                                    {"phase.copy_in_ps", 100},
                                                    {"phase.copy_out_ps", 200},
                                                    {"phase.pack_ps", 0},
                                                    {"phase.dma_setup_ps", 300},
                                                    {"phase.wait_send_ps", 400},
                                                    {"phase.wait_recv_ps", 500},
                                                    {"phase.maintenance_ps", 0},
                                                    {"phase.alloc_ps", 600},
                                                    {"phase.host_compute_ps", 700},
                                                    {"phase.other_ps", 0}};

constexpr uint64_t KERNEL_PS = 2800, PROCESS_PS = 300 * PERIOD_PS;

class BoardAudit : public testing::Test
{
  protected:
    BoardAudit()
    {
        config_destroy(board_config_create(board.get()));
        board->accelerator.size = 8;
        board->workload.m = board->workload.n = board->workload.k = 8;
        board->workload.flow = WORKLOAD_NS;
        board->workload.transfer = TRANSFER_NONE;
        facts.l2_line_bytes = LINE;
        facts.accelerator_period_ps = PERIOD_PS;
        facts.dma_idle = true;
        facts.harness = true;
        facts.board = board.get();
    }

    /* Names of the identities that fail, each with a blank behind it. */
    std::string failures()
    {
        result = std::make_unique<audit>();
        std::map<std::string, uint64_t> live;
        struct stats *const stats = stats_create();
        for (const auto &[name, value] : counters) {
            stats_add(stats, name.c_str(), "", "", &live[name]);
        }
        stats_enter(stats, STATS_PROCESS, 0);
        stats_enter(stats, STATS_KERNEL, 0);
        for (const auto &[name, value] : counters) {
            live[name] = value;
        }
        stats_leave(stats, STATS_KERNEL, KERNEL_PS);
        stats_leave(stats, STATS_PROCESS, PROCESS_PS);
        error = board_audit(stats, &facts, result.get());
        stats_destroy(stats);
        std::string names;
        for (size_t i = 0; i < result->count; i++) {
            names += result->identities[i].ok ? "" : std::string(result->identities[i].name) + " ";
        }
        return names;
    }

    std::map<std::string, uint64_t> counters = CONSISTENT;
    std::unique_ptr<board_config> board = std::make_unique<board_config>();
    audit_facts facts{};
    std::unique_ptr<audit> result;
    int error = 0;
};

TEST_F(BoardAudit, HoldsForAConsistentRun)
{
    EXPECT_EQ(failures(), "");
    EXPECT_EQ(error, 0);
    EXPECT_EQ(result->count, 23U);
}

struct flaw {
    const char *counter;
    const char *identities; /* that notice one more of it */
};

class BoardAuditFlaw : public BoardAudit, public testing::WithParamInterface<flaw>
{
};

const flaw FLAWS[] = {
    {"link.cpu_ddr.read.bytes", "cpu_read_bytes memory_bytes "},
    {"link.cpu_ddr.write.bytes", "cpu_write_bytes memory_bytes "},
    {"link.hp0.read.bytes", "dma_read_bytes memory_bytes dma_fetched_bytes "},
    {"link.hp0.write.bytes", "dma_write_bytes memory_bytes dma_stored_bytes "},
    {"dram.bytes.cpu_fill", "cpu_read_bytes memory_bytes l2_refill_bytes "},
    {"dram.bytes.cpu_writeback", "cpu_write_bytes memory_bytes l2_writeback_bytes "},
    {"dram.bytes.dma_descriptor", "dma_read_bytes memory_bytes "},
    {"l2.refills", "l2_refill_bytes "},
    {"l2.write_backs", "l2_writeback_bytes "},
    {"stream.mm2s.words", "accelerator_words_in dma_sent_bytes "},
    {"stream.s2mm.words", "accelerator_words_out dma_received_bytes "},
    {"dma.mm2s.bytes", "dma_sent_bytes dma_fetched_bytes "},
    {"dma.mm2s.transfers", "kernel_sends "},
    {"dma.s2mm.bytes", "dma_received_bytes dma_stored_bytes "},
    {"dma.s2mm.transfers", "kernel_receives "},
    {"accel.words_in", "accelerator_words_in kernel_words_in "},
    {"accel.words_out", "accelerator_words_out kernel_words_out "},
    {"accel.macs", "kernel_macs "},
    {"phase.alloc_ps", "phases "},
    {"phase.other_ps", "phases "},
};

TEST_P(BoardAuditFlaw, IsNoticedByName)
{
    counters.at(GetParam().counter)++;
    EXPECT_EQ(failures(), GetParam().identities);
    EXPECT_FALSE(audit_passed(result.get()));
}

INSTANTIATE_TEST_SUITE_P(Counters, BoardAuditFlaw, testing::ValuesIn(FLAWS));

TEST_F(BoardAudit, AcceleratorTimeCannotExceedTheRun)
{
    counters.at("accel.cycles.idle") += 7; /* 300 cycles of the run, and one of rounding each */
    EXPECT_EQ(failures(), "accelerator_time ");
}

TEST_F(BoardAudit, APhaseBelowZeroIsNoticedThoughTheSumIsRight)
{
    counters.at("phase.other_ps") -= 50;
    counters.at("phase.alloc_ps") += 50;
    EXPECT_EQ(failures(), "longest_phase ");
}

TEST_F(BoardAudit, WordsLeftInAStreamAreNotLost)
{
    counters.at("stream.mm2s.words") += 2;
    counters.at("dma.mm2s.bytes") += 8;
    counters.at("link.hp0.read.bytes") += 8;
    counters.at("dram.bytes.dma_read") += 8;
    facts.mm2s_words_left = 2;
    EXPECT_EQ(failures(), "");
}

TEST_F(BoardAudit, ATransferUnderWayIsNotJudged)
{
    counters.at("link.hp0.read.bytes") -= 64;
    counters.at("dma.mm2s.bytes") -= 64;
    facts.dma_idle = false;
    EXPECT_EQ(failures(), "");
}

TEST_F(BoardAudit, DescriptorsAreReadAndTheirStatusWritten)
{
    constexpr uint64_t DESCRIPTORS = 3 + 1;
    board->dma.include_sg = true;
    facts.harness = false;
    counters.at("link.hp0.read.bytes") += 32 * DESCRIPTORS;
    counters.at("link.hp0.write.bytes") += 4 * DESCRIPTORS;
    EXPECT_EQ(failures(), "dma_read_bytes memory_bytes ");
    counters.at("dram.bytes.dma_descriptor") += (32 + 4) * DESCRIPTORS;
    EXPECT_EQ(failures(), "");
    counters.at("dma.s2mm.transfers")++;
    EXPECT_EQ(failures(), "dma_read_bytes dma_write_bytes dma_fetched_bytes dma_stored_bytes ");
}

TEST_F(BoardAudit, ADriverOfTheUsersMaySendWhatItLikes)
{
    board->workload.m = 4096;
    facts.harness = false;
    EXPECT_EQ(failures(), "");
}

TEST_F(BoardAudit, ACounterThatNobodyRegisteredIsAnError)
{
    counters.erase("l2.refills");
    failures();
    EXPECT_EQ(error, -ENOENT);
}

workload_config make_workload()
{
    workload_config workload{};
    std::strcpy(workload.tile, "auto");
    std::strcpy(workload.cache_tile, "none");
    std::strcpy(workload.region_block, "none");
    return workload;
}

/* T = D / t; words and transfers of the published drivers. */
TEST(KernelWords, AgreeWithThePublishedTable)
{
    workload_config workload = make_workload();
    matmul_accelerator_config accelerator{};
    struct kernel_words words;
    workload.m = workload.n = workload.k = 128;
    accelerator.size = 8;
    const uint64_t t2 = 64, T = 16, T2 = T * T, T3 = T2 * T;

    accelerator.version = MATMUL_V1;
    workload.flow = WORKLOAD_NS;
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.sends, 2 * T3);
    EXPECT_EQ(words.receives, T3);
    EXPECT_EQ(words.words_in, 2 * T3 * t2);
    EXPECT_EQ(words.words_out, T3 * t2);

    for (const uint32_t version : {MATMUL_V2, MATMUL_V3}) {
        accelerator.version = version;
        kernel_words_of(&workload, &accelerator, &words);
        EXPECT_EQ(words.sends, 3 * T3);
        EXPECT_EQ(words.receives, T3);
        EXPECT_EQ(words.words_in, 2 * T3 * t2 + T3);
        EXPECT_EQ(words.words_out, T3 * t2);
    }

    for (const uint32_t version : {MATMUL_V2, MATMUL_V3}) {
        accelerator.version = version;
        for (const uint32_t flow : {WORKLOAD_AS, WORKLOAD_BS}) {
            workload.flow = flow;
            kernel_words_of(&workload, &accelerator, &words);
            EXPECT_EQ(words.sends, 2 * T2 + 2 * T3);
            EXPECT_EQ(words.receives, T3);
            EXPECT_EQ(words.words_in, (T2 + T3) * t2 + T2 + T3);
            EXPECT_EQ(words.words_out, T3 * t2);
        }
    }

    workload.flow = WORKLOAD_CS;
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.sends, 3 * T3 + T2);
    EXPECT_EQ(words.receives, T2);
    EXPECT_EQ(words.words_in, 2 * T3 * t2 + T3 + T2);
    EXPECT_EQ(words.words_out, T2 * t2);
}

// 10x12x17 in tiles of 8: 2 x 2 x 3 of them, which 10 * 12 * 17 elements do not fill.
TEST(KernelWords, TilesAtTheEdgesArePadded)
{
    workload_config workload = make_workload();
    matmul_accelerator_config accelerator{};
    struct kernel_words words;
    workload.m = 10;
    workload.n = 12;
    workload.k = 17;
    accelerator.size = 8;
    accelerator.version = MATMUL_V3;
    workload.flow = WORKLOAD_NS;
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.sends, 12U * 3);
    EXPECT_EQ(words.words_in, 12U * (64 + 64 + 1));
    EXPECT_EQ(words.words_out, 12U * 64);
    EXPECT_EQ(words.macs, 12U * 512);
    EXPECT_EQ(words.padding_bytes_in, 4U * (12 * 128 - 2 * 10 * 17 - 2 * 17 * 12));
    EXPECT_EQ(words.padding_bytes_out, 4U * (12 * 64 - 3 * 10 * 12));

    workload.flow = WORKLOAD_AS; // A goes once
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.padding_bytes_in, 4U * (6 * 64 - 10 * 17 + 12 * 64 - 2 * 17 * 12));

    workload.flow = WORKLOAD_CS; // C comes once
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.padding_bytes_out, 4U * (4 * 64 - 10 * 12));

    workload.type = WORKLOAD_I8; // four elements of A and B a word
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.words_in, 12U * 2 * 16 + 12 + 4);
    EXPECT_EQ(words.padding_bytes_in, 12U * 128 - 2 * 10 * 17 - 2 * 17 * 12);
}

TEST(KernelWords, WholeTilesHaveNoPadding)
{
    workload_config workload = make_workload();
    matmul_accelerator_config accelerator{};
    struct kernel_words words;
    workload.m = workload.n = workload.k = 16;
    accelerator.size = 8;
    accelerator.version = MATMUL_V3;
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.padding_bytes_in, 0U);
    EXPECT_EQ(words.padding_bytes_out, 0U);
    EXPECT_EQ(words.macs, 16U * 16 * 16);
}

TEST(KernelWords, RowsAreSentOneByOneAndTilesReceivedWhole)
{
    workload_config workload = make_workload();
    matmul_accelerator_config accelerator{};
    struct kernel_words words;
    workload.m = workload.n = workload.k = 16;
    workload.flow = WORKLOAD_NS;
    workload.copy = WORKLOAD_ZERO_COPY;
    workload.transfer = TRANSFER_ROWS;
    accelerator.size = 8;
    accelerator.version = MATMUL_V3;
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.sends, 8U * (8 + 8 + 1));
    EXPECT_EQ(words.receives, 8U);
    EXPECT_EQ(words.words_in, 8U * (64 + 64 + 1)) << "the words are the same";
}

// As the published manual drivers, which pack opcode and tiles: Ns; As and Bs; Cs.
TEST(KernelWords, CoalescedSendsAreThoseOfTheManualDrivers)
{
    constexpr uint64_t T = 4, T2 = T * T, T3 = T * T * T;
    workload_config workload = make_workload();
    matmul_accelerator_config accelerator{};
    struct kernel_words words;
    workload.m = workload.n = workload.k = 8 * T;
    workload.coalesce = true;
    accelerator.size = 8;
    accelerator.version = MATMUL_V3;
    const std::pair<workload_flow, uint64_t> sends[] = {
        {WORKLOAD_NS, T3}, {WORKLOAD_AS, T2 + T3}, {WORKLOAD_BS, T2 + T3}, {WORKLOAD_CS, T3 + T2}};
    for (const auto &[flow, expected] : sends) {
        workload.flow = flow;
        kernel_words_of(&workload, &accelerator, &words);
        EXPECT_EQ(words.sends, expected);
    }
    accelerator.version = MATMUL_V1;
    workload.flow = WORKLOAD_NS;
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.sends, T3);
}

TEST(KernelWords, InPlaceAnOpcodeTravelsWithTheTileThatItLiesBeside)
{
    constexpr uint64_t T = 4, T2 = T * T, T3 = T * T * T;
    workload_config workload = make_workload();
    matmul_accelerator_config accelerator{};
    struct kernel_words words;
    workload.m = workload.n = workload.k = 8 * T;
    workload.coalesce = true;
    workload.copy = WORKLOAD_ZERO_COPY;
    workload.transfer = TRANSFER_PACKED;
    accelerator.size = 8;
    accelerator.version = MATMUL_V3;
    workload.flow = WORKLOAD_CS;
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.sends, 2 * T3 + T2);
    workload.flow = WORKLOAD_AS;
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.sends, T2 + T3);
}

TEST(KernelWords, EachDescriptorOfAChainCounts)
{
    constexpr uint64_t T = 2, T2 = T * T, T3 = T * T * T, ROWS = 8;
    workload_config workload = make_workload();
    matmul_accelerator_config accelerator{};
    struct kernel_words words;
    workload.m = workload.n = workload.k = ROWS * T;
    workload.flow = WORKLOAD_CS;
    workload.copy = WORKLOAD_ZERO_COPY;
    workload.transfer = TRANSFER_SG;
    accelerator.size = ROWS;
    accelerator.version = MATMUL_V3;
    for (const bool coalesce : {false, true}) {
        workload.coalesce = coalesce;
        kernel_words_of(&workload, &accelerator, &words);
        EXPECT_EQ(words.sends, T3 * (1 + 2 * ROWS) + T2);
        EXPECT_EQ(words.receives, T2 * ROWS);
    }
    workload.copy = WORKLOAD_ZERO_COPY_INPUTS;
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.receives, T2) << "into the DMA buffer, as one range";
}

TEST(KernelWords, TheDriverOf2022SendsBothTilesAtOnce)
{
    workload_config workload = make_workload();
    matmul_accelerator_config accelerator{};
    struct kernel_words words;
    workload.m = workload.n = workload.k = 16;
    workload.flow = WORKLOAD_NS;
    workload.behaviour = BEHAVIOUR_AXI4MLIR_2022;
    accelerator.size = 8;
    accelerator.version = MATMUL_V1;
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.sends, 8U);
    EXPECT_EQ(words.receives, 8U);
    EXPECT_EQ(words.words_in, 8U * (64 + 64)) << "the words are the same";
}

TEST(KernelWords, RectanglesHaveTheirOwnTileCounts)
{
    workload_config workload = make_workload();
    matmul_accelerator_config accelerator{};
    struct kernel_words words;
    workload.m = 8;
    workload.n = 24;
    workload.k = 40;
    workload.flow = WORKLOAD_CS;
    accelerator.size = 8;
    accelerator.version = MATMUL_V3;
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.words_in, 2U * 15 * 64 + 15 + 3);
    EXPECT_EQ(words.words_out, 3U * 64);

    workload.flow = WORKLOAD_AS; /* 5 tiles of A */
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.sends, 5U + 15 + 5 + 15);
    EXPECT_EQ(words.words_in, (5U + 15) * 64 + 5 + 15);
    EXPECT_EQ(words.words_out, 15U * 64);

    workload.flow = WORKLOAD_BS; /* 15 tiles of B, which is as many as products */
    workload.m = 16;
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.sends, 30U + 15 + 30 + 15);
    EXPECT_EQ(words.words_in, (30U + 15) * 64 + 30 + 15);
    EXPECT_EQ(words.words_out, 30U * 64);
}

TEST(KernelWords, V4SendsTheShapeOfItsTiles)
{
    workload_config workload = make_workload();
    matmul_accelerator_config accelerator{};
    struct kernel_words words;
    workload.m = workload.n = workload.k = 64;
    workload.flow = WORKLOAD_CS;
    std::strcpy(workload.tile, "16x32x64");
    accelerator.size = 16;
    accelerator.version = MATMUL_V4;
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.receives, 8U);
    EXPECT_EQ(words.words_out, 8U * 16 * 32);
    EXPECT_EQ(words.words_in, 8U * (16 * 64 + 64 * 32) + 2U * (8 + 8));
    EXPECT_EQ(words.sends, 8U * 2 + 2 * (8 + 8));

    workload.coalesce = true; /* opcode, shape, A and B: one send; opcode and shape of "send C" */
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.sends, 8U + 8);
    workload.copy = WORKLOAD_ZERO_COPY; /* opcode and shape lie beside A */
    workload.transfer = TRANSFER_PACKED;
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.sends, 8U * 2 + 8);
    EXPECT_EQ(words.words_in, 8U * (16 * 64 + 64 * 32) + 2U * (8 + 8)) << "the same words";
}

TEST(KernelWords, APartOfCIsReceivedAsOneRangeEvenByChains)
{
    workload_config workload = make_workload();
    matmul_accelerator_config accelerator{};
    struct kernel_words words;
    workload.m = workload.n = workload.k = 32;
    workload.flow = WORKLOAD_CS;
    workload.copy = WORKLOAD_ZERO_COPY;
    workload.transfer = TRANSFER_SG;
    accelerator.size = 8;
    accelerator.version = MATMUL_V3;
    std::strcpy(workload.cache_tile, "16x16x32");
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.receives, 16U * 8) << "C is complete: a row of a tile is a descriptor";
    std::strcpy(workload.cache_tile, "32x32x16");
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.receives, 16U * 2) << "for each block of K, into a scratch tile";
}

TEST(KernelWords, WhatIsStationaryIsSoWithinABlock)
{
    workload_config workload = make_workload();
    matmul_accelerator_config accelerator{};
    struct kernel_words words;
    workload.m = workload.n = workload.k = 32;
    std::strcpy(workload.cache_tile, "32x32x32,16x16x16");
    accelerator.size = 8;
    accelerator.version = MATMUL_V3;
    workload.flow = WORKLOAD_CS;
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.receives, 16U * 2) << "a tile of C comes back for each block of K";
    workload.flow = WORKLOAD_AS;
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.words_in, (16U * 2 + 64) * 64 + 16 * 2 + 64);
}

TEST(KernelWords, ABlockForTheRegionIsAMatrixOfItsOwn)
{
    workload_config workload = make_workload();
    matmul_accelerator_config accelerator{};
    struct kernel_words words;
    workload.m = workload.n = workload.k = 32;
    workload.flow = WORKLOAD_AS;
    workload.copy = WORKLOAD_ZERO_COPY;
    workload.transfer = TRANSFER_ROWS;
    std::strcpy(workload.region_block, "32x8x16");
    accelerator.size = 8;
    accelerator.version = MATMUL_V3;
    kernel_words_of(&workload, &accelerator, &words);
    EXPECT_EQ(words.words_in, (16U * 4 + 64) * 64 + 16 * 4 + 64) << "A once for each of 4 blocks";
    EXPECT_EQ(words.sends, 16U * 4 * 8 + 64 + 16 * 4 + 64) << "B's rows follow each other";
}

} // namespace
