"""Axes of a sweep: what varies, as lists, ranges, zipped lists, and files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from zerostage import yaml_tree
from zerostage.expression import Expression
from zerostage.yaml_tree import Mapping, Node, Place, Scalar, Sequence

_NUMBER = re.compile(r"([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*(\S*)")
_RANGE_KEYS = ("from", "to", "step", "scale")
MAX_RANGE_VALUES = 100_000


@dataclass(frozen=True)
class Setting:
    """One thing that a point applies: a parameter's value, or (key None) a config file."""

    key: str | None
    value: str
    key_place: Place
    value_place: Place

    def line(self) -> str:
        """As zs-sim --points takes it."""
        return self.value if self.key is None else f"--set {self.key}={self.value}"


@dataclass(frozen=True)
class Choice:
    """One value of an axis: its text, and what it sets."""

    label: str
    settings: tuple[Setting, ...]


@dataclass(frozen=True)
class Axis:
    """One thing that varies. With `when`, only where that holds; elsewhere it sets nothing."""

    name: str
    place: Place
    choices: tuple[Choice, ...]
    when: Expression | None = None

    @property
    def ordered(self) -> bool:
        """Whether its values are numbers, in rising order and in one unit."""
        matches = [_NUMBER.fullmatch(choice.label) for choice in self.choices]
        if not all(matches) or len({match[2] for match in matches if match}) > 1:
            return False
        numbers = [Fraction(match[1]) for match in matches if match]
        return all(low < high for low, high in zip(numbers, numbers[1:]))

    def keys(self) -> tuple[str, ...]:
        """The parameters that it sets, in order."""
        return tuple(setting.key for setting in self.choices[0].settings if setting.key is not None)


def parse_axis(name: Scalar, node: Node) -> Axis:
    """An axis from its entry below `axes`."""
    if isinstance(node, Scalar):
        raise node.place.error(f"axis '{name.text}' is {yaml_tree.kind(node)}; expected a list")
    if isinstance(node, Sequence):
        return _finished(name, _choices_of_key(name, _values(node)), None)
    when = _condition(node.get("when"))
    for form, parse in _FORMS.items():
        if node.get(form) is not None:
            return _finished(name, parse(name, node), when)
    return _finished(name, _range_axis(name, node), when)


def _finished(name: Scalar, choices: Iterable[Choice], when: Expression | None) -> Axis:
    listed = tuple(choices)
    if not listed:
        raise name.place.error(f"axis '{name.text}' has no values")
    return Axis(name.text, name.place, listed, when)


def with_values(axis: Axis, values: list[Scalar]) -> Axis:
    """The axis with other values; not for one that zips values or lists files."""
    first, *others = axis.choices[0].settings
    if first.key is None or any(setting.value != first.value for setting in others):
        raise values[0].place.error(
            f"axis '{axis.name}' is a choice of {', '.join(axis.keys()) or 'files'} together:"
            " change it in the file"
        )
    keys = [Scalar(key, axis.place) for key in axis.keys()]
    return Axis(axis.name, axis.place, tuple(_same_for_keys(keys, values)), axis.when)


def _condition(node: Node | None) -> Expression | None:
    if node is None:
        return None
    if not isinstance(node, Scalar):
        raise node.place.error(f"'when' is {yaml_tree.kind(node)}; expected a condition")
    return Expression.parse(node)


def _choices_of_key(key: Scalar, values: Iterable[Scalar]) -> list[Choice]:
    return [Choice(value.text, (_setting(key, value),)) for value in values]


def _setting(key: Scalar, value: Scalar) -> Setting:
    if not key.text or any(character in key.text for character in "=\n "):
        raise key.place.error(f"'{key.text}' cannot be a parameter's name")
    if "\n" in value.text:
        raise value.place.error(f"{key.text}: a value has one line")
    return Setting(key.text, value.text, key.place, value.place)


def _values(node: Sequence) -> list[Scalar]:
    return [Scalar(yaml_tree.flow_text(item), item.place) for item in node]


def _series(node: Node) -> list[Scalar]:
    """A list, or a range."""
    if isinstance(node, Sequence):
        return _values(node)
    if isinstance(node, Mapping):
        node.only("a range", _RANGE_KEYS)
        return _range(node)
    raise node.place.error(f"{yaml_tree.kind(node)} was given; expected a list or a range")


# --- the forms of an axis ---


def _values_axis(name: Scalar, node: Mapping) -> list[Choice]:
    """`values: [...]`, with `keys: [...]` for parameters that all get the same value."""
    node.only(f"axis '{name.text}'", ("values", "keys", "when"))
    values = node.get("values")
    assert values is not None
    return _same_for_keys(_keys(name, node), _series(values))


def _keys_axis(name: Scalar, node: Mapping) -> list[Choice]:
    """`keys: [...]` over a range."""
    node.only(f"axis '{name.text}'", ("keys", "when", *_RANGE_KEYS))
    return _same_for_keys(_keys(name, node), _range(node))


def _range_axis(name: Scalar, node: Mapping) -> list[Choice]:
    node.only(f"axis '{name.text}'", ("values", "keys", "zip", "files", "when", *_RANGE_KEYS))
    return _choices_of_key(name, _range(node))


def _zip_axis(name: Scalar, node: Mapping) -> list[Choice]:
    """`zip: {key: values, ...}`: the first values together, the second ones together, ..."""
    node.only(f"axis '{name.text}'", ("zip", "when"))
    lists = node.get("zip")
    if not isinstance(lists, Mapping) or not lists.entries:
        raise node.place.error(f"axis '{name.text}': 'zip' expects a mapping from keys to lists")
    series = [(key, _series(values)) for key, values in lists]
    first_key, first = series[0]
    for key, values in series[1:]:
        if len(values) != len(first):
            raise key.place.error(
                f"'{key.text}' has {len(values)} values and '{first_key.text}' {len(first)}:"
                " zipped lists are equally long"
            )
    return [_joined([(key, values[row]) for key, values in series]) for row in range(len(first))]


def _files_axis(name: Scalar, node: Mapping) -> list[Choice]:
    """`files: [...]`: each value is a config file."""
    node.only(f"axis '{name.text}'", ("files", "when"))
    files = node.get("files")
    if not isinstance(files, Sequence):
        raise node.place.error(f"axis '{name.text}': 'files' expects a list")
    return [
        Choice(file.text, (Setting(None, file.text, file.place, file.place),))
        for file in _values(files)
    ]


_FORMS = {"values": _values_axis, "keys": _keys_axis, "zip": _zip_axis, "files": _files_axis}


def _keys(name: Scalar, node: Mapping) -> list[Scalar]:
    keys = node.get("keys")
    if keys is None:
        return [name]
    if not isinstance(keys, Sequence) or not keys.items:
        raise keys.place.error(f"axis '{name.text}': 'keys' expects a list of parameters")
    return _values(keys)


def _same_for_keys(keys: list[Scalar], values: list[Scalar]) -> list[Choice]:
    return [Choice(value.text, tuple(_setting(key, value) for key in keys)) for value in values]


def _joined(pairs: list[tuple[Scalar, Scalar]]) -> Choice:
    label = ",".join(value.text for _, value in pairs)
    return Choice(label, tuple(_setting(key, value) for key, value in pairs))


# --- ranges ---


def _range(node: Mapping) -> list[Scalar]:
    """{from, to, step}: linear; {from, to, scale: log2}: each value twice the one before."""
    first, unit = _bound(node, "from")
    last, last_unit = _bound(node, "to")
    if last_unit != unit:
        raise node.place.error(f"'from' is in '{unit}' and 'to' in '{last_unit}': use one unit")
    if last < first:
        raise node.place.error(f"'to' ({last}) is less than 'from' ({first})")
    numbers = _doubling(node, first, last) if _is_log2(node) else _linear(node, first, last, unit)
    return [Scalar(f"{_digits(number)} {unit}".rstrip(), node.place) for number in numbers]


def _is_log2(node: Mapping) -> bool:
    scale = node.get("scale")
    if scale is None:
        return False
    if not isinstance(scale, Scalar) or scale.text not in ("linear", "log2"):
        raise scale.place.error(f"scale is {yaml_tree.kind(scale)}; expected linear or log2")
    return scale.text == "log2"


def _doubling(node: Mapping, first: Fraction, last: Fraction) -> list[Fraction]:
    step = node.get("step")
    if step is not None:
        raise step.place.error("'step' has no meaning with 'scale: log2'")
    if first <= 0:
        raise node.place.error("a range with 'scale: log2' begins above zero")
    numbers = [first]
    while numbers[-1] * 2 <= last:
        numbers.append(numbers[-1] * 2)
    return numbers


def _linear(node: Mapping, first: Fraction, last: Fraction, unit: str) -> list[Fraction]:
    step, step_unit = _bound(node, "step")
    if step <= 0 or step_unit not in (unit, ""):
        raise node.place.error(f"'step' expects a number above zero, in '{unit}' like the bounds")
    count = int((last - first) / step) + 1
    if count > MAX_RANGE_VALUES:
        raise node.place.error(f"this range has {count} values, more than {MAX_RANGE_VALUES}")
    return [first + index * step for index in range(count)]


def _bound(node: Mapping, name: str) -> tuple[Fraction, str]:
    """Number and unit of a range's bound or step."""
    value = node.get(name)
    if value is None:
        raise node.place.error(
            f"a range needs 'from', 'to' and 'step' (or 'scale: log2'); '{name}' is missing"
        )
    match = _NUMBER.fullmatch(value.text) if isinstance(value, Scalar) else None
    if match is None:
        raise value.place.error(f"'{name}' is {yaml_tree.kind(value)}; expected a number")
    return Fraction(match[1]), match[2]


def _digits(number: Fraction) -> str:
    """Exact where decimal digits can be: whole numbers, and what was written with a point."""
    return str(number.numerator) if number.denominator == 1 else repr(float(number))
