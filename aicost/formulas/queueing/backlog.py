"""A desk that may let work wait for hours: seats of a day that keep a long promise."""

from __future__ import annotations

import numpy as np

from aicost.values.quantities import DAYS_PER_WEEK, HOURS_PER_DAY, SECONDS_PER_HOUR, Numeric

_SLACK = 1e-9
_DAY = int(HOURS_PER_DAY)
_HOURS = np.arange(_DAY)
_BLOCK = 512  # desks at a time: what a processor keeps near
_BEFORE = 2  # days before an arrival that its queue may stem from
_LONGEST = 14.0  # days; who may wait longer is in time
_SEEN_AT = tuple((i + 0.5) / 4 for i in range(4))  # of each hour
_FINE, _STEP = 100.0, 1 / 400  # hours of work a day from which steps are relative, and those
#: Hours before an arrival from which on its queue is built up; the worst of them counts.
_SINCE = np.array([0.5, 1.5, 2.5, 4.5, 8.5, 16.5, 24.5])


def late_of_day(
    *,
    day_seats: Numeric,
    day_load: Numeric,
    service_s: Numeric,
    target_s: Numeric,
    days_per_week: float,
) -> Numeric:
    """The share of a day's work that begins later than a target: Σ a exp(-(√x - √m)²/s) / Σ a.

    Whoever arrives waits longer than t if the work since some hour before is more than the x hours
    of seats from that hour on until t later; m is that work on average, s that of one review. The
    chance is Chernoff's for a Poisson number of exponential times, at the worst of seven hours.

    Parameters
    ----------
    day_seats : seats of each of the 24 hours of a working day, first axis. [servers]
    day_load : offered load of each of these hours, first axis. [erlang]
    service_s : mean service time. [s]
    target_s : wait within which work is to be begun. [s]
    days_per_week : working days, the others at the end of the week without seats. [days]

    Returns
    -------
    The late share of all work. [share]

    Notes
    -----
    Where no seat is filled from the arrival until t later, it is late. What days before have left
    counts as √(b (1 - W/n)) for the work W and the seats n of a day, b of them until t: the worst
    over all days. It errs to the safe side, most for the smallest desks; `desk_seats` says how far.

    References
    ----------
    Own derivation; Chernoff, Annals of Mathematical Statistics 23 (1952), not read anew.

    Examples
    --------
    >>> seats = np.repeat([0, 1, 0], [9, 8, 7])
    >>> found = late_of_day(day_seats=seats, day_load=0.8 * seats, service_s=360, target_s=7_200,
    ...     days_per_week=7)
    >>> round(float(found), 3)
    0.074
    """
    seats, load = np.asarray(day_seats, float), np.asarray(day_load, float)
    shape = np.broadcast_shapes(seats.shape[1:], load.shape[1:], np.shape(service_s))
    shape = np.broadcast_shapes(shape, np.shape(target_s))
    size = int(np.prod(shape))
    seats, load = (
        np.broadcast_to(
            v.reshape(_DAY, *(1,) * (len(shape) - v.ndim + 1), *v.shape[1:]), (_DAY, *shape)
        ).reshape(_DAY, size)
        for v in (seats, load)
    )
    each_h, within_h = (
        np.broadcast_to(np.divide(v, SECONDS_PER_HOUR), shape).reshape(size)
        for v in (service_s, target_s)
    )
    within_h = np.minimum(within_h, _LONGEST * _DAY)
    idle = round(DAYS_PER_WEEK - days_per_week)
    weeks = (
        [(0, 1.0)] if not idle else [(0, 1.0 - 1.0 / days_per_week), (idle, 1.0 / days_per_week)]
    )
    late = np.empty(size)
    for at in range(0, size, _BLOCK):
        some = slice(at, at + _BLOCK)
        late[some] = _late(seats[:, some], load[:, some], each_h[some], within_h[some], weeks)
    return late.reshape(shape)[()]


def _late(
    seats: Numeric,
    load: Numeric,
    each_h: Numeric,
    within_h: Numeric,
    weeks: list[tuple[int, float]],
) -> Numeric:
    """The late share of the work of days, each part of which so many idle days follow."""
    ahead = int(np.max(within_h) // _DAY) + 2
    hours = np.flatnonzero(load.any(axis=1))
    now = np.add.outer(_BEFORE * _DAY + hours, _SEEN_AT)
    before = np.ones(_BEFORE + 1)
    since, by_now = _up_to(np.subtract.outer(now, _SINCE), before), _up_to(now, before)
    work = np.sqrt(np.maximum((by_now[..., None, :] - since) @ load, 0.0))
    gone, gone_now = since @ seats, by_now @ seats
    late = np.zeros(seats.shape[1])
    for idle, part in weeks:
        open_days = np.concatenate([before, np.zeros(idle), np.ones(ahead)])
        filled = _at(_cumulated(seats, open_days), now[..., None] + within_h)
        room = filled[..., None, :] - gone
        np.sqrt(np.maximum(room, 0.0, out=room), out=room)
        room -= work
        ahead_of = np.maximum(filled - gone_now, 0.0)  # seats from now on until it is too late
        least = np.minimum(room.min(axis=-2), _over_days(seats, load, ahead_of))
        least = np.where(ahead_of > _SLACK, np.maximum(least, 0.0), 0.0)
        of_hours = load[hours] * np.exp(-(least**2) / each_h).mean(axis=1)
        late += part * of_hours.sum(axis=0)
    return late / np.where(load.any(axis=0), load.sum(axis=0), 1.0)


def _over_days(seats: Numeric, load: Numeric, ahead_of: Numeric) -> Numeric:
    """√x - √m where a queue is built up over days: √(b (1 - W / n)) at the worst of them.

    W and n are the work and the seats of a day, b the seats until it is too late: the worst day is
    W b / (n (n - W)) ago. Where that is less than a day ago, the hours tell.
    """
    n, work = np.maximum(seats.sum(axis=0), _SLACK), load.sum(axis=0)
    spare = np.maximum(n - work, _SLACK * n)
    far = work * ahead_of > n * spare
    return np.where(far, np.sqrt(ahead_of * spare / n), np.inf)


def _up_to(times: Numeric, open_days: Numeric) -> Numeric:
    """How often each of the 24 hours has been before each time, on a last axis. [hours]"""
    days = np.subtract.outer(times, np.arange(open_days.size) * _DAY)
    return np.einsum("d,...dh->...h", open_days, np.clip(np.subtract.outer(days, _HOURS), 0.0, 1.0))


def _cumulated(hours: Numeric, open_days: Numeric) -> Numeric:
    every = np.concatenate([part * hours for part in open_days])
    return np.concatenate([np.zeros((1, hours.shape[1])), every.cumsum(axis=0)])


def _at(cumulated: Numeric, hour: Numeric) -> Numeric:
    """A cumulated sum between whole hours, at an hour of its own for each column."""
    whole = np.minimum(hour.astype(int), len(cumulated) - 2)
    column = np.arange(hour.shape[-1])
    low, high = cumulated[whole, column], cumulated[whole + 1, column]
    return low + (hour - whole) * (high - low)


def paced_seats(*, seat_hours: Numeric, hour_weights: Numeric) -> Numeric:
    """The seats of each hour where people keep pace with the work: floor(n W(h) / W), in steps.

    Parameters
    ----------
    seat_hours : hours of seats of a day. [hours]
    hour_weights : weight of each hour, in any unit. [any]

    Returns
    -------
    Whole seats of each hour, first axis: a seat is filled once an hour of work is there for it, and
    all are by the last hour that has any. [servers]

    Examples
    --------
    >>> paced_seats(seat_hours=5, hour_weights=[0, 1, 2, 1, 0])
    array([0, 1, 2, 2, 0])
    """
    weights = np.asarray(hour_weights, float)
    reached = np.cumsum(weights) / weights.sum()
    reached[np.flatnonzero(weights)[-1] :] = 1.0
    each, back = np.unique(seat_hours, return_inverse=True)  # of a long scan there are few
    seats = np.diff(np.floor(np.multiply.outer(reached, each) + _SLACK), axis=0, prepend=0.0)
    return seats.astype(int)[:, np.ravel(back)].reshape(weights.shape + np.shape(seat_hours))


def paced_day(
    *,
    load: Numeric,
    hour_weights: Numeric,
    service_s: Numeric,
    target_s: Numeric,
    level: Numeric,
    max_occupancy: Numeric,
    days_per_week: float,
    most: Numeric,
) -> Numeric:
    """The fewest hours of paced seats a day that keep a promise, or `most` where none do.

    Parameters
    ----------
    load : offered load of the busiest hour. [erlang]
    hour_weights : weight of each hour, in any unit. [any]
    service_s : mean service time. [s]
    target_s : wait within which work is to be begun. [s]
    level : share of the work begun within it. [share]
    max_occupancy : most of their time, over a day, that people may be busy. [share]
    days_per_week : working days, the others at the end of the week without seats. [days]
    most : hours of seats that would do in another way. [hours]

    Returns
    -------
    Hours of seats a day. [hours]

    Notes
    -----
    One hour after the other from those that the work takes upwards; a day's work is taken up to
    the next quarter of an hour (above 100 hours the next 0.25 %). The error is that of
    `late_of_day`.

    Examples
    --------
    >>> office = np.repeat([0, 1, 2, 1, 0], [7, 2, 8, 3, 4])
    >>> desk = {"service_s": 360, "level": 0.95, "max_occupancy": 0.8, "days_per_week": 5}
    >>> int(paced_day(load=1.3, hour_weights=office, target_s=14_400, most=23, **desk))
    18
    """
    weights = np.asarray(hour_weights, float)
    given = np.broadcast_arrays(load, service_s, target_s, level, max_occupancy)
    load, service_s, target_s, level, cap = (np.ravel(v).astype(float) for v in given)
    work = load * weights.sum() / weights.max()
    least = np.ceil(work / cap * (1.0 - _SLACK))
    rows = np.stack([stepped_work(day_work=work), service_s, target_s, level, least])
    first, back = _apart(rows)
    kept = _paced(rows[:, first], weights, days_per_week)[back].reshape(given[0].shape)
    return np.minimum(kept, most).astype(int)[()]


def _apart(rows: Numeric) -> tuple[Numeric, Numeric]:
    """Where each different column first stands, and which of those each column is."""
    which = np.zeros(rows.shape[1], dtype=int)
    for row in rows:
        if row[0] != row[-1] or np.ptp(row):
            _, values = np.unique(row, return_inverse=True)
            _, which = np.unique(which * (values.max() + 1) + values, return_inverse=True)
    _, first = np.unique(which, return_index=True)
    return first, which


def stepped_work(*, day_work: Numeric) -> Numeric:
    """A day's work up to the next step, so that few desks stand for the many of a long sweep.

    Parameters
    ----------
    day_work : hours of work of a day. [hours]

    Returns
    -------
    Up to the next quarter of an hour, above 100 hours to the next 0.25 %. [hours]

    Examples
    --------
    >>> stepped_work(day_work=np.array([0.1, 3.3, 250.0])).round(2).tolist()
    [0.25, 3.5, 250.3]
    """
    large = _FINE * np.exp(np.ceil(np.log(np.maximum(day_work, _FINE) / _FINE) / _STEP) * _STEP)
    return np.where(day_work > _FINE, large, np.ceil(day_work * 4 * (1.0 - _SLACK)) / 4)


def _paced(desks: Numeric, weights: Numeric, days_per_week: float) -> Numeric:
    """The fewest hours for each column of (work, service, target, level, least); inf for none."""
    work, service_s, target_s, level, least = desks
    day_load = np.multiply.outer(weights / weights.sum(), work)
    found = np.where(work > 0, np.inf, 0.0)
    probe, most, open_ = least.copy(), 2 * least + _DAY, np.flatnonzero(work > 0)
    while open_.size:
        late = late_of_day(
            day_seats=paced_seats(seat_hours=probe[open_], hour_weights=weights),
            day_load=day_load[:, open_],
            service_s=service_s[open_],
            target_s=target_s[open_],
            days_per_week=days_per_week,
        )
        kept = late <= 1.0 - level[open_]
        found[open_[kept]] = probe[open_[kept]]
        probe[open_] += 1.0
        open_ = open_[~kept & (probe[open_] <= most[open_])]
    return found
