"""Compile a file with linalg.matmul to C, or an object file, that drives the accelerator."""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

from zerostage.build import build
from zerostage.errors import RequestError
from zerostage.kernel import require_accel_opt, variants
from zerostage.paths import ACCEL_OPT, ROOT
from zerostage.simulator import Request, call


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `zs compile`."""
    parser.add_argument("source", metavar="FILE.mlir")
    parser.add_argument("-o", dest="output", required=True, metavar="FILE.c|FILE.o")
    parser.add_argument("--accelerator", choices=variants.ACCELERATORS, help="default: v3")
    parser.add_argument(
        "--accelerator-file",
        metavar="FILE",
        help="in place of --accelerator and --tile: configs/accelerators/*.yaml, or AXI4MLIR's JSON",
    )
    parser.add_argument(
        "--tile", help="the accelerator's size; v4: MxNxK, best or best_cost (default: 8)"
    )
    parser.add_argument(
        "--board",
        action="append",
        metavar="CONFIG",
        help="with best_cost: the configuration whose costs count; of several, later ones win"
        " (default: configs/demo.yaml); they are written to FILE.costs.yaml",
    )
    parser.add_argument(
        "--cache-tile", metavar="MxNxK[,MxNxK]", help="blocks for the caches, the larger first"
    )
    parser.add_argument(
        "--flow",
        default="Cs",
        help="Ns, As, Bs or Cs; best: the fewest words moved; best_cost: the shortest estimated"
        " time; or one that the accelerator's file names (default: Cs)",
    )
    parser.add_argument("--copy", choices=variants.COPIES, default="staged", help="default: staged")
    parser.add_argument(
        "--transfer",
        choices=variants.TRANSFERS,
        help="unless staged: a tile as one packed range (default), row by row, or as one chain",
    )
    parser.add_argument(
        "--region-block",
        default="auto",
        metavar="MxNxK",
        help="unless staged: what the DMA regions hold of the matrices at a time; none: all;"
        " auto (default): all if it fits",
    )
    parser.add_argument(
        "--behaviour",
        choices=variants.BEHAVIOURS,
        default=variants.BEHAVIOURS[0],
        help="whose staged transfers (default: %(default)s; axi4mlir-2022 is for v1)",
    )
    parser.add_argument(
        "--accumulate",
        choices=variants.ACCUMULATES,
        default=variants.ACCUMULATES[0],
        help="who adds products up in C (default: the accelerator where it can)",
    )
    parser.add_argument(
        "--coalesce", action="store_true", help="opcodes and tiles that travel together: one send"
    )
    parser.add_argument(
        "--pipeline", action="store_true", help="overlap copies and transfers of neighbouring tiles"
    )
    windows = variants.DmaWindows()
    for option, default, what in (
        ("--dma-address", windows.dma_address, "address of the DMA's registers"),
        ("--dma-in-address", windows.in_address, "address of the input region"),
        ("--dma-in-bytes", windows.in_bytes, "its size"),
        ("--dma-out-address", windows.out_address, "address of the output region"),
        ("--dma-out-bytes", windows.out_bytes, "its size"),
    ):
        parser.add_argument(
            option,
            type=number,
            default=default,
            metavar="N",
            help=f"{what} (default: {default:#x})",
        )


def number(text: str) -> int:
    """Decimal or hexadecimal."""
    return int(text, 0)


def execute(arguments: argparse.Namespace) -> int:
    """`zs compile`."""
    source = Path(arguments.source)
    if not source.is_file():
        raise RequestError(f"'{source}': no such file")
    options = _pipeline(arguments)
    by_cost = "best_cost" in (arguments.flow, arguments.tile)
    if arguments.board is not None and not by_cost:
        raise RequestError("--board says what things cost: it needs --flow or --tile best_cost")
    require_accel_opt("compile needs MLIR 22")
    if by_cost:
        options += f" costs-file={_costs(arguments)}"
    emit = "obj" if Path(arguments.output).suffix == ".o" else "c"
    pipeline = f"--accel-pipeline={options}"
    command = [ACCEL_OPT, source, pipeline, f"--emit={emit}", "-o", arguments.output]
    return 0 if subprocess.run(command, check=False).returncode == 0 else 2


def _costs(arguments: argparse.Namespace) -> Path:
    """What the parts of a kernel take on the board; the file stays beside the output."""
    boards = arguments.board or [str(ROOT / "configs" / "demo.yaml")]
    build("release", "zs-sim")
    file = Path(arguments.output).with_suffix(".costs.yaml")
    moves = [f"workload.copy={arguments.copy}"]
    if arguments.transfer is not None:
        moves.append(f"workload.transfer={arguments.transfer}")
    printed = call([*Request(boards, moves).arguments(), "--costs"], capture=True)
    file.write_text(printed, encoding="utf-8")
    return file


def _accelerator(arguments: argparse.Namespace) -> list[str]:
    if arguments.accelerator_file is None:
        return [f"accelerator={arguments.accelerator or 'v3'}", f"tile={arguments.tile or 8}"]
    if arguments.accelerator is not None or arguments.tile is not None:
        raise RequestError("--accelerator-file says accelerator and tile: leave these out")
    return [f"accelerator-file={arguments.accelerator_file}"]


def _pipeline(arguments: argparse.Namespace) -> str:
    transfer = arguments.transfer
    if arguments.copy == "staged" and transfer is not None:
        raise RequestError("--transfer has no meaning with --copy staged")
    if arguments.copy != "staged" and transfer is None:
        transfer = "packed"
    windows = variants.DmaWindows(
        arguments.dma_address,
        arguments.dma_in_address,
        arguments.dma_in_bytes,
        arguments.dma_out_address,
        arguments.dma_out_bytes,
    )
    words = [
        *_accelerator(arguments),
        f"flow={arguments.flow}",
        f"copy={arguments.copy}",
        f"behaviour={arguments.behaviour}",
        f"accumulate={arguments.accumulate}",
    ]
    if arguments.cache_tile is not None:
        words.append(f"cache-tile={arguments.cache_tile}")
    if transfer is not None:
        words.append(f"transfer={transfer}")
    if arguments.region_block != "auto":
        words.append(f"region-block={arguments.region_block}")
    words += [f"{name}=true" for name in ("coalesce", "pipeline") if getattr(arguments, name)]
    return " ".join([*words, windows.options()])
