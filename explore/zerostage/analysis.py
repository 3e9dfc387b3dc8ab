"""Reading a table of results: the Pareto front, and which axis explains how much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy
import pandas

from zerostage.columns import measure_columns
from zerostage.errors import RequestError, nearest
from zerostage.point import OK


def finished(frame: pandas.DataFrame) -> pandas.DataFrame:
    """The rows with results."""
    return frame[frame["status"] == OK] if "status" in frame else frame


def pareto(frame: pandas.DataFrame, objectives: Sequence[str]) -> pandas.DataFrame:
    """The rows that no other row beats: as good in every objective, and better in one.

    An objective is a column, small being good; "-column" where large is. Sorted by the first.
    """
    rows = finished(frame)
    costs = numpy.column_stack([_cost(rows, objective) for objective in objectives])
    order = numpy.lexsort(costs.T[::-1])
    kept: list[int] = []
    for index in order:  # nothing later in this order can dominate what is earlier
        front = costs[kept]
        dominated = (front <= costs[index]).all(axis=1) & (front < costs[index]).any(axis=1)
        if not dominated.any():
            kept.append(int(index))
    return rows.iloc[kept]


def sensitivity(
    frame: pandas.DataFrame, measure: str, axes: Sequence[str] | None = None
) -> pandas.DataFrame:
    """Which axis explains how much of a measure's variance: first-order Sobol indices, and total.

    `alone` is the share of the variance of the mean over all points with the same value of the
    axis: Var(E[measure | axis]) / Var(measure). `with_others` adds its interactions: the share that
    is left when everything but the axis is fixed, E[Var(measure | others)] / Var(measure). They
    are exact over the points of a full factorial sweep; filters and conditions make axes depend on
    each other, and then shares overlap. Sorted by `with_others`.
    """
    rows = finished(frame)
    names = list(axes) if axes is not None else axes_of(rows)
    values = _column(rows, measure)
    varying = [name for name in names if rows[name].nunique(dropna=False) > 1]
    total = float(values.var(ddof=0))
    table = [
        {
            "axis": name,
            "values": int(rows[name].nunique(dropna=False)),
            "alone": _share_alone(rows, values, name, total),
            "with_others": _share_with_others(rows, values, name, varying, total),
        }
        for name in varying
    ]
    columns = ["axis", "values", "alone", "with_others"]
    result = pandas.DataFrame(table, columns=columns)
    return result.sort_values("with_others", ascending=False, ignore_index=True)


def axes_of(frame: pandas.DataFrame) -> list[str]:
    """The columns between `number` and `status`."""
    columns = list(frame.columns)
    return columns[columns.index("number") + 1 : columns.index("status")]


def _share_alone(rows: pandas.DataFrame, values: pandas.Series, name: str, total: float) -> float:
    means = values.groupby(rows[name], dropna=False).transform("mean")
    return float(means.var(ddof=0)) / total if total > 0 else 0.0


def _share_with_others(
    rows: pandas.DataFrame, values: pandas.Series, name: str, varying: Sequence[str], total: float
) -> float:
    others = [other for other in varying if other != name]
    if total <= 0:
        return 0.0
    if not others:
        return 1.0
    means = values.groupby([rows[other] for other in others], dropna=False).transform("mean")
    return float(((values - means) ** 2).mean()) / total


def _cost(rows: pandas.DataFrame, objective: str) -> numpy.ndarray[Any, Any]:
    maximise = objective.startswith("-")
    values: numpy.ndarray[Any, Any] = _column(rows, objective.removeprefix("-")).to_numpy(float)
    return -values if maximise else values


def _column(rows: pandas.DataFrame, name: str) -> pandas.Series:
    if name not in rows:
        known = [str(column) for column in rows.columns]
        measures = ", ".join(column.name for column in measure_columns()[:3])
        hint = nearest(name, known) or f"; expected a measure such as {measures}"
        raise RequestError(f"there is no column '{name}'{hint}")
    if not pandas.api.types.is_numeric_dtype(rows[name]):
        raise RequestError(f"column '{name}' holds no numbers")
    return rows[name]
