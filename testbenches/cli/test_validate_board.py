"""`./zs validate board`: what it asks for, and agreement where the measurements are at hand."""

from __future__ import annotations

import unittest

from zs import CliTest

HEADER = "dim,driver,accel_version,accel_size,flow,task_clock_ms,l1d_accesses,l1d_refills,page_faults"


class RequestTest(CliTest):
    def test_an_empty_folder_is_named(self) -> None:
        self.fails(2, (str(self.directory), "holds none of matmul-memcpy.csv"),
                   "validate", "board", "--reference", self.directory)

    def test_a_broken_row_is_named_with_its_line(self) -> None:
        path = self.file("matmul-memcpy.csv", f"{HEADER}\n64,robot,,,,24.55,1,1,120\n")
        self.fails(2, (f"{path}:2: driver 'robot'",),
                   "validate", "board", "--reference", self.directory)

    def test_a_missing_column_is_named(self) -> None:
        self.file("matmul-memcpy.csv", "dim,driver\n64,cpu\n")
        self.fails(2, ("no column accel_version",),
                   "validate", "board", "--reference", self.directory)

    def test_options_of_the_board_mean_nothing_for_other_models(self) -> None:
        self.fails(2, ("are for the model board",), "validate", "array", "--dims", "64")


if __name__ == "__main__":
    unittest.main()
