"""Run what the board ran, once: figures are kept until simulator, config or program change."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from zerostage import board_kernel, simulator, stats
from zerostage.board_reference import Measured
from zerostage.config import Config, resolve
from zerostage.errors import RunFailure
from zerostage.paths import BUILD, HOST, ROOT
from zerostage.point import Point, Simulations
from zerostage.program import HARNESS, Program, ProgramCache
from zerostage.simulator import Request

KEPT = BUILD / "validation"
CHECK = "matmul_check_i32"  # not part of the measured programs: its time is taken off


_BOARD_FLAGS = ("-march=armv7-a", "-marm", "-mfpu=neon", "-mfloat-abi=hard")


class NoDriver(Exception):
    """There is no driver of this kind, or not without tools that are not installed."""


@dataclass(frozen=True)
class Simulated:
    """The whole process but for the check of its result."""

    time_ms: float
    counters: Mapping[str, int]

    def __getitem__(self, name: str) -> int:
        """A counter of stats.json."""
        return self.counters[name]


class Board:
    """Runs rows, several at a time."""

    def __init__(self, overrides: Sequence[str]) -> None:
        self._overrides = overrides
        self._programs = ProgramCache()
        self._simulations = Simulations()
        self._simulator = simulator.fingerprint()

    def run(self, rows: Sequence[Measured], jobs: int) -> list[Simulated | None]:
        """Figures for each row, None where there is no driver; `jobs` runs at a time."""
        progress = _Progress(len(rows))

        def one(row: Measured) -> Simulated | None:
            try:
                return self._row(row)
            except NoDriver:
                return None
            finally:
                progress.step(row.case.text)

        with ThreadPoolExecutor(max_workers=jobs) as pool:
            futures = [pool.submit(one, row) for row in rows]
            try:
                return [future.result() for future in futures]
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                self._simulations.abandon()
                raise
            finally:
                progress.clear()

    def _row(self, row: Measured) -> Simulated:
        config = resolve(_request(row, self._overrides))
        point = Point(config, self._program(row, config), self._simulator)
        kept = KEPT / f"{point.key()}.json"
        if kept.is_file():
            return Simulated(**json.loads(kept.read_text(encoding="utf-8")))
        figures = self._simulate(point, row.case.text)
        KEPT.mkdir(parents=True, exist_ok=True)
        unfinished = kept.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
        unfinished.write_text(json.dumps(asdict(figures)), encoding="utf-8")
        os.replace(unfinished, kept)
        return figures

    def _program(self, row: Measured, config: Config) -> Program:
        if not _is_upstream(row):
            return self._programs.program(config)
        name = f"{row.kind.behaviour}-{row.kind.copy_style}"
        return self._programs.linked(name, [board_kernel.kernel_object(config), HARNESS], config)

    def _simulate(self, point: Point, label: str) -> Simulated:
        outcome = self._simulations.run_config(point.config, point.program.path)
        if not outcome.ok or outcome.stats is None:
            raise RunFailure(f"{label}: {outcome.error}")
        run = stats.read(outcome.stats, label, label)
        return Simulated(
            time_ms=(run.durations_ps["process"] - run.durations_ps["program"]) / 1e9,
            counters={
                name: counter.values["process"] - counter.values["program"]
                for name, counter in run.counters.items()
            },
        )


class _Progress:
    """One line on a terminal, nothing elsewhere."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._lock = threading.Lock()

    def step(self, label: str) -> None:
        """One more is finished."""
        with self._lock:
            self._done += 1
            self._show(f"{self._done}/{self._total} {label}")

    def clear(self) -> None:
        """Leave the line empty."""
        self._show("")

    @staticmethod
    def _show(text: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def _request(row: Measured, overrides: Sequence[str]) -> Request:
    case = row.case
    values: dict[str, object] = {
        "workload.m": case.dim,
        "workload.n": case.dim,
        "workload.k": case.dim,
        "simulation.program_symbol": CHECK,
        # An empty process's time is measured, and added (board_validation.FLOOR).
        "board.os.process_start_cycles": 0,
        "board.os.file_fault_cycles": 0,
        "board.os.page_copy_cycles": 0,
        "limits.max_time": 0,
    }
    if case.version:
        values["accelerator"] = f"{case.version}-{case.size}"
        values["workload.flow"] = case.flow
    words = [f"{name}={value}" for name, value in {**values, **_driver(row)}.items()]
    return Request([str(ROOT / "configs" / "demo.yaml")], [*words, *overrides])


def _driver(row: Measured) -> dict[str, str]:
    case = row.case
    if case.driver == "cpu":
        return _program("cpu_matmul.c")
    if case.driver == "manual":
        return _program(f"manual_{case.version}_{case.flow.lower()}.c")
    return _generated(row)


def _program(name: str) -> dict[str, str]:
    path = HOST / "programs" / name
    if not path.is_file():
        raise NoDriver(name)
    return {"workload.program": json.dumps(str(path))}


def _is_upstream(row: Measured) -> bool:
    """Compiled by upstream's tools; of 2022's drivers no page faults tell how they were compiled."""
    return row.case.driver == row.kind.name and row.kind.behaviour == "axi4mlir-2023"


def _generated(row: Measured) -> dict[str, str]:
    values = {
        "workload.behaviour": row.kind.behaviour,
        "workload.copy_style": row.kind.copy_style,
        "workload.accumulate": "cpu",  # for all flows, as AXI4MLIR's acc_on_cpu=2
    }
    if not _is_upstream(row):
        return values
    if board_kernel.missing_tools():
        raise NoDriver(f"needs {', '.join(board_kernel.missing_tools())}")
    return values | {
        "workload.cflags": _flags("-O0"),
        "workload.runtime_cflags": _flags("-O3"),
        "board.os.stack_bytes": str(board_kernel.STACK_BYTES),
    }


def _flags(level: str) -> str:
    return f"[{', '.join((level, *_BOARD_FLAGS, board_kernel.INDEX_64))}]"
