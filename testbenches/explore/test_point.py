"""How a simulation can end, with a stand-in for the simulator."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from zerostage import point
from zerostage.config import Config
from zerostage.point import STATUSES, Outcome, Simulations

CONFIG = Config({"workload": {"m": 1}})


@pytest.fixture
def ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Outcome]:
    """The outcome with a simulator that is a shell script; $5 is the run directory."""

    def run(script: str, timeout_s: float | None = None) -> Outcome:
        simulator = tmp_path / "zs-sim"
        simulator.write_text(f"#!/bin/sh\nmkdir $5\n{script}\n")
        simulator.chmod(0o755)
        monkeypatch.setattr(point, "SIMULATOR", simulator)
        outcome = Simulations().run_config(CONFIG, tmp_path / "program.elf", timeout_s)
        assert outcome.status in STATUSES
        return outcome

    return run


def stats(message: str, *audit: bool) -> str:
    """A shell command that writes a stats.json."""
    document = {"message": message, "audit": [{"ok": ok} for ok in audit]}
    return f"echo '{json.dumps(document)}' >$5/stats.json"


def test_sound(ends: Callable[..., Outcome]) -> None:
    outcome = ends(stats("", True))
    assert (outcome.status, outcome.error) == ("ok", "")
    assert json.loads(outcome.stats or "")["audit"] == [{"ok": True}]


def test_the_simulator_gets_the_resolved_config(ends: Callable[..., Outcome]) -> None:
    outcome = ends('cp "$1" $5/stats.json')
    assert outcome.stats == CONFIG.canonical()


def test_program_that_fails(ends: Callable[..., Outcome]) -> None:
    outcome = ends(stats("the program exited with status 3", True) + "; exit 1")
    assert (outcome.status, outcome.error) == ("failed", "the program exited with status 3")


def test_audit_that_does_not_hold(ends: Callable[..., Outcome]) -> None:
    outcome = ends(stats("1 of 2 identities do not hold", True, False) + "; exit 1")
    assert (outcome.status, outcome.error) == ("audit", "1 of 2 identities do not hold")


def test_program_that_the_simulator_refuses(ends: Callable[..., Outcome]) -> None:
    outcome = ends("echo 'not an ELF' >&2; exit 2")
    assert (outcome.status, outcome.error) == ("refused", "not an ELF")


def test_simulator_that_crashes_is_quoted(ends: Callable[..., Outcome]) -> None:
    outcome = ends("echo 'assertion x failed' >&2; kill -ABRT $$")
    assert outcome.status == "crashed"
    assert outcome.error == "zs-sim ended with signal 6: assertion x failed"


def test_simulator_that_says_ok_and_writes_nothing_has_crashed(
    ends: Callable[..., Outcome]
) -> None:
    assert ends("exit 0").status == "crashed"


def test_simulator_that_takes_too_long_is_ended(ends: Callable[..., Outcome]) -> None:
    outcome = ends("exec sleep 1000", 0.1)
    assert (outcome.status, outcome.error) == ("timeout", "not done after 0.1 s")


def test_abandoning_ends_what_is_in_flight_and_starts_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator = tmp_path / "zs-sim"
    simulator.write_text(f"#!/bin/sh\necho started >{tmp_path}/started\nexec sleep 1000\n")
    simulator.chmod(0o755)
    monkeypatch.setattr(point, "SIMULATOR", simulator)
    simulations = Simulations()
    outcomes: list[Outcome] = []
    thread = threading.Thread(
        target=lambda: outcomes.append(simulations.run_config(CONFIG, tmp_path))
    )
    thread.start()
    while not (tmp_path / "started").exists():
        pass
    simulations.abandon()
    thread.join()
    assert [outcome.status for outcome in outcomes] == ["crashed"]
    with pytest.raises(KeyboardInterrupt):
        simulations.run_config(CONFIG, tmp_path)
