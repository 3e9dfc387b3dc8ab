"""Figures in columns, as plain text or as a Markdown table."""

from __future__ import annotations

from collections.abc import Sequence


def render(lines: Sequence[Sequence[str]], markdown: bool) -> str:
    """The first line is the header; the first column goes to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*lines)]
    padded = [
        [
            f"{cell:<{width}}" if i == 0 else f"{cell:>{width}}"
            for i, (cell, width) in enumerate(zip(line, widths))
        ]
        for line in lines
    ]
    if not markdown:
        return "\n".join("  ".join(line).rstrip() for line in padded)
    rule = ["---", *["---:"] * (len(widths) - 1)]
    return "\n".join("| " + " | ".join(line) + " |" for line in [padded[0], rule, *padded[1:]])
