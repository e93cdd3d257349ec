"""What is planted in a sample log: causes with their dates, slices and sizes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aicost.values.suggest import instead

Flags = NDArray[np.bool_]
#: A change that the book has: Mistral's list was doubled on the first day, undone on the other.
PRICE_CHANGED, PRICE_BACK = np.datetime64("2026-10-20"), np.datetime64("2026-10-29")
FIRST_MONDAY = np.datetime64("2026-10-05")
WEEKS_AFTER = 7  # that are past: a log ends before today
LEAST_DAYS, MOST_DAYS = 28, 364
RELEASE_DAYS = 14


@dataclass(frozen=True)
class Cause:
    """Something that happens in a sample log, from one day to another, to a slice of its calls."""

    cause: str
    start: np.datetime64
    end: np.datetime64
    slice: Mapping[str, str] = field(default_factory=dict)
    size: float = 0.0

    def during(self, moments: NDArray[np.datetime64]) -> Flags:
        """Which moments it holds at."""
        return np.asarray((moments >= self.start) & (moments < self.end))

    def hits(self, moments: NDArray[np.datetime64], columns: Mapping[str, NDArray[Any]]) -> Flags:
        """Which rows it falls on: in its days, and of its slice."""
        found = self.during(moments)
        for name, value in self.slice.items():
            found &= columns[name] == value
        return found


#: What each does, and what its size is.
CAUSES: Mapping[str, str] = {
    "price change": "the seller changes its list",
    "retry storm": "calls are cut off, billed and tried again; size: share that is cut off",
    "lost cache": "nothing is read from the provider's cache; size: share that is lost",
    "runaway agent": "requests go on for rounds; size: rounds more",
    "tier cliff": "prompts grow past the end of a price tier; size: times their input",
    "judge change": "another judge marks; size: marks that it gives more",
    "quality drop": "answers are worse; size: marks that they get more",
}


def first_day(days: int) -> np.datetime64:
    """The Monday that a log of so many days begins on, so that the price change lies inside."""
    if not LEAST_DAYS <= days <= MOST_DAYS:
        raise ValueError(f"days: {days} is not between {LEAST_DAYS} and {MOST_DAYS}")
    earlier = max(0, -(-days // 7) - WEEKS_AFTER)
    return FIRST_MONDAY - np.timedelta64(7 * earlier, "D")


def planted(days: int, names: Iterable[str] = tuple(CAUSES)) -> tuple[Cause, ...]:
    """The causes that a log of so many days has, by name; one after another, ends apart.

    >>> [(one.cause, str(one.start), one.slice) for one in planted(42, ("quality drop",))]
    [('quality drop', '2026-11-03', {'feature': 'search'})]
    """
    begun = first_day(days)
    end = begun + np.timedelta64(days, "D")

    def on(part: float) -> np.datetime64:
        return begun + np.timedelta64(round(part * days), "D")

    def span(part: float, length: int) -> tuple[np.datetime64, np.datetime64]:
        return on(part), on(part) + np.timedelta64(length, "D")

    released = begun + np.timedelta64(1 + RELEASE_DAYS * ((days * 4 // 5 - 1) // RELEASE_DAYS), "D")
    every = (
        Cause("price change", PRICE_CHANGED, PRICE_BACK, {"model": "mistral-large-4"}),
        Cause("retry storm", *span(0.15, 2), {"provider": "openai"}, 0.35),
        Cause("lost cache", *span(0.25, 5), {"feature": "agent"}, 1.0),
        Cause("judge change", on(0.5), end, {}, -0.04),
        Cause("tier cliff", on(0.6), end, {"feature": "report"}, 1.8),
        Cause("quality drop", released, end, {"feature": "search"}, -0.10),
        Cause("runaway agent", *span(0.9, 1), {"feature": "agent", "tenant": "tenant-02"}, 40.0),
    )
    asked = tuple(names)
    for name in asked:
        if name not in CAUSES:
            raise ValueError(f"cause: no {name!r} can be planted; {instead(name, CAUSES)}")
    return tuple(one for one in every if one.cause in asked)
