/* Combinations of legal values that make no board, and values that follow from others. */
#include "board_fixture.h"

namespace
{

class BoardCheck : public BoardTest
{
};

TEST_F(BoardCheck, TheDefaultsAreSound)
{
    EXPECT_EQ(check("board: {}"), "");
}

TEST_F(BoardCheck, TheFabricHasOneClock)
{
    EXPECT_EQ(check("board: {fclk_hz: 200 MHz}"), "");
    EXPECT_EQ(board->gp0.clock_hz, 200000000U);
    EXPECT_EQ(board->ports[PORT_HP0].clock_hz, 200000000U);
    EXPECT_EQ(board->dma.clock_hz, 200000000U);
    EXPECT_EQ(board->mm2s.clock_hz, 200000000U);
    EXPECT_EQ(board->s2mm.clock_hz, 200000000U);
    EXPECT_EQ(board->cpu_ddr.clock_hz, 525000000U);
}

TEST_F(BoardCheck, ALinkMayHaveItsOwnClock)
{
    EXPECT_EQ(check("board: {fclk_hz: 200 MHz, hp0: {clock_hz: 150 MHz}}"), "");
    EXPECT_EQ(board->ports[PORT_HP0].clock_hz, 150000000U);
    EXPECT_EQ(board->gp0.clock_hz, 200000000U);
}

TEST_F(BoardCheck, TransferFollowsCopy)
{
    EXPECT_EQ(check("workload: {copy: staged}"), "");
    EXPECT_EQ(board->workload.transfer, uint32_t{TRANSFER_NONE});
}

TEST_F(BoardCheck, ZeroCopyPacksUnlessToldOtherwise)
{
    EXPECT_EQ(check("workload: {copy: zero_copy}"), "");
    EXPECT_EQ(board->workload.transfer, uint32_t{TRANSFER_PACKED});
}

TEST_F(BoardCheck, TransferOfAStagedCopyHasNoEffect)
{
    EXPECT_EQ(check("workload:\n  copy: staged\n  transfer: rows\n"),
              "x.yaml:3:13: error: workload.transfer: has no effect with workload.copy: staged, "
              "which packs each tile when it copies it; leave it out or write auto\n");
}

TEST_F(BoardCheck, ZeroCopyHasATransfer)
{
    EXPECT_EQ(
        check("workload: {copy: zero_copy, transfer: none}"),
        "x.yaml:1:39: error: workload.transfer: zero_copy needs packed, rows, sg or 2d: tiles are "
        "sent from where they are\n");
}

TEST_F(BoardCheck, TheDriverOf2022IsForV1)
{
    EXPECT_EQ(check("accelerator: {version: v1}\nworkload: {flow: Ns, behaviour: axi4mlir-2022}"),
              "");
}

TEST_F(BoardCheck, TheDriverOf2022IsForNoOther)
{
    EXPECT_EQ(check("workload: {behaviour: axi4mlir-2022}"),
              "x.yaml:1:23: error: workload.behaviour: axi4mlir-2022 is a driver of accelerator v1 "
              "(accelerator.version)\n");
}

TEST_F(BoardCheck, TheDriverOf2022IsStaged)
{
    EXPECT_EQ(check("accelerator: {version: v1}\n"
                    "workload: {flow: Ns, copy: zero_copy, behaviour: axi4mlir-2022}"),
              "x.yaml:2:50: error: workload.behaviour: axi4mlir-2022 copies what it transfers: "
              "expected workload.copy: staged\n");
}

TEST_F(BoardCheck, WhatIsNotCopiedHasNoCopyStyle)
{
    EXPECT_EQ(check("workload: {copy: zero_copy, copy_style: elementwise}"),
              "x.yaml:1:41: error: workload.copy_style: has no effect with workload.copy: "
              "zero_copy, which does not copy\n");
}

TEST_F(BoardCheck, TheAcceleratorAccumulatesOnlyWhatItKeeps)
{
    EXPECT_EQ(check("workload: {flow: As, accumulate: accelerator}"),
              "x.yaml:1:34: error: workload.accumulate: the accelerator returns a tile of C for "
              "each product unless C stays in it: expected cpu, or workload.flow: Cs\n");
}

TEST_F(BoardCheck, TheBestFlowMovesTheFewestWords)
{
    EXPECT_EQ(check("workload: {flow: best}"), "");
    EXPECT_EQ(board->workload.flow, uint32_t{WORKLOAD_CS});
}

TEST_F(BoardCheck, TheBestFlowIsOneOfTheAccelerators)
{
    EXPECT_EQ(check("accelerator: {version: v1}\nworkload: {flow: best}"), "");
    EXPECT_EQ(board->workload.flow, uint32_t{WORKLOAD_NS});
}

TEST_F(BoardCheck, TileAndFlowThatMoveTheFewestWords)
{
    EXPECT_EQ(check("accelerator: {version: v4, size: 16}\n"
                    "workload: {m: 256, n: 512, k: 32, flow: best, tile: best}"),
              "");
    EXPECT_EQ(board->workload.flow, uint32_t{WORKLOAD_AS});
    EXPECT_STREQ(board->workload.tile, "128x32x32");
}

TEST_F(BoardCheck, TileAndFlowThatTakeTheShortestTime)
{
    EXPECT_EQ(check("accelerator: {version: v4, size: 16}\n"
                    "workload: {m: 256, n: 512, k: 32, flow: best_cost, tile: best_cost}"),
              "");
    EXPECT_EQ(board->workload.flow, uint32_t{WORKLOAD_CS});
    EXPECT_STREQ(board->workload.tile, "64x64x32");
}

TEST_F(BoardCheck, TheBestTileOfAFlow)
{
    EXPECT_EQ(check("accelerator: {version: v4, size: 16}\n"
                    "workload: {m: 256, n: 512, k: 32, flow: Ns, tile: best}"),
              "");
    EXPECT_EQ(board->workload.flow, uint32_t{WORKLOAD_NS});
    EXPECT_STREQ(board->workload.tile, "64x64x32");
}

TEST_F(BoardCheck, TileAndFlowAreChosenByOneMeasure)
{
    EXPECT_EQ(check("accelerator: {version: v4, size: 16}\n"
                    "workload: {flow: best, tile: best_cost}"),
              "x.yaml:2:30: error: workload.tile: is chosen together with workload.flow: expected "
              "the same of both, best or best_cost\n");
}

TEST_F(BoardCheck, OnlyV4HasTilesToChooseFrom)
{
    EXPECT_EQ(check("workload: {tile: best}"),
              "x.yaml:1:18: error: workload.tile: only accelerator v4 has tiles of any shape to "
              "choose from; of v1 to v3 it is accelerator.size: expected auto\n");
}

TEST_F(BoardCheck, ATileIsChosenForSizesThatArePadded)
{
    EXPECT_EQ(check("accelerator: {version: v4, size: 16}\n"
                    "workload: {m: 24, n: 100, k: 33, flow: Cs, tile: best}"),
              "");
    EXPECT_STREQ(board->workload.tile, "32x112x16");
}

TEST_F(BoardCheck, NoFlowAddsUpInV1)
{
    EXPECT_EQ(check("accelerator: {version: v1}\nworkload: {flow: best, accumulate: accelerator}"),
              "x.yaml:2:36: error: workload.accumulate: the accelerator returns a tile of C for "
              "each product unless C stays in it: expected cpu, or workload.flow: Cs\n");
}

TEST_F(BoardCheck, WhatFitsTheRegionsGoesThroughAsAWhole)
{
    EXPECT_EQ(check("workload: {copy: zero_copy}"), "");
    EXPECT_STREQ(board->workload.region_block, "none");
}

TEST_F(BoardCheck, WhatDoesNotFitGoesThroughInBlocks)
{
    EXPECT_EQ(check("workload: {copy: zero_copy, dma_in_bytes: 64 KiB}"), "");
    EXPECT_STREQ(board->workload.region_block, "64x32x128");
}

TEST_F(BoardCheck, StagedTilesFitTheRegions)
{
    EXPECT_EQ(check("workload: {copy: staged, dma_in_bytes: 64 KiB}"), "");
    EXPECT_STREQ(board->workload.region_block, "none");
}

TEST_F(BoardCheck, BlocksForTheCachesLieInThoseForTheRegion)
{
    EXPECT_EQ(check("workload: {copy: zero_copy, dma_in_bytes: 40 KiB, cache_tile: 32x32x128}"),
              "");
    EXPECT_STREQ(board->workload.region_block, "32x32x128");
}

TEST_F(BoardCheck, NotEvenABlockFitsTheRegion)
{
    EXPECT_EQ(check("workload: {copy: zero_copy, dma_in_bytes: 4 KiB}\naccelerator: {size: 32}"),
              "error: workload.region_block (default): even the smallest block, "
              "32x32x32, takes 8320 bytes of the input region's 4096 (workload.dma_in_bytes) and "
              "4096 of the output region's 4194304 (workload.dma_out_bytes)\n");
}

TEST_F(BoardCheck, TheAcceleratorAddsUpOverAllOfK)
{
    EXPECT_EQ(
        check("workload: {copy: zero_copy, dma_in_bytes: 4 KiB, accumulate: accelerator}"),
        "x.yaml:1:62: error: workload.accumulate: the accelerator adds up over all of K, which "
        "does not fit the DMA regions: expected cpu, or larger regions "
        "(workload.dma_in_bytes, dma_out_bytes)\n");
}

TEST_F(BoardCheck, ABlockOfTheUsersMustFit)
{
    EXPECT_EQ(check("workload: {copy: zero_copy, dma_in_bytes: 64 KiB, region_block: 64x64x128}"),
              "x.yaml:1:65: error: workload.region_block: a block, 64x64x128, takes 65664 bytes of "
              "the input region's 65536 (workload.dma_in_bytes) and 16384 of the output region's "
              "4194304 (workload.dma_out_bytes)\n");
}

TEST_F(BoardCheck, ABlockOfTheUsersConsistsOfTiles)
{
    EXPECT_EQ(
        check("workload: {copy: zero_copy, region_block: 64x64x12}"),
        "x.yaml:1:43: error: workload.region_block: expected a divisor of the problem that is "
        "a multiple of 8x8x8 (the tile, or workload.cache_tile)\n");
}

TEST_F(BoardCheck, ABlockHasThreeSizes)
{
    EXPECT_EQ(check("workload: {copy: zero_copy, region_block: 64}"),
              "x.yaml:1:43: error: workload.region_block: expected auto, none, or M x N x K as in "
              "64x64x128\n");
}

TEST_F(BoardCheck, StagedTilesHaveNoBlocksForTheRegion)
{
    EXPECT_EQ(
        check("workload: {region_block: 64x64x128}"),
        "x.yaml:1:26: error: workload.region_block: has no effect with workload.copy: staged, "
        "which needs room for tiles only\n");
}

TEST_F(BoardCheck, V1KeepsNothing)
{
    EXPECT_EQ(check("accelerator: {version: v1}\nworkload: {flow: Cs}"),
              "x.yaml:2:18: error: workload.flow: Cs keeps C in the accelerator, and v1 cannot: "
              "expected Ns, or accelerator v3\n");
}

TEST_F(BoardCheck, V1KeepsNoInputEither)
{
    EXPECT_EQ(check("accelerator: {version: v1}\nworkload: {flow: As}"),
              "x.yaml:2:18: error: workload.flow: As keeps A in the accelerator, and v1 cannot: "
              "expected Ns, or accelerator v2 or v3\n");
}

TEST_F(BoardCheck, V2KeepsInputsOnly)
{
    EXPECT_EQ(check("accelerator: {version: v2}\nworkload: {flow: Cs}"),
              "x.yaml:2:18: error: workload.flow: Cs keeps C in the accelerator, and v2 cannot: "
              "expected Ns, As or Bs, or accelerator v3\n");
}

struct combination {
    const char *version, *flow;
};

class BoardFlow : public BoardTest, public testing::WithParamInterface<combination>
{
};

TEST_P(BoardFlow, IsOfItsAccelerator)
{
    const auto [version, flow] = GetParam();
    EXPECT_EQ(check(std::string("accelerator: {version: ") + version +
                    "}\nworkload: {flow: " + flow + "}"),
              "");
}

INSTANTIATE_TEST_SUITE_P(Flows, BoardFlow,
                         testing::Values(combination{"v1", "Ns"}, combination{"v2", "Ns"},
                                         combination{"v2", "As"}, combination{"v2", "Bs"},
                                         combination{"v3", "Ns"}, combination{"v3", "As"},
                                         combination{"v3", "Bs"}, combination{"v3", "Cs"}),
                         [](const testing::TestParamInfo<combination> &info) {
                             return std::string(info.param.version) + info.param.flow;
                         });

TEST_F(BoardCheck, V4HasTilesOfAnyShape)
{
    EXPECT_EQ(check("accelerator: {version: v4, size: 16}\nworkload: {tile: 16x32x64}"), "");
}

TEST_F(BoardCheck, OthersHaveTilesOfTheirSize)
{
    EXPECT_EQ(
        check("workload: {tile: 16x32x64}"),
        "x.yaml:1:18: error: workload.tile: only accelerator v4 has tiles of any shape; of v1 "
        "to v3 it is accelerator.size\n");
}

TEST_F(BoardCheck, ATileHasThreeSizes)
{
    EXPECT_EQ(
        check("accelerator: {version: v4, size: 16}\nworkload: {tile: 16x32}"),
        "x.yaml:2:18: error: workload.tile: expected auto, best, best_cost, or M x N x K as in "
        "16x32x64\n");
}

TEST_F(BoardCheck, BlocksForTheCachesAreOfWholeTiles)
{
    EXPECT_EQ(check("workload: {cache_tile: 12x16x16}"),
              "x.yaml:1:24: error: workload.cache_tile: blocks must consist of whole tiles of "
              "8x8x8\n");
}

TEST_F(BoardCheck, TilesOverlapInBlocksOfOneLength)
{
    EXPECT_EQ(check("workload: {k: 100, cache_tile: 16x16x16, pipeline: true}"),
              "x.yaml:1:52: error: workload.pipeline: overlaps a loop of known length, and the "
              "last block for the caches is smaller: expected a workload.cache_tile that divides "
              "the problem\n");
}

TEST_F(BoardCheck, TilesOverlapInABlockThatIsAllThereIs)
{
    EXPECT_EQ(check("workload: {m: 100, k: 12, cache_tile: 16x16x16, pipeline: true}"), "");
}

TEST_F(BoardCheck, ADynamicKernelIsNotBlockedForTheRegion)
{
    EXPECT_EQ(check("workload: {sizes: dynamic, copy: zero_copy, region_block: 64x64x64}"),
              "x.yaml:1:59: error: workload.region_block: needs sizes that are known: expected "
              "workload.sizes: static\n");
}

TEST_F(BoardCheck, TheLastBlockForTheCachesMayBeSmaller)
{
    EXPECT_EQ(check("workload: {m: 100, cache_tile: 16x16x16}"), "");
}

TEST_F(BoardCheck, BlocksForTheCachesGoWithEachWayToMove)
{
    EXPECT_EQ(check("workload: {cache_tile: 16x16x16, coalesce: true, pipeline: true}"), "");
    EXPECT_EQ(check("board: {dma: {include_sg: true}}\n"
                    "workload: {cache_tile: 16x16x16, copy: zero_copy, transfer: sg}"),
              "");
}

TEST_F(BoardCheck, V4CoalescesAndOverlaps)
{
    EXPECT_EQ(check("accelerator: {version: v4, size: 16}\n"
                    "workload: {copy: zero_copy, coalesce: true, pipeline: true}"),
              "");
}

TEST_F(BoardCheck, ScatterGatherNeedsChainsOrADriverOfTheUsers)
{
    EXPECT_EQ(check("board: {dma: {include_sg: true}}"),
              "x.yaml:1:27: error: board.dma.include_sg: compiled kernels use direct register "
              "mode unless workload.transfer: sg; otherwise scatter-gather needs a driver of your "
              "own (workload.program)\n");
}

TEST_F(BoardCheck, ChainsUseScatterGather)
{
    EXPECT_EQ(check("board: {dma: {include_sg: true}}\n"
                    "workload: {copy: zero_copy, transfer: sg}"),
              "");
}

TEST_F(BoardCheck, ChainsNeedScatterGather)
{
    EXPECT_EQ(check("workload: {copy: zero_copy, transfer: sg}"),
              "x.yaml:1:39: error: workload.transfer: sg needs an engine with scatter-gather: set "
              "board.dma.include_sg: true\n");
}

TEST_F(BoardCheck, InputsAloneMayBeInPlace)
{
    EXPECT_EQ(check("workload: {copy: zero_copy_inputs, transfer: rows}"), "");
}

TEST_F(BoardCheck, OutputsAloneMayBeInPlace)
{
    EXPECT_EQ(check("workload: {copy: zero_copy_outputs}"), "");
    EXPECT_EQ(board->workload.transfer, uint32_t{TRANSFER_PACKED});
}

TEST_F(BoardCheck, RowsAreOfWhatIsSentInPlace)
{
    EXPECT_EQ(check("workload: {copy: zero_copy_outputs, transfer: rows}"),
              "x.yaml:1:47: error: workload.transfer: rows has no effect with workload.copy: "
              "zero_copy_outputs: it is about what is sent in place\n");
}

TEST_F(BoardCheck, TransfersOfSingleRowsDoNotCoalesce)
{
    EXPECT_EQ(check("workload: {copy: zero_copy, transfer: rows, coalesce: true}"),
              "x.yaml:1:55: error: workload.coalesce: is not possible with workload.transfer: "
              "rows, which sends each row of a tile by itself: expected packed or sg\n");
}

TEST_F(BoardCheck, TransfersOfSingleRowsDoNotOverlap)
{
    EXPECT_EQ(check("workload: {copy: zero_copy, transfer: rows, pipeline: true}"),
              "x.yaml:1:55: error: workload.pipeline: is not possible with workload.transfer: "
              "rows, which sends each row of a tile by itself: expected packed or sg\n");
}

TEST_F(BoardCheck, NothingLiesBesideTheTilesOfAnAcceleratorWithoutOpcodes)
{
    EXPECT_EQ(check("accelerator: {version: v1}\n"
                    "workload: {flow: Ns, copy: zero_copy, coalesce: true}"),
              "x.yaml:2:49: error: workload.coalesce: puts opcodes beside the tiles with "
              "workload.transfer: packed, and v1 has none: expected sg\n");
}

TEST_F(BoardCheck, StagedTilesCoalesceWithoutOpcodes)
{
    EXPECT_EQ(check("accelerator: {version: v1}\n"
                    "workload: {flow: Ns, coalesce: true, pipeline: true}"),
              "");
}

TEST_F(BoardCheck, ADriverOfTheUsersMayUseScatterGather)
{
    EXPECT_EQ(check("board: {dma: {include_sg: true}}\nworkload: {program: mine.c}"), "");
}

TEST_F(BoardCheck, ADriverOfTheUsersMayUseWhatKernelsCannot)
{
    EXPECT_EQ(check("accelerator: {version: v2}\nworkload: {program: mine.c, m: 100, flow: Cs}"),
              "");
}

TEST_F(BoardCheck, OnlyCachedBuffersAreMaintained)
{
    EXPECT_EQ(check("dma: {maintenance: never}"),
              "x.yaml:1:20: error: dma.maintenance: has no effect unless dma.mapping is cached: "
              "other buffers need none\n");
}

TEST_F(BoardCheck, ADriverMayMaintainTooLate)
{
    EXPECT_EQ(check("dma: {buffers: udmabuf, mapping: cached, maintenance: after_start}"), "");
}

TEST_F(BoardCheck, ChainsAreMaintainedBeforeTheyStartOrNever)
{
    EXPECT_EQ(check("board: {dma: {include_sg: true}}\n"
                    "workload: {copy: zero_copy, transfer: sg}\n"
                    "dma: {buffers: udmabuf, mapping: cached, maintenance: after_start}\n"),
              "x.yaml:3:55: error: dma.maintenance: after_start is there for direct register mode: "
              "expected never, or board.dma.include_sg: false\n");
}

TEST_F(BoardCheck, TheHostReadsInSomeStyle)
{
    EXPECT_EQ(check("workload: {host_reads: 1, host_read_style: byte}"), "");
}

TEST_F(BoardCheck, AStyleOfReadingIsOfReads)
{
    EXPECT_EQ(check("workload: {host_read_style: byte}"),
              "x.yaml:1:29: error: workload.host_read_style: has no effect while "
              "workload.host_reads is 0\n");
}

TEST_F(BoardCheck, TilesNeedNotDivideTheProblem)
{
    EXPECT_EQ(check("accelerator: {size: 16}\nworkload: {m: 24, n: 32, k: 40}"), "");
}

TEST_F(BoardCheck, ADynamicKernelHasNoLoopOfKnownLength)
{
    EXPECT_EQ(check("workload: {sizes: dynamic, coalesce: true}"), "");
    EXPECT_EQ(check("workload: {sizes: dynamic, pipeline: true}"),
              "x.yaml:1:38: error: workload.pipeline: overlaps a loop of known length: expected "
              "workload.sizes: static\n");
}

TEST_F(BoardCheck, AProgramOfTheUsersKnowsItsSizesItself)
{
    EXPECT_EQ(check("workload: {sizes: dynamic, program: mine.c}"),
              "x.yaml:1:19: error: workload.sizes: is of the harness, and has no effect on another "
              "workload.program\n");
}

TEST_F(BoardCheck, KernelAndAcceleratorHaveOneType)
{
    EXPECT_EQ(check("workload: {type: f32}"),
              "x.yaml:1:18: error: workload.type: the kernel and the accelerator "
              "(accelerator.type) must have the same element type\n");
}

TEST_F(BoardCheck, TheDmaMustReachItsBuffers)
{
    EXPECT_EQ(check("workload: {dma_out_address: 0x18000000}"),
              "x.yaml:1:29: error: workload.dma_out_address: 0x18000000-0x183fffff lies outside of "
              "the HP0 segment, so the DMA cannot reach it, 0x16000000-0x17ffffff "
              "(board.map.hp0_base)\n");
}

TEST_F(BoardCheck, BuffersMustNotOverlap)
{
    EXPECT_EQ(check("workload: {dma_in_bytes: 8 MiB}"),
              "error: workload.dma_out_address (default): 0x16400000-0x167fffff overlaps "
              "0x16000000-0x167fffff (workload.dma_in_address)\n");
}

TEST_F(BoardCheck, BuffersMustNotLieInTheProgramsMemory)
{
    EXPECT_NE(check("board: {map: {process_bytes: 400 MiB}}").find("overlaps"), std::string::npos);
}

TEST_F(BoardCheck, BuffersAreWholePages)
{
    EXPECT_EQ(check("workload: {dma_in_bytes: 5000}"),
              "x.yaml:1:26: error: workload.dma_in_bytes: 0x1388 is not a multiple of the page "
              "size, 4096 bytes\n");
}

TEST_F(BoardCheck, RegistersLieBehindGp0)
{
    EXPECT_EQ(check("board: {map: {dma_base: 0x30000000}}"),
              "x.yaml:1:25: error: board.map.dma_base: 0x30000000-0x3000ffff lies outside of the "
              "GP0 port, 0x40000000-0x7fffffff (board.map.gp0_base)\n");
}

TEST_F(BoardCheck, ACacheMustBeOne)
{
    EXPECT_NE(check("board: {l1d: {bytes: 1000}}").find("x.yaml:1:22: error: board.l1d.bytes: "),
              std::string::npos);
}

TEST_F(BoardCheck, DramTimingChangesMustMakeSense)
{
    EXPECT_NE(check("board: {dram: {timing: [RDC=8]}}").find("x.yaml:1:24: error: board.dram."),
              std::string::npos);
}

TEST_F(BoardCheck, AnAcceleratorWithoutAnyTileIsRefused)
{
    EXPECT_NE(check("accelerator: {size: 0}").find("accelerator.size"), std::string::npos);
}

} // namespace
