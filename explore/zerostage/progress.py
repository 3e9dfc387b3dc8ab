"""How far a sweep is: one line on the terminal that rewrites itself, or a line now and then."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from typing import TextIO

_TERMINAL_S = 0.1
_LOG_S = 30.0


class Progress:
    """Counts what is done and what failed; shows rate and time left."""

    def __init__(
        self,
        what: str,
        total: int,
        out: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._what = what
        self._total = total
        self._out = out or sys.stderr
        self._clock = clock
        self._start = clock()
        self._shown_at = self._start
        self._width = 0
        self._terminal = self._out.isatty()
        self.done = 0
        self.failed = 0

    def step(self, ok: bool = True) -> None:
        """One more is done."""
        self.done += 1
        self.failed += not ok
        now = self._clock()
        if now - self._shown_at >= (_TERMINAL_S if self._terminal else _LOG_S):
            self._shown_at = now
            self._show(now)

    def note(self, text: str) -> None:
        """Something to read, in a line of its own."""
        self._clear()
        print(text, file=self._out, flush=True)

    def finish(self) -> None:
        """Take the line away."""
        self._clear()

    def line(self, now: float) -> str:
        """'program: 12 of 64, 1 failed, 9.8/s, 0:05 left'."""
        rate = self.done / max(now - self._start, 1e-9)
        failed = f", {self.failed} failed" if self.failed else ""
        left = duration((self._total - self.done) / rate) if self.done else "?"
        return f"{self._what}: {self.done} of {self._total}{failed}, {rate:.1f}/s, {left} left"

    def _show(self, now: float) -> None:
        text = self.line(now)
        if self._terminal:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r{text[:width]}\033[K", end="", file=self._out, flush=True)
            self._width = len(text)
        else:
            print(text, file=self._out, flush=True)

    def _clear(self) -> None:
        if self._width:
            print("\r\033[K", end="", file=self._out, flush=True)
            self._width = 0


def duration(seconds: float) -> str:
    """1:02:03, or 0:05."""
    whole = int(seconds + 0.5)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
