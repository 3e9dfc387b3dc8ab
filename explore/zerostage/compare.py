"""Compare finished runs: a table, what it means, and a figure. The first run is the reference."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Sequence
from pathlib import Path

from zerostage.errors import RequestError
from zerostage.paths import shown
from zerostage.stats import Run, load
from zerostage.table import render
from zerostage.verdict import sentences


WIDTH = 100  # characters of a line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `zs compare`."""
    parser.add_argument("runs", nargs="+", metavar="RUN", help="run directory")
    parser.add_argument("--out", metavar="FILE.png", help="figure (default: beside the last run)")


def execute(arguments: argparse.Namespace) -> int:
    """`zs compare`."""
    if len(arguments.runs) < 2:
        raise RequestError("compare needs at least two run directories")
    directories = [Path(run) for run in arguments.runs]
    title, labels = short_names(directories)
    runs = [load(directory, label) for directory, label in zip(directories, labels)]
    figure = Path(arguments.out) if arguments.out else _figure_beside(directories)
    if figure.suffix != ".png":
        raise RequestError(f"--out '{figure}': the figure is a PNG, its name must end in .png")
    print(report(runs))
    warn_of_failures(runs)
    draw([runs], figure, title)
    print(f"\nfigure: {shown(figure)}")
    return 0


def warn_of_failures(runs: Sequence[Run]) -> None:
    """Counters of a run that failed are worth little: say so."""
    for run in runs:
        if not run.ok:
            print(f"\nwarning: {run.label} is a failed run: {run.message}")


def report(runs: Sequence[Run]) -> str:
    """Table and sentences."""
    verdicts = (
        "\n".join(_bullet(sentence) for sentence in sentences(runs[0], run)) for run in runs[1:]
    )
    return "\n\n".join([render(runs), *verdicts])


def _bullet(sentence: str) -> str:
    return textwrap.fill(f"- {sentence}", WIDTH, subsequent_indent="  ")


def draw(groups: Sequence[Sequence[Run]], path: Path, title: str = "") -> None:
    """Write the figure."""
    from plots import compare_figure  # only here: matplotlib takes most of a second to load

    path.parent.mkdir(parents=True, exist_ok=True)
    compare_figure.draw(groups, path, title)


def short_names(directories: Sequence[Path]) -> tuple[str, list[str]]:
    """What the runs' names have in common, and what tells them apart."""
    paths = [directory.resolve() for directory in directories]
    if len({path.name for path in paths}) < len(paths):
        return "", [f"{path.parent.name}/{path.name}" for path in paths]
    words = [path.name.split("-") for path in paths]
    common = 0
    while len({tuple(name[: common + 1]) for name in words}) == 1:
        common += 1
    common = min(common, min(map(len, words)) - 1)
    return "-".join(words[0][:common]), ["-".join(name[common:]) for name in words]


def _figure_beside(directories: Sequence[Path]) -> Path:
    names = "-vs-".join(directory.resolve().name for directory in directories)
    return directories[-1].resolve().parent / f"{names}.png"
