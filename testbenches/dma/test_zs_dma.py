"""zs-dma through its command line: what its trace says is what it counts."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

BINARY = os.environ["ZS_DMA"]
FIVE = ("--set", "traffic.transfers=5")


def zs_dma(*arguments):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True)


class Trace(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def test_transfers_are_those_that_were_counted(self):
        path = self.directory / "trace.json"
        result = zs_dma("--set", f"trace.file={path}", *FIVE)
        self.assertEqual(result.returncode, 0, result.stderr)
        counters = {c["name"]: c["process"] for c in json.loads(result.stdout)["counters"]}
        begins = [
            event
            for event in json.loads(path.read_text())["traceEvents"]
            if event["ph"] == "B" and event["name"] == "transfer"
        ]
        for channel in ("mm2s", "s2mm"):
            moved = [event["args"]["bytes"] for event in begins if event["cat"] == channel]
            self.assertEqual(len(moved), counters[f"dma.{channel}.transfers"])
            self.assertEqual(sum(moved), counters[f"dma.{channel}.bytes"])
        self.assertEqual(len(begins), 10)

    def test_tracing_changes_nothing(self):
        path = self.directory / "trace.vcd"
        plain, traced = zs_dma(), zs_dma("--set", f"trace.file={path}")
        self.assertEqual(plain.stdout, traced.stdout)
        self.assertIn("$enddefinitions $end", path.read_text())

    def test_a_file_that_cannot_be_is_bad_input(self):
        for name, words in {
            "trace.txt": ".csv, .json or .vcd",
            "nowhere/trace.csv": "cannot be written: No such file",
        }.items():
            result = zs_dma("--set", f"trace.file={self.directory / name}")
            self.assertEqual(result.returncode, 2)
            self.assertIn("trace.file", result.stderr)
            self.assertIn(words, result.stderr)

    def test_a_trace_that_grows_too_large_ends_with_a_warning(self):
        path = self.directory / "trace.json"
        result = zs_dma("--set", f"trace.file={path}", "--set", "trace.max_events=3", *FIVE)
        self.assertEqual(result.returncode, 0)
        self.assertIn("warning: the trace ends at ", result.stderr)

    def test_rows_of_an_engine_without_links_are_missed_aloud(self):
        path = self.directory / "trace.csv"
        result = zs_dma("--set", f"trace.file={path}")
        self.assertIn("there was none on a link", result.stderr)


if __name__ == "__main__":
    unittest.main()
