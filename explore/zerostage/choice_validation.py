"""best_cost beside the simulation: how kernels rank by estimated time, and what the choice costs.

Each problem runs on v4 with every flow and a sample of tiles, and with what best_cost takes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from zerostage import grid, simulator, stats
from zerostage.config import resolve
from zerostage.errors import RequestError, RunFailure
from zerostage.paths import ROOT
from zerostage.point import Simulations
from zerostage.program import ProgramCache
from zerostage.simulator import Request

CONFIGS = tuple(str(ROOT / "configs" / name) for name in ("demo.yaml", "accelerators/v4-16.yaml"))
BLOCK = 16  # v4's: tiles are made of them
LARGEST = 64
FLOWS = ("Ns", "As", "Bs", "Cs")
PROBLEMS = ((32, 32, 32), (64, 64, 64), (128, 64, 256), (49, 64, 256), (196, 64, 1152))
VARIANTS = {
    "staged": ("workload.copy=staged",),
    "staged, optimised": (
        "workload.copy=staged",
        "workload.coalesce=true",
        "workload.pipeline=true",
    ),
    "zero-copy": ("workload.copy=zero_copy",),
    "zero-copy, optimised": (
        "workload.copy=zero_copy",
        "workload.coalesce=true",
        "workload.pipeline=true",
    ),
}
# What best_cost takes may be slower than the best of the sample, by this much.
REGRET = 1.05


@dataclass(frozen=True)
class Case:
    """A problem and how its tiles travel."""

    sizes: tuple[int, int, int]
    variant: str

    @property
    def text(self) -> str:
        """As the table names it."""
        return f"{'x'.join(map(str, self.sizes))} {self.variant}"

    def overrides(self) -> list[str]:
        """Of the base configuration."""
        sizes = [f"workload.{name}={size}" for name, size in zip("mnk", self.sizes)]
        return [*sizes, *VARIANTS[self.variant]]


@dataclass(frozen=True)
class Kernel:
    """A flow and a tile of a case, with both times."""

    flow: str
    tile: str
    estimated_ns: float
    simulated_ns: float


Run = Callable[[Case, str, str], Kernel]


@dataclass(frozen=True)
class Ranked:
    """A case's sample, and which of it best_cost takes."""

    case: Case
    sample: Sequence[Kernel]
    chosen: Kernel

    def correlation(self) -> float:
        """Spearman's: of the order by estimate with that by simulation."""
        estimated = _ranks([kernel.estimated_ns for kernel in self.sample])
        simulated = _ranks([kernel.simulated_ns for kernel in self.sample])
        squares = sum((left - right) ** 2 for left, right in zip(estimated, simulated))
        count = len(self.sample)
        return 1 - 6 * squares / (count * (count**2 - 1))

    def regret(self) -> float:
        """Time of what is chosen, relative to the fastest of the sample."""
        return self.chosen.simulated_ns / min(kernel.simulated_ns for kernel in self.sample)

    def error(self) -> float:
        """Mean deviation of the estimates from the simulated times."""
        errors = [abs(one.estimated_ns / one.simulated_ns - 1) for one in self.sample]
        return sum(errors) / len(errors)


def _ranks(values: Sequence[float]) -> list[int]:
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0] * len(values)
    for rank, index in enumerate(order):
        ranks[index] = rank
    return ranks


def select(words: str | None) -> list[Case]:
    """The cases whose text has all of `words`."""
    cases = [Case(sizes, variant) for sizes in PROBLEMS for variant in VARIANTS]
    chosen = [case for case in cases if all(word in case.text for word in (words or "").split())]
    if not chosen:
        raise RequestError(f"no case has all of '{words}': as in '{cases[0].text}'")
    return chosen


def execute(cases: Sequence[Case], jobs: int, markdown: bool) -> int:
    """`zs validate choice`: 0 when no choice is slower than REGRET times the best."""
    programs, simulations = ProgramCache(), Simulations()

    def run(case: Case, flow: str, tile: str) -> Kernel:
        return _kernel(programs, simulations, case, flow, tile)

    with ThreadPoolExecutor(max_workers=jobs) as pool:
        try:
            ranked = [_rank(pool, run, case) for case in cases]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            simulations.abandon()
            raise
    print(render(ranked, markdown))
    off = [one.case.text for one in ranked if one.regret() > REGRET]
    print(f"\n{'MISSED' if off else 'holds '}  what best_cost takes is within {REGRET:g} times of")
    print("        the fastest" + (f" (not: {'; '.join(off)})" if off else ""))
    return 1 if off else 0


def render(ranked: Sequence[Ranked], markdown: bool) -> str:
    """A line a case."""
    header = ["", "kernels", "rank correlation", "best_cost takes", "regret", "mean error"]
    body = [
        [
            one.case.text,
            str(len(one.sample)),
            f"{one.correlation():.3f}",
            f"{one.chosen.flow} {one.chosen.tile}",
            f"{one.regret():.3f}",
            f"{one.error():.1%}",
        ]
        for one in ranked
    ]
    return grid.render([header, *body], markdown)


def _rank(pool: ThreadPoolExecutor, run: Run, case: Case) -> Ranked:
    taken = _chosen(case)
    sample = sorted({*_sample(case), taken})
    futures = {name: pool.submit(run, case, *name) for name in sample}
    kernels = {name: future.result() for name, future in futures.items()}
    return Ranked(case, list(kernels.values()), kernels[taken])


def _chosen(case: Case) -> tuple[str, str]:
    """Flow and tile that best_cost takes."""
    open_ends = ["workload.flow=best_cost", "workload.tile=best_cost"]
    config = resolve(Request(CONFIGS, [*case.overrides(), *open_ends]))
    return config["workload.flow"], config["workload.tile"]


def _sample(case: Case) -> Iterator[tuple[str, str]]:
    """Tiles of the smallest and the largest edges, and the cube between."""
    edges = [_edges(size) for size in case.sizes]
    tiles = {*itertools.product(*edges)}
    tiles.add(tuple(32 if 32 in _divisors(size) else BLOCK for size in case.sizes))
    for flow, tile in itertools.product(FLOWS, tiles):
        yield flow, "x".join(map(str, tile))


def _divisors(size: int) -> list[int]:
    """Edges up to LARGEST that divide a size once it is padded."""
    padded = -(-size // BLOCK) * BLOCK
    return [edge for edge in range(BLOCK, LARGEST + 1, BLOCK) if padded % edge == 0]


def _edges(size: int) -> set[int]:
    return {_divisors(size)[0], _divisors(size)[-1]}


def _kernel(
    programs: ProgramCache, simulations: Simulations, case: Case, flow: str, tile: str
) -> Kernel:
    request = Request(
        CONFIGS, [*case.overrides(), f"workload.flow={flow}", f"workload.tile={tile}"]
    )
    config = resolve(request)
    outcome = simulations.run_config(config, programs.program(config).path)
    if not outcome.ok or outcome.stats is None:
        raise RunFailure(f"{case.text}, {flow} {tile}: {outcome.error}")
    run = stats.read(outcome.stats, case.text, "stats.json")
    return Kernel(flow, tile, _estimate_ns(request), run.durations_ps["kernel"] / 1e3)


def _estimate_ns(request: Request) -> float:
    lines = simulator.call([*request.arguments(), "--estimate"], capture=True).splitlines()
    total = next(line for line in lines if line.startswith("total_ns:"))
    return float(total.split()[1])
