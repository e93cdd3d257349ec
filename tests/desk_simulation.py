"""A desk played through, event by event: who comes waits until a seat that is filled is free."""

from heapq import heappop, heappush

import numpy as np


def begun_in_time(
    seats: np.ndarray,
    load: np.ndarray,
    service_h: float,
    target_h: float,
    *,
    working_days: int,
    weeks: int,
    seed: int = 1,
) -> float:
    """Return the share of reviews begun within a target; the last two weeks are run out uncounted.

    Seats and load are those of the hours of a working day; whoever is at work when a seat closes
    finishes the review in hand.
    """
    days = [1] * working_days + [0] * (7 - working_days)
    weekly = (np.concatenate([of * day for day in days]) for of in (seats, load))
    return begun_of_week(*weekly, service_h, target_h, weeks=weeks, seed=seed)


def begun_of_week(
    week_seats: np.ndarray,
    week_load: np.ndarray,
    service_h: float,
    target_h: float,
    *,
    weeks: int,
    seed: int = 1,
) -> float:
    """Return the same of a week whose hours of work and of seats may be others."""
    rng = np.random.default_rng(seed)
    open_seats = np.tile(week_seats, weeks)
    come = rng.poisson(np.tile(week_load, weeks) / service_h)
    arrivals = np.sort(np.repeat(np.arange(come.size), come) + rng.random(come.sum()))
    lasts = rng.exponential(service_h, arrivals.size)
    begins = np.full(arrivals.size, np.inf)
    busy: list[float] = []
    first = 0
    for hour in np.flatnonzero(open_seats):
        now = float(hour)
        while first < arrivals.size:
            now = max(now, arrivals[first])
            if len(busy) >= open_seats[hour]:
                now = max(now, busy[0])
            if now >= hour + 1:
                break
            while busy and busy[0] <= now:
                heappop(busy)
            if len(busy) < open_seats[hour]:
                begins[first] = now
                heappush(busy, now + lasts[first])
                first += 1
    counted = arrivals < (weeks - 2) * 168
    return float(np.mean(begins[counted] - arrivals[counted] <= target_h))
