"""Where a simulation's processor time goes: the program counter, sampled by Linux's perf.

A function belongs to the room of models/ that defines it, or its class; what the compiler made part
of its caller counts there. perf is no requirement: without it, or without the right to use it, there is no
profile.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zerostage.errors import RunFailure

SAMPLES_PER_SECOND = 5000
PERF = "perf"

GUEST = "guest instructions, translated"
TRANSLATOR = "dynarmic: translation, entry and exit"
KERNEL = "SystemC, TLM sockets"
HOST = "operating system, C library, loader"
REST = "other functions of the simulator"

# What the rooms of models/ are about, in the order of a report.
ROOMS = {
    "cpu": "CPU: loads and stores, TLB, L1 hits, time, phases",
    "cache": "caches: misses",
    "os": "system calls",
    "axi": "links, routers, streams",
    "dma": "DMA engine",
    "accel": "accelerator",
    "dram": "DRAM",
}
PARTS = (GUEST, TRANSLATOR, *ROOMS.values(), KERNEL, HOST, REST)

# What the compiler adds to the name of a function that it has split, cloned or moved.
_CLONE = re.compile(r"(\.(lto_priv|constprop|isra|part|cold)(\.\d+)*| \[clone [^]]*\])+$")
_SAMPLE = re.compile(r"^\s*[0-9a-f]+ (?P<symbol>.*) \((?P<binary>[^()]*(\([^()]*\))?)\)$")
_KERNEL_HEADERS = re.compile(r"\b(sc_core|tlm|tlm_utils)::")
_FUNCTION = re.compile(r"^(?:[a-z]\w* )[\w \*]*?\*?(\w+)\([^;]*$", re.MULTILINE)
_CLASS = re.compile(r"^\s*(?:class|struct) ([\w:]+)", re.MULTILINE)


@dataclass(frozen=True)
class Owners:
    """The part that each C function and each class of models/ belongs to."""

    functions: Mapping[str, str]
    classes: Mapping[str, str]

    def part(self, symbol: str) -> str:
        """The part of a function of the simulator, named as perf does it."""
        for name in re.findall(r"zs::(?:\(anonymous namespace\)::)?(\w+)", symbol):
            if name in self.classes:
                return self.classes[name]
        return self.functions.get(_CLONE.sub("", symbol), REST)


def owners(models: Path) -> Owners:
    """Read from the sources; what has its name in several rooms is nobody's."""
    functions: dict[str, str] = {}
    classes: dict[str, str] = {}
    for room, part in ROOMS.items():
        for path in sorted((models / room).iterdir()):
            text = path.read_text(encoding="utf-8") if path.suffix in (".c", ".cpp", ".h") else ""
            for names, found in ((functions, _FUNCTION), (classes, _CLASS)):
                for name in found.findall(text):
                    names[name] = part if names.get(name, part) == part else REST
    return Owners(functions, classes)


def available() -> bool:
    """Can this user sample a process here?"""
    if shutil.which(PERF) is None:
        return False
    with tempfile.TemporaryDirectory(prefix="zerostage-") as name:
        return _perf("record", "-q", "-o", f"{name}/data", "--", "true").returncode == 0


def sample(command: Sequence[str], known: Owners) -> Counter[str]:
    """Samples of a command, by part."""
    with tempfile.TemporaryDirectory(prefix="zerostage-") as name:
        data = f"{name}/data"
        rate = str(SAMPLES_PER_SECOND)
        recorded = _perf("record", "-q", "-e", "cpu-clock", "-F", rate, "-o", data, "--", *command)
        if recorded.returncode != 0:
            raise RunFailure(recorded.stderr or f"{PERF} record failed")
        return parts(_perf("script", "-i", data, "-F", "ip,sym,dso").stdout, known)


def parts(listing: str, known: Owners) -> Counter[str]:
    """Samples by part, from what `perf script -F ip,sym,dso` prints."""
    samples: Counter[str] = Counter()
    for line in listing.splitlines():
        match = _SAMPLE.match(line)
        if match is not None:
            samples[_part(match["symbol"], Path(match["binary"]).name, known)] += 1
    return samples


def _part(symbol: str, binary: str, known: Owners) -> str:
    if binary.startswith("perf-") or "JIT" in binary or binary.startswith("anon"):
        return GUEST
    if binary.startswith("libdynarmic"):
        return TRANSLATOR
    if binary.startswith("libsystemc"):
        return KERNEL
    if binary != "zs-sim":
        return HOST
    part = known.part(symbol)
    return KERNEL if part == REST and _KERNEL_HEADERS.search(symbol) else part


def _perf(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PERF, *arguments], capture_output=True, text=True, check=False)
