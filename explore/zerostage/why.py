"""Why two runs differ: the difference in time, split into terms that sum to it exactly.

The terms are those of the break-even of zero-copy: the copy that is gone, against what the host
pays for touching uncached memory, cache maintenance, further starts, padding. `RUN_A` is the
reference; a positive term makes RUN_B slower.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from zerostage import measures
from zerostage.compare import short_names
from zerostage.errors import RequestError
from zerostage.quantity import count, time_ps
from zerostage.stats import Run, load

INTERVALS = ("kernel", "program")
LARGE_REST = 0.05  # share of the reference from which an unexplained rest is called large
NEGLIGIBLE = 5e-5  # share of the reference: smaller terms are not printed
WIDTH = 100
WORD_BYTES = 4

COPIES = ("copy_in", "copy_out")
TRANSFERS = ("dma_setup", "wait_send", "wait_recv")
HOST = ("host_compute", "other", "alloc", "pack")  # where the program itself touches data


@dataclass(frozen=True)
class Term:
    """One term of a difference in time, B - A."""

    name: str
    ps: int
    meaning: str


@dataclass(frozen=True)
class Decomposition:
    """The terms of one interval; they sum to `after_ps` - `before_ps`."""

    interval: str
    before_ps: int
    after_ps: int
    terms: tuple[Term, ...]

    @property
    def difference_ps(self) -> int:
        """B - A."""
        return self.after_ps - self.before_ps

    def term(self, name: str) -> int:
        """A term's picoseconds."""
        return next(term.ps for term in self.terms if term.name == name)

    @property
    def rest_is_large(self) -> bool:
        """The part that no mechanism explains matters."""
        return abs(self.term("rest")) > LARGE_REST * self.before_ps


def decompose(before: Run, after: Run, interval: str = "kernel") -> Decomposition:
    """Split the difference between two runs."""

    def change(value: Callable[[Run, str], int]) -> int:
        return value(after, interval) - value(before, interval)

    streamed = change(_padding_ps), change(_streamed_ps)
    starts = _extra_starts_ps(before, after, interval)
    found = [
        Term("copy", change(_copies_ps), "staging copies into and out of the DMA buffer"),
        Term("packing", change(_packing_ps), "bringing matrices into the kernel's layout"),
        Term("uncached touches", change(_uncached_ps), "host code waiting for uncached memory"),
        Term("maintenance", change(_maintenance_ps), "cleaning and invalidating caches"),
        Term("extra starts", starts, "further transfers, at the reference's price of one"),
        Term("padding", streamed[0], "words that only fill tiles up, at a word a cycle"),
        Term("streamed words", streamed[1] - streamed[0], "other words, at a word a cycle"),
        Term(
            "overlap",
            change(_transfers_ps) - change(_streamed_ps) - starts,
            "a start's own price; negative: waits hidden behind other work",
        ),
        Term("host work", change(_host_work_ps), "accumulating, loops: the CPU in its caches"),
    ]
    total = after.durations_ps[interval] - before.durations_ps[interval]
    rest = total - sum(term.ps for term in found)
    return Decomposition(
        interval,
        before.durations_ps[interval],
        after.durations_ps[interval],
        (*found, Term("rest", rest, "everything else: allocation, start and end of the program")),
    )


def _phases_ps(run: Run, phases: tuple[str, ...], interval: str) -> int:
    return sum(measures.phase_ps(run, phase, interval) for phase in phases)


def _waited_ps(run: Run, phases: tuple[str, ...], interval: str) -> int:
    """Waits for uncached memory in some phases."""
    cycles = sum(run.value(f"phase.{phase}_uncached_cycles", interval) for phase in phases)
    all_cycles = run.value("cpu.cycles", interval)
    return cycles * run.durations_ps[interval] // all_cycles if all_cycles else 0


def _copies_ps(run: Run, interval: str) -> int:
    return _phases_ps(run, COPIES, interval)


def _packing_ps(run: Run, interval: str) -> int:
    return measures.phase_ps(run, "pack", interval) - _waited_ps(run, ("pack",), interval)


def _uncached_ps(run: Run, interval: str) -> int:
    return _waited_ps(run, HOST, interval)


def _maintenance_ps(run: Run, interval: str) -> int:
    return measures.phase_ps(run, "maintenance", interval)


def _transfers_ps(run: Run, interval: str) -> int:
    return _phases_ps(run, TRANSFERS, interval)


def _host_work_ps(run: Run, interval: str) -> int:
    phases = ("host_compute", "other") if interval == "kernel" else ("host_compute",)
    return _phases_ps(run, phases, interval) - _waited_ps(run, phases, interval)


def starts(run: Run, interval: str) -> int:
    """Transfers that the program started, both ways: each is a packet."""
    return run.total(("stream.mm2s.packets", "stream.s2mm.packets"), interval)


def _word_ps(run: Run, interval: str) -> float:
    """The accelerator's clock period; its cycles split all time exactly."""
    cycles = sum(
        run.value(name, interval) for name in run.counters if name.startswith("accel.cycles.")
    )
    return run.durations_ps[interval] / cycles if cycles else 0.0


def _streamed_ps(run: Run, interval: str) -> int:
    words = run.total(("stream.mm2s.words", "stream.s2mm.words"), interval)
    return round(words * _word_ps(run, interval))


def _padding_ps(run: Run, interval: str) -> int:
    padded = sum(measures.padding_bytes(run, way, interval) for way in ("in", "out"))
    return round(padded / WORD_BYTES * _word_ps(run, interval))


def _extra_starts_ps(before: Run, after: Run, interval: str) -> int:
    """Further starts at the price that one has in the reference, its words apart."""
    priced = before if starts(before, interval) else after
    number = starts(priced, interval)
    if number == 0:
        return 0
    price_ps = (_transfers_ps(priced, interval) - _streamed_ps(priced, interval)) / number
    return round((starts(after, interval) - starts(before, interval)) * price_ps)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `zs why`."""
    parser.add_argument("runs", nargs="+", metavar="RUN", help="two run directories: A, then B")
    parser.add_argument(
        "--interval", default="both", help="kernel, program or both (default: both)"
    )


def execute(arguments: argparse.Namespace) -> int:
    """`zs why`."""
    if len(arguments.runs) != 2:
        raise RequestError(f"why compares two run directories, not {len(arguments.runs)}")
    if arguments.interval not in (*INTERVALS, "both"):
        raise RequestError(f"--interval '{arguments.interval}': expected kernel, program or both")
    directories = [Path(run) for run in arguments.runs]
    _, labels = short_names(directories)
    before, after = (load(directory, label) for directory, label in zip(directories, labels))
    wanted = INTERVALS if arguments.interval == "both" else (arguments.interval,)
    parts = [report(before, after, decompose(before, after, interval)) for interval in wanted]
    print("\n\n".join(parts))
    for run in (before, after):
        if not run.ok:
            print(f"\nwarning: {run.label} is a failed run: {run.message}")
    return 0


def report(before: Run, after: Run, found: Decomposition) -> str:
    """The terms as a table, and what stands out in a sentence."""
    head = (
        f"{found.interval}: {after.label} {time_ps(found.after_ps)},"
        f" {before.label} {time_ps(found.before_ps)}: {_signed(found.difference_ps)}"
    )
    rows = [
        f"  {term.name:<16} {_signed(term.ps):>12} {_share(term.ps, found):>8}  {term.meaning}"
        for term in found.terms
        if abs(term.ps) > NEGLIGIBLE * found.before_ps
    ]
    if not rows:
        rows = ["  as good as equal"]
    numbers = (
        f"starts: {count(starts(before, found.interval))} before,"
        f" {count(starts(after, found.interval))} after; shares are of the reference's time"
    )
    lines = [head, *rows, textwrap.fill(f"  ({numbers})", WIDTH)]
    if found.rest_is_large:
        lines.append("  The rest is large: no term above explains it.")
    return "\n".join(lines)


def _signed(ps: int) -> str:
    return f"{'+' if ps >= 0 else '-'}{time_ps(abs(ps))}"


def _share(ps: int, found: Decomposition) -> str:
    return f"{100 * ps / found.before_ps:+.1f} %" if found.before_ps else ""
