"""The same sweep on a Dask cluster: real schedulers and workers, one of them killed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT, TINY, zs

pytest.importorskip("distributed")

import zerostage  # noqa: E402
from zerostage import simulator  # noqa: E402
from zerostage.cluster import DaskScheduler, run_on_worker  # noqa: E402
from zerostage.errors import RequestError, RunFailure  # noqa: E402
from zerostage.expansion import expand  # noqa: E402
from zerostage.frame import same_results  # noqa: E402
from zerostage.point import Outcome, content_key  # noqa: E402
from zerostage.program import ProgramCache  # noqa: E402
from zerostage.schedule import Interrupt, Task  # noqa: E402
from zerostage.sweep_file import parse  # noqa: E402

MANY = TINY.replace("[50 MHz, 100 MHz, 200 MHz]", "{from: 50 MHz, to: 200 MHz, step: 15 MHz}")


class Cluster:
    """A scheduler and workers, each a process of its own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._processes: list[subprocess.Popen[bytes]] = []
        address = directory / "address.json"
        self._start("dask_scheduler", "--port", "0", "--scheduler-file", str(address))
        while not address.is_file() or not address.read_text().strip():
            time.sleep(0.05)
        self.address = str(json.loads(address.read_text())["address"])

    def add_worker(self) -> subprocess.Popen[bytes]:
        """One thread, no nanny: it stays dead when killed."""
        return self._start("dask_worker", self.address, "--nthreads", "1", "--no-nanny")

    def stop(self) -> None:
        """End all that this cluster started."""
        for process in self._processes:
            process.kill()
            process.wait()

    def _start(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", *arguments, "--no-dashboard"],
            cwd=self._directory,
            env={"PYTHONPATH": f"{ROOT}/explore:{ROOT}", "PATH": "/usr/bin:/bin"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._processes.append(process)
        return process


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    running = Cluster(tmp_path)
    yield running
    running.stop()


def tasks_of(text: str) -> list[Task]:
    """The points of a sweep, ready to run."""
    programs, sha256 = ProgramCache(), simulator.fingerprint()
    tasks = []
    for point in expand(parse(text, "sweep.yaml", ROOT)).points:
        program = programs.program(point.config)
        key = content_key(point.config, program.sha256, sha256)
        tasks.append(Task(key, point.config, program))
    return tasks


def test_table_is_the_same_as_on_one_core(
    cluster: Cluster, sweep_file: Callable[[str], Path], tmp_path: Path
) -> None:
    file, database = sweep_file(TINY), tmp_path / "r.sqlite"
    for _ in range(2):
        cluster.add_worker()
    done = zs("sweep", "--scheduler", cluster.address, file, "--db", database)
    assert "sweep: 6 points: 6 ok" in done.stdout, done.stderr
    assert same_results(zerostage.results(database), zerostage.sweep(file, jobs=1))


def test_cluster_on_this_machine_is_the_default(sweep_file: Callable[[str], Path]) -> None:
    file = sweep_file(TINY)
    assert same_results(zerostage.sweep(file, scheduler="local"), zerostage.sweep(file, jobs=1))


def test_killed_worker_loses_nothing_and_doubles_nothing(cluster: Cluster) -> None:
    tasks = tasks_of(MANY)
    victim, _ = cluster.add_worker(), cluster.add_worker()
    finished: list[tuple[Task, Outcome]] = []

    def done(task: Task, outcome: Outcome) -> None:
        finished.append((task, outcome))
        if len(finished) == 5:
            victim.kill()

    with Interrupt() as interrupt:
        DaskScheduler(cluster.address).run(tasks, done, interrupt)
    assert victim.wait() == -9
    assert sorted(task.key for task, _ in finished) == sorted(task.key for task in tasks)
    assert all(outcome.ok for _, outcome in finished)


def test_interrupt_lets_what_is_in_flight_finish(cluster: Cluster) -> None:
    cluster.add_worker()
    finished: list[Outcome] = []
    interrupt = Interrupt()

    def done(_: Task, outcome: Outcome) -> None:
        finished.append(outcome)
        interrupt.count = 1

    DaskScheduler(cluster.address).run(tasks_of(MANY), done, interrupt)
    assert 1 <= len(finished) < 10
    assert all(outcome.ok for outcome in finished)


def test_worker_with_another_simulator_refuses() -> None:
    task = tasks_of(TINY)[0]
    with pytest.raises(RunFailure, match="another one than yours"):
        run_on_worker(task.config.canonical(), task.program, "other", None)


def test_worker_that_does_not_see_the_senders_files_compiles_by_itself(tmp_path: Path) -> None:
    task = tasks_of(TINY)[0]
    elsewhere = type(task.program)(task.program.name, tmp_path / "x.elf", task.program.sha256)
    outcome = run_on_worker(task.config.canonical(), elsewhere, simulator.fingerprint(), None)
    assert outcome.ok


def test_scheduler_that_is_not_there_is_named(sweep_file: Callable[[str], Path]) -> None:
    with pytest.raises(RequestError, match="no Dask scheduler answers"):
        zerostage.sweep(sweep_file(TINY), scheduler="tcp://127.0.0.1:9")
