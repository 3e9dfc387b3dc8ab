"""Where zero-copy loses, after published field reports: a configuration and a test a condition, by
simulated time and counters, with the reason visible in the decomposition of the difference."""

from __future__ import annotations

import functools
import unittest

from zs import ROOT

import zerostage
from zerostage import measures, why
from zerostage.errors import RunFailure
from zerostage.stats import Run

CASES = ROOT / "configs" / "loses"
STAGED = "with/staged"
PUBLISHED_CALL_CYCLES = 2200  # of the CPU: a blocking transfer on the board


@functools.cache
def _simulated(files: tuple[str, ...], overrides: tuple[tuple[str, object], ...]) -> Run:
    return zerostage.run([str(CASES / f"{name}.yaml") for name in files], dict(overrides)).run


def run(*files: str, **overrides: object) -> Run:
    """A case, with what is laid over it; `workload__host_reads` stands for workload.host_reads."""
    return _simulated(
        files, tuple((name.replace("__", "."), value) for name, value in overrides.items())
    )


def work_ps(finished: Run) -> int:
    """The program without its start, its end and the check of the result."""
    return measures.duration_ps(finished, "program") - measures.phase_ps(
        finished, "other", "program"
    )


def touching_ps(finished: Run) -> int:
    """The host's reading of the result, after the kernel."""
    return measures.phase_ps(finished, "host_compute", "program") - measures.phase_ps(
        finished, "host_compute"
    )


class ZeroCopyLosesTest(unittest.TestCase):
    def assert_reading_in_place_loses(self, case: str, least: float, most: float) -> None:
        """Reading takes `least` to `most` times as long as on the heap, and the whole loses by it."""
        staged, zero_copy = run(case, STAGED), run(case)
        self.assertGreater(work_ps(zero_copy), work_ps(staged))
        ratio = touching_ps(zero_copy) / touching_ps(staged)
        self.assertGreater(ratio, least)
        self.assertLess(ratio, most)
        found = why.decompose(staged, zero_copy, "program")
        self.assertGreater(found.term("uncached touches"), -found.term("copy"))

    def test_when_the_cpu_reads_an_uncached_buffer_byte_by_byte(self) -> None:
        # linux-arm-kernel, April 2015, Zynq-7000: 20 times
        self.assert_reading_in_place_loses("uncached-bytes", 20 / 2, 20 * 2)

    def test_when_the_cpu_copies_out_of_an_uncached_buffer(self) -> None:
        # zynq-xdma#10, Zynq-7000: 4 times; udmabuf#120: 5
        self.assert_reading_in_place_loses("uncached-memcpy", 4 / 2, 5 * 2)

    def test_when_the_cpu_reads_again_what_caches_would_serve(self) -> None:
        # udmabuf#38: 15 times; raspberrypi/linux#5286: 30
        self.assert_reading_in_place_loses("uncached-rereads", 15 / 2, 30 * 2)

    def test_when_maintenance_costs_more_than_the_copy(self) -> None:
        # linux-arm-kernel, April 2015: handing over costs "more CPU time than actually copying"
        staged, zero_copy = run("maintenance", STAGED), run("maintenance")
        found = why.decompose(staged, zero_copy)
        self.assertGreater(found.difference_ps, 0)
        self.assertGreater(found.term("maintenance"), -found.term("copy"))

    def test_when_outputs_are_read_while_inputs_alone_would_win(self) -> None:
        # xilinx_axidma#69, #101; u-dma-buf's sync_mode 2: writes are fine, reads are slow
        case = "write-combining"
        staged = run(case, STAGED)
        inputs = run(case, workload__copy="zero_copy_inputs")
        outputs = run(case)
        self.assertLess(measures.duration_ps(inputs), measures.duration_ps(staged))
        self.assertGreater(measures.duration_ps(outputs), measures.duration_ps(staged))
        found = why.decompose(staged, outputs)
        self.assertGreater(found.term("uncached touches"), -found.term("copy"))

    def test_when_the_region_runs_out(self) -> None:
        # apache/tvm#3394, tensil#91: the run fails; the staging copy needs one tile's room
        self.assertTrue(run("region", STAGED).ok)
        with self.assertRaises(RunFailure):
            run("region")

    def test_when_a_strided_tile_goes_row_by_row(self) -> None:
        # AXI DMA in direct register mode sends one contiguous range: T starts instead of one
        staged, rows = run("strided-rows", STAGED), run("strided-rows")
        tile, tiles, pairs = 8, 4, 2
        further = (tile - 1) * pairs * tiles**3
        self.assertEqual(why.starts(rows, "kernel") - why.starts(staged, "kernel"), further)
        self.assertGreater(measures.duration_ps(rows), 2 * measures.duration_ps(staged))
        found = why.decompose(staged, rows)
        self.assertGreater(found.term("extra starts"), 0.7 * found.difference_ps)

    def test_when_tiles_are_not_aligned_to_the_width_of_the_engine(self) -> None:
        # PG022: without data realignment undefined; here the engine halts. With it: further beats
        self.assertTrue(run("unaligned", STAGED).ok)
        with self.assertRaises(RunFailure):
            run("unaligned")
        realigned = {"board__dma__realignment": True}
        staged, zero_copy = run("unaligned", STAGED, **realigned), run("unaligned", **realigned)
        self.assertEqual(
            zero_copy.value("stream.mm2s.words"), staged.value("stream.mm2s.words")
        )
        self.assertGreater(
            zero_copy.value("link.hp0.read.beats"), staged.value("link.hp0.read.beats")
        )
        self.assertGreater(measures.duration_ps(zero_copy), measures.duration_ps(staged))

    def test_when_tiles_do_not_divide_the_matrices(self) -> None:
        # extra beats and bytes: 33 pays for 40
        padded = run("padding")
        whole = run("padding", workload__m=40, workload__n=40, workload__k=40)
        smaller = run("padding", workload__m=32, workload__n=32, workload__k=32)
        for counter in ("link.hp0.read.beats", "link.hp0.read.bytes", "stream.s2mm.words"):
            self.assertEqual(padded.value(counter), whole.value(counter))
        self.assertGreater(measures.duration_ps(padded), 1.5 * measures.duration_ps(smaller))
        found = why.decompose(smaller, padded)
        self.assertGreater(found.term("padding"), found.term("streamed words"))
        self.assertGreater(found.term("extra starts"), 0.5 * found.difference_ps)

    def test_when_transfers_are_small(self) -> None:
        # a start has a fixed cost: the smaller the tile, the more it weighs
        for size in (4, 16):
            settings = {"accelerator__size": size}
            staged = run("small-transfers", STAGED, **settings)
            rows = run("small-transfers", **settings)
            found = why.decompose(staged, rows)
            self.assertGreater(found.difference_ps, 0)
            saved_per_word = -found.term("copy") / staged.value("stream.mm2s.words")
            starts = why.starts(rows, "kernel") - why.starts(staged, "kernel")
            start_ps = found.term("extra starts") / starts
            self.assertGreater(start_ps / saved_per_word, size, "words of the break-even transfer")
            cycles = start_ps * staged.value("cpu.cycles") / measures.duration_ps(staged)
            self.assertGreater(cycles, PUBLISHED_CALL_CYCLES / 2)
            self.assertLess(cycles, PUBLISHED_CALL_CYCLES * 2)

    def test_when_the_copy_reads_what_is_still_in_the_caches(self) -> None:
        # with the DMA buffers in the L2, too, nothing of the staging copy reaches the DRAM
        staged, zero_copy = run("cache-reuse", "with/coherent-staging"), run("cache-reuse")
        self.assertGreater(measures.moved_bytes(zero_copy), 2 * measures.moved_bytes(staged))

    def test_when_the_coherent_port_thrashes_the_l2(self) -> None:
        # Zynq UltraScale+ TRM, "ACP usage": what the port allocates evicts what the CPU needs
        passing = run("coherent-thrashing", "with/no-allocation")
        allocating = run("coherent-thrashing")
        self.assertGreater(
            allocating.value("l2.read_misses"), 2 * passing.value("l2.read_misses")
        )
        found = why.decompose(passing, allocating)
        self.assertGreater(found.difference_ps, 0)
        self.assertGreater(found.term("host work"), 0.5 * found.difference_ps)

    def test_when_the_caches_are_flushed_too_late_or_never(self) -> None:
        # esp#332, #331, #35; udmabuf#116: the engine reads what was in memory before
        self.assertTrue(run("flush-order", dma__maintenance="before_start").ok)
        for mistake in ("after_start", "never"):
            with self.subTest(mistake), self.assertRaises(RunFailure):
                run("flush-order", dma__maintenance=mistake)

    def test_every_case_has_its_test_and_its_row_in_the_findings(self) -> None:
        text = (ROOT / "testbenches" / "cli" / "test_zero_copy_loses.py").read_text("utf-8")
        findings = (ROOT / "docs" / "findings.md").read_text("utf-8")
        for case in CASES.glob("*.yaml"):
            self.assertIn(f'"{case.stem}"', text)
            self.assertIn(f"(../configs/loses/{case.name})", findings)


if __name__ == "__main__":
    unittest.main()
