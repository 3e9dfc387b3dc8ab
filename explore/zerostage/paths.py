"""Where things are in the repository."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
RELEASE = BUILD / "release"
PROGRAMS = BUILD / "programs"
KERNELS = BUILD / "kernels"
RUNS = ROOT / "runs"
HOST = ROOT / "host"
SIMULATOR = RELEASE / "bin" / "zs-sim"
ACCEL_OPT = RELEASE / "bin" / "accel-opt"


def shown(path: Path) -> str:
    """`path` as the user would type it from where he is."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
