"""Hours in which a log is silent though calls were to be expected; whose clock its days are of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from aicost.invoices.match_cells import HALF_HOUR, Flags, Floats, Moments

if TYPE_CHECKING:
    import pandas as pd

DAY, WEEK = 48, 336  # half hours
#: Calls that a silent run would have had: by chance one in 160,000 of such runs has none.
EXPECTED = 12.0
FEW = 3
#: The clocks of the world, in half hours from UTC.
ZONES = range(-24, 29)
#: A clock is another's where its days fit that much better, and by that much of all.
NEARER, LEAST = 0.5, 0.005


def quiet_spans(hours: pd.DataFrame, starts: Moments, ends: Moments) -> tuple[Flags, str]:
    """The spans that hold half hours in which a log is silent, and when it is, in words.

    Parameters
    ----------
    hours : the calls of a log by the half hour.
    starts, ends : of each span.
    """
    first, last = starts[0], ends[-1]
    many = int((last - first) / HALF_HOUR)
    at = ((hours["at"].to_numpy("datetime64[s]") - first) / HALF_HOUR).astype(int)
    calls = np.zeros(many)
    inside = (at >= 0) & (at < many)
    np.add.at(calls, at[inside], hours["calls"].to_numpy()[inside])
    length = WEEK if many >= 2 * WEEK else DAY
    slot = np.arange(many) % length
    usual = np.bincount(slot, calls, length) / np.maximum(np.bincount(slot, minlength=length), 1)
    quiet, words = np.zeros(len(starts), bool), []
    turns = np.flatnonzero(np.diff(np.concatenate([[False], calls == 0, [False]]).astype(int)))
    for begin, end in zip(turns[::2], turns[1::2], strict=True):
        expected = usual[slot[begin:end]]
        if expected.sum() <= EXPECTED:
            continue
        busy = np.flatnonzero(expected)  # the night before is silent at all times
        begin, end = begin + busy[0], begin + busy[-1] + 1
        start, stop = first + begin * HALF_HOUR, first + end * HALF_HOUR
        quiet |= (starts < stop) & (ends > start)
        words.append(f"{_clock(start)} to {_clock(stop)}")
    more = len(words) - FEW
    told = [*words[:FEW], *([f"{more} more times"] if more > 0 else [])]
    return quiet, ", ".join(told)


def _clock(moment: np.datetime64) -> str:
    return str(moment.astype("datetime64[m]")).replace("T", " ")


def clock_ahead(hours: pd.DataFrame, starts: Moments, ends: Moments, usd: Floats) -> int:
    """By how many half hours the clock of a log is ahead of that of an export's days.

    Parameters
    ----------
    hours : the calls of a log by the half hour, with `usd`.
    starts, ends : of each span. usd : what the export has in it.

    Notes
    -----
    All clocks of the world are tried; one is taken where shares of the spans come out much nearer.
    """
    at, mine = hours["at"].to_numpy("datetime64[s]"), hours["usd"].to_numpy()
    apart = {}
    for ahead in ZONES:
        moved = np.subtract(at, ahead * HALF_HOUR)
        span = np.searchsorted(starts, moved, side="right") - 1
        inside = (span >= 0) & (moved < ends[span])
        found = np.bincount(span[inside], mine[inside], len(starts))
        if not found.any() or not usd.any():
            return 0
        apart[ahead] = float(np.abs(found / found.sum() - usd / usd.sum()).sum())
    best = min(apart, key=lambda ahead: (round(apart[ahead], 9), abs(ahead)))
    nearer = apart[best] < NEARER * apart[0] and apart[0] - apart[best] > LEAST
    return best if nearer else 0
