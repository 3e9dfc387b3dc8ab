"""From C to the ELF that the board runs: cross-compiled once, then found by what went into it.

Below build/programs: one object a distinct source and flags, one ELF a distinct set of objects.
Several threads and several commands may ask at once: a lock a file, and files appear whole.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from zerostage.config import Config
from zerostage.errors import RequestError, RunFailure
from zerostage.kernel import kernel_source, windows_of
from zerostage.paths import HOST, PROGRAMS, ROOT

# By suffix: what comes behind the target's name.
COMPILERS = {".c": "gcc", ".cpp": "g++"}
# By board.cpu.isa.
TARGETS = {"armv7": "arm-linux-gnueabihf", "aarch64": "aarch64-linux-gnu"}
ELF_MAGIC = b"\x7fELF"
HARNESS = HOST / "programs" / "matmul_harness.c"
SIZES = HOST / "programs" / "host_size.c"  # for a kernel of dynamic sizes
_HASH_DIGITS = 16
# In AXI4MLIR the CPU adds partial results up in the kernel's own, generated code.
KERNEL_CODE = frozenset({"accumulate.c"})


@dataclass(frozen=True)
class Program:
    """An ELF, and the name of what it was made from: of a kernel, or of the user's file."""

    name: str
    path: Path
    sha256: str


@dataclass(frozen=True)
class Unit:
    """One source file and its compiler flags."""

    source: Path
    target: str
    flags: tuple[str, ...]

    @property
    def compiler(self) -> str:
        """The cross compiler."""
        return _compiler(self.target, self.source.suffix)

    def command(self, stage: str) -> list[str]:
        """To preprocess ("-E") or compile ("-c") it, without an output file."""
        return [self.compiler, *self.flags, stage, str(self.source)]


class ProgramCache:
    """Programs for configs. What one command has once looked at, it takes to stay as it is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._unit_locks: dict[object, threading.Lock] = {}
        self._known: dict[object, Path] = {}
        self._hashes: dict[Path, str] = {}

    def program(self, config: Config, user_program: Path | None = None) -> Program:
        """The program that a config asks for; `user_program` takes the place of the config's."""
        if user_program is None and config["workload.program"] != "harness":
            user_program = _program_of_config(config["workload.program"])
        if user_program is not None:
            return self._described(user_program.stem, self._from_user(user_program, config))
        kernel = kernel_source(config)
        style = "-elementwise" if config["workload.copy_style"] == "elementwise" else ""
        route = "-obj" if config["workload.emit"] == "obj" else ""
        name = kernel.stem + style + route
        sizes = [SIZES] if config["workload.sizes"] == "dynamic" else []
        return self.linked(name, [kernel, HARNESS, *sizes], config)

    def linked(self, name: str, sources: Sequence[Path], config: Config) -> Program:
        """A program of these sources and the runtime, with a config's flags and definitions."""
        return self._described(name, self._linked(name, sources, config))

    def _described(self, name: str, path: Path) -> Program:
        if path not in self._hashes:
            self._hashes[path] = sha256_of(path)
        return Program(name, path, self._hashes[path])

    def _from_user(self, path: Path, config: Config) -> Path:
        """A driver of the user's; an ELF is taken as it is."""
        if not path.is_file():
            raise RequestError(f"program '{path}': no such file")
        if path.suffix in COMPILERS:
            return self._linked(path.stem, [path.resolve()], config)
        with path.open("rb") as file:
            if file.read(len(ELF_MAGIC)) == ELF_MAGIC:
                return path
        raise RequestError(
            f"program '{path}': expected C (.c), C++ (.cpp) or a static ARM ELF executable"
        )

    def _linked(self, stem: str, sources: Sequence[Path], config: Config) -> Path:
        units = tuple(_units(sources, config))
        return self._once((stem, units), lambda: self._link(stem, units))

    def _link(self, stem: str, units: Sequence[Unit]) -> Path:
        objects = [self._once(unit, functools.partial(_compiled, unit)) for unit in units]
        is_cpp = any(unit.source.suffix == ".cpp" for unit in units)
        linker = _compiler(units[0].target, ".cpp" if is_cpp else ".c")
        digest = hashlib.sha256("\0".join(path.name for path in objects).encode())
        elf = PROGRAMS / f"{stem}-{digest.hexdigest()[:_HASH_DIGITS]}.elf"

        def make(unfinished: Path) -> None:
            _output([linker, "-static", "-o", str(unfinished), *map(str, objects), "-lm"])

        _made_once(elf, make)
        return elf

    def _once(self, key: object, make: Callable[[], Path]) -> Path:
        """make(), by whichever thread comes first."""
        with self._lock:
            lock = self._unit_locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._known:
                self._known[key] = make()
            return self._known[key]


def sha256_of(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _program_of_config(name: str) -> Path:
    """workload.program: from where the user is, or from the repository."""
    path = Path(name)
    return path if path.is_file() else ROOT / path


def _units(sources: Sequence[Path], config: Config) -> list[Unit]:
    definitions = _definitions(config)
    includes = (f"-I{HOST / 'include'}",)
    target = TARGETS[config["board.cpu.isa"]]
    machine = config["board.cpu.cflags"]
    program_flags = (*machine, *config["workload.cflags"], *definitions, *includes)
    runtime_flags = (
        *machine,
        *config["workload.runtime_cflags"],
        *_runtime_choices(config),
        *includes,
    )
    runtime = sorted((HOST / "runtime").glob("*.c"))
    return [Unit(source, target, program_flags) for source in sources] + [
        Unit(source, target, program_flags if source.name in KERNEL_CODE else runtime_flags)
        for source in runtime
    ]


def _runtime_choices(config: Config) -> tuple[str, ...]:
    """What the DMA runtime is compiled to do."""
    choices = {
        "-DZS_DMA_WAIT_INTERRUPT": config["workload.dma_wait"] == "interrupt",
        "-DZS_COPY_ELEMENTWISE": config["workload.copy_style"] == "elementwise",
        "-DZS_DMA_UDMABUF": config["dma.buffers"] == "udmabuf",
        "-DZS_DMA_SYNC_AFTER_START": config["dma.maintenance"] == "after_start",
        "-DZS_DMA_SYNC_NEVER": config["dma.maintenance"] == "never",
    }
    mapping = f"-DZS_DMA_MAPPING=DMA_MAPPING_{str(config['dma.mapping']).upper()}"
    return (mapping, *(flag for flag, chosen in choices.items() if chosen))


def _definitions(config: Config) -> tuple[str, ...]:
    """The problem and the memory map, for drivers that include problem.h."""
    windows = windows_of(config)
    values = {
        "ZS_M": config["workload.m"],
        "ZS_N": config["workload.n"],
        "ZS_K": config["workload.k"],
        "ZS_TILE": config["accelerator.size"],
        **_tile_shape(config),
        "ZS_HOST_WRITES": config["workload.host_writes"],
        "ZS_HOST_READS": config["workload.host_reads"],
        "ZS_DMA_ADDRESS": f"{windows.dma_address:#x}U",
        "ZS_DMA_IN_ADDRESS": f"{windows.in_address:#x}U",
        "ZS_DMA_IN_BYTES": f"{windows.in_bytes}U",
        "ZS_DMA_OUT_ADDRESS": f"{windows.out_address:#x}U",
        "ZS_DMA_OUT_BYTES": f"{windows.out_bytes}U",
    }
    definitions = tuple(f"-D{name}={value}" for name, value in values.items())
    choices = {
        "-DZS_TYPE_F32": config["workload.type"] == "f32",
        "-DZS_TYPE_I8": config["workload.type"] == "i8",
        f"-DZS_HOST_READ_{config['workload.host_read_style'].upper()}": (
            config["workload.host_reads"] > 0
        ),
        "-DZS_POST_PROCESS": config["workload.post_process"] != "none",
    }
    return definitions + tuple(flag for flag, chosen in choices.items() if chosen)


def _tile_shape(config: Config) -> dict[str, str]:
    """v4's, where it is not its size."""
    if config["workload.tile"] == "auto":
        return {}
    return dict(zip(("ZS_TILE_M", "ZS_TILE_N", "ZS_TILE_K"), config["workload.tile"].split("x")))


def _compiled(unit: Unit) -> Path:
    """The unit's object, named by what decides it: compiler, flags, and preprocessed source."""
    if unit.source.suffix == ".o":
        return _copied(unit.source)
    digest = hashlib.sha256(_version(unit.compiler))
    told_by_source = ("-D", "-I")  # these show in the preprocessed source, where they matter
    flags = [word for word in unit.command("-c") if not word.startswith(told_by_source)]
    digest.update("\0".join(flags).encode())
    digest.update(_output(unit.command("-E")))
    target = PROGRAMS / "objects" / f"{unit.source.stem}-{digest.hexdigest()[:_HASH_DIGITS]}.o"

    def make(unfinished: Path) -> None:
        _output([*unit.command("-c"), "-o", str(unfinished)])

    _made_once(target, make)
    return target


def _copied(source: Path) -> Path:
    """An object file, named by what is in it."""
    name = f"{source.stem}-{sha256_of(source)[:_HASH_DIGITS]}.o"
    target = PROGRAMS / "objects" / name

    def make(unfinished: Path) -> None:
        shutil.copyfile(source, unfinished)

    _made_once(target, make)
    return target


def _compiler(target: str, suffix: str) -> str:
    return f"{target}-{COMPILERS[suffix]}"


@functools.cache
def _version(compiler: str) -> bytes:
    return _output([compiler, "--version"])


def _made_once(path: Path, make: Callable[[Path], None]) -> None:
    """make(path), unless the file is there; it appears whole or not at all."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path):
        if not path.exists():
            unfinished = path.with_suffix(".unfinished")
            make(unfinished)
            os.replace(unfinished, path)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Alone among all processes and threads that make this file."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _output(command: list[str]) -> bytes:
    """Run a compiler; warnings go to the user, errors into the failure."""
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        raise RunFailure(f"{command[0]} is not installed") from None
    said = done.stderr.decode(errors="replace")
    if done.returncode != 0:
        raise RunFailure(f"{said}this failed: {shlex.join(command)}")
    sys.stderr.write(said)
    return done.stdout
