"""An experiment's rows: results, what they are relative to their reference, and values of them.

`compare` adds to each row, measured against the reference of its group:

    time_ratio, program_time_ratio, memory_ratio, program_memory_ratio, work_ratio
    why_TERM_ms, program_why_TERM_ms     the terms of zerostage.why, in milliseconds
    reference.COLUMN                     in the formulas of `columns`: what the reference has

and there are always `program_PHASE_ms`, `starts_count`, `buffer_NAME_bytes` (main memory data
movement by buffer: input, output, elsewhere), and `work_ms`: the program without phase
`other`, which is its start, its end and the check of the result.
"""

from __future__ import annotations

import csv
import functools
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zerostage import measures, stats, why
from zerostage.columns import measures_of
from zerostage.config import Config
from zerostage.errors import RequestError, RunFailure, nearest
from zerostage.experiment_file import Compare, Experiment, Figure, Value
from zerostage.expression import Expression, UnknownName
from zerostage.stats import Run
from zerostage.store import Store, StoredResult, Sweep

PS_PER_MS = 1e9
RATIOS = {
    "time_ratio": "time_ms",
    "program_time_ratio": "program_time_ms",
    "memory_ratio": "memory_bytes",
    "program_memory_ratio": "program_memory_bytes",
    "work_ratio": "work_ms",
}
SERIES = "series"

Row = dict[str, object]


@dataclass(frozen=True)
class Taken:
    """A value: its number, and the row that has it, for `{value[column]}` in a text."""

    number: float
    row: Row | None

    def __format__(self, how: str) -> str:
        return format(self.number, how)

    def __getitem__(self, column: str) -> object:
        if self.row is None or column not in self.row:
            raise KeyError(column)
        return self.row[column]


def rows_of(experiment: Experiment, store: Store, sweep: Sweep) -> list[Row]:
    """All rows, complete; a point that failed fails the experiment."""
    rows: list[Row] = []
    runs: list[Run] = []
    for result in store.results(sweep):
        outcome = result.outcome
        row: Row = {**result.point.labels, "status": "missing", "error": ""}
        if outcome is not None:
            row.update(status=outcome.status, error=" ".join(outcome.error.split()))
        if outcome is None or not outcome.ok or outcome.stats is None:
            _require_kept(experiment, result, row)
        else:
            run = stats.read(outcome.stats, result.program, f"point {result.point.number}")
            row.update(_measured(run, result.point.config, experiment.counters))
            runs.append(run)
        rows.append(row)
    references = rows
    if experiment.compare is not None:
        references = _add_comparisons(experiment.compare, rows, runs)
    for name, expression in experiment.columns:
        for row, reference in zip(rows, references):
            row[name] = expression.value(functools.partial(_compared_cell, row, reference))
    if experiment.series:
        rows = _with_series(experiment, rows)
    return rows


def _require_kept(experiment: Experiment, result: StoredResult, row: Row) -> None:
    """A failed point ends the experiment, unless the experiment is about failures."""
    if experiment.keeps_failures and result.outcome is not None:
        return
    labels = " ".join(f"{key}={value}" for key, value in result.point.labels.items())
    raise RunFailure(f"point {result.point.number} ({labels}) {row['status']}: {row['error']}")


def _measured(run: Run, config: Config, counters: Sequence[tuple[str, str]]) -> Row:
    row: Row = {**measures_of(run, config)}
    for phase in measures.PHASES:
        row[f"program_{phase}_ms"] = measures.phase_ps(run, phase, "program") / PS_PER_MS
    for buffer in measures.BUFFERS:
        row[f"buffer_{buffer}_bytes"] = measures.buffer_bytes(run, buffer)
    row["starts_count"] = why.starts(run, "kernel")
    row["work_ms"] = number(row["program_time_ms"]) - number(row["program_other_ms"])
    for column, counter in counters:
        row[column] = _counter(run, counter)
    return row


def _counter(run: Run, name: str) -> int:
    """A counter of the kernel, or of the interval that its name begins with."""
    interval, _, rest = name.partition(".")
    if interval not in stats.INTERVALS:
        interval, rest = "kernel", name
    if rest not in run.counters:
        raise RequestError(f"no run has a counter '{rest}'{nearest(rest, list(run.counters))}")
    return run.value(rest, interval)


def _add_comparisons(compare: Compare, rows: Sequence[Row], runs: Sequence[Run]) -> list[Row]:
    """Compares each row with its reference; the references, a row each."""
    references: dict[tuple[object, ...], int] = {}
    for index, row in enumerate(rows):
        if _holds(compare.reference, row):
            key = _group(compare, row)
            if key in references:
                raise compare.place.error(
                    f"two rows are the reference where {_shown(compare.per, key)}:"
                    " 'per' or 'with' has to tell them apart"
                )
            references[key] = index
    found = []
    for index, row in enumerate(rows):
        key = _group(compare, row)
        if key not in references:
            raise compare.place.error(f"no row is the reference where {_shown(compare.per, key)}")
        found.append(rows[references[key]])
        _compare_row(row, runs[index], found[-1], runs[references[key]])
    return found


def _group(compare: Compare, row: Row) -> tuple[object, ...]:
    for column in compare.per:
        _require_column(compare.place.error, column, row)
    return tuple(row[column] for column in compare.per)


def _shown(columns: Sequence[str], key: Sequence[object]) -> str:
    return " and ".join(f"{name} is {value}" for name, value in zip(columns, key)) or "all are one"


def _compare_row(row: Row, run: Run, reference: Row, reference_run: Run) -> None:
    for ratio, column in RATIOS.items():
        below = number(reference[column])
        row[ratio] = number(row[column]) / below if below else float("nan")
    for interval, prefix in (("kernel", ""), ("program", "program_")):
        for term in why.decompose(reference_run, run, interval).terms:
            row[f"{prefix}why_{term.name.replace(' ', '_')}_ms"] = term.ps / PS_PER_MS


def _with_series(experiment: Experiment, rows: Iterable[Row]) -> list[Row]:
    """Each row with the name of the first series whose condition holds; others are left out."""
    parts: dict[str, list[Row]] = {name: [] for name, _ in experiment.series}
    for row in rows:
        for name, condition in experiment.series:
            if _holds(condition, row):
                named: Row = {SERIES: name}
                parts[name].append(named | row)
                break
    return [row for part in parts.values() for row in part]


def number(value: object) -> float:
    """A cell that is a number."""
    assert isinstance(value, int | float)
    return float(value)


def selected(rows: Iterable[Row], where: Expression | None) -> list[Row]:
    """The rows for which a condition holds."""
    return [row for row in rows if where is None or _holds(where, row)]


def rows_of_figure(figure: Figure, rows: Sequence[Row]) -> list[Row]:
    """What a figure shows: some rows, which have all its columns."""
    found = selected(rows, figure.where)
    if not found:
        place = figure.place if figure.where is None else figure.where.place
        raise place.error(f"figure '{figure.name}': no row is left by 'where'")
    needs = [figure.x, figure.y, figure.note, figure.columns, figure.rows]
    if figure.normalise or figure.show.endswith("terms"):
        needs.append("time_ratio")  # of 'compare'
    for column in filter(None, needs):
        _require_column(figure.place.error, column, found[0])
    return found


def _holds(condition: Expression, row: Row) -> bool:
    return condition.holds(functools.partial(_cell, row))


def _compared_cell(row: Row, reference: Row, column: str) -> object:
    of_reference = column.removeprefix("reference.")
    return _cell(row if of_reference == column else reference, of_reference)


def _cell(row: Row, column: str) -> object:
    if column not in row:
        raise UnknownName(f"there is no column '{column}'{nearest(column, list(row))}")
    return row[column]


def values_of(experiment: Experiment, rows: Sequence[Row]) -> dict[str, Taken]:
    """Every value, in the order of the file."""
    found: dict[str, Taken] = {}
    for value in experiment.values:
        if value.formula is None:
            found[value.name] = _take(value, rows)
        else:
            number_of = functools.partial(known_number, found)
            found[value.name] = Taken(number(value.formula.value(number_of)), None)
    return found


def known_number(values: dict[str, Taken], name: str) -> float:
    """A value by its name, for an expression."""
    if name not in values:
        hint = nearest(name, list(values)) or f"; there are {', '.join(values)}"
        raise UnknownName(f"there is no value '{name}'{hint}")
    return values[name].number


def _take(value: Value, rows: Sequence[Row]) -> Taken:
    found = selected(rows, value.where)
    if value.take == "count":
        return Taken(len(found), None)
    if not found:
        raise value.place.error(f"'{value.name}': no row is left by 'where'")
    for row in found:
        _require_column(value.place.error, value.column, row)
    numbers = [number(row[value.column]) for row in found]
    if value.take in ("mean", "sum"):
        return Taken(sum(numbers) / (len(numbers) if value.take == "mean" else 1), None)
    if value.take == "sum of min":
        least: dict[tuple[object, ...], float] = {}
        for row, one in zip(found, numbers):
            key = tuple(_cell(row, column) for column in value.per)
            least[key] = min(one, least.get(key, one))
        return Taken(sum(least.values()), None)
    if value.take == "only" and len(found) > 1:
        raise value.place.error(f"'{value.name}': {len(found)} rows are left, not one")
    best = max(numbers) if value.take == "max" else min(numbers)
    return Taken(best, found[numbers.index(best)])


def _require_column(error: type | object, column: str, row: Row) -> None:
    if column not in row:
        assert callable(error)
        raise error(f"there is no column '{column}'{nearest(column, list(row))}")


def filled(text: str, values: dict[str, Taken], where: str) -> str:
    """A text with its {values}."""
    try:
        return text.format_map(values)
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        hint = nearest(str(error).strip("'"), list(values))
        raise RequestError(f"{where}: error: '{text}' cannot be filled in: {error}{hint}") from None


def large_rests(rows: Sequence[Row]) -> int:
    """Comparisons whose rest, which no mechanism explains, is large."""
    return sum(
        abs(number(row[f"{interval}why_rest_ms"]))
        > why.LARGE_REST * number(row[f"{interval}time_ms"]) / number(row[f"{interval}time_ratio"])
        for row in rows
        for interval in ("", "program_")
    )


def as_csv(rows: Sequence[Row]) -> str:
    """The tidy table: a line a run, a column an axis or a measure."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
