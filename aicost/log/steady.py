"""Which days of a log are as its end is: not those before a lasting change, or of one that passed.

A figure of each day is split where an interval of days differs most from the others around it, and
again inside each part (circular binary segmentation, Olshen et al. 2004, Biostatistics 5, 557-572).
Days that differ from the last ones by chance alone are as the end is. What came and went twice or
more may come again, and stays in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from aicost.log.change_points import LEAST
from aicost.log.spread import SATURDAY
from aicost.values.formatting import listing

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
LEAST_DAYS = 21  # each kind of day was there often enough to know what is usual
LEAST_A_DAY = 5  # requests, of which a day's figure is a mean
LEAST_ANSWERS = 100  # that are left, so that a 95th percentile is told
AT_END = 5  # days that make a level; fewer at the end may pass
#: Standard errors that an interval of days has to be off by, of some thousand intervals.
SURE = 7.0
#: And by how much of the level; of a share of calls, by how much.
MATTERS = 0.1
OF_SHARES = 0.02
#: Of the sizes of standard normal numbers: shares of them, and what these are below.
USUAL = {0.5: 0.6745, 0.8: 1.2816}


@dataclass(frozen=True)
class Figure:
    """A ratio of each day, such as tokens over calls, of so many requests that were answered.

    `least` is what a change of it has to be; `counted` says that it counts what seldom happens, so
    that days which are all alike do not tell how much they may differ.
    """

    above: Floats
    below: Floats
    requests: Floats
    least: float = 0.0
    counted: bool = False


@dataclass(frozen=True)
class Passed:
    """Days of a part of a log, from `first` to `last`, whose `fields` were not as its end is."""

    part: str
    first: date
    last: date
    fields: tuple[str, ...]


def steady_days(days: Sequence[date], figure: Figure) -> Flags:
    """Which days are as the end of a log is; all of a log of few days.

    Parameters
    ----------
    days : in order.
    figure : of each.

    Examples
    --------
    >>> days = [date.fromordinal(739_500 + n) for n in range(28)]
    >>> tokens = np.where(np.arange(28) < 20, 100.0, 180.0) + np.arange(28) % 3
    >>> figure = Figure(tokens * 50, np.full(28, 50.0), np.full(28, 50.0))
    >>> steady_days(days, figure).astype(int).tolist() == [0] * 20 + [1] * 8
    True
    """
    weekend = np.array([day.weekday() >= SATURDAY for day in days])
    return _like_the_end(figure, weekend)


def passed(part: str, days: Sequence[date], figures: Mapping[str, Figure]) -> Iterator[Passed]:
    """Yield the days of a part that are not as its end is, those one after another together.

    Parameters
    ----------
    part : what it is called.
    days : in order.
    figures : of each day, by what they are called.
    """
    like = {name: steady_days(days, one) for name, one in figures.items()}
    away = ~np.logical_and.reduce([*like.values()])
    asked = next(iter(figures.values())).requests
    if (~away).sum() < AT_END or asked[~away].sum() < LEAST_ANSWERS:
        return  # what is left would tell less than all of it does
    for a, b in _runs(away):
        fields = tuple(name for name, flags in like.items() if not flags[a:b].all())
        yield Passed(part, days[a], days[b - 1], fields)


def passed_lines(some: Sequence[Passed]) -> Iterator[str]:
    """Yield a line for the days of each part that are not counted, and what was other on them."""
    for one in some:
        days = f"{one.first} to {one.last}" if one.last > one.first else f"{one.first}"
        yield f"left out of its values: {one.part}, {days}: {listing(one.fields)} differ at its end"


def on_days(some: Passed) -> nw.Expr:
    """Whether a call is of these days."""
    first, end = (
        nw.lit(datetime.combine(day, time()), nw.Datetime("us"))
        for day in (some.first, some.last + timedelta(days=1))
    )
    return (nw.col("moment") >= first) & (nw.col("moment") < end)


def _like_the_end(figure: Figure, weekend: Flags) -> Flags:
    """The days on which a figure is what it is at the end."""
    told = (figure.below > 0) & (figure.requests > 0)
    every = np.ones(told.size, dtype=bool)
    if told.sum() < LEAST_DAYS or figure.requests[told].mean() < LEAST_A_DAY:
        return every
    n, value = figure.requests[told], figure.above[told] / figure.below[told]
    value = value - np.where(weekend[told], _of_weekends(value, weekend[told]), 0.0)
    usual = abs(float(np.average(value, weights=n)))
    noise = max(_noise(value, n), np.sqrt(usual) if figure.counted else 0.0)
    least = max(figure.least, MATTERS * usual)
    parts = [*_split(value, n, 0, value.size, noise, least)]
    level = np.empty(value.size, dtype=int)
    for number, (a, b) in enumerate(parts):
        level[a:b] = number

    def apart(some: Flags, other: Flags) -> bool:
        one, two = (np.average(value[days], weights=n[days]) for days in (some, other))
        off = abs(one - two)
        wide = noise * np.sqrt(1 / n[some].sum() + 1 / n[other].sum())
        return bool(off > least and off > SURE * wide)

    for last in range(len(parts) - 1, -1, -1):
        end = level == last
        like = end.copy()
        for number in range(len(parts)):
            if number != last and not apart(level == number, end):
                like |= level == number
        if like.sum() >= AT_END:
            break
    else:
        return every
    more = value > np.average(value[like], weights=n[like])
    every[told] = like | _recurring(like, more) | _recurring(like, ~more)
    return every


def _of_weekends(value: Floats, weekend: Flags) -> float:
    """By how much weekends differ from working days: the median of the weekends.

    Of the days before a weekend and those after, those that it is nearer to: a change or what
    passes touches one side of it.
    """
    off = []
    for a, b in _runs(weekend):
        sides = [side for side in (value[max(a - 2, 0) : a], value[b : b + 2]) if side.size]
        apart = [float(value[a:b].mean() - side.mean()) for side in sides]
        off += [min(apart, key=abs)] if apart else []
    return float(np.median(off)) if len(off) > 1 else 0.0


def _noise(value: Floats, n: Floats) -> float:
    """Standard deviation of one of what a day's figure is a mean of.

    From the differences of one day and the next, so that a change counts for little; by their
    median, or by four in five of them, as far apart as long tails are.
    """
    apart = np.abs(np.diff(value)) / np.sqrt(1 / n[1:] + 1 / n[:-1])
    return max(float(np.quantile(apart, share)) / below for share, below in USUAL.items())


def _split(
    value: Floats, n: Floats, a: int, b: int, noise: float, least: float
) -> list[tuple[int, int]]:
    """The parts of the days from a to b that differ."""
    many = b - a
    if many < 2:
        return [(a, b)]
    weight, whole = np.r_[0.0, np.cumsum(n[a:b])], np.r_[0.0, np.cumsum(n[a:b] * value[a:b])]
    inside, total = weight[None, :] - weight[:, None], whole[None, :] - whole[:, None]
    outside = weight[-1] - inside
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.abs(total / inside - (whole[-1] - total) / outside)
        z = off / (noise * np.sqrt(1 / inside + 1 / outside))
    tried = (inside >= LEAST) & (outside >= LEAST) & np.triu(np.ones_like(inside, dtype=bool), 1)
    z = np.where(tried & (off > least), np.nan_to_num(z, posinf=np.inf), 0.0)
    i, j = np.unravel_index(int(np.argmax(z)), z.shape)
    if z[i, j] <= SURE:
        return [(a, b)]
    edges = [a, *(a + int(x) for x in (i, j) if 0 < x < many), b]
    return [part for x, y in pairwise(edges) for part in _split(value, n, x, y, noise, least)]


def _recurring(like: Flags, side: Flags) -> Flags:
    """Days of what came and went between those like the end, twice or more to the same side."""
    between = [
        (a, b) for a, b in _runs(~like) if a > 0 and b < like.size and side[a:b].mean() > 0.5
    ]
    found = np.zeros_like(like)
    for a, b in between if len(between) > 1 else ():
        found[a:b] = True
    return found


def _runs(flags: Flags) -> Iterator[tuple[int, int]]:
    """Yield where each run of flags begins and ends."""
    edges = np.flatnonzero(np.diff(np.r_[0, flags.astype(int), 0])).tolist()
    yield from zip(edges[::2], edges[1::2], strict=True)
