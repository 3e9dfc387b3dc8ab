"""CMake builds: quiet unless they fail, next to nothing when there is nothing to do."""

from __future__ import annotations

import argparse
import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TextIO

from zerostage.errors import RunFailure
from zerostage.paths import BUILD, ROOT, shown

MLIR_PACKAGE = Path("/usr/lib/llvm-22/lib/cmake/mlir/MLIRConfig.cmake")
GIB_PER_JOB = 1.0  # the largest compile, a file with MLIR's headers, peaks at about 1 GiB

_PROGRESS = re.compile(r"\[(\d+)/(\d+)\] ")


def mlir_wanted() -> bool:
    """Whether accel-opt is to be built: MLIR is installed and not switched off."""
    return MLIR_PACKAGE.exists() and os.environ.get("ZS_NO_MLIR") != "1"


def build(preset: str, *targets: str) -> None:
    """Configure when needed and build one of CMakePresets.json's presets: all, or some targets."""
    compiler = mlir_wanted() and preset == "release"
    log_path = BUILD / f"{preset}.log"
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two commands at once must not build into each other
        with log_path.open("w", buffering=1, encoding="utf-8") as log:
            if not _is_configured(BUILD / preset, compiler, targets):
                switch = f"-DZS_COMPILER={'ON' if compiler else 'OFF'}"
                _logged(["cmake", "--preset", preset, switch], f"configuring {preset}", log)
            command = ["cmake", "--build", "--preset", preset, f"-j{_jobs()}"]
            if targets:
                command += ["--target", *targets]
            _logged(command, f"building {' '.join(targets) or preset}", log)


def _is_configured(directory: Path, compiler: bool, targets: tuple[str, ...]) -> bool:
    cache = directory / "CMakeCache.txt"
    if not (cache.exists() and (directory / "build.ninja").exists()):
        return False
    if targets and "accel-opt" not in targets:
        return True  # with or without the compiler, these are the same
    wanted = f"ZS_COMPILER:BOOL={'ON' if compiler else 'OFF'}"
    return wanted in cache.read_text(encoding="utf-8").splitlines()


def _jobs() -> int:
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return max(1, min(os.cpu_count() or 1, int(memory_gib / GIB_PER_JOB)))


def _logged(command: list[str], what: str, log: TextIO) -> None:
    """Run `command`, its output into `log`, its progress on the terminal if there is one."""
    show = _Progress(what)
    try:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
    except FileNotFoundError:
        raise RunFailure(f"{command[0]} is not installed") from None
    with process:
        for line in process.stdout or ():
            log.write(line)
            show.line(line)
    show.done()
    if process.returncode != 0:
        log.flush()
        print(_what_failed(Path(log.name)), file=sys.stderr)
        raise RunFailure(f"{what} failed; the whole log is {shown(Path(log.name))}")


def _what_failed(log_path: Path) -> str:
    """The log from its first failed step on: compilers name their errors there."""
    lines = log_path.read_text(encoding="utf-8").splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith("FAILED:")), None)
    if start is None:
        return "\n".join(lines[-30:])
    return "\n".join(lines[start : start + 60])


class _Progress:
    """One line that rewrites itself; without a terminal, one line when work really starts."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._tty = sys.stderr.isatty()
        self._shown = False

    def line(self, line: str) -> None:
        match = _PROGRESS.match(line)
        if match is None or match[1] == "0":  # step 0 looks whether there is anything to do
            return
        if self._tty:
            width = shutil.get_terminal_size().columns
            text = f"{self._what}: {match[1]} of {match[2]}"
            print(f"\r{text[: width - 1]}\033[K", end="", file=sys.stderr, flush=True)
        elif not self._shown:
            print(f"{self._what}: {match[2]} steps", file=sys.stderr, flush=True)
        self._shown = True

    def done(self) -> None:
        if self._tty and self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`zs build` takes no arguments."""


def execute(_arguments: argparse.Namespace) -> int:
    """`zs build`."""
    build("release")
    print(f"built: {shown(BUILD / 'release' / 'bin')}")
    return 0
