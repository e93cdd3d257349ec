"""A desk of people: the hours paid for an hour of work, and the seats of a day and of a week."""

from __future__ import annotations

import numpy as np

from aicost.formulas.queueing.backlog import paced_day, paced_seats
from aicost.formulas.queueing.staffing import least_servers
from aicost.values.quantities import DAYS_PER_WEEK, HOURS_PER_DAY, SECONDS_PER_HOUR, Numeric

#: Up to which promise an hour may be staffed by itself; beyond, what an evening leaves may wait.
APART_S = 4 * SECONDS_PER_HOUR
GONE = 300.0  # mean times after which nothing is left, well before a float underflows


def paid_per_worked(*, occupancy: Numeric, shrinkage: Numeric) -> Numeric:
    """The hours paid per hour of review: 1 / (occupancy x (1 - shrinkage)).

    Parameters
    ----------
    occupancy : share of an attended hour spent on reviews. [share]
    shrinkage : share of paid time away from the desk: leave, training, breaks. [share]

    Returns
    -------
    Paid hours per worked hour. [ratio]

    Notes
    -----
    Occupancy is a given share here; a desk that answers in time sets its own.

    Examples
    --------
    >>> round(paid_per_worked(occupancy=0.85, shrinkage=0.30), 4)
    1.6807
    """
    return 1.0 / (occupancy * (1.0 - shrinkage))


def load_by_hour(*, load: Numeric, hour_weights: Numeric, service_s: Numeric) -> Numeric:
    """The reviews at work in each hour if none ever waited: m(t)' = arrivals(t) - m(t) / s.

    Parameters
    ----------
    load : arrivals of the busiest hour x mean time of a review. [erlang]
    hour_weights : weight of each hour of a day, in any unit. [any]
    service_s : mean time of one review. [s]

    Returns
    -------
    Mean over each hour of a day like all others, hours first. [erlang]

    Notes
    -----
    What is begun in one hour is still at work in the next: a long review moves the load of a peak
    behind it. Exact for exponential service and arrivals that are even within an hour.

    References
    ----------
    The modified offered load of queues whose arrivals change in time (Eick, Massey and Whitt,
    Management Science 39, 1993).

    Examples
    --------
    >>> day = [0] * 9 + [1, 2] + [1] * 7 + [0] * 6
    >>> load_by_hour(load=8, hour_weights=day, service_s=1_800)[8:14].round(2)
    array([0.  , 2.27, 6.04, 5.46, 4.2 , 4.03])
    """
    weights = np.asarray(hour_weights, float) / np.max(hour_weights)
    each_h = np.array(service_s, float, ndmin=np.ndim(load)) / SECONDS_PER_HOUR
    gone = np.minimum(1.0 / each_h, GONE)
    left = np.exp(-gone)  # of what is at work, an hour later

    def after(begun: Numeric, weight: Numeric) -> Numeric:
        return weight + (begun - weight) * left

    at_end = np.zeros_like(each_h)
    for weight in weights:
        at_end = after(at_end, weight)
    begun, found = -at_end / np.expm1(-np.minimum(gone * weights.size, GONE)), []
    for weight in weights:
        found.append(weight + (begun - weight) * each_h * (1.0 - left))
        begun = after(begun, weight)
    return load * np.stack(found)


def seats_by_hour(
    *,
    load: Numeric,
    hour_weights: Numeric,
    service_s: Numeric,
    target_s: Numeric,
    level: Numeric,
    max_occupancy: Numeric,
    desks: Numeric,
    at_once: Numeric = 1.0,
) -> Numeric:
    """The seats of each hour: desks x ceil(least servers for its `load_by_hour` / desks / k).

    Parameters
    ----------
    load : offered load of the busiest hour, all desks together. [erlang]
    hour_weights : weight of each hour, in any unit. [any]
    service_s : mean time of one review. [s]
    target_s : time within which a review is to be begun. [s]
    level : share of the reviews begun within it. [share]
    max_occupancy : most of their time that people may be busy. [share]
    desks : desks that the load is split over evenly, which do not help each other. [desks]
    at_once : k, what one person has in hand at the same time. [items]

    Returns
    -------
    Whole seats; 0 in hours in which nothing arrives. [servers]

    Notes
    -----
    Each hour stands alone, as if its load had always been there (Erlang C: exponential service).
    Where the target is longer than an hour, work can wait for a quieter one: `desk_seats`.
    Against desks played through, 3 to 200 hours of work a day, reviews of 6 minutes to an hour,
    promises of a minute to an hour: 95.5 % or more begun in time where 95 % are promised.

    Examples
    --------
    >>> desk = {"service_s": 240, "level": 0.8, "max_occupancy": 1.0, "desks": 1}
    >>> seats_by_hour(load=20 / 3, hour_weights=[0, 1, 2], target_s=20, **desk)
    array([ 0,  6, 10])
    >>> seats_by_hour(load=20 / 3, hour_weights=[0, 1, 2], target_s=3_600, **desk)
    array([0, 4, 7])
    """
    weights = np.asarray(hour_weights, float)
    rest = (service_s, target_s, level, max_occupancy, at_once)
    shape = np.broadcast_shapes(*(np.shape(value) for value in (load, desks, *rest)))
    each = np.broadcast_to(np.divide(load, desks), shape)
    at_work = load_by_hour(load=each, hour_weights=weights, service_s=service_s)[weights > 0]
    seats = np.zeros((weights.size, *shape), dtype=int)
    seats[weights > 0] = least_servers(
        load=at_work,
        service_s=service_s,
        target_s=target_s,
        level=level,
        max_occupancy=max_occupancy,
    )
    # Of a long scan the arrays are large: one at a time divides nothing.
    return (seats if np.all(np.equal(at_once, 1)) else np.ceil(seats / at_once).astype(int)) * desks


def desk_seats(
    *,
    load: Numeric,
    hour_weights: Numeric,
    service_s: Numeric,
    target_s: Numeric,
    level: Numeric,
    max_occupancy: Numeric,
    desks: Numeric,
    days_per_week: float,
    at_once: Numeric = 1.0,
) -> Numeric:
    """The seats of each hour of a desk: by the hour, or paced by the day where work may wait.

    Up to a target of an hour each hour is staffed by itself (`seats_by_hour`). Beyond it work is
    carried from hour to hour and overnight (`paced_day`), or each hour is staffed by itself for the
    target, or for four hours where it is longer: the way that takes fewer hours holds.

    Parameters
    ----------
    load : offered load of the busiest hour, all desks together. [erlang]
    hour_weights : weight of each hour, in any unit. [any]
    service_s : mean time of one review. [s]
    target_s : time within which a review is to be begun. [s]
    level : share of the reviews begun within it. [share]
    max_occupancy : most of their time that people may be busy; beyond an hour over a day. [share]
    desks : desks that the load is split over evenly, which do not help each other. [desks]
    days_per_week : working days. [days]
    at_once : what one person has in hand at the same time. [items]

    Returns
    -------
    Whole seats, hours first; 0 in hours in which nobody is needed. [servers]

    Notes
    -----
    Of 4,400 desks played through (0.6 to 200 hours of work a day, reviews of 3 minutes to an hour,
    promises of a minute to 3 days at levels of 50 to 99 %, busy for up to all of their time) none
    was more than half a point below its promise; three could do with a seat less in every hour.

    Examples
    --------
    >>> desk = {"load": 1.5, "hour_weights": [0] * 16 + [1, 2, 2, 2, 1, 1, 1, 0], "service_s": 360,
    ...     "level": 0.95, "max_occupancy": 0.8, "desks": 1, "days_per_week": 5}
    >>> [desk_seats(target_s=t, **desk)[16:] for t in (1_800, 14_400)]
    [array([2, 2, 3, 3, 2, 2, 2, 0]), array([1, 2, 2, 2, 1, 1, 1, 0])]
    """
    rest = (service_s, target_s, level, max_occupancy, at_once)
    by_hour = seats_by_hour(
        load=load,
        hour_weights=hour_weights,
        service_s=service_s,
        target_s=np.minimum(target_s, APART_S),
        level=level,
        max_occupancy=max_occupancy,
        desks=desks,
        at_once=at_once,
    )
    if not np.any(np.greater(target_s, SECONDS_PER_HOUR)):
        return by_hour
    shape = np.broadcast_shapes(*(np.shape(value) for value in (load, desks, *rest)))
    hours = by_hour.sum(axis=0) / desks
    paced = paced_day(
        load=np.broadcast_to(np.divide(load, desks), shape),
        hour_weights=hour_weights,
        service_s=service_s,
        target_s=target_s,
        level=level,
        max_occupancy=max_occupancy,
        days_per_week=days_per_week,
        most=hours * at_once,
    )
    paced = np.ceil(paced / at_once)
    seats = paced_seats(seat_hours=paced, hour_weights=hour_weights) * desks
    # In place: of a long scan they are large.
    np.copyto(by_hour, seats, where=np.greater(target_s, SECONDS_PER_HOUR) & (paced < hours))
    return by_hour


def desk_queue(
    *,
    seats: Numeric,
    load: Numeric,
    hour_weights: Numeric,
    service_s: Numeric,
    target_s: Numeric,
    level: Numeric,
    at_once: Numeric = 1.0,
) -> tuple[Numeric, ...]:
    """The queue that stands for a desk: that of its fullest hour, or of the day where work waits.

    Parameters
    ----------
    seats : seats filled in each hour of one desk, hours first. [servers]
    load : offered load of its busiest hour. [erlang]
    hour_weights : weight of each hour, in any unit. [any]
    service_s : mean time of one review. [s]
    target_s : time within which a review is to be begun. [s]
    level : share of the reviews begun within it. [share]
    at_once : what one person has in hand at the same time. [items]

    Returns
    -------
    Places, the load on them and the time of a service. [servers, erlang, s]

    Examples
    --------
    >>> places, busy, each = desk_queue(seats=np.array([0, 3, 6]), load=4, hour_weights=[0, 1, 2],
    ...     service_s=60, target_s=30, level=0.9)
    >>> int(places), round(float(busy), 2), each
    (6, 3.97, 60)
    """
    hours = np.asarray(hour_weights, float)
    at_work = load_by_hour(load=load, hour_weights=hours, service_s=service_s)
    fullest = np.argmax(np.where(seats > 0, at_work, 0.0), axis=0)[None]
    there, busy = (np.take_along_axis(of, fullest, axis=0)[0] for of in (seats, at_work))
    places = there * at_once
    if not np.any(np.greater(target_s, SECONDS_PER_HOUR)):
        return places, busy, service_s
    filled, late = seats.sum(axis=0), np.log1p(-level)
    # As many to the work as all day, and as many as keep the promise by the tail of Erlang C.
    pace = np.maximum(
        filled * at_once * hours.max() / hours.sum(), load - late * service_s / target_s
    )
    # Where seats stand empty for hours, the wait for the next of them is what counts.
    empty = np.clip(1.0 - filled / np.count_nonzero(hours), 0.0, 1.0 - 1e-9)
    gap_s = SECONDS_PER_HOUR * np.count_nonzero(hours) / np.maximum(2 * filled, 1e-9)
    promised_s = target_s / np.maximum(np.log(np.maximum(empty, 1e-9)) - late, 1e-9)
    waits = np.greater(target_s, SECONDS_PER_HOUR)
    parts = (
        (np.ones_like(empty), pace, places),
        (empty, load, busy),
        ((1.0 - empty) * np.minimum(gap_s, promised_s), service_s, service_s),
    )
    of_day = (np.where(empty > 0, gap, day) for gap, day, _ in parts)
    return tuple(np.where(waits, day, now) for day, (*_, now) in zip(of_day, parts, strict=True))


def seat_hours_per_week(*, seats: Numeric, days_per_week: float, always_filled: Numeric) -> Numeric:
    """The attended hours of a week: working days as `seats` says, other days the least.

    Parameters
    ----------
    seats : seats of each hour of a working day, 24 hours first. [servers]
    days_per_week : working days. [days]
    always_filled : seats filled in every hour of the week, whatever arrives; 0 for none. [servers]

    Returns
    -------
    Seat-hours a week. [hours]

    Examples
    --------
    >>> seats = np.array([0] * 9 + [2] * 8 + [0] * 7)
    >>> int(seat_hours_per_week(seats=seats, days_per_week=5, always_filled=0))
    80
    >>> int(seat_hours_per_week(seats=seats, days_per_week=5, always_filled=1))
    208
    """
    attended = np.maximum(seats, always_filled).sum(axis=0)
    idle_days = DAYS_PER_WEEK - days_per_week
    return days_per_week * attended + idle_days * HOURS_PER_DAY * always_filled
