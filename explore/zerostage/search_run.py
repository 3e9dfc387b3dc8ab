"""Searching a sweep's space with Optuna, into the same database as its results.

Trials are chosen in batches of a fixed size, each by a sampler with a seed of its own, and told in
the order in which they were chosen: so the same seed makes the same trials with any number of
jobs, and an interrupted search goes on as if nothing had happened.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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
_FINGERPRINT = "fingerprint"
_SEED_STRIDE = 1_000_003  # between the seeds of two searches: more than any has batches
_SEED_LIMIT = 2**32


@dataclass(frozen=True)
class Candidate:
    """A trial with the point that it chose; `refusal` says why that cannot be run."""

    trial: Trial
    choices: Combination
    config: Config
    refusal: str


@dataclass(frozen=True)
class SearchSummary:
    """How many trials ended how, and the table's sweep in the store (None: nothing was run), with
    the numbers of those of its rows that fulfil the constraints."""

    completed: int
    pruned: int
    refused: int
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
        self._quiet_optuna()
        self._storage = optuna.storages.RDBStorage(
            f"sqlite:///{store.path}", engine_kwargs={"connect_args": {"timeout": 60}}
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
                study.sampler = self._sampler(decided)
                batch = min(self._plan.batch, trials - decided)
                candidates = [self._asked(study) for _ in range(batch)]
                self._evaluate(study, candidates, interrupt)
                interrupted = interrupt.count > 0
                for _ in range(0 if interrupted else batch):
                    progress.step()
        progress.finish()
        return self._summary(study, interrupted)

    # --- choosing ---

    def _sampler(self, decided: int) -> optuna.samplers.BaseSampler:
        """The sampler of the batch that begins after so many trials."""
        seed = (self._plan.seed * _SEED_STRIDE + decided) % _SEED_LIMIT
        constraints = _violations if self._plan.constraints else None
        if self._plan.sampler == "random":
            return optuna.samplers.RandomSampler(seed=seed)
        if self._plan.sampler == "nsga2":
            return optuna.samplers.NSGAIISampler(seed=seed, constraints_func=constraints)
        return optuna.samplers.TPESampler(
            seed=seed, constant_liar=True, constraints_func=constraints
        )

    def _asked(self, study: optuna.Study) -> Candidate:
        """A trial, its axes chosen in order; conditions see what was chosen before."""
        trial = study.ask()
        choices: Combination = ()
        for axis in self._file.axes:
            choices = (*choices, self._suggested(trial, axis, choices))
        answer = self._answer(choices)
        lookup = ParameterLookup(answer.config, self._file.axes, choices)
        if not all(condition.holds(lookup) for condition in self._file.filters):
            refusal = "filtered out"
        else:
            refusal = "; ".join(errors_of(answer))
        labels = [None if choice is None else choice.label for choice in choices]
        trial.set_user_attr(_CHOICES, labels)
        return Candidate(trial, choices, answer.config, refusal)

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
        return self._resolve([[*lines_of(choices), *extra]])[0]

    # --- judging ---

    def _evaluate(
        self, study: optuna.Study, candidates: Sequence[Candidate], interrupt: Interrupt
    ) -> None:
        """Decide a batch; an interrupted one stays undecided, what was run of it is in the store."""
        possible = [candidate for candidate in candidates if not candidate.refusal]
        beaten = self._beaten(study, possible, interrupt)
        full = [candidate for candidate in possible if candidate.trial.number not in beaten]
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
            trial.set_user_attr("refusal", candidate.refusal or "the run failed")
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
                measured.append(measures_of(run, point.config))
        return measured

    # --- the end ---

    def _summary(self, study: optuna.Study, interrupted: bool) -> SearchSummary:
        trials = _decided(study)
        completed = [trial for trial in trials if trial.state == TrialState.COMPLETE]
        tried = {tuple(trial.user_attrs[_CHOICES]): trial for trial in completed}
        counts = {state: 0 for state in TrialState}
        for trial in trials:
            counts[trial.state] += 1
        return SearchSummary(
            completed=counts[TrialState.COMPLETE],
            pruned=counts[TrialState.PRUNED],
            refused=counts[TrialState.FAIL],
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
    """Trials that were told; those of an interrupted batch were only given up."""
    return [
        trial
        for trial in study.get_trials(deepcopy=False)
        if trial.state in (TrialState.COMPLETE, TrialState.PRUNED)
        or (trial.state == TrialState.FAIL and "refusal" in trial.user_attrs)
    ]


def _violations(trial: FrozenTrial) -> Sequence[float]:
    return list(trial.user_attrs.get(_VIOLATIONS, ()))


def _beats(one: Sequence[float], other: Sequence[float], margin: float) -> bool:
    """As good everywhere, and better by the margin somewhere."""
    as_good = all(a <= b for a, b in zip(one, other))
    return as_good and any(a < b - margin * abs(b) for a, b in zip(one, other))
