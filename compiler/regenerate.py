#!/usr/bin/python3
"""Generate the shipped kernels (mlir-out/variants.txt) with accel-opt, or check that they are so.

Usage: regenerate.py --accel-opt BINARY [--out DIRECTORY] [--check] [NAME...]

Without NAMEs all shipped variants; any variant's name will do. --check writes nothing, prints a
diff for each file that differs, is missing or is not in the list, and exits with status 1 then.
"""

from __future__ import annotations

import argparse
import difflib
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True  # a test must leave the source tree as it was
import variants  # noqa: E402


def generate(variant: variants.Variant, accel_opt: Path, scratch: Path) -> str:
    """The C of one variant."""
    source = scratch / variant.mlir_name
    output = scratch / variant.file_name
    source.write_text(variant.mlir(), encoding="utf-8")
    subprocess.run(variant.command(accel_opt, source, output), check=True)
    return output.read_text(encoding="utf-8")


def compare(path: Path, generated: str) -> list[str]:
    """Lines of a diff from the file to what was generated; none when they are equal."""
    current = path.read_text(encoding="utf-8") if path.exists() else ""
    return list(
        difflib.unified_diff(
            current.splitlines(keepends=True),
            generated.splitlines(keepends=True),
            fromfile=str(path) if path.exists() else f"{path} (missing)",
            tofile="generated",
        )
    )


def strays(directory: Path, wanted: list[variants.Variant]) -> list[Path]:
    """C files in the directory that no variant of the list accounts for."""
    names = {variant.file_name for variant in wanted}
    return sorted(path for path in directory.glob("*.c") if path.name not in names)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accel-opt", type=Path, required=True, help="the compiler's binary")
    parser.add_argument(
        "--out",
        type=Path,
        default=variants.SHIPPED_DIRECTORY,
        help="directory of the C files (default: mlir-out/)",
    )
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("names", nargs="*", metavar="NAME", help="variants (default: all shipped)")
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    try:
        chosen = [variants.Variant.from_name(name) for name in arguments.names]
    except variants.VariantError as error:
        print(f"regenerate.py: {error}", file=sys.stderr)
        return 2
    chosen = chosen or variants.shipped_variants()
    differences: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        for variant in chosen:
            try:
                generated = generate(variant, arguments.accel_opt, Path(scratch))
            except (OSError, subprocess.CalledProcessError) as error:
                print(f"regenerate.py: {variant.name}: {error}", file=sys.stderr)
                return 2
            path = arguments.out / variant.file_name
            if arguments.check:
                differences += compare(path, generated)
            else:
                path.write_text(generated, encoding="utf-8")
    if arguments.check and not arguments.names:
        differences += [f"{path}: not in variants.txt\n" for path in strays(arguments.out, chosen)]
    sys.stdout.writelines(differences)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
