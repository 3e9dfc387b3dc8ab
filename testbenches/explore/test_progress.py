"""What a sweep shows while it runs."""

from __future__ import annotations

import io

from zerostage.progress import Progress, duration


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_line_has_count_failures_rate_and_time_left() -> None:
    now = 0.0
    progress = Progress("sweep", 10, io.StringIO(), lambda: now)
    for ok in (True, False, True, True):
        progress.step(ok)
    assert progress.line(2.0) == "sweep: 4 of 10, 1 failed, 2.0/s, 0:03 left"


def test_a_terminal_gets_one_line_that_is_taken_away_at_the_end() -> None:
    times = iter([0.0, 1.0, 2.0])
    out = Terminal()
    progress = Progress("sweep", 2, out, lambda: next(times))
    progress.step()
    progress.step()
    progress.finish()
    assert "\n" not in out.getvalue()
    assert out.getvalue().endswith("\r\033[K")


def test_a_log_gets_a_line_now_and_then() -> None:
    times = iter([0.0, 1.0, 31.0, 32.0])
    out = io.StringIO()
    progress = Progress("sweep", 3, out, lambda: next(times))
    for _ in range(3):
        progress.step()
    progress.finish()
    assert out.getvalue() == "sweep: 2 of 3, 0.1/s, 0:16 left\n"


def test_durations_are_as_on_a_clock() -> None:
    assert [duration(s) for s in (4.6, 65, 3723)] == ["0:05", "1:05", "1:02:03"]
