"""YAML text as a tree that knows the place of every key and value; scalars stay text.

What a scalar means (number, unit, name) is for zs-sim to say, which has the parameter tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from zerostage.errors import RequestError, nearest


@dataclass(frozen=True)
class Place:
    """Where something was said. Lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def error(self, message: str) -> RequestError:
        """A mistake of the user's at this place."""
        return RequestError(f"{self}: error: {message}")


@dataclass(frozen=True)
class Scalar:
    """A single value."""

    text: str
    place: Place


@dataclass(frozen=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    place: Place

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)


@dataclass(frozen=True)
class Mapping:
    """Keys with values, in the order of the text."""

    entries: tuple[tuple[Scalar, Node], ...]
    place: Place

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.entries)

    def get(self, key: str) -> Node | None:
        """The value of a key."""
        return next((value for name, value in self.entries if name.text == key), None)

    def only(self, what: str, keys: Iterable[str]) -> None:
        """Refuse every key but these."""
        allowed = list(keys)
        for name, _ in self.entries:
            if name.text not in allowed:
                hint = nearest(name.text, allowed) or f"; expected {', '.join(allowed)}"
                raise name.place.error(f"unknown key '{name.text}' in {what}{hint}")


Node = Scalar | Sequence | Mapping


def load(path: Path, name: str) -> Node:
    """The document in a file; messages call the file `name`."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RequestError(f"{name}: error: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RequestError(f"{name}: error: is not UTF-8 text") from None
    return parse(text, name)


def parse(text: str, name: str) -> Node:
    """The document in a text; messages call it `name`."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (1, 1) if mark is None else (mark.line + 1, mark.column + 1)
        raise Place(name, line, column).error(str(error.problem or error.context)) from None
    except yaml.YAMLError as error:
        raise Place(name, 1, 1).error(str(error)) from None
    if root is None:
        raise Place(name, 1, 1).error("the file is empty")
    return _node(root, name)


def kind(node: Node) -> str:
    """What a node is, in words."""
    if isinstance(node, Scalar):
        return f"'{node.text}'" if node.text else "nothing"
    return "a list" if isinstance(node, Sequence) else "a mapping"


def flow_text(node: Node) -> str:
    """A scalar or a list of scalars as --set takes it."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence) and all(isinstance(item, Scalar) for item in node):
        return f"[{', '.join(_quoted(item) for item in node)}]"
    raise node.place.error(f"{kind(node)} was given; expected a value or a list of texts")


def _quoted(node: Node) -> str:
    assert isinstance(node, Scalar)
    return "'" + node.text.replace("'", "''") + "'"


def _node(node: yaml.Node, name: str) -> Node:
    place = Place(name, node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.ScalarNode):
        return Scalar(node.value, place)
    if isinstance(node, yaml.SequenceNode):
        return Sequence(tuple(_node(item, name) for item in node.value), place)
    assert isinstance(node, yaml.MappingNode)
    return Mapping(_entries(node, name), place)


def _entries(node: yaml.MappingNode, name: str) -> tuple[tuple[Scalar, Node], ...]:
    entries: list[tuple[Scalar, Node]] = []
    seen: set[str] = set()
    for key_node, value_node in node.value:
        key = _node(key_node, name)
        if not isinstance(key, Scalar):
            raise key.place.error(f"a key is {kind(key)}; expected a name")
        if key.text in seen:
            raise key.place.error(f"'{key.text}' is there twice")
        seen.add(key.text)
        entries.append((key, _node(value_node, name)))
    return tuple(entries)
