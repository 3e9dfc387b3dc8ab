"""A sweep from its file to results in the store: expand, compile what is distinct, run, write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from zerostage import simulator
from zerostage.errors import RequestError, RunFailure
from zerostage.expansion import expand
from zerostage.point import OK, Outcome, content_key
from zerostage.program import Program, ProgramCache
from zerostage.progress import Progress
from zerostage.schedule import Interrupt, Scheduler, Task, default_jobs
from zerostage.store import Store, StoredPoint, Sweep
from zerostage.sweep_file import SweepFile

_NO_PROGRAM = ""  # the hash of the program of a point that does not compile


@dataclass(frozen=True)
class Summary:
    """How a sweep went."""

    sweep: Sweep
    points: int
    known: int  # were in the store already
    statuses: dict[str, int]
    missing: int  # not run: interrupted, or of another shard
    interrupted: bool
    changed: int  # forced runs whose result is not what it was: there must be none

    @property
    def failed(self) -> int:
        """Points with a result that is none."""
        return sum(count for status, count in self.statuses.items() if status != OK)


@dataclass(frozen=True)
class Shard:
    """The part of a sweep that one of several machines runs: points number, number + of, ..."""

    number: int = 0
    of: int = 1

    def has(self, point: int) -> bool:
        """Whether a point, by its number in the sweep, belongs to it."""
        return point % self.of == self.number


def register(store: Store, file: SweepFile) -> tuple[Sweep, int, int]:
    """Expand and check a sweep, and write its points down; with it how many were left out
    by filters, and how many because they cannot be."""
    expansion = expand(file)
    points = [(point.labels(expansion.axes), point.config) for point in expansion.points]
    axes = tuple(points[0][0])
    sweep = store.add_sweep(file.name, simulator.fingerprint(), file.text, axes, points)
    return sweep, expansion.filtered, expansion.skipped


def stored_sweep(store: Store, name: str) -> Sweep:
    """The newest sweep of a name, to be continued by the same simulator that it began with."""
    sweeps = store.sweeps(name)
    if not sweeps:
        raise RequestError(f"--resume: {store.path} has no sweep '{name}'")
    if sweeps[-1].simulator_sha256 != simulator.fingerprint():
        raise RequestError(
            f"--resume: the simulator is not the one that '{name}' began with, and one table of two"
            " simulators would compare nothing; leave out --resume to begin again"
        )
    return sweeps[-1]


def run_sweep(
    store: Store,
    sweep: Sweep,
    scheduler: Scheduler,
    *,
    force: bool = False,
    retry: bool = False,
    shard: Shard = Shard(),
    programs: ProgramCache | None = None,
) -> Summary:
    """Run the points of a stored sweep that have no result yet, or (`force`) all of them.

    retry   also those whose failure may be the machine's: timeouts, crashes, failed compilations
    """
    points = [point for point in store.points(sweep) if shard.has(point.number)]
    with Interrupt() as interrupt:
        tasks, unbuilt = _tasks(store, sweep, points, programs or ProgramCache(), interrupt)
        known = set() if force else store.finished(retry_transient=retry)
        wanted = {task.key: task for task in tasks if task.key not in known}  # each once
        for key, error in unbuilt.items():
            store.add_run(key, "", Outcome("build", error, None, 0.0))
        progress = Progress(sweep.name, len(wanted))
        writer = _Writer(store, progress)
        scheduler.run(list(wanted.values()), writer.done, interrupt)
        progress.finish()
        interrupted = interrupt.count > 0
    outcomes = _statuses(store, sweep, shard)
    return Summary(
        sweep=sweep,
        points=len(points),
        known=len({task.key for task in tasks} & known),
        statuses={status: count for status, count in outcomes.items() if status},
        missing=outcomes[""],
        interrupted=interrupted,
        changed=writer.changed,
    )


class _Writer:
    """Puts each result into the store as it comes."""

    def __init__(self, store: Store, progress: Progress) -> None:
        self._store = store
        self._progress = progress
        self.changed = 0

    def done(self, task: Task, outcome: Outcome) -> None:
        before = self._store.outcome(task.key)
        if before is not None and before.ok and outcome.ok and before.stats != outcome.stats:
            self.changed += 1
        self._store.add_run(task.key, task.program.name, outcome)
        self._progress.step(outcome.ok)


def _tasks(
    store: Store,
    sweep: Sweep,
    points: Sequence[StoredPoint],
    programs: ProgramCache,
    interrupt: Interrupt,
) -> tuple[list[Task], dict[str, str]]:
    """Compile each distinct program once; with the tasks, the errors of points that do not
    compile, by key."""
    progress = Progress(f"{sweep.name}: programs", len(points))

    def build(point: StoredPoint) -> Program | str:
        if interrupt.count:
            raise KeyboardInterrupt
        try:
            return programs.program(point.config)
        except (RequestError, RunFailure) as error:
            return str(error)

    tasks, unbuilt, keys = [], {}, []
    with ThreadPoolExecutor(max_workers=default_jobs()) as pool:
        for point, program in zip(points, pool.map(build, points)):
            sha256 = program.sha256 if isinstance(program, Program) else _NO_PROGRAM
            key = content_key(point.config, sha256, sweep.simulator_sha256)
            keys.append((point.number, key))
            if isinstance(program, Program):
                tasks.append(Task(key, point.config, program))
            else:
                unbuilt[key] = program
            progress.step(isinstance(program, Program))
    progress.finish()
    store.set_keys(sweep, keys)
    return tasks, unbuilt


def _statuses(store: Store, sweep: Sweep, shard: Shard) -> Counter[str]:
    """How many points have which status; "" for those that were not run."""
    results: Iterable[str] = (
        result.outcome.status if result.outcome else ""
        for result in store.results(sweep)
        if shard.has(result.point.number)
    )
    return Counter(results)
