"""The resolved config: the simulator's own answer, never a second reading of the YAML."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zerostage import simulator
from zerostage.simulator import Request

_MISSING = object()


@dataclass(frozen=True)
class Config:
    """The values behind a request, as a tree of plain values in base units."""

    tree: dict[str, Any]

    def __getitem__(self, path: str) -> Any:
        """The value at a dotted path: config["workload.m"]."""
        value = self.get(path, _MISSING)
        if value is _MISSING:
            raise KeyError(path)
        return value

    def get(self, path: str, otherwise: Any = None) -> Any:
        """The value at a dotted path, or `otherwise` where there is none."""
        node: Any = self.tree
        for part in path.split("."):
            if not isinstance(node, dict) or part not in node:
                return otherwise
            node = node[part]
        return node

    def canonical(self) -> str:
        """The same text for the same values: JSON, which zs-sim loads as a config of its own."""
        return json.dumps(self.tree, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_canonical(cls, text: str) -> Config:
        """What canonical() wrote."""
        return cls(json.loads(text))


@dataclass(frozen=True)
class Resolved:
    """A point's config, and what is wrong with it: texts as zs-sim reports them, with places."""

    config: Config
    errors: tuple[str, ...]


def resolve(request: Request) -> Config:
    """Let the simulator compose, override and check; its complaints go to the user."""
    return Config(json.loads(simulator.call([*request.arguments(), "--print-config=json"], True)))


def resolve_points(base: Request, points: Sequence[Sequence[str]]) -> list[Resolved]:
    """Resolve many points, each a sequence of overrides KEY=VALUE and files on top of `base`.

    An override is written "--set KEY=VALUE", a file is its path; they apply in their order.
    """
    if not points:
        return []
    blocks = "\n\n".join("\n".join(point) or "." for point in points)
    answer = simulator.call([*base.arguments(), "--points"], capture=True, stdin=blocks + "\n")
    return [
        Resolved(Config(point["config"]), tuple(point["errors"]))
        for point in json.loads(answer)["points"]
    ]
