"""Measure how fast a model simulates, or what a sweep costs beside that."""

from __future__ import annotations

import argparse
import subprocess

from zerostage import cpu_bench
from zerostage.build import build
from zerostage.errors import RequestError
from zerostage.paths import BUILD

BINARIES = {"dram": "dram_bench"}  # with google-benchmark
SWEEP = "sweep"
CPU = "cpu"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`zs bench MODEL [-- BENCHMARK-OPTION...]`."""
    parser.add_argument("model", choices=sorted([*BINARIES, CPU, SWEEP]))
    parser.add_argument("options", nargs="*", help="dram: for google-benchmark, after --")


def execute(arguments: argparse.Namespace) -> int:
    """`zs bench`."""
    if arguments.options and arguments.model not in BINARIES:
        raise RequestError(f"bench {arguments.model} takes no options")
    if arguments.model == CPU:
        return cpu_bench.execute()
    if arguments.model == SWEEP:
        build("release", "zs-sim")
        from zerostage.bench_sweep import measure  # only here: sweeps need Python's YAML

        print(measure())
        return 0
    build("release")  # whether the benchmark is a target depends on the library
    binary = BUILD / "release" / "bin" / BINARIES[arguments.model]
    if not binary.exists():
        raise RequestError(f"{binary.name} was not built: install libbenchmark-dev")
    return subprocess.run([binary, *arguments.options], check=False).returncode
