"""List every parameter: type, unit, default and where that comes from."""

from __future__ import annotations

import argparse

from zerostage import simulator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`zs params` takes no arguments."""


def execute(_arguments: argparse.Namespace) -> int:
    """`zs params`."""
    simulator.call(["--params"])
    return 0
