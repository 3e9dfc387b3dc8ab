"""Sizes that the accelerator's tile does not divide, and kernels of dynamic sizes."""

from __future__ import annotations

import unittest
from pathlib import Path

from zs import CliTest, counter, stats

SMALL = "testbenches/cli/small.yaml"  # int32, v3 8x8
M, N, K = 20, 12, 9
TILES = 3 * 2 * 2  # of 8x8x8: the products
STAGED = ("workload.flow=Cs", "workload.copy=staged")
PACKED = ("workload.flow=Ns", "workload.copy=zero_copy", "workload.transfer=packed")


def derived(directory: Path, name: str) -> float:
    """A derived figure of a run's kernel."""
    figures = stats(directory)["derived"]
    return next(figure["kernel"] for figure in figures if figure["name"] == name)


class SizesTest(CliTest):
    def run_sized(self, name: str, *settings: str) -> Path:
        """Run 20x12x9 into a directory of the test's own."""
        out = self.directory / name
        sizes = (f"workload.m={M}", f"workload.n={N}", f"workload.k={K}")
        options = [word for setting in (*sizes, *settings) for word in ("--set", setting)]
        self.succeeds("run", SMALL, *options, "--out", out)
        return out

    def test_tiles_at_the_edges_are_padded_and_the_padding_counted(self) -> None:
        sent_bytes = 4 * (TILES * 128 - 2 * M * K - 3 * K * N)
        staged, packed = self.run_sized("staged", *STAGED), self.run_sized("packed", *PACKED)
        for out in (staged, packed):
            self.assertTrue(all(identity["ok"] for identity in stats(out)["audit"]))
            self.assertEqual(derived(out, "padding.bytes_in"), sent_bytes)
        # Cs: each tile of C comes back once; Ns: one a product.
        self.assertEqual(derived(staged, "padding.bytes_out"), 4 * (6 * 64 - M * N))
        self.assertEqual(derived(packed, "padding.bytes_out"), 4 * (TILES * 64 - 2 * M * N))
        self.assertIn("padding sent, kernel", self.succeeds("compare", staged, packed))

    def test_a_dynamic_kernel_moves_the_same_words(self) -> None:
        for ways in (STAGED, PACKED):
            fixed = self.run_sized(f"static-{len(ways)}", *ways)
            dynamic = self.run_sized(f"dynamic-{len(ways)}", *ways, "workload.sizes=dynamic")
            for name in ("accel.words_in", "accel.words_out", "dma.mm2s.transfers"):
                self.assertEqual(counter(fixed, name), counter(dynamic, name))

    def test_blocks_for_the_dma_region_may_be_padded(self) -> None:
        sizes = ("workload.m=16", "workload.n=64", "workload.dma_in_bytes=4096")
        out = self.run_sized("blocks", *PACKED, *sizes)
        self.assertIn('region_block: "16x32x9"', (out / "config.yaml").read_text(encoding="utf-8"))

    def test_whole_tiles_have_no_padding(self) -> None:
        out = self.directory / "whole"
        self.succeeds("run", SMALL, "--out", out)
        self.assertEqual(derived(out, "padding.bytes_in"), 0)
        self.assertEqual(derived(out, "padding.bytes_out"), 0)


if __name__ == "__main__":
    unittest.main()
