"""Hold a model to published figures of others, and print ours beside theirs."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from zerostage.build import build
from zerostage.errors import RequestError
from zerostage.paths import BUILD, ROOT

# Model: its sim binary, and the script that drives it and prints the comparison.
SCRIPTS = {
    "array": ("zs-accel", ROOT / "testbenches" / "accel" / "validate.py"),
    "dram": ("zs-dram", ROOT / "testbenches" / "dram" / "validate.py"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`zs validate MODEL [--reference DIR] [--markdown]`."""
    parser.add_argument("model", choices=sorted(SCRIPTS))
    parser.add_argument(
        "--reference", type=Path, metavar="DIR", help="dram: folder with reference.csv"
    )
    parser.add_argument("--markdown", action="store_true", help="print Markdown tables")


def execute(arguments: argparse.Namespace) -> int:
    """`zs validate`: 0 all hold, 1 some do not, 2 something is missing."""
    binary, script = SCRIPTS[arguments.model]
    if arguments.reference is not None and arguments.model != "dram":
        raise RequestError("--reference: only the model dram has reference figures to replace")
    build("release", binary)
    command = [sys.executable, str(script), f"--{binary}", str(BUILD / "release" / "bin" / binary)]
    if arguments.reference is not None:
        command += ["--reference", str(arguments.reference)]
    if arguments.markdown:
        command.append("--markdown")
    return subprocess.run(command, check=False).returncode
