"""The comparison figure: where the time goes and where the bytes come from, run beside run.

Three panels share one row a run: kernel time by phase, program time inside and outside of the
kernel, and main memory data movement in the kernel by class. Colours are told apart by lightness
and hatch as well, so that the figure survives a grey printer and a colour-blind reader.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402  (the backend comes first)
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.patches import Patch  # noqa: E402

from zerostage import measures  # noqa: E402
from zerostage.stats import Run  # noqa: E402

DPI = 200
WIDTH_INCHES = 11.0
ROW_INCHES = 0.42
BAR_HEIGHT = 0.72
FRAME_INCHES = 2.0  # title, axis and legend
GROUP_GAP = 0.5  # rows
LABEL_MARGIN = 1.15  # room that a label needs inside its segment, relative to its own width
INVISIBLE = 0.002  # of the longest bar: thinner segments have no legend entry
INK = "#202020"
EDGE = "#606060"
RC = {
    "font.size": 8,
    "axes.titlesize": 8.5,
    "axes.labelsize": 8,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 8.5,
    "legend.fontsize": 7.5,
    "hatch.linewidth": 0.5,
}


@dataclass(frozen=True)
class Style:
    """Fill of one kind of segment."""

    colour: str
    hatch: str = ""


# Copies are warm, DMA is blue, the rest of the CPU's work green to grey.
PHASE_STYLES = {
    "copy_in": Style("#d55e00"),
    "copy_out": Style("#f4b183", "////"),
    "pack": Style("#8c564b", "++++"),
    "dma_setup": Style("#08407a"),
    "wait_send": Style("#8fc1e8", "\\\\\\\\"),
    "wait_recv": Style("#dcecf8"),
    "maintenance": Style("#cc79a7", "xxxx"),
    "alloc": Style("#f0e442"),
    "host_compute": Style("#7cc7ae", "----"),
    "other": Style("#d9d9d9", "...."),
}
PROGRAM_STYLES = {"kernel": Style("#4d4d4d"), "outside": Style("#e6e6e6", "////")}
TRAFFIC_STYLES = {
    "cpu_fill": Style("#d55e00"),
    "cpu_writeback": Style("#f4b183", "////"),
    "cpu_uncached_read": Style("#00795a"),
    "cpu_uncached_write": Style("#9ad5c1", "...."),
    "dma_read": Style("#08407a"),
    "dma_write": Style("#8fc1e8", "\\\\\\\\"),
    "dma_descriptor": Style("#cc79a7", "xxxx"),
}


@dataclass(frozen=True)
class Series:
    """One kind of segment: its name, its fill, and its value for a run."""

    name: str
    style: Style
    value: Callable[[Run], float]


@dataclass(frozen=True)
class Panel:
    """Stacked bars of one quantity; `note` is added behind a bar's total."""

    title: str
    unit: str
    series: tuple[Series, ...]
    note: Callable[[Run], str] = lambda run: ""


def draw(groups: Sequence[Sequence[Run]], path: Path, title: str = "") -> None:
    """Write the figure of some groups of runs; a gap separates the groups."""
    with plt.rc_context(RC):
        figure = _figure(groups, title)
        figure.savefig(path, dpi=DPI)
    plt.close(figure)


def _figure(groups: Sequence[Sequence[Run]], title: str) -> Figure:
    rows = _rows(groups)
    panels = [_time_panel(groups), _program_panel(groups), _movement_panel(groups)]
    figure, axes = plt.subplots(
        1,
        len(panels),
        sharey=True,
        figsize=(WIDTH_INCHES, ROW_INCHES * (rows[-1][0] + 1) + FRAME_INCHES),
        gridspec_kw={"width_ratios": (1.25, 1, 1)},
        layout="constrained",
    )
    if title:
        figure.suptitle(title, x=0.01, ha="left", fontsize=10, fontweight="bold")
    for axis, panel in zip(axes, panels):
        _draw_panel(axis, panel, rows)
    _label_rows(axes[0], rows)
    _label_segments(figure, axes)
    return figure


def _rows(groups: Sequence[Sequence[Run]]) -> list[tuple[float, Run]]:
    """Each run with its vertical position."""
    rows, position = [], 0.0
    for group in groups:
        for run in group:
            rows.append((position, run))
            position += 1
        position += GROUP_GAP
    return rows


def _time_unit(longest_ps: float) -> tuple[float, str]:
    return (1e9, "ms") if longest_ps >= 1e9 else (1e6, "us")


def _byte_unit(most: float) -> tuple[float, str]:
    return (2**20, "MiB") if most >= 2**20 else (2**10, "KiB")


def _longest(groups: Sequence[Sequence[Run]], value: Callable[[Run], float]) -> float:
    return max(value(run) for group in groups for run in group)


def _time_panel(groups: Sequence[Sequence[Run]]) -> Panel:
    factor, unit = _time_unit(_longest(groups, measures.duration_ps))
    series = tuple(
        Series(
            words,
            PHASE_STYLES[phase],
            lambda run, phase=phase: measures.phase_ps(run, phase) / factor,
        )
        for phase, words in measures.PHASES.items()
    )
    return Panel(
        "Kernel time by phase, and accelerator utilisation",
        f"time ({unit})",
        series,
        lambda run: f"   util. {100 * measures.utilisation(run):.1f} %",
    )


def _program_panel(groups: Sequence[Sequence[Run]]) -> Panel:
    factor, unit = _time_unit(_longest(groups, lambda run: measures.duration_ps(run, "program")))

    def outside(run: Run) -> float:
        return measures.duration_ps(run, "program") - measures.duration_ps(run)

    series = (
        Series("kernel", PROGRAM_STYLES["kernel"], lambda run: measures.duration_ps(run) / factor),
        Series(
            "outside: allocate, fill, check",
            PROGRAM_STYLES["outside"],
            lambda run: outside(run) / factor,
        ),
    )
    return Panel("Program time", f"time ({unit})", series)


def _movement_panel(groups: Sequence[Sequence[Run]]) -> Panel:
    factor, unit = _byte_unit(_longest(groups, measures.moved_bytes))
    series = tuple(
        Series(
            words,
            TRAFFIC_STYLES[traffic],
            lambda run, traffic=traffic: measures.traffic_bytes(run, traffic) / factor,
        )
        for traffic, words in measures.TRAFFIC.items()
    )
    title = "Main memory data movement in the kernel"
    return Panel(title, f"bytes on the DRAM bus ({unit})", series)


def _draw_panel(axis: Axes, panel: Panel, rows: Sequence[tuple[float, Run]]) -> None:
    ends = [0.0] * len(rows)
    used = []
    for series in panel.series:
        values = [series.value(run) for _, run in rows]
        if not any(values):
            continue
        axis.barh(
            [position for position, _ in rows],
            values,
            BAR_HEIGHT,
            left=ends,
            color=series.style.colour,
            hatch=series.style.hatch,
            edgecolor=EDGE,
            linewidth=0.4,
        )
        used.append((series, max(values)))
        ends = [end + value for end, value in zip(ends, values)]
    _label_totals(axis, panel, rows, ends)
    longest = max(ends)
    visible = [series for series, most in used if most > INVISIBLE * longest]
    _dress(axis, panel, visible, longest)


def _label_totals(
    axis: Axes, panel: Panel, rows: Sequence[tuple[float, Run]], ends: Sequence[float]
) -> None:
    for (position, run), end in zip(rows, ends):
        axis.annotate(
            f"{_short(end)}{panel.note(run)}",
            (end, position),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            color=INK,
            fontweight="bold",
            annotation_clip=False,
        )


def _short(value: float) -> str:
    """Three significant digits."""
    return f"{value:.0f}" if value >= 100 else f"{value:#.3g}"


def _dress(axis: Axes, panel: Panel, visible: Sequence[Series], longest: float) -> None:
    """Title, axis, legend."""
    axis.set_title(panel.title, loc="left", pad=8)
    axis.set_xlabel(panel.unit)
    axis.set_xlim(0, longest * (1.42 if panel.note is not Panel.note else 1.18))
    axis.tick_params(axis="y", length=0)
    axis.spines[["top", "right", "left"]].set_visible(False)
    axis.xaxis.grid(color="#e4e4e4", linewidth=0.6)
    axis.set_axisbelow(True)
    axis.legend(
        handles=[
            Patch(
                facecolor=series.style.colour,
                hatch=series.style.hatch,
                edgecolor=EDGE,
                linewidth=0.4,
                label=series.name,
            )
            for series in visible
        ],
        loc="upper left",
        bbox_to_anchor=(-0.04, -0.14),
        bbox_transform=axis.transAxes,
        ncols=2,
        frameon=False,
        handlelength=1.6,
        columnspacing=1.2,
        borderaxespad=1.2,
    )


def _label_rows(axis: Axes, rows: Sequence[tuple[float, Run]]) -> None:
    axis.set_yticks([position for position, _ in rows], [run.label for _, run in rows])
    axis.invert_yaxis()


def _label_segments(figure: Figure, axes: Sequence[Axes]) -> None:
    """Write values into the segments that are wide enough for them."""
    figure.canvas.draw()  # fixes the layout: widths on paper are known from here on
    for axis in axes:
        for container in axis.containers:
            for bar in container:
                _label_segment(figure, axis, bar)


def _label_segment(figure: Figure, axis: Axes, bar) -> None:
    if bar.get_width() <= 0:
        return
    hatched = bool(bar.get_hatch())
    dark = sum(bar.get_facecolor()[:3]) < 1.45 and not hatched
    text = axis.text(
        bar.get_x() + bar.get_width() / 2,
        bar.get_y() + bar.get_height() / 2,
        _short(bar.get_width()),
        ha="center",
        va="center",
        fontsize=7,
        color="white" if dark else INK,
    )
    if hatched:
        text.set_bbox({"facecolor": bar.get_facecolor(), "edgecolor": "none", "pad": 0.8})
    room = bar.get_window_extent(figure.canvas.get_renderer()).width
    needed = text.get_window_extent(figure.canvas.get_renderer()).width
    if needed * LABEL_MARGIN > room:
        text.remove()
