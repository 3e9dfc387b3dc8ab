"""Zerostage from Python: what the staging copy costs, and what zero-copy buys, as numbers.

    import zerostage

    result = zerostage.run("configs/demo.yaml", {"workload.flow": "Ns"})
    result.value("cpu.instructions")        # a counter, over the kernel
    result.measures()["time_ms"]            # what tables of results have

    frame = zerostage.sweep("configs/sweeps/size-flow-copy.yaml")   # a pandas DataFrame
    zerostage.pareto(frame, ["time_ms", "macs_per_cycle"])

The names below are loaded when they are first used: pandas takes most of a second.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zerostage.analysis import pareto, sensitivity
    from zerostage.api import Result, results, run, search, sweep

_HOMES = {
    "Result": "zerostage.api",
    "pareto": "zerostage.analysis",
    "results": "zerostage.api",
    "run": "zerostage.api",
    "search": "zerostage.api",
    "sensitivity": "zerostage.analysis",
    "sweep": "zerostage.api",
}
__all__ = ["Result", "pareto", "results", "run", "search", "sensitivity", "sweep"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'zerostage' has no attribute '{name}'")
