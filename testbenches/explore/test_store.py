"""The results database: what is written is there, once, whoever else writes."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from zerostage.config import Config
from zerostage.errors import RequestError
from zerostage.point import Outcome, content_key
from zerostage.store import Store, Sweep

GOOD = Outcome("ok", "", '{"counters": []}', 0.25)
LATE = Outcome("timeout", "not done after 1 s", None, 1.0)


def config(number: int) -> Config:
    return Config({"workload": {"m": number}})


def sweep_of(store: Store, *numbers: int) -> Sweep:
    points = [({"workload.m": number}, config(number)) for number in numbers]
    return store.add_sweep("s", "simulator", "text", ["workload.m"], points)


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    with Store(tmp_path / "r.sqlite") as store:
        sweep = sweep_of(store, 1, 2, 3)
        store.set_keys(sweep, [(0, "a"), (1, "b"), (2, "c")])
        store.add_run("a", "program", GOOD)
        store.add_run("c", "program", LATE)
    with Store(tmp_path / "r.sqlite", must_exist=True) as store:
        results = list(store.results(store.sweeps("s")[0]))
    assert [result.outcome for result in results] == [GOOD, None, LATE]
    assert [result.point.labels for result in results] == [{"workload.m": m} for m in (1, 2, 3)]
    assert results[1].point.config == config(2)


def test_a_run_is_visible_to_others_as_soon_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    with Store(path) as writer, Store(path) as reader:
        writer.add_run("a", "program", GOOD)
        assert reader.outcome("a") == GOOD


def test_the_log_is_synchronised_with_each_run(tmp_path: Path) -> None:
    with Store(tmp_path / "r.sqlite") as store:
        store.add_run("a", "program", GOOD)
        (mode,) = store._database.execute("PRAGMA journal_mode").fetchone()
        (synchronous,) = store._database.execute("PRAGMA synchronous").fetchone()
    assert (mode, synchronous) == ("wal", 2)


def test_equal_points_are_the_same_sweep_and_others_are_not(tmp_path: Path) -> None:
    with Store(tmp_path / "r.sqlite") as store:
        assert sweep_of(store, 1, 2).id == sweep_of(store, 1, 2).id
        assert sweep_of(store, 1, 2).id != sweep_of(store, 2, 1).id
        assert len(store.sweeps("s")) == 2


def test_only_failures_of_the_machine_are_tried_again(tmp_path: Path) -> None:
    with Store(tmp_path / "r.sqlite") as store:
        for status in ("ok", "failed", "audit", "refused", "timeout", "crashed", "build"):
            store.add_run(status, "program", Outcome(status, "", None, 0.0))
        again = store.finished() - store.finished(retry_transient=True)
    assert again == {"timeout", "crashed", "build"}


def test_merging_takes_over_what_is_new_and_nothing_else(tmp_path: Path) -> None:
    with Store(tmp_path / "a.sqlite") as one, Store(tmp_path / "b.sqlite") as other:
        one.add_run("both", "program", GOOD)
        other.add_run("both", "program", LATE)
        other.add_run("new", "program", GOOD)
        assert one.merge(tmp_path / "b.sqlite") == 1
        assert one.outcome("both") == one.outcome("new") == GOOD


def test_keys_depend_on_config_program_and_simulator_and_on_nothing_else() -> None:
    keys = {
        content_key(config(1), "program", "simulator"),
        content_key(config(2), "program", "simulator"),
        content_key(config(1), "other", "simulator"),
        content_key(config(1), "program", "other"),
    }
    assert len(keys) == 4
    reordered = Config({"b": {"d": 1, "c": 2}, "a": 3})
    same = Config({"a": 3, "b": {"c": 2, "d": 1}})
    assert content_key(reordered, "", "") == content_key(same, "", "")


def test_files_that_are_something_else_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no such results database"):
        Store(tmp_path / "none.sqlite", must_exist=True)
    text = tmp_path / "text.sqlite"
    text.write_text("nothing of a database" * 100)
    with pytest.raises(RequestError, match="is no results database"):
        Store(text)
    later = tmp_path / "later.sqlite"
    sqlite3.connect(later).executescript("PRAGMA user_version = 99; CREATE TABLE t (x)")
    with pytest.raises(RequestError, match="results of another version"):
        Store(later)
