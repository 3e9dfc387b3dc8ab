"""From a config to the kernel's C: the shipped file if it fits, otherwise made by accel-opt."""

from __future__ import annotations

import fcntl
import importlib.util
import os
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

from zerostage.build import mlir_wanted
from zerostage.config import Config
from zerostage.errors import RequestError, RunFailure
from zerostage.paths import ACCEL_OPT, KERNELS, ROOT

INSTALL_HINT = "apt-get install libmlir-22-dev mlir-22-tools llvm-22-dev llvm-22-tools"


def _load_variants() -> ModuleType:
    """compiler/variants.py: names and templates of kernels, shared with the compiler's own build."""
    spec = importlib.util.spec_from_file_location("variants", ROOT / "compiler" / "variants.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["variants"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


variants = _load_variants()


def variant_of(config: Config) -> variants.Variant:
    """The kernel variant that a config asks for."""
    zero_copy = config["workload.copy"] == "zero_copy"
    try:
        return variants.Variant(
            m=config["workload.m"],
            n=config["workload.n"],
            k=config["workload.k"],
            element=config["workload.type"],
            accelerator=config["accelerator.version"],
            tile=config["accelerator.size"],
            flow=config["workload.flow"],
            copy=config["workload.copy"],
            transfer=config["workload.transfer"] if zero_copy else None,
            windows=windows_of(config),
        )
    except variants.VariantError as error:
        raise RequestError(f"no kernel for this config: {error}") from None


def windows_of(config: Config) -> variants.DmaWindows:
    """Where the config has the DMA's registers and buffers."""
    return variants.DmaWindows(
        dma_address=config["board.map.dma_base"],
        in_address=config["board.map.dma_in_base"],
        in_bytes=config["board.map.dma_in_bytes"],
        out_address=config["board.map.dma_out_base"],
        out_bytes=config["board.map.dma_out_bytes"],
    )


def kernel_source(variant: variants.Variant) -> Path:
    """C of a variant."""
    shipped = variants.SHIPPED_DIRECTORY / variant.file_name
    if shipped.is_file() and variant.windows == variants.DmaWindows():
        return shipped
    if not (mlir_wanted() and ACCEL_OPT.exists()):
        raise RequestError(
            f"mlir-out/ holds no kernel {variant.name} for this memory map, and making it needs"
            f" MLIR 22, which is {_why_no_mlir()}"
        )
    return _generate(variant)


def _why_no_mlir() -> str:
    if os.environ.get("ZS_NO_MLIR") == "1":
        return "switched off: leave out --without-mlir (or ZS_NO_MLIR=1)"
    return f"not installed: {INSTALL_HINT}"


def _generate(variant: variants.Variant) -> Path:
    KERNELS.mkdir(parents=True, exist_ok=True)
    output = KERNELS / variant.file_name
    with (KERNELS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        source = KERNELS / variant.mlir_name
        source.write_text(variant.mlir(), encoding="utf-8")
        command = variant.command(ACCEL_OPT, source, output)
        if subprocess.run(command, check=False).returncode != 0:
            raise RunFailure(f"this failed: {shlex.join(command)}")
    return output
