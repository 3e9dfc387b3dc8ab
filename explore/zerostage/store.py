"""Results in SQLite: written as they come, safe against a kill, found by content.

Three tables. `runs`: one row an executed point, by its content key (point.Point.key); `sweeps`: one
row a set of points under a name; `points`: which run belongs to which combination of a sweep.
Configs and stats.json are kept whole, compressed. Write-ahead logging with full synchronisation: a
result that was reported is on disk. Optuna keeps the state of searches in tables of its own.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from zerostage.config import Config
from zerostage.errors import RequestError
from zerostage.paths import shown
from zerostage.point import TRANSIENT, Outcome

_SCHEMA_VERSION = 1
_BUSY_MS = 60_000  # another sweep may be writing
_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    key TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    error TEXT NOT NULL,
    seconds REAL NOT NULL,
    program TEXT NOT NULL,
    stats BLOB
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sweeps (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    fingerprint TEXT NOT NULL UNIQUE,
    simulator_sha256 TEXT NOT NULL,
    text TEXT NOT NULL,
    axes TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS points (
    sweep INTEGER NOT NULL REFERENCES sweeps (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    labels TEXT NOT NULL,
    config BLOB NOT NULL,
    key TEXT,
    PRIMARY KEY (sweep, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS points_by_key ON points (key);
"""


@dataclass(frozen=True)
class Sweep:
    """A sweep in the store."""

    id: int
    name: str
    simulator_sha256: str
    text: str
    axes: tuple[str, ...]


@dataclass(frozen=True)
class StoredPoint:
    """One combination of a sweep; `key` is None until its program is built."""

    number: int
    labels: dict[str, object]
    config: Config
    key: str | None


@dataclass(frozen=True)
class StoredResult:
    """A combination with the outcome of its run, None while there is none."""

    point: StoredPoint
    program: str
    outcome: Outcome | None


class Store:
    """One database file. Belongs to the thread that made it; several processes may share it."""

    def __init__(self, path: Path, must_exist: bool = False) -> None:
        if must_exist and not path.is_file():
            raise RequestError(f"'{shown(path)}': no such results database")
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        try:
            self._open(path)
        except sqlite3.Error as error:
            raise RequestError(f"'{shown(path)}' is no results database: {error}") from None

    def _open(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute("PRAGMA foreign_keys = ON")
        version = self._database.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, _SCHEMA_VERSION):
            raise RequestError(
                f"'{shown(path)}' has results of another version ({version}, not"
                f" {_SCHEMA_VERSION}); choose another file with --db"
            )
        self._database.executescript(_SCHEMA)
        self._database.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")

    def close(self) -> None:
        """Merge the log into the file."""
        self._database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- sweeps and their points ---

    def add_sweep(
        self,
        name: str,
        simulator_sha256: str,
        text: str,
        axes: Sequence[str],
        points: Sequence[tuple[dict[str, object], Config]],
    ) -> Sweep:
        """The sweep with these points: a new one, or the same one if it is there already."""
        rows = [(json.dumps(labels), config.canonical()) for labels, config in points]
        digest = hashlib.sha256("\0".join((name, simulator_sha256)).encode())
        for labels, config in rows:
            digest.update(f"{labels}\0{config}\0".encode())
        fingerprint = digest.hexdigest()
        with self._transaction():
            known = self._database.execute(
                "SELECT id FROM sweeps WHERE fingerprint = ?", (fingerprint,)
            ).fetchone()
            if known is not None:
                self._database.execute("UPDATE sweeps SET text = ? WHERE id = ?", (text, known[0]))
                return Sweep(known[0], name, simulator_sha256, text, tuple(axes))
            cursor = self._database.execute(
                "INSERT INTO sweeps (name, fingerprint, simulator_sha256, text, axes)"
                " VALUES (?, ?, ?, ?, ?)",
                (name, fingerprint, simulator_sha256, text, json.dumps(list(axes))),
            )
            assert cursor.lastrowid is not None
            self._database.executemany(
                "INSERT INTO points (sweep, number, labels, config) VALUES (?, ?, ?, ?)",
                (
                    (cursor.lastrowid, number, labels, _packed(config))
                    for number, (labels, config) in enumerate(rows)
                ),
            )
        return Sweep(cursor.lastrowid, name, simulator_sha256, text, tuple(axes))

    def sweeps(self, name: str | None = None) -> list[Sweep]:
        """All sweeps, or those of a name; the oldest first."""
        rows = self._database.execute(
            "SELECT id, name, simulator_sha256, text, axes FROM sweeps"
            " WHERE name = coalesce(?, name) ORDER BY id",
            (name,),
        )
        return [
            Sweep(number, label, simulator, text, tuple(json.loads(axes)))
            for number, label, simulator, text, axes in rows
        ]

    def points(self, sweep: Sweep) -> list[StoredPoint]:
        """The points of a sweep, in order."""
        rows = self._database.execute(
            "SELECT number, labels, config, key FROM points WHERE sweep = ? ORDER BY number",
            (sweep.id,),
        )
        return [_point(row) for row in rows]

    def set_keys(self, sweep: Sweep, keys: Iterable[tuple[int, str]]) -> None:
        """Write down which run each point (by number) is."""
        with self._transaction():
            self._database.executemany(
                "UPDATE points SET key = ? WHERE sweep = ? AND number = ?",
                ((key, sweep.id, number) for number, key in keys),
            )

    # --- runs ---

    def finished(self, retry_transient: bool = False) -> set[str]:
        """Keys of the runs that need not be done; transient failures do when asked for."""
        rows = self._database.execute("SELECT key, status FROM runs")
        return {key for key, status in rows if not (retry_transient and status in TRANSIENT)}

    def add_run(self, key: str, program: str, outcome: Outcome) -> None:
        """On disk when this returns; replaces an earlier run of the same key."""
        self._database.execute(
            "INSERT OR REPLACE INTO runs (key, status, error, seconds, program, stats)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                key,
                outcome.status,
                outcome.error,
                outcome.seconds,
                program,
                None if outcome.stats is None else _packed(outcome.stats),
            ),
        )

    def outcome(self, key: str) -> Outcome | None:
        """The run of a key."""
        row = self._database.execute(
            "SELECT status, error, stats, seconds FROM runs WHERE key = ?", (key,)
        ).fetchone()
        return None if row is None else _outcome(*row)

    def results(self, sweep: Sweep) -> Iterator[StoredResult]:
        """Every point of a sweep, in order, with its run if there is one."""
        rows = self._database.execute(
            "SELECT number, labels, config, points.key,"
            " runs.program, runs.status, runs.error, runs.stats, runs.seconds"
            " FROM points LEFT JOIN runs ON runs.key = points.key"
            " WHERE sweep = ? ORDER BY number",
            (sweep.id,),
        )
        for row in rows:
            outcome = None if row[5] is None else _outcome(*row[5:])
            yield StoredResult(_point(row[:4]), row[4] or "", outcome)

    def merge(self, other: Path) -> int:
        """Take over the runs of another database; returns how many were new."""
        with Store(other, must_exist=True):
            pass  # it is one, and its log is merged
        self._database.execute("ATTACH DATABASE ? AS other", (str(other),))
        try:
            with self._transaction():
                cursor = self._database.execute(
                    "INSERT OR IGNORE INTO runs SELECT * FROM other.runs"
                )
                return cursor.rowcount
        finally:
            self._database.execute("DETACH DATABASE other")

    def _transaction(self) -> _Transaction:
        return _Transaction(self._database)


class _Transaction:
    """All or nothing, and the write lock from the start."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __enter__(self) -> None:
        self._database.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        self._database.execute("COMMIT" if kind is None else "ROLLBACK")


def _packed(text: str) -> bytes:
    return zlib.compress(text.encode(), level=1)


def _unpacked(data: bytes) -> str:
    return zlib.decompress(data).decode()


def _point(row: Sequence[object]) -> StoredPoint:
    number, labels, config, key = row
    assert isinstance(number, int) and isinstance(labels, str) and isinstance(config, bytes)
    assert key is None or isinstance(key, str)
    return StoredPoint(number, json.loads(labels), Config.from_canonical(_unpacked(config)), key)


def _outcome(status: str, error: str, stats: bytes | None, seconds: float) -> Outcome:
    return Outcome(status, error, None if stats is None else _unpacked(stats), seconds)
