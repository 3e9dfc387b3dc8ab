"""Numbers as text: four significant digits and a unit that fits."""

from __future__ import annotations


def scaled(value: float, steps: tuple[tuple[float, str], ...]) -> str:
    """`value` in the largest unit that does not make it smaller than one."""
    factor, unit = next((step for step in steps if abs(value) >= step[0]), steps[-1])
    return f"{digits(value / factor)} {unit}".rstrip()


def digits(value: float) -> str:
    """Four significant digits, never an exponent; whole numbers stay whole."""
    if value == int(value) and abs(value) < 10_000:
        return str(int(value))
    whole = len(str(int(abs(value))))
    return f"{value:,.{max(0, 4 - whole)}f}"


def time_ps(value: float) -> str:
    """Picoseconds as s, ms, us or ns."""
    if value == 0:
        return "0"
    return scaled(value, ((1e12, "s"), (1e9, "ms"), (1e6, "us"), (1e3, "ns"), (1, "ps")))


def size_bytes(value: float) -> str:
    """Bytes as MiB, KiB or B."""
    if value == 0:
        return "0"
    return scaled(value, ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"), (1, "B")))


def frequency_hz(value: float) -> str:
    """Hertz as GHz, MHz or kHz."""
    return scaled(value, ((1e9, "GHz"), (1e6, "MHz"), (1e3, "kHz"), (1, "Hz")))


def count(value: float) -> str:
    """A number of things."""
    return f"{int(value):,}"


def percent(value: float) -> str:
    """A fraction as percent."""
    return f"{100 * value:.2f} %"


def ratio(value: float, reference: float) -> str:
    """`value` relative to `reference`; what cannot be divided is said in words."""
    if reference == 0:
        return "" if value == 0 else "new"
    if value == 0:
        return "gone"
    quotient = value / reference
    return f"{quotient:.2f}x" if quotient < 100 else f"{quotient:,.0f}x"
