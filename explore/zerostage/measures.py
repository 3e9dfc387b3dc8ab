"""What a comparison shows: names of counters, put in order and in words.

The one place in Python that knows counters by name; tables, sentences and figures all use it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from zerostage import quantity
from zerostage.stats import Run

# Phases are exclusive and sum to any interval.
PHASES = {
    "copy_in": "copy in",
    "copy_out": "copy out",
    "pack": "pack",
    "dma_setup": "DMA set-up",
    "wait_send": "wait for send",
    "wait_recv": "wait for receive",
    "maintenance": "cache maintenance",
    "alloc": "allocate, release",
    "host_compute": "host compute",
    "other": "other",
}

# Classes of bytes on the DRAM data bus: initiator and direction.
TRAFFIC = {
    "cpu_fill": "CPU cache fills",
    "cpu_writeback": "CPU write-backs",
    "cpu_uncached_read": "CPU uncached reads",
    "cpu_uncached_write": "CPU uncached writes",
    "dma_read": "DMA reads",
    "dma_write": "DMA writes",
    "dma_descriptor": "DMA descriptors",
}

# Where those bytes lie.
BUFFERS = {
    "input": "DMA input buffer",
    "output": "DMA output buffer",
    "elsewhere": "heap, stack, code",
}

DMA_PORTS = {f"hp{i}": f"DMA to DRAM (HP{i})" for i in range(4)} | {"acp": "DMA to caches (ACP)"}
LINKS = {"cpu_ddr": "CPU to DRAM", "gp0": "CPU to DMA registers (GP0)", **DMA_PORTS}


def duration_ps(run: Run, interval: str = "kernel") -> int:
    """Length of an interval."""
    return run.durations_ps[interval]


def phase_ps(run: Run, phase: str, interval: str = "kernel") -> int:
    """Time of one phase."""
    return run.value(f"phase.{phase}_ps", interval)


def traffic_bytes(run: Run, traffic: str, interval: str = "kernel") -> int:
    """Bytes of one class on the DRAM data bus."""
    return run.value(f"dram.bytes.{traffic}", interval)


def moved_bytes(run: Run, interval: str = "kernel") -> int:
    """Main memory data movement: every byte on the DRAM data bus."""
    return sum(traffic_bytes(run, traffic, interval) for traffic in TRAFFIC)


def buffer_bytes(run: Run, buffer: str, interval: str = "kernel") -> int:
    """Bytes on the DRAM data bus of one buffer."""
    return run.total(tuple(f"dram.buffer.{buffer}.{name}" for name in TRAFFIC), interval)


def transactions(run: Run, link: str, direction: str, interval: str = "kernel") -> int:
    """AXI transactions on a link; none on a port that the run's board does not use."""
    name = f"link.{link}.{direction}.transactions"
    if link in DMA_PORTS and name not in run.counters:
        return 0
    return run.value(name, interval)


def uncached_accesses(run: Run, interval: str = "kernel") -> int:
    """Loads and stores of the CPU that no cache may serve, device registers apart."""
    return run.total(("cpu.uncached_reads", "cpu.uncached_writes"), interval)


def cached_accesses(run: Run, interval: str = "kernel") -> int:
    """Loads and stores of the CPU that the L1 data cache takes."""
    return run.total(("l1d.reads", "l1d.writes"), interval)


def register_accesses(run: Run, interval: str = "kernel") -> int:
    """Loads and stores of the CPU that go to device registers."""
    return run.total(("cpu.mmio_reads", "cpu.mmio_writes"), interval)


def uncached_wait_ps(run: Run, interval: str = "kernel") -> float:
    """Time that the CPU waits for reads of memory that no cache serves."""
    cycles = run.value("cpu.cycles", interval)
    waits = run.value("cpu.stall.uncached_read_cycles", interval)
    return waits * duration_ps(run, interval) / cycles if cycles else 0.0


def padding_bytes(run: Run, direction: str, interval: str = "kernel") -> float:
    """Bytes on a stream, "in" or "out" of the accelerator, that only fill tiles up; of a program
    whose tiles are not known, none."""
    name = f"padding.bytes_{direction}"
    return run.figure(name, interval) if name in run.derived else 0.0


def utilisation(run: Run, interval: str = "kernel") -> float:
    """Share of an interval in which the accelerator computes."""
    return run.figure("accelerator.utilisation", interval)


@dataclass(frozen=True)
class Row:
    """One line of the table; `quiet` rows disappear when all runs have zero."""

    label: str
    value: Callable[[Run], float]
    text: Callable[[float], str]
    quiet: bool = True
    has_ratio: bool = True


@dataclass(frozen=True)
class Section:
    """A headed group of rows."""

    title: str
    rows: tuple[Row, ...]


def sections() -> tuple[Section, ...]:
    """The whole comparison, top to bottom."""
    return (_time(), _movement("kernel"), _movement("program"), _bus(), _cpu(), _accelerator())


def _time() -> Section:
    phases = (
        Row(f"  {words}", functools.partial(phase_ps, phase=name), quantity.time_ps)
        for name, words in PHASES.items()
    )
    return Section(
        "time",
        (
            Row("kernel", duration_ps, quantity.time_ps, quiet=False),
            *phases,
            Row("program", lambda run: duration_ps(run, "program"), quantity.time_ps, quiet=False),
        ),
    )


def _movement(interval: str) -> Section:
    classes = (
        Row(
            f"  {words}",
            functools.partial(traffic_bytes, traffic=name, interval=interval),
            quantity.size_bytes,
        )
        for name, words in TRAFFIC.items()
    )
    total = Row("all", lambda run: moved_bytes(run, interval), quantity.size_bytes, quiet=False)
    return Section(f"main memory data movement, {interval}", (total, *classes))


def _bus() -> Section:
    rows = (
        Row(
            f"{words}, {direction}s",
            functools.partial(transactions, link=link, direction=direction),
            quantity.count,
        )
        for link, words in LINKS.items()
        for direction in ("read", "write")
    )
    return Section("bus transactions, kernel", tuple(rows))


def _cpu() -> Section:
    return Section(
        "CPU",
        (
            Row("instructions, kernel", lambda run: run.value("cpu.instructions"), quantity.count),
            Row("cached accesses, kernel", cached_accesses, quantity.count),
            Row("uncached accesses, kernel", uncached_accesses, quantity.count),
            Row(
                "uncached accesses, program",
                lambda run: uncached_accesses(run, "program"),
                quantity.count,
            ),
            Row("register accesses, kernel", register_accesses, quantity.count),
            Row("waits for uncached reads, kernel", uncached_wait_ps, quantity.time_ps),
            Row("system calls, kernel", lambda run: run.value("os.syscalls"), quantity.count),
        ),
    )


def _accelerator() -> Section:
    return Section(
        "accelerator",
        (
            Row("utilisation, kernel", utilisation, quantity.percent, quiet=False),
            Row(
                "padding sent, kernel",
                lambda run: padding_bytes(run, "in"),
                quantity.size_bytes,
            ),
            Row(
                "padding received, kernel",
                lambda run: padding_bytes(run, "out"),
                quantity.size_bytes,
            ),
        ),
    )
