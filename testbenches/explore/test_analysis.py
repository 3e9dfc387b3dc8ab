"""Pareto front and sensitivity: against brute force, and against functions that are known."""

from __future__ import annotations

import itertools

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zerostage.analysis import pareto, sensitivity
from zerostage.errors import RequestError

rows = st.lists(st.tuples(*[st.integers(0, 5)] * 3), min_size=1, max_size=12)


def table(points: list[tuple[int, ...]]) -> pandas.DataFrame:
    frame = pandas.DataFrame(points, columns=["a", "b", "c"])
    frame.insert(0, "number", range(len(frame)))
    return frame.assign(status="ok")


@given(rows)
def test_pareto_keeps_exactly_what_no_row_beats(points: list[tuple[int, ...]]) -> None:
    def beats(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
        costs = (one[0], one[1], -one[2]), (other[0], other[1], -other[2])
        return costs[0] != costs[1] and all(x <= y for x, y in zip(*costs))

    expected = [i for i, row in enumerate(points) if not any(beats(p, row) for p in points)]
    assert sorted(pareto(table(points), ["a", "b", "-c"])["number"]) == expected


def test_rows_that_failed_are_not_on_the_front() -> None:
    frame = table([(1, 1, 1), (0, 0, 0)])
    frame.loc[1, "status"] = "failed"
    assert list(pareto(frame, ["a"])["number"]) == [0]


def factorial(measure: object) -> pandas.DataFrame:
    """All combinations of three axes, and a function of them."""
    frame = pandas.DataFrame(
        itertools.product([0, 1], [0, 1, 2], ["x", "y"]), columns=["p", "q", "r"]
    )
    frame["t"] = frame.apply(measure, axis=1)
    frame.insert(0, "number", range(len(frame)))
    frame.insert(4, "status", "ok")
    return frame


def shares(frame: pandas.DataFrame) -> dict[str, tuple[float, float]]:
    result = sensitivity(frame, "t").set_index("axis")
    return {name: (row["alone"], row["with_others"]) for name, row in result.iterrows()}


def test_a_sum_has_no_interactions_and_its_shares_are_the_variances() -> None:
    found = shares(factorial(lambda row: 4 * row.p + row.q))
    variances = {"p": 16 / 4, "q": 2 / 3, "r": 0.0}
    total = sum(variances.values())
    for name, variance in variances.items():
        assert found[name] == pytest.approx((variance / total, variance / total))


def test_a_product_of_centred_axes_is_all_interaction() -> None:
    found = shares(factorial(lambda row: (2 * row.p - 1) * (1 if row.r == "x" else -1)))
    assert found["p"] == found["r"] == pytest.approx((0.0, 1.0))
    assert found["q"] == pytest.approx((0.0, 0.0))


def test_axes_with_one_value_explain_nothing_and_are_left_out() -> None:
    frame = factorial(lambda row: row.p).query("q == 0")
    assert "q" not in shares(frame)


def test_unknown_measures_and_texts_are_refused() -> None:
    frame = factorial(lambda row: row.p)
    with pytest.raises(RequestError, match="there is no column 'tt'"):
        sensitivity(frame, "tt")
    with pytest.raises(RequestError, match="column 'r' holds no numbers"):
        pareto(frame, ["r"])
