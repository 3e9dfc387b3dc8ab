"""What a comparison says, in sentences: each one follows from the counters, none is canned."""

from __future__ import annotations

from collections.abc import Callable

from zerostage import measures
from zerostage.measures import TRAFFIC
from zerostage.quantity import count, size_bytes, time_ps
from zerostage.stats import Run

SAME = 0.01  # relative differences up to here are called equal
NOTABLE = 0.25  # share of a change from which its cause is named


def sentences(reference: Run, other: Run) -> list[str]:
    """The verdict on `other`, measured against `reference`."""
    return [
        _kernel_time(reference, other),
        _program_time(reference, other),
        _movement(reference, other),
    ]


def _relation(value: float, reference: float, less: str, more: str) -> str:
    """'1.50x faster', '2.00x slower' or 'as good as equal'."""
    if reference == 0 or value == 0:
        return "not comparable"
    if abs(value / reference - 1) <= SAME:
        return "as good as equal"
    if value < reference:
        return f"{reference / value:.2f}x {less}"
    return f"{value / reference:.2f}x {more}"


def _kernel_time(reference: Run, other: Run) -> str:
    before, after = measures.duration_ps(reference), measures.duration_ps(other)
    text = (
        f"Kernel: {other.label} takes {time_ps(after)}, {reference.label} {time_ps(before)}:"
        f" {_relation(after, before, 'faster', 'slower')}"
    )
    changes = {
        words: measures.phase_ps(other, phase) - measures.phase_ps(reference, phase)
        for phase, words in measures.PHASES.items()
    }
    text += _largest_changes(changes, before, time_ps)
    return text + _waiting(reference, other, after - before) + "."


def _waiting(reference: Run, other: Run, change_ps: int) -> str:
    """Waiting for reads that no cache serves, where that is a good part of the change."""
    more = measures.uncached_wait_ps(other) - measures.uncached_wait_ps(reference)
    if abs(more) < NOTABLE * abs(change_ps) or abs(more) <= SAME * measures.duration_ps(reference):
        return ""
    direction = "more" if more > 0 else "less"
    return f"; the CPU waits {time_ps(abs(more))} {direction} for uncached reads"


def _largest_changes(
    changes: dict[str, int], whole: int, text: Callable[[float], str], most: int = 3
) -> str:
    """' (copy in -1.2 ms, ...)': the few changes that matter beside `whole`, largest first."""
    ordered = sorted(changes.items(), key=lambda change: -abs(change[1]))
    kept = [(name, change) for name, change in ordered[:most] if abs(change) > SAME * whole]
    if not kept:
        return ""
    words = (f"{name} {'+' if change > 0 else '-'}{text(abs(change))}" for name, change in kept)
    return f" ({', '.join(words)})"


def _program_time(reference: Run, other: Run) -> str:
    before = measures.duration_ps(reference, "program")
    after = measures.duration_ps(other, "program")
    text = (
        f"Whole program: {time_ps(after)} against {time_ps(before)}:"
        f" {_relation(after, before, 'faster', 'slower')}"
    )
    kernel_change = measures.duration_ps(other) - measures.duration_ps(reference)
    outside_change = (after - before) - kernel_change
    if abs(outside_change) <= SAME * before:
        return text + "; outside of the kernel they are equal."
    direction = "more" if outside_change > 0 else "less"
    text += f"; outside of the kernel it needs {time_ps(abs(outside_change))} {direction}"
    return text + _uncached_outside(reference, other) + "."


def _uncached_outside(reference: Run, other: Run) -> str:
    """Which uncached accesses came or went where the program fills and reads its matrices."""
    before, after = (
        measures.uncached_accesses(run, "program") - measures.uncached_accesses(run)
        for run in (reference, other)
    )
    if before == after:
        return ""
    return f", with {count(after)} uncached CPU accesses there instead of {count(before)}"


def _movement(reference: Run, other: Run) -> str:
    before, after = measures.moved_bytes(reference), measures.moved_bytes(other)
    text = (
        f"Main memory data movement in the kernel: {size_bytes(after)} against"
        f" {size_bytes(before)}"
    )
    if before:
        text += f" ({after / before:.2f}x)"
    reasons = _traffic_changes(reference, other, max(before, after))
    return f"{text}: {reasons}." if reasons else f"{text}."


def _traffic_changes(reference: Run, other: Run, whole: int) -> str:
    """Which classes of bytes went away, shrank, grew, appeared or stayed, small ones left out."""
    groups: dict[str, list[str]] = {}
    for traffic, words in TRAFFIC.items():
        before = measures.traffic_bytes(reference, traffic)
        after = measures.traffic_bytes(other, traffic)
        if max(before, after) > SAME * whole:
            verb, amount = _change(before, after, SAME * whole)
            groups.setdefault(verb, []).append(f"{words} ({amount})")
    verbs = ("went away", "shrank", "grew", "appeared", "stayed")
    return "; ".join(f"{_list(groups[verb])} {verb}" for verb in verbs if verb in groups)


def _change(before: int, after: int, small: float) -> tuple[str, str]:
    if abs(after - before) <= small:
        return "stayed", size_bytes(after)
    if after <= small:
        rest = f", all but {size_bytes(after)}" if after else ""
        return "went away", size_bytes(before) + rest
    if before <= small:
        return "appeared", size_bytes(after)
    verb = "shrank" if after < before else "grew"
    return verb, f"{size_bytes(before)} to {size_bytes(after)}"


def _list(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
