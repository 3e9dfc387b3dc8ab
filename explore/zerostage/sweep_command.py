"""Run every point of a sweep file, in parallel, into a results database."""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from pathlib import Path

from zerostage import sweep_file
from zerostage.errors import RequestError
from zerostage.estimate import dry_run
from zerostage.paths import RUNS, shown
from zerostage.point import OK
from zerostage.schedule import LocalScheduler, Scheduler, default_jobs
from zerostage.slurm import JobArray, script
from zerostage.store import Store, Sweep
from zerostage.sweep_file import SweepFile
from zerostage.sweep_run import Shard, Summary, register, run_sweep, stored_sweep

_SHOWN_FAILURES = 5
_SHARD = re.compile(r"(\d+)/(\d+)")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `zs sweep`."""
    parser.add_argument("file", metavar="SWEEP.yaml")
    parser.add_argument(
        "--set",
        dest="overrides",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="override one parameter at every point (repeatable)",
    )
    parser.add_argument("--db", type=Path, metavar="FILE", help="default: runs/NAME.sqlite")
    parser.add_argument("-j", dest="jobs", type=positive, metavar="N", help="default: cores")
    parser.add_argument("--timeout", type=float, metavar="S", help="wall-clock limit of a point")
    parser.add_argument("--dry-run", action="store_true", help="only count and estimate")
    parser.add_argument(
        "--resume",
        action="store_true",
        help="continue the stored sweep, its points as they were; try again what timed out",
    )
    parser.add_argument("--force", action="store_true", help="run known points again as well")
    parser.add_argument(
        "--scheduler",
        nargs="?",
        const="local",
        metavar="ADDRESS",
        help="run on a Dask cluster: tcp://host:8786; without address, on a local one",
    )
    parser.add_argument("--shard", type=_shard, default=Shard(), metavar="I/N", help="only a part")
    parser.add_argument(
        "--merge", nargs="+", type=Path, default=[], metavar="DB", help="take over results first"
    )
    parser.add_argument("--emit", choices=("slurm",), help="print a job array instead of running")
    parser.add_argument("--tasks", type=positive, metavar="N", help="of the job array")


def execute(arguments: argparse.Namespace) -> int:
    """`zs sweep`: 0 all points are sound, 1 some failed, 130 interrupted."""
    _refuse_nonsense(arguments)
    file = sweep_file.load(Path(arguments.file), arguments.overrides)
    if arguments.dry_run:
        print(dry_run(file, arguments.jobs or default_jobs(), arguments.timeout))
        return 0
    database = arguments.db or RUNS / f"{file.name}.sqlite"
    if arguments.emit:
        print(_job_array(arguments, file, database), end="")
        return 0
    with Store(database) as store:
        for other in arguments.merge:
            print(f"{shown(other)}: {store.merge(other)} new results", flush=True)
        sweep = _chosen_sweep(arguments, store, file)
        summary = run_sweep(
            store,
            sweep,
            chosen_scheduler(arguments),
            force=arguments.force,
            retry=arguments.resume,
            shard=arguments.shard,
        )
        _report(summary, store)
    return _exit_status(summary)


def _refuse_nonsense(arguments: argparse.Namespace) -> None:
    if arguments.resume and (arguments.overrides or arguments.force):
        raise RequestError("--resume continues the points as they were: no --set, no --force")
    if arguments.tasks is not None and not arguments.emit:
        raise RequestError("--tasks is for --emit slurm")
    if arguments.emit and (arguments.resume or arguments.merge or arguments.scheduler):
        raise RequestError("--emit only prints a script: no --resume, --merge or --scheduler")
    if arguments.scheduler is not None and arguments.scheduler.endswith((".yaml", ".yml")):
        raise RequestError("--scheduler took the sweep file for its address: put it last")


def _chosen_sweep(arguments: argparse.Namespace, store: Store, file: SweepFile) -> Sweep:
    if arguments.resume:
        return stored_sweep(store, file.name)
    sweep, filtered, skipped = register(store, file)
    for count, why in ((filtered, "left out by filters"), (skipped, "skipped: they cannot be")):
        if count:
            print(f"{count} points {why}", file=sys.stderr)
    return sweep


def chosen_scheduler(arguments: argparse.Namespace) -> Scheduler:
    """What -j, --timeout and --scheduler ask for."""
    if arguments.scheduler is None:
        return LocalScheduler(arguments.jobs, arguments.timeout)
    from zerostage.cluster import DaskScheduler  # only here: Dask takes a second to load

    return DaskScheduler(arguments.scheduler, arguments.jobs, arguments.timeout)


def _job_array(arguments: argparse.Namespace, file: SweepFile, database: Path) -> str:
    words = [str(Path(arguments.file).resolve())]
    for override in arguments.overrides:
        words += ["--set", override]
    if arguments.timeout is not None:
        words += ["--timeout", f"{arguments.timeout:g}"]
    tasks = arguments.tasks or 16
    jobs = arguments.jobs or default_jobs()
    return script(JobArray(file.name, words, database.resolve(), tasks, jobs))


def _report(summary: Summary, store: Store) -> None:
    counts = [f"{count} {status}" for status, count in sorted(summary.statuses.items())]
    if summary.missing:
        counts.append(f"{summary.missing} not run")
    known = f" ({summary.known} were known)" if summary.known else ""
    print(f"{summary.sweep.name}: {summary.points} points{known}: {', '.join(counts)}")
    if summary.failed:
        print("\n".join(_failures(summary, store)))
    if summary.changed:
        print(f"warning: {summary.changed} results differ from those before: report this")
    if summary.interrupted:
        print("interrupted; the same command with --resume goes on")
    print(f"results: {shown(store.path)}; look at them with ./zs results {shown(store.path)}")


def _failures(summary: Summary, store: Store) -> list[str]:
    lines = []
    for result in store.results(summary.sweep):
        if result.outcome is not None and result.outcome.status != OK:
            labels = " ".join(f"{key}={value}" for key, value in result.point.labels.items())
            error = textwrap.shorten(result.outcome.error, 300, placeholder=" ...")
            lines.append(f"  point {result.point.number} {result.outcome.status}: {error}")
            lines.append(f"    {labels}")
            if len(lines) >= 2 * _SHOWN_FAILURES:
                lines.append("  ...")
                break
    return lines


def _exit_status(summary: Summary) -> int:
    if summary.interrupted:
        return 130
    return 1 if summary.failed or summary.changed else 0


def positive(text: str) -> int:
    """An argument that counts something."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}': expected a number above zero")
    return int(text)


def _shard(text: str) -> Shard:
    match = _SHARD.fullmatch(text)
    if match is None or int(match[1]) >= int(match[2]):
        raise argparse.ArgumentTypeError(f"'{text}': expected I/N with I from 0 to N - 1")
    return Shard(int(match[1]), int(match[2]))
