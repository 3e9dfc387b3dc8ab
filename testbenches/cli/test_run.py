"""Runs of real programs on the simulated board, through `./zs run`."""

from __future__ import annotations

import json
import shutil
import unittest
from pathlib import Path

from zs import ROOT, CliTest, counter, stats

from zerostage.build import mlir_wanted

SMALL = "testbenches/cli/small.yaml"  # 32x32x32 int32, Cs, staged, v3 8x8
PROGRAMS = ROOT / "host" / "programs"

HELLO = r"""
#include <stdio.h>
int main(void)
{
    printf("hello from the board\n");
    return STATUS;
}
"""

# Prints every word that goes to or comes from the DMA buffers, in place of a logic analyser.
TRACE = r"""
#include "axi_dma.h"
#include <stdio.h>
static int traced_send(int words, int offset)
{
    for (int i = 0; i < words; i++)
        printf("sent %08x%s\n", dma_get_inbuffer()[offset + i], i == words - 1 ? " last" : "");
    return (dma_start_send)(words, offset);
}
static int received;
static int traced_recv(int words, int offset)
{
    received = words;
    return (dma_start_recv)(words, offset);
}
static void traced_wait(void)
{
    (dma_wait_recv)();
    for (int i = 0; i < received; i++)
        printf("received %08x\n", dma_get_outbuffer()[i]);
}
#define dma_start_send(words, offset) traced_send(words, offset)
#define dma_start_recv(words, offset) traced_recv(words, offset)
#define dma_wait_recv() traced_wait()
"""


def config_line(run: Path, name: str) -> str:
    """The line of a run's configuration that a parameter is on."""
    lines = (run / "config.yaml").read_text(encoding="utf-8").splitlines()
    return next(line.strip() for line in lines if line.strip().startswith(f"{name}:"))


class RunTest(CliTest):
    def run_directory(self, name: str, *arguments: str | Path) -> Path:
        """Run into a directory of the test's own."""
        out = self.directory / name
        self.succeeds("run", SMALL, *arguments, "--out", out)
        return out

    def test_run_directory_is_complete_and_audited(self) -> None:
        out = self.run_directory("run")
        self.assertEqual(
            sorted(path.name for path in out.iterdir()),
            ["config.yaml", "manifest.json", "stats.json", "summary.txt"],
        )
        self.assertEqual(stats(out)["status"], "ok")
        self.assertTrue(stats(out)["audit"])
        self.assertTrue(all(identity["ok"] for identity in stats(out)["audit"]))
        self.assertEqual(json.loads((out / "manifest.json").read_text())["command"][1], SMALL)

    def test_every_element_type_verifies(self) -> None:
        words_in = {}
        for element in ("i32", "f32", "i8"):
            types = [f"workload.type={element}", f"accelerator.type={element}"]
            sizes = ["workload.m=16", "workload.n=16", "workload.k=16"]
            settings = [word for name in (*types, *sizes) for word in ("--set", name)]
            out = self.run_directory(element, *settings)
            words_in[element] = counter(out, "accel.words_in")
        opcodes = 12  # Cs: one a product, one a tile of C
        self.assertEqual(words_in["f32"], words_in["i32"])
        self.assertEqual((words_in["i32"] - opcodes) / 4, words_in["i8"] - opcodes)

    def test_resolved_config_runs_again_to_the_same_result(self) -> None:
        first = self.run_directory("first", "--set", "workload.flow=Ns")
        second = self.directory / "second"
        self.succeeds("run", first / "config.yaml", "--out", second)
        self.assertEqual((first / "stats.json").read_bytes(), (second / "stats.json").read_bytes())

    def test_same_run_gives_the_same_bytes(self) -> None:
        first, second = self.run_directory("first"), self.run_directory("second")
        self.assertEqual((first / "stats.json").read_bytes(), (second / "stats.json").read_bytes())

    def test_default_directory_is_new_each_time(self) -> None:
        lines = [self.succeeds("run", SMALL).splitlines()[-1] for _ in range(2)]
        runs = [ROOT / line.removeprefix("run directory: ") for line in lines]
        for run in runs:
            self.addCleanup(shutil.rmtree, run)
            self.assertTrue(run.name.startswith("matmul-32x32x32-i32-v3-8-Cs-staged-"), run)
        self.assertNotEqual(*runs)

    def test_zero_copy_sends_the_same_words_without_touching_them(self) -> None:
        staged = self.run_directory("staged")
        zero_copy = self.run_directory("zero_copy", "--set", "workload.copy=zero_copy")
        for name in ("stream.mm2s.words", "stream.s2mm.words", "accel.macs"):
            self.assertEqual(counter(staged, name), counter(zero_copy, name), name)
        self.assertGreater(counter(staged, "phase.copy_in_ps"), 0)
        self.assertEqual(counter(zero_copy, "phase.copy_in_ps"), 0)

    def test_what_is_stationary_is_sent_once(self) -> None:
        v2 = ("--set", "accelerator=v2-4", "--set")
        tiles = 32 // 4
        words = {
            "Ns": tiles**3 * (2 * 16 + 1),
            "As": (tiles**2 + tiles**3) * (16 + 1),
            "Bs": (tiles**2 + tiles**3) * (16 + 1),
        }
        for flow, sent in words.items():
            out = self.run_directory(flow, *v2, f"workload.flow={flow}")
            self.assertEqual(counter(out, "stream.mm2s.words"), sent, flow)

    def test_the_best_flow_is_chosen_once_for_all(self) -> None:
        chosen = self.run_directory("chosen", "--set", "workload.flow=best")
        said = self.run_directory("said", "--set", "workload.flow=Cs")
        self.assertEqual(
            config_line(chosen, "flow"), "flow: Cs # chosen by best, --set workload.flow=best"
        )
        programs = [
            json.loads((run / "manifest.json").read_text())["program"] for run in (chosen, said)
        ]
        self.assertEqual(*programs)
        self.assertEqual(counter(chosen, "accel.words_in"), counter(said, "accel.words_in"))

    @unittest.skipUnless(mlir_wanted(), "compiling kernels needs MLIR 22")
    def test_v4s_tile_and_flow_are_chosen_together(self) -> None:
        sizes = ("workload.m=64", "workload.n=64", "workload.k=128")
        best = ("accelerator=v4-16", "workload.flow=best", "workload.tile=best")
        out = self.run_directory("best", *(f"--set={setting}" for setting in (*sizes, *best)))
        self.assertEqual(
            config_line(out, "flow"), "flow: Cs # chosen by best, --set workload.flow=best"
        )
        self.assertEqual(
            config_line(out, "tile"),
            'tile: "64x64x64" # elements; chosen by best, --set workload.tile=best',
        )
        opcodes = 2 * (2 + 1)  # each a word and the tile's shape
        self.assertEqual(counter(out, "accel.words_in"), 2 * 64 * 128 + opcodes)

    @unittest.skipUnless(mlir_wanted(), "compiling kernels needs MLIR 22")
    def test_matrices_that_do_not_fit_the_region_go_through_it_in_blocks(self) -> None:
        zero_copy = ("--set", "workload.copy=zero_copy", "--set")
        whole = self.run_directory("whole", *zero_copy, "workload.region_block=none")
        blocks = self.run_directory("blocks", *zero_copy, "workload.dma_in_bytes=4 KiB")
        self.assertIn('"16x8x32" # elements; chosen by auto', config_line(blocks, "region_block"))
        for name in ("stream.mm2s.words", "stream.s2mm.words", "dma.mm2s.transfers", "accel.macs"):
            self.assertEqual(counter(whole, name), counter(blocks, name), name)
        self.assertEqual(counter(whole, "phase.pack_ps"), 0)
        self.assertGreater(counter(blocks, "phase.pack_ps"), 0)

    def test_driver_of_2022_sends_both_tiles_at_once(self) -> None:
        v1 = ("--set", "accelerator=v1-8", "--set", "workload.flow=Ns", "--set")
        sends = {}
        for behaviour in ("axi4mlir-2022", "axi4mlir-2023"):
            out = self.run_directory(behaviour, *v1, f"workload.behaviour={behaviour}")
            sends[behaviour] = counter(out, "dma.mm2s.transfers")
            self.assertEqual(counter(out, "stream.mm2s.words"), 4**3 * 2 * 64)
        self.assertEqual(sends, {"axi4mlir-2022": 4**3, "axi4mlir-2023": 2 * 4**3})

    def test_elementwise_copies_move_the_same_words_in_more_instructions(self) -> None:
        rowwise = self.run_directory("rowwise")
        elementwise = self.run_directory("elementwise", "--set", "workload.copy_style=elementwise")
        for name in ("stream.mm2s.words", "dma.mm2s.transfers", "dram.bytes.cpu_uncached_write"):
            self.assertEqual(counter(rowwise, name), counter(elementwise, name), name)
        instructions = "cpu.instructions"
        self.assertGreater(counter(elementwise, instructions), 2 * counter(rowwise, instructions))

    def test_lines_that_the_coherent_port_evicts_leave_in_their_turn(self) -> None:
        # the port's bursts run ahead of the time at which their evicted lines go to memory
        small = ("--set", "accelerator.size=16", "--set", "board.l2.bytes=16 KiB")
        problem = [word for name in "mnk" for word in ("--set", f"workload.{name}=64")]
        run = self.directory / "run"
        case = "configs/loses/coherent-thrashing.yaml"
        self.succeeds("run", case, *small, *problem, "--out", run)
        self.assertGreater(counter(run, "acp.evictions"), 0)

    def test_compare_reads_runs_and_draws(self) -> None:
        staged = self.run_directory("staged")
        zero_copy = self.run_directory("zero_copy", "--set", "workload.copy=zero_copy")
        figure = self.directory / "figure.png"
        text = self.succeeds("compare", staged, zero_copy, "--out", figure)
        self.assertIn("Whole program:", text)
        self.assertEqual(figure.read_bytes()[:8], b"\x89PNG\r\n\x1a\n")


class UserProgramTest(CliTest):
    def test_own_c_program_runs(self) -> None:
        program = self.file("hello.c", HELLO.replace("STATUS", "0"))
        text = self.succeeds("run", SMALL, "--program", program, "--out", self.directory / "run")
        self.assertIn("hello from the board", text)

    def test_own_cpp_program_runs(self) -> None:
        source = "#include <iostream>\nint main() { std::cout << 6 * 7; }\n"
        program = self.file("hello.cpp", source)
        text = self.succeeds("run", SMALL, "--program", program, "--out", self.directory / "run")
        self.assertIn("42", text)

    def test_failing_program_fails_the_run_and_leaves_its_counters(self) -> None:
        program = self.file("fails.c", HELLO.replace("STATUS", "3"))
        out = self.directory / "run"
        self.fails(1, ("exited with status 3",), "run", SMALL, "--program", program, "--out", out)
        self.assertEqual((stats(out)["status"], stats(out)["exit_code"]), ("failed", 3))

    def test_program_that_does_not_compile_shows_the_compiler_error(self) -> None:
        program = self.file("broken.c", "int main(void) { return x; }\n")
        self.fails(1, ("broken.c:1", "undeclared"), "run", SMALL, "--program", program)

    def test_elf_is_taken_as_it_is(self) -> None:
        first, second = self.directory / "first", self.directory / "second"
        program = self.file("hello.c", HELLO.replace("STATUS", "0"))
        self.succeeds("run", SMALL, "--program", program, "--out", first)
        elf = json.loads((first / "manifest.json").read_text())["program"]["path"]
        self.succeeds("run", SMALL, "--program", elf, "--out", second)
        self.assertEqual((first / "stats.json").read_bytes(), (second / "stats.json").read_bytes())

    def test_hand_written_drivers_are_verified_in_one_send_an_opcode(self) -> None:
        for driver in sorted(PROGRAMS.glob("manual_v*.c")):
            _, version, flow = driver.stem.split("_")
            size = 16 if version == "v4" else 8
            tiles = 32 // size
            accelerator = f"accelerator={{version: {version}, size: {size}}}"
            out = self.directory / driver.stem
            text = self.succeeds(
                "run", SMALL, "--set", accelerator, "--program", driver, "--out", out
            )
            self.assertIn("matmul 32x32x32: verified", text)
            sends = tiles**3 + (0 if flow == "ns" else tiles**2)
            self.assertEqual(counter(out, "dma.mm2s.transfers"), sends, driver.stem)

    def test_own_driver_is_not_bound_by_the_kernels_flow(self) -> None:
        driver = PROGRAMS / "manual_v1_ns.c"  # the config says Cs, which v1 cannot
        out = self.directory / "run"
        text = self.succeeds("run", SMALL, "--set", "accelerator=v1-8", "--program", driver, "--out", out)
        self.assertIn("matmul 32x32x32: verified", text)


class WireTest(CliTest):
    """What the compiler generates against the same driver written by hand."""

    def trace(self, name: str, *arguments: str | Path) -> list[str]:
        """Every word on the wire, in order."""
        trace = self.file("trace.h", TRACE)
        flags = f"[-O0, -include, {trace}]"
        config = self.file("trace.yaml", f"workload:\n  cflags: {flags}\n")
        out = self.directory / name
        text = self.succeeds("run", SMALL, config, *arguments, "--out", out)
        return [line for line in text.splitlines() if line.startswith(("sent ", "received "))]

    def test_generated_and_hand_written_put_the_same_words_on_the_wire(self) -> None:
        generated = self.trace("generated")
        by_hand = self.trace("by-hand", "--program", PROGRAMS / "handwritten_v3_cs_2023.c")
        self.assertEqual(len(generated), 4**3 * (1 + 64 + 64) + 4**2 * (1 + 64))
        self.assertEqual(generated, by_hand)

    def test_counters_of_the_wire_agree(self) -> None:
        driver = PROGRAMS / "handwritten_v3_cs_2023.c"
        self.compare_wires(("--program", driver))

    def test_c_and_object_file_move_the_same(self) -> None:
        self.compare_wires(("--set", "workload.emit=obj"))

    def compare_wires(self, other: tuple[str | Path, ...]) -> None:
        """The kernel as C, against the same config with `other` arguments."""
        generated, by_hand = self.directory / "generated", self.directory / "other"
        self.succeeds("run", SMALL, "--out", generated)
        self.succeeds("run", SMALL, *other, "--out", by_hand)
        names = [
            entry["name"]
            for entry in stats(generated)["counters"]
            if entry["name"].startswith(("stream.", "link.hp0.", "dma.", "accel."))
            and entry["unit"] in ("words", "packets", "bytes", "beats", "transactions", "transfers")
        ]
        self.assertIn("link.hp0.read.transactions", names)
        for name in names:
            self.assertEqual(counter(generated, name), counter(by_hand, name), name)


if __name__ == "__main__":
    unittest.main()
