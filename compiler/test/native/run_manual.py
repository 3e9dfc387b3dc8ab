#!/usr/bin/python3
"""Compile the hand-written drivers for this machine and run them against a model of the accelerator.

Each driver must give the right result, and for a square problem exactly the transfers and words of
the published table; v4's are v3's, with a word more for each opcode: the tile's shape. v4 also runs
with rectangular tiles.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))
import published  # noqa: E402

C_FLAGS = [
    "-std=c11", "-O1", "-g", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wmissing-prototypes",
    "-Werror", "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
    f"-I{ROOT / 'host' / 'include'}", f"-I{ROOT / 'host' / 'runtime'}", f"-I{HERE}",
    "-DZS_DMA_IN_BYTES=4194304U", "-DZS_DMA_OUT_BYTES=4194304U",
]  # fmt: skip
SUPPORT = [
    HERE / "fake_axi_dma.c", HERE / "stream_accelerator.c", HERE / "manual_counts.c",
    ROOT / "host" / "runtime" / "matmul_check.c", ROOT / "host" / "runtime" / "matrix_layout.c",
]  # fmt: skip
FLOWS = {
    "v1": ("Ns",),
    "v2": ("Ns", "As", "Bs"),
    "v3": ("Ns", "As", "Bs", "Cs"),
    "v4": ("Ns", "As", "Bs", "Cs"),
}


@dataclass(frozen=True)
class Case:
    """Tiles of tile[0] x tile[1] x tile[2] (M, N, K), tiles[i] of them along each dimension."""

    version: str
    flow: str
    size: int
    tile: tuple[int, int, int]
    tiles: tuple[int, int, int]

    def __str__(self) -> str:
        shape = "x".join(map(str, self.problem))
        tile = "x".join(map(str, self.tile))
        return f"manual {self.version} {self.flow}: {shape} in tiles of {tile}"

    @property
    def problem(self) -> tuple[int, ...]:
        return tuple(size * count for size, count in zip(self.tile, self.tiles))

    @property
    def source(self) -> Path:
        name = f"manual_{self.version}_{self.flow.lower()}.c"
        return ROOT / "host" / "programs" / name

    def definitions(self) -> list[str]:
        values = {"ZS_VERSION": int(self.version[1:]), "ZS_TILE": self.size}
        values |= dict(zip(("ZS_M", "ZS_N", "ZS_K"), self.problem))
        if self.version == "v4":
            values |= dict(zip(("ZS_TILE_M", "ZS_TILE_N", "ZS_TILE_K"), self.tile))
        return [f"-D{name}={value}" for name, value in values.items()]


def square_cases(rng: random.Random) -> list[Case]:
    """Every driver."""
    cases = []
    for version, flows in FLOWS.items():
        for flow in flows:
            size = 16 if version == "v4" else rng.choice((4, 8, 16))
            cases.append(Case(version, flow, size, (size,) * 3, (rng.randint(2, 4),) * 3))
    return cases


def rectangular_cases(rng: random.Random) -> list[Case]:
    """v4: tiles of at most 4096 words."""
    shapes = [(16, 32, 64), (64, 16, 32), (32, 128, 16)]
    return [
        Case("v4", flow, 16, rng.choice(shapes), tuple(rng.randint(1, 3) for _ in "mnk"))
        for flow in FLOWS["v4"]
    ]


def expected(case: Case) -> published.Transfers | None:
    """None where the table says nothing: it is for square problems."""
    if len(set(case.problem)) > 1 or len(set(case.tile)) > 1:
        return None
    count, size = case.tiles[0], case.tile[0]
    if case.version != "v4":
        return published.manual(case.version, case.flow, count, size)
    of_v3 = published.manual("v3", case.flow, count, size)
    return replace(of_v3, words_in=of_v3.words_in + of_v3.sends)


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


def run_case(case: Case, compiler: str, scratch: Path) -> str:
    """Empty when all is well, otherwise what went wrong."""
    objects, program = [], str(scratch / "driver")
    for source in (case.source, *SUPPORT):
        objects.append(str(scratch / f"{source.stem}.o"))
        # The driver names its accelerator itself.
        definitions = case.definitions()[1:] if source == case.source else case.definitions()
        command = [compiler, *C_FLAGS, *definitions, "-c", str(source), "-o", objects[-1]]
        if (done := run(command)).returncode != 0:
            return done.stderr
    if (done := run([compiler, "-fsanitize=address,undefined", *objects, "-o", program])).returncode:
        return done.stderr
    done = run([program])
    if done.returncode != 0:
        return done.stderr
    counted = published.Transfers(*map(int, done.stdout.splitlines()[-1].split()))
    wanted = expected(case)
    return "" if wanted in (None, counted) else f"expected {wanted}, counted {counted}\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cc", default="gcc")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")

    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        rng = random.Random(arguments.seed)
        for case in square_cases(rng) + rectangular_cases(rng):
            error = run_case(case, arguments.cc, Path(scratch))
            print(f"{'FAILED' if error else 'ok    '} {case}", flush=True)
            if error:
                failures += 1
                print(error)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
