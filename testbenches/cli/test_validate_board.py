"""`./zs validate board`: what it asks for, and agreement where the measurements are at hand."""

from __future__ import annotations

import unittest

from zs import CliTest, zs
from zerostage import board_reference

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
        self.fails(2, ("--dims is for the model board",), "validate", "array", "--dims", "64")


@unittest.skipIf(board_reference.default_folder() is None, "the measurements are not here")
class AgreementTest(CliTest):
    """A few quick rows: bounds are on the whole process, a floor of 14.5 ms included."""

    def errors(self, words: str, dims: str) -> dict[str, float]:
        """Error of the time by row, in per cent."""
        printed = zs("validate", "board", "--markdown", "--only", words, "--dims", dims).stdout
        cells = [line.split("|")[1:-1] for line in printed.split("\n\n")[0].splitlines()[2:]]
        return {
            " ".join((row[0] + row[1]).split()): float(row[4].strip().rstrip("%")) for row in cells
        }

    def test_the_cpu_alone(self) -> None:
        for row, error in self.errors("cpu", "64,128").items():
            self.assertLess(abs(error), 4, row)

    def test_manual_drivers_that_were_calibrated_on_and_others(self) -> None:
        rows = self.errors("manual 8", "128")
        self.assertEqual(len(rows), 4)
        for row, error in rows.items():
            self.assertLess(abs(error), 6, row)


if __name__ == "__main__":
    unittest.main()
