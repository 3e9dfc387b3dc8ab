"""An experiment's figures: stacked bars, lines and bars, in panels, as PNG and SVG.

Segments and lines are told apart by lightness, hatch, dash and marker as well as by colour, so
that a figure survives a grey printer and a colour-blind reader.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402  (the backend comes first)
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import SubFigure  # noqa: E402
from matplotlib.patches import Patch  # noqa: E402
from matplotlib.ticker import PercentFormatter  # noqa: E402

from plots.compare_figure import DPI, EDGE, PHASE_STYLES, RC, TRAFFIC_STYLES, Style  # noqa: E402
from zerostage import measures, quantity  # noqa: E402
from zerostage.experiment_file import Figure  # noqa: E402
from zerostage.experiment_table import SERIES, Row, number, rows_of_figure  # noqa: E402

PANEL_INCHES = 2.9, 2.3
SIDE_INCHES, TITLE_INCHES, LEGEND_INCHES = 0.6, 0.5, 0.75
GROUP_WIDTH = 0.82  # of the distance between groups of bars
INVISIBLE = 0.002  # of the highest bar: thinner segments have no legend entry
BYTES_PER_MIB = 2**20
SHARE = "utilisation_ratio"  # a share of time, not a multiple of a reference
# Of series: from dark to light, each with its own hatch, dash and marker.
SERIES_STYLES = (
    Style("#08407a"),
    Style("#d55e00", "////"),
    Style("#8fc1e8", "\\\\\\\\"),
    Style("#7cc7ae", "...."),
    Style("#cc79a7", "xxxx"),
    Style("#d9d9d9", "----"),
    Style("#f0e442", "++++"),
    Style("#4d4d4d", "oooo"),
)
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)), (0, (3, 1, 1, 1)), (0, (8, 2)))
MARKERS = "osD^vP*X"
BUFFER_STYLES = {
    "input": Style("#08407a"),
    "output": Style("#8fc1e8", "\\\\\\\\"),
    "elsewhere": Style("#d55e00", "...."),
}
TERM_STYLES = {
    "copy": Style("#d55e00"),
    "packing": Style("#8c564b", "++++"),
    "uncached_touches": Style("#00795a", "...."),
    "maintenance": Style("#cc79a7", "xxxx"),
    "extra_starts": Style("#08407a"),
    "padding": Style("#f0e442", "oo"),
    "streamed_words": Style("#bdb76b"),
    "overlap": Style("#8fc1e8", "\\\\\\\\"),
    "host_work": Style("#7cc7ae", "----"),
    "rest": Style("#d9d9d9", "////"),
}


UNIT_NAMES = {
    "bytes": quantity.size_bytes,
    "hz": quantity.frequency_hz,
    "cycles": "{} cycles".format,
}
MOST_LEVEL_NOTES = 10  # over the bars of a panel; more stand upright
TITLE_CHARACTERS_PER_INCH = 11
VALUE_ROOM = 0.2  # above the bars, for what is written over them; of their height
LABEL_CHARACTERS = 28  # of a y axis, on a panel's height


@dataclass(frozen=True)
class Segment:
    """One kind of segment of a stacked bar."""

    label: str
    style: Style
    column: str
    factor: float = 1.0


# Of what is shown: unit, the column that normalises it, segments from the bottom up.
Stack = tuple[str, str, tuple[Segment, ...]]


def _bytes_by(names: dict[str, str], styles: dict[str, Style], column: str) -> Stack:
    segments = (
        Segment(names[n], s, column.format(n), 1 / BYTES_PER_MIB) for n, s in styles.items()
    )
    return "bytes on the DRAM bus (MiB)", "memory_bytes", tuple(segments)


STACKS: dict[str, Stack] = {
    "phases": (
        "time (ms)",
        "time_ms",
        tuple(Segment(measures.PHASES[p], s, f"{p}_ms") for p, s in PHASE_STYLES.items()),
    ),
    "program phases": (
        "time (ms)",
        "program_time_ms",
        tuple(Segment(measures.PHASES[p], s, f"program_{p}_ms") for p, s in PHASE_STYLES.items()),
    ),
    "traffic": _bytes_by(measures.TRAFFIC, TRAFFIC_STYLES, "{}_bytes"),
    "buffers": _bytes_by(measures.BUFFERS, BUFFER_STYLES, "buffer_{}_bytes"),
    "terms": (
        "difference in time (ms)",
        "time_ms",
        tuple(Segment(t.replace("_", " "), s, f"why_{t}_ms") for t, s in TERM_STYLES.items()),
    ),
    "program terms": (
        "difference in time (ms)",
        "program_time_ms",
        tuple(
            Segment(t.replace("_", " "), s, f"program_why_{t}_ms") for t, s in TERM_STYLES.items()
        ),
    ),
}


def draw(figure: Figure, rows: Sequence[Row], path: Path) -> None:
    """Write `path`.png and `path`.svg."""
    shown = rows_of_figure(figure, rows)
    across = _values(shown, figure.columns)
    down = _values(shown, figure.rows)
    with plt.rc_context({**RC, "svg.hashsalt": figure.name}):
        width_inches = PANEL_INCHES[0] * max(len(across), 2) + SIDE_INCHES
        title = textwrap.wrap(figure.title, round(TITLE_CHARACTERS_PER_INCH * width_inches))
        panels_inches = PANEL_INCHES[1] * len(down) + TITLE_INCHES * (1 + len(title)) / 2
        canvas = plt.figure(
            figsize=(width_inches, panels_inches + LEGEND_INCHES), layout="constrained"
        )
        top, bottom = canvas.subfigures(2, 1, height_ratios=(panels_inches, LEGEND_INCHES))
        sharing = True if figure.normalise else "row"
        axes = top.subplots(len(down), len(across), squeeze=False, sharey=sharing)
        top.suptitle("\n".join(title), x=0.01, ha="left", fontsize=10, fontweight="bold")
        keys: dict[str, object] = {}
        for y, below in enumerate(down):
            for x, beside in enumerate(across):
                part = [
                    row
                    for row in shown
                    if row.get(figure.columns) == beside and row.get(figure.rows) == below
                ]
                axes[y][x].set_visible(bool(part))
                if part:
                    keys.update(_panel(axes[y][x], figure, part))
                    _name_panel(axes[y][x], figure, beside, below)
            axes[y][0].set_ylabel(textwrap.fill(_y_label(figure), LABEL_CHARACTERS))
        for axis in axes[-1]:
            axis.set_xlabel(figure.x_label or figure.x)
        if figure.show == "lines" and figure.y_scale == "linear":
            for axis in axes.flat:  # last: a limit ends the scaling to data
                axis.set_ylim(bottom=0)
        _legend(bottom, keys, 3 if len(across) < 3 else 5)
        canvas.savefig(path.with_suffix(".png"), dpi=DPI)
        canvas.savefig(path.with_suffix(".svg"), metadata={"Date": None})
    plt.close(canvas)


def _values(rows: Sequence[Row], column: str) -> list[object]:
    """What a column holds, in the order of the rows; one empty value for no column."""
    return list(dict.fromkeys(row.get(column) for row in rows)) if column else [None]


def _panel(axis: Axes, figure: Figure, rows: Sequence[Row]) -> dict[str, object]:
    axis.spines[["top", "right"]].set_visible(False)
    if figure.show == "bars" or figure.note:
        axis.margins(y=VALUE_ROOM)
    axis.yaxis.grid(color="#e4e4e4", linewidth=0.6)
    axis.set_axisbelow(True)
    if figure.show == "lines":
        return _lines(axis, figure, rows)
    return _bars(axis, figure, rows)


def _name_panel(axis: Axes, figure: Figure, beside: object, below: object) -> None:
    parts = [_short_name(figure.columns, beside), _short_name(figure.rows, below)]
    axis.set_title(", ".join(part for part in parts if part), loc="left")


def _short_name(column: str, value: object) -> str:
    """'l2 512 KiB' for the column board.l2.bytes."""
    if not column:
        return ""
    words = [word for word in column.split(".") if word not in UNIT_NAMES]
    name = words[-1]
    for unit, text in UNIT_NAMES.items():
        name = name.removesuffix(f"_{unit}")
        if column.endswith(unit) and isinstance(value, int | float):
            return f"{name} {text(value)}"
    return f"{name} {_place_name(value)}"


def _place_name(value: object) -> str:
    """A value as a label: of a config file, its name."""
    text = str(value)
    return Path(text).stem if text.endswith(".yaml") else text


def _y_label(figure: Figure) -> str:
    if figure.y_label:
        return figure.y_label
    if figure.show in STACKS:
        unit = STACKS[figure.show][0]
        return "relative to the reference" if figure.normalise else unit
    return figure.y


def _lines(axis: Axes, figure: Figure, rows: Sequence[Row]) -> dict[str, object]:
    keys: dict[str, object] = {}
    for index, name in enumerate(_values(rows, SERIES)):
        points = sorted(
            (number(row[figure.x]), number(row[figure.y]))
            for row in rows
            if row.get(SERIES) == name
        )
        style = SERIES_STYLES[index % len(SERIES_STYLES)]
        (line,) = axis.plot(
            [x for x, _ in points],
            [y for _, y in points],
            color=style.colour,
            linestyle=DASHES[index % len(DASHES)],
            marker=MARKERS[index % len(MARKERS)],
            markersize=4,
            markeredgecolor=EDGE,
            markeredgewidth=0.4,
        )
        keys[str(name or figure.y)] = line
    if figure.x_scale == "log":
        _log_axis(axis, sorted({number(row[figure.x]) for row in rows}))
    if figure.y_scale == "log":
        axis.set_yscale("log")
    if figure.y.endswith("_ratio") and figure.y != SHARE:
        axis.axhline(1, color=EDGE, linewidth=0.8, linestyle=(0, (4, 3)))
    return keys


def _log_axis(axis: Axes, ticks: Sequence[float]) -> None:
    axis.set_xscale("log", base=2)
    axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.minorticks_off()


def _bars(axis: Axes, figure: Figure, rows: Sequence[Row]) -> dict[str, object]:
    """Groups of bars at each x, a bar a series."""
    places = _values(rows, figure.x)
    series = _values(rows, SERIES)
    groups = [[row for row in rows if row[figure.x] == place] for place in places]
    most = max(len(group) for group in groups)
    upright = sum(len(group) for group in groups) > MOST_LEVEL_NOTES
    width = GROUP_WIDTH / max(most, 2)
    keys: dict[str, object] = {}
    for place, group in enumerate(groups):
        for rank, row in enumerate(group):
            index = series.index(row.get(SERIES))
            centre = place + (rank - (len(group) - 1) / 2) * width
            if figure.show == "bars":
                keys.update(_bar(axis, figure, row, index, centre, width, upright))
                continue
            top = _stack(axis, figure, row, centre, width, keys)
            if figure.note:
                _write(axis, centre, top, _note(figure.note, number(row[figure.note])), upright)
            if most > 1:
                _mark(axis, centre, index)
                keys[f"{_letter(index)}: {row.get(SERIES)}"] = Patch(alpha=0)
    names = [_place_name(place) for place in places]
    crowded = len(names) > 4 and any(len(name) > 6 for name in names)
    axis.set_xticks(
        range(len(places)),
        [name if crowded else textwrap.fill(name, 14) for name in names],
        rotation=40 if crowded else 0,
        ha="right" if crowded else "center",
        rotation_mode="anchor",
    )
    axis.tick_params(axis="x", length=0)
    if figure.y_scale == "log":
        axis.set_yscale("log")
    else:
        axis.axhline(0, color=EDGE, linewidth=0.6)
    if figure.y == SHARE:
        axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    is_multiple = figure.normalise and not figure.show.endswith("terms")
    if is_multiple or (figure.y.endswith("_ratio") and figure.y != SHARE):
        axis.axhline(1, color=EDGE, linewidth=0.8, linestyle=(0, (4, 3)))
    return keys


def _bar(
    axis: Axes,
    figure: Figure,
    row: Row,
    index: int,
    centre: float,
    width: float,
    upright: bool,
) -> dict[str, object]:
    style = SERIES_STYLES[index % len(SERIES_STYLES)]
    value = number(row[figure.y])
    axis.bar(centre, value, width * 0.92, **_fill(style))
    _write(axis, centre, value, _note(figure.y, value), upright)
    return {str(row.get(SERIES) or figure.y): Patch(**_fill(style))}


def _note(column: str, value: float) -> str:
    return f"{value:.1%}" if column == SHARE else quantity.digits(value)


def _stack(
    axis: Axes, figure: Figure, row: Row, centre: float, width: float, keys: dict[str, object]
) -> float:
    """Segments above zero upwards, those below zero downwards; returns the top."""
    _, whole, segments = STACKS[figure.show]
    value = _scaled(figure, row, whole)
    total = sum(abs(value(segment)) for segment in segments)
    up = down = 0.0
    for segment in segments:
        height = value(segment)
        if abs(height) <= INVISIBLE * total:
            continue
        axis.bar(
            centre,
            height,
            width * 0.92,
            bottom=up if height > 0 else down,
            **_fill(segment.style),
        )
        up, down = (up + height, down) if height > 0 else (up, down + height)
        keys[segment.label] = Patch(**_fill(segment.style))
    return up


def _scaled(figure: Figure, row: Row, whole: str) -> Callable[[Segment], float]:
    """A segment's height; relative to the reference's whole if the figure is normalised."""
    ratios = {
        "time_ms": "time_ratio",
        "program_time_ms": "program_time_ratio",
        "memory_bytes": "memory_ratio",
    }
    reference = number(row[whole]) / number(row[ratios[whole]]) if figure.normalise else 1.0

    def height(segment: Segment) -> float:
        factor = 1 / reference if figure.normalise else segment.factor
        return number(row[segment.column]) * factor

    return height


def _mark(axis: Axes, centre: float, index: int) -> None:
    """A stacked bar's series: a letter at its foot, explained in the legend."""
    axis.annotate(
        _letter(index),
        (centre, 0),
        xycoords=("data", "axes fraction"),
        xytext=(0, 2),
        textcoords="offset points",
        ha="center",
        fontsize=6.5,
        fontweight="bold",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4, "alpha": 0.8},
    )


def _letter(index: int) -> str:
    return "abcdefghijklmnop"[index]


def _write(axis: Axes, x: float, y: float, text: str, upright: bool) -> None:
    axis.annotate(
        text,
        (x, y),
        xytext=(0, 2),
        textcoords="offset points",
        ha="center",
        fontsize=6,
        rotation=90 if upright or len(text) > 5 else 0,
    )


def _fill(style: Style) -> dict[str, object]:
    return {
        "facecolor": style.colour,
        "hatch": style.hatch,
        "edgecolor": EDGE,
        "linewidth": 0.4,
    }


def _legend(canvas: SubFigure, keys: dict[str, object], columns: int) -> None:
    letters = {key: handle for key, handle in keys.items() if key[1:2] == ":"}
    keys = {**letters, **{key: keys[key] for key in keys if key not in letters}}
    canvas.legend(
        keys.values(),
        keys.keys(),
        loc="upper left",
        ncols=columns,
        frameon=False,
        handlelength=2.2,
    )
