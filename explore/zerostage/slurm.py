"""A Slurm job array for a sweep: each task runs a shard into a database of its own."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from zerostage.paths import ROOT


@dataclass(frozen=True)
class JobArray:
    """What the script needs to know."""

    name: str
    arguments: Sequence[str]  # of `zs sweep`: the file, and options that change its points
    database: Path
    tasks: int
    cpus: int


def script(array: JobArray) -> str:
    """The text for sbatch; a task that is started again continues where it was."""
    shards = array.database.with_suffix("")
    command = shlex.join([str(ROOT / "zs"), "sweep", *array.arguments])
    database = shlex.quote(str(array.database))
    return f"""\
#!/bin/bash
#SBATCH --job-name=zerostage-{array.name}
#SBATCH --array=0-{array.tasks - 1}
#SBATCH --cpus-per-task={array.cpus}
#SBATCH --output={shards}-%a.log

# Submit:   sbatch THIS-FILE
# Gather:   {command} --db {database} --merge {shlex.quote(str(shards))}-*.sqlite
# Gathering runs what is still missing. The tree must be built, and visible on every node.

set -eu
cd {shlex.quote(str(Path.cwd()))}
exec {command} \\
    --shard "$SLURM_ARRAY_TASK_ID/{array.tasks}" \\
    --db {shlex.quote(str(shards))}"-$SLURM_ARRAY_TASK_ID.sqlite" \\
    -j "${{SLURM_CPUS_PER_TASK:-{array.cpus}}}"
"""
