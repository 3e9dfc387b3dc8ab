"""zs-axi through its command line: published figures, reproducibility, bad input."""
import csv
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

BINARY = os.environ["ZS_AXI"]
CONFIGS = pathlib.Path(__file__).resolve().parents[2] / "configs" / "axi"


def zs_axi(*arguments):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True)


def stats_of(*arguments):
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / "stats.json"
        result = zs_axi(*arguments, "--stats", path)
        assert result.returncode == 0, result.stderr
        return path.read_text()


def dram_percent(*arguments):
    result = zs_axi(*arguments)
    assert result.returncode == 0, result.stderr
    return float(re.search(r"DRAM: .*, ([0-9.]+) %", result.stdout).group(1))


def counter(stats, name):
    return next(c["process"] for c in json.loads(stats)["counters"] if c["name"] == name)


class Figures(unittest.TestCase):
    def test_one_read_at_a_time_on_hp0_under_cpu_load(self):
        stats = stats_of(CONFIGS / "hp0-one-read.yaml")
        bursts = counter(stats, "link.hp0.read.transactions")
        cycles = counter(stats, "link.hp0.read.latency_sum_ps") / bursts / 10000
        self.assertGreater(bursts, 1000)
        self.assertTrue(33 <= cycles <= 38, cycles)

    def test_four_hp_ports_reading(self):
        self.assertTrue(95 <= dram_percent(CONFIGS / "ug585-reads.yaml") <= 98)

    def test_four_hp_ports_reading_and_writing(self):
        self.assertTrue(85 <= dram_percent(CONFIGS / "ug585-mixed.yaml") <= 89)

    def test_outstanding_reads_hide_the_latency(self):
        one_port = ("--set", "hp0.traffic.pattern=sequential", "--set")
        shares = [
            dram_percent(*one_port, f"hp0.link.max_read_outstanding={limit}") for limit in (1, 2, 4, 8)
        ]
        self.assertEqual(shares, sorted(shares))
        self.assertGreater(shares[-1], 1.9 * shares[0])

    def test_a_wider_or_faster_port_never_moves_less(self):
        def share(width, mhz):
            return dram_percent(
                *("--set", "hp0.traffic.pattern=sequential"),
                *("--set", f"hp0.link.width_bits={width}"),
                *("--set", f"hp0.link.clock_hz={mhz} MHz"),
            )

        grid = [[share(width, mhz) for mhz in (50, 100, 150, 200)] for width in (32, 64, 128)]
        for line in grid + [list(column) for column in zip(*grid)]:
            self.assertTrue(all(b > a - 0.05 for a, b in zip(line, line[1:])), grid)
        self.assertGreater(grid[2][3], 7 * grid[0][0])


class Runs(unittest.TestCase):
    def test_the_same_input_gives_the_same_bytes(self):
        run = (CONFIGS / "ug585-mixed.yaml", "--set", "hp0.traffic.pattern=random")
        self.assertEqual(stats_of(*run), stats_of(*run))
        self.assertNotEqual(stats_of(*run), stats_of(*run, "--set", "run.seed=2"))

    def test_a_distribution_that_is_off_is_not_reported(self):
        run = ("--set", "hp0.traffic.pattern=random", "--set")
        stats = stats_of(*run, "hp0.link.latency_histogram=false")
        names = [h["name"] for h in json.loads(stats)["histograms"]]
        self.assertNotIn("link.hp0.read.latency_ps", names)
        self.assertIn("link.hp0.read.burst_beats", names)


class Trace(unittest.TestCase):
    def test_rows_add_up_to_the_counters(self):
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "bursts.csv"
            mixed = (CONFIGS / "ug585-mixed.yaml", "--set", "run.duration_us=20")
            plain = stats_of(*mixed)
            stats = stats_of(*mixed, "--set", f"trace.file={path}")
            with path.open(newline="") as file:
                rows = list(csv.DictReader(file))
        self.assertEqual(plain, stats)
        for port in ("hp0", "hp1", "hp2", "hp3"):
            for direction in ("read", "write"):
                of_link = [r for r in rows if (r["link"], r["direction"]) == (port, direction)]
                name = f"link.{port}.{direction}"
                latency_ps = sum(int(row["latency_ps"]) for row in of_link)
                self.assertEqual(len(of_link), counter(stats, f"{name}.transactions"))
                self.assertEqual(latency_ps, counter(stats, f"{name}.latency_sum_ps"))
                self.assertGreater(latency_ps, 0)


class BadInput(unittest.TestCase):
    def refuses(self, expected, *arguments):
        result = zs_axi(*arguments)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn(expected, result.stderr)
        self.assertEqual(result.stdout, "")

    def test_no_traffic(self):
        self.refuses("no port has traffic")

    def test_unknown_key(self):
        self.refuses("did you mean 'pattern'?", "--set", "hp0.traffic.patern=random")

    def test_unknown_option(self):
        self.refuses("unknown option '--foo'", "--foo")

    def test_missing_value(self):
        self.refuses("a value is missing", "--set")

    def test_missing_file(self):
        self.refuses("No such file", "/nonexistent.yaml")

    def test_a_link_that_is_none(self):
        on = ("--set", "hp0.traffic.pattern=random")
        self.refuses("32, 64, 128, 256 or 512", *on, "--set", "hp0.link.width_bits=48")

    def test_traffic_beyond_the_memory(self):
        on = ("--set", "hp0.traffic.pattern=random")
        self.refuses("the memory ends at", *on, "--set", "hp0.traffic.span_bytes=2 GiB")
        self.refuses("room for one request", *on, "--set", "hp0.traffic.span_bytes=64")

    def test_a_trace_of_no_known_form(self):
        self.refuses(
            ".csv, .json or .vcd", "--set", "hp0.traffic.pattern=random", "--set", "trace.file=bursts"
        )

    def test_a_file_that_cannot_be_written(self):
        self.refuses(
            "cannot write", "--set", "hp0.traffic.pattern=random", "--stats", "/nonexistent/stats"
        )


if __name__ == "__main__":
    unittest.main()
