"""Sweeps of real runs, through `./zs sweep` and zerostage.sweep."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, TINY, zs

import zerostage
from zerostage.frame import same_results

WriteSweep = Callable[[str], Path]

# A sweep with a program that fails, one that never ends, and one that does not compile.
MIXED = """\
base: configs/demo.yaml
set: {{workload: {{m: 16, n: 16, k: 16}}}}
axes:
  workload.program: [harness, {0}/fails.c, {0}/endless.c, {0}/broken.c]
"""


def seconds_of(database: Path) -> dict[str, float]:
    """Wall-clock time of each run by key: another number when it was run again."""
    with sqlite3.connect(database) as connection:
        return dict(connection.execute("SELECT key, seconds FROM runs").fetchall())


def count_runs(database: Path) -> int:
    """Runs in a database that may not be there yet."""
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            return int(connection.execute("SELECT count(*) FROM runs").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def test_points_run_once_and_are_known_from_then_on(sweep_file: WriteSweep, tmp_path: Path) -> None:
    file, database = sweep_file(TINY), tmp_path / "r.sqlite"
    first = zs("sweep", file, "--db", database)
    assert first.returncode == 0, first.stderr
    assert "sweep: 6 points: 6 ok" in first.stdout
    seconds = seconds_of(database)
    again = zs("sweep", file, "--db", database)
    assert "sweep: 6 points (6 were known): 6 ok" in again.stdout
    assert seconds_of(database) == seconds
    file.write_text(TINY.replace("200 MHz", "150 MHz"))
    assert "6 points (4 were known): 6 ok" in zs("sweep", file, "--db", database).stdout
    forced = zs("sweep", file, "--db", database, "--force")
    assert forced.returncode == 0 and "differ" not in forced.stdout
    after = seconds_of(database)
    assert sum(after[key] == seconds[key] for key in seconds) == 2, "those of 200 MHz"


def test_jobs_do_not_change_the_table(sweep_file: WriteSweep) -> None:
    file = sweep_file(TINY)
    tables = [zerostage.sweep(file, jobs=jobs) for jobs in (1, 3)]
    assert same_results(*tables)
    assert len(tables[0]) == 6
    assert set(tables[0]["status"]) == {"ok"}


def test_a_point_of_a_sweep_is_the_same_as_a_run_of_its_own() -> None:
    overrides = {"workload.m": 16, "workload.n": 16, "workload.k": 16, "workload.flow": "Ns"}
    result = zerostage.run(ROOT / "configs" / "demo.yaml", overrides)
    sweep = {
        "base": "configs/demo.yaml",
        "set": {"workload": {"m": 16, "n": 16, "k": 16}},
        "axes": {"workload.flow": ["Ns"]},
    }
    row = zerostage.sweep(sweep).iloc[0]
    measures = result.measures()
    assert {name: row[name] for name in measures} == measures


def test_failures_are_rows_and_the_exit_status_says_so(
    sweep_file: WriteSweep, tmp_path: Path
) -> None:
    (tmp_path / "fails.c").write_text("int main(void) { return 3; }\n")
    (tmp_path / "endless.c").write_text("int main(void) { for (volatile int i;;) i = 0; }\n")
    (tmp_path / "broken.c").write_text("int main(void) { return x; }\n")
    file, database = sweep_file(MIXED.format(tmp_path)), tmp_path / "r.sqlite"
    done = zs("sweep", file, "--db", database, "--timeout", "2")
    assert done.returncode == 1, done.stderr
    assert "sweep: 4 points: 1 build, 1 failed, 1 ok, 1 timeout" in done.stdout
    frame = zerostage.results(database)
    assert list(frame["status"]) == ["ok", "failed", "timeout", "build"]
    assert frame["error"][1] == "the program exited with status 3"
    assert frame["error"][2] == "not done after 2 s"
    assert "undeclared" in frame["error"][3]
    assert frame["time_ms"].notna().tolist() == [True, False, False, False]
    (tmp_path / "broken.c").write_text("int main(void) { return 0; }\n")
    seconds = seconds_of(database)
    resumed = zs("sweep", file, "--db", database, "--timeout", "2", "--resume")
    assert "1 failed, 2 ok, 1 timeout" in resumed.stdout, resumed.stdout
    kept = {key for key, value in seconds_of(database).items() if seconds.get(key) == value}
    assert len(kept) == 3, "the sound run, the failed program, and the row of the mistake"


def test_mistakes_show_before_anything_starts(sweep_file: WriteSweep, tmp_path: Path) -> None:
    text = TINY.replace("[Ns, Cs]", "[Ns, Xs]").replace("board.fclk_hz", "board.flck_hz")
    file, database = sweep_file(text), tmp_path / "r.sqlite"
    done = zs("sweep", file, "--db", database)
    assert done.returncode == 2
    assert f"{file}:4:23: error: workload.flow: 'Xs' is not a choice" in done.stderr
    assert f"{file}:5:3: error: unknown key 'flck_hz' in board; did you mean" in done.stderr
    assert "Traceback" not in done.stderr
    assert count_runs(database) == 0


@pytest.mark.parametrize("name", ["trace.perfetto", "trace.vcd", "simulation.profile"])
def test_files_that_no_point_would_keep_are_refused(
    sweep_file: WriteSweep, tmp_path: Path, name: str
) -> None:
    file, database = sweep_file(TINY), tmp_path / "r.sqlite"
    done = zs("sweep", file, "--set", f"{name}=true", "--db", database)
    assert done.returncode == 2
    assert f"{name}: its files would be in the run's directory" in done.stderr
    assert "./zs run" in done.stderr
    assert count_runs(database) == 0


def test_dry_run_counts_and_estimates_and_stores_nothing(
    sweep_file: WriteSweep, tmp_path: Path
) -> None:
    file, database = sweep_file(TINY), tmp_path / "r.sqlite"
    done = zs("sweep", file, "--db", database, "--dry-run", "-j2")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("sweep: 6 points")
    assert lines[1].startswith("estimated time: 0:0") and "with -j2" in lines[1]
    assert lines[2] == "  0: workload.flow=Ns board.fclk_hz=50 MHz"
    assert lines[-1] == "  5: workload.flow=Cs board.fclk_hz=200 MHz"
    assert not database.exists()


MANY = TINY.replace("[50 MHz, 100 MHz, 200 MHz]", "{from: 50 MHz, to: 200 MHz, step: 15 MHz}")


def start(file: Path, database: Path) -> subprocess.Popen[str]:
    """A sweep in the background, once it has its first results."""
    process = subprocess.Popen(
        [ROOT / "zs", "sweep", file, "--db", database, "-j2"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while count_runs(database) < 3:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    return process


def test_interrupt_finishes_cleanly_and_resume_goes_on(
    sweep_file: WriteSweep, tmp_path: Path
) -> None:
    file, database = sweep_file(MANY), tmp_path / "r.sqlite"
    process = start(file, database)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate()
    assert process.returncode == 130, stderr
    assert "Traceback" not in stderr
    assert "not run" in stdout and "--resume goes on" in stdout
    seconds = seconds_of(database)
    assert set(zerostage.results(database)["status"]) == {"ok", "missing"}
    done = zs("sweep", file, "--db", database, "--resume")
    assert f"22 points ({len(seconds)} were known): 22 ok" in done.stdout, done.stderr
    after = seconds_of(database)
    assert len(after) == 22
    assert {key: after[key] for key in seconds} == seconds, "nothing runs twice"


def test_kill_loses_at_most_what_is_in_flight(sweep_file: WriteSweep, tmp_path: Path) -> None:
    file, database = sweep_file(MANY), tmp_path / "r.sqlite"
    process = start(file, database)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    seconds = seconds_of(database)
    assert len(seconds) >= 3
    done = zs("sweep", file, "--db", database, "--resume")
    assert f"({len(seconds)} were known): 22 ok" in done.stdout, done.stderr
    after = seconds_of(database)
    assert {key: after[key] for key in seconds} == seconds


def test_resume_keeps_to_the_points_as_they_were(sweep_file: WriteSweep, tmp_path: Path) -> None:
    file, database = sweep_file(TINY), tmp_path / "r.sqlite"
    none = zs("sweep", file, "--db", database, "--resume")
    assert none.returncode == 2 and "has no sweep 'sweep'" in none.stderr
    zs("sweep", file, "--db", database)
    file.write_text(TINY.replace("200 MHz", "150 MHz"))
    assert "(6 were known): 6 ok" in zs("sweep", file, "--db", database, "--resume").stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--resume", "--force"), "--resume continues the points as they were"),
        (("--tasks", "3"), "--tasks is for --emit slurm"),
        (("--shard", "3/3"), "expected I/N"),
        (("-j", "0"), "expected a number above zero"),
        (("--set", "workload.flow=Cs"), "'workload.flow' is set twice; the other place is --set"),
        (("--resme",), "did you mean '--resume'?"),
    ],
)
def test_options_that_make_no_sense(
    sweep_file: WriteSweep, arguments: tuple[str, ...], says: str
) -> None:
    done = zs("sweep", sweep_file(TINY), *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_sweep_file_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    done = zs("sweep", tmp_path / "nowhere.yaml")
    assert done.returncode == 2 and "no such sweep file" in done.stderr


def test_slurm_job_array_runs_in_shards_and_gathers_to_the_same_table(
    sweep_file: WriteSweep, tmp_path: Path
) -> None:
    file, database = sweep_file(TINY), tmp_path / "r.sqlite"
    emitted = zs("sweep", file, "--db", database, "--emit", "slurm", "--tasks", "3", "-j1")
    assert emitted.returncode == 0, emitted.stderr
    assert "#SBATCH --array=0-2\n" in emitted.stdout
    script = tmp_path / "job.sh"
    script.write_text(emitted.stdout)
    for task in range(3):  # what Slurm would do
        environment = {**os.environ, "SLURM_ARRAY_TASK_ID": str(task), "SLURM_CPUS_PER_TASK": "1"}
        done = subprocess.run(
            ["bash", script], env=environment, capture_output=True, text=True, check=False
        )
        assert "sweep: 2 points: 2 ok" in done.stdout, done.stderr
    gather = next(line for line in emitted.stdout.splitlines() if line.startswith("# Gather:"))
    done = subprocess.run(
        ["bash", "-c", gather.removeprefix("# Gather:")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "sweep: 6 points (6 were known): 6 ok" in done.stdout, done.stdout + done.stderr
    assert same_results(zerostage.results(database), zerostage.sweep(file))
