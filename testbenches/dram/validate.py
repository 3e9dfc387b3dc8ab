#!/usr/bin/env python3
"""Compare zs-dram with three published DRAM simulators, row by row, and say what holds.

usage: validate.py [--zs-dram PATH] [--reference FOLDER] [--markdown]

Without --reference the figures quoted in reference_figures.py are used; a FOLDER must hold
reference.csv with the columns config, trace, outstanding_reads, dramsim3_GBps, ramulator2_GBps,
dramsys_GBps, dramsim3_read_latency_ns, ramulator2_read_latency_ns, dramsim3_activates.

Held to, without any constant fitted to these rows:
  reads      bandwidth within 3 % of the nearest of the three with 4 or more outstanding, within
             5 % with 1, as the mean latency then; activates within 5 %
  1 KB copies  bandwidth within 3 % of the nearest; latency within 5 % with 1 outstanding
  64-byte copies  bandwidth inside the spread of the three

Exit status: 0 all hold, 1 some do not, 2 something is missing.
"""

import argparse
import csv
import json
import pathlib
import subprocess
import sys
import tempfile
from dataclasses import dataclass

import reference_figures
import traces

COLUMNS = (
    "config", "trace", "outstanding_reads", "dramsim3_GBps", "ramulator2_GBps", "dramsys_GBps",
    "dramsim3_read_latency_ns", "ramulator2_read_latency_ns", "dramsim3_activates",
)


class Missing(Exception):
    """Something the comparison needs is not there."""


@dataclass(frozen=True)
class Reference:
    config: str
    trace: str
    outstanding: int
    bandwidths: tuple
    latencies: tuple
    activates: int


def quoted_references():
    return [Reference(*row) for row in reference_figures.FIGURES]


def read_references(folder):
    path = folder / "reference.csv"
    if not path.is_file():
        raise Missing(f"{path}: no such file; --reference needs a folder with reference.csv")
    with path.open(newline="") as text:
        rows = list(csv.DictReader(text))
    if not rows or any(name not in rows[0] for name in COLUMNS):
        raise Missing(f"{path}: expected the columns {', '.join(COLUMNS)}")
    return [
        Reference(
            row["config"], row["trace"], int(row["outstanding_reads"]),
            tuple(float(row[name]) for name in COLUMNS[3:6]),
            tuple(float(row[name]) for name in COLUMNS[6:8]),
            int(row["dramsim3_activates"]),
        )
        for row in rows
    ]


def replay(zs_dram, reference, trace):
    if reference.config not in reference_figures.PRESETS:
        known = ", ".join(sorted(reference_figures.PRESETS))
        raise Missing(f"configuration {reference.config}: no preset stands for it (known: {known})")
    settings = {
        "preset": reference_figures.PRESETS[reference.config],
        "read_latency_ns": 0,
        "write_latency_ns": 0,
    }
    command = [zs_dram, "--json", "--trace", trace, "--outstanding", str(reference.outstanding)]
    for name, value in settings.items():
        command += ["--set", f"board.dram.{name}={value}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Missing(done.stderr.strip())
    return json.loads(done.stdout)


def nearest_error(value, references):
    nearest = min(references, key=lambda reference: abs(value - reference))
    return value / nearest - 1


@dataclass(frozen=True)
class Row:
    reference: Reference
    bandwidth: float
    latency: float
    activates: int

    @property
    def bandwidth_error(self):
        return nearest_error(self.bandwidth, self.reference.bandwidths)

    @property
    def latency_error(self):
        return nearest_error(self.latency, self.reference.latencies)

    @property
    def activates_error(self):
        return self.activates / self.reference.activates - 1

    def faults(self):
        """What this row is held to and does not keep."""
        trace, outstanding = self.reference.trace, self.reference.outstanding
        if trace == "memcpy64":
            low, high = min(self.reference.bandwidths), max(self.reference.bandwidths)
            return [] if low <= self.bandwidth <= high else ["outside the spread"]
        reads = trace.endswith("_rd")
        limit = 0.05 if reads and outstanding < 4 else 0.03
        held = [("bandwidth", self.bandwidth_error, limit)]
        if outstanding == 1:
            held.append(("latency", self.latency_error, 0.05))
        if reads:
            held.append(("activates", self.activates_error, 0.05))
        return [name for name, error, bound in held if abs(error) > bound]


def compare(zs_dram, references):
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        paths = {
            name: traces.write(pathlib.Path(folder), name)
            for name in sorted({reference.trace for reference in references})
        }
        for reference in references:
            result = replay(zs_dram, reference, paths[reference.trace])
            rows.append(
                Row(reference, result["bandwidth_GBps"], result["read_latency_ns"]["mean"],
                    result["counters"]["activates"])
            )
    return rows


def cells(row):
    reference = row.reference
    return (
        reference.config, reference.trace, str(reference.outstanding), f"{row.bandwidth:.4f}",
        *(f"{value:.4f}" for value in reference.bandwidths), f"{100 * row.bandwidth_error:+.1f} %",
        f"{row.latency:.1f}", *(f"{value:.1f}" for value in reference.latencies),
        f"{100 * row.latency_error:+.1f} %", str(row.activates), str(reference.activates),
        ", ".join(row.faults()) or "holds",
    )


def print_table(rows, markdown):
    head = ("config", "trace", "N", "GB/s", *reference_figures.SIMULATORS, "error", "ns",
            "DRAMsim3", "Ramulator", "error", "ACT", "DRAMsim3", "verdict")
    table = [head] + [cells(row) for row in rows]
    widths = [max(len(line[i]) for line in table) for i in range(len(head))]
    for number, line in enumerate(table):
        if markdown:
            print("| " + " | ".join(line) + " |")
            if number == 0:
                print("|" + "---|" * len(head))
        else:
            print("  ".join(
                cell.ljust(width) if i < 2 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(line, widths))
            ))


def find_zs_dram(given):
    if given is not None:
        if not pathlib.Path(given).is_file():
            raise Missing(f"{given}: no such file")
        return given
    root = pathlib.Path(__file__).resolve().parents[2]
    found = sorted(root.glob("build/*/bin/zs-dram"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise Missing("zs-dram is not built: build the target zs-dram, or give --zs-dram PATH")
    return str(found[-1])


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "),
                                     description=__doc__.split("\n\n")[0])
    parser.add_argument("--zs-dram")
    parser.add_argument("--reference", type=pathlib.Path)
    parser.add_argument("--markdown", action="store_true")
    arguments = parser.parse_args()
    try:
        references = (read_references(arguments.reference) if arguments.reference
                      else quoted_references())
        rows = compare(find_zs_dram(arguments.zs_dram), references)
    except Missing as missing:
        print(f"validate.py: error: {missing}", file=sys.stderr)
        return 2
    print_table(rows, arguments.markdown)
    failed = sum(1 for row in rows if row.faults())
    print(f"\n{len(rows) - failed} of {len(rows)} rows hold. The three: {reference_figures.COMMITS}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
