"""A sweep file: a base config, what is fixed, what varies, and what is left out.

    base: ../demo.yaml                 # a config, or a list of which later ones win
    set: {workload.m: 64}              # fixed on top
    axes:
      workload.flow: [Ns, Cs]
      board.fclk_hz: {from: 50 MHz, to: 200 MHz, step: 50 MHz}
      board.l2.bytes: {from: 64 KiB, to: 512 KiB, scale: log2}
      problem: {keys: [workload.m, workload.n], values: [32, 64]}
      tile: {zip: {workload.m: [32, 64], workload.k: [64, 32]}}
      machine: {files: [a.yaml, b.yaml]}
      workload.transfer: {values: [packed, rows], when: workload.copy == 'zero_copy'}
    filter: workload.m % accelerator.size == 0     # or a list: all must hold
    invalid: skip                      # leave out points that cannot be; otherwise they are errors
    search: {...}                      # for `./zs search`: see search_plan.py
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from zerostage import yaml_tree
from zerostage.axis import Axis, Setting, parse_axis, with_values
from zerostage.errors import RequestError, nearest
from zerostage.expression import Expression
from zerostage.paths import ROOT
from zerostage.yaml_tree import Mapping, Node, Place, Scalar

KEYS = ("name", "description", "base", "set", "axes", "filter", "invalid", "search")


@dataclass(frozen=True)
class SweepFile:
    """What a sweep file says."""

    name: str
    file: str
    text: str
    base: tuple[str, ...]
    fixed: tuple[Setting, ...]
    axes: tuple[Axis, ...]
    filters: tuple[Expression, ...]
    skip_invalid: bool = False
    search: Node | None = None
    places: dict[str, Setting] = field(default_factory=dict, compare=False)

    def located(self, error: str) -> str:
        """zs-sim's complaint about a --set of ours, with the place in the file instead."""
        for line, setting in self.places.items():
            if error.startswith(f"{line}: "):
                rest = error.removeprefix(f"{line}: ")
                about_key = "unknown key" in rest or "is not a parameter" in rest
                return f"{setting.key_place if about_key else setting.value_place}: {rest}"
        return error


@dataclass(frozen=True)
class Changes:
    """What a command line changes in a sweep file."""

    fixed: tuple[str, ...] = ()  # KEY=VALUE, on top of what the file fixes
    axes: tuple[str, ...] = ()  # AXIS=VALUE,VALUE: in place of an axis' values


NO_CHANGES = Changes()


def load(path: Path, overrides: Sequence[str] = ()) -> SweepFile:
    """Read a sweep file; `overrides` (KEY=VALUE) are fixed on top of its own."""
    name = str(path)
    if not path.is_file():
        raise RequestError(f"{name}: no such sweep file{_nearest_sweep(path)}")
    return parse(path.read_text(encoding="utf-8"), name, path.parent, overrides)


def parse(text: str, name: str, directory: Path, overrides: Sequence[str] = ()) -> SweepFile:
    """The sweep in a text; `directory` is where its relative names start."""
    root = yaml_tree.parse(text, name)
    if not isinstance(root, Mapping):
        raise root.place.error(f"a sweep file is a mapping; this is {yaml_tree.kind(root)}")
    return from_tree(root, name, text, directory, Changes(tuple(overrides)), Path(name).stem)


def from_tree(
    root: Mapping,
    name: str,
    text: str,
    directory: Path,
    changes: Changes,
    default_name: str,
) -> SweepFile:
    """The sweep in a part of a file, `text` being all of the file `name`."""
    root.only("a sweep file", KEYS)
    fixed = [*_fixed(root.get("set")), *map(_override, changes.fixed)]
    axes = _replaced(_axes(root), changes.axes)
    _refuse_conflicts(fixed, axes)
    settings = [*fixed, *(s for axis in axes for choice in axis.choices for s in choice.settings)]
    return SweepFile(
        name=_text(root, "name") or default_name,
        file=name,
        text=text,
        base=tuple(_base(root, directory)),
        fixed=tuple(fixed),
        axes=tuple(_with_files_found(axis, directory) for axis in axes),
        filters=tuple(_filters(root.get("filter"))),
        skip_invalid=_skips_invalid(root),
        search=root.get("search"),
        places={setting.line(): setting for setting in reversed(settings)},
    )


def _nearest_sweep(path: Path) -> str:
    shipped = [str(file) for file in sorted((ROOT / "configs" / "sweeps").glob("*.yaml"))]
    hint = nearest(path.stem, [Path(file).stem for file in shipped])
    return f"{hint}; configs/sweeps/ has those that come with Zerostage" if hint else ""


def _text(root: Mapping, key: str) -> str | None:
    node = root.get(key)
    if node is None:
        return None
    if not isinstance(node, Scalar) or not node.text:
        raise node.place.error(f"'{key}' is {yaml_tree.kind(node)}; expected a text")
    return node.text


def _base(root: Mapping, directory: Path) -> list[str]:
    node = root.get("base")
    if node is None:
        raise root.place.error("'base' is missing; expected a config file, or a list of them")
    items = node.items if isinstance(node, yaml_tree.Sequence) else (node,)
    return [_found_file(item, directory) for item in items]


def _found_file(node: Node, directory: Path) -> str:
    """A config file: from the sweep file's directory, from where the user is, or in configs/."""
    if not isinstance(node, Scalar) or not node.text:
        raise node.place.error(f"{yaml_tree.kind(node)} was given; expected a config file")
    for folder in (directory, Path(), ROOT / "configs", ROOT):
        path = folder / node.text
        if path.is_file():
            return str(path)
    raise node.place.error(
        f"there is no config file '{node.text}', neither beside this file nor below configs/"
    )


def _with_files_found(axis: Axis, directory: Path) -> Axis:
    choices = []
    for choice in axis.choices:
        settings = tuple(
            (
                setting
                if setting.key is not None
                else Setting(
                    None,
                    _found_file(Scalar(setting.value, setting.value_place), directory),
                    setting.key_place,
                    setting.value_place,
                )
            )
            for setting in choice.settings
        )
        choices.append(type(choice)(choice.label, settings))
    return Axis(axis.name, axis.place, tuple(choices), axis.when)


def _fixed(node: Node | None) -> list[Setting]:
    if node is None:
        return []
    if not isinstance(node, Mapping):
        raise node.place.error(f"'set' is {yaml_tree.kind(node)}; expected a mapping")
    return list(flattened_settings(node))


def flattened_settings(mapping: Mapping, prefix: str = "") -> Iterable[Setting]:
    """Settings of a nested mapping: {workload: {m: 1}} is {workload.m: 1}."""
    for key, value in mapping:
        path = prefix + key.text
        if isinstance(value, Mapping):
            yield from flattened_settings(value, f"{path}.")
        else:
            yield Setting(path, yaml_tree.flow_text(value), key.place, value.place)


def _override(text: str) -> Setting:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise RequestError(f"--set {text}: expected KEY=VALUE, such as workload.flow=Cs")
    place = Place(f"--set {text}", 1, 1)
    return Setting(key, value, place, place)


def _axes(root: Mapping) -> list[Axis]:
    node = root.get("axes")
    if not isinstance(node, Mapping) or not node.entries:
        place = root.place if node is None else node.place
        raise place.error("'axes' is missing or empty; expected what varies: {workload.flow: [..]}")
    return [parse_axis(name, axis) for name, axis in node]


def _replaced(axes: list[Axis], replacements: Sequence[str]) -> list[Axis]:
    """The axes, some with other values: `problem=512` or `workload.flow=Ns,Cs`."""
    found = {axis.name: axis for axis in axes}
    for text in replacements:
        name, equals, values = text.partition("=")
        if not equals or not values:
            raise RequestError(f"--axis {text}: expected AXIS=VALUE or AXIS=VALUE,VALUE")
        if name not in found:
            hint = nearest(name, list(found)) or f"; there are {', '.join(found)}"
            raise RequestError(f"--axis {text}: there is no axis '{name}'{hint}")
        place = Place(f"--axis {text}", 1, 1)
        found[name] = with_values(found[name], [Scalar(v, place) for v in values.split(",")])
    return list(found.values())


def _filters(node: Node | None) -> list[Expression]:
    if node is None:
        return []
    filters = []
    for item in node.items if isinstance(node, yaml_tree.Sequence) else (node,):
        if not isinstance(item, Scalar):
            raise item.place.error(f"a filter is {yaml_tree.kind(item)}; expected a condition")
        filters.append(Expression.parse(item))
    return filters


def _skips_invalid(root: Mapping) -> bool:
    text = _text(root, "invalid")
    if text not in (None, "skip", "error"):
        node = root.get("invalid")
        assert node is not None
        raise node.place.error(f"'invalid' is '{text}'; expected error or skip")
    return text == "skip"


def _refuse_conflicts(fixed: Sequence[Setting], axes: Sequence[Axis]) -> None:
    """A setting that another one takes back would be without effect: refuse it."""
    earlier: list[tuple[str, Place]] = []
    for setting in fixed:
        earlier.append((setting.key or "", setting.key_place))
    for axis in axes:
        own = [s for s in axis.choices[0].settings if s.key is not None]
        for setting in own:
            _refuse_undoing(setting, earlier)
        earlier += [(setting.key or "", setting.key_place) for setting in own]


def _refuse_undoing(setting: Setting, earlier: Sequence[tuple[str, Place]]) -> None:
    for key, place in earlier:
        if setting.key == key:
            raise setting.key_place.error(f"'{key}' is set twice; the other place is {place}")
        if key.startswith(f"{setting.key}."):
            raise setting.key_place.error(
                f"'{setting.key}' replaces all below it, so '{key}' at {place} would be without"
                f" effect: put '{setting.key}' first"
            )
