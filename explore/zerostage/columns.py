"""Results as columns: one name a measure, with the unit at the end of the name.

The measures of the kernel have bare names, those of the whole program begin with `program_`. Any
counter of stats.json can be had as well, by its own name: see counter_columns.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from zerostage import measures
from zerostage.config import Config
from zerostage.stats import Run

Value = int | float
_PS_PER_MS = 1e9
_FJ_PER_UJ = 1e9
_ENERGY = ("activate", "background", "read", "refresh", "write")


@dataclass(frozen=True)
class Column:
    """A measure of a run; smaller is better unless `maximise` says otherwise."""

    name: str
    description: str
    value: Callable[[Run, Config], Value | None]  # None: this run does not have it
    maximise: bool = False


def measure_columns() -> tuple[Column, ...]:
    """What every table of results has, in this order."""
    return (
        Column("time_ms", "kernel: time", lambda run, _: _ms(measures.duration_ps(run))),
        *(_phase(phase, words) for phase, words in measures.PHASES.items()),
        Column(
            "program_time_ms",
            "program: time",
            lambda run, _: _ms(measures.duration_ps(run, "program")),
        ),
        Column(
            "memory_bytes",
            "kernel: main memory data movement",
            lambda run, _: measures.moved_bytes(run),
        ),
        *(_traffic(traffic, words) for traffic, words in measures.TRAFFIC.items()),
        Column(
            "program_memory_bytes",
            "program: main memory data movement",
            lambda run, _: measures.moved_bytes(run, "program"),
        ),
        *(
            _transactions(link, words, direction)
            for link, words in measures.LINKS.items()
            for direction in ("read", "write")
        ),
        Column(
            "instructions_count",
            "kernel: instructions of the CPU",
            lambda run, _: run.value("cpu.instructions"),
        ),
        Column(
            "uncached_accesses_count",
            "kernel: uncached loads and stores of the CPU",
            lambda run, _: measures.uncached_accesses(run),
        ),
        Column("dram_energy_uj", "kernel: energy of the DRAM", lambda run, _: _dram_energy_uj(run)),
        Column(
            "utilisation_ratio",
            "kernel: share of the time in which the accelerator computes",
            lambda run, _: measures.utilisation(run),
            maximise=True,
        ),
        Column(
            "dma_region_bytes",
            "process: ranges of memory that the DMA read and wrote, lowest to highest address",
            lambda run, _: _dma_region_bytes(run),
        ),
        Column(
            "macs_per_cycle",
            "area proxy: multiply-accumulate units of the accelerator",
            lambda _, config: macs_per_cycle(config),
        ),
        Column(
            "buffer_words",
            "area proxy: words of the accelerator's buffers of A, B and C",
            lambda _, config: buffer_words(config),
        ),
    )


def measures_of(run: Run, config: Config) -> dict[str, Value]:
    """The measure columns of one run: those that it has."""
    values = {column.name: column.value(run, config) for column in measure_columns()}
    return {name: value for name, value in values.items() if value is not None}


def counter_columns(run: Run, patterns: Iterable[str]) -> dict[str, Value]:
    """Counters and derived figures that match a shell pattern: 'kernel.dma.mm2s.bytes [bytes]'.

    A pattern is of a counter's name ("dma.*": of the kernel), or begins with an interval.
    """
    found: dict[str, Value] = {}
    for pattern in patterns:
        interval, name = _interval_of(pattern)
        for counter in fnmatch.filter(run.counters, name):
            entry = run.counters[counter]
            found[f"{interval}.{counter} [{entry.unit}]"] = entry.values[interval]
        for figure in fnmatch.filter(run.derived, name):
            found[f"{interval}.{figure}"] = run.derived[figure][interval]
    return found


def macs_per_cycle(config: Config) -> int:
    """Multiply-accumulate units that the accelerator needs, as its configuration has them."""
    explicit = int(config["accelerator.macs_per_cycle"])
    rows, columns = config["accelerator.array_rows"], config["accelerator.array_columns"]
    size = int(config["accelerator.size"])
    if config["accelerator.compute"] == "ops_per_cycle":
        return explicit or min(size * size, 64)  # 0: AXI4MLIR's rows of 64 multipliers at most
    return int(rows or size) * int(columns or size)


def buffer_words(config: Config) -> int:
    """Words of on-chip memory for A, B and C: a tile each; v4: a buffer each."""
    if config["accelerator.version"] == "v4":
        each = int(config["accelerator.buffer_words"])
    else:
        each = int(config["accelerator.size"]) ** 2
    return 3 * each * (2 if config["accelerator.double_buffering"] else 1)


def _interval_of(pattern: str) -> tuple[str, str]:
    interval, _, rest = pattern.partition(".")
    return (interval, rest) if interval in ("kernel", "program", "process") else ("kernel", pattern)


def _phase(phase: str, words: str) -> Column:
    return Column(
        f"{phase}_ms", f"kernel: {words}", lambda run, _: _ms(measures.phase_ps(run, phase))
    )


def _traffic(traffic: str, words: str) -> Column:
    return Column(
        f"{traffic}_bytes",
        f"kernel: {words}, on the DRAM's data bus",
        lambda run, _: measures.traffic_bytes(run, traffic),
    )


def _transactions(link: str, words: str, direction: str) -> Column:
    return Column(
        f"{link}_{direction}_transactions",
        f"kernel: {direction}s, {words}",
        lambda run, _: measures.transactions(run, link, direction),
    )


def _ms(picoseconds: float) -> float:
    return picoseconds / _PS_PER_MS


def _dram_energy_uj(run: Run) -> float | None:
    """None for a DRAM whose preset has no currents."""
    if f"dram.energy.{_ENERGY[0]}" not in run.counters:
        return None
    return run.total(tuple(f"dram.energy.{part}" for part in _ENERGY)) / _FJ_PER_UJ


def _dma_region_bytes(run: Run) -> int:
    return run.total(("dma.mm2s.span_bytes", "dma.s2mm.span_bytes"), "process")


def flat(config: Config) -> dict[str, object]:
    """Dotted path and value of every parameter."""
    leaves: dict[str, object] = {}

    def walk(prefix: str, tree: Mapping[str, object]) -> None:
        for name, value in tree.items():
            if isinstance(value, dict):
                walk(f"{prefix}{name}.", value)
            else:
                leaves[prefix + name] = value

    walk("", config.tree)
    return leaves
