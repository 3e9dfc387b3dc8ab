"""What the end-to-end tests share: calling `./zs`, and looking at what it left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "explore"), str(ROOT)]


def zs(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one command from the repository's root."""
    return subprocess.run(
        [ROOT / "zs", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


class CliTest(unittest.TestCase):
    """A test with a temporary directory and the usual questions about a finished command."""

    maxDiff = None

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)

    def file(self, name: str, text: str) -> Path:
        """A file of the test's own."""
        path = self.directory / name
        path.write_text(text, encoding="utf-8")
        return path

    def succeeds(self, *arguments: str | Path, **environment: str) -> str:
        """The command's stdout; it must exit with 0."""
        done = zs(*arguments, **environment)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def fails(self, status: int, says: tuple[str, ...], *arguments: str | Path, **env: str) -> str:
        """The command exits with `status`; stderr says all of `says`, and shows no traceback."""
        done = zs(*arguments, **env)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        for words in says:
            self.assertIn(words, done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        return done.stderr


def stats(run: Path) -> dict[str, Any]:
    """A run's stats.json."""
    return json.loads((run / "stats.json").read_text(encoding="utf-8"))


def counter(run: Path, name: str, interval: str = "kernel") -> int:
    """One counter of a run."""
    return next(entry[interval] for entry in stats(run)["counters"] if entry["name"] == name)
