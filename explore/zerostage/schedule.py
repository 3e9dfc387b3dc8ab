"""Running many points: what a scheduler is, and the one for this machine."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from types import FrameType
from typing import Any, Protocol

from zerostage.config import Config
from zerostage.point import Outcome, Simulations
from zerostage.program import Program

_POLL_S = 0.2  # how soon a Ctrl-C is looked at when nothing else happens


@dataclass(frozen=True)
class Task:
    """A point to run, by its content key."""

    key: str
    config: Config
    program: Program


Done = Callable[[Task, Outcome], None]


class Scheduler(Protocol):
    """Something that runs points."""

    def run(self, tasks: Sequence[Task], done: Done, interrupt: Interrupt) -> None:
        """Run every task; `done` is called in the caller's thread, in the order of completion.

        When `interrupt` is raised once: start nothing more, finish what is in flight. When raised
        again: end what is in flight.
        """


class Interrupt:
    """Counts Ctrl-C (SIGINT) and SIGTERM instead of raising anything, while it is entered."""

    def __init__(self) -> None:
        self.count = 0
        self._former: dict[int, Any] = {}

    def __enter__(self) -> Interrupt:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._former[number] = signal.signal(number, self._count)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def _count(self, _number: int, _frame: FrameType | None) -> None:
        self.count += 1


class LocalScheduler:
    """Simulator processes on this machine, `jobs` at a time, each watched by a thread."""

    def __init__(self, jobs: int | None = None, timeout_s: float | None = None) -> None:
        self._jobs = jobs or default_jobs()
        self._timeout_s = timeout_s

    def run(self, tasks: Sequence[Task], done: Done, interrupt: Interrupt) -> None:
        """Run every task."""
        simulations = Simulations()
        waiting = iter(tasks)
        flying: dict[Future[Outcome], Task] = {}
        with ThreadPoolExecutor(max_workers=self._jobs) as pool:
            while True:
                while interrupt.count == 0 and len(flying) < self._jobs:
                    task = next(waiting, None)
                    if task is None:
                        break
                    flying[self._submit(pool, simulations, task)] = task
                if not flying:
                    return
                if interrupt.count > 1:
                    simulations.abandon()
                    return
                finished, _ = wait(flying, timeout=_POLL_S, return_when=FIRST_COMPLETED)
                for future in finished:
                    done(flying.pop(future), future.result())

    def _submit(
        self, pool: ThreadPoolExecutor, simulations: Simulations, task: Task
    ) -> Future[Outcome]:
        return pool.submit(simulations.run_config, task.config, task.program.path, self._timeout_s)


def default_jobs() -> int:
    """One a core that this process may use."""
    return len(os.sched_getaffinity(0))
