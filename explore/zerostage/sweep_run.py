"""A sweep from its file to results in the store: expand, compile what is distinct, run, write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from zerostage import simulator
from zerostage.errors import RequestError
from zerostage.evaluate import Evaluator
from zerostage.expansion import expand
from zerostage.point import OK
from zerostage.program import ProgramCache
from zerostage.progress import Progress
from zerostage.schedule import Interrupt, Scheduler
from zerostage.store import Store, Sweep
from zerostage.sweep_file import SweepFile


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
    evaluator = Evaluator(store, scheduler, sweep.simulator_sha256, programs or ProgramCache())
    with Interrupt() as interrupt:
        progress = Progress(f"{sweep.name}: programs", len(points))
        compiled = evaluator.compiled([point.config for point in points], interrupt, progress)
        store.set_keys(sweep, [(p.number, c.key) for p, c in zip(points, compiled)])
        known = set() if force else store.finished(retry_transient=retry)
        evaluator.run(compiled, known, interrupt, sweep.name)
        interrupted = interrupt.count > 0
    outcomes = _statuses(store, sweep, shard)
    return Summary(
        sweep=sweep,
        points=len(points),
        known=len({point.key for point in compiled if point.program} & known),
        statuses={status: count for status, count in outcomes.items() if status},
        missing=outcomes[""],
        interrupted=interrupted,
        changed=evaluator.changed,
    )


def _statuses(store: Store, sweep: Sweep, shard: Shard) -> Counter[str]:
    """How many points have which status; "" for those that were not run."""
    results: Iterable[str] = (
        result.outcome.status if result.outcome else ""
        for result in store.results(sweep)
        if shard.has(result.point.number)
    )
    return Counter(results)
