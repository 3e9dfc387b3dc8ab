"""What an experiment found: its rows, its texts with their numbers, its verdicts."""

from __future__ import annotations

from dataclasses import dataclass

from zerostage.experiment_file import Experiment
from zerostage.experiment_table import Row


@dataclass(frozen=True)
class Verdict:
    """What came of a claim."""

    text: str
    condition: str
    refuted: bool


@dataclass(frozen=True)
class Finding:
    """An experiment with its outcome; texts have their numbers."""

    experiment: Experiment
    rows: list[Row]
    setup: str
    captions: dict[str, str]  # by figure
    results: list[str]
    verdicts: list[Verdict]
    meaning: str

    @property
    def refuted(self) -> list[Verdict]:
        """Claims that do not hold."""
        return [verdict for verdict in self.verdicts if verdict.refuted]
