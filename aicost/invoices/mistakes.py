"""Mistakes that published bills make: units, lines left out or doubled, cached tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

import numpy as np

from aicost.values.charge import Charge
from aicost.values.formatting import count, line_words, usd

UNIT_SLIP = ", a unit slip?"  # of a table that somebody wrote; an invoice counts right
#: What a slip multiplies a line by, and how it is said; the likeliest first.
SLIPS = (
    *((10.0**n, f"{count(10.0**n)} x ours{UNIT_SLIP}") for n in (3, 1, 2, 6)),
    (0.0, "left out"),
    *((10.0**-n, f"ours / {count(10.0**n)}{UNIT_SLIP}") for n in (3, 1, 2, 6)),
    (2.0, "counted twice"),
    (12.0, "a year's"),
    (1 / 12, "a twelfth"),
)


def dollars(value: float) -> str:
    """Dollars; below one dollar with the digits they have.

    >>> dollars(0.039084), dollars(3.75)
    ('$0.03908', '$3.75')
    """
    return usd(value, price=abs(value) < 1)


def amount(lines: Sequence[Charge]) -> float:
    """What lines add up to; sweeps and draws enter at their mean."""
    return sum(float(np.mean(line.usd)) for line in lines)


def mistakes(lines: Sequence[Charge], once: float) -> Iterator[tuple[float, str]]:
    """Yield what lines would add up to after one mistake, and its words; the likeliest first.

    `once` is what is paid once and not among the lines.
    """
    ours = amount(lines)
    if once:
        yield ours + once, f"one-off lines of {dollars(once)} count in it"
    yield from _caching(lines, ours)
    parts = list(_parts(lines))
    for times, words in SLIPS:
        for name, part in parts:
            if part > 0:
                said = f"{name} is {words} ({dollars(part * times)} in place of {dollars(part)})"
                yield ours + (times - 1) * part, said
    for times, words in SLIPS:
        if times and len(parts) > 1:
            yield ours * times, f"all of it is {words}"


def _parts(lines: Sequence[Charge]) -> Iterator[tuple[str, float]]:
    """Yield each line, and the components and stages of several, with what they cost."""
    for line in lines:
        yield line_words(line), amount([line])
    for word in ("component", "stage"):
        for name in dict.fromkeys(getattr(line, word) for line in lines):
            own = [line for line in lines if getattr(line, word) == name]
            if 1 < len(own) < len(lines):
                yield name, amount(own)


def _caching(lines: Sequence[Charge], ours: float) -> Iterator[tuple[float, str]]:
    """Yield the two usual mistakes with tokens read from a cache."""
    for read in (line for line in lines if line.bucket == "cache_read"):
        for fresh in (c for c in lines if c.bucket == "input" and _same_tier(c, read)):
            full = float(np.mean(read.quantity * fresh.price.usd))
            own = amount([read])
            sizes = f"({dollars(full)} in place of {dollars(own)})"
            yield ours - own + full, f"{line_words(read)} is paid like fresh input {sizes}"
            yield (
                ours + full,
                f"{line_words(read)} is counted as fresh input besides, {dollars(full)}",
            )


def _same_tier(a: Charge, b: Charge) -> bool:
    """Say whether two lines are of the same calls, and differ in the part of the input alone."""
    return a.stage == b.stage and _calls(a) == _calls(b)


def _calls(line: Charge) -> list[str]:
    """The names of the factors that count the calls: those before the tokens of each."""
    return [factor.name for factor in takewhile(lambda f: f.unit != "tokens", line.factors)]
