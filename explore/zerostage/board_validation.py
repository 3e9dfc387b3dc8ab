"""The simulated board beside the real one: errors row by row, and what has to hold.

Measured is `perf stat` over a whole process: creation, dynamic linking, DMA set-up, allocation,
initialisation, the kernel once, release, exit. Simulated is the same of a static program, less the
check of the result, which the measured programs do not make. What a process costs before it
reaches main(), the same for each row, is not simulated: FLOOR is added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from zerostage import grid
from zerostage.board_reference import Measured
from zerostage.board_runs import Simulated

SMALLEST_HELD = 64  # rows below are shown, and held to nothing
MEAN_TIME = 0.03
WORST_TIME = 0.08
MEAN_ACCESSES = 0.05
TELLABLE = 0.01  # flows whose measured times differ by less have no order
L1D_ACCESSES = ("cpu.loads", "cpu.stores", "os.accesses")


@dataclass(frozen=True)
class Floor:
    """An empty process on the board."""

    time_ms: float
    l1d_accesses: int
    l1d_refills: int


# Time: README of the measurements. Accesses and refills: the smallest process that was measured
# without multiplexing its counters (one-send, v1, size 16, 32 x 32 x 32), less what is simulated.
FLOOR = Floor(time_ms=14.5, l1d_accesses=1_830_000, l1d_refills=49_000)


@dataclass(frozen=True)
class Row:
    """One row with what the model says of it."""

    measured: Measured
    simulated: Simulated

    @property
    def time_ms(self) -> float:
        return self.simulated.time_ms + FLOOR.time_ms

    @property
    def l1d_accesses(self) -> int:
        return sum(map(self.simulated.__getitem__, L1D_ACCESSES)) + FLOOR.l1d_accesses

    @property
    def l1d_refills(self) -> int:
        return self.simulated["l1d.refills"] + FLOOR.l1d_refills

    @property
    def time_error(self) -> float:
        return self.time_ms / self.measured.time_ms - 1

    @property
    def accesses_error(self) -> float:
        return self.l1d_accesses / self.measured.l1d_accesses - 1

    @property
    def refills_error(self) -> float:
        return self.l1d_refills / self.measured.l1d_refills - 1

    @property
    def is_calibration(self) -> bool:
        """CPU-only and v1 rows are what the board's values were taken from."""
        return self.measured.case.driver == "cpu" or self.measured.case.version == "v1"


@dataclass(frozen=True)
class Verdict:
    """A statement, and whether it holds."""

    text: str
    holds: bool


def _mean(values: Iterable[float]) -> float:
    listed = [abs(value) for value in values]
    return sum(listed) / len(listed) if listed else 0.0


def _worst(values: Iterable[float]) -> float:
    return max((abs(value) for value in values), default=0.0)


def verdicts(rows: Sequence[Row]) -> list[Verdict]:
    """The targets, over all rows that are large enough."""
    held = [row for row in rows if row.measured.case.dim >= SMALLEST_HELD]
    time = [row.time_error for row in held]
    accesses = _mean(row.accesses_error for row in held)
    return [
        Verdict(
            f"time: mean error {_mean(time):.1%} (at most {MEAN_TIME:.0%})",
            _mean(time) <= MEAN_TIME,
        ),
        Verdict(
            f"time: worst error {_worst(time):.1%} (at most {WORST_TIME:.0%})",
            _worst(time) <= WORST_TIME,
        ),
        Verdict(
            f"L1D accesses: mean error {accesses:.1%} (at most {MEAN_ACCESSES:.0%})",
            accesses <= MEAN_ACCESSES,
        ),
        _order(held, "order of the flows", _same_but_flow),
        _order(held, "nothing stationary, v1 against v2", _same_but_version),
        _order(held, "generated against manual", _generated_and_manual),
    ]


def _same_but_flow(first: Row, second: Row) -> bool:
    a, b = first.measured.case, second.measured.case
    return a.flow != b.flow and (
        (a.dim, a.driver, a.version, a.size) == (b.dim, b.driver, b.version, b.size)
    )


def _same_but_version(first: Row, second: Row) -> bool:
    a, b = first.measured.case, second.measured.case
    return a.version != b.version and (
        (a.dim, a.driver, a.flow, a.size) == (b.dim, b.driver, b.flow, b.size)
    )


def _generated_and_manual(first: Row, second: Row) -> bool:
    a, b = first.measured.case, second.measured.case
    return {a.driver, b.driver} == {"generated", "manual"} and (
        (a.dim, a.version, a.size, a.flow) == (b.dim, b.version, b.size, b.flow)
    )


def _order(rows: Sequence[Row], what: str, compared: Callable[[Row, Row], bool]) -> Verdict:
    """Pairs of rows whose measured times differ: which of the two is faster."""
    pairs = [
        (first, second)
        for first, second in combinations(rows, 2)
        if compared(first, second)
        and abs(first.measured.time_ms / second.measured.time_ms - 1) >= TELLABLE
    ]
    wrong = [pair for pair in pairs if not _agree(*pair)]
    text = f"{what}: {len(pairs) - len(wrong)} of {len(pairs)} pairs"
    if wrong:
        text += (
            " (wrong: "
            + "; ".join(
                f"{a.measured.case.dim} {a.measured.case.text} / {b.measured.case.text}"
                for a, b in wrong[:4]
            )
            + ("; ..." if len(wrong) > 4 else "")
            + ")"
        )
    return Verdict(text, not wrong)


def _agree(first: Row, second: Row) -> bool:
    return (first.measured.time_ms < second.measured.time_ms) == (first.time_ms < second.time_ms)


def render(rows: Sequence[Row], absent: Sequence[Measured], markdown: bool) -> str:
    """Each row, means by group, and the verdicts."""
    sections = [_table(rows, markdown), _means(rows, markdown)]
    if absent:
        kinds = sorted({f"{row.case.driver} {row.case.version} {row.case.flow}" for row in absent})
        sections.append(f"not run, {len(absent)} rows, no such driver here: {', '.join(kinds)}")
    sections.append(
        "\n".join(
            f"{'holds ' if verdict.holds else 'MISSED'}  {verdict.text}"
            for verdict in verdicts(rows)
        )
    )
    return "\n\n".join(sections)


def _table(rows: Sequence[Row], markdown: bool) -> str:
    header = [
        "driver",
        "dim",
        "ms, board",
        "ms, model",
        "error",
        "L1D acc., board",
        "model",
        "error",
        "L1D refills, board",
        "model",
        "error",
    ]
    body = [
        [
            row.measured.case.text,
            f"{row.measured.case.dim}",
            f"{row.measured.time_ms:,.1f}",
            f"{row.time_ms:,.1f}",
            f"{row.time_error:+.1%}",
            f"{row.measured.l1d_accesses:,}",
            f"{row.l1d_accesses:,}",
            f"{row.accesses_error:+.1%}",
            f"{row.measured.l1d_refills:,}",
            f"{row.l1d_refills:,}",
            f"{row.refills_error:+.0%}",
        ]
        for row in rows
    ]
    return grid.render([header, *body], markdown)


def _means(rows: Sequence[Row], markdown: bool) -> str:
    held = [row for row in rows if row.measured.case.dim >= SMALLEST_HELD]
    groups: list[tuple[str, list[Row]]] = [
        ("calibrated on: CPU-only, v1", [row for row in held if row.is_calibration]),
        ("predicted", [row for row in held if not row.is_calibration]),
    ]
    drivers = dict.fromkeys(row.measured.case.driver for row in held)
    groups += [
        (f"  {driver}", [row for row in held if row.measured.case.driver == driver])
        for driver in drivers
    ]
    groups.append(("all", held))
    header = [
        f"mean error, dim >= {SMALLEST_HELD}",
        "rows",
        "time",
        "worst",
        "L1D acc.",
        "L1D refills",
    ]
    body = [
        [
            name,
            str(len(group)),
            f"{_mean(row.time_error for row in group):.1%}",
            f"{_worst(row.time_error for row in group):.1%}",
            f"{_mean(row.accesses_error for row in group):.1%}",
            f"{_mean(row.refills_error for row in group):.0%}",
        ]
        for name, group in groups
        if group
    ]
    return grid.render([header, *body], markdown)
