"""`./zs why`: the terms sum to the difference, and each one comes from the counters it names."""

from __future__ import annotations

import unittest

from zs import CliTest

from zerostage import measures
from zerostage.stats import Audit, Counter, Run, load
from zerostage.why import decompose, report

US = 10**6  # picoseconds
PERIOD_PS = 10_000  # of the accelerator's clock


def run(kernel_us: int, packets: int = 0, words: int = 0, **phases_us: int) -> Run:
    """A run of a 1 GHz CPU; `waits_<phase>` is a phase's time in waits for uncached memory."""
    values = {"cpu.cycles": kernel_us * 1000, "accel.cycles.idle": kernel_us * US // PERIOD_PS}
    for phase in measures.PHASES:
        values[f"phase.{phase}_ps"] = phases_us.pop(phase, 0) * US
        values[f"phase.{phase}_uncached_cycles"] = phases_us.pop(f"waits_{phase}", 0) * 1000
    assert not phases_us, f"not a phase: {phases_us}"
    values |= {"stream.mm2s.packets": packets, "stream.s2mm.packets": 0}
    values |= {"stream.mm2s.words": words, "stream.s2mm.words": 0}
    counters = {
        name: Counter(name, "", "", dict.fromkeys(("kernel", "program", "process"), value))
        for name, value in values.items()
    }
    durations = dict.fromkeys(("kernel", "program", "process"), kernel_us * US)
    return Run("made up", "made up", durations, counters, {}, Audit(1, ()), True, "")


class DecompositionTest(unittest.TestCase):
    def test_a_copy_that_is_gone(self) -> None:
        found = decompose(run(100, copy_in=60, copy_out=10, other=30), run(30, other=30))
        self.assertEqual(found.term("copy"), -70 * US)
        self.assertEqual(found.difference_ps, -70 * US)
        self.assertEqual(found.term("rest"), 0)

    def test_waits_for_uncached_memory_are_apart_from_host_work(self) -> None:
        before = run(100, host_compute=100)
        after = run(190, host_compute=190, waits_host_compute=80)
        found = decompose(before, after)
        self.assertEqual(found.term("uncached touches"), 80 * US)
        self.assertEqual(found.term("host work"), 10 * US)

    def test_waits_inside_of_a_copy_belong_to_the_copy(self) -> None:
        before = run(100, copy_out=100, waits_copy_out=90)
        found = decompose(before, run(1, host_compute=1))
        self.assertEqual(found.term("copy"), -100 * US)
        self.assertEqual(found.term("uncached touches"), 0)

    def test_further_starts_cost_what_one_costs_in_the_reference(self) -> None:
        # 10 starts of 4 us beside their 1,000 words, a word 10 ns; then 30 starts of 3 us.
        before = run(50, packets=10, words=1000, dma_setup=20, wait_send=30)
        after = run(100, packets=30, words=1000, dma_setup=70, wait_send=30)
        found = decompose(before, after)
        self.assertEqual(found.term("extra starts"), 20 * 4 * US)
        self.assertEqual(found.term("overlap"), 30 * (3 - 4) * US)
        self.assertEqual(found.term("streamed words"), 0)

    def test_terms_sum_to_the_difference(self) -> None:
        before = run(100, packets=7, words=333, copy_in=13, dma_setup=31, wait_recv=9, alloc=47)
        after = run(
            90, packets=3, words=900, pack=11, waits_pack=3, dma_setup=29, maintenance=17, other=33
        )
        found = decompose(before, after)
        self.assertEqual(sum(term.ps for term in found.terms), found.difference_ps)

    def test_a_rest_that_nothing_explains_is_called_large(self) -> None:
        before, after = run(100, other=100), run(140, other=100, alloc=40)
        self.assertIn("The rest is large", report(before, after, decompose(before, after)))


class WhyTest(CliTest):
    def test_two_runs(self) -> None:
        runs = [self.directory / copy for copy in ("staged", "zero_copy")]
        for directory in runs:
            config = ("testbenches/cli/small.yaml", "--set", f"workload.copy={directory.name}")
            transfer = ("--set", "workload.transfer=packed") if directory == runs[1] else ()
            self.succeeds("run", *config, *transfer, "--out", directory)
        out = self.succeeds("why", *runs)
        self.assertRegex(out, r"kernel: zero_copy .*, staged .*: -")
        self.assertRegex(out, r"copy +-.*staging copies")
        self.assertRegex(out, r"program: ")
        for interval in ("kernel", "program"):
            found = decompose(load(runs[0]), load(runs[1]), interval)
            self.assertFalse(found.rest_is_large)
            self.assertLess(found.term("copy"), 0)

    def test_bad_requests(self) -> None:
        self.fails(2, ("two run directories, not 1",), "why", "a")
        self.fails(2, ("'a' is not a run directory: it does not exist",), "why", "a", "b")
        self.fails(2, ("expected kernel, program or both",), "why", "a", "b", "--interval", "kern")


if __name__ == "__main__":
    unittest.main()
