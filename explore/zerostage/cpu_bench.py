"""Guest instructions a second with all timing on, beside the same program under dynarmic alone.

Each figure is the median of paired runs, one right after the other, less the same with a small
problem, which takes off start-up and translation of the code. Seconds are CPU time, so that other
work on the machine counts little. Where they go is sampled, in runs of their own.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from zerostage import cpu_profile, stats
from zerostage.build import build
from zerostage.config import Config
from zerostage.errors import RunFailure
from zerostage.paths import BUILD, HOST, ROOT, SIMULATOR
from zerostage.point import Simulations
from zerostage.program import ProgramCache
from zerostage.run_command import prepare
from zerostage.simulator import Request

PLAIN = BUILD / "release" / "bin" / "zs-cpu-plain"
PAIRS = 3
SAMPLED_RUNS = 5
SIZES = (32, 128)  # shipped kernels
MIPS_TARGET = 100
RATIO_TARGET = 1 / 3


@dataclass(frozen=True)
class Workload:
    """What is timed, and what its speed shows."""

    name: str
    overrides: tuple[str, ...] = ()


WORKLOADS = (
    Workload("v3 8x8, Cs, staged"),
    Workload(
        "the same, no phases watched",
        tuple(
            f"phases.{phase}=[]"
            for phase in (
                "copy_in copy_out dma_setup wait_send wait_recv alloc host_compute".split()
            )
        ),
    ),
    Workload(
        "CPU alone: no calls, no bus",
        (f"workload.program={json.dumps(str(HOST / 'programs' / 'cpu_matmul.c'))}",),
    ),
)


# Whose processor time is shown by part: a name, the workload, the problem's size.
PROFILES = (
    ("harness", WORKLOADS[0], SIZES[-1]),
    ("its start-up", WORKLOADS[0], SIZES[0]),
    ("CPU alone", WORKLOADS[-1], SIZES[-1]),
)


@dataclass(frozen=True)
class Cost:
    """Guest instructions, and the CPU seconds for them."""

    instructions: int
    seconds: float

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.instructions - other.instructions, self.seconds - other.seconds)

    @property
    def mips(self) -> float:
        """Million instructions a second."""
        return self.instructions / self.seconds / 1e6


def execute() -> int:
    """`zs bench cpu`: 0 when both targets hold for the first workload."""
    build("release", "zs-sim", "zs-cpu-plain")
    print(f"{'128x128x128 int32':<30} {'timed':>12} {'dynarmic alone':>16} {'ratio':>8}")
    results = [_measure(workload) for workload in WORKLOADS]
    for workload, (timed, plain) in zip(WORKLOADS, results):
        print(
            f"{workload.name:<30} {timed:>7.0f} MIPS {plain:>11.0f} MIPS {timed / plain:>8.2f}",
            flush=True,
        )
    timed, plain = results[0]
    holds = timed >= MIPS_TARGET and timed / plain >= RATIO_TARGET
    print(
        f"{'holds' if holds else 'MISSED'}  at least {MIPS_TARGET} MIPS and {RATIO_TARGET:.2f} of"
        " dynarmic's speed with all timing on"
    )
    _show_profiles()
    return 0 if holds else 1


def _show_profiles() -> None:
    """Processor time by part; start-up is a run of the small problem."""
    if not cpu_profile.available():
        print("\nwhere the time goes: not shown, Linux's perf is not installed or not permitted")
        return
    known = cpu_profile.owners(ROOT / "models")
    programs = ProgramCache()
    profiles = [_profile(*_point(which, size, programs), known) for _, which, size in PROFILES]
    print(f"\n{'where a run goes, ms of CPU time':<52}", *(f"{name:>13}" for name, *_ in PROFILES))
    for part in cpu_profile.PARTS:
        print(f"  {part:<50}", *(f"{profile[part]:>13.1f}" for profile in profiles))
    print(f"  {'all':<50}", *(f"{sum(profile.values()):>13.1f}" for profile in profiles))


def _profile(config: Config, program: Path, known: cpu_profile.Owners) -> dict[str, float]:
    """Milliseconds a run, by part."""
    samples: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="zerostage-") as name:
        file = Path(name) / "config.json"
        file.write_text(config.canonical(), encoding="utf-8")
        for run in range(SAMPLED_RUNS):
            out = str(Path(name) / str(run))
            command = [str(SIMULATOR), str(file), "--program", str(program), "--out", out]
            samples += cpu_profile.sample(command, known)
    ms = 1000 / (cpu_profile.SAMPLES_PER_SECOND * SAMPLED_RUNS)
    return {part: samples[part] * ms for part in cpu_profile.PARTS}


def _measure(workload: Workload) -> tuple[float, float]:
    """MIPS with timing and without."""
    programs = ProgramCache()
    points = [_point(workload, size, programs) for size in SIZES]
    pairs = [(_difference(points, _timed), _difference(points, _plain)) for _ in range(PAIRS)]
    return (
        statistics.median(timed.mips for timed, _ in pairs),
        statistics.median(plain.mips for _, plain in pairs),
    )


def _point(workload: Workload, size: int, programs: ProgramCache) -> tuple[Config, Path]:
    """The config and the program of a workload at a size."""
    sizes = [f"workload.{key}={size}" for key in "mnk"]
    request = Request([str(ROOT / "configs" / "demo.yaml")], [*sizes, *workload.overrides])
    prepared = prepare(request, None, programs)
    return prepared.config, prepared.program.path


def _difference(points: Sequence[tuple[Config, Path]], run: Callable[[Config, Path], Cost]) -> Cost:
    small, large = (run(*point) for point in points)
    return large - small


def _timed(config: Config, program: Path) -> Cost:
    before = _cpu_seconds()
    outcome = Simulations().run_config(config, program)
    if not outcome.ok or outcome.stats is None:
        raise RunFailure(outcome.error)
    run = stats.read(outcome.stats, program.stem, program.stem)
    return Cost(run.value("cpu.instructions", "process"), _cpu_seconds() - before)


def _plain(_: Config, program: Path) -> Cost:
    done = subprocess.run([str(PLAIN), str(program)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RunFailure(done.stderr or f"{PLAIN.name} ended with status {done.returncode}")
    answer = json.loads(done.stdout)
    return Cost(answer["instructions"], answer["seconds"])


def _cpu_seconds() -> float:
    """Of all processes that were started and have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
