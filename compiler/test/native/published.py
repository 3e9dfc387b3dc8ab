"""The published drivers' transfers: T tiles of t x t a side of a square problem."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Transfers:
    """How many, and how many words."""

    sends: int
    receives: int
    words_in: int
    words_out: int


def generated(version: str, flow: str, T: int, t: int) -> Transfers:
    """Of the compiler, 2023: each opcode and each tile is a transfer."""
    if version == "v1":
        return Transfers(2 * T**3, T**3, 2 * T**3 * t**2, T**3 * t**2)
    sends = {"Ns": 3 * T**3, "As": 2 * T**2 + 2 * T**3, "Cs": 3 * T**3 + T**2}
    return Transfers(sends["As" if flow == "Bs" else flow], *_received(flow, T, t))


def manual(version: str, flow: str, T: int, t: int) -> Transfers:
    """Of the hand-written drivers: an opcode and its tiles are one transfer."""
    sends = {"Ns": T**3, "As": T**2 + T**3, "Bs": T**2 + T**3, "Cs": T**3 + T**2}[flow]
    if version == "v1":
        return Transfers(sends, T**3, 2 * T**3 * t**2, T**3 * t**2)
    return Transfers(sends, *_received(flow, T, t))


def _received(flow: str, T: int, t: int) -> tuple[int, int, int]:
    """Receives, words in, words out: the same for both."""
    if flow == "Ns":
        return T**3, 2 * T**3 * t**2 + T**3, T**3 * t**2
    if flow == "Cs":
        return T**2, 2 * T**3 * t**2 + T**3 + T**2, T**2 * t**2
    return T**3, (T**2 + T**3) * t**2 + T**2 + T**3, T**3 * t**2
