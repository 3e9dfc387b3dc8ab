#!/usr/bin/python3
"""Compile generated kernels for this machine and run them against a model of the accelerator.

Every accelerator and flow occurs with every copy and transfer, and each of those with and without
coalescing and pipelining, each with a random problem: sizes, which the tile need not divide and which
the kernel may know at run time only, element type, blocks for the region and for the caches, and
whether the kernel fills C with zero first. Each run must give the right result
with exactly the transfers and words of the flow's closed form. Square problems follow, one for each
accelerator and flow; for these the closed forms must agree with the published table, too. These and
a few others also run as object files, which must put the same words on the wire as the C, in the
same order.
"""

from __future__ import annotations

import argparse
import itertools
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.dont_write_bytecode = True
sys.path[:0] = [str(ROOT / "compiler"), str(HERE)]
import published  # noqa: E402
import variants  # noqa: E402

C_FLAGS = [
    "-std=c11", "-O1", "-g", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wmissing-prototypes",
    "-Werror", "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
    f"-I{ROOT / 'host' / 'include'}", f"-I{HERE}",
]  # fmt: skip
RUNTIME = ROOT / "host" / "runtime"
SUPPORT = [HERE / "fake_axi_dma.c", HERE / "stream_accelerator.c", HERE / "kernel_main.c"]
SUPPORT += [RUNTIME / "repack.c", RUNTIME / "matrix_layout.c"]

FLOWS = [
    ("v1", "Ns"),
    ("v2", "Ns"), ("v2", "As"), ("v2", "Bs"),
    ("v3", "Ns"), ("v3", "As"), ("v3", "Bs"), ("v3", "Cs"),
    ("v4", "Ns"), ("v4", "As"), ("v4", "Bs"), ("v4", "Cs"),
]  # fmt: skip
MOVES = [
    ("staged", None),
    ("zero_copy", "packed"), ("zero_copy", "rows"), ("zero_copy", "sg"),
    ("zero_copy_inputs", "packed"), ("zero_copy_inputs", "sg"),
    ("zero_copy_outputs", "packed"), ("zero_copy_outputs", "sg"),
]  # fmt: skip
OVERLAPS = [(False, False), (True, False), (False, True), (True, True)]  # coalesce, pipeline
SIZES = [4, 8, 16]
V4_SHAPES = ["16x16x16", "16x32x48", "48x16x32", "32x16x16"]
OPCODE_WORDS = {"v1": 0, "v2": 1, "v3": 1, "v4": 2}


@dataclass(frozen=True)
class Case:
    variant: variants.Variant
    fills: bool  # the kernel fills C with zero before it multiplies


@dataclass(frozen=True)
class Counts:
    """In the order of kernel_main.c's arguments."""

    sends: int
    receives: int
    words_in: int
    words_out: int
    copies_in: int
    copies_out: int
    accumulations: int


def sizes_of(text: str) -> tuple[int, ...]:
    """M, N and K of "16x32x64"."""
    return tuple(int(size) for size in text.split("x"))


def expected_counts(case: Case) -> Counts:
    """The closed forms, for rectangular problems: opcodes, tiles of A, of B, and of C."""
    v = case.variant
    m, n, k = sizes_of(v.shape) if v.shape else (v.tile,) * 3
    region = sizes_of(v.region_block) if v.region_block else (v.m, v.n, v.k)
    block_m, block_n, block_k = sizes_of(v.cache_tile) if v.cache_tile else region
    elements_per_word = 4 if v.element == "i8" else 1  # of A and B
    rows, columns, depth = (times(size, edge) for size, edge in ((v.m, m), (v.n, n), (v.k, k)))
    products = rows * columns * depth
    # What is stationary is moved once for each of its tiles (and block), the rest once a product.
    tiles_a = rows * depth * times(v.n, block_n) if v.flow == "As" else products
    tiles_b = depth * columns * times(v.m, block_m) if v.flow == "Bs" else products
    tiles_c = rows * columns * times(v.k, block_k) if v.flow == "Cs" else products
    # An opcode starts each product, and each step that moves only what is stationary.
    apart = {"Ns": 0, "As": tiles_a, "Bs": tiles_b, "Cs": tiles_c}[v.flow]
    opcodes = OPCODE_WORDS[v.accelerator] * (products + apart)
    has_all_of_k = block_k >= v.k and not (v.dynamic and v.cache_tile)
    c_in_place = v.flow == "Cs" and case.fills and v.accumulate != "cpu" and has_all_of_k

    def sends_per_tile(tile_rows: int, tile_columns: int, row_length: int) -> int:
        # A strided tile goes row by row; one as wide as its matrix is contiguous, as far as the
        # kernel knows.
        has_gaps = v.dynamic or row_length > tile_columns
        return tile_rows if v.transfer == "rows" and has_gaps else 1

    parts = opcodes + tiles_a * sends_per_tile(m, k, region[2])
    parts += tiles_b * sends_per_tile(k, n, region[1])
    sends = parts
    receives = tiles_c  # a tile comes back as one packet, whatever the way out
    copies_in = parts if v.copy in ("staged", "zero_copy_outputs") else 0
    copies_out = receives if v.copy in ("staged", "zero_copy_inputs") else 0
    if v.coalesce and copies_in == 0 and v.transfer == "packed":
        sends = tiles_a + tiles_b + (tiles_c if v.flow == "Cs" else 0)  # opcodes beside tiles
    elif v.coalesce:
        sends = products + apart
    if v.behaviour == "axi4mlir-2022":
        sends = products  # A and B together
    return Counts(
        sends=sends,
        receives=receives,
        words_in=(tiles_a * m * k + tiles_b * k * n) // elements_per_word + opcodes,
        words_out=tiles_c * m * n,
        copies_in=copies_in,
        copies_out=copies_out,
        accumulations=0 if c_in_place else tiles_c,
    )


def square_cases(rng: random.Random) -> list[Case]:
    cases = []
    for accelerator, flow in FLOWS:
        if accelerator == "v4":
            continue  # not in the table
        tile = rng.choice(SIZES)
        size = tile * rng.randint(2, 4)
        variant = variants.Variant(
            size, size, size, rng.choice(("i32", "f32")), accelerator, tile, flow, "staged"
        )
        case = Case(variant, fills=True)
        counts = expected_counts(case)
        closed = published.Transfers(
            counts.sends, counts.receives, counts.words_in, counts.words_out
        )
        table = published.generated(accelerator, flow, size // tile, tile)
        assert closed == table, f"{variant.name}: {closed}"
        cases.append(case)
    return cases


def random_cases(rng: random.Random) -> list[Case]:
    cases = []
    turn = rng.randrange(len(OVERLAPS))
    for (f, (accelerator, flow)), (m, move) in itertools.product(enumerate(FLOWS), enumerate(MOVES)):
        copy, transfer = move
        coalesce, pipeline = OVERLAPS[(f + m + turn) % len(OVERLAPS)]
        if transfer == "rows":
            coalesce = pipeline = False
        in_place = copy in ("zero_copy", "zero_copy_inputs")
        if accelerator == "v1" and in_place and transfer == "packed":
            coalesce = False  # there are no opcodes
        tile = 16 if accelerator == "v4" else rng.choice(SIZES)
        shape = rng.choice(V4_SHAPES) if accelerator == "v4" else ""
        edges = sizes_of(shape) if shape else (tile,) * 3
        counts = [rng.randint(1, 4) for _ in edges]
        region, block = random_blocks(rng, edges, counts)
        padded = rng.random() < 0.5
        sizes = [
            random_size(rng, edge, count) if padded else edge * count
            for edge, count in zip(edges, counts)
        ]
        variant = variants.Variant(
            *sizes,
            element=rng.choice(variants.ELEMENTS),
            accelerator=accelerator,
            tile=tile,
            flow=flow,
            copy=copy,
            transfer=transfer,
            accumulate=rng.choice(("auto", "cpu")),
            coalesce=coalesce,
            pipeline=pipeline,
            shape=shape,
            cache_tile=block if rng.random() < 0.4 and not (pipeline and padded) else "",
            region_block=region if copy != "staged" and not padded else "",
            dynamic=not pipeline and padded and rng.random() < 0.5,
        )
        cases.append(Case(variant, fills=rng.random() < 0.5))
    return cases


def random_blocks(
    rng: random.Random, edges: Sequence[int], counts: Sequence[int]
) -> tuple[str, str]:
    """A block for the region, of whole tiles; none at times. A block for the caches in it."""
    in_region = [rng.choice([d for d in range(1, n + 1) if n % d == 0]) for n in counts]
    if rng.random() < 0.6:
        in_region = list(counts)
    in_caches = [rng.choice([d for d in range(1, n + 1) if n % d == 0]) for n in in_region]
    region, block = (
        "x".join(str(edge * n) for edge, n in zip(edges, tiles)) for tiles in (in_region, in_caches)
    )
    return region if in_region != list(counts) else "", block


def random_size(rng: random.Random, edge: int, tiles: int) -> int:
    """So many tiles, the last of them not filled."""
    return edge * tiles - rng.randint(0, edge - 1)


def times(size: int, step: int) -> int:
    """Steps of which the last one may be smaller, or padded."""
    return -(-size // step)


def cases_of_2022(rng: random.Random) -> list[Case]:
    """What AXI4MLIR's first driver did on v1: both tiles in one send."""
    return [
        Case(variants.Variant(*(random_size(rng, size, rng.randint(1, 4)) for _ in "mnk"), rng.choice(variants.ELEMENTS),
                              "v1", size, "Ns", "staged", behaviour="axi4mlir-2022"), fills=True)
        for size in SIZES
    ]  # fmt: skip


def kernel_source(case: Case) -> str:
    """The kernel template; without its fill if the case has none."""
    text = case.variant.mlir()
    if case.fills:
        return text
    without = re.sub(r"^  linalg\.fill .*\n", "", text, flags=re.MULTILINE)
    assert without != text, "the template has no fill to take out"
    return without


def run_case(case: Case, accel_opt: Path, compiler: str, scratch: Path) -> str:
    """Empty when all is well, otherwise what went wrong."""
    try:
        run_kernel(case, "c", accel_opt, compiler, scratch)
    except KernelError as error:
        return str(error)
    return ""


def compare_routes(case: Case, accel_opt: Path, compiler: str, scratch: Path) -> str:
    """Empty when the C and the object file put the same words on the wire, in the same order."""
    try:
        wires = [run_kernel(case, emit, accel_opt, compiler, scratch) for emit in variants.EMITS]
    except KernelError as error:
        return str(error)
    return "" if wires[0] == wires[1] else f"C: {wires[0]}object file: {wires[1]}"


class KernelError(Exception):
    """What went wrong."""


def run_kernel(case: Case, emit: str, accel_opt: Path, compiler: str, scratch: Path) -> str:
    """What the kernel prints: a hash of the wire."""
    v = case.variant
    source, program = scratch / "kernel.mlir", scratch / "kernel"
    generated = scratch / {"c": "kernel.c", "obj": "kernel.o"}[emit]
    source.write_text(kernel_source(case), encoding="utf-8")
    defines = {"i32": [], "f32": ["-DZS_F32"], "i8": ["-DZS_I8"]}[v.element]
    defines += ["-DZS_C_IS_FILLED"] if case.fills else []
    counts = expected_counts(case)
    host = subprocess.run([compiler, "-dumpmachine"], capture_output=True, text=True, check=True)
    commands = [
        v.command(accel_opt, source, generated, emit, host.stdout.strip()),
        [compiler, *C_FLAGS, *defines, str(generated), *map(str, SUPPORT), "-o", str(program)],
        [str(program), v.accelerator.removeprefix("v")]
        + [str(n) for n in (v.tile, v.m, v.n, v.k, *vars(counts).values())],
    ]
    for command in commands:
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise KernelError(f"{command[0]} exits with {result.returncode}:\n{result.stderr}")
    return result.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accel-opt", type=Path, required=True)
    parser.add_argument("--cc", default="gcc")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")

    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        rng = random.Random(arguments.seed)
        random_and_2022 = random_cases(rng) + cases_of_2022(rng)
        both_ways = square_cases(rng) + rng.sample(random_and_2022, 6)
        checks = [(run_case, case) for case in random_and_2022]
        checks += [(compare_routes, case) for case in both_ways]
        for check, case in checks:
            error = check(case, arguments.accel_opt, arguments.cc, Path(scratch))
            v = case.variant
            name = f"{v.name} ({v.m}x{v.n}x{v.k})" if v.dynamic else v.name
            name += ("" if case.fills else " (C accumulated)")
            name += " as C and as an object" if check is compare_routes else ""
            print(f"{'FAILED' if error else 'ok    '} {name}", flush=True)
            if error:
                failures += 1
                print(error)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
