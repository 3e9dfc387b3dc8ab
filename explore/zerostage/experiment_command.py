"""Run an experiment by name: its sweep, table, figures, and a page that says what came out."""

from __future__ import annotations

import argparse
import functools
import textwrap
from pathlib import Path

from zerostage import experiment_file, experiment_table
from zerostage.compare import WIDTH
from zerostage.errors import RequestError, RunFailure
from zerostage.experiment_file import Experiment
from zerostage.experiment_finding import Finding, Verdict
from zerostage.experiment_table import Row, Taken, filled
from zerostage.paths import RUNS, shown
from zerostage.run_command import next_directory, require_fresh
from zerostage.schedule import LocalScheduler
from zerostage.store import Store
from zerostage.sweep_command import positive
from zerostage.sweep_file import Changes
from zerostage.sweep_run import register, run_sweep

DATABASE = RUNS / "experiments.sqlite"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `zs experiment`."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="name or file; `all` for every")
    parser.add_argument("--list", action="store_true", help="what there is")
    parser.add_argument(
        "--set",
        dest="overrides",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="override one parameter at every point (repeatable)",
    )
    parser.add_argument(
        "--axis",
        dest="axes",
        action="append",
        default=[],
        metavar="AXIS=VALUES",
        help="other values of one axis, as in problem=512 or workload.flow=Ns,Cs (repeatable)",
    )
    parser.add_argument("-j", dest="jobs", type=positive, metavar="N", help="default: cores")
    parser.add_argument("--out", type=Path, metavar="DIR", help="default: new below runs/")
    parser.add_argument("--db", type=Path, default=DATABASE, metavar="FILE", help="known results")


def execute(arguments: argparse.Namespace) -> int:
    """`zs experiment`: 0 every claim holds, 1 one is refuted or a point failed."""
    if arguments.list:
        print(listing())
        return 0
    if not arguments.names:
        raise RequestError("which experiment? `./zs experiment --list` shows all")
    names = experiment_file.shipped() if arguments.names == ["all"] else arguments.names
    if arguments.out is not None and len(names) > 1:
        raise RequestError("--out is for one experiment")
    files = [experiment_file.find(name) for name in names]
    if arguments.out is not None:
        require_fresh(arguments.out)
    changes = Changes(tuple(arguments.overrides), tuple(arguments.axes))
    experiments = [experiment_file.load(file, changes) for file in files]
    refuted = 0
    for experiment in experiments:
        found = conduct(experiment, arguments.db, arguments.jobs)
        out = arguments.out or next_directory(f"experiments/{experiment.name}")
        write(found, out)
        print(report(found, out), flush=True)
        refuted += len(found.refuted)
    return 1 if refuted else 0


def listing() -> str:
    """Every shipped experiment with its question."""
    lines = []
    for name in experiment_file.shipped():
        experiment = experiment_file.load(experiment_file.find(name))
        lines.append(f"{name:<18} {experiment.title}")
        lines.append(textwrap.indent(textwrap.fill(experiment.question, WIDTH - 19), " " * 19))
    return "\n".join(lines)


def conduct(experiment: Experiment, database: Path, jobs: int | None = None) -> Finding:
    """Run what is not known yet, and evaluate."""
    with Store(database) as store:
        sweep, _, _ = register(store, experiment.sweep)
        summary = run_sweep(store, sweep, LocalScheduler(jobs))
        if summary.interrupted:
            raise KeyboardInterrupt
        rows = experiment_table.rows_of(experiment, store, sweep)
    return evaluate(experiment, rows)


def evaluate(experiment: Experiment, rows: list[Row]) -> Finding:
    """Values, texts and claims of the rows."""
    if not rows:
        raise RunFailure(f"{experiment.file}: no row belongs to a series")
    for figure in experiment.figures:
        experiment_table.rows_of_figure(figure, rows)
    values = experiment_table.values_of(experiment, rows)
    where = experiment.file
    return Finding(
        experiment,
        rows,
        filled(experiment.setup, values, where),
        {figure.name: filled(figure.caption, values, where) for figure in experiment.figures},
        _results(experiment, rows, values),
        _verdicts(experiment, values),
        filled(experiment.meaning.text, values, str(experiment.meaning.place)),
    )


def _results(experiment: Experiment, rows: list[Row], values: dict[str, Taken]) -> list[str]:
    texts = [filled(text.text, values, str(text.place)) for text in experiment.results]
    large = experiment_table.large_rests(rows) if experiment.compare is not None else 0
    if large:
        texts.append(
            f"The rest, which no term explains, is large in {large} of {2 * len(rows)}"
            " decompositions of kernels and programs."
        )
    return texts


def _verdicts(experiment: Experiment, values: dict[str, Taken]) -> list[Verdict]:
    lookup = functools.partial(experiment_table.known_number, values)
    return [
        Verdict(
            filled(claim.text, values, str(claim.refuted_if.place)),
            claim.refuted_if.text,
            claim.refuted_if.holds(lookup),
        )
        for claim in experiment.claims
    ]


def write(found: Finding, out: Path) -> None:
    """Table, figures as PNG and SVG, and the page."""
    from plots import experiment_figure, experiment_page  # only here: matplotlib is slow to load

    require_fresh(out)
    out.mkdir(parents=True, exist_ok=True)
    name = found.experiment.name
    (out / f"{name}.csv").write_text(experiment_table.as_csv(found.rows), encoding="utf-8")
    for figure in found.experiment.figures:
        experiment_figure.draw(figure, found.rows, out / f"{name}-{figure.name}")
    (out / f"{name}.html").write_text(experiment_page.page(found), encoding="utf-8")


def report(found: Finding, out: Path) -> str:
    """What the terminal shows."""
    experiment = found.experiment
    lines = [f"{experiment.name}: {experiment.title}", _wrapped(experiment.question), ""]
    lines += [_wrapped(f"- {text}") for text in found.results]
    for verdict in found.verdicts:
        word = "REFUTED" if verdict.refuted else "holds"
        lines.append(_wrapped(f"{word}: {verdict.text}"))
    lines += ["", f"page: {shown(out / (experiment.name + '.html'))}", ""]
    return "\n".join(lines)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, subsequent_indent="  ")
