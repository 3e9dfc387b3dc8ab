#!/usr/bin/env python3
"""Run systolic products through zs-accel and hold their compute cycles to published closed forms.

usage: validate.py [--zs-accel PATH] [--markdown]

Every row is three runs of the accelerator with real operands, whose result is verified; cycles are
the counter accel.cycles.compute. The closed forms are those of two published simulators, which they
follow exactly on square products of 64 to 512 on arrays of 4, 8 and 16.

Held to:
  SCALE-Sim v2  output, weight and input stationary: equal, cycle for cycle
  STONNE        output stationary mesh: at most 7.5 % more, and less than 1 % from 512 on; its mesh
                takes five cycles more a fold, so the two tools are not equal to each other either

Exit status: 0 all hold, 1 some do not, 2 something is missing.
"""

import argparse
import json
import pathlib
import subprocess
import sys
from dataclasses import dataclass

ARRAYS = (4, 8, 16)
# Squares; 100 does not fit 8 or 16, and 64 x 128 x 256 tells the dimensions apart.
SHAPES = ((64, 64, 64), (100, 100, 100), (64, 128, 256), (128, 128, 128), (256, 256, 256),
          (512, 512, 512))
DATAFLOWS = ("os", "ws", "is")
STONNE_LIMIT, STONNE_LIMIT_LARGE, LARGE = 0.075, 0.01, 512


class Missing(Exception):
    """Something the comparison needs is not there."""


def folds(a, b, array):
    return -(-a // array) * -(-b // array)


def scale_sim(dataflow, m, n, k, array):
    """SCALE-Sim v2's cycles on an array x array grid."""
    across, along, stationary = {"os": ((m, n), k, 0), "ws": ((k, n), m, array),
                                 "is": ((k, m), n, array)}[dataflow]
    return folds(*across, array) * (along + stationary + 2 * array - 2) - 1


def stonne(m, n, k, array):
    """STONNE's cycles of the output stationary mesh."""
    return folds(m, n, array) * (k + 2 * array + 3)


def measure(zs_accel, dataflow, shape, array):
    """Compute cycles of one product that is one tile: operands are there when they are needed."""
    m, n, k = shape
    settings = {
        "accelerator.version": "v4", "accelerator.size": 4,
        "accelerator.compute": f"systolic_{dataflow}",
        "accelerator.array_rows": array, "accelerator.array_columns": array,
        "accelerator.buffer_words": max(m * k, k * n, m * n),
        "product.m": m, "product.n": n, "product.k": k,
        "product.tile_m": m, "product.tile_n": n, "product.tile_k": k,
    }
    command = [zs_accel]
    for name, value in settings.items():
        command += ["--set", f"{name}={value}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise Missing(done.stderr.strip())
    result = json.loads(done.stdout)
    cycles = {counter["name"]: counter["process"] for counter in result["counters"]}
    return cycles["accel.cycles.compute"], result["verified"]


@dataclass(frozen=True)
class Row:
    shape: tuple
    array: int
    measured: dict
    verified: bool

    @property
    def expected(self):
        return {name: scale_sim(name, *self.shape, self.array) for name in DATAFLOWS}

    @property
    def stonne(self):
        return stonne(*self.shape, self.array)

    @property
    def stonne_difference(self):
        return self.stonne / self.measured["os"] - 1

    def faults(self):
        """What this row is held to and does not keep."""
        wrong = [name for name in DATAFLOWS if self.measured[name] != self.expected[name]]
        limit = STONNE_LIMIT_LARGE if min(self.shape) >= LARGE else STONNE_LIMIT
        if not 0 <= self.stonne_difference <= limit:
            wrong.append("STONNE")
        if not self.verified:
            wrong.append("result")
        return wrong


def run_row(zs_accel, shape, array):
    runs = {name: measure(zs_accel, name, shape, array) for name in DATAFLOWS}
    return Row(shape, array, {name: run[0] for name, run in runs.items()},
               all(run[1] for run in runs.values()))


def cells(row):
    pairs = [str(cycles[name]) for name in DATAFLOWS for cycles in (row.measured, row.expected)]
    return ("x".join(map(str, row.shape)), f"{row.array}x{row.array}", *pairs, str(row.stonne),
            f"{100 * row.stonne_difference:+.1f} %", ", ".join(row.faults()) or "holds")


def print_table(rows, markdown):
    head = ["product", "array"]
    for name in DATAFLOWS:
        head += [f"{name.upper()} model", "SCALE-Sim"]
    table = [(*head, "STONNE OS", "to model", "verdict")] + [cells(row) for row in rows]
    widths = [max(len(line[i]) for line in table) for i in range(len(table[0]))]
    for number, line in enumerate(table):
        if markdown:
            print("| " + " | ".join(line) + " |")
            if number == 0:
                print("|" + "---|" * len(line))
        else:
            print("  ".join(
                cell.ljust(width) if i < 2 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(line, widths))
            ))


def find_zs_accel(given):
    if given is not None:
        if not pathlib.Path(given).is_file():
            raise Missing(f"{given}: no such file")
        return given
    root = pathlib.Path(__file__).resolve().parents[2]
    found = sorted(root.glob("build/*/bin/zs-accel"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise Missing("zs-accel is not built: build the target zs-accel, or give --zs-accel PATH")
    return str(found[-1])


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "),
                                     description=__doc__.split("\n\n")[0])
    parser.add_argument("--zs-accel")
    parser.add_argument("--markdown", action="store_true")
    arguments = parser.parse_args()
    try:
        zs_accel = find_zs_accel(arguments.zs_accel)
        rows = [run_row(zs_accel, shape, array) for shape in SHAPES for array in ARRAYS]
    except Missing as missing:
        print(f"validate.py: error: {missing}", file=sys.stderr)
        return 2
    print_table(rows, arguments.markdown)
    failed = sum(1 for row in rows if row.faults())
    print(f"\n{len(rows) - failed} of {len(rows)} rows hold.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
