"""What a sweep costs beside the simulations, and what a second core buys."""

from __future__ import annotations

import resource
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from zerostage import sweep_file
from zerostage.config import Config
from zerostage.paths import ROOT
from zerostage.point import Simulations
from zerostage.program import ProgramCache
from zerostage.schedule import LocalScheduler
from zerostage.store import Store
from zerostage.sweep_run import register, run_sweep

POINTS = 40
ROUNDS = 5
_SWEEP = f"""\
name: bench
base: demo.yaml
set: {{workload: {{m: 32, n: 32, k: 32}}}}
axes:
  accelerator.watchdog_cycles: {{from: 10000001, to: {10_000_000 + POINTS}, step: 1}}
"""
_NOTHING = "int main(void) { return 0; }\n"


@dataclass(frozen=True)
class Cost:
    """Of one sweep, by point, in seconds: wall-clock, processor in Python, processor in zs-sim."""

    wall: float
    python: float
    simulator: float


def measure() -> str:
    """The text of `zs bench sweep`. -j1 and -j2 take turns, so that both see the same machine."""
    programs = ProgramCache()
    with tempfile.TemporaryDirectory(prefix="zerostage-") as name:
        directory = Path(name)
        _sweep(directory, 1, programs)  # compiles, and warms what is warm later
        rounds = [
            (_sweep(directory, 1, programs), _sweep(directory, 2, programs)) for _ in range(ROUNDS)
        ]
        fixed = _fixed_cost(directory, programs)
    one, two = ([pair[index] for pair in rounds] for index in (0, 1))
    python = statistics.median(cost.python for cost in one)
    speed_ups = sorted(a.wall / b.wall for a, b in rounds)
    return "\n".join(
        [
            f"{POINTS} points of 32 x 32 x 32, {ROUNDS} times with -j1 and -j2 in turns; medians",
            f"a point, -j1     {_ms(statistics.median(c.wall for c in one))} wall-clock,"
            f" {_ms(statistics.median(c.simulator for c in one))} processor in zs-sim",
            f"a point, -j2     {_ms(statistics.median(c.wall for c in two))} wall-clock",
            f"overhead         {_ms(python + fixed)} processor a point: {_ms(python)} in Python,"
            f" {_ms(fixed)} in zs-sim for a program that does nothing",
            f"two jobs         {statistics.median(speed_ups):.2f} times as fast as one"
            f" ({speed_ups[0]:.2f} to {speed_ups[-1]:.2f})",
        ]
    )


def _sweep(directory: Path, jobs: int, programs: ProgramCache) -> Cost:
    """Run the sweep into a new database. Its preparation counts, compilation apart."""
    file = sweep_file.parse(_SWEEP, "bench", ROOT / "configs")
    database = directory / f"{time.monotonic_ns()}.sqlite"
    start, before, children = time.monotonic(), _processor(), _processor(resource.RUSAGE_CHILDREN)
    with Store(database) as store:
        sweep, _, _ = register(store, file)
        run_sweep(store, sweep, LocalScheduler(jobs), programs=programs)
    wall, after = time.monotonic() - start, _processor()
    spent = _processor(resource.RUSAGE_CHILDREN) - children
    return Cost(wall / POINTS, (after - before) / POINTS, spent / POINTS)


def _fixed_cost(directory: Path, programs: ProgramCache) -> float:
    """Processor seconds of a simulation of nothing: configuration, board, reports."""
    source = directory / "nothing.c"
    source.write_text(_NOTHING, encoding="utf-8")
    file = sweep_file.parse(_SWEEP, "bench", ROOT / "configs")
    with Store(directory / "fixed.sqlite") as store:
        sweep, _, _ = register(store, file)
        config: Config = store.points(sweep)[0].config
    program = programs.program(config, source)
    before = _processor(resource.RUSAGE_CHILDREN)
    for _ in range(POINTS):
        Simulations().run_config(config, program.path)
    return (_processor(resource.RUSAGE_CHILDREN) - before) / POINTS


def _processor(whose: int = resource.RUSAGE_SELF) -> float:
    usage = resource.getrusage(whose)
    return usage.ru_utime + usage.ru_stime


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:6.1f} ms"
