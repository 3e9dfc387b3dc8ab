"""Validate configs without running anything."""

from __future__ import annotations

import argparse

from zerostage import simulator
from zerostage.run_command import add_request_arguments
from zerostage.simulator import Request


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `zs check`."""
    add_request_arguments(parser)


def execute(arguments: argparse.Namespace) -> int:
    """`zs check`."""
    simulator.call([*Request(arguments.configs, arguments.overrides).arguments(), "--check"])
    return 0
