"""Random kernels on the simulated board: each compiles, verifies, and passes the audit.

Usage: test_properties.py [--points N] [--seed S]; as a unit test, a few points with a new seed.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import unittest

from zs import CliTest

from zerostage.build import mlir_wanted

POINTS = 8
FLOWS = {
    "v1": ("Ns",),
    "v2": ("Ns", "As", "Bs"),
    "v3": ("Ns", "As", "Bs", "Cs"),
    "v4": ("Ns", "As", "Bs", "Cs"),
}
V4_TILES = ((16, 16, 16), (16, 32, 48), (48, 16, 32), (32, 16, 16))


def random_point(rng: random.Random) -> dict[str, object]:
    """One config, of what can be combined."""
    version = rng.choice(list(FLOWS))
    flow = rng.choice(FLOWS[version])
    copy = rng.choice(("staged", "zero_copy", "zero_copy", "zero_copy_inputs", "zero_copy_outputs"))
    element = rng.choice(("i32", "f32"))
    size = 16 if version == "v4" else rng.choice((4, 8, 16))
    tile = rng.choice(V4_TILES) if version == "v4" else (size,) * 3
    counts = [rng.randint(1, 3) for _ in tile]
    is_padded = rng.random() < 0.5  # some of the last tiles are not filled
    missing = [rng.randint(0, edge - 1) if is_padded else 0 for edge in tile]
    problem = [edge * count - less for edge, count, less in zip(tile, counts, missing)]
    point: dict[str, object] = {
        "accelerator.version": version,
        "accelerator.size": size,
        "accelerator.type": element,
        "workload.type": element,
        "workload.flow": flow,
        "workload.copy": copy,
        "workload.accumulate": rng.choice(("auto", "cpu")),
        "workload.emit": rng.choice(("c", "c", "obj")),
        **dict(zip(("workload.m", "workload.n", "workload.k"), problem)),
    }
    if version == "v4":
        point["workload.tile"] = "x".join(map(str, tile))
    if copy == "staged" and version == "v1":
        point["workload.behaviour"] = rng.choice(("axi4mlir-2022", "axi4mlir-2023"))
    if copy != "zero_copy":
        point["workload.copy_style"] = rng.choice(("rowwise", "elementwise"))
    movement = random_movement(rng, version, copy, point.get("workload.behaviour", ""))
    is_pipelined = movement.get("workload.pipeline") == "true"
    if is_padded:  # blocks for the regions divide the problem, and such there need not be
        movement = {key: value for key, value in movement.items() if "_bytes" not in key}
        is_dynamic = not is_pipelined and rng.random() < 0.5
        point["workload.sizes"] = "dynamic" if is_dynamic else "static"
    point |= movement
    if rng.random() < 0.3 and not (is_padded and is_pipelined):  # a block of whole tiles
        block = [edge * rng.choice((1, count)) for edge, count in zip(tile, counts)]
        point["workload.cache_tile"] = "x".join(map(str, block))
    return point


def random_movement(
    rng: random.Random, version: str, copy: str, behaviour: object
) -> dict[str, object]:
    """How tiles travel; at times through regions that do not hold the matrices."""
    point: dict[str, object] = {}
    transfer = "none"
    if copy != "staged":
        by_rows = () if copy == "zero_copy_outputs" else ("rows",)
        transfer = rng.choice(("packed", *by_rows, "sg", "2d"))
        point["workload.transfer"] = transfer
        point["board.dma.include_sg"] = str(transfer in ("sg", "2d")).lower()
        point["board.dma.multichannel"] = str(transfer == "2d").lower()
        if rng.random() < 0.5:
            point["workload.dma_in_bytes"] = 32768
            point["workload.dma_out_bytes"] = 12288
    if transfer != "rows" and behaviour != "axi4mlir-2022":
        has_opcodes = version != "v1" or transfer != "packed" or copy == "zero_copy_outputs"
        point["workload.coalesce"] = str(has_opcodes and rng.random() < 0.5).lower()
        point["workload.pipeline"] = str(rng.random() < 0.5).lower()
    return point


@unittest.skipUnless(mlir_wanted(), "compiling kernels needs MLIR 22")
class PropertyTest(CliTest):
    points, seed = POINTS, random.SystemRandom().randrange(1 << 32)

    def test_random_kernels_verify_and_pass_the_audit(self) -> None:
        rng = random.Random(self.seed)
        print(f"seed {self.seed}", file=sys.stderr)
        for number in range(self.points):
            point = random_point(rng)
            out = self.directory / str(number)
            settings = [word for key, value in point.items() for word in ("--set", f"{key}={value}")]
            with self.subTest(seed=self.seed, number=number, point=json.dumps(point)):
                text = self.succeeds("run", "configs/demo.yaml", *settings, "--out", out)
                sizes = "x".join(str(point[f"workload.{edge}"]) for edge in "mnk")
                self.assertIn(f"matmul {sizes}: verified", text)
                manifest = json.loads((out / "stats.json").read_text(encoding="utf-8"))
                self.assertEqual(manifest["status"], "ok")
                self.assertTrue(all(identity["ok"] for identity in manifest["audit"]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=POINTS)
    parser.add_argument("--seed", type=int, default=PropertyTest.seed)
    arguments = parser.parse_args()
    PropertyTest.points, PropertyTest.seed = arguments.points, arguments.seed
    unittest.main(argv=sys.argv[:1])
