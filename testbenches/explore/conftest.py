"""What the suites share: the package on the path, small sweeps, and the command line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "explore"), str(ROOT)]

# A failing example is printed with what reproduces it; no test depends on how long it takes.
settings.register_profile("zerostage", database=None, deadline=None, print_blob=True)
settings.load_profile("zerostage")

# 16 x 16 x 16, of which a point takes a twentieth of a second.
TINY = """\
base: configs/demo.yaml
set: {workload: {m: 16, n: 16, k: 16}}
axes:
  workload.flow: [Ns, Cs]
  board.fclk_hz: [50 MHz, 100 MHz, 200 MHz]
"""


def zs(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run `./zs` to its end."""
    words = [str(ROOT / "zs"), *map(str, arguments)]
    return subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture
def sweep_file(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a sweep file of the test's own."""

    def write(text: str) -> Path:
        path = tmp_path / "sweep.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
