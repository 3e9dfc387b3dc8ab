"""Build everything and run every test: the release build, then the one with sanitizers."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from zerostage.build import build
from zerostage.paths import BUILD, ROOT, shown

PRESETS = ("release", "asan")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`zs test` takes no arguments."""


def execute(_arguments: argparse.Namespace) -> int:
    """`zs test`."""
    for preset in PRESETS:
        build(preset)
    summaries = {preset: _run(preset) for preset in PRESETS}
    print("\nzs test:")
    for preset, (passed, summary) in summaries.items():
        print(f"  {preset:<8} {'passed' if passed else 'FAILED'}: {summary}")
    return 0 if all(passed for passed, _ in summaries.values()) else 1


def _run(preset: str) -> tuple[bool, str]:
    """Run ctest, its output to the terminal and a log. Returns success and its closing line."""
    log_path = BUILD / f"{preset}-tests.log"
    jobs = max(2, os.cpu_count() or 1)
    command = ["ctest", "--preset", preset, "--output-on-failure", f"-j{jobs}", "--no-tests=error"]
    print(f"\nzs test: {preset} (log: {shown(log_path)})", flush=True)
    summary = "ctest printed no summary"
    with (
        log_path.open("w", encoding="utf-8") as log,
        subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process,
    ):
        for line in process.stdout or ():
            log.write(line)
            if " tests passed, " in line:
                summary = line.strip()
            sys.stdout.write(line)
    return process.returncode == 0, summary
