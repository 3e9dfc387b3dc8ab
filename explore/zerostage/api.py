"""The Python API: the commands of `./zs` as functions that return results instead of printing."""

from __future__ import annotations

import dataclasses
import functools
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas

from zerostage import stats, sweep_file
from zerostage.build import build
from zerostage.columns import Value, measures_of
from zerostage.config import Config
from zerostage.errors import RequestError, RunFailure
from zerostage.frame import newest_sweep, sweep_frame
from zerostage.point import Simulations
from zerostage.program import ProgramCache
from zerostage.run_command import prepare, require_fresh
from zerostage.schedule import LocalScheduler, Scheduler
from zerostage.simulator import Request
from zerostage.store import Store
from zerostage.sweep_file import SweepFile
from zerostage.sweep_run import register, run_sweep

Overrides = Mapping[str, object] | Sequence[str]


@dataclass(frozen=True)
class Result:
    """A finished run: its resolved config and its counters."""

    config: Config
    run: stats.Run
    seconds: float  # wall clock

    def value(self, name: str, interval: str = "kernel") -> int:
        """A counter of stats.json."""
        return self.run.value(name, interval)

    def measures(self) -> dict[str, Value]:
        """The measures of results tables, units in the names."""
        return measures_of(self.run, self.config)


def run(
    config: str | Path | Sequence[str | Path],
    overrides: Overrides = (),
    *,
    program: str | Path | None = None,
    out: str | Path | None = None,
    timeout_s: float | None = None,
    programs: ProgramCache | None = None,
) -> Result:
    """Simulate one configuration.

    config     YAML file, or several of which later ones win
    overrides  {"workload.flow": "Ns"}, or ["workload.flow=Ns"]
    program    your own driver (.c, .cpp, ELF) in place of the kernel
    out        directory to keep, as `./zs run --out` writes it; otherwise nothing stays on disk
    timeout_s  wall-clock limit
    programs   share one among many runs: it remembers what it has compiled

    Raises RequestError when the request makes no sense (zs-sim has said why on stderr when the
    error has no text), RunFailure when the run fails.
    """
    ready()
    files = [config] if isinstance(config, str | Path) else config
    request = Request([str(file) for file in files], override_texts(overrides))
    if out is not None:
        require_fresh(Path(out))
    prepared = prepare(request, None if program is None else Path(program), programs)
    with tempfile.TemporaryDirectory(prefix="zerostage-") as scratch:
        directory = Path(scratch) / "run" if out is None else Path(out)
        outcome = Simulations().run(
            prepared.program.path,
            prepared.request.arguments(),
            directory,
            Path(scratch) / "printed.txt",
            timeout_s,
        )
    if outcome.status == "refused":
        raise RequestError(outcome.error)
    if not outcome.ok or outcome.stats is None:
        raise RunFailure(outcome.error)
    counters = stats.read(outcome.stats, prepared.program.name, str(directory / "stats.json"))
    return Result(prepared.config, counters, outcome.seconds)


def sweep(
    file: str | Path | Mapping[str, object],
    overrides: Overrides = (),
    *,
    database: str | Path | None = None,
    jobs: int | None = None,
    scheduler: str | None = None,
    timeout_s: float | None = None,
    force: bool = False,
    counters: Sequence[str] = (),
) -> pandas.DataFrame:
    """Run a sweep and return its table (see zerostage.frame for the columns).

    file       a sweep file, or what would be in one: {"base": ..., "axes": {...}}
    overrides  fixed at every point
    database   where results are kept, and found again; without one they are kept nowhere
    jobs       simulations at a time, default: cores
    scheduler  "tcp://host:8786", or "local": run on a Dask cluster
    timeout_s  wall-clock limit of a point
    force      run known points again as well
    counters   shell patterns of counters to add as columns, such as "dma.*"

    A point that fails is a row with its status and error. Raises RequestError for a sweep that
    makes no sense, KeyboardInterrupt after a Ctrl-C; what was finished is then in the database.
    """
    ready()
    described = _sweep_file(file, override_texts(overrides))
    with tempfile.TemporaryDirectory(prefix="zerostage-") as scratch:
        path = Path(scratch) / "results.sqlite" if database is None else Path(database)
        with Store(path) as store:
            stored, _, _ = register(store, described)
            summary = run_sweep(store, stored, _scheduler(scheduler, jobs, timeout_s), force=force)
            if summary.interrupted:
                raise KeyboardInterrupt
            return sweep_frame(store, stored, counters)


def search(
    file: str | Path | Mapping[str, object],
    overrides: Overrides = (),
    *,
    database: str | Path | None = None,
    jobs: int | None = None,
    scheduler: str | None = None,
    timeout_s: float | None = None,
    trials: int | None = None,
    seed: int | None = None,
    resume: bool = False,
) -> pandas.DataFrame:
    """Search a sweep's space with Optuna (the file's `search` section says for what).

    Returns the table of the points that were run in full, with a column `allowed`: whether a
    point fulfils the constraints. `trials` and `seed` take the place of the file's; `resume` goes
    on with the search in `database`. The other arguments are those of sweep().
    """
    from zerostage.search_plan import plan_of
    from zerostage.search_run import run_search  # only here: Optuna takes a second to load

    ready()
    described = _sweep_file(file, override_texts(overrides))
    plan = plan_of(described)
    plan = dataclasses.replace(
        plan,
        trials=plan.trials if trials is None else trials,
        seed=plan.seed if seed is None else seed,
    )
    with tempfile.TemporaryDirectory(prefix="zerostage-") as scratch:
        path = Path(scratch) / "results.sqlite" if database is None else Path(database)
        with Store(path) as store:
            runner = _scheduler(scheduler, jobs, timeout_s)
            summary = run_search(store, described, plan, runner, resume=resume)
            if summary.interrupted:
                raise KeyboardInterrupt
            if summary.sweep is None:
                raise RunFailure("no trial could be run")
            frame = sweep_frame(store, summary.sweep)
            return frame.assign(allowed=frame["number"].isin(summary.allowed))


def results(
    database: str | Path, name: str | None = None, counters: Sequence[str] = ()
) -> pandas.DataFrame:
    """The table of the newest sweep in a database, or of the newest one of a name."""
    with Store(Path(database), must_exist=True) as store:
        return sweep_frame(store, newest_sweep(store, name), counters)


def _sweep_file(file: str | Path | Mapping[str, object], overrides: Sequence[str]) -> SweepFile:
    if isinstance(file, Mapping):
        text = json.dumps(file)  # which is YAML
        return sweep_file.parse(text, "sweep", Path(), overrides)
    return sweep_file.load(Path(file), overrides)


def _scheduler(address: str | None, jobs: int | None, timeout_s: float | None) -> Scheduler:
    if address is None:
        return LocalScheduler(jobs, timeout_s)
    from zerostage.cluster import DaskScheduler  # only here: Dask takes a second to load

    return DaskScheduler(address, jobs, timeout_s)


def override_texts(overrides: Overrides) -> list[str]:
    """KEY=VALUE, as --set takes it."""
    if not isinstance(overrides, Mapping):
        return list(overrides)
    return [f"{key}={value_text(value)}" for key, value in overrides.items()]


def value_text(value: object) -> str:
    """A plain value as YAML that reads back as the same."""
    return value if isinstance(value, str) else json.dumps(value)


@functools.cache
def ready() -> None:
    """The simulator is built; looked at once."""
    build("release", "zs-sim")
