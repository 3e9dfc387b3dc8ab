"""The comparison as text: one column a run, each value with its ratio to the first run's."""

from __future__ import annotations

from collections.abc import Sequence

from zerostage.measures import Row, Section, sections
from zerostage.quantity import ratio
from zerostage.stats import Run

_RATIO_WIDTH = 7


def render(runs: Sequence[Run]) -> str:
    """The whole table; the first run is the reference."""
    lines = [("", [run.label for run in runs])]
    for section in sections():
        lines += _section(section, runs)
    label_width = max(len(label) for label, _ in lines)
    value_widths = [
        max(len(cells[column]) for _, cells in lines if cells) for column in range(len(runs))
    ]
    return "\n".join(_line(label, cells, label_width, value_widths) for label, cells in lines)


def _section(section: Section, runs: Sequence[Run]) -> list[tuple[str, list[str]]]:
    rows = [_row(row, runs) for row in section.rows]
    shown = [row for row in rows if row is not None]
    return [("", []), (section.title, []), *shown] if shown else []


def _row(row: Row, runs: Sequence[Run]) -> tuple[str, list[str]] | None:
    values = [row.value(run) for run in runs]
    if row.quiet and not any(values):
        return None
    cells = [row.text(values[0])]
    cells += [
        f"{row.text(value)} {ratio(value, values[0]):>{_RATIO_WIDTH}}" for value in values[1:]
    ]
    return f"  {row.label}", cells


def _line(label: str, cells: list[str], label_width: int, value_widths: list[int]) -> str:
    columns = (f"{cell:>{width}}" for cell, width in zip(cells, value_widths))
    return "   ".join([f"{label:<{label_width}}", *columns]).rstrip()
