"""Searches: what is tried follows from the seed alone, and the good points are found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, zs

pytest.importorskip("optuna")

import optuna  # noqa: E402

import zerostage  # noqa: E402
from zerostage import sweep_file  # noqa: E402
from zerostage.errors import RequestError  # noqa: E402
from zerostage.search_plan import SAMPLERS, plan_of  # noqa: E402

# 16 x 16 x 16; all 12 points take a second.
SPACE: dict[str, Any] = {
    "name": "tiny",
    "base": "configs/demo.yaml",
    "set": {"workload": {"m": 16, "n": 16, "k": 16}},
    "axes": {
        "accelerator": ["v3-4", "v3-8"],
        "workload.flow": ["Ns", "Cs"],
        "board.fclk_hz": {"from": "50 MHz", "to": "200 MHz", "step": "75 MHz"},
    },
    "search": {"objectives": ["time_ms", "macs_per_cycle"], "trials": 8, "batch": 4},
}


def searching(**changes: Any) -> dict[str, Any]:
    """The space, searched otherwise."""
    return {**SPACE, "search": {**SPACE["search"], **changes}}


def trials(database: Path) -> list[tuple[Any, ...]]:
    """What was tried, in order, how it ended, and its objectives."""
    study = optuna.load_study(study_name="tiny", storage=f"sqlite:///{database}")
    return [
        (trial.user_attrs.get("choices"), trial.state.name, trial.values)
        for trial in study.get_trials(deepcopy=False)
    ]


def run_in(database: Path) -> list[tuple[Any, ...]]:
    """The trials that were run, without proposals that were refused."""
    return [trial for trial in trials(database) if trial[1] == "COMPLETE"]


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_equal_seeds_make_equal_trials_with_any_number_of_jobs(
    tmp_path: Path, sampler: str
) -> None:
    document = searching(sampler=sampler)
    found = []
    for jobs in (1, 2):
        database = tmp_path / f"{jobs}.sqlite"
        zerostage.search(document, database=database, jobs=jobs)
        found.append(trials(database))
    assert found[0] == found[1]
    assert len(run_in(tmp_path / "1.sqlite")) == 8


def test_other_seeds_make_other_trials(tmp_path: Path) -> None:
    for seed in (1, 2):
        database = tmp_path / f"{seed}.sqlite"
        zerostage.search(SPACE, database=database, seed=seed, trials=4)
    assert trials(tmp_path / "1.sqlite") != trials(tmp_path / "2.sqlite")


def test_resumed_search_tries_what_an_uninterrupted_one_tries(tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole.sqlite", tmp_path / "parts.sqlite"
    zerostage.search(SPACE, database=whole)
    zerostage.search(SPACE, database=parts, trials=4)
    study = optuna.load_study(study_name="tiny", storage=f"sqlite:///{parts}")
    study.ask()  # of a batch that a kill cut short
    zerostage.search(SPACE, database=parts, resume=True)
    assert run_in(parts) == run_in(whole)


def test_whole_space_gives_the_front_of_the_sweep(tmp_path: Path) -> None:
    """With as many trials as it takes, the search finds what running everything finds."""
    everything = {key: value for key, value in SPACE.items() if key != "search"}
    objectives = ["time_ms", "macs_per_cycle"]
    best = zerostage.pareto(zerostage.sweep(everything), objectives)
    found = zerostage.search(searching(sampler="random"), trials=60)
    assert len(found) == 12, "no point is there twice, and none is left out"
    columns = [*SPACE["axes"], *objectives]
    assert (
        zerostage.pareto(found, objectives)[columns].values.tolist()
        == best[columns].values.tolist()
    )


def test_constraints_tell_which_points_are_allowed() -> None:
    found = zerostage.search(searching(constraints=["accelerator.size <= 4", "time_ms < 1e3"]))
    small = found["accelerator"] == "v3-4"
    assert found["allowed"].tolist() == small.tolist()
    assert small.any() and not small.all()


def test_pruning_runs_in_full_only_what_the_cheaper_run_does_not_beat(tmp_path: Path) -> None:
    cheaper = {"workload": {"m": 16, "n": 16, "k": 16}}
    space = searching(prune={"set": cheaper, "margin": 0.05}, objectives=["time_ms"], trials=12)
    space["set"] = {"workload": {"m": 32, "n": 32, "k": 32}}
    database = tmp_path / "r.sqlite"
    found = zerostage.search(space, database=database)
    study = optuna.load_study(study_name="tiny", storage=f"sqlite:///{database}")
    ended = [
        (trial.number, trial.state.name, trial.user_attrs["cheap"][0])
        for trial in study.get_trials()
        if "cheap" in trial.user_attrs  # not of proposals that were refused
    ]
    pruned = [(number, cheap) for number, state, cheap in ended if state == "PRUNED"]
    assert pruned and len(found) > 0
    for number, cheap in pruned:
        before = [c for n, state, c in ended if state == "COMPLETE" and n < number]
        assert min(before) < 0.95 * cheap


def test_impossible_points_are_refused_trials_and_not_run(tmp_path: Path) -> None:
    space = searching(trials=8)
    space["axes"] = {**SPACE["axes"], "accelerator": ["v1-8", "v3-8"]}  # v1 has no Cs
    database = tmp_path / "r.sqlite"
    zerostage.search(space, database=database)
    ended = trials(database)
    assert {state for choices, state, _ in ended if choices[:2] == ["v1-8", "Cs"]} == {"FAIL"}
    assert sum(state == "COMPLETE" for _, state, _ in ended) == 8


def test_command_resumes_only_what_is_the_same(tmp_path: Path) -> None:
    file, database = tmp_path / "tiny.yaml", tmp_path / "r.sqlite"
    file.write_text(json.dumps(SPACE))
    first = zs("search", file, "--db", database, "--trials", "4")
    assert first.returncode == 0, first.stderr
    assert "4 points run, 0 pruned" in first.stdout and "the best of" in first.stdout
    again = zs("search", file, "--db", database, "--trials", "4")
    assert again.returncode == 2 and "has a search 'tiny' already" in again.stderr
    more = zs("search", file, "--db", database, "--trials", "8", "--resume")
    assert "8 points run" in more.stdout, more.stderr
    other = zs("search", file, "--db", database, "--seed", "7", "--resume")
    assert other.returncode == 2 and "are not what they were" in other.stderr
    listed = zs("results", database, "--pareto", "time_ms,macs_per_cycle")
    assert listed.returncode == 0, listed.stderr


@pytest.mark.parametrize(
    ("search", "says"),
    [
        ({}, "'objectives' is missing"),
        ({"objectives": ["time"]}, "'time' is no measure (did you mean 'time_ms'?)"),
        ({"objectives": ["time_ms"], "trials": "many"}, "'trials' is 'many'; expected a whole"),
        ({"objectives": ["time_ms"], "sampler": "tea"}, "sampler is 'tea'; expected tpe, nsga2"),
        ({"objectives": ["time_ms"], "constraints": ["time_ms"]}, "'time_ms' is no constraint"),
        ({"objectives": ["time_ms"], "prune": {"margin": 1}}, "'prune' needs 'set'"),
        ({"objectives": ["time_ms"], "sead": 1}, "unknown key 'sead' in 'search' (did you mean"),
    ],
)
def test_mistakes_in_the_plan_have_their_place(search: dict[str, Any], says: str) -> None:
    file = sweep_file.parse(json.dumps({**SPACE, "search": search}), "s.yaml", ROOT)
    with pytest.raises(RequestError) as caught:
        plan_of(file)
    assert str(caught.value).startswith("s.yaml:1:")
    assert says in str(caught.value)
