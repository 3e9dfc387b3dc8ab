"""`./zs validate memory`: the CPU's memory accesses beside published measurements."""

from __future__ import annotations

import re
import unittest

from zs import CliTest, zs
from zerostage.memory_validation import PUBLISHED

ROW = re.compile(r"(\d+\.\d+) +(\d+\.\d+) +(\d+\.\d+) ")  # published, model, ratio


class MemoryTest(CliTest):
    def test_each_published_figure_has_ours_beside_it(self) -> None:
        printed = zs("validate", "memory").stdout
        lines = {row.text: line for row in PUBLISHED
                 for line in printed.splitlines() if line.startswith(row.text + " ")}
        self.assertEqual(len(lines), len(PUBLISHED), printed)
        for text, line in lines.items():
            found = ROW.search(line)
            assert found is not None, line
            self.assertGreater(float(found[3]), 0.5, text)
            self.assertLess(float(found[3]), 2, text)

    def test_it_takes_nothing_that_is_the_boards(self) -> None:
        self.fails(2, ("--dims is for the model board",), "validate", "memory", "--dims", "64")
        self.fails(2, ("only the models dram and board",),
                   "validate", "memory", "--reference", self.directory)


if __name__ == "__main__":
    unittest.main()
