"""Tables and sentences follow from the counters: checked on runs that are made up by hand."""

from __future__ import annotations

import json
import unittest
from pathlib import Path

from zs import CliTest

from zerostage import measures
from zerostage.compare import short_names
from zerostage.quantity import ratio, size_bytes, time_ps
from zerostage.stats import Audit, Counter, Run, load
from zerostage.table import render
from zerostage.verdict import sentences

MS = 10**9  # picoseconds


def run(label: str, kernel_ms: int, program_ms: int, **kernel_counters: int) -> Run:
    """A run; counters that are not given are zero. Program counters equal the kernel's, plus
    `outside` uncached reads."""
    outside = kernel_counters.pop("outside", 0)
    values = {name: 0 for name in counter_names()}
    values.update({name.replace("__", "."): value for name, value in kernel_counters.items()})
    assert set(values) == counter_names(), "a counter that no comparison asks for"
    counters = {
        name: Counter(name, "", "", {"kernel": value, "program": value, "process": value})
        for name, value in values.items()
    }
    counters["cpu.uncached_reads"].values["program"] += outside
    durations = {"kernel": kernel_ms * MS, "program": program_ms * MS, "process": program_ms * MS}
    derived = {"accelerator.utilisation": {"kernel": 0.1}}
    return Run(label, label, durations, counters, derived, Audit(1, ()), True, "")


def counter_names() -> set[str]:
    """Every counter that a comparison asks for."""

    class Asked(dict):
        def __contains__(self, name: object) -> bool:
            self[name] = Counter(str(name), "", "", dict.fromkeys(("kernel", "program"), 0))
            return True

    asked = Asked()
    durations = {"kernel": 1, "program": 1}
    derived = {"accelerator.utilisation": {"kernel": 0.1}}
    blank = Run("", "", durations, asked, derived, Audit(0, ()), True, "")
    render([blank])
    sentences(blank, blank)
    return set(asked)


class VerdictTest(unittest.TestCase):
    def test_win_in_the_kernel_and_loss_in_the_program_are_both_said(self) -> None:
        staged = run("staged", 40, 60)
        zero_copy = run("zero-copy", 20, 75, outside=5000)
        kernel, program, _ = sentences(staged, zero_copy)
        self.assertIn("2.00x faster", kernel)
        self.assertIn("1.25x slower", program)
        self.assertIn("outside of the kernel it needs 35 ms more", program)
        self.assertIn("5,000 uncached CPU accesses there instead of 0", program)

    def test_loss_in_the_kernel_is_said(self) -> None:
        kernel, program, _ = sentences(run("a", 10, 20), run("b", 30, 40))
        self.assertIn("3.00x slower", kernel)
        self.assertIn("2.00x slower; outside of the kernel they are equal", program)

    def test_equal_runs_are_called_equal(self) -> None:
        kernel, program, movement = sentences(run("a", 10, 20), run("b", 10, 20))
        self.assertIn("as good as equal", kernel)
        self.assertIn("as good as equal", program)
        self.assertTrue(movement.endswith("0 against 0."), movement)

    def test_bytes_that_went_away_and_that_appeared_are_named(self) -> None:
        before = run("a", 1, 1, dram__bytes__cpu_fill=3000, dram__bytes__dma_read=1000)
        after = run("b", 1, 1, dram__bytes__cpu_uncached_read=500, dram__bytes__dma_read=1500)
        movement = sentences(before, after)[2]
        self.assertIn("(0.50x)", movement)
        self.assertTrue(
            movement.endswith(
                ": CPU cache fills (2.930 KiB) went away; DMA reads (1000 B to 1.465 KiB) grew;"
                " CPU uncached reads (500 B) appeared."
            ),
            movement,
        )

    def test_bytes_that_stay_and_remainders_are_named(self) -> None:
        before = run("a", 1, 1, dram__bytes__cpu_uncached_write=9000, dram__bytes__dma_read=9000)
        after = run("b", 1, 1, dram__bytes__cpu_uncached_write=8, dram__bytes__dma_read=9000)
        self.assertTrue(
            sentences(before, after)[2].endswith(
                ": CPU uncached writes (8.789 KiB, all but 8 B) went away;"
                " DMA reads (8.789 KiB) stayed."
            )
        )

    def test_waiting_for_uncached_reads_is_named_when_it_matters(self) -> None:
        before = run("a", 10, 10, cpu__cycles=1000)
        after = run("b", 20, 20, cpu__cycles=1000, cpu__stall__uncached_read_cycles=400)
        self.assertIn(
            "; the CPU waits 8 ms more for uncached reads", sentences(before, after)[0]
        )

    def test_largest_phase_changes_come_first(self) -> None:
        before = run("a", 10, 10, phase__copy_in_ps=6 * MS, phase__wait_send_ps=1 * MS)
        after = run("b", 6, 6, phase__wait_send_ps=3 * MS)
        self.assertIn("(copy in -6 ms, wait for send +2 ms)", sentences(before, after)[0])

    def test_empty_kernel_is_not_compared(self) -> None:
        self.assertIn("not comparable", sentences(run("a", 0, 0), run("b", 0, 0))[0])


class TableTest(unittest.TestCase):
    def test_rows_that_are_zero_everywhere_are_left_out(self) -> None:
        table = render([run("a", 1, 1, phase__copy_in_ps=1), run("b", 1, 1)])
        self.assertIn("copy in", table)
        self.assertNotIn("copy out", table)

    def test_every_phase_and_every_class_of_bytes_is_a_row(self) -> None:
        counters = {f"phase__{phase}_ps": 1 for phase in measures.PHASES}
        counters |= {f"dram__bytes__{traffic}": 1 for traffic in measures.TRAFFIC}
        table = render([run("a", 1, 1, **counters)] * 2)
        for words in (*measures.PHASES.values(), *measures.TRAFFIC.values()):
            self.assertIn(f" {words} ", table)

    def test_lines_are_aligned(self) -> None:
        runs = [run("a", 1, 100, phase__copy_in_ps=MS), run("a long name", 2000, 100)]
        ends = {len(line) for line in render(runs).splitlines() if line.endswith("x")}
        self.assertEqual(len(ends), 1)


class QuantityTest(unittest.TestCase):
    def test_four_digits_and_a_unit_that_fits(self) -> None:
        self.assertEqual(time_ps(12_345_678_900), "12.35 ms")
        self.assertEqual(time_ps(999), "999 ps")
        self.assertEqual(time_ps(0), "0")
        self.assertEqual(size_bytes(2 * 2**20), "2 MiB")
        self.assertEqual(size_bytes(1500), "1.465 KiB")

    def test_ratios_that_cannot_be_divided_are_words(self) -> None:
        self.assertEqual(ratio(1, 2), "0.50x")
        self.assertEqual(ratio(0, 2), "gone")
        self.assertEqual(ratio(2, 0), "new")
        self.assertEqual(ratio(0, 0), "")


class NamesTest(unittest.TestCase):
    def names(self, *names: str) -> tuple[str, list[str]]:
        return short_names([Path("/runs") / name for name in names])

    def test_what_names_have_in_common_becomes_the_title(self) -> None:
        self.assertEqual(
            self.names("matmul-32-Cs-staged-001", "matmul-32-Cs-zero_copy-packed-001"),
            ("matmul-32-Cs", ["staged-001", "zero_copy-packed-001"]),
        )

    def test_something_is_left_of_every_name(self) -> None:
        self.assertEqual(self.names("a-b", "a-b-c"), ("a", ["b", "b-c"]))
        self.assertEqual(self.names("a", "b"), ("", ["a", "b"]))

    def test_equal_names_are_told_apart_by_their_parents(self) -> None:
        self.assertEqual(self.names("x/run", "y/run"), ("", ["x/run", "y/run"]))


class LoadTest(CliTest):
    def test_failed_identities_are_kept_by_name(self) -> None:
        document = {
            "intervals": dict.fromkeys(("kernel", "program", "process"), {"duration_ps": 1}),
            "counters": [],
            "derived": [],
            "status": "failed",
            "message": "the audit failed",
            "audit": [{"name": "bytes", "ok": False}, {"name": "time", "ok": True}],
        }
        self.file("stats.json", json.dumps(document))
        self.assertEqual(load(self.directory).audit, Audit(2, ("bytes",)))


if __name__ == "__main__":
    unittest.main()
