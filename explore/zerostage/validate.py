"""Hold a model to published figures of others, and print ours beside theirs."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from zerostage import (
    board_reference,
    board_runs,
    board_validation,
    choice_validation,
    memory_validation,
)
from zerostage.build import build
from zerostage.errors import RequestError
from zerostage.paths import BUILD, ROOT

# Model: its sim binary, and the script that drives it and prints the comparison.
SCRIPTS = {
    "array": ("zs-accel", ROOT / "testbenches" / "accel" / "validate.py"),
    "dram": ("zs-dram", ROOT / "testbenches" / "dram" / "validate.py"),
}
# Arguments that only some models take.
OPTIONS = {
    "--only": ("only", ("board", "choice")),
    "--dims": ("dims", ("board",)),
    "--set": ("overrides", ("board",)),
    "-j": ("jobs", ("board", "choice")),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`zs validate MODEL [--reference DIR] [--markdown] [...]`."""
    parser.add_argument("model", choices=sorted([*SCRIPTS, "board", "choice", "memory"]))
    parser.add_argument(
        "--reference",
        type=Path,
        metavar="DIR",
        help="dram: folder with reference.csv; board: folder with the measurements "
        f"(default: ${board_reference.ENVIRONMENT}, then ../shared/board)",
    )
    parser.add_argument("--markdown", action="store_true", help="print Markdown tables")
    parser.add_argument(
        "--only",
        metavar="WORDS",
        help="board, choice: rows whose label has all of these words, as in 'manual v2'",
    )
    parser.add_argument("--dims", metavar="N[,N]", help="board: rows of these dimensions")
    parser.add_argument(
        "--set",
        dest="overrides",
        action="append",
        metavar="KEY=VALUE",
        help="board: override one parameter (repeatable)",
    )
    parser.add_argument(
        "-j",
        dest="jobs",
        type=int,
        metavar="N",
        help="board, choice: runs at a time (default: one a processor)",
    )


def execute(arguments: argparse.Namespace) -> int:
    """`zs validate`: 0 all hold, 1 some do not, 2 something is missing."""
    if arguments.model == "board":
        return _board(arguments)
    for option, (name, models) in OPTIONS.items():
        if getattr(arguments, name) is not None and arguments.model not in models:
            raise RequestError(f"{option} is for the model {' and '.join(models)}")
    if arguments.reference is not None and arguments.model != "dram":
        raise RequestError("--reference: only the models dram and board have figures to replace")
    if arguments.model == "memory":
        build("release", "zs-sim")
        return memory_validation.execute(arguments.markdown)
    if arguments.model == "choice":
        cases = choice_validation.select(arguments.only)
        build("release", "zs-sim")
        return choice_validation.execute(cases, _jobs(arguments), arguments.markdown)
    return _script(arguments)


def _jobs(arguments: argparse.Namespace) -> int:
    return max(1, arguments.jobs or os.cpu_count() or 1)


def _script(arguments: argparse.Namespace) -> int:
    binary, script = SCRIPTS[arguments.model]
    build("release", binary)
    command = [sys.executable, str(script), f"--{binary}", str(BUILD / "release" / "bin" / binary)]
    if arguments.reference is not None:
        command += ["--reference", str(arguments.reference)]
    if arguments.markdown:
        command.append("--markdown")
    return subprocess.run(command, check=False).returncode


def _board(arguments: argparse.Namespace) -> int:
    wanted = _selected(board_reference.read(arguments.reference), arguments)
    build("release", "zs-sim")
    board = board_runs.Board(arguments.overrides or [])
    simulated = board.run(wanted, _jobs(arguments))
    rows = [
        board_validation.Row(row, figures) for row, figures in zip(wanted, simulated) if figures
    ]
    absent = [row for row, figures in zip(wanted, simulated) if not figures]
    if not rows:
        raise RequestError("none of these rows has a driver here")
    print(board_validation.render(rows, absent, arguments.markdown))
    return 0 if all(verdict.holds for verdict in board_validation.verdicts(rows)) else 1


def _selected(
    rows: list[board_reference.Measured], arguments: argparse.Namespace
) -> list[board_reference.Measured]:
    words = (arguments.only or "").split()
    try:
        dims = {int(dim) for dim in arguments.dims.split(",")} if arguments.dims else None
    except ValueError:
        raise RequestError(f"--dims '{arguments.dims}': expected numbers, as in 64,128") from None
    chosen = [
        row
        for row in rows
        if all(word in row.case.text.split() for word in words)
        and (dims is None or row.case.dim in dims)
    ]
    if not chosen:
        raise RequestError("no row matches --only and --dims")
    return chosen
