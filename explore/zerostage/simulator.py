"""The simulator's command line, the one way to it: resolve a config, run a program."""

from __future__ import annotations

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


def call(arguments: Sequence[str], capture: bool = False) -> str:
    """Run zs-sim; its stderr goes to the user. Returns stdout when captured, else ''."""
    done = subprocess.run(
        [SIMULATOR, *arguments],
        stdout=subprocess.PIPE if capture else None,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    if done.returncode == 2:
        raise RequestError("")  # zs-sim has said what is wrong, with file and line
    if done.returncode != 0:
        how = f"signal {-done.returncode}" if done.returncode < 0 else f"{done.returncode}"
        raise RunFailure("" if done.returncode == 1 else f"zs-sim ended with {how}")
    return done.stdout or ""

