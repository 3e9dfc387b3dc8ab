"""Searching a sweep's space with Optuna, into the same database as its results.

Trials are chosen in batches of a fixed size, each by a sampler with a seed of its own, and told in
the order in which they were chosen: so the same seed makes the same trials with any number of
jobs, and an interrupted search goes on as if nothing had happened.
"""

from __future__ import annotations

import hashlib
import sqlite3
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
from optuna.trial import FrozenTrial, Trial, TrialState

from zerostage import simulator, stats
from zerostage.axis import Axis, Choice
from zerostage.columns import Value, measures_of
from zerostage.config import Config, Resolved
from zerostage.errors import RequestError
from zerostage.evaluate import Evaluator
from zerostage.expansion import (
    Combination,
    ParameterLookup,
    Resolver,
    SweepPoint,
    errors_of,
    lines_of,
    simulators_answer,
)
from zerostage.program import ProgramCache
from zerostage.progress import Progress
from zerostage.schedule import Interrupt, Scheduler
from zerostage.search_plan import SearchPlan
from zerostage.store import Store, Sweep
from zerostage.sweep_file import SweepFile

_VIOLATIONS = "violations"
_CHEAP = "cheap"
_CHOICES = "choices"
_REFUSAL = "refusal"
_FAILED = "failed"
_FINGERPRINT = "fingerprint"
_SEED_STRIDE = 1_000_003  # between the seeds of two searches: more than any has batches
_SEED_LIMIT = 2**32
_BUSY_S = 60  # another process may be writing
_GUIDED_TRIES = 4  # proposals by the sampler for a point that is possible and new; then by chance
_MAX_TRIES = 64  # in all; then the space counts as exhausted


class _Relaxed(sqlite3.Connection):
    """Does not wait for the disk at each of Optuna's many small steps: results, which take time to
    get, are written by the store, and a study whose last steps are lost makes them again."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.execute("PRAGMA synchronous = NORMAL")


@dataclass(frozen=True)
class Candidate:
    """A trial with the point that it chose: a possible one, and a new one."""

    trial: Trial
    choices: Combination
    config: Config


@dataclass(frozen=True)
class SearchSummary:
    """How many trials ended how, and the table's sweep in the store (None: nothing was run), with
    the numbers of those of its rows that fulfil the constraints."""

    completed: int
    pruned: int
    refused: int  # filtered, impossible or known points that the sampler proposed
    failed: int
    interrupted: bool
    sweep: Sweep | None
    allowed: tuple[int, ...]


def run_search(
    store: Store,
    file: SweepFile,
    plan: SearchPlan,
    scheduler: Scheduler,
    *,
    resume: bool = False,
) -> SearchSummary:
    """Search a file's space until `plan.trials` are decided; `resume` goes on with a stored one."""
    binary = simulator.fingerprint()
    evaluator = Evaluator(store, scheduler, binary, ProgramCache())
    search = Search(store, file, plan, evaluator, binary)
    return search.run(search.open(resume), plan.trials)


class Search:
    """One study: what it has tried is in the store."""

    def __init__(
        self, store: Store, file: SweepFile, plan: SearchPlan, evaluator: Evaluator, binary: str
    ) -> None:
        self._store = store
        self._file = file
        self._plan = plan
        self._evaluator = evaluator
        self._simulator = binary
        self._resolve: Resolver = simulators_answer(file)
        self._answers: dict[tuple[str, ...], Resolved] = {}
        self._quiet_optuna()
        self._storage = optuna.storages.RDBStorage(
            f"sqlite:///{store.path}",
            engine_kwargs={"connect_args": {"timeout": _BUSY_S, "factory": _Relaxed}},
        )

    @staticmethod
    def _quiet_optuna() -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)

    def open(self, resume: bool) -> optuna.Study:
        """The study, new or (`resume`) as it was left."""
        name = self._file.name
        known = {study.study_name for study in self._storage.get_all_studies()}
        if resume and name not in known:
            raise RequestError(f"--resume: {self._store.path} has no search '{name}'")
        if name in known and not resume:
            raise RequestError(
                f"{self._store.path} has a search '{name}' already: --resume goes on with it, or"
                " choose another file with --db"
            )
        study = optuna.create_study(
            study_name=name,
            storage=self._storage,
            directions=["minimize"] * len(self._plan.objectives),
            load_if_exists=resume,
        )
        fingerprint = self._fingerprint()
        if resume and study.user_attrs.get(_FINGERPRINT) != fingerprint:
            raise RequestError(
                f"--resume: the space, the objectives or the simulator of '{name}' are not what"
                " they were; leave out --resume, and choose another file with --db"
            )
        study.set_user_attr(_FINGERPRINT, fingerprint)
        for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            study.tell(trial.number, state=TrialState.FAIL)  # of a batch that was interrupted
        return study

    def run(self, study: optuna.Study, trials: int) -> SearchSummary:
        """Go on until so many trials are decided."""
        progress = Progress(self._file.name, trials)
        interrupted = False
        with Interrupt() as interrupt:
            while (decided := len(_decided(study))) < trials and not interrupted:
                batch = min(self._plan.batch, trials - decided)
                candidates = self._batch(study, decided, batch)
                self._evaluate(study, candidates, interrupt)
                interrupted = interrupt.count > 0
                for _ in range(0 if interrupted else len(candidates)):
                    progress.step()
                if len(candidates) < batch:
                    progress.note(f"nothing new in {_MAX_TRIES} proposals: the space is exhausted")
                    break
        progress.finish()
        return self._summary(study, interrupted)

    # --- choosing ---

    def _sampler(self, seed: int) -> optuna.samplers.BaseSampler:
        constraints = _violations if self._plan.constraints else None
        if self._plan.sampler == "random":
            return optuna.samplers.RandomSampler(seed=seed)
        if self._plan.sampler == "nsga2":
            return optuna.samplers.NSGAIISampler(seed=seed, constraints_func=constraints)
        return optuna.samplers.TPESampler(
            seed=seed, constant_liar=True, constraints_func=constraints
        )

    def _batch(self, study: optuna.Study, decided: int, size: int) -> list[Candidate]:
        """New points after so many decided ones; fewer than asked for when there are no more.

        A sampler that has converged proposes what it knows: then chance goes on.
        """
        seed = (self._plan.seed * _SEED_STRIDE + decided) % _SEED_LIMIT
        guided, by_chance = self._sampler(seed), optuna.samplers.RandomSampler(seed=seed)
        tried = {_labels(trial) for trial in _decided(study)}
        candidates: list[Candidate] = []
        tries = 0
        while len(candidates) < size and tries < _MAX_TRIES:
            study.sampler = guided if tries < _GUIDED_TRIES else by_chance
            tries += 1
            trial = study.ask()
            choices = self._chosen(trial)
            answer = self._answer(choices)
            labels = tuple(None if choice is None else choice.label for choice in choices)
            trial.set_user_attr(_CHOICES, labels)
            refusal = "known" if labels in tried else self._refusal(choices, answer)
            if refusal:
                trial.set_user_attr(_REFUSAL, refusal)
                study.tell(trial, state=TrialState.FAIL)
            else:
                tried.add(labels)
                candidates.append(Candidate(trial, choices, answer.config))
                tries = 0
        study.sampler = guided  # also takes the results, and the constraints with them
        return candidates

    def _chosen(self, trial: Trial) -> Combination:
        """A value of each axis, in order; conditions see what was chosen before."""
        choices: Combination = ()
        for axis in self._file.axes:
            choices = (*choices, self._suggested(trial, axis, choices))
        return choices

    def _refusal(self, choices: Combination, answer: Resolved) -> str:
        """Why a point is not to be run; empty when it is."""
        lookup = ParameterLookup(answer.config, self._file.axes, choices)
        if not all(condition.holds(lookup) for condition in self._file.filters):
            return "filtered out"
        return "; ".join(errors_of(answer))

    def _suggested(self, trial: Trial, axis: Axis, before: Combination) -> Choice | None:
        if axis.when is not None:
            lookup = ParameterLookup(self._answer(before).config, self._file.axes, before)
            if not axis.when.holds(lookup):
                return None
        if axis.ordered:
            index = int(trial.suggest_int(axis.name, 0, len(axis.choices) - 1))
            return axis.choices[index]
        labels = [choice.label for choice in axis.choices]
        label = str(trial.suggest_categorical(axis.name, labels))
        return axis.choices[labels.index(label)]

    def _answer(self, choices: Combination, extra: Sequence[str] = ()) -> Resolved:
        lines = (*lines_of(choices), *extra)
        if lines not in self._answers:
            self._answers[lines] = self._resolve([lines])[0]
        return self._answers[lines]

    # --- judging ---

    def _evaluate(
        self, study: optuna.Study, candidates: Sequence[Candidate], interrupt: Interrupt
    ) -> None:
        """Decide a batch; an interrupted one stays undecided, what was run of it is in the store."""
        beaten = self._beaten(study, candidates, interrupt)
        full = [candidate for candidate in candidates if candidate.trial.number not in beaten]
        values = self._measured([candidate.config for candidate in full], interrupt)
        if interrupt.count:
            return
        by_number = {c.trial.number: v for c, v in zip(full, values)}
        for candidate in candidates:
            self._tell(study, candidate, beaten, by_number.get(candidate.trial.number))

    def _tell(
        self,
        study: optuna.Study,
        candidate: Candidate,
        beaten: set[int],
        measured: dict[str, Value] | None,
    ) -> None:
        trial = candidate.trial
        if trial.number in beaten:
            trial.set_user_attr(_VIOLATIONS, [0.0] * len(self._plan.constraints))
            study.tell(trial, state=TrialState.PRUNED)
        elif measured is None:
            trial.set_user_attr(_FAILED, True)
            study.tell(trial, state=TrialState.FAIL)
        else:
            trial.set_user_attr(_VIOLATIONS, self._violations_of(candidate, measured))
            study.tell(trial, [o.cost(measured[o.column]) for o in self._plan.objectives])

    def _violations_of(self, candidate: Candidate, measured: dict[str, Value]) -> list[float]:
        parameters = ParameterLookup(candidate.config, self._file.axes, candidate.choices)

        def value(name: str) -> object:
            return measured[name] if name in measured else parameters(name)

        return [constraint.violation(value) for constraint in self._plan.constraints]

    def _beaten(
        self, study: optuna.Study, candidates: Sequence[Candidate], interrupt: Interrupt
    ) -> set[int]:
        """Numbers of the trials that lose by more than the margin already in the cheaper run."""
        prune = self._plan.prune
        if prune is None:
            return set()
        extra = [setting.line() for setting in prune.settings]
        answers = [self._answer(candidate.choices, extra) for candidate in candidates]
        for candidate, answer in zip(candidates, answers):
            if problems := errors_of(answer):
                where = [None if c is None else c.label for c in candidate.choices]
                raise RequestError(f"the cheaper run of {where} cannot be: {'; '.join(problems)}")
        measured = self._measured([answer.config for answer in answers], interrupt)
        finished = [
            trial.user_attrs[_CHEAP]
            for trial in study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
            if _CHEAP in trial.user_attrs and all(v <= 0 for v in _violations(trial))
        ]
        beaten = set()
        for candidate, values in zip(candidates, measured):
            if values is None:
                continue
            costs = [o.cost(values[o.column]) for o in self._plan.objectives]
            candidate.trial.set_user_attr(_CHEAP, costs)
            if any(_beats(other, costs, prune.margin) for other in finished):
                beaten.add(candidate.trial.number)
        return beaten

    def _measured(
        self, configs: Sequence[Config], interrupt: Interrupt
    ) -> list[dict[str, Value] | None]:
        """Measures of each config; None where the run failed, or was interrupted."""
        if interrupt.count:
            return [None] * len(configs)
        compiled = self._evaluator.compiled(configs, interrupt, Progress("programs", len(configs)))
        self._evaluator.run(compiled, self._store.finished(), interrupt)
        measured: list[dict[str, Value] | None] = []
        for point in compiled:
            outcome = self._store.outcome(point.key)
            if outcome is None or not outcome.ok or outcome.stats is None:
                measured.append(None)
            else:
                run = stats.read(outcome.stats, point.key, point.key)
                values = measures_of(run, point.config)
                complete = all(o.column in values for o in self._plan.objectives)
                measured.append(values if complete else None)
        return measured

    # --- the end ---

    def _summary(self, study: optuna.Study, interrupted: bool) -> SearchSummary:
        trials = _decided(study)
        completed = [trial for trial in trials if trial.state == TrialState.COMPLETE]
        tried = {_labels(trial): trial for trial in completed}
        counts = {state: 0 for state in TrialState}
        for trial in trials:
            counts[trial.state] += 1
        return SearchSummary(
            completed=counts[TrialState.COMPLETE],
            pruned=counts[TrialState.PRUNED],
            refused=sum(_REFUSAL in trial.user_attrs for trial in study.get_trials(False)),
            failed=counts[TrialState.FAIL],
            interrupted=interrupted,
            sweep=self._table(list(tried)),
            allowed=tuple(
                number
                for number, trial in enumerate(tried.values())
                if all(violation <= 0 for violation in _violations(trial))
            ),
        )

    def _table(self, tried: Sequence[Sequence[str | None]]) -> Sweep | None:
        """The points that were run in full, as a sweep of the search's name."""
        if not tried:
            return None
        combinations = [self._combination(labels) for labels in tried]
        answers = self._resolve([lines_of(choices) for choices in combinations])
        configs = [answer.config for answer in answers]
        points = [
            (SweepPoint(choices, config).labels(self._file.axes), config)
            for choices, config in zip(combinations, configs)
        ]
        sweep = self._store.add_sweep(
            self._file.name, self._simulator, self._file.text, tuple(points[0][0]), points
        )
        compiled = self._evaluator.compiled(configs, Interrupt(), Progress("", len(configs)))
        self._store.set_keys(sweep, [(number, c.key) for number, c in enumerate(compiled)])
        return sweep

    def _combination(self, labels: Sequence[str | None]) -> Combination:
        return tuple(
            None if label is None else next(c for c in axis.choices if c.label == label)
            for axis, label in zip(self._file.axes, labels)
        )

    def _fingerprint(self) -> str:
        """Of everything that gives the trials their meaning; how many there are does not."""
        plan = self._plan
        said = (
            self._simulator,
            [setting.line() for setting in self._file.fixed],
            [(axis.name, [choice.label for choice in axis.choices]) for axis in self._file.axes],
            [objective.text for objective in plan.objectives],
            [constraint.expression.text for constraint in plan.constraints],
            (plan.seed, plan.batch, plan.sampler, repr(plan.prune)),
            [Path(base).read_text(encoding="utf-8") for base in self._file.base],
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()


def _decided(study: optuna.Study) -> list[FrozenTrial]:
    """Trials that ran, were pruned or failed; not those refused, or given up with their batch."""
    return [
        trial
        for trial in study.get_trials(deepcopy=False)
        if trial.state in (TrialState.COMPLETE, TrialState.PRUNED)
        or (trial.state == TrialState.FAIL and _FAILED in trial.user_attrs)
    ]


def _labels(trial: FrozenTrial) -> tuple[str | None, ...]:
    """What a trial chose, axis by axis."""
    return tuple(trial.user_attrs[_CHOICES])


def _violations(trial: FrozenTrial) -> Sequence[float]:
    return list(trial.user_attrs.get(_VIOLATIONS, ()))


def _beats(one: Sequence[float], other: Sequence[float], margin: float) -> bool:
    """As good everywhere, and better by the margin somewhere."""
    as_good = all(a <= b for a, b in zip(one, other))
    return as_good and any(a < b - margin * abs(b) for a, b in zip(one, other))
