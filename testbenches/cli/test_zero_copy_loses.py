"""Where zero-copy loses, after published field reports: one test a condition, by simulated time and
counters, with the reason visible in the decomposition of the difference."""

from __future__ import annotations

import functools
import unittest

from zs import ROOT

import zerostage
from zerostage import measures, why
from zerostage.errors import RunFailure
from zerostage.stats import Run

SMALL = ROOT / "testbenches" / "cli" / "small.yaml"  # 32 x 32 x 32 int32, Cs, staged, v3 8 x 8
ZERO_COPY = {"workload.copy": "zero_copy", "workload.transfer": "packed"}
MAINTAINED = {"dma.buffers": "udmabuf", "dma.mapping": "cached"}
COHERENT = {"dma.mapping": "coherent", "board.dma_port": "acp"}


@functools.cache
def _simulated(settings: tuple[tuple[str, object], ...]) -> Run:
    return zerostage.run(SMALL, dict(settings)).run


def run(*parts: dict[str, object], **settings: object) -> Run:
    """The small problem with overrides; `host__reads` stands for host.reads."""
    merged: dict[str, object] = {}
    for part in parts:
        merged |= part
    merged |= {name.replace("__", "."): value for name, value in settings.items()}
    return _simulated(tuple(merged.items()))


def work_ps(finished: Run) -> int:
    """The program without its start, its end and the check of the result."""
    return measures.duration_ps(finished, "program") - measures.phase_ps(
        finished, "other", "program"
    )


def host_ps(finished: Run) -> int:
    """The host's own computing in the program."""
    return measures.phase_ps(finished, "host_compute", "program")


class ZeroCopyLosesTest(unittest.TestCase):
    def test_when_the_cpu_reads_an_uncached_buffer_again_and_again(self) -> None:
        # linux-arm-kernel 2015, udmabuf#38, #120, raspberrypi/linux#5286, zynq-xdma#10: 4 to 30 times
        staged = run(workload__host_reads=40)
        zero_copy = run(ZERO_COPY, workload__host_reads=40)
        self.assertGreater(work_ps(zero_copy), work_ps(staged))
        found = why.decompose(staged, zero_copy, "program")
        self.assertGreater(found.term("uncached touches"), -found.term("copy"))

    def test_reading_in_place_costs_what_field_reports_say(self) -> None:
        cached, uncached = (
            host_ps(run(part, workload__host_reads=40)) - host_ps(run(part))
            for part in ({}, ZERO_COPY)
        )
        self.assertGreater(uncached / cached, 4)
        self.assertLess(uncached / cached, 30)

    def test_when_maintenance_costs_more_than_the_copy(self) -> None:
        # the same 2015 thread: handing over costs "more CPU time than actually copying"
        found = why.decompose(run(), run(ZERO_COPY, MAINTAINED))
        self.assertGreater(found.difference_ps, 0)
        self.assertGreater(found.term("maintenance"), -found.term("copy"))

    def test_when_outputs_are_read_while_inputs_alone_would_win(self) -> None:
        # xilinx_axidma#69, #101; u-dma-buf's sync_mode 2: writes are fine, reads are slow
        staged = run(workload__flow="Ns")
        inputs = run(ZERO_COPY, {"workload.copy": "zero_copy_inputs"}, workload__flow="Ns")
        outputs = run(ZERO_COPY, {"workload.copy": "zero_copy_outputs"}, workload__flow="Ns")
        self.assertLess(measures.duration_ps(inputs), measures.duration_ps(staged))
        self.assertGreater(measures.duration_ps(outputs), measures.duration_ps(staged))
        found = why.decompose(staged, outputs)
        self.assertGreater(found.term("uncached touches"), -found.term("copy"))

    def test_when_the_region_runs_out(self) -> None:
        # apache/tvm#3394, tensil#91: the run fails; the staging copy needs one tile's room
        region: dict[str, object] = {"workload.dma_in_bytes": 4096}
        self.assertTrue(run(region).ok)
        with self.assertRaises(RunFailure):
            run(region, ZERO_COPY)

    def test_when_a_strided_tile_goes_row_by_row(self) -> None:
        # AXI DMA in direct register mode sends one contiguous range
        staged = run()
        rows = run(ZERO_COPY, {"workload.transfer": "rows"})
        self.assertGreater(measures.duration_ps(rows), 2 * measures.duration_ps(staged))
        found = why.decompose(staged, rows)
        self.assertGreater(found.term("extra starts"), 0.7 * found.difference_ps)

    def test_when_transfers_are_small(self) -> None:
        # a start has a fixed cost: the smaller the tile, the more it weighs
        ratios = []
        for size in (4, 16):
            staged = run(accelerator__size=size)
            rows = run(ZERO_COPY, {"workload.transfer": "rows"}, accelerator__size=size)
            found = why.decompose(staged, rows)
            saved_per_word = -found.term("copy") / staged.value("stream.mm2s.words")
            starts = why.starts(rows, "kernel") - why.starts(staged, "kernel")
            words = found.term("extra starts") / starts / saved_per_word
            self.assertGreater(words, size, "words of the break-even transfer")
            ratios.append(found.difference_ps / found.before_ps)
        self.assertGreater(min(ratios), 0)

    def test_when_the_copy_reads_what_is_still_in_the_caches(self) -> None:
        # with the DMA buffers in the L2, too, nothing of the staging copy reaches the DRAM
        staged = run(COHERENT, {"board.acp_cache": 15})
        zero_copy = run(ZERO_COPY)
        self.assertGreater(measures.moved_bytes(zero_copy), 2 * measures.moved_bytes(staged))

    def test_when_the_coherent_port_thrashes_the_l2(self) -> None:
        # Zynq UltraScale+ TRM, "ACP usage": what the port allocates evicts what the CPU needs
        # here C on the heap, to which the CPU adds partial tiles; it fits the L2, but not beside A and B
        problem: dict[str, object] = {f"workload.{name}": 128 for name in "mnk"}
        ns = problem | {"workload.flow": "Ns", "board.l2.bytes": 131072}
        passing = run(ZERO_COPY, COHERENT, ns, {"board.acp_cache": 3})
        allocating = run(ZERO_COPY, COHERENT, ns, {"board.acp_cache": 15})
        self.assertGreater(
            allocating.value("l2.read_misses"), 2 * passing.value("l2.read_misses")
        )
        self.assertGreater(
            measures.phase_ps(allocating, "host_compute"),
            measures.phase_ps(passing, "host_compute"),
        )


if __name__ == "__main__":
    unittest.main()
