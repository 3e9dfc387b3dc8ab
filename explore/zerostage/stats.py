"""A run's counters, read back from its stats.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zerostage.errors import RequestError

INTERVALS = ("kernel", "program", "process")


@dataclass(frozen=True)
class Counter:
    """One counter over each interval."""

    name: str
    unit: str
    description: str
    values: dict[str, int]


@dataclass(frozen=True)
class Audit:
    """How many identities were looked at, and which of them do not hold."""

    identities: int
    failed: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """One finished run. Times are in picoseconds."""

    source: str  # what a message about it names
    label: str
    durations_ps: dict[str, int]
    counters: dict[str, Counter]
    derived: dict[str, dict[str, float]]
    audit: Audit
    ok: bool
    message: str

    def value(self, name: str, interval: str = "kernel") -> int:
        """A counter's value; a name that the run does not have is a mistake of ours."""
        if name not in self.counters:
            raise RequestError(
                f"{self.source} has no counter '{name}':"
                " it was written by another version; run it again"
            )
        return self.counters[name].values[interval]

    def figure(self, name: str, interval: str = "kernel") -> float:
        """A figure that the simulator derived from counters: a ratio or a rate."""
        return self.derived[name][interval]

    def total(self, names: tuple[str, ...], interval: str = "kernel") -> int:
        """Sum of several counters."""
        return sum(self.value(name, interval) for name in names)


def load(directory: Path, label: str | None = None) -> Run:
    """Read a run directory."""
    path = directory / "stats.json"
    if not path.is_file():
        found = "is there, but holds no stats.json" if directory.is_dir() else "does not exist"
        raise RequestError(f"'{directory}' is not a run directory: it {found}")
    try:
        return read(path.read_text(encoding="utf-8"), label or directory.resolve().name, str(path))
    except UnicodeDecodeError as error:
        raise RequestError(f"'{path}' is not a stats.json of a run: {error!r}") from None


def read(text: str, label: str, source: str) -> Run:
    """The run behind the text of a stats.json; messages about it name `source`."""
    try:
        return _run(source, label, json.loads(text))
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise RequestError(f"'{source}' is not a stats.json of a run: {error!r}") from None


def _run(source: str, label: str, document: dict[str, Any]) -> Run:
    counters = {
        entry["name"]: Counter(
            entry["name"],
            entry["unit"],
            entry["description"],
            {interval: entry[interval] for interval in INTERVALS},
        )
        for entry in document["counters"]
    }
    derived = {
        entry["name"]: {interval: entry[interval] for interval in INTERVALS}
        for entry in document["derived"]
    }
    audit = document["audit"]
    return Run(
        source=source,
        label=label,
        durations_ps={name: document["intervals"][name]["duration_ps"] for name in INTERVALS},
        counters=counters,
        derived=derived,
        audit=Audit(len(audit), tuple(entry["name"] for entry in audit if not entry["ok"])),
        ok=document["status"] == "ok",
        message=document["message"],
    )
