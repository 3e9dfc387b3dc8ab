"""What makes no sense exits with 2, says what was expected, and names the nearest word."""

from __future__ import annotations

import os
import subprocess
import unittest

from zs import ROOT, CliTest

SMALL = "testbenches/cli/small.yaml"


class CommandLineTest(CliTest):
    def test_unknown_command_names_the_nearest(self) -> None:
        self.fails(2, ("unknown command 'dmeo'", "did you mean 'demo'?"), "dmeo")

    def test_unknown_option_names_the_nearest(self) -> None:
        self.fails(2, ("'--progam'", "did you mean '--program'?"), "run", SMALL, "--progam", "x.c")

    def test_missing_argument_is_named(self) -> None:
        self.fails(2, ("required: CONFIG",), "run")

    def test_help_lists_every_command(self) -> None:
        text = self.succeeds("help")
        for (
            command
        ) in "demo test build compile check params run compare sweep results search worker".split():
            self.assertIn(f"\n  {command}", text)


class ClosedPipeTest(CliTest):
    def test_a_reader_that_goes_ends_a_command_as_it_ends_others(self) -> None:
        for command in (["params"], ["check", SMALL], ["compare", "--help"]):
            reader, writer = os.pipe()
            os.close(reader)
            done = subprocess.run(
                [ROOT / "zs", *command],
                cwd=ROOT,
                stdout=writer,
                stderr=subprocess.PIPE,
                check=False,
            )
            os.close(writer)
            self.assertEqual((done.returncode, done.stderr), (141, b""), command)


class ConfigTest(CliTest):
    def test_unknown_key_has_its_place_and_the_nearest_key(self) -> None:
        config = self.file("run.yaml", "workload:\n  m: 32\n  flwo: Cs\n")
        self.fails(2, ("run.yaml:3:3", "'flwo'", "'flow'"), "check", config)

    def test_bad_enum_has_its_place_and_the_choices(self) -> None:
        config = self.file("run.yaml", "workload:\n  flow: Xs\n")
        self.fails(2, ("run.yaml:2:9", "'Xs'", "Ns", "Cs"), "check", config)

    def test_bad_unit_has_its_place(self) -> None:
        config = self.file("run.yaml", "board:\n  fclk_hz: 100 parsec\n")
        self.fails(2, ("run.yaml:2:12", "parsec"), "check", config)

    def test_missing_file_is_named(self) -> None:
        self.fails(2, ("nowhere.yaml",), "run", "nowhere.yaml")

    def test_bad_override_is_named(self) -> None:
        self.fails(2, ("workload.flwo", "flow"), "run", SMALL, "--set", "workload.flwo=Cs")

    def test_flow_that_the_accelerator_cannot_do_names_those_it_can(self) -> None:
        says = ("workload.flow", "v2 cannot", "Ns, As or Bs", "v3")
        self.fails(2, says, "run", SMALL, "--set", "accelerator=v2-8")

    def test_several_mistakes_show_at_once(self) -> None:
        config = self.file("run.yaml", "workload:\n  flow: Xs\n  copy: teleport\n")
        self.fails(2, ("'Xs'", "'teleport'"), "check", config)

    def test_good_config_passes(self) -> None:
        self.succeeds("check", SMALL)


class ProgramTest(CliTest):
    def test_missing_program_is_named(self) -> None:
        self.fails(2, ("nowhere.c", "no such file"), "run", SMALL, "--program", "nowhere.c")

    def test_program_of_a_wrong_kind_says_what_is_expected(self) -> None:
        text = self.file("driver.txt", "no program\n")
        self.fails(2, ("driver.txt", "static ARM ELF"), "run", SMALL, "--program", text)

    def test_runs_are_not_overwritten(self) -> None:
        self.file("precious", "")
        self.fails(2, ("not overwritten",), "run", SMALL, "--out", self.directory)


class KernelTest(CliTest):
    def test_variant_that_is_not_shipped_needs_mlir(self) -> None:
        says = ("mlir-out/ holds no matmul-48x48x48-i32-v3-8-Cs-staged", "--without-mlir")
        sizes = [word for key in "mnk" for word in ("--set", f"workload.{key}=48")]
        self.fails(2, says, "run", SMALL, *sizes, "--without-mlir")

    def test_shipped_variant_does_not_need_mlir(self) -> None:
        self.succeeds("run", SMALL, "--without-mlir", "--out", self.directory / "run")

    def test_template_that_is_not_there_is_named(self) -> None:
        override = "workload.kernel=nowhere.mlir"
        self.fails(2, ("workload.kernel", "nowhere.mlir"), "run", SMALL, "--set", override)


class CompareTest(CliTest):
    def test_directory_that_is_no_run(self) -> None:
        says = ("is not a run directory", "holds no stats.json")
        self.fails(2, says, "compare", self.directory, self.directory)

    def test_directory_that_is_not_there(self) -> None:
        self.fails(2, ("does not exist",), "compare", "nowhere", "nowhere")

    def test_broken_stats(self) -> None:
        self.file("stats.json", "{}")
        self.fails(2, ("is not a stats.json",), "compare", self.directory, self.directory)

    def test_one_run_is_nothing_to_compare(self) -> None:
        self.fails(2, ("at least two",), "compare", self.directory)


if __name__ == "__main__":
    unittest.main()
