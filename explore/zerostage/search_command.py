"""Look for the good points of a sweep file's space with Optuna, instead of running all of it."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path

from zerostage import sweep_file
from zerostage.analysis import pareto
from zerostage.frame import sweep_frame
from zerostage.paths import RUNS, shown
from zerostage.results_command import print_rows
from zerostage.search_plan import SearchPlan, plan_of
from zerostage.search_run import SearchSummary, run_search
from zerostage.store import Store, Sweep
from zerostage.sweep_command import chosen_scheduler, positive


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `zs search`."""
    parser.add_argument("file", metavar="SWEEP.yaml", help="with a 'search' section")
    parser.add_argument(
        "--set",
        dest="overrides",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="override one parameter at every point (repeatable)",
    )
    parser.add_argument("--db", type=Path, metavar="FILE", help="default: runs/NAME-search.sqlite")
    parser.add_argument("-j", dest="jobs", type=positive, metavar="N", help="default: cores")
    parser.add_argument("--timeout", type=float, metavar="S", help="wall-clock limit of a point")
    parser.add_argument("--trials", type=positive, metavar="N", help="in place of the file's")
    parser.add_argument("--seed", type=positive, metavar="N", help="in place of the file's")
    parser.add_argument("--resume", action="store_true", help="go on with the stored search")
    parser.add_argument(
        "--scheduler", nargs="?", const="local", metavar="ADDRESS", help="run on a Dask cluster"
    )


def execute(arguments: argparse.Namespace) -> int:
    """`zs search`: 0 done, 130 interrupted."""
    file = sweep_file.load(Path(arguments.file), arguments.overrides)
    plan = plan_of(file)
    if arguments.seed is not None:
        plan = dataclasses.replace(plan, seed=arguments.seed)
    if arguments.trials is not None:
        plan = dataclasses.replace(plan, trials=arguments.trials)
    database = arguments.db or RUNS / f"{file.name}-search.sqlite"
    with Store(database) as store:
        scheduler = chosen_scheduler(arguments)
        summary = run_search(store, file, plan, scheduler, resume=arguments.resume)
        _report(summary, store, plan)
    return 130 if summary.interrupted else 0


def _report(summary: SearchSummary, store: Store, plan: SearchPlan) -> None:
    print(
        f"{summary.completed} points run, {summary.pruned} pruned after the cheaper run,"
        f" {summary.failed} failed; {summary.refused} proposals refused (filtered, impossible, known)"
    )
    if summary.sweep is not None:
        _print_front(summary.sweep, summary.allowed, store, plan)
    if summary.interrupted:
        print("interrupted; the same command with --resume goes on")
    print(f"results: {shown(store.path)}; look at them with ./zs results {shown(store.path)}")


def _print_front(sweep: Sweep, allowed: Sequence[int], store: Store, plan: SearchPlan) -> None:
    frame = sweep_frame(store, sweep)
    frame = frame[frame["number"].isin(allowed)]
    objectives = [objective.text for objective in plan.objectives]
    if frame.empty:
        print("no trial fulfils the constraints")
        return
    print(f"the best of {len(frame)} points that fulfil the constraints:\n")
    columns = ["number", *sweep.axes, *(objective.column for objective in plan.objectives)]
    print_rows(pareto(frame, objectives), columns, 0)
