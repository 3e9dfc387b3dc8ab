"""Results as a tidy pandas frame: one row a point, one column a parameter or measure.

    number     the point's place in its sweep
    ...        what the axes chose: the parameter's own name (which ends in its unit), resolved value
    status     "ok", or what went wrong (point.STATUSES); "missing" where there is no result yet
    error      what it said
    ...        the measures (columns.measure_columns), units in the names; NaN where there are none
    seconds    wall-clock time of the simulation: the one column that differs from run to run
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas

from zerostage import stats
from zerostage.columns import Value, counter_columns, measure_columns, measures_of
from zerostage.errors import RequestError, nearest
from zerostage.point import OK
from zerostage.store import Store, StoredResult, Sweep

MISSING = "missing"
WALL_CLOCK = "seconds"


def sweep_frame(store: Store, sweep: Sweep, counters: Sequence[str] = ()) -> pandas.DataFrame:
    """A sweep's table; `counters` are shell patterns of further counters to show."""
    rows = [_row(result, counters) for result in store.results(sweep)]
    measures = [column.name for column in measure_columns()]
    extra = sorted({name for row in rows for name in row if "." in name} - set(sweep.axes))
    columns = ["number", *sweep.axes, "status", "error", *measures, *extra, WALL_CLOCK]
    _require_matches(store, sweep, counters, extra)
    return pandas.DataFrame(rows, columns=columns)


def newest_sweep(store: Store, name: str | None = None) -> Sweep:
    """The sweep that was begun last, of a name or at all."""
    sweeps = store.sweeps(name)
    if sweeps:
        return sweeps[-1]
    names = sorted({sweep.name for sweep in store.sweeps()})
    if name is None or not names:
        raise RequestError(f"{store.path} holds no sweep")
    hint = nearest(name, names) or f"; it has {', '.join(names)}"
    raise RequestError(f"{store.path} has no sweep '{name}'{hint}")


def _row(result: StoredResult, counters: Sequence[str]) -> dict[str, object]:
    row: dict[str, object] = {"number": result.point.number, **result.point.labels}
    outcome = result.outcome
    row["status"] = MISSING if outcome is None else outcome.status
    row["error"] = "" if outcome is None else outcome.error
    row[WALL_CLOCK] = None if outcome is None else outcome.seconds
    if outcome is not None and outcome.status == OK and outcome.stats is not None:
        row.update(_measured(result, outcome.stats, counters))
    return row


def _measured(result: StoredResult, text: str, counters: Sequence[str]) -> dict[str, Value]:
    run = stats.read(text, str(result.point.number), f"point {result.point.number}")
    return {**measures_of(run, result.point.config), **counter_columns(run, counters)}


def _require_matches(
    store: Store, sweep: Sweep, patterns: Sequence[str], found: Iterable[str]
) -> None:
    """A pattern that no counter matches is a slip."""
    if not patterns or list(found):
        return
    for result in store.results(sweep):
        if result.outcome is not None and result.outcome.ok:
            known = _measured(result, result.outcome.stats or "", ["*"])
            names = [name.removeprefix("kernel.").split(" ")[0] for name in known]
            raise RequestError(
                f"no counter matches '{patterns[0]}'{nearest(patterns[0], names)};"
                " see a run's stats.json for all"
            )


def same_results(one: pandas.DataFrame, other: pandas.DataFrame) -> bool:
    """Whether two tables are equal but for wall-clock times."""
    return bool(one.drop(columns=WALL_CLOCK).equals(other.drop(columns=WALL_CLOCK)))
