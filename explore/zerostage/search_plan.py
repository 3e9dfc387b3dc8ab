"""The `search` section of a sweep file: what is good, what is allowed, and how to look for it.

    search:
      objectives: [time_ms, macs_per_cycle]   # columns of results; "-utilisation_ratio": large wins
      constraints: [memory_bytes <= 4e6]      # comparisons of columns or parameters with numbers
      trials: 64
      seed: 1
      batch: 8               # trials chosen together; the same for any -j, so that seeds mean something
      sampler: tpe           # or nsga2, random
      prune:                 # first a cheaper run: what is beaten there is not run in full
        set: {workload.m: 32, workload.n: 32, workload.k: 32}
        margin: 0.1          # by another one, as good in every objective and this much better in one
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from zerostage import yaml_tree
from zerostage.axis import Setting
from zerostage.columns import measure_columns
from zerostage.errors import RequestError, nearest
from zerostage.expression import Expression, Lookup
from zerostage.sweep_file import SweepFile, flattened_settings
from zerostage.yaml_tree import Mapping, Node, Scalar

SAMPLERS = ("tpe", "nsga2", "random")
KEYS = ("objectives", "constraints", "trials", "seed", "batch", "sampler", "prune")
_LESS = (ast.Lt, ast.LtE)
_GREATER = (ast.Gt, ast.GtE)


@dataclass(frozen=True)
class Objective:
    """A column of results, to be made small or large."""

    column: str
    maximise: bool

    @property
    def text(self) -> str:
        """As it is written."""
        return f"-{self.column}" if self.maximise else self.column

    def cost(self, value: float) -> float:
        """Small is good."""
        return -value if self.maximise else value


@dataclass(frozen=True)
class Constraint:
    """A comparison that a point must fulfil."""

    expression: Expression

    def violation(self, lookup: Lookup) -> float:
        """By how much it is broken; at most zero when it holds."""
        tree = self.expression.tree
        assert isinstance(tree, ast.Compare)
        left, right = (
            float(Expression(self.expression.text, self.expression.place, side).value(lookup))
            for side in (tree.left, tree.comparators[0])
        )
        return left - right if isinstance(tree.ops[0], _LESS) else right - left


@dataclass(frozen=True)
class Prune:
    """A cheaper run that comes first."""

    settings: tuple[Setting, ...]
    margin: float


@dataclass(frozen=True)
class SearchPlan:
    """The whole section."""

    objectives: tuple[Objective, ...]
    constraints: tuple[Constraint, ...]
    trials: int
    seed: int
    batch: int
    sampler: str
    prune: Prune | None


def plan_of(file: SweepFile) -> SearchPlan:
    """The search that a file describes."""
    node = file.search
    if node is None:
        raise RequestError(
            f"{file.file}: error: has no 'search' section; expected at least"
            " search: {objectives: [time_ms]}"
        )
    if not isinstance(node, Mapping):
        raise node.place.error(f"'search' is {yaml_tree.kind(node)}; expected a mapping")
    node.only("'search'", KEYS)
    return SearchPlan(
        objectives=_objectives(node),
        constraints=tuple(map(_constraint, _texts(node, "constraints"))),
        trials=_number(node, "trials", 64, 1),
        seed=_number(node, "seed", 1, 0),
        batch=_number(node, "batch", 8, 1),
        sampler=_sampler(node),
        prune=_prune(node.get("prune")),
    )


def _objectives(node: Mapping) -> tuple[Objective, ...]:
    texts = _texts(node, "objectives")
    if not texts:
        raise node.place.error("'objectives' is missing; expected columns such as [time_ms]")
    columns = {column.name for column in measure_columns()}
    for text in texts:
        name = text.text.removeprefix("-")
        if name not in columns:
            hint = nearest(name, columns) or f"; there are {', '.join(sorted(columns))}"
            raise text.place.error(f"'{name}' is no measure{hint}")
    return tuple(
        Objective(text.text.removeprefix("-"), text.text.startswith("-")) for text in texts
    )


def _constraint(text: Scalar) -> Constraint:
    expression = Expression.parse(text)
    tree = expression.tree
    if (
        not isinstance(tree, ast.Compare)
        or len(tree.ops) != 1
        or not isinstance(tree.ops[0], _LESS + _GREATER)
    ):
        raise text.place.error(
            f"'{text.text}' is no constraint; expected one comparison by <, <=, > or >="
        )
    return Constraint(expression)


def _prune(node: Node | None) -> Prune | None:
    if node is None:
        return None
    if not isinstance(node, Mapping):
        raise node.place.error(f"'prune' is {yaml_tree.kind(node)}; expected a mapping")
    node.only("'prune'", ("set", "margin"))
    settings = node.get("set")
    if not isinstance(settings, Mapping) or not settings.entries:
        raise node.place.error("'prune' needs 'set': what makes the run cheaper")
    margin = node.get("margin")
    try:
        value = 0.1 if margin is None else float(_scalar(margin).text)
    except ValueError:
        value = -1.0
    if value < 0:
        assert margin is not None
        raise margin.place.error(f"margin is {yaml_tree.kind(margin)}; expected a number from 0")
    return Prune(tuple(flattened_settings(settings)), value)


def _sampler(node: Mapping) -> str:
    value = node.get("sampler")
    if value is None:
        return "tpe"
    if _scalar(value).text not in SAMPLERS:
        raise value.place.error(
            f"sampler is {yaml_tree.kind(value)}; expected {', '.join(SAMPLERS)}"
        )
    return _scalar(value).text


def _number(node: Mapping, key: str, default: int, least: int) -> int:
    value = node.get(key)
    if value is None:
        return default
    text = _scalar(value).text
    if not text.isdecimal() or int(text) < least:
        raise value.place.error(f"'{key}' is '{text}'; expected a whole number from {least}")
    return int(text)


def _texts(node: Mapping, key: str) -> Sequence[Scalar]:
    value = node.get(key)
    if value is None:
        return ()
    items = value.items if isinstance(value, yaml_tree.Sequence) else (value,)
    return [_scalar(item) for item in items]


def _scalar(node: Node) -> Scalar:
    if not isinstance(node, Scalar):
        raise node.place.error(f"{yaml_tree.kind(node)} was given; expected a single value")
    return node
