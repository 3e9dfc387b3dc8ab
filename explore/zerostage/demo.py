"""128x128x128 int32 on the PYNQ-Z2 board: the staging copy against zero-copy, measured."""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from zerostage.compare import draw, report
from zerostage.errors import RequestError, RunFailure
from zerostage.paths import ROOT, RUNS, shown
from zerostage.program import ProgramCache
from zerostage.run_command import prepare, simulate
from zerostage.simulator import Request
from zerostage.stats import Run, load

CONFIG = ROOT / "configs" / "demo.yaml"
OUT = RUNS / "demo"
VERIFIED = "matmul 128x128x128: verified"
FLOWS = {"Cs": "C-stationary", "Ns": "nothing-stationary"}


@dataclass(frozen=True)
class Way:
    """One way to get tiles to the accelerator."""

    name: str
    overrides: tuple[str, ...]


WAYS = (
    Way("staged", ("workload.copy=staged",)),
    Way("zero-copy packed", ("workload.copy=zero_copy", "workload.transfer=packed")),
    Way("zero-copy rows", ("workload.copy=zero_copy", "workload.transfer=rows")),
)

INTRODUCTION = """\
C = A x B, 128x128x128 int32, on a v3 accelerator of 8x8 behind AXI DMA, PYNQ-Z2 board.

  staged             matrices on the heap; each tile is copied to or from a DMA buffer
  zero-copy packed   what is sent or received lies in DMA-mapped memory, tile after tile
  zero-copy rows     the same, but A and B are row-major: a tile is sent row by row
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`zs demo` takes no arguments."""


def execute(_arguments: argparse.Namespace) -> int:
    """`zs demo`."""
    print(INTRODUCTION, flush=True)
    clear(OUT)
    programs = ProgramCache()
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        futures = {
            flow: [pool.submit(_simulate, flow, way, programs) for way in WAYS] for flow in FLOWS
        }
        groups = [[future.result() for future in group] for group in futures.values()]
    for flow, runs in zip(FLOWS.values(), groups):
        print(f"--- {flow} ---\n\n{report(runs)}\n")
    runs = [run for group in groups for run in group]
    identities = sum(run.audit.identities for run in runs)
    print(f"results: all {len(runs)} verified against a plain reference on the board's CPU")
    print(f"audits: all {identities} identities of bytes, words and time hold")
    figure = OUT / "demo.png"
    draw(groups, figure, "128 x 128 x 128 int32, accelerator v3 8 x 8, PYNQ-Z2")
    print(f"run directories: {shown(OUT)}/\nfigure: {shown(figure)}")
    return 0


def _simulate(flow: str, way: Way, programs: ProgramCache) -> Run:
    request = Request([str(CONFIG)], [f"workload.flow={flow}", *way.overrides])
    label = f"{flow} {way.name}"
    out = OUT / label.replace(" ", "-")
    with tempfile.TemporaryDirectory() as directory:
        printed = Path(directory) / "printed.txt"
        simulate(prepare(request, programs=programs), out, printed)
        text = printed.read_text(encoding="utf-8")
    if VERIFIED not in text:
        raise RunFailure(f"{label}: the program did not say that its result is right:\n{text}")
    return load(out, label)


def clear(directory: Path) -> None:
    """Remove what an earlier demo wrote, and nothing that somebody else did."""
    if not directory.exists():
        return
    for entry in directory.iterdir():
        if entry.is_dir() and (entry / "manifest.json").is_file():
            shutil.rmtree(entry)
        elif entry.is_dir() and any(entry.iterdir()):
            raise RequestError(f"'{shown(entry)}' is no run directory; move it away")
