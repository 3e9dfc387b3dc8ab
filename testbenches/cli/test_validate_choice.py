"""`./zs validate choice`: what best_cost takes, beside simulations; and how the compiler hears of it."""

from __future__ import annotations

import re
import unittest

from zs import ROOT, CliTest
from zerostage.choice_validation import Case, Kernel, Ranked
from zerostage.config import resolve
from zerostage.simulator import Request

ROW = re.compile(r"^32x32x32 (?P<variant>staged|zero-copy) +(?P<kernels>\d+) +(?P<rho>[\d.]+) +"
                 r"(?P<flow>\w\w) (?P<tile>\w+) +(?P<regret>[\d.]+) +(?P<error>[\d.]+)%$", re.M)


class ChoiceTest(CliTest):
    def test_what_is_chosen_is_hardly_slower_than_the_best(self) -> None:
        for variant in ("staged", "zero-copy"):
            printed = self.succeeds("validate", "choice", "--only", f"32x32x32 {variant}")
            row = next(row for row in ROW.finditer(printed) if row["variant"] == variant)
            self.assertGreaterEqual(int(row["kernels"]), 32, "8 tiles, 4 flows")
            self.assertLessEqual(float(row["regret"]), 1.05)
            self.assertGreater(float(row["rho"]), 0.95)
            self.assertLess(float(row["error"]), 25)
            self.assertIn("holds   what best_cost takes", printed)

    def test_it_takes_nothing_that_is_the_boards(self) -> None:
        self.fails(2, ("--dims is for the model board",), "validate", "choice", "--dims", "64")
        self.fails(2, ("no case has all of '7x7'",), "validate", "choice", "--only", "7x7")


class RankedTest(unittest.TestCase):
    """A sample by hand."""

    SAMPLE = [Kernel("Cs", "a", 1, 10), Kernel("Cs", "b", 2, 30), Kernel("Cs", "c", 4, 20)]

    def test_correlation_is_of_ranks(self) -> None:
        ranked = Ranked(Case((1, 1, 1), "staged"), self.SAMPLE, self.SAMPLE[0])
        self.assertAlmostEqual(ranked.correlation(), 0.5)

    def test_regret_is_relative_to_the_fastest(self) -> None:
        ranked = Ranked(Case((1, 1, 1), "staged"), self.SAMPLE, self.SAMPLE[2])
        self.assertAlmostEqual(ranked.regret(), 2)


class CompileTest(CliTest):
    """The compiler chooses as the board's configuration does: in both, costs come from the board."""

    SIZES = ("workload.m=128", "workload.n=128", "workload.k=128", "workload.copy=zero_copy")
    MATMUL = """
func.func @kernel(%a: memref<128x128xi32>, %b: memref<128x128xi32>, %c: memref<128x128xi32>) {
  %zero = arith.constant 0 : i32
  linalg.fill ins(%zero : i32) outs(%c : memref<128x128xi32>)
  linalg.matmul ins(%a, %b : memref<128x128xi32>, memref<128x128xi32>)
                outs(%c : memref<128x128xi32>)
  return
}
"""

    def test_compiler_and_run_choose_the_same_on_each_board(self) -> None:
        source = self.file("matmul.mlir", self.MATMUL)
        chosen = set()
        for name, clock in (("fast", "200 MHz"), ("slow", "5 MHz")):
            board = self.file(f"{name}.yaml", f"board: {{fclk_hz: {clock}}}\n")
            files = ("configs/demo.yaml", "configs/accelerators/v4-16.yaml", str(board))
            open_ends = ("workload.flow=best_cost", "workload.tile=best_cost")
            config = resolve(Request([str(ROOT / files[0]), str(ROOT / files[1]), files[2]],
                                     [*self.SIZES, *open_ends]))
            out = self.directory / f"{name}.c"
            self.succeeds("compile", source, "--accelerator", "v4", "--tile", "best_cost",
                          "--flow", "best_cost", "--copy", "zero_copy",
                          *(word for file in files for word in ("--board", file)), "-o", out)
            self.assertIn(f"in tiles of {config['workload.tile']}, flow {config['workload.flow']}",
                          out.read_text())
            self.assertIn("poll_ns: ", out.with_suffix(".costs.yaml").read_text())
            chosen.add(config["workload.tile"])
        self.assertEqual(len(chosen), 2, chosen)

    def test_a_board_without_a_choice_has_no_effect(self) -> None:
        source = self.file("matmul.mlir", self.MATMUL)
        self.fails(2, ("needs --flow or --tile best_cost",), "compile", source, "--board",
                   "configs/demo.yaml", "-o", self.directory / "x.c")


if __name__ == "__main__":
    unittest.main()
