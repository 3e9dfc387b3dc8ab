"""Compile the kernel, or take the user's program, and run it on the simulated board."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

from zerostage.config import Config, resolve
from zerostage.errors import RequestError, RunFailure
from zerostage.paths import RUNS, shown
from zerostage.point import Simulations
from zerostage.program import Program, ProgramCache
from zerostage.simulator import Request


@dataclass(frozen=True)
class Prepared:
    """Everything a run needs: what to simulate, what that resolves to, and the program."""

    request: Request
    config: Config
    program: Program


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
    request = Request(arguments.configs, arguments.overrides)
    if arguments.out is not None:
        require_fresh(Path(arguments.out))
    prepared = prepare(request, Path(arguments.program) if arguments.program else None)
    out = Path(arguments.out) if arguments.out else next_directory(prepared.program.name)
    try:
        simulate(prepared, out)
    finally:
        _show(out)
    return 0


def _show(out: Path) -> None:
    """What came of the run; a directory that nothing came to goes away again."""
    summary = out / "summary.txt"
    if summary.exists():
        print(summary.read_text(encoding="utf-8"))
        print(f"run directory: {shown(out)}", flush=True)
    elif out.is_dir() and not any(out.iterdir()):
        out.rmdir()


def prepare(
    request: Request, user_program: Path | None = None, programs: ProgramCache | None = None
) -> Prepared:
    """Resolve the config and get the program that it asks for.

    `user_program` takes the place of workload.program; it may do what generated kernels cannot.
    """
    if user_program is not None:
        override = f"workload.program={json.dumps(str(user_program))}"
        request = Request(request.configs, [*request.overrides, override])
    config = resolve(request)
    program = (programs or ProgramCache()).program(config, user_program)
    return Prepared(request, config, program)


def simulate(prepared: Prepared, out: Path, printed: Path | None = None) -> None:
    """Run the program on the board; what is printed goes to the user, or to the file `printed`."""
    arguments = prepared.request.arguments()
    outcome = Simulations().run(prepared.program.path, arguments, out, printed)
    if outcome.status == "refused":
        raise RequestError("" if printed is None else outcome.error)
    if not outcome.ok:
        said = printed is None and outcome.stats is not None  # by zs-sim, to the user
        raise RunFailure("" if said else outcome.error)


def require_fresh(out: Path) -> None:
    """Runs are never overwritten."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise RequestError(f"--out '{out}' is not empty; runs are not overwritten")


def next_directory(name: str) -> Path:
    """A new directory runs/<name>-NNN; making it is what reserves the number."""
    number = 1
    while True:
        out = RUNS / f"{name}-{number:03}"
        try:
            out.mkdir(parents=True)
            return out
        except FileExistsError:
            number += 1
