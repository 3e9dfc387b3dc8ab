"""Measurements on a real PYNQ-Z2: the AXI4MLIR project's published rows, read from a folder."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from zerostage.errors import RequestError
from zerostage.paths import ROOT

ENVIRONMENT = "ZS_BOARD_REFERENCE"
BESIDE = ROOT.parent / "shared" / "board"

_COLUMNS = (
    "dim",
    "driver",
    "accel_version",
    "accel_size",
    "flow",
    "task_clock_ms",
    "l1d_accesses",
    "l1d_refills",
    "page_faults",
)


@dataclass(frozen=True)
class Kind:
    """What a file's generated drivers are: how they behave and how they copy."""

    name: str
    behaviour: str
    copy_style: str


# File: what its generated rows are. Manual and CPU-only rows need no more than their own columns.
FILES = {
    "matmul-memcpy.csv": Kind("generated", "axi4mlir-2023", "rowwise"),
    "matmul-elementwise.csv": Kind("elementwise", "axi4mlir-2023", "elementwise"),
    "matmul-one-send.csv": Kind("one-send", "axi4mlir-2022", "elementwise"),
}


@dataclass(frozen=True)
class Case:
    """What ran: a driver of some kind on an accelerator, C = A x B of dim x dim."""

    dim: int
    driver: str  # "cpu", "manual", or a Kind's name
    version: str  # "" for cpu, and so are size 0 and flow ""
    size: int
    flow: str

    @property
    def text(self) -> str:
        """A line's label."""
        parts = [self.driver, self.version, str(self.size) if self.size else "", self.flow]
        return " ".join(part for part in parts if part)


@dataclass(frozen=True)
class Measured:
    """`perf stat` over a whole process, kernel mode included."""

    case: Case
    kind: Kind
    time_ms: float  # task clock: CPU time
    l1d_accesses: int
    l1d_refills: int
    page_faults: int


def default_folder() -> Path | None:
    """Where the files are looked for: $ZS_BOARD_REFERENCE, then ../shared/board."""
    named = os.environ.get(ENVIRONMENT)
    if named:
        return Path(named)
    return BESIDE if BESIDE.is_dir() else None


def read(folder: Path | None) -> list[Measured]:
    """Every row of the folder's files, in the files' order."""
    folder = folder or default_folder()
    if folder is None:
        raise RequestError(
            "validate board needs the measurements, which are not part of this repository: "
            f"--reference DIR (or ${ENVIRONMENT}) names a folder with {', '.join(FILES)}"
        )
    missing = [name for name in FILES if not (folder / name).is_file()]
    if len(missing) == len(FILES):
        raise RequestError(f"'{folder}' holds none of {', '.join(FILES)}")
    return [
        row
        for name, kind in FILES.items()
        if name not in missing
        for row in _read_file(folder / name, kind)
    ]


def _read_file(path: Path, kind: Kind) -> list[Measured]:
    with path.open(newline="", encoding="utf-8") as text:
        reader = csv.DictReader(text)
        absent = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
        if absent:
            raise RequestError(f"{path}: no column {', '.join(absent)}")
        try:
            return [_measured(row, kind) for row in reader]
        except (ValueError, TypeError) as error:
            raise RequestError(f"{path}:{reader.line_num}: {error}") from None


def _measured(row: Mapping[str, str], kind: Kind) -> Measured:
    driver = kind.name if row["driver"] == "generated" else row["driver"]
    if driver not in ("cpu", "manual", kind.name):
        raise ValueError(f"driver '{driver}': expected generated, manual or cpu")
    return Measured(
        case=Case(
            int(row["dim"]), driver, row["accel_version"], int(row["accel_size"] or 0), row["flow"]
        ),
        kind=kind,
        time_ms=float(row["task_clock_ms"]),
        l1d_accesses=int(row["l1d_accesses"]),
        l1d_refills=int(row["l1d_refills"]),
        page_faults=int(row["page_faults"]),
    )
