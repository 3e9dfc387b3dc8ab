"""Command line: which command, with which arguments, and how its failures are shown."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from zerostage.build import build
from zerostage.errors import RequestError, RunFailure, nearest
from zerostage.paths import ROOT

# Command: the module that has its add_arguments(parser) and execute(arguments) -> exit status.
MODULES = {
    "bench": "zerostage.bench",
    "build": "zerostage.build",
    "check": "zerostage.check",
    "compare": "zerostage.compare",
    "compile": "zerostage.compile",
    "demo": "zerostage.demo",
    "experiment": "zerostage.experiment_command",
    "params": "zerostage.params",
    "results": "zerostage.results_command",
    "run": "zerostage.run_command",
    "search": "zerostage.search_command",
    "sweep": "zerostage.sweep_command",
    "test": "zerostage.suite",
    "validate": "zerostage.validate",
    "why": "zerostage.why",
    "worker": "zerostage.worker_command",
}
NEED_SIMULATOR = {
    "check",
    "demo",
    "experiment",
    "params",
    "run",
    "search",
    "sweep",
    "worker",
}


class _Parser(argparse.ArgumentParser):
    """An argument parser that names the nearest option instead of exiting on its own."""

    def error(self, message: str) -> NoReturn:
        raise RequestError(f"{self.prog}: {message}")

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        known, extra = self.parse_known_args(arguments)
        if extra:
            options = [name for action in self._actions for name in action.option_strings]
            hint = nearest(extra[0].split("=")[0], options)
            raise RequestError(f"{self.prog}: unknown argument '{extra[0]}'{hint}")
        return known


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = _dispatch(words)
        sys.stdout.flush()
        return status
    except RequestError as error:
        _complain(str(error))
        return 2
    except RunFailure as error:
        _complain(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # somebody's `head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _dispatch(words: list[str]) -> int:
    if "--without-mlir" in words:
        words.remove("--without-mlir")
        os.environ["ZS_NO_MLIR"] = "1"
    if not words or words[0] in ("help", "-h", "--help"):
        print((ROOT / "explore" / "zerostage" / "usage.txt").read_text(encoding="utf-8"), end="")
        return 0
    command = words[0]
    if command not in MODULES:
        hint = nearest(command, [*MODULES, "help"])
        raise RequestError(f"unknown command '{command}'{hint}; `./zs help` lists them all")
    module = importlib.import_module(MODULES[command])
    parser = _Parser(prog=f"zs {command}", description=module.__doc__, allow_abbrev=False)
    module.add_arguments(parser)
    parsed = parser.parse(words[1:])
    if command in NEED_SIMULATOR:
        build("release", "zs-sim")
    return int(module.execute(parsed))


def _complain(message: str) -> None:
    """An empty message: whoever failed has already said why."""
    if message:
        print(f"zs: {message}", file=sys.stderr)
