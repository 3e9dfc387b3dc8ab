"""Configs to outcomes in the store: compile each distinct program once, run each point once."""

from __future__ import annotations

from collections.abc import Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from zerostage.config import Config
from zerostage.errors import RequestError, RunFailure
from zerostage.point import Outcome, content_key
from zerostage.program import Program, ProgramCache
from zerostage.progress import Progress
from zerostage.schedule import Interrupt, Scheduler, Task, default_jobs
from zerostage.store import Store

_NO_PROGRAM = ""  # the hash of the program of a point that does not compile


@dataclass(frozen=True)
class Compiled:
    """A config with its content key, and its program or (`error`) why there is none."""

    key: str
    config: Config
    program: Program | None
    error: str = ""


class Evaluator:
    """Runs configs on one scheduler, into one store."""

    def __init__(
        self, store: Store, scheduler: Scheduler, simulator_sha256: str, programs: ProgramCache
    ) -> None:
        self._store = store
        self._scheduler = scheduler
        self._simulator_sha256 = simulator_sha256
        self._programs = programs
        self.changed = 0  # results that are not what they were before: there must be none

    def compiled(
        self, configs: Sequence[Config], interrupt: Interrupt, progress: Progress
    ) -> list[Compiled]:
        """Keys and programs, in the order of the configs."""

        def compile_one(config: Config) -> Compiled:
            if interrupt.count:
                raise KeyboardInterrupt
            try:
                program = self._programs.program(config)
            except (RequestError, RunFailure) as error:
                key = content_key(config, _NO_PROGRAM, self._simulator_sha256)
                return Compiled(key, config, None, str(error))
            key = content_key(config, program.sha256, self._simulator_sha256)
            return Compiled(key, config, program)

        results = []
        with ThreadPoolExecutor(max_workers=default_jobs()) as pool:
            for result in pool.map(compile_one, configs):
                results.append(result)
                progress.step(result.program is not None)
        progress.finish()
        return results

    def run(
        self, points: Sequence[Compiled], known: Set[str], interrupt: Interrupt, what: str = ""
    ) -> None:
        """Run the points that are not known, each once; without interruption, the store has an
        outcome for every point afterwards. With `what`, shows progress under that name."""
        wanted: dict[str, Task] = {}
        for point in points:
            if point.program is None:
                self._store.add_run(point.key, "", Outcome("build", point.error, None, 0.0))
            elif point.key not in known:
                wanted[point.key] = Task(point.key, point.config, point.program)
        progress = Progress(what, len(wanted)) if what else None

        def done(task: Task, outcome: Outcome) -> None:
            self._write(task, outcome)
            if progress is not None:
                progress.step(outcome.ok)

        self._scheduler.run(list(wanted.values()), done, interrupt)
        if progress is not None:
            progress.finish()

    def _write(self, task: Task, outcome: Outcome) -> None:
        before = self._store.outcome(task.key)
        if before is not None and before.ok and outcome.ok and before.stats != outcome.stats:
            self.changed += 1
        self._store.add_run(task.key, task.program.name, outcome)
