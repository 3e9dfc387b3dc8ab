"""The two ways a command ends badly, and how the user hears of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class RequestError(Exception):
    """What the user asked for makes no sense: exit status 2."""


class RunFailure(Exception):
    """The request was fine, but a build, run or test failed: exit status 1."""


def nearest(word: str, candidates: Iterable[str]) -> str:
    """' (did you mean X?)' for the candidate nearest to `word`, or nothing."""
    close = difflib.get_close_matches(word, list(candidates), n=1, cutoff=0.5)
    return f" (did you mean '{close[0]}'?)" if close else ""
