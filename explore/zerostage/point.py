"""One point: a resolved config and its program, simulated; the one way in which anything runs."""

from __future__ import annotations

import hashlib
import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from zerostage import simulator
from zerostage.config import Config
from zerostage.paths import SIMULATOR
from zerostage.program import Program

OK = "ok"
STATUSES = {
    OK: "finished, and every identity of the audit holds",
    "failed": "the program, the accelerator or a limit ended it badly",
    "audit": "finished, but the audit found bytes, words or time that do not add up",
    "timeout": "took longer than the wall-clock limit",
    "refused": "the simulator refused the program",
    "crashed": "the simulator itself ended without counters",
    "build": "the kernel or the program could not be compiled",
}
# Whether trying again, with the same inputs, may end otherwise.
TRANSIENT = frozenset({"timeout", "crashed", "build"})

_TAIL_BYTES = 4096  # of what a failed run printed


@dataclass(frozen=True)
class Point:
    """All that decides a simulation: the resolved config, the program, the simulator's binary."""

    config: Config
    program: Program
    simulator_sha256: str

    def key(self) -> str:
        """Content hash: equal keys have equal results."""
        return content_key(self.config, self.program.sha256, self.simulator_sha256)


def content_key(config: Config, program_sha256: str, simulator_sha256: str) -> str:
    """Hash of all that decides a result."""
    inputs = (simulator_sha256, program_sha256, config.canonical())
    return hashlib.sha256("\0".join(inputs).encode()).hexdigest()


@dataclass(frozen=True)
class Outcome:
    """How a simulation went; `stats` is its stats.json, None when it wrote none."""

    status: str
    error: str
    stats: str | None
    seconds: float  # wall clock, the simulator's whole process

    @property
    def ok(self) -> bool:
        """Finished, and sound."""
        return self.status == OK


class Simulations:
    """The zs-sim processes in flight; any thread may start one, and any may end them all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._abandoned = False

    def run(
        self,
        program: Path,
        arguments: Sequence[str],
        out: Path,
        printed: Path | None = None,
        timeout_s: float | None = None,
    ) -> Outcome:
        """Simulate `program`; zs-sim gets its config by `arguments`, and writes the directory `out`.

        What it prints goes to the file `printed`, or to the user. It has a session of its own, so
        that a Ctrl-C on the terminal is the caller's to deal with.
        """
        command = [str(SIMULATOR), *arguments, "--program", str(program), "--out", str(out)]
        start = time.monotonic()
        if printed is None:
            process = self._start(command, None)
        else:
            with printed.open("wb") as output:
                process = self._start(command, output)
        try:
            late = _wait(process, timeout_s)
        finally:
            with self._lock:
                self._processes.discard(process)
        seconds = time.monotonic() - start
        if late:
            return Outcome("timeout", f"not done after {timeout_s:g} s", None, seconds)
        return _outcome(process.returncode, out, printed, seconds)

    def run_config(self, config: Config, program: Path, timeout_s: float | None = None) -> Outcome:
        """Simulate a resolved config; nothing stays on disk."""
        with tempfile.TemporaryDirectory(prefix="zerostage-") as name:
            directory = Path(name)
            file = directory / "config.json"
            file.write_text(config.canonical(), encoding="utf-8")
            out, printed = directory / "run", directory / "printed.txt"
            return self.run(program, [str(file)], out, printed, timeout_s)

    def abandon(self) -> None:
        """End what is in flight, and start nothing more."""
        with self._lock:
            self._abandoned = True
            for process in self._processes:
                process.kill()

    def _start(self, command: Sequence[str], output: BinaryIO | None) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._abandoned:
                raise KeyboardInterrupt
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=None if output is None else subprocess.STDOUT,
                start_new_session=True,
            )
            self._processes.add(process)
            return process


def _wait(process: subprocess.Popen[bytes], timeout_s: float | None) -> bool:
    """Wait for the end; true when it had to be brought about."""
    try:
        process.wait(timeout_s)
        return False
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    except BaseException:
        process.kill()
        process.wait()
        raise


def _outcome(status: int, out: Path, printed: Path | None, seconds: float) -> Outcome:
    path = out / "stats.json"
    stats = path.read_text(encoding="utf-8") if path.is_file() else None
    if status == 0 and stats is not None:
        return Outcome(OK, "", stats, seconds)
    said = "" if printed is None else _tail(printed)
    if status == 2:
        return Outcome("refused", said, None, seconds)
    if status != 1 or stats is None:
        how = simulator.ended_with(status)
        return Outcome("crashed", f"{how}: {said}" if said else how, None, seconds)
    document = json.loads(stats)
    broken = any(not entry["ok"] for entry in document["audit"])
    return Outcome("audit" if broken else "failed", document["message"], stats, seconds)


def _tail(path: Path) -> str:
    """The last lines that a run printed."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL_BYTES))
        return file.read().decode(errors="replace").strip()
