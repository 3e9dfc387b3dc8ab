"""An experiment file: what it varies, what it plots, what it claims, and what would refute that.

    title: Where the time goes
    question: What does removing the staging copy buy, by dataflow?
    setup: 128^3, int32, ...
    sweep: {base: ..., axes: ...}              # what a sweep file holds
    failures: kept                             # rows like the others; otherwise they end it
    compare: {per: [workload.flow], with: workload.copy == 'staged'}
    counters: {sends: dma.mm2s.transfers, faults: program.os.page_faults}   # further columns
    columns: {bytes_per_send: memory_bytes / sends}                         # computed from others
    series: {staging copy: workload.copy == 'staged', ...}   # rows by condition, in this order
    figures: [{name: time, show: phases, x: workload.flow, ...}]
    values: {best: {of: time_ratio, take: min, where: ...}, gain: {is: 1 / best}}
    results: ["Zero-copy takes {best:.2f}x at best ({best[workload.flow]})."]
    claims: [{claim: "...", refuted_if: best > 1}]
    meaning: ...

Columns are those of results tables (zerostage.columns), what the axes chose, and those that
`compare` adds (zerostage.experiment_table).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from zerostage import sweep_file, yaml_tree
from zerostage.errors import RequestError, nearest
from zerostage.expression import Expression
from zerostage.paths import ROOT
from zerostage.sweep_file import NO_CHANGES, Changes, SweepFile
from zerostage.yaml_tree import Mapping, Node, Place, Scalar, Sequence

DIRECTORY = ROOT / "configs" / "experiments"
KEYS = (
    *(
        "title",
        "question",
        "setup",
        "sweep",
        "failures",
        "compare",
        "series",
        "counters",
        "columns",
        "figures",
    ),
    *("values", "results", "claims", "meaning"),
)
SHOWS = (
    "phases",
    "program phases",
    "traffic",
    "buffers",
    "terms",
    "program terms",
    "lines",
    "bars",
)
TAKES = ("min", "max", "mean", "only", "count", "sum", "sum of min")
SCALES = ("linear", "log")


@dataclass(frozen=True)
class Compare:
    """Which row the others are measured against: one in each group of equal `per` values."""

    per: tuple[str, ...]
    reference: Expression
    place: Place


@dataclass(frozen=True)
class Figure:
    """One plot. Empty names are not used."""

    place: Place
    name: str
    show: str
    title: str
    caption: str
    x: str
    y: str = ""
    note: str = ""  # a column whose value is written over each stacked bar
    columns: str = ""  # a panel beside the others for each value
    rows: str = ""  # a panel below the others for each value
    where: Expression | None = None
    normalise: bool = False
    x_scale: str = "linear"
    y_scale: str = "linear"
    x_label: str = ""
    y_label: str = ""


@dataclass(frozen=True)
class Value:
    """A number of the run that texts and claims use."""

    name: str
    column: str
    take: str
    where: Expression | None
    per: tuple[str, ...]  # groups of "sum of min"
    formula: Expression | None  # of values before it, in place of the three above
    place: Place


@dataclass(frozen=True)
class Claim:
    """A statement, and the condition on values under which it is wrong."""

    text: str
    refuted_if: Expression


@dataclass(frozen=True)
class Experiment:
    """What an experiment file says."""

    name: str
    file: str
    changes: Changes
    title: str
    question: str
    setup: str
    sweep: SweepFile
    keeps_failures: bool
    compare: Compare | None
    series: tuple[tuple[str, Expression], ...]
    counters: tuple[tuple[str, str], ...]  # column, counter
    columns: tuple[tuple[str, Expression], ...]
    figures: tuple[Figure, ...]
    values: tuple[Value, ...]
    results: tuple[Scalar, ...]
    claims: tuple[Claim, ...]
    meaning: Scalar

    @property
    def command(self) -> list[str]:
        """What repeats it."""
        is_shipped = Path(self.file).resolve().parent == DIRECTORY
        changes = [("--axis", text) for text in self.changes.axes]
        changes += [("--set", text) for text in self.changes.fixed]
        words = [word for change in changes for word in change]
        return ["./zs", "experiment", self.name if is_shipped else self.file, *words]


def shipped() -> list[str]:
    """Names of the experiments that come with Zerostage."""
    return sorted(path.stem for path in DIRECTORY.glob("*.yaml"))


def find(name: str) -> Path:
    """The file of an experiment: a path, or a name in configs/experiments."""
    for path in (Path(name), DIRECTORY / f"{name}.yaml"):
        if path.is_file():
            return path
    hint = nearest(name, shipped()) or "; `./zs experiment --list` shows all"
    raise RequestError(f"no experiment '{name}'{hint}")


def load(path: Path, changes: Changes = NO_CHANGES) -> Experiment:
    """Read an experiment file, changed as the command line asks."""
    name = str(path)
    root = yaml_tree.load(path, name)
    if not isinstance(root, Mapping):
        raise root.place.error(f"an experiment is a mapping; this is {yaml_tree.kind(root)}")
    root.only("an experiment", KEYS)
    _refuse_comparing_failures(root)
    return Experiment(
        name=path.stem,
        file=name,
        changes=changes,
        title=_text(root, "title").text,
        question=_text(root, "question").text,
        setup=_text(root, "setup").text,
        sweep=sweep_file.from_tree(
            _mapping(root, "sweep"),
            name,
            path.read_text(encoding="utf-8"),
            path.parent,
            changes,
            default_name=path.stem,
        ),
        keeps_failures=root.get("failures") is not None
        and bool(_choice(root, "failures", ("kept",))),
        compare=_compare(root),
        series=_expressions(root, "series"),
        counters=_named_texts(root, "counters"),
        columns=_expressions(root, "columns"),
        figures=tuple(_figure(item) for item in _items(root, "figures")),
        values=_values(root),
        results=tuple(_scalar(item) for item in _items(root, "results")),
        claims=tuple(_claim(item) for item in _items(root, "claims")),
        meaning=_text(root, "meaning"),
    )


def _refuse_comparing_failures(root: Mapping) -> None:
    node = root.get("failures")
    if node is not None and root.get("compare") is not None:
        raise node.place.error("'failures' and 'compare': a failed point has nothing to compare")


def _compare(root: Mapping) -> Compare | None:
    node = root.get("compare")
    if node is None:
        return None
    if not isinstance(node, Mapping):
        raise node.place.error("'compare' needs 'per' and 'with'")
    node.only("compare", ("per", "with"))
    per = _texts(node.get("per"))
    return Compare(per, Expression.parse(_text(node, "with")), node.place)


def _named_texts(root: Mapping, key: str) -> tuple[tuple[str, str], ...]:
    return tuple((name.text, _scalar(node).text) for name, node in _optional(root, key))


def _expressions(root: Mapping, key: str) -> tuple[tuple[str, Expression], ...]:
    return tuple(
        (name.text, Expression.parse(_scalar(node))) for name, node in _optional(root, key)
    )


def _optional(root: Mapping, key: str) -> tuple[tuple[Scalar, Node], ...]:
    return () if root.get(key) is None else _mapping(root, key).entries


def _values(root: Mapping) -> tuple[Value, ...]:
    return tuple(_value(name, node) for name, node in _mapping(root, "values"))


def _value(name: Scalar, node: Node) -> Value:
    if not isinstance(node, Mapping):
        raise node.place.error("a value needs 'of' (a column) and 'take'")
    if node.get("is") is not None:
        node.only("a value with 'is'", ("is",))
        return Value(name.text, "", "", None, (), Expression.parse(_text(node, "is")), node.place)
    node.only("a value", ("of", "take", "where", "per", "is"))
    return Value(
        name.text,
        _text(node, "of").text,
        _choice(node, "take", TAKES),
        _where(node),
        _texts(node.get("per")),
        None,
        node.place,
    )


def _claim(node: Node) -> Claim:
    if not isinstance(node, Mapping):
        raise node.place.error("a claim needs 'claim' (a text) and 'refuted_if' (a condition)")
    node.only("a claim", ("claim", "refuted_if"))
    return Claim(_text(node, "claim").text, Expression.parse(_text(node, "refuted_if")))


_FIGURE_TEXTS = ("y", "note", "columns", "rows", "x_label", "y_label")


def _figure(node: Node) -> Figure:
    if not isinstance(node, Mapping):
        raise node.place.error(f"a figure is a mapping; this is {yaml_tree.kind(node)}")
    required = ("name", "show", "title", "caption", "x")
    node.only("a figure", (*required, *_FIGURE_TEXTS, "where", "normalise", "x_scale", "y_scale"))
    show = _choice(node, "show", SHOWS)
    if show in ("lines", "bars") and node.get("y") is None:
        raise node.place.error(f"a figure that shows {show} needs 'y', a column")
    if show in ("lines", "bars") and node.get("note") is not None:
        raise node.place.error("'note' is for stacked bars: bars have their value over them")
    optional = {key: _text(node, key).text for key in _FIGURE_TEXTS if node.get(key)}
    scales = {key: _choice(node, key, SCALES) for key in ("x_scale", "y_scale") if node.get(key)}
    normalise = node.get("normalise") is not None and (
        _choice(node, "normalise", ("true", "false")) == "true"
    )
    return Figure(
        place=node.place,
        name=_text(node, "name").text,
        show=show,
        title=_text(node, "title").text,
        caption=_text(node, "caption").text,
        x=_text(node, "x").text,
        where=_where(node),
        normalise=normalise,
        **optional,
        **scales,
    )


def _where(node: Mapping) -> Expression | None:
    return Expression.parse(_text(node, "where")) if node.get("where") else None


def _choice(node: Mapping, key: str, choices: tuple[str, ...]) -> str:
    text = _text(node, key)
    if text.text not in choices:
        hint = nearest(text.text, choices) or f"; expected {', '.join(choices)}"
        raise text.place.error(f"'{key}' is '{text.text}'{hint}")
    return text.text


def _mapping(root: Mapping, key: str) -> Mapping:
    node = root.get(key)
    if not isinstance(node, Mapping):
        where = root.place if node is None else node.place
        raise where.error(f"'{key}' is missing; expected a mapping")
    return node


def _items(root: Mapping, key: str) -> tuple[Node, ...]:
    node = root.get(key)
    if not isinstance(node, Sequence) or not node.items:
        where = root.place if node is None else node.place
        raise where.error(f"'{key}' is missing; expected a list")
    return node.items


def _texts(node: Node | None) -> tuple[str, ...]:
    if node is None:
        return ()
    items = node.items if isinstance(node, Sequence) else (node,)
    return tuple(_scalar(item).text for item in items)


def _scalar(node: Node) -> Scalar:
    if not isinstance(node, Scalar):
        raise node.place.error(f"{yaml_tree.kind(node)} was given; expected a text")
    return Scalar(" ".join(node.text.split()), node.place)


def _text(root: Mapping, key: str) -> Scalar:
    node = root.get(key)
    if node is None:
        raise root.place.error(f"'{key}' is missing; expected a text")
    return _scalar(node)
