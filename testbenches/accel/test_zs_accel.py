"""zs-accel through its command line: the configurations that ship, and bad input."""
import collections
import decimal
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

BINARY = os.environ["ZS_ACCEL"]
PERIOD_PS = 10000  # product.clock_hz is 100 MHz
CONFIGS = pathlib.Path(__file__).resolve().parents[2] / "configs" / "accel"


def zs_accel(*arguments):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True)


def counters(*arguments):
    result = zs_accel(*arguments)
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["verified"]
    return {c["name"]: c["process"] for c in report["counters"]} | {
        "elapsed_ps": report["elapsed_ps"]
    }


class Shipped(unittest.TestCase):
    def test_each_runs_and_is_verified(self):
        for path in CONFIGS.glob("*.yaml"):
            with self.subTest(path.name):
                counters(path)

    def test_a_weight_stationary_array_takes_its_closed_form(self):
        cycles = 4 * 4 * (64 + 2 * 16 + 16 - 2) - 1
        self.assertEqual(counters(CONFIGS / "systolic-ws.yaml")["accel.cycles.compute"], cycles)

    def test_double_buffering_hides_loads(self):
        path = CONFIGS / "double-buffered.yaml"
        both, one = counters(path), counters(path, "--set", "accelerator.double_buffering=false")
        self.assertLess(both["elapsed_ps"], one["elapsed_ps"])
        self.assertEqual(both["accel.macs"], one["accel.macs"])

    def test_a_shallow_stream_holds_its_producer_up(self):
        deep = counters("--set", "stream.depth_words=4096")
        shallow = counters("--set", "stream.depth_words=2")
        stall = "stream.mm2s.producer_stall_cycles"
        self.assertLess(deep[stall], shallow[stall])


class Trace(unittest.TestCase):
    def test_states_last_as_long_as_was_counted(self):
        overlapping = CONFIGS / "double-buffered.yaml"
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "trace.json"
            counted = counters(overlapping, "--set", f"trace.file={path}")
            events = json.loads(path.read_text(), parse_float=decimal.Decimal)["traceEvents"]
        self.assertEqual(counters(overlapping), counted)
        lasted_ps = collections.Counter()
        thread = next(event["tid"] for event in events if event.get("cat") == "state")
        states = [event for event in events if event["tid"] == thread and event["ph"] in "BE"]
        for begin, end in zip(states[::2], states[1::2]):
            lasted_ps[begin["name"]] += int((end["ts"] - begin["ts"]) * 1000000)
        self.assertEqual(sum(lasted_ps.values()), counted["elapsed_ps"])
        for state in ("load", "compute", "store", "wait_in", "wait_out", "idle"):
            self.assertEqual(lasted_ps[state] // PERIOD_PS, counted[f"accel.cycles.{state}"], state)


class BadInput(unittest.TestCase):
    def refuses(self, expected, *arguments):
        result = zs_accel(*arguments)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn(expected, result.stderr)
        self.assertEqual(result.stdout, "")

    def test_a_file_says_where(self):
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "mine.yaml"
            path.write_text("accelerator: {size: 8, sise: 4}\nproduct:\n  m: -3\n")
            self.refuses("mine.yaml:1:24: error: unknown key 'sise'", path)
            self.refuses("did you mean 'size'?", path)
            self.refuses("mine.yaml:3:6: error: product.m: '-3' is out of range", path)

    def test_no_such_file(self):
        self.refuses("No such file", "/nonexistent.yaml")

    def test_a_version_that_does_not_exist(self):
        self.refuses("expected v1, v2, v3 or v4", "--set", "accelerator.version=v9")

    def test_an_option_that_does_not_exist(self):
        self.refuses("'--foo' is no option", "--foo")

    def test_a_tile_that_does_not_fit(self):
        v4 = ("--set", "accelerator.version=v4", "--set")
        self.refuses("a tile does not fit its buffer", *v4, "product.tile_m=64", "--set",
                     "product.tile_k=128", "--set", "product.k=128")
        self.refuses("a multiple of the block size", *v4, "product.tile_m=4")
        self.refuses("smaller than one block", *v4, "accelerator.buffer_words=10")

    def test_odd_edges_of_bytes(self):
        self.refuses("size must be even", "--set", "accelerator.type=i8", "--set",
                     "accelerator.size=5")

    def test_shapes_are_v4s(self):
        self.refuses("only v4 has tiles of any shape", "--set", "product.tile_m=16")


if __name__ == "__main__":
    unittest.main()
