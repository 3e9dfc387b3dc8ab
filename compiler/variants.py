"""Kernel variants: their names, their MLIR text, and the accel-opt command that compiles them.

A variant is one choice of problem, accelerator, dataflow and way of moving the data. Its name is
its file name in mlir-out/, without the suffix:

    matmul-<M>x<N>x<K>-<type>-v<version>-<size>-<Flow>-<copy>[-<transfer>][-2022]
        [-accumulate_cpu][-coalesce][-pipeline][-cache_<M>x<N>x<K>[,<M>x<N>x<K>]]
        [-region_<M>x<N>x<K>]

The size of v4 is the shape of its tiles, <M>x<N>x<K>. A kernel for matrices of any size, known at
run time only, is matmul-dynamic-<type>-...
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

ELEMENTS = ("i32", "f32", "i8")  # of A and B; i8 has an i32 result
ACCELERATORS = ("v1", "v2", "v3", "v4")
FLOWS = ("Ns", "As", "Bs", "Cs")
COPIES = ("staged", "zero_copy", "zero_copy_inputs", "zero_copy_outputs")
TRANSFERS = ("packed", "rows", "sg", "2d")
EMITS = ("c", "obj")
BEHAVIOURS = ("axi4mlir-2023", "axi4mlir-2022")
ACCUMULATES = ("auto", "cpu", "accelerator")

_ROOT = Path(__file__).resolve().parent.parent
KERNEL_TEMPLATE = _ROOT / "kernels" / "matmul.mlir.in"
DYNAMIC_TEMPLATE = _ROOT / "kernels" / "matmul-dynamic.mlir.in"
SHIPPED_DIRECTORY = _ROOT / "mlir-out"
SHIPPED_LIST = SHIPPED_DIRECTORY / "variants.txt"

_RESULT = {"i32": "i32", "f32": "f32", "i8": "i32"}
_ZERO = {"i32": "0", "f32": "0.0"}
_NAME = re.compile(
    r"matmul-(?:(?P<m>\d+)x(?P<n>\d+)x(?P<k>\d+)|dynamic)-(?P<element>\w+)-(?P<accelerator>v\d+)"
    r"-(?P<tile>\d+)(?P<shape>x\d+x\d+)?"
    r"-(?P<flow>[A-Z]s)-(?P<copy>staged|zero_copy\w*)"
    r"(?:-(?P<transfer>(?!accumulate_|coalesce|pipeline|cache_|region_)[a-z]\w*|2d))?"
    r"(?P<is_2022>-2022)?(?P<on_cpu>-accumulate_cpu)?(?P<coalesce>-coalesce)?"
    r"(?P<pipeline>-pipeline)?(?:-cache_(?P<cache_tile>[\dx,]+))?"
    r"(?:-region_(?P<region_block>\d+x\d+x\d+))?"
)


class VariantError(ValueError):
    """A variant that cannot be: the message says which value is wrong and what was expected."""


def _require_member(what: str, value: str | None, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise VariantError(f"{what} is '{value}': expected one of {', '.join(allowed)}")


@dataclass(frozen=True)
class DmaWindows:
    """Physical addresses and sizes (bytes) that the generated dma_init call names."""

    dma_address: int = 0x40400000
    in_address: int = 0x16000000
    in_bytes: int = 4194304
    out_address: int = 0x16400000
    out_bytes: int = 4194304

    def options(self) -> str:
        return (
            f"dma-address=0x{self.dma_address:08x}"
            f" dma-in-address=0x{self.in_address:08x} dma-in-bytes={self.in_bytes}"
            f" dma-out-address=0x{self.out_address:08x} dma-out-bytes={self.out_bytes}"
        )


@dataclass(frozen=True)
class Variant:
    """One way to compile one matmul: C[MxN] = A[MxK] x B[KxN] on an accelerator of tile x tile.

    A tile need not divide the sizes. The sizes of a dynamic kernel are those of a run; 0: of any.
    """

    m: int
    n: int
    k: int
    element: str
    accelerator: str
    tile: int
    flow: str
    copy: str
    transfer: str | None = None
    behaviour: str = BEHAVIOURS[0]
    accumulate: str = ACCUMULATES[0]
    coalesce: bool = False  # opcodes and tiles that travel together are one transfer
    pipeline: bool = False  # copies, transfers and products of neighbouring tiles overlap
    shape: str = ""  # of v4's tiles, "16x32x64"; empty: tile, cubed
    cache_tile: str = ""  # blocks for the caches, as accel-opt takes them
    region_block: str = ""  # what the DMA regions hold at a time, or none; empty: what fits
    dynamic: bool = False  # the kernel is for matrices of any size
    windows: DmaWindows = field(default_factory=DmaWindows)

    def __post_init__(self) -> None:
        _require_member("element type", self.element, ELEMENTS)
        _require_member("accelerator", self.accelerator, ACCELERATORS)
        _require_member("flow", self.flow, FLOWS)
        _require_member("copy", self.copy, COPIES)
        self._check_transfer()
        _require_member("behaviour", self.behaviour, BEHAVIOURS)
        if self._is_2022 and (self.accelerator, self.copy) != ("v1", "staged"):
            raise VariantError("behaviour 'axi4mlir-2022' is a staged driver of accelerator v1")
        _require_member("accumulate", self.accumulate, ACCUMULATES)
        if self.accumulate == "accelerator" and self.flow != "Cs":
            raise VariantError("accumulate 'accelerator' needs flow Cs: C must stay in it")
        smallest = 0 if self.dynamic else 1
        if min(self.m, self.n, self.k) < smallest or self.tile < 1:
            raise VariantError("sizes must be positive")
        if self._is_blocked and self.copy == "staged":
            raise VariantError("a region block has no meaning with copy 'staged'")
        if self.dynamic and self.pipeline:
            raise VariantError("pipeline overlaps a loop of known length: expected static sizes")

    def _check_transfer(self) -> None:
        if self.copy != "staged":
            _require_member("transfer", self.transfer, TRANSFERS)
        elif self.transfer is not None:
            raise VariantError(f"transfer '{self.transfer}' has no meaning with copy '{self.copy}'")
        if (self.copy, self.transfer) == ("zero_copy_outputs", "rows"):
            raise VariantError("transfer 'rows' is about what is sent: nothing is, in place")
        overlap = "coalesce" if self.coalesce else "pipeline"
        if (self.coalesce or self.pipeline) and self.transfer == "rows":
            raise VariantError(f"{overlap} is not possible with transfer 'rows'")
        if (self.coalesce or self.pipeline) and self._is_2022:
            raise VariantError(f"{overlap} is not what behaviour 'axi4mlir-2022' does")
        sends_in_place = self.copy in ("zero_copy", "zero_copy_inputs")
        if self.coalesce and sends_in_place and self.is_packed and self.accelerator == "v1":
            raise VariantError("coalesce needs opcodes beside the tiles: v1 has none")

    @property
    def _is_blocked(self) -> bool:
        return self.region_block not in ("", "none")

    @property
    def is_packed(self) -> bool:
        """Tile-major buffers: a tile is one range of memory."""
        return self.transfer == "packed"

    @classmethod
    def from_name(cls, name: str) -> Variant:
        """Parse a variant's name, with or without the suffix .c."""
        match = _NAME.fullmatch(name.removesuffix(".c"))
        if match is None:
            raise VariantError(
                f"'{name}' is not a variant name: expected"
                " matmul-<M>x<N>x<K>-<type>-v<version>-<size>-<Flow>-<copy>[-<transfer>][-2022]"
                "[-accumulate_cpu][-coalesce][-pipeline][-cache_<M>x<N>x<K>[,<M>x<N>x<K>]]"
                "[-region_<M>x<N>x<K>]"
            )
        fields = match.groupdict()
        return cls(
            m=int(fields["m"] or 0),
            n=int(fields["n"] or 0),
            k=int(fields["k"] or 0),
            dynamic=fields["m"] is None,
            element=fields["element"],
            accelerator=fields["accelerator"],
            tile=int(fields["tile"]),
            flow=fields["flow"],
            copy=fields["copy"],
            transfer=fields["transfer"],
            behaviour=BEHAVIOURS[1] if fields["is_2022"] else BEHAVIOURS[0],
            accumulate="cpu" if fields["on_cpu"] else ACCUMULATES[0],
            coalesce=fields["coalesce"] is not None,
            pipeline=fields["pipeline"] is not None,
            shape=fields["tile"] + fields["shape"] if fields["shape"] else "",
            cache_tile=fields["cache_tile"] or "",
            region_block=fields["region_block"] or "",
        )

    @property
    def _is_2022(self) -> bool:
        return self.behaviour == "axi4mlir-2022"

    @property
    def _leaves_sums_to_cpu(self) -> bool:
        """Where the accelerator could add up, too."""
        return self.accumulate == "cpu" and self.flow == "Cs"

    @property
    def _sizes(self) -> str:
        return "dynamic" if self.dynamic else f"{self.m}x{self.n}x{self.k}"

    @property
    def name(self) -> str:
        parts = [
            f"matmul-{self._sizes}",
            self.element,
            self.accelerator,
            self.shape or str(self.tile),
            self.flow,
            self.copy,
        ]
        if self.transfer is not None:
            parts.append(self.transfer)
        if self._is_2022:
            parts.append("2022")
        if self._leaves_sums_to_cpu:
            parts.append("accumulate_cpu")
        if self.coalesce:
            parts.append("coalesce")
        if self.pipeline:
            parts.append("pipeline")
        if self.cache_tile:
            parts.append(f"cache_{self.cache_tile}")
        if self._is_blocked:
            parts.append(f"region_{self.region_block}")
        return "-".join(parts)

    @property
    def file_name(self) -> str:
        return f"{self.name}.c"

    @property
    def mlir_name(self) -> str:
        """File name of the instantiated kernel template: all variants of a problem share it."""
        return f"matmul-{self._sizes}-{self.element}.mlir"

    @property
    def template(self) -> Path:
        """The kernel that ships."""
        return DYNAMIC_TEMPLATE if self.dynamic else KERNEL_TEMPLATE

    def mlir(self, template: Path | None = None) -> str:
        """A kernel template with this variant's sizes and element type put in."""
        text = (template or self.template).read_text(encoding="utf-8")
        values = {
            "@M@": str(self.m),
            "@N@": str(self.n),
            "@K@": str(self.k),
            "@TYPE@": self.element,
            "@RESULT@": _RESULT[self.element],
            "@ZERO@": _ZERO[_RESULT[self.element]],
        }
        for placeholder, value in values.items():
            text = text.replace(placeholder, value)
        return text

    def pipeline_options(self) -> str:
        """The value of accel-opt's option --accel-pipeline."""
        options = f"accelerator={self.accelerator} tile={self.shape or self.tile}"
        options += f" flow={self.flow} copy={self.copy}"
        if self.transfer is not None:
            options += f" transfer={self.transfer}"
        if self._is_2022:
            options += f" behaviour={self.behaviour}"
        if self._leaves_sums_to_cpu:
            options += " accumulate=cpu"
        if self.coalesce:
            options += " coalesce=true"
        if self.pipeline:
            options += " pipeline=true"
        if self.cache_tile:
            options += f" cache-tile={self.cache_tile}"
        if self.region_block and self.copy != "staged":
            options += f" region-block={self.region_block}"
        return f"{options} {self.windows.options()}"

    def command(
        self,
        accel_opt: str | Path,
        source: str | Path,
        output: str | Path,
        emit: str = "c",
        triple: str | None = None,
    ) -> list[str]:
        """The accel-opt command from `source` (this variant's MLIR) to C or an object file.

        `triple` is the object's target, None for the board.
        """
        return [
            str(accel_opt),
            str(source),
            f"--accel-pipeline={self.pipeline_options()}",
            f"--emit={emit}",
            *([f"--triple={triple}"] if triple else []),
            "-o",
            str(output),
        ]


def shipped_variants() -> list[Variant]:
    """The variants whose C is checked in, in the order of mlir-out/variants.txt."""
    lines = SHIPPED_LIST.read_text(encoding="utf-8").splitlines()
    names = (line.split("#", 1)[0].strip() for line in lines)
    return [Variant.from_name(name) for name in names if name]
