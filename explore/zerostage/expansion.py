"""From a sweep file to its points: every combination of the axes that the conditions allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from zerostage.axis import Axis, Choice
from zerostage.columns import flat
from zerostage.config import Config, Resolved, resolve_points
from zerostage.errors import RequestError, nearest
from zerostage.expression import UnknownName
from zerostage.kernel import variant_of
from zerostage.simulator import Request
from zerostage.sweep_file import SweepFile

# Points, each as the lines of zs-sim --points, to their configs.
Resolver = Callable[[Sequence[Sequence[str]]], list[Resolved]]

_CHUNK_POINTS = 500  # resolved by one process: bounds the memory of the answer
_SHOWN_ERRORS = 10

# Parameters that make a run write more files.
_WRITE_FILES = ("trace.transactions", "trace.perfetto", "trace.vcd", "simulation.profile")


@dataclass(frozen=True)
class SweepPoint:
    """One combination: what each axis chose (None: its condition did not hold), and the config."""

    choices: tuple[Choice | None, ...]
    config: Config

    def labels(self, axes: Sequence[Axis]) -> dict[str, object]:
        """Column and value of each axis: what the config says, where it is about one parameter."""
        labels: dict[str, object] = {}
        for axis, choice in zip(axes, self.choices):
            keys = axis.keys() or (axis.name,)
            for key in keys:
                value = self.config.get(key)
                if value is None or isinstance(value, dict | list):
                    value = _said(choice, key)
                labels[key] = value
        return labels


@dataclass(frozen=True)
class Expansion:
    """The points of a sweep, in order; `skipped` could not be, and were to be left out."""

    axes: tuple[Axis, ...]
    points: tuple[SweepPoint, ...]
    filtered: int
    skipped: int


def _said(choice: Choice | None, key: str) -> str | None:
    """What the sweep file says of a parameter that is no single value, such as `accelerator`."""
    if choice is None:
        return None
    texts = [setting.value for setting in choice.settings if setting.key == key]
    return texts[0] if texts else choice.label


def expand(sweep: SweepFile, resolver: Resolver | None = None) -> Expansion:
    """Every point, checked: a combination that cannot be is an error with its place, unless the
    file says `invalid: skip`."""
    resolve = resolver or simulators_answer(sweep)
    combinations = _combinations(sweep, resolve)
    resolved = resolve([lines_of(combination) for combination in combinations])
    kept, wrong, filtered = [], [], 0
    for combination, answer in zip(combinations, resolved):
        lookup = ParameterLookup(answer.config, sweep.axes, combination)
        if not all(condition.holds(lookup) for condition in sweep.filters):
            filtered += 1
        elif errors := errors_of(answer):
            wrong.append((combination, errors))
        else:
            kept.append(SweepPoint(combination, answer.config))
    if wrong and not sweep.skip_invalid:
        raise RequestError(_complaint(sweep, wrong, len(combinations) - filtered))
    if not kept:
        raise RequestError(f"{sweep.file}: error: no point is left{_why_none(filtered, wrong)}")
    return Expansion(sweep.axes, tuple(kept), filtered, len(wrong))


Combination = tuple[Choice | None, ...]


def _combinations(sweep: SweepFile, resolve: Resolver) -> list[Combination]:
    """All choices of all axes, the first axis varying slowest; conditions see what is before."""
    combinations: list[Combination] = [()]
    for axis in sweep.axes:
        if axis.when is None:
            applies = [True] * len(combinations)
        else:
            answers = resolve([lines_of(combination) for combination in combinations])
            applies = [
                axis.when.holds(ParameterLookup(answer.config, sweep.axes, combination))
                for combination, answer in zip(combinations, answers)
            ]
        combinations = [
            (*combination, choice)
            for combination, here in zip(combinations, applies)
            for choice in (axis.choices if here else (None,))
        ]
    return combinations


def lines_of(combination: Combination) -> list[str]:
    """A combination as zs-sim --points takes it."""
    return [setting.line() for choice in combination if choice for setting in choice.settings]


def simulators_answer(sweep: SweepFile) -> Resolver:
    """Points on top of a sweep's base and fixed settings, resolved by zs-sim."""
    base = Request(sweep.base)
    fixed = [setting.line() for setting in sweep.fixed]

    def answer(points: Sequence[Sequence[str]]) -> list[Resolved]:
        answers: list[Resolved] = []
        for start in range(0, len(points), _CHUNK_POINTS):
            chunk = points[start : start + _CHUNK_POINTS]
            answers += resolve_points(base, [[*fixed, *point] for point in chunk])
        return answers

    return answer


class ParameterLookup:
    """The names of a condition: parameters, and axes that are no single parameter."""

    def __init__(self, config: Config, axes: Sequence[Axis], combination: Combination) -> None:
        self._config = config
        self._axes = axes
        self._combination = combination

    def __call__(self, name: str) -> object:
        value = self._config.get(name)
        if value is not None and not isinstance(value, dict):
            return value
        for axis, choice in zip(self._axes, self._combination):
            if name == axis.name or name in axis.keys():
                return _said(choice, name)
        known = [*flat(self._config), *(axis.name for axis in self._axes)]
        raise UnknownName(f"there is no parameter '{name}'{nearest(name, known)}")


def errors_of(answer: Resolved) -> tuple[str, ...]:
    """What the simulator says against a point, and then what the kernels do."""
    if answer.errors:
        return answer.errors
    unkept = [name for name in _WRITE_FILES if answer.config.get(name)]
    if unkept:
        return (
            f"error: {unkept[0]}: its files would be in the run's directory, and points leave"
            " none; run the point of interest by itself with `./zs run`",
        )
    if answer.config.get("workload.program") == "harness":
        try:
            variant_of(answer.config)
        except RequestError as error:
            return (f"error: {error}",)
    return ()


def _complaint(
    sweep: SweepFile, wrong: Sequence[tuple[Combination, tuple[str, ...]]], points: int
) -> str:
    """Each mistake once, with its place, how many points have it, and the first of them."""
    examples: dict[str, list[Combination]] = {}
    for combination, errors in wrong:
        for error in dict.fromkeys(errors):
            examples.setdefault(sweep.located(error), []).append(combination)
    lines = []
    for error, having in list(examples.items())[:_SHOWN_ERRORS]:
        where = f"{len(having)} of {points} points"
        if len(having) < points:
            where += f", such as {describe(sweep.axes, having[0])}"
        lines.append(f"{error} ({where})")
    if len(examples) > _SHOWN_ERRORS:
        lines.append(f"... and {len(examples) - _SHOWN_ERRORS} more mistakes")
    lines.append(
        f"{sweep.file}: nothing was started; correct the values, leave combinations out by"
        " 'filter', or say 'invalid: skip'"
    )
    return "\n".join(lines)


def describe(axes: Iterable[Axis], combination: Combination) -> str:
    """'accelerator=v3-8 workload.flow=Cs'."""
    return " ".join(
        f"{axis.name}={choice.label}" for axis, choice in zip(axes, combination) if choice
    )


def _why_none(filtered: int, wrong: Sequence[object]) -> str:
    reasons = []
    if filtered:
        reasons.append(f"{filtered} are filtered out")
    if wrong:
        reasons.append(f"{len(wrong)} cannot be")
    return f": {', '.join(reasons)}" if reasons else ""
