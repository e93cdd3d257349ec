"""A desk with hours of its own: what comes while it is closed waits until it opens."""

from __future__ import annotations

import numpy as np

from aicost.formulas.queueing.backlog import paced_seats, stepped_work
from aicost.formulas.queueing.staffing import least_servers
from aicost.formulas.review.desk import load_by_hour
from aicost.values.quantities import DAYS_PER_WEEK, HOURS_PER_DAY, SECONDS_PER_HOUR, Numeric

_DAY, _WEEK = int(HOURS_PER_DAY), int(DAYS_PER_WEEK * HOURS_PER_DAY)
#: Hours before an arrival from which on its queue is built up; the worst of them counts.
_SINCE = np.concatenate([np.arange(0.5, 24), np.arange(28.5, 96, 4), [120.5, 144.5]])
_BLOCK = 256  # desks at a time
_SLACK = 1e-9


def open_week(*, open_hours: Numeric, open_days: int) -> Numeric:
    """Whether a desk is open, hour by hour of a week: its days are the first of it.

    Parameters
    ----------
    open_hours : whether it is open in each of the 24 hours of such a day. [yes or no]
    open_days : days of a week on which it opens. [days]

    Returns
    -------
    168 hours. [yes or no]

    Examples
    --------
    >>> int(open_week(open_hours=np.arange(24) >= 14, open_days=5).sum())
    50
    """
    days = np.arange(int(DAYS_PER_WEEK)) < open_days
    return np.outer(days, open_hours).astype(bool).ravel()


def closed_share(
    *,
    hour_weights: Numeric,
    asked_days: int,
    open_hours: Numeric,
    open_days: int,
    target_s: float,
) -> float:
    """The share of work that comes too long before the desk opens to be begun in time by anybody.

    Parameters
    ----------
    hour_weights : weight of each hour of a day on which work comes, in any unit. [any]
    asked_days : days of a week on which work comes. [days]
    open_hours : whether the desk is open in each of the 24 hours of such a day. [yes or no]
    open_days : days of a week on which it opens. [days]
    target_s : time within which a review is to be begun. [s]

    Returns
    -------
    Of all work. [share]

    Notes
    -----
    Up to a promise of an hour what comes in the first hour after it opens counts as late too: it
    stands behind what the night has left; and all is late where days are closed, for what they
    leave takes another.

    Examples
    --------
    >>> day = {"open_hours": np.arange(24) >= 8, "open_days": 7, "asked_days": 7}
    >>> [closed_share(hour_weights=[1] * 24, target_s=t, **day) for t in (7_200, 8 * 3_600)]
    [0.25, 0.0]
    """
    opened = open_week(open_hours=open_hours, open_days=open_days)
    come = open_week(open_hours=np.ones(_DAY), open_days=asked_days) * np.tile(hour_weights, 7)
    if opened.all():
        return 0.0
    first = opened & ~np.roll(opened, 1)
    if target_s <= SECONDS_PER_HOUR:
        if asked_days > open_days:
            return 1.0
        late = ~opened | (first & (come[~opened].sum() > 0))
        return float(come[late].sum() / come.sum())
    at = np.add.outer(np.arange(_WEEK), (np.arange(60) + 0.5) / 60)
    starts = np.append(np.flatnonzero(first), np.flatnonzero(first)[:1] + _WEEK)
    next_ = starts[np.searchsorted(starts, at)]
    late = ~opened[:, None] & (next_ - at > target_s / SECONDS_PER_HOUR)
    return float((come[:, None] * late).sum() / 60 / come.sum())


def late_of_week(
    *, week_seats: Numeric, week_load: Numeric, service_s: Numeric, target_s: Numeric
) -> Numeric:
    """The share of a week's work that begins later than a target: Σ a exp(-(√x - √m)²/s) / Σ a.

    `backlog.late_of_day` for a week whose hours of work and of seats are not the same: m is the
    work that came since some hour before, x the hours of seats from then until it is too late.

    Parameters
    ----------
    week_seats : seats of each hour of a week, 168 first. [servers]
    week_load : offered load of each of these hours, 168 first. [erlang]
    service_s : mean service time. [s]
    target_s : wait within which work is to be begun. [s]

    Returns
    -------
    The late share of all work. [share]

    Examples
    --------
    >>> week = open_week(open_hours=np.arange(24) >= 14, open_days=5)[:, None]
    >>> late = late_of_week(week_seats=2 * week, week_load=week, service_s=[600], target_s=[14_400])
    >>> late.round(3)
    array([0.005])
    """
    within_h, each_h = (np.divide(value, SECONDS_PER_HOUR) for value in (target_s, service_s))
    now = np.flatnonzero(np.any(week_load, axis=1)) + 0.5
    seats, load = (_cumulated(np.asarray(value, float)) for value in (week_seats, week_load))
    since = np.subtract.outer(now, _SINCE)
    work = _at(load, now)[:, None] - _at(load, since)
    until = _at_each(seats, now[:, None] + within_h)
    room = until[:, None] - _at(seats, since)
    spare = (np.sqrt(np.maximum(room, 0.0)) - np.sqrt(np.maximum(work, 0.0))).min(axis=1)
    ahead = np.maximum(until - _at(seats, now), 0.0)
    filled, asked = np.maximum(seats[-1], _SLACK), load[-1]
    of_weeks = np.sqrt(ahead * np.maximum(1.0 - asked / filled, _SLACK))
    least = np.where(asked * ahead > filled * (filled - asked), np.minimum(spare, of_weeks), spare)
    least = np.where(ahead > _SLACK, np.maximum(least, 0.0), 0.0)
    come = np.asarray(week_load, float)[now.astype(int)]
    return (come * np.exp(-(least**2) / each_h)).sum(axis=0) / np.maximum(asked, _SLACK)


def _cumulated(week: Numeric) -> Numeric:
    return np.concatenate([np.zeros((1, week.shape[1])), week.cumsum(axis=0)])


def _at(cumulated: Numeric, hours: Numeric) -> Numeric:
    """A sum that grows by the same each week, at the same hours for every column."""
    weeks, rest = np.divmod(hours, _WEEK)
    whole = rest.astype(int)
    low, high = cumulated[whole], cumulated[whole + 1]
    return weeks[..., None] * cumulated[-1] + low + (rest - whole)[..., None] * (high - low)


def _at_each(cumulated: Numeric, hours: Numeric) -> Numeric:
    """The same at hours of its own for each column."""
    weeks, rest = np.divmod(hours, _WEEK)
    whole, column = rest.astype(int), np.arange(hours.shape[1])
    low, high = cumulated[whole, column], cumulated[whole + 1, column]
    return weeks * cumulated[-1] + low + (rest - whole) * (high - low)


def own_hours_seats(
    *,
    load: Numeric,
    hour_weights: Numeric,
    asked_days: int,
    open_hours: Numeric,
    open_days: int,
    service_s: Numeric,
    target_s: Numeric,
    level: Numeric,
    max_occupancy: Numeric,
    desks: Numeric,
    at_once: Numeric = 1.0,
) -> Numeric:
    """The seats of each hour of a day on which a desk with hours of its own is open.

    Beyond a promise of an hour the fewest hours of seats a day that keep it by `late_of_week`, as
    the work of open hours comes, that of closed ones spread over them. Up to an hour each open hour
    by itself (Erlang C), the first with what the night has left, at a level that makes up for what
    is late in any case.

    Parameters
    ----------
    load : offered load of the busiest hour, all desks together. [erlang]
    hour_weights : weight of each hour of a day on which work comes, in any unit. [any]
    asked_days : days of a week on which work comes. [days]
    open_hours : whether the desk is open in each of the 24 hours of such a day. [yes or no]
    open_days : days of a week on which it opens. [days]
    service_s : mean time of one review. [s]
    target_s : time within which a review is to be begun. [s]
    level : share of the reviews begun within it. [share]
    max_occupancy : most of their time that people may be busy, over a week. [share]
    desks : desks that the load is split over evenly, which do not help each other. [desks]
    at_once : what one person has in hand at the same time. [items]

    Returns
    -------
    Whole seats, 24 hours first; of a level that `closed_share` rules out those of the work alone.
    [servers]

    Examples
    --------
    >>> day = np.repeat([1, 10, 1], [8, 10, 6])
    >>> hours = (np.arange(24) >= 8) & (np.arange(24) < 18)
    >>> desk = {"service_s": 600, "level": 0.95, "max_occupancy": 0.85, "desks": 1}
    >>> own_hours_seats(load=2, hour_weights=day, asked_days=7, open_hours=hours, open_days=5,
    ...     target_s=3 * 86_400, **desk)[8:18]
    array([3, 4, 4, 4, 4, 3, 4, 4, 4, 4])
    """
    weights, hours = np.asarray(hour_weights, float), np.asarray(open_hours, bool)
    given = (np.divide(load, desks), service_s, target_s, level, max_occupancy, at_once)
    wide = np.broadcast_arrays(*given)
    rows = np.stack([np.ravel(value).astype(float) for value in wide])
    a_day = weights.sum() / weights.max()
    rows[0] = stepped_work(day_work=rows[0] * a_day) / a_day
    each, back = np.unique(rows, axis=1, return_inverse=True)
    found = np.empty((_DAY, each.shape[1]))
    for start in range(0, each.shape[1], _BLOCK):
        some = each[:, start : start + _BLOCK]
        pace = hours * (weights + weights[~hours].sum() / hours.sum())
        seats = _paced(
            some, weights, pace, asked_days, open_week(open_hours=hours, open_days=open_days)
        )
        short = some[2] <= SECONDS_PER_HOUR
        if np.any(short):
            days = {"asked_days": asked_days, "open_hours": hours, "open_days": open_days}
            seats[:, short] = _by_hour(some[:, short], weights, days)
        found[:, start : start + _BLOCK] = seats
    return (found[:, np.ravel(back)].reshape((_DAY, *wide[0].shape)) * desks).astype(int)


def _paced(
    desks: Numeric, weights: Numeric, pace: Numeric, asked_days: int, opened: Numeric
) -> Numeric:
    """The fewest paced seats that keep the promise, between those of the work and many more."""
    load, service_s, target_s, level, cap, at_once = desks
    week = np.tile(weights / weights.max(), 7) * (np.arange(_WEEK) < asked_days * _DAY)
    open_days = opened.reshape(-1, _DAY).any(axis=1).sum()
    work = load * week.sum() / open_days / at_once
    low = np.ceil(work / cap * (1.0 - _SLACK)) - 1.0
    high = 4.0 * low + 8.0 * np.count_nonzero(pace)

    def late(hours: Numeric) -> Numeric:
        seats = paced_seats(seat_hours=hours, hour_weights=pace)
        filled = np.tile(seats, (7, 1)) * opened[:, None] * at_once
        loads = np.multiply.outer(week, load)
        return late_of_week(
            week_seats=filled, week_load=loads, service_s=service_s, target_s=target_s
        )

    kept = late(high) <= 1.0 - level + _SLACK
    high = np.where(kept, high, low + 1.0)
    while np.any(high - low > 1):
        middle = np.where(high - low > 1, np.floor((low + high) / 2), high)
        enough = (middle == high) | (late(middle) <= 1.0 - level + _SLACK)
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    least = np.where(load > 0, high, 0.0)
    return paced_seats(seat_hours=least, hour_weights=pace).astype(float)


def _by_hour(desks: Numeric, weights: Numeric, days: dict[str, Numeric]) -> Numeric:
    """The seats of each open hour by itself, the first of them with what the night has left."""
    load, service_s, target_s, level, cap, at_once = desks
    hours = days["open_hours"]
    at_work = load_by_hour(load=load, hour_weights=weights, service_s=service_s)
    first = hours & ~np.roll(hours, 1)
    left = at_work[~hours].sum(axis=0) / max(first.sum(), 1)
    at_work = np.where(first[:, None], at_work + left, at_work) * hours[:, None]
    never = closed_share(hour_weights=weights, target_s=float(target_s.max()), **days)
    asked = np.minimum(level / max(1.0 - never, _SLACK), 0.9999)
    places = least_servers(
        load=at_work, service_s=service_s, target_s=target_s, level=asked, max_occupancy=cap
    )
    return np.ceil(places / at_once)
