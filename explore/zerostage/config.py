"""The resolved config: the simulator's own answer, never a second reading of the YAML."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from zerostage import simulator
from zerostage.simulator import Request


@dataclass(frozen=True)
class Config:
    """The values behind a request, as a tree of plain values in base units."""

    tree: dict[str, Any]

    def __getitem__(self, path: str) -> Any:
        """The value at a dotted path: config["workload.m"]."""
        node: Any = self.tree
        for part in path.split("."):
            node = node[part]
        return node


def resolve(request: Request) -> Config:
    """Let the simulator compose, override and check; its complaints go to the user."""
    return Config(json.loads(simulator.call([*request.arguments(), "--print-config=json"], True)))
