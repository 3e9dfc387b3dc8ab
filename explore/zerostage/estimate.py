"""What a sweep would be: how many points, how long, the first and the last ones. Runs a sample."""

from __future__ import annotations

import time

from zerostage.errors import RunFailure
from zerostage.expansion import SweepPoint, describe, expand
from zerostage.point import Simulations
from zerostage.program import ProgramCache
from zerostage.progress import duration
from zerostage.quantity import digits
from zerostage.sweep_file import SweepFile

_ENDS = 3  # points shown of either end


def dry_run(file: SweepFile, jobs: int, timeout_s: float | None) -> str:
    """The whole text of --dry-run. Simulates the first, the middle and the last point; stores
    nothing."""
    expansion = expand(file)
    points = expansion.points
    lines = [
        f"{file.name}: {len(points)} points"
        f" ({expansion.filtered} left out by filters, {expansion.skipped} skipped)"
    ]
    samples = [
        _sample(points[at], timeout_s) for at in sorted({0, len(points) // 2, len(points) - 1})
    ]
    mean = sum(samples) / len(samples)
    lines.append(
        f"estimated time: {duration(mean * len(points) / jobs)} with -j{jobs}, from"
        f" {len(samples)} points that took {', '.join(f'{digits(s)} s' for s in samples)}"
    )
    shown = [*range(len(points))]
    if len(points) > 2 * _ENDS:
        shown = [*shown[:_ENDS], *shown[-_ENDS:]]
    for previous, number in zip([-1, *shown], shown):
        if number != previous + 1:
            lines.append("  ...")
        lines.append(f"  {number}: {describe(file.axes, points[number].choices)}")
    return "\n".join(lines)


def _sample(point: SweepPoint, timeout_s: float | None) -> float:
    """Seconds that a point takes, its compilation apart."""
    program = ProgramCache().program(point.config)
    start = time.monotonic()
    outcome = Simulations().run_config(point.config, program.path, timeout_s)
    if not outcome.ok and outcome.status != "timeout":
        raise RunFailure(f"a sample failed: {outcome.error}")
    return time.monotonic() - start
