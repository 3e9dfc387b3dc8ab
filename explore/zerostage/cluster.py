"""Running points on a Dask distributed cluster; its workers need nothing but the built tree."""

from __future__ import annotations

import functools
import queue
from collections.abc import Sequence
from pathlib import Path

from distributed import Client, Future, KilledWorker, LocalCluster

from zerostage import simulator
from zerostage.config import Config
from zerostage.errors import RequestError, RunFailure
from zerostage.paths import SIMULATOR
from zerostage.point import Outcome, Simulations
from zerostage.program import Program, ProgramCache, sha256_of
from zerostage.schedule import Done, Interrupt, Task, default_jobs

LOCAL = "local"
_CONNECT_S = 10
_POLL_S = 0.2
_AHEAD = 2  # tasks in flight for each thread of the cluster: no thread waits for us


class DaskScheduler:
    """A cluster behind an address, or (address "local") one on this machine for this call."""

    def __init__(
        self, address: str = LOCAL, jobs: int | None = None, timeout_s: float | None = None
    ) -> None:
        self._address = address
        self._jobs = jobs or default_jobs()
        self._timeout_s = timeout_s

    def run(self, tasks: Sequence[Task], done: Done, interrupt: Interrupt) -> None:
        """Run every task. What a lost worker had in flight runs again on another one."""
        if not tasks:
            return
        if self._address == LOCAL:
            # Threads suffice: a point is a process of its own.
            with LocalCluster(
                n_workers=1,
                threads_per_worker=self._jobs,
                processes=False,
                dashboard_address=None,
            ) as cluster, Client(cluster) as client:
                _Flight(client, self._timeout_s).run(tasks, done, interrupt)
        else:
            with _connected(self._address) as client:
                _Flight(client, self._timeout_s).run(tasks, done, interrupt)


def _connected(address: str) -> Client:
    try:
        return Client(address, timeout=_CONNECT_S)
    except (OSError, TimeoutError, ValueError) as error:
        raise RequestError(
            f"--scheduler {address}: no Dask scheduler answers ({error}); expected something like"
            " tcp://host:8786, as dask-scheduler prints"
        ) from None


class _Flight:
    """The tasks that are on the cluster, a few more than it has threads."""

    def __init__(self, client: Client, timeout_s: float | None) -> None:
        self._client = client
        self._timeout_s = timeout_s
        self._simulator_sha256 = simulator.fingerprint()
        self._flying: dict[str, tuple[Future, Task]] = {}
        self._landed: queue.Queue[str] = queue.Queue()

    def run(self, tasks: Sequence[Task], done: Done, interrupt: Interrupt) -> None:
        """Run every task."""
        waiting = iter(tasks)
        while True:
            room = _AHEAD * max(1, sum(self._client.nthreads().values()))
            while interrupt.count == 0 and len(self._flying) < room:
                task = next(waiting, None)
                if task is None:
                    break
                self._submit(task)
            if not self._flying:
                return
            if interrupt.count > 1:
                self._client.cancel([future for future, _ in self._flying.values()])
                return
            for key in self._landed_keys():
                future, task = self._flying.pop(key)
                done(task, _outcome(future))

    def _submit(self, task: Task) -> None:
        future = self._client.submit(
            run_on_worker,
            task.config.canonical(),
            task.program,
            self._simulator_sha256,
            self._timeout_s,
            key=f"zerostage-{task.key}",
            pure=True,
        )
        self._flying[task.key] = (future, task)
        future.add_done_callback(lambda _, key=task.key: self._landed.put(key))

    def _landed_keys(self) -> list[str]:
        """What has come since; waits a little for the first."""
        try:
            keys = [self._landed.get(timeout=_POLL_S)]
        except queue.Empty:
            return []
        while not self._landed.empty():
            keys.append(self._landed.get())
        return keys


def _outcome(future: Future) -> Outcome:
    """The task's answer. A point that kills workers is a failed point; a wrong tree ends all."""
    error = future.exception()
    if error is None:
        outcome = future.result()
        assert isinstance(outcome, Outcome)
        return outcome
    if isinstance(error, KilledWorker):
        return Outcome("crashed", f"several workers were lost while they ran it: {error}", None, 0)
    if isinstance(error, RequestError | RunFailure):
        raise RunFailure(f"on a worker: {error}")
    raise error


def run_on_worker(
    config: str, program: Program, simulator_sha256: str, timeout_s: float | None
) -> Outcome:
    """What a worker does: the same simulation as everywhere, with its own tree."""
    if simulator.fingerprint() != simulator_sha256:
        raise RunFailure(
            f"its simulator is another one than yours: build the same sources there"
            f" ({SIMULATOR})"
        )
    resolved = Config.from_canonical(config)
    return Simulations().run_config(resolved, _found_program(program, resolved), timeout_s)


def _found_program(program: Program, config: Config) -> Path:
    """The ELF: the sender's file where it is shared, otherwise compiled here to the same bytes."""
    if program.path.is_file() and sha256_of(program.path) == program.sha256:
        return program.path
    own = _programs().program(config)
    if own.sha256 != program.sha256:
        raise RunFailure(
            f"it compiles {program.name} to another program than you: install the same compilers"
            f" there, or share {program.path}"
        )
    return own.path


@functools.cache
def _programs() -> ProgramCache:
    """One a worker process."""
    return ProgramCache()
