"""What the CPU pays for memory by mapping, beside published measurements on Zynq-7000 boards.

The program is host/programs/memory_probe.c, without optimisation as everything measured, on the
ZedBoard: 32-bit DRAM, as the boards of the publications. It prints nanoseconds a unit.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from zerostage import grid
from zerostage.errors import RunFailure
from zerostage.paths import HOST, ROOT
from zerostage.point import Simulations
from zerostage.run_command import prepare
from zerostage.simulator import Request

PROGRAM = HOST / "programs" / "memory_probe.c"
FACTOR = 1.5  # between model and publication: other boards, compilers, kernels
SETTINGS = (
    "board=zedboard",
    "board.fclk_hz=100 MHz",  # as the register accesses were measured
    "dma.buffers=udmabuf",
    "dma.mapping=cached",
    f"workload.program={json.dumps(str(PROGRAM))}",
    "simulation.kernel_symbol=main",
)

U_DMA_BUF = "u-dma-buf README"
UVIDTE = "UviDTE Zynq7000-time-measurements"


@dataclass(frozen=True)
class Published:
    """A measurement: nanoseconds a unit."""

    name: str  # as the program prints it
    text: str
    ns: float
    source: str


# 1 MB, sync_mode 0, 1, 2 with O_SYNC: 1.55, 0.115 and 1.65 GB/s; 23, 121 and 86 ns an access.
PUBLISHED = (
    Published("memset.cached", "memset, a byte, cached", 1 / 1.55, U_DMA_BUF),
    Published("memset.uncached", "memset, a byte, uncached", 1 / 0.115, U_DMA_BUF),
    Published("memset.write_combine", "memset, a byte, write-combining", 1 / 1.65, U_DMA_BUF),
    Published("byte_write_read.cached", "write, read a byte: cached", 23, U_DMA_BUF),
    Published("byte_write_read.uncached", "write, read a byte: uncached", 121, U_DMA_BUF),
    Published(
        "byte_write_read.write_combine", "write, read a byte: write-combining", 86, U_DMA_BUF
    ),
    Published("register_read", "read of a register behind GP0", 156, UVIDTE),
    Published("register_write", "write of a register behind GP0", 165, UVIDTE),
)


def execute(markdown: bool) -> int:
    """`zs validate memory`: 0 when each is within FACTOR of what was published."""
    simulated = _simulate()
    ratios = [simulated[row.name] / row.ns for row in PUBLISHED]
    header = ["", "published, ns", "model, ns", "ratio", "source"]
    body = [
        [row.text, f"{row.ns:.2f}", f"{simulated[row.name]:.2f}", f"{ratio:.2f}", row.source]
        for row, ratio in zip(PUBLISHED, ratios)
    ]
    print(grid.render([header, *body], markdown))
    off = [row.text for row, ratio in zip(PUBLISHED, ratios) if not 1 / FACTOR <= ratio <= FACTOR]
    print(f"\n{'MISSED' if off else 'holds '}  within {FACTOR:g} times of each", end="")
    print(f" (not: {'; '.join(off)})" if off else "")
    return 1 if off else 0


def _simulate() -> Mapping[str, float]:
    """What the program prints, by name."""
    prepared = prepare(Request([str(ROOT / "configs" / "demo.yaml")], list(SETTINGS)), None)
    with tempfile.TemporaryDirectory(prefix="zerostage-") as name:
        printed = Path(name) / "printed.txt"
        outcome = Simulations().run(
            prepared.program.path, prepared.request.arguments(), Path(name) / "run", printed
        )
        if not outcome.ok:
            raise RunFailure(f"{PROGRAM.name}: {outcome.error}")
        lines = printed.read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if line.count(" ") == 1)
    return {words[0]: float(words[1]) for words in pairs}
