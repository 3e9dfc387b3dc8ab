"""From C to the ELF that the board runs: cross-compiled once, then found by what went into it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from zerostage.config import Config
from zerostage.errors import RequestError, RunFailure
from zerostage.kernel import windows_of
from zerostage.paths import HOST, PROGRAMS

COMPILERS = {".c": "arm-linux-gnueabihf-gcc", ".cpp": "arm-linux-gnueabihf-g++"}
ELF_MAGIC = b"\x7fELF"
HARNESS = HOST / "programs" / "matmul_harness.c"


@dataclass(frozen=True)
class Unit:
    """One source file and its compiler flags."""

    source: Path
    flags: tuple[str, ...]

    def command(self, stage: str) -> list[str]:
        """To preprocess ("-E") or compile ("-c") it, without an output file."""
        return [COMPILERS[self.source.suffix], *self.flags, stage, str(self.source)]


def program_from_kernel(kernel: Path, config: Config) -> Path:
    """ELF of a generated kernel: with the harness and the DMA runtime."""
    return _build(kernel.stem, [kernel, HARNESS], config)


def program_from_user(path: Path, config: Config) -> Path:
    """ELF of a user's driver; an ELF is taken as it is."""
    if not path.is_file():
        raise RequestError(f"program '{path}': no such file")
    if path.suffix in COMPILERS:
        return _build(path.stem, [path.resolve()], config)
    with path.open("rb") as file:
        if file.read(len(ELF_MAGIC)) == ELF_MAGIC:
            return path
    raise RequestError(
        f"program '{path}': expected C (.c), C++ (.cpp) or a static ARM ELF executable"
    )


def _build(stem: str, sources: Sequence[Path], config: Config) -> Path:
    units = _units(sources, config)
    PROGRAMS.mkdir(parents=True, exist_ok=True)
    elf = PROGRAMS / f"{stem}-{_fingerprint(units)}.elf"
    with (PROGRAMS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not elf.exists():
            _compile_and_link(units, elf)
    return elf


def _units(sources: Sequence[Path], config: Config) -> list[Unit]:
    definitions = _definitions(config)
    includes = (f"-I{HOST / 'include'}",)
    program_flags = (*config["workload.cflags"], *definitions, *includes)
    runtime_flags = (*config["workload.runtime_cflags"], *_runtime_choices(config), *includes)
    runtime = sorted((HOST / "runtime").glob("*.c"))
    return [Unit(source, program_flags) for source in sources] + [
        Unit(source, runtime_flags) for source in runtime
    ]


def _runtime_choices(config: Config) -> tuple[str, ...]:
    """What the DMA runtime is compiled to do."""
    choices = {
        "-DZS_DMA_WAIT_INTERRUPT": config["workload.dma_wait"] == "interrupt",
        "-DZS_COPY_ELEMENTWISE": config["workload.copy_style"] == "elementwise",
    }
    return tuple(flag for flag, chosen in choices.items() if chosen)


def _definitions(config: Config) -> tuple[str, ...]:
    """The problem and the memory map, for drivers that include problem.h."""
    windows = windows_of(config)
    values = {
        "ZS_M": config["workload.m"],
        "ZS_N": config["workload.n"],
        "ZS_K": config["workload.k"],
        "ZS_TILE": config["accelerator.size"],
        "ZS_DMA_ADDRESS": f"{windows.dma_address:#x}U",
        "ZS_DMA_IN_ADDRESS": f"{windows.in_address:#x}U",
        "ZS_DMA_IN_BYTES": f"{windows.in_bytes}U",
        "ZS_DMA_OUT_ADDRESS": f"{windows.out_address:#x}U",
        "ZS_DMA_OUT_BYTES": f"{windows.out_bytes}U",
    }
    definitions = tuple(f"-D{name}={value}" for name, value in values.items())
    return definitions + (("-DZS_TYPE_F32",) if config["workload.type"] == "f32" else ())


def _fingerprint(units: Sequence[Unit]) -> str:
    """Hash of everything that decides the ELF: compilers, flags, and preprocessed sources."""
    digest = hashlib.sha256()
    for compiler in sorted({COMPILERS[unit.source.suffix] for unit in units}):
        digest.update(_output([compiler, "--version"]))
    for unit in units:
        digest.update("\0".join(unit.command("-c")).encode())
        digest.update(_output(unit.command("-E")))
    return digest.hexdigest()[:16]


def _compile_and_link(units: Sequence[Unit], elf: Path) -> None:
    """Objects first: the units have different flags. The ELF appears whole or not at all."""
    objects = []
    try:
        for number, unit in enumerate(units):
            target = elf.with_name(f"{elf.stem}.{number}.o")
            objects.append(target)
            _output([*unit.command("-c"), "-o", str(target)])
        is_cpp = any(unit.source.suffix == ".cpp" for unit in units)
        linker = COMPILERS[".cpp" if is_cpp else ".c"]
        unfinished = elf.with_suffix(".unfinished")
        _output([linker, "-static", "-o", str(unfinished), *map(str, objects), "-lm"])
        os.replace(unfinished, elf)
    finally:
        for target in objects:
            target.unlink(missing_ok=True)


def _output(command: list[str]) -> bytes:
    """Run a compiler; its diagnostics go to the user."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    except FileNotFoundError:
        raise RunFailure(f"{command[0]} is not installed") from None
    if done.returncode != 0:
        raise RunFailure(f"this failed: {shlex.join(command)}")
    return done.stdout
