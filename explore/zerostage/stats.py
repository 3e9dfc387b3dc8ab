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

    directory: Path
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
                f"{self.directory / 'stats.json'} has no counter '{name}':"
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
        document = json.loads(path.read_text(encoding="utf-8"))
        return _run(directory, label or directory.resolve().name, document)
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        raise RequestError(f"'{path}' is not a stats.json of a run: {error!r}") from None


def _run(directory: Path, label: str, document: dict[str, Any]) -> Run:
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
        directory=directory,
        label=label,
        durations_ps={name: document["intervals"][name]["duration_ps"] for name in INTERVALS},
        counters=counters,
        derived=derived,
        audit=Audit(len(audit), tuple(entry["name"] for entry in audit if not entry["ok"])),
        ok=document["status"] == "ok",
        message=document["message"],
    )
