"""From a config to the kernel's C: the shipped file if it fits, otherwise made by accel-opt."""

from __future__ import annotations

import fcntl
import functools
import hashlib
import importlib.util
import os
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from zerostage.build import build, mlir_wanted
from zerostage.config import Config
from zerostage.errors import RequestError, RunFailure
from zerostage.paths import ACCEL_OPT, KERNELS, ROOT


def _load_variants() -> ModuleType:
    """compiler/variants.py: names and templates of kernels, shared with the compiler's build."""
    spec = importlib.util.spec_from_file_location("variants", ROOT / "compiler" / "variants.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["variants"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


if TYPE_CHECKING:
    import variants as variants  # an explicit re-export
else:
    variants = _load_variants()


def variant_of(config: Config) -> variants.Variant:
    """The kernel variant that a config asks for."""
    transfer = config["workload.transfer"]
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
            transfer=None if transfer == "none" else transfer,
            behaviour=config["workload.behaviour"],
            accumulate=config["workload.accumulate"],
            coalesce=config["workload.coalesce"],
            pipeline=config["workload.pipeline"],
            shape="" if config["workload.tile"] == "auto" else config["workload.tile"],
            cache_tile=""
            if config["workload.cache_tile"] == "none"
            else config["workload.cache_tile"],
            region_block=config["workload.region_block"],
            dynamic=config["workload.sizes"] == "dynamic",
            windows=windows_of(config),
        )
    except variants.VariantError as error:
        raise RequestError(f"no kernel for this config: {error}") from None


def windows_of(config: Config) -> variants.DmaWindows:
    """Where the config has the DMA's registers and buffers."""
    return variants.DmaWindows(
        dma_address=config["board.map.dma_base"],
        in_address=config["workload.dma_in_address"],
        in_bytes=config["workload.dma_in_bytes"],
        out_address=config["workload.dma_out_address"],
        out_bytes=config["workload.dma_out_bytes"],
    )


def kernel_source(config: Config) -> Path:
    """C of the kernel that a config asks for, or its object file."""
    variant = variant_of(config)
    template = _template(config, variant)
    if config["workload.emit"] == "obj":
        require_accel_opt("workload.emit: obj needs MLIR 22")
        return _generate(variant, template, "obj")
    shipped = variants.SHIPPED_DIRECTORY / variant.file_name
    is_plain = variant.windows == variants.DmaWindows() and template == variant.template
    if is_plain and shipped.is_file():
        return shipped
    what = variant.name if is_plain else f"{variant.name} for this template and memory map"
    require_accel_opt(f"mlir-out/ holds no {what}, and making it needs MLIR 22")
    return _generate(variant, template, "c")


def require_accel_opt(otherwise: str) -> None:
    """Build accel-opt, which is not built before somebody needs it."""
    if not mlir_wanted():
        raise RequestError(f"{otherwise}, {_why_no_mlir()}")
    _build_accel_opt()


@functools.cache
def _build_accel_opt() -> None:
    """Once a command: looking whether it is up to date takes longer than compiling a kernel."""
    build("release", "accel-opt")


def _template(config: Config, variant: variants.Variant) -> Path:
    """workload.kernel: from where the user is, or from the repository; auto: the one that ships."""
    if config["workload.kernel"] == "auto":
        return variant.template
    named = Path(config["workload.kernel"])
    for path in (named, ROOT / named):
        if path.is_file():
            return path.resolve()
    raise RequestError(f"workload.kernel is '{named}': no such file")


def _why_no_mlir() -> str:
    if os.environ.get("ZS_NO_MLIR") == "1":
        return "which is switched off: leave out --without-mlir (or ZS_NO_MLIR=1)"
    return "which is not installed: apt-get install libmlir-22-dev mlir-22-tools llvm-22-dev"


def _generate(variant: variants.Variant, template: Path, emit: str) -> Path:
    """What accel-opt made, found again as long as template, options and accel-opt are the same."""
    text = variant.mlir(template)
    tool = ACCEL_OPT.stat()
    inputs = f"{text}\n{variant.pipeline_options()}\n{tool.st_mtime_ns} {tool.st_size}"
    directory = KERNELS / hashlib.sha256(inputs.encode()).hexdigest()[:16]
    directory.mkdir(parents=True, exist_ok=True)
    output = directory / (variant.name + {"c": ".c", "obj": ".o"}[emit])
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not output.exists():
            _run_accel_opt(variant, text, emit, output)
    return output


def _run_accel_opt(variant: variants.Variant, text: str, emit: str, output: Path) -> None:
    """The output appears whole or not at all."""
    source = output.with_name(variant.mlir_name)
    source.write_text(text, encoding="utf-8")
    unfinished = output.with_suffix(".unfinished")
    command = variant.command(ACCEL_OPT, source, unfinished, emit)
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise RunFailure(f"{done.stderr}this failed: {shlex.join(command)}")
    sys.stderr.write(done.stderr)
    os.replace(unfinished, output)
