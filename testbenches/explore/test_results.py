"""`./zs results`: what it shows and exports, over one small sweep."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from conftest import ROOT, TINY, zs

import zerostage
from zerostage.columns import measure_columns
from zerostage.expansion import expand
from zerostage.search_plan import plan_of
from zerostage.sweep_file import load


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of two flows at three clocks."""
    directory = tmp_path_factory.mktemp("results")
    (directory / "sweep.yaml").write_text(TINY)
    zerostage.sweep(directory / "sweep.yaml", database=directory / "r.sqlite")
    return directory / "r.sqlite"


def shown(database: Path, *arguments: str) -> str:
    done = zs("results", database, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_table_has_axes_and_measures_with_units(database: Path) -> None:
    lines = shown(database).splitlines()
    columns = "number workload.flow board.fclk_hz time_ms program_time_ms memory_bytes"
    assert lines[0].split() == columns.split()
    assert len(lines) == 7


def test_units_end_the_name_of_every_measure() -> None:
    units = ("_ms", "_bytes", "_transactions", "_count", "_uj", "_ratio", "_per_cycle", "_words")
    assert all(column.name.endswith(units) for column in measure_columns())


def test_filter_sort_and_limit(database: Path) -> None:
    condition = "workload.flow == 'Cs' and board.fclk_hz >= 100e6"
    lines = shown(database, "--filter", condition, "--sort=-time_ms").splitlines()
    assert [line.split()[:3] for line in lines[1:]] == [
        ["4", "Cs", "100000000"],
        ["5", "Cs", "200000000"],
    ]
    assert "... 4 more rows" in shown(database, "--limit", "2")


def test_pareto_and_sensitivity(database: Path) -> None:
    assert shown(database, "--pareto", "time_ms").splitlines()[1].split()[:2] == ["5", "Cs"]
    table = shown(database, "--sensitivity", "time_ms")
    assert "workload.flow" in table and "board.fclk_hz" in table


def test_counters_on_demand(database: Path) -> None:
    header = shown(database, "--counters", "dma.*transfers").splitlines()[0]
    assert "kernel.dma.mm2s.transfers [transfers]" in header
    header = shown(database, "--counters", "program.os.msyncs").splitlines()[0]
    assert "program.os.msyncs [calls]" in header


def test_exports_hold_every_column(database: Path, tmp_path: Path) -> None:
    frame = zerostage.results(database)
    shown(database, "--export", str(tmp_path / "r.csv"))
    shown(database, "--export", str(tmp_path / "r.json"))
    with (tmp_path / "r.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(frame.columns)
    assert [float(row["time_ms"]) for row in rows] == list(frame["time_ms"])
    document = json.loads((tmp_path / "r.json").read_text())
    assert [row["memory_bytes"] for row in document] == list(frame["memory_bytes"])


def test_list_names_the_sweeps(database: Path) -> None:
    assert shown(database, "--list") == "sweep: 6 points, 6 done; workload.flow, board.fclk_hz\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--filter", "tim_ms < 1"), "there is no column 'tim_ms' (did you mean 'time_ms'?)"),
        (("--filter", "time_ms <"), "--filter:1:1: error: 'time_ms <' is no condition"),
        (("--sort", "time"), "there is no column 'time'"),
        (("--columns", "energy"), "there is no column 'energy'"),
        (("--pareto", "status"), "column 'status' holds no numbers"),
        (("--counters", "dmb.*bytes"), "no counter matches 'dmb.*bytes' (did you mean"),
        (("--sweep", "sweap"), "has no sweep 'sweap' (did you mean 'sweep'?)"),
        (("--export", "x.txt"), "expected a name ending in .csv, .json, .parquet"),
    ],
)
def test_requests_that_make_no_sense(database: Path, arguments: tuple[str, ...], says: str) -> None:
    done = zs("results", database, *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "file", sorted((ROOT / "configs" / "sweeps").glob("*.yaml")), ids=lambda file: file.stem
)
def test_shipped_sweeps_are_sound_and_as_large_as_they_say(file: Path) -> None:
    sweep = load(file)
    points = f"{len(expand(sweep).points):,}"
    comment = " ".join(line for line in sweep.text.splitlines() if line.startswith("#"))
    assert points in comment or points.replace(",", "") in comment
    if sweep.search is not None:
        plan_of(sweep)
