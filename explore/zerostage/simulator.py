"""The simulator's command line, the one way to it: resolve a config, run a program."""

from __future__ import annotations

import hashlib
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from zerostage.errors import RequestError, RunFailure
from zerostage.paths import SIMULATOR


@dataclass(frozen=True)
class Request:
    """Config files and overrides, as the user gave them."""

    configs: Sequence[str]
    overrides: Sequence[str] = ()

    def arguments(self) -> list[str]:
        """As zs-sim takes them."""
        words = [str(config) for config in self.configs]
        for override in self.overrides:
            words += ["--set", override]
        return words


def call(arguments: Sequence[str], capture: bool = False, stdin: str | None = None) -> str:
    """Run zs-sim; its stderr goes to the user. Returns stdout when captured, else ''."""
    done = subprocess.run(
        [str(SIMULATOR), *arguments],
        stdout=subprocess.PIPE if capture else None,
        input=stdin if stdin is not None else "",
        text=True,
        check=False,
    )
    if done.returncode == -signal.SIGPIPE:
        raise BrokenPipeError  # whoever reads our output has gone
    if done.returncode == 2:
        raise RequestError("")  # zs-sim has said what is wrong, with file and line
    if done.returncode != 0:
        raise RunFailure("" if done.returncode == 1 else ended_with(done.returncode))
    return done.stdout or ""


def ended_with(status: int) -> str:
    """An exit status that zs-sim does not give by itself, in words."""
    return f"zs-sim ended with {f'signal {-status}' if status < 0 else f'status {status}'}"


def fingerprint() -> str:
    """SHA-256 of the simulator's binary."""
    return hashlib.sha256(SIMULATOR.read_bytes()).hexdigest()
