"""Join a Dask cluster as a worker: run points of other people's sweeps with this tree."""

from __future__ import annotations

import argparse
import os
import sys

from zerostage.schedule import default_jobs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `zs worker`."""
    parser.add_argument("address", metavar="ADDRESS", help="of the scheduler: tcp://host:8786")
    parser.add_argument("-j", dest="jobs", type=int, metavar="N", help="default: cores")


def execute(arguments: argparse.Namespace) -> int:
    """`zs worker`: becomes Dask's own worker process, which finds this package on its path."""
    jobs = arguments.jobs or default_jobs()
    command = [sys.executable, "-m", "distributed.cli.dask_worker", arguments.address]
    os.execv(sys.executable, [*command, "--nthreads", str(jobs), "--no-dashboard"])
