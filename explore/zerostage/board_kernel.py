"""A generated kernel compiled the way the measured ones were: by MLIR's own lowering, without -O.

The C of accel-opt is for reading; AXI4MLIR's kernels went through upstream MLIR and LLVM. That shows
in what was measured: indices of 64 bits on a 32-bit CPU, the sum of partial results in line, and a
descriptor's place taken from the stack where it is needed, in the innermost loop, and never given
back: 48 bytes a tile, 16 a literal, which are the page faults that the board counted.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

from zerostage.config import Config
from zerostage.errors import RunFailure
from zerostage.kernel import require_accel_opt, variant_of, variants
from zerostage.paths import ACCEL_OPT, KERNELS

INDEX_64 = "-DZS_INDEX_64"  # for the runtime, whose descriptors must be the kernel's
STACK_BYTES = 200_000_000  # 524,288 iterations of 160 bytes are not the largest

_TOOLS = ("mlir-opt-22", "mlir-translate-22", "llc-22")
_PASSES = (
    "--convert-linalg-to-loops --expand-strided-metadata --lower-affine --convert-scf-to-cf"
    " --convert-cf-to-llvm --convert-arith-to-llvm --finalize-memref-to-llvm --convert-func-to-llvm"
    " --reconcile-unrealized-casts"
)
_TARGET = "-O0 -mtriple=armv7-linux-gnueabihf -mattr=+neon -float-abi=hard -filetype=obj"
_ACCUMULATE = re.compile(r"^( *)accel\.accumulate (\S+) into (\S+) : (.*?) into (.*)$", re.M)
_ATTRIBUTES = re.compile(r"( attributes)? \{accel\.[^}]*\}")
_SUM = """linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
    iterator_types = ["parallel", "parallel"]} ins(%s : %s) outs(%s : %s) {
  ^bb0(%%add: i32, %%sum: i32):
    %%more = arith.addi %%add, %%sum : i32
    linalg.yield %%more : i32
}"""


def missing_tools() -> list[str]:
    """Upstream's tools that are not installed."""
    return [tool for tool in _TOOLS if shutil.which(tool) is None]


def kernel_object(config: Config) -> Path:
    """Object file of the kernel that a config asks for."""
    require_accel_opt("the generated drivers need MLIR 22")
    variant = variant_of(config)
    text = variant.mlir()
    tool = ACCEL_OPT.stat()
    inputs = (
        f"{text}\n{variant.pipeline_options()}\n{tool.st_mtime_ns}\n{_PASSES}\n{_TARGET}\n{_SUM}"
    )
    directory = KERNELS / f"upstream-{hashlib.sha256(inputs.encode()).hexdigest()[:16]}"
    directory.mkdir(parents=True, exist_ok=True)
    output = directory / f"{variant.name}.o"
    if not output.exists():
        unfinished = output.with_suffix(f".{os.getpid()}.unfinished")
        _compile(variant, text, unfinished)
        os.replace(unfinished, output)
    return output


def _compile(variant: variants.Variant, text: str, output: Path) -> None:
    pipeline = f"--accel-pipeline={variant.pipeline_options()}"
    lowered = _piped([str(ACCEL_OPT), "-", pipeline], text)
    llvm = _piped(["mlir-opt-22", *_PASSES.split()], _upstream(lowered))
    assembly = _piped(["mlir-translate-22", "--mlir-to-llvmir"], llvm)
    _piped(["llc-22", *_TARGET.split(), "-o", str(output)], assembly)


def _upstream(lowered: str) -> str:
    """What accel-opt has lowered, with nothing left of its own dialect."""

    def sum_of(match: re.Match[str]) -> str:
        _, add, to, add_type, to_type = match.groups()
        return _SUM % (add, add_type, to, to_type)

    return _ATTRIBUTES.sub("", _ACCUMULATE.sub(sum_of, lowered))


def _piped(command: list[str], text: str) -> str:
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RunFailure(f"{done.stderr}this failed: {shlex.join(command)}")
    return done.stdout
