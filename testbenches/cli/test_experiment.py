"""`./zs experiment`: an experiment of a test's own, end to end, and mistakes in its file."""

from __future__ import annotations

import csv
import unittest
from pathlib import Path

from zs import ROOT, CliTest

from zerostage import experiment_file

SMALL = ROOT / "testbenches" / "cli" / "small.yaml"

EXPERIMENT = f"""\
title: Small
question: Is the copy worth its while?
setup: 32 x 32 x 32.
sweep:
  base: {SMALL}
  axes:
    workload.flow: [Ns, Cs]
    buffers: {{zip: {{workload.copy: [staged, zero_copy], workload.transfer: [none, packed]}}}}
compare: {{per: [workload.flow], with: workload.copy == 'staged'}}
series: {{staged: workload.copy == 'staged', zero-copy: workload.copy == 'zero_copy'}}
counters: {{sends: dma.mm2s.transfers, reads: program.cpu.uncached_reads}}
columns: {{bytes_per_send: memory_bytes / sends, sends_ratio: sends / reference.sends}}
figures:
  - {{name: time, show: phases, title: Time, caption: "best {{best:.2f}}", x: workload.flow,
     note: utilisation_ratio}}
  - {{name: terms, show: terms, title: Terms, caption: none, x: workload.flow}}
  - {{name: bars, show: bars, title: Bars, caption: none, x: workload.flow, y: time_ratio}}
  - {{name: lines, show: lines, title: Lines, caption: none, x: starts_count, y: time_ms}}
values:
  best: {{of: time_ratio, take: min, where: series == 'zero-copy'}}
  rows: {{of: time_ratio, take: count}}
  gain: {{is: 1 / best}}
results: ["{{rows:.0f}} rows, best {{best:.3f}} ({{best[workload.flow]}})"]
claims:
  - {{claim: "it is faster ({{best:.2f}})", refuted_if: best >= 1 or gain * best < 0.99}}
  - {{claim: it is free, refuted_if: best > 0}}
meaning: It depends.
"""


class ExperimentTest(CliTest):
    def experiment(self, name: str, text: str) -> tuple[str | Path, ...]:
        """Arguments that run an experiment, known results being the test's own."""
        return ("experiment", self.file(name, text), "--db", self.directory / "known.sqlite")

    def test_from_file_to_page(self) -> None:
        out = self.directory / "out"
        command = self.experiment("small.yaml", EXPERIMENT)
        self.fails(1, (), *command, "--out", out)
        with (out / "small.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 4)
        for row in rows:
            per_send = float(row["memory_bytes"]) / float(row["sends"])
            self.assertAlmostEqual(float(row["bytes_per_send"]), per_send)
            self.assertEqual(float(row["sends_ratio"]), 1)
            terms = [float(row[name]) for name in row if name.startswith("why_")]
            if row["series"] == "staged":
                self.assertEqual(float(row["time_ratio"]), 1)
                self.assertEqual(sum(terms), 0)
            else:
                reference = float(row["time_ms"]) / float(row["time_ratio"])
                self.assertAlmostEqual(sum(terms), float(row["time_ms"]) - reference, places=6)
        page = (out / "small.html").read_text(encoding="utf-8")
        best = min(float(row["time_ratio"]) for row in rows)
        self.assertIn(f"4 rows, best {best:.3f} (Cs)", page)
        self.assertIn('<span class="holds">holds</span>: it is faster', page)
        self.assertIn('<span class="refuted">refuted</span>: it is free', page)
        for figure in ("time", "terms", "bars", "lines"):
            for kind in ("png", "svg"):
                self.assertGreater((out / f"small-{figure}.{kind}").stat().st_size, 1000)
        self.fails(2, ("is not empty",), *command, "--out", out)

    def test_an_axis_may_have_other_values(self) -> None:
        out = self.directory / "out"
        command = self.experiment("small.yaml", EXPERIMENT)
        self.fails(1, (), *command, "--axis", "workload.flow=Ns", "--out", out)
        page = (out / "small.html").read_text(encoding="utf-8")
        self.assertIn("2 rows, best", page)
        self.assertIn("small.yaml --axis workload.flow=Ns</code>", page)
        mistakes = {
            "workload.flw=Ns": "did you mean 'workload.flow'",
            "workload.flow": "expected AXIS=VALUE",
            "buffers=staged": "a choice of workload.copy, workload.transfer together",
        }
        for axis, says in mistakes.items():
            with self.subTest(axis):
                self.fails(2, (says,), *command, "--axis", axis)
        self.fails(2, ("--axis workload.flow=Xs", "Xs"), *command, "--axis", "workload.flow=Xs")

    def test_mistakes_are_named_with_their_place(self) -> None:
        mistakes = {
            ("terms, title: Terms", "terms, not: x, title: Terms"): ("did you mean 'note'",),
            ("y: time_ratio", "y: time_ratio, note: time_ms"): ("'note' is for stacked bars",),
            ("take: min", "take: mim"): ("'take' is 'mim'", "did you mean 'min'"),
            ("x: starts_count", "y_scale: log"): ("'x' is missing",),
            ("meaning:", "meanin:"): ("unknown key 'meanin'", "did you mean 'meaning'"),
            ("workload.flow: [", "workload.flw: ["): ("unknown key 'flw'",),
            ("best >= 1 or", "best >= or"): ("is no condition",),
        }
        for (right, wrong), says in mistakes.items():
            with self.subTest(wrong):
                text = EXPERIMENT.replace(right, wrong, 1)
                error = self.fails(2, says, *self.experiment("wrong.yaml", text))
                self.assertRegex(error, r"wrong\.yaml:\d+:\d+: ")

    def test_mistakes_that_the_rows_show(self) -> None:
        mistakes = {
            ("of: time_ratio, take: min", "of: tim_ratio, take: min"): "did you mean 'time_ratio'",
            ("best {best:.3f}", "best {bst:.3f}"): "did you mean 'best'",
            ("dma.mm2s.transfers", "dma.mms2.transfers"): "did you mean 'dma.mm2s.transfers'",
            ("memory_bytes / sends", "memory_byte / sends"): "did you mean 'memory_bytes'",
            ("x: starts_count", "x: start_count"): "did you mean 'starts_count'",
            ("x: starts_count", "where: time_ms < 0, x: time_ms"): "no row is left by 'where'",
            ("/ reference.sends", "/ reference.send"): "did you mean 'sends'",
            ("refuted_if: best > 0", "refuted_if: bst > 0"): "there is no value 'bst'",
            ("per: [workload.flow]", "per: []"): "two rows are the reference",
        }
        for (right, wrong), says in mistakes.items():
            with self.subTest(wrong):
                text = EXPERIMENT.replace(right, wrong, 1)
                self.assertNotEqual(text, EXPERIMENT)
                self.fails(2, (says,), *self.experiment("wrong.yaml", text))

    def test_names(self) -> None:
        self.fails(2, ("did you mean 'figure4'",), "experiment", "figure5")
        self.fails(2, ("which experiment?",), "experiment")
        self.fails(2, ("expected a number above zero",), "experiment", "loses", "-j", "0")
        listing = self.succeeds("experiment", "--list")
        for name in experiment_file.shipped():
            self.assertIn(name, listing)

    def test_what_is_shipped_is_well_formed(self) -> None:
        for name in experiment_file.shipped():
            with self.subTest(name):
                experiment = experiment_file.load(experiment_file.find(name))
                self.assertTrue(experiment.claims)
                self.assertTrue(experiment.figures)


if __name__ == "__main__":
    unittest.main()
