"""transactions.csv, trace.json and trace.vcd of a run, held against its counters."""

from __future__ import annotations

import csv
import json
import unittest
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Iterator

from zs import ROOT, CliTest, counter, stats, zs

SMALL = "testbenches/cli/small.yaml"  # 32x32x32 int32, Cs, staged, v3 8x8
ALL = ("trace.transactions=true", "trace.perfetto=true", "trace.vcd=true")
FILES = {"transactions.csv", "trace.json", "trace.vcd"}

# No kernel: two system calls, and loads and stores of its own.
HELLO = r"""
#include <stdio.h>
int main(void)
{
    puts("hello");
    return 0;
}
"""


def rows(run: Path) -> list[dict[str, str]]:
    """The transactions of a run."""
    with (run / "transactions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parameter(run: Path, name: str) -> str:
    """The value of a parameter in a run's config.yaml."""
    lines = (run / "config.yaml").read_text(encoding="utf-8").splitlines()
    line = next(line for line in lines if line.strip().startswith(f"{name}:"))
    return line.partition(":")[2].partition("#")[0].strip()


def interval_ps(run: Path, interval: str) -> int:
    """How long an interval of a run took."""
    return stats(run)["intervals"][interval]["duration_ps"]


@dataclass
class Slice:
    """A begin event and its end."""

    name: str
    start_ps: int
    end_ps: int = 0
    inner_ps: int = 0  # of what lies directly in it
    args: dict[str, Any] = field(default_factory=dict)

    @property
    def own_ps(self) -> int:
        """Without what lies in it."""
        return self.end_ps - self.start_ps - self.inner_ps


@dataclass
class Perfetto:
    """trace.json, with every slice on a thread paired up."""

    threads: dict[str, list[Slice]]  # "process/thread": in the order of their ends
    counters: dict[str, list[tuple[int, int]]]  # "process/name": from when on, value

    @classmethod
    def read(cls, run: Path) -> Perfetto:
        """Read it as a viewer does: exact times, a stack a thread."""
        text = (run / "trace.json").read_text(encoding="utf-8")
        events = json.loads(text, parse_float=Decimal)["traceEvents"]
        names: dict[tuple[str, int], str] = {}
        open_slices: dict[int, list[Slice]] = defaultdict(list)
        threads: dict[str, list[Slice]] = defaultdict(list)
        counters: dict[str, list[tuple[int, int]]] = defaultdict(list)
        last: dict[int, int] = defaultdict(int)
        for event in events:
            if event["ph"] == "M":
                if "name" in event["args"]:
                    number = event["pid"] if event["name"] == "process_name" else event["tid"]
                    names[event["name"], number] = event["args"]["name"]
                continue
            now_ps = int(event["ts"] * 1_000_000)
            assert now_ps == event["ts"] * 1_000_000, "a whole number of picoseconds"
            process = names["process_name", event["pid"]]
            if event["ph"] == "C":
                counters[f"{process}/{event['name']}"].append((now_ps, event["args"]["MB/s"]))
                continue
            assert now_ps >= last[event["tid"]], "a thread's events come in order"
            last[event["tid"]] = now_ps
            stack = open_slices[event["tid"]]
            if event["ph"] == "B":
                stack.append(Slice(event["name"], now_ps, args=event.get("args", {})))
                continue
            assert event["ph"] == "E"
            done = stack.pop()
            done.end_ps = now_ps
            if stack:
                stack[-1].inner_ps += done.end_ps - done.start_ps
            threads[f"{process}/{names['thread_name', event['tid']]}"].append(done)
        assert not any(open_slices.values()), "every slice ends"
        return cls(threads, counters)

    def of_process(self, process: str) -> Iterator[Slice]:
        """Every slice on any of its threads."""
        for name, slices in self.threads.items():
            if name.startswith(process + "/"):
                yield from slices

    def bytes_of(self, counter_name: str) -> int:
        """What moved at the rates that a counter gives."""
        values = self.counters[counter_name]
        spans = zip(values, values[1:])
        return sum(rate * (end_ps - now_ps) // 1_000_000 for (now_ps, rate), (end_ps, _) in spans)

    def own_ps(self, thread: str) -> Counter[str]:
        """Time by name, what lies inside not counted."""
        total: Counter[str] = Counter()
        for one in self.threads[thread]:
            total[one.name] += one.own_ps
        return total


@dataclass
class Vcd:
    """trace.vcd: what each signal was when."""

    up_ps: Counter[str]  # time at a value that is not 0
    highest: dict[str, int]
    times: list[int]

    @classmethod
    def read(cls, run: Path) -> Vcd:
        """Follow every signal through its changes."""
        scope: list[str] = []
        signals: dict[str, str] = {}
        value: dict[str, int] = {}
        vcd = cls(Counter(), {}, [])
        for line in (run / "trace.vcd").read_text(encoding="utf-8").splitlines():
            words = line.split()
            if line.startswith("$scope"):
                scope.append(words[2])
            elif line.startswith("$upscope"):
                scope.pop()
            elif line.startswith("$var"):
                assert words[3] not in signals, "a code names one signal"
                signals[words[3]] = ".".join([*scope, words[4]])
            elif line.startswith("#"):
                now_ps = int(line[1:])
                if vcd.times:
                    for code, level in value.items():
                        vcd.up_ps[signals[code]] += (now_ps - vcd.times[-1]) * (level > 0)
                vcd.times.append(now_ps)
            elif line[0] in "01xb":
                code = words[1] if line[0] == "b" else line[1:]
                digits = words[0][1:] if line[0] == "b" else line[0]
                value[code] = 0 if digits == "x" else int(digits, 2)
                name = signals[code]
                vcd.highest[name] = max(vcd.highest.get(name, 0), value[code])
        assert not scope
        return vcd


class TraceTest(CliTest):
    def traced(self, *arguments: str | Path, config: str = SMALL) -> Path:
        """A run with every file of a trace."""
        out = self.directory / f"run-{len(list(self.directory.iterdir()))}"
        sets = [word for setting in ALL for word in ("--set", setting)]
        self.succeeds("run", config, *sets, *arguments, "--out", out)
        return out

    def assert_csv_adds_up(self, run: Path, interval: str) -> None:
        """Every link's bursts, beats, bytes and latencies are those that were counted."""
        sums: Counter[str] = Counter()
        for row in rows(run):
            link = f"link.{row['link']}.{row['direction']}"
            sums[f"{link}.transactions"] += 1
            sums[f"{link}.beats"] += int(row["beats"])
            sums[f"{link}.bytes"] += int(row["bytes"])
            sums[f"{link}.latency_sum_ps"] += int(row["latency_ps"])
            sums[f"{link}.errors"] += row["response"] != "OKAY"
        suffixes = ("transactions", "beats", "bytes", "latency_sum_ps", "errors")
        counted = {
            entry["name"]: entry[interval]
            for entry in stats(run)["counters"]
            if entry["name"].startswith("link.") and entry["name"].endswith(suffixes)
        }
        self.assertGreater(sum(counted.values()), 0)
        self.assertEqual({name: sums[name] for name in counted}, counted)

    def assert_phases_add_up(self, trace: Perfetto, run: Path, interval: str) -> None:
        """The time that each phase has to itself is its counter."""
        own_ps = trace.own_ps("cpu/phase")
        duration_ps = interval_ps(run, interval)
        own_ps["other"] += duration_ps - own_ps.total()
        for name in ("copy_in", "dma_setup", "wait_send", "wait_recv", "host_compute", "other"):
            self.assertEqual(own_ps[name], counter(run, f"phase.{name}_ps", interval), name)

    def assert_states_add_up(self, trace: Perfetto, run: Path, interval: str) -> None:
        """The accelerator's states fill the interval, and are what its cycles are counted from."""
        own_ps = trace.own_ps("accelerator/state")
        period_ps = 10**12 // int(parameter(run, "fclk_hz"))
        self.assertEqual(own_ps.total(), interval_ps(run, interval))
        for name in ("load", "compute", "store", "wait_in", "wait_out", "idle"):
            cycles = counter(run, f"accel.cycles.{name}", interval)
            self.assertAlmostEqual(own_ps[name] / period_ps, cycles, delta=1, msg=name)

    def test_without_it_nothing_is_written_and_with_it_nothing_else_changes(self) -> None:
        plain = self.directory / "plain"
        self.succeeds("run", SMALL, "--out", plain)
        run = self.traced()
        self.assertEqual(
            {path.name for path in run.iterdir()} - {path.name for path in plain.iterdir()}, FILES
        )
        for name in ("stats.json", "summary.txt"):
            self.assertEqual((plain / name).read_bytes(), (run / name).read_bytes(), name)

    def test_equal_runs_give_equal_files(self) -> None:
        first, second = self.traced(), self.traced()
        for name in FILES:
            self.assertEqual((first / name).read_bytes(), (second / name).read_bytes(), name)

    def test_everything_adds_up_over_every_interval(self) -> None:
        for interval in ("kernel", "program", "process"):
            with self.subTest(interval=interval):
                run = self.traced("--set", f"trace.interval={interval}")
                trace = Perfetto.read(run)
                self.assert_csv_adds_up(run, interval)
                self.assert_phases_add_up(trace, run, interval)
                self.assert_states_add_up(trace, run, interval)
                self.assert_bandwidth_adds_up(trace, run, interval)

    def test_everything_adds_up_however_the_dma_is_driven(self) -> None:
        ways = {
            "interrupts": ("workload.dma_wait=interrupt",),
            "a coherent port": (
                "board.dma_port=acp",
                "dma.mapping=coherent",
                "workload.copy=zero_copy",
            ),
            "descriptor chains": (
                "workload.copy=zero_copy",
                "workload.transfer=sg",
                "board.dma.include_sg=true",
            ),
            "double buffering": ("accelerator.double_buffering=true", "workload.pipeline=true"),
        }
        for name, settings in ways.items():
            with self.subTest(name):
                sets = [word for setting in settings for word in ("--set", setting)]
                run = self.traced("--set", "trace.interval=process", *sets)
                trace = Perfetto.read(run)
                self.assert_csv_adds_up(run, "process")
                self.assert_phases_add_up(trace, run, "process")
                self.assert_states_add_up(trace, run, "process")
                self.assert_bandwidth_adds_up(trace, run, "process")
                self.assert_transfers_add_up(trace, run)
                self.assertEqual(
                    len(trace.threads["cpu/system_call"]),
                    counter(run, "cpu.system_calls", "process"),
                )

    def test_page_faults_are_those_of_the_programs_own_accesses(self) -> None:
        run = self.traced("--set", "trace.interval=process")
        faults = Perfetto.read(run).threads["cpu/page_fault"]
        counted = sum(counter(run, f"os.{kind}_faults", "process") for kind in ("page", "file"))
        self.assertIn(len(faults), range(counted // 2, counted + 1), "the rest is in system calls")
        self.assertTrue(all(one.end_ps > one.start_ps for one in faults))

    def assert_bandwidth_adds_up(self, trace: Perfetto, run: Path, interval: str) -> None:
        """The DRAM's rates are those of the bytes on its bus."""
        for direction in ("read", "write"):
            counted = counter(run, f"dram.bus_bytes.{direction}", interval)
            self.assertEqual(trace.bytes_of(f"dram/{direction}"), counted)

    def assert_transfers_add_up(self, trace: Perfetto, run: Path) -> None:
        """The DMA's slices hold its bytes, and last as long as it was busy."""
        for channel in ("mm2s", "s2mm"):
            slices = trace.threads[f"dma/{channel}"]
            moved = sum(one.args["bytes"] for one in slices)
            self.assertEqual(moved, counter(run, f"dma.{channel}.bytes", "process"))
            busy_ps = sum(one.own_ps for one in slices)
            self.assertEqual(busy_ps, counter(run, f"dma.{channel}.busy_ps", "process"))

    def test_rows_come_by_time_and_say_how_each_burst_went(self) -> None:
        run = self.traced()
        bursts = rows(run)
        begins = [int(row["request_ps"]) for row in bursts]
        self.assertEqual(begins, sorted(begins))
        for row in bursts:
            steps = [
                int(row[f"{step}_ps"]) for step in ("request", "issue", "first_data", "response")
            ]
            self.assertEqual(steps, sorted(steps))
            self.assertEqual(int(row["latency_ps"]), steps[-1] - steps[0])
            self.assertRegex(row["address"], "^0x[0-9a-f]{8}$")
        self.assertEqual(
            {row["traffic"] for row in bursts if row["link"] == "hp0"}, {"dma_read", "dma_write"}
        )

    def test_bursts_are_on_threads_of_their_link(self) -> None:
        run = self.traced()
        trace = Perfetto.read(run)
        for link in ("hp0", "gp0", "cpu_ddr"):
            moved = sum(one.args["bytes"] for one in trace.of_process(link))
            self.assertEqual(
                moved, sum(int(row["bytes"]) for row in rows(run) if row["link"] == link)
            )
        self.assertIn("hp0/read 2", trace.threads, "reads overlap")

    def test_signals_are_what_the_slices_are(self) -> None:
        run = self.traced()
        trace, vcd = Perfetto.read(run), Vcd.read(run)
        self.assertEqual(vcd.times, sorted(vcd.times))
        for thread in ("cpu/phase", "accelerator/state", "dma/mm2s", "dma/s2mm"):
            for name, own_ps in trace.own_ps(thread).items():
                self.assertEqual(vcd.up_ps[f"{thread.replace('/', '.')}.{name}"], own_ps, name)
        self.assertEqual(vcd.times[-1] - vcd.times[0], interval_ps(run, "kernel"))
        limit = 8  # board.hp0.max_read_outstanding
        self.assertIn(vcd.highest["hp0.read.outstanding"], range(2, limit + 1))

    def test_a_window_holds_what_lies_in_it(self) -> None:
        whole = self.traced()
        begin_ps, end_ps = 1_000_000_000, 1_050_000_000
        run = self.traced("--set", "trace.from=1 ms", "--set", "trace.to=1050 us")
        self.assertEqual(
            rows(run),
            [
                row
                for row in rows(whole)
                if int(row["request_ps"]) < end_ps and int(row["response_ps"]) >= begin_ps
            ],
        )
        trace, vcd = Perfetto.read(run), Vcd.read(run)
        self.assertEqual(trace.own_ps("accelerator/state").total(), end_ps - begin_ps)
        self.assertEqual((vcd.times[0], vcd.times[-1]), (begin_ps, end_ps))

    def test_a_trace_that_grows_too_large_ends_with_a_message(self) -> None:
        whole = self.traced()
        out = self.directory / "cut"
        sets = [word for setting in (*ALL, "trace.max_events=1000") for word in ("--set", setting)]
        done = zs("run", SMALL, *sets, "--out", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("the trace ends at ", done.stderr)
        self.assertIn("trace.max_events is reached", done.stderr)
        ended_ps = round(float(done.stderr.split("the trace ends at ")[1].split(" ms")[0]) * 1e9)
        expected = [row for row in rows(whole) if int(row["request_ps"]) < ended_ps]
        self.assertEqual(rows(out), expected, "up to there it is complete")
        self.assertLess(len(expected), 1000)
        states_ps = Perfetto.read(out).own_ps("accelerator/state").total()
        begin_ps = Vcd.read(whole).times[0]
        self.assertEqual(begin_ps + states_ps, ended_ps)

    def test_a_program_without_a_kernel_says_that_its_trace_is_empty(self) -> None:
        program = self.file("hello.c", HELLO)
        out = self.directory / "empty"
        done = zs("run", SMALL, "--program", program, "--set", ALL[0], "--out", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("the trace is empty", done.stderr)
        self.assertIn("trace.interval", done.stderr)
        run = self.traced("--program", program, "--set", "trace.interval=process")
        names = [one.name for one in Perfetto.read(run).threads["cpu/system_call"]]
        self.assertIn("exit_group", names)
        self.assert_csv_adds_up(run, "process")

    def test_a_run_that_fails_shows_what_was_under_way(self) -> None:
        programs = ROOT / "testbenches" / "zs_sim" / "programs"
        # program: the slice that never came to its end, and the words of the failure
        failures = {
            "poll_for_ever": ("dma/s2mm", "transfer", "limits.max_time is reached"),
            "wait_for_ever": ("cpu/system_call", "read", "blocked for ever"),
            "bad_opcode": ("cpu/phase", "wait_send", "the accelerator failed"),
        }
        for name, (thread, slice_name, message) in failures.items():
            with self.subTest(name):
                out = self.directory / name
                sets = [*ALL, "trace.interval=process", "limits.max_time=2 ms"]
                words = [word for setting in sets for word in ("--set", setting)]
                program = programs / f"{name}.c"
                done = zs("run", SMALL, "--program", program, *words, "--out", out)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn(message, done.stderr)
                slices = Perfetto.read(out).threads[thread]
                last = max(slices, key=lambda one: one.end_ps)
                self.assertEqual(last.name, slice_name)
                left_ps = Vcd.read(out).times[-1] - last.end_ps
                self.assertIn(left_ps, range(1_000_000), "it lasts to the end")
                self.assertGreater(last.end_ps, last.start_ps)

    def test_bad_input(self) -> None:
        self.fails(
            2,
            ("unknown key 'perfeto' in trace", "did you mean 'perfetto'"),
            "check",
            SMALL,
            "--set",
            "trace.perfeto=true",
        )
        self.fails(
            2,
            ("trace.to", "after trace.from"),
            "check",
            SMALL,
            "--set",
            "trace.from=2 ms",
            "--set",
            "trace.to=1 ms",
        )
        self.fails(2, ("trace.from", "time"), "check", SMALL, "--set", "trace.from=2 MHz")
        self.fails(2, ("trace.interval", "kernel"), "check", SMALL, "--set", "trace.interval=main")
        self.fails(2, ("trace.max_events",), "check", SMALL, "--set", "trace.max_events=0")

    def test_parameters_show_with_their_sources(self) -> None:
        shown = self.succeeds("params")
        for name in ("transactions", "perfetto", "vcd", "interval", "from", "to", "max_events"):
            self.assertIn(f"trace.{name}", shown)


if __name__ == "__main__":
    unittest.main()
