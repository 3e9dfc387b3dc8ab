"""Look at stored results: list, filter, export, Pareto front, sensitivity."""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Sequence
from pathlib import Path

import pandas

from zerostage.analysis import axes_of, finished, pareto, sensitivity
from zerostage.columns import measure_columns
from zerostage.errors import RequestError, nearest
from zerostage.expression import Expression, UnknownName
from zerostage.frame import newest_sweep, sweep_frame
from zerostage.paths import RUNS, shown
from zerostage.point import OK
from zerostage.store import Store
from zerostage.yaml_tree import Place, Scalar

_SUFFIXES = (".csv", ".json", ".parquet")
_DEFAULT_MEASURES = ("time_ms", "program_time_ms", "memory_bytes")
_SHOWN_ROWS = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `zs results`."""
    parser.add_argument("database", nargs="?", metavar="DB", help="default: the newest in runs/")
    parser.add_argument("--list", action="store_true", help="the sweeps in the database")
    parser.add_argument("--sweep", metavar="NAME", help="default: the newest")
    parser.add_argument("--filter", metavar="CONDITION", help="such as 'time_ms < 20'")
    parser.add_argument("--sort", metavar="COLUMN", help="--sort=-COLUMN: the largest first")
    parser.add_argument("--columns", metavar="A,B", help="measures to show, or 'all'")
    parser.add_argument(
        "--counters",
        action="append",
        default=[],
        metavar="PATTERN",
        help="counters to add, such as 'dma.*' or 'program.cpu.*' (repeatable)",
    )
    parser.add_argument(
        "--pareto", metavar="A,B", help="only rows that none beats; --pareto=-A,B: large A wins"
    )
    parser.add_argument("--sensitivity", metavar="MEASURE", help="what explains its variance")
    parser.add_argument("--limit", type=int, default=_SHOWN_ROWS, metavar="N", help="0: all rows")
    parser.add_argument("--export", type=Path, metavar="FILE", help=".csv, .json or .parquet")


def execute(arguments: argparse.Namespace) -> int:
    """`zs results`."""
    if arguments.export is not None:
        _require_format(arguments.export)
    with Store(_database(arguments.database), must_exist=True) as store:
        if arguments.list:
            _list(store)
            return 0
        sweep = newest_sweep(store, arguments.sweep)
        frame = sweep_frame(store, sweep, arguments.counters)
    rows = filtered(frame, arguments.filter) if arguments.filter else frame
    if arguments.pareto:
        rows = pareto(rows, arguments.pareto.split(","))
    if arguments.sort:
        rows = _sorted(rows, arguments.sort)
    if arguments.export is not None:
        export(rows, arguments.export)
        print(f"{len(rows)} rows: {shown(arguments.export)}")
    elif arguments.sensitivity:
        _print_sensitivity(rows, arguments.sensitivity)
    else:
        print_rows(rows, _columns(rows, arguments), arguments.limit)
    return 0


def _database(name: str | None) -> Path:
    if name is not None:
        path = Path(name)
        below = RUNS / f"{name}.sqlite"
        return below if not path.exists() and below.is_file() else path
    files = sorted(RUNS.glob("*.sqlite"), key=lambda file: file.stat().st_mtime)
    if not files:
        raise RequestError(f"there is no results database in {shown(RUNS)}; `./zs sweep` makes one")
    return files[-1]


def _list(store: Store) -> None:
    for sweep in store.sweeps():
        results = list(store.results(sweep))
        done = sum(result.outcome is not None for result in results)
        sound = sum(result.outcome is not None and result.outcome.ok for result in results)
        failed = f", {done - sound} failed" if done > sound else ""
        print(f"{sweep.name}: {len(results)} points, {done} done{failed}; {', '.join(sweep.axes)}")


def filtered(frame: pandas.DataFrame, condition: str) -> pandas.DataFrame:
    """The rows for which a condition over columns holds, in the notation of sweep files."""
    expression = Expression.parse(Scalar(condition, Place("--filter", 1, 1)))
    keep = [_holds(expression, row) for row in frame.to_dict("records")]
    return frame[keep]


def _holds(expression: Expression, row: dict[str, object]) -> bool:
    def value(name: str) -> object:
        if name not in row:
            raise UnknownName(f"there is no column '{name}'{nearest(name, row)}")
        return row[name]

    return expression.holds(value)


def _sorted(frame: pandas.DataFrame, column: str) -> pandas.DataFrame:
    name = column.removeprefix("-")
    if name not in frame:
        raise RequestError(f"--sort: there is no column '{name}'{nearest(name, frame.columns)}")
    return frame.sort_values(name, ascending=not column.startswith("-"), kind="stable")


def _columns(frame: pandas.DataFrame, arguments: argparse.Namespace) -> list[str]:
    extra = [name for name in frame.columns if "[" in name]
    if arguments.columns == "all":
        chosen = [column.name for column in measure_columns()]
    elif arguments.columns:
        chosen = arguments.columns.split(",")
    elif arguments.pareto:
        chosen = [name.removeprefix("-") for name in arguments.pareto.split(",")]
    else:
        chosen = [] if arguments.counters else list(_DEFAULT_MEASURES)
    for name in chosen:
        if name not in frame:
            hint = nearest(name, frame.columns)
            raise RequestError(f"--columns: there is no column '{name}'{hint}")
    failures = [] if (frame["status"] == OK).all() else ["status", "error"]
    return ["number", *axes_of(frame), *failures, *chosen, *extra]


def print_rows(frame: pandas.DataFrame, columns: Sequence[str], limit: int) -> None:
    """The first `limit` rows (0: all), and what is not shown."""
    shown_rows = frame[list(columns)].head(limit or len(frame))
    text = shown_rows.to_string(index=False, float_format=lambda x: f"{x:.6g}", max_colwidth=60)
    print(text if len(shown_rows) else "no rows")
    if len(shown_rows) < len(frame):
        print(f"... {len(frame) - len(shown_rows)} more rows; --limit 0 shows all")
    if len(finished(frame)) < len(frame):
        print(f"{len(frame) - len(finished(frame))} of {len(frame)} points have no result")


def _print_sensitivity(frame: pandas.DataFrame, measure: str) -> None:
    table = sensitivity(frame, measure)
    print(f"share of the variance of {measure} over {len(finished(frame))} points\n")
    print(table.to_string(index=False, float_format=lambda x: f"{x:.3f}"))


def _require_format(path: Path) -> None:
    if path.suffix not in _SUFFIXES:
        raise RequestError(f"--export '{path}': expected a name ending in {', '.join(_SUFFIXES)}")
    has_library = any(importlib.util.find_spec(name) for name in ("pyarrow", "fastparquet"))
    if path.suffix == ".parquet" and not has_library:
        raise RequestError(
            "--export: Parquet needs the Python library pyarrow or fastparquet, which Debian 12"
            " does not have; .csv and .json do without"
        )


def export(frame: pandas.DataFrame, path: Path) -> None:
    """Write a table, by the suffix: CSV, JSON (a list of rows) or Parquet."""
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    elif path.suffix == ".json":
        frame.to_json(path, orient="records", indent=1, double_precision=15)
    else:
        frame.to_parquet(path, index=False)
