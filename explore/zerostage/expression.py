"""Conditions over a point's parameters, in Python's notation: workload.m % accelerator.size == 0.

Numbers are in base units, as in the resolved config: board.fclk_hz >= 100e6. There are comparisons,
and / or / not, in, + - * / // % **, and abs, min, max, log2.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from zerostage.yaml_tree import Place, Scalar

Lookup = Callable[[str], object]

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "min": min,
    "max": max,
    "log2": math.log2,
}
_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Not: operator.not_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda item, items: item in items,
    ast.NotIn: lambda item, items: item not in items,
}
_CONSTANTS = {"true": True, "false": False}
_MAX_EXPONENT = 1024  # a power beyond is a slip that would only eat memory


class UnknownName(Exception):
    """Raised by a lookup for a name that it does not have; its text is what to say."""


@dataclass(frozen=True)
class Expression:
    """A parsed condition and where it was written."""

    text: str
    place: Place
    tree: ast.expr

    @classmethod
    def parse(cls, scalar: Scalar) -> Expression:
        """Refuses what is no condition, with its place."""
        try:
            tree = ast.parse(scalar.text, mode="eval").body
        except SyntaxError as error:
            raise _shifted(scalar.place, (error.offset or 1) - 1).error(
                f"'{scalar.text}' is no condition: {error.msg}"
            ) from None
        expression = cls(scalar.text, scalar.place, tree)
        expression._require_known_parts(tree)
        return expression

    def names(self) -> Iterator[str]:
        """Every parameter that the condition asks for."""
        return (path for node in _outer_nodes(self.tree) if (path := _path(node)) is not None)

    def holds(self, lookup: Lookup) -> bool:
        """Its truth, with parameters from `lookup`."""
        return bool(self.value(lookup))

    def value(self, lookup: Lookup) -> Any:
        """Its value, with parameters from `lookup`."""
        try:
            return _evaluate(self.tree, lookup)
        except UnknownName as error:
            raise self.place.error(f"in '{self.text}': {error}") from None
        except (TypeError, ValueError, ArithmeticError) as error:
            raise self.place.error(f"'{self.text}' cannot be computed: {error}") from None

    def _require_known_parts(self, node: ast.expr) -> None:
        for part in _outer_nodes(node):
            if not isinstance(part, _ALLOWED) or (
                isinstance(part, ast.Call)
                and (
                    part.keywords
                    or not isinstance(part.func, ast.Name)
                    or part.func.id not in _FUNCTIONS
                )
            ):
                place = _shifted(self.place, getattr(part, "col_offset", 0))
                raise place.error(
                    f"'{ast.unparse(part)}' is not understood in a condition; expected parameters,"
                    f" numbers, texts, comparisons, and, or, not, in, + - * / // % **,"
                    f" {', '.join(_FUNCTIONS)}"
                )


_ALLOWED = (
    ast.BoolOp,
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.Call,
    ast.Name,
    ast.Attribute,
    ast.Constant,
    ast.Tuple,
    ast.List,
)


def _outer_nodes(node: ast.expr) -> Iterator[ast.expr]:
    """The expression and all within it; a dotted name and a function's name are one part."""
    yield node
    if _path(node) is not None:
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr) and not (isinstance(node, ast.Call) and child is node.func):
            yield from _outer_nodes(child)


def _path(node: ast.expr) -> str | None:
    """'workload.m' for the node of a dotted name."""
    if isinstance(node, ast.Name):
        return None if node.id in _CONSTANTS else node.id
    if isinstance(node, ast.Attribute):
        prefix = _path(node.value)
        return None if prefix is None else f"{prefix}.{node.attr}"
    return None


def _shifted(place: Place, columns: int) -> Place:
    return Place(place.file, place.line, place.column + max(0, columns))


def _evaluate(node: ast.expr, lookup: Lookup) -> Any:
    path = _path(node)
    if path is not None:
        return lookup(path)
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return _CONSTANTS[node.id]
    if isinstance(node, ast.Tuple | ast.List):
        return [_evaluate(item, lookup) for item in node.elts]
    if isinstance(node, ast.BoolOp):
        values = (_evaluate(value, lookup) for value in node.values)
        return all(values) if isinstance(node.op, ast.And) else any(values)
    if isinstance(node, ast.UnaryOp):
        return _OPERATORS[type(node.op)](_evaluate(node.operand, lookup))
    if isinstance(node, ast.BinOp):
        return _binary(node, lookup)
    if isinstance(node, ast.Compare):
        return _compare(node, lookup)
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return _FUNCTIONS[node.func.id](*(_evaluate(item, lookup) for item in node.args))


def _binary(node: ast.BinOp, lookup: Lookup) -> Any:
    left, right = _evaluate(node.left, lookup), _evaluate(node.right, lookup)
    if isinstance(node.op, ast.Pow) and abs(right) > _MAX_EXPONENT:
        raise ValueError(f"the exponent {right} is out of reason")
    return _OPERATORS[type(node.op)](left, right)


def _compare(node: ast.Compare, lookup: Lookup) -> bool:
    """A chain: a < b < c."""
    left = _evaluate(node.left, lookup)
    for comparison, side in zip(node.ops, node.comparators):
        right = _evaluate(side, lookup)
        if not _OPERATORS[type(comparison)](left, right):
            return False
        left = right
    return True
