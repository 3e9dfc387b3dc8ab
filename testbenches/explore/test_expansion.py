"""Sweep files to points: held to an expansion by brute force, on files that are made up."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from zerostage import sweep_file
from zerostage.config import Config, Resolved
from zerostage.errors import RequestError
from zerostage.expansion import Combination, expand

KEYS = ("p.a", "p.b", "p.c", "p.d", "p.e", "p.f")


def applied(points: Sequence[Sequence[str]]) -> list[Resolved]:
    """A simulator without a schema: every parameter is an integer, 0 by default."""
    answers = []
    for lines in points:
        tree = {key.removeprefix("p."): 0 for key in KEYS}
        for line in lines:
            key, value = line.removeprefix("--set p.").split("=")
            tree[key] = int(value)
        answers.append(Resolved(Config({"p": tree}), ()))
    return answers


def expanded(document: dict[str, Any]) -> list[dict[str, int]]:
    """The points' parameters, in order."""
    file = sweep_file.parse(json.dumps(document), "sweep.yaml", Path(__file__).parent)
    try:
        points = expand(file, applied).points
    except RequestError as error:
        assert "no point is left" in str(error)
        return []
    return [{f"p.{key}": value for key, value in point.config["p"].items()} for point in points]


# --- random sweep files ---

values = st.lists(st.integers(0, 9), min_size=1, max_size=3)
linear = st.builds(
    lambda first, length, step: {"from": first, "to": first + length, "step": step},
    st.integers(0, 9),
    st.integers(0, 6),
    st.integers(1, 4),
)
log2 = st.builds(
    lambda first, factor: {"from": first, "to": first * factor, "scale": "log2"},
    st.integers(1, 5),
    st.integers(1, 9),
)
comparison = st.builds(
    lambda key, operator, number: f"{key} {operator} {number}",
    st.sampled_from(KEYS),
    st.sampled_from(["<", "<=", "==", "!=", ">", ">="]),
    st.integers(0, 9),
)
condition = st.one_of(
    comparison,
    st.builds(lambda a, b: f"{a} or not {b}", comparison, comparison),
    st.builds(lambda a, b: f"({a} + {b}) % 2 == 0", st.sampled_from(KEYS), st.sampled_from(KEYS)),
)


@st.composite
def sweeps(draw: st.DrawFn) -> dict[str, Any]:
    """A sweep file as a document, its axes over parameters of their own."""
    free = list(draw(st.permutations(KEYS)))
    axes: dict[str, Any] = {}
    for number in range(draw(st.integers(1, 4))):
        name = f"axis{number}"
        form = draw(st.sampled_from(["list", "range", "keys", "zip"]))
        if form == "list" or len(free) < 2:
            name, axis = free.pop(), {"values": draw(values)}
        elif form == "range":
            name, axis = free.pop(), draw(st.one_of(linear, log2))
        elif form == "keys":
            axis = {"keys": [free.pop(), free.pop()], "values": draw(values)}
        else:
            rows = draw(values)
            axis = {"zip": {free.pop(): rows, free.pop(): rows[::-1]}}
        if draw(st.booleans()):
            axis = {**axis, "when": draw(condition)}
        elif "values" in axis and "keys" not in axis:
            axis = axis["values"]
        axes[name] = axis
        if not free:
            break
    document: dict[str, Any] = {"base": Path(__file__).name, "axes": axes}
    if draw(st.booleans()):
        document["filter"] = draw(st.lists(condition, min_size=1, max_size=2))
    return document


# --- the same by brute force ---


def settings_of(name: str, axis: Any) -> list[dict[str, int]]:
    """What each value of an axis sets."""
    if isinstance(axis, list):
        return [{name: value} for value in axis]
    if "zip" in axis:
        return [dict(zip(axis["zip"], row)) for row in zip(*axis["zip"].values())]
    numbers = axis.get("values")
    if numbers is None and "scale" in axis:
        numbers = [axis["from"] * 2**power for power in range(9)]
        numbers = [number for number in numbers if number <= axis["to"]]
    elif numbers is None:
        numbers = range(axis["from"], axis["to"] + 1, axis["step"])
    return [{key: number for key in axis.get("keys", [name])} for number in numbers]


def holds(text: str, point: dict[str, int]) -> bool:
    """A condition, by Python itself."""
    for key in KEYS:
        text = text.replace(key, str(point[key]))
    return bool(eval(text))  # pylint: disable=eval-used


def brute_force(document: dict[str, Any]) -> list[dict[str, int]]:
    """Try every value of every axis; drop repetitions of an axis whose condition fails."""
    axes = document["axes"]
    choices = [list(enumerate(settings_of(name, axis))) for name, axis in axes.items()]
    points = []
    for combination in itertools.product(*choices):
        point = dict.fromkeys(KEYS, 0)
        repeated = False
        for axis, (index, settings) in zip(axes.values(), combination):
            when = axis.get("when") if isinstance(axis, dict) else None
            if when is None or holds(when, point):
                point.update(settings)
            elif index > 0:
                repeated = True
        if not repeated and all(holds(text, point) for text in document.get("filter", [])):
            points.append(point)
    return points


@given(sweeps())
def test_expansion_equals_brute_force(document: dict[str, Any]) -> None:
    note(json.dumps(document))
    assert expanded(document) == brute_force(document)


# --- what a sweep file may not say ---

GOOD = {"base": Path(__file__).name, "axes": {"p.a": [1, 2]}}


def refusal(text: str) -> str:
    with pytest.raises(RequestError) as caught:
        expand(sweep_file.parse(text, "s.yaml", Path(__file__).parent), applied)
    return str(caught.value)


BASE = f"base: {Path(__file__).name}\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("axes: {p.a: [1]}\n", "s.yaml:1:1: error: 'base' is missing"),
        (BASE, "s.yaml:1:1: error: 'axes' is missing or empty"),
        (BASE + "axis: {p.a: [1]}\n", "s.yaml:2:1: error: unknown key 'axis' in a sweep file (did"),
        (BASE + "axes:\n  p.a: 3\n", "s.yaml:3:8: error: axis 'p.a' is '3'; expected a list"),
        (BASE + "axes:\n  p.a: []\n", "s.yaml:3:3: error: axis 'p.a' has no values"),
        (BASE + "axes:\n  p.a: [1]\n  p.a: [2]\n", "s.yaml:4:3: error: 'p.a' is there twice"),
        (BASE + "axes: {p.a: [1\n", "s.yaml:3:1: error: expected ',' or ']'"),
        ("base: nowhere.yaml\naxes: {p.a: [1]}\n", "s.yaml:1:7: error: there is no config file"),
        (
            BASE + "axes:\n  x: {zip: {p.a: [1, 2], p.b: [1]}}\n",
            "s.yaml:3:26: error: 'p.b' has 1 values and 'p.a' 2: zipped lists are equally long",
        ),
        (
            BASE + "axes:\n  p.a: [1]\n  x: {keys: [p.b, p.a], values: [1]}\n",
            "s.yaml:4:19: error: 'p.a' is set twice; the other place is s.yaml:3:3",
        ),
        (
            BASE + "set: {p: {a: 3}}\naxes:\n  p.a: [1]\n",
            "s.yaml:4:3: error: 'p.a' is set twice; the other place is s.yaml:2:11",
        ),
        (
            BASE + "axes:\n  p.a: [1]\n  p: [x]\n",
            "s.yaml:4:3: error: 'p' replaces all below it, so 'p.a' at s.yaml:3:3 would be without",
        ),
        (
            BASE + "axes:\n  p.a: {from: 1 kHz, to: 5 MHz, step: 1 kHz}\n",
            "s.yaml:3:8: error: 'from' is in 'kHz' and 'to' in 'MHz': use one unit",
        ),
        (
            BASE + "axes:\n  p.a: {from: 1, to: 9}\n",
            "s.yaml:3:8: error: a range needs 'from', 'to' and 'step' (or 'scale: log2')",
        ),
        (
            BASE + "axes:\n  p.a: {from: 1, to: 9, step: 0}\n",
            "s.yaml:3:8: error: 'step' expects a number above zero",
        ),
        (
            BASE + "axes:\n  p.a: {from: 1, to: 8, step: 1, scale: log2}\n",
            "s.yaml:3:31: error: 'step' has no meaning with 'scale: log2'",
        ),
        (
            BASE + "axes:\n  p.a: {from: 9, to: 1, step: 1}\n",
            "s.yaml:3:8: error: 'to' (1) is less than 'from' (9)",
        ),
        (
            BASE + "axes: {p.a: [1]}\nfilter: p.q > 1\n",
            "s.yaml:3:9: error: in 'p.q > 1': there is no parameter 'p.q' (did you mean 'p.",
        ),
        (
            BASE + "axes: {p.a: [1]}\nfilter: p.a >\n",
            "s.yaml:3:9: error: 'p.a >' is no condition: invalid syntax",
        ),
        (
            BASE + "axes: {p.a: [1]}\nfilter: open('x') == 1\n",
            "s.yaml:3:9: error: 'open('x')' is not understood in a condition",
        ),
        (
            BASE + "axes: {p.a: [1]}\nfilter: p.a < 'x'\n",
            "s.yaml:3:9: error: 'p.a < 'x'' cannot be computed",
        ),
        (
            BASE + "axes: {p.a: [1, 2]}\nfilter: p.a > 2\n",
            "s.yaml: error: no point is left: 2 are filtered out",
        ),
        (BASE + "axes: {p.a: [1]}\ninvalid: maybe\n", "s.yaml:3:10: error: 'invalid' is 'maybe'"),
    ],
)
def test_mistakes_have_their_place(text: str, says: str) -> None:
    assert refusal(text).startswith(says)


def test_overrides_are_fixed_and_do_not_fight_with_axes() -> None:
    text = json.dumps(GOOD)
    directory = Path(__file__).parent
    file = sweep_file.parse(text, "s.yaml", directory, ["p.b=7"])
    lines = [setting.line() for setting in file.fixed]
    assert lines == ["--set p.b=7"]
    with pytest.raises(RequestError, match="'p.a' is set twice; the other place is --set p.a=7"):
        sweep_file.parse(text, "s.yaml", directory, ["p.a=7"])


def test_units_stay_with_the_numbers_of_a_range() -> None:
    text = BASE + "axes: {p.a: {from: 0.5 MHz, to: 2 MHz, step: 0.5}}\n"
    axis = sweep_file.parse(text, "s.yaml", Path(__file__).parent).axes[0]
    assert [choice.label for choice in axis.choices] == ["0.5 MHz", "1 MHz", "1.5 MHz", "2 MHz"]


def test_a_point_that_cannot_be_is_an_error_with_the_values_place_or_is_skipped() -> None:
    text = BASE + "axes:\n  p.a: [1, 2]\n  p.b: [5, 6]\n"

    def picky(points: Sequence[Sequence[str]]) -> list[Resolved]:
        wrong = "--set p.b=6: error: p.b: 6 is too much"
        return [
            Resolved(answer.config, (wrong,) if answer.config["p.b"] == 6 else ())
            for answer in applied(points)
        ]

    file = sweep_file.parse(text, "s.yaml", Path(__file__).parent)
    with pytest.raises(RequestError) as caught:
        expand(file, picky)
    first = str(caught.value).splitlines()[0]
    assert first == "s.yaml:4:12: error: p.b: 6 is too much (2 of 4 points, such as p.a=1 p.b=6)"
    lenient = sweep_file.parse(text + "invalid: skip\n", "s.yaml", Path(__file__).parent)
    expansion = expand(lenient, picky)
    assert (len(expansion.points), expansion.skipped) == (2, 2)


def test_conditions_know_axes_that_are_no_single_parameter() -> None:
    text = BASE + "axes:\n  p.a: [1, 2]\n  pair: {zip: {p.b: [3, 4], p.c: [5, 6]}}\n"
    text += "filter: pair == '3,5' and p.a < 2\n"
    points = expand(sweep_file.parse(text, "s.yaml", Path(__file__).parent), applied).points
    combination: Combination = points[0].choices
    assert len(points) == 1
    assert [choice.label for choice in combination if choice] == ["1", "3,5"]
