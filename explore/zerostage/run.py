"""Compile the kernel, or take the user's program, and run it on the simulated board."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

from zerostage import simulator
from zerostage.config import resolve
from zerostage.errors import RequestError
from zerostage.kernel import kernel_source
from zerostage.paths import ROOT, RUNS, shown
from zerostage.program import program_from_kernel, program_from_user
from zerostage.simulator import Request


@dataclass(frozen=True)
class Prepared:
    """Everything a run needs: what to simulate, and the program's name and ELF."""

    request: Request
    name: str
    program: Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `zs run`."""
    add_request_arguments(parser)
    parser.add_argument("--program", metavar="FILE", help="your own driver: .c, .cpp or an ARM ELF")
    parser.add_argument("--out", metavar="DIR", help="run directory (default: a new one in runs/)")


def add_request_arguments(parser: argparse.ArgumentParser) -> None:
    """What names a config, for every command that takes one."""
    parser.add_argument("configs", nargs="+", metavar="CONFIG", help="YAML file; later ones win")
    parser.add_argument(
        "--set",
        dest="overrides",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="override one parameter, for example workload.flow=Ns (repeatable)",
    )


def execute(arguments: argparse.Namespace) -> int:
    """`zs run`."""
    request = Request(arguments.configs, [*arguments.overrides, *_program_override(arguments)])
    if arguments.out is not None:
        require_fresh(Path(arguments.out))
    prepared = prepare(request, Path(arguments.program) if arguments.program else None)
    out = Path(arguments.out) if arguments.out else _next_directory(prepared.name)
    try:
        simulate(prepared, out)
    finally:
        _show(out)
    return 0


def _program_override(arguments: argparse.Namespace) -> list[str]:
    """A driver of the user's own is not bound by what generated kernels can do."""
    return [f"workload.program={json.dumps(arguments.program)}"] if arguments.program else []


def _show(out: Path) -> None:
    """What came of the run; a directory that nothing came to goes away again."""
    summary = out / "summary.txt"
    if summary.exists():
        print(summary.read_text(encoding="utf-8"))
        print(f"run directory: {shown(out)}", flush=True)
    elif out.is_dir() and not any(out.iterdir()):
        out.rmdir()


def prepare(request: Request, user_program: Path | None = None) -> Prepared:
    """Resolve the config and get the program that it asks for."""
    config = resolve(request)
    if user_program is None and config["workload.program"] != "harness":
        user_program = _program_of_config(config["workload.program"])
    if user_program is not None:
        program = program_from_user(user_program, config)
        return Prepared(request, user_program.stem, program)
    kernel = kernel_source(config)
    style = "-elementwise" if config["workload.copy_style"] == "elementwise" else ""
    return Prepared(request, kernel.stem + style, program_from_kernel(kernel, config))


def _program_of_config(name: str) -> Path:
    """workload.program: from where the user is, or from the repository."""
    path = Path(name)
    return path if path.is_file() else ROOT / path


def simulate(prepared: Prepared, out: Path, quiet: bool = False) -> str:
    """Run the program on the board; returns what was printed if `quiet`."""
    words = [*prepared.request.arguments(), "--program", str(prepared.program), "--out", str(out)]
    return simulator.call(words, capture=quiet)


def require_fresh(out: Path) -> None:
    """Runs are never overwritten."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise RequestError(f"--out '{out}' is not empty; runs are not overwritten")


def _next_directory(name: str) -> Path:
    """A new directory runs/<name>-NNN; making it is what reserves the number."""
    number = 1
    while True:
        out = RUNS / f"{name}-{number:03}"
        try:
            out.mkdir(parents=True)
            return out
        except FileExistsError:
            number += 1
