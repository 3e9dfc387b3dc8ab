"""The traces of the DRAM comparison: 131072 accesses of 64 bytes each, one a row, `R|W hexaddress`."""

import random

LINES = 131072
LINE_BYTES = 64
TARGET = 16 << 20


def sequential_reads():
    return (("R", i * LINE_BYTES) for i in range(LINES))


def random_reads():
    source = random.Random(1)
    return (("R", source.randrange(0, 256 << 20, LINE_BYTES)) for _ in range(LINES))


def copy(block_lines, target):
    """Read `block_lines` lines from 0 on, write them to `target` on, and so forth."""
    for first in range(0, LINES // 2, block_lines):
        block = range(first, first + block_lines)
        yield from (("R", i * LINE_BYTES) for i in block)
        yield from (("W", target + i * LINE_BYTES) for i in block)


TRACES = {
    "seq_rd": sequential_reads,
    "rand_rd": random_reads,
    "memcpy64": lambda: copy(1, TARGET),
    "memcpy1k": lambda: copy(16, TARGET),
    "memcpy1k_off": lambda: copy(16, TARGET + 8192),
}


def write(folder, name):
    """Write one trace into a folder; returns its path."""
    path = folder / f"{name}.txt"
    with path.open("w") as out:
        out.writelines(f"{operation} {address:x}\n" for operation, address in TRACES[name]())
    return path
