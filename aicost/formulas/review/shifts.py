"""Seats filled in whole shifts: people come for hours on end, not for the hour that needs them."""

from __future__ import annotations

import numpy as np

from aicost.values.quantities import HOURS_PER_DAY, Numeric


def in_shifts(*, seats: Numeric, shift_hours: int) -> Numeric:
    """The seats that are filled where whoever comes stays for a shift: the fewest shifts that do.

    Parameters
    ----------
    seats : seats needed in each of the 24 hours of a day, hours first. [servers]
    shift_hours : hours of a shift, without a pause. [hours]

    Returns
    -------
    Seats filled in each hour. [servers]

    Raises
    ------
    ValueError : a shift is not 1 to 24 whole hours.

    Notes
    -----
    For so many shifts in all the hours at which they begin are a system of differences, with whole
    numbers for its least solution; where a number of them does, so does any larger one, and the
    least is found by halves. So none is too many.

    References
    ----------
    Cyclic staffing: Bartholdi, Orlin and Ratliff, Operations Research 28, 1980.

    Examples
    --------
    >>> day = [0] * 8 + [1, 2, 3, 3, 2, 2, 2, 2, 1, 1] + [0] * 6
    >>> in_shifts(seats=day, shift_hours=8)[8:18]
    array([1, 2, 3, 3, 3, 3, 3, 3, 2, 1])
    """
    if not 1 <= shift_hours <= HOURS_PER_DAY or shift_hours != int(shift_hours):
        raise ValueError("a shift is 1 to 24 whole hours")
    need, length = np.asarray(seats, dtype=int), int(shift_hours)
    days = need.reshape(len(need), -1)
    shifts = np.maximum(days.max(axis=0), -(-days.sum(axis=0) // length))
    most = np.maximum(shifts, days.max(axis=0) * -(-len(days) // length))  # one behind another
    while np.any(shifts < most):
        between = (shifts + most) // 2
        enough = _begun_until(days, between, length)[1]
        shifts, most = np.where(enough, shifts, between + 1), np.where(enough, between, most)
    begun = np.diff(_begun_until(days, shifts, length)[0], axis=0)
    hours = np.arange(len(days))
    filled = sum(begun[(hours - back) % len(days)] for back in range(length))
    return np.reshape(filled, need.shape)


def _begun_until(need: Numeric, shifts: Numeric, length: int) -> tuple[Numeric, Numeric]:
    """The fewest shifts begun before each hour and the end, and whether so many shifts do.

    An hour has the shifts begun in the `length` hours up to it, or in the evening before.
    """
    day = len(need)
    until = np.zeros((day + 1, need.shape[1]), dtype=int)
    until[day] = shifts
    before = until
    for _ in range(day + 2):  # longer than any chain of hours: what grows still has no end
        before = until.copy()
        for hour in range(day):
            back = hour + 1 - length
            held = (
                until[back] + need[hour] if back >= 0 else until[day + back] + need[hour] - shifts
            )
            until[hour + 1] = np.maximum.reduce([until[hour + 1], until[hour], held])
        until[0] = np.maximum(until[0], until[day] - shifts)
        if np.array_equal(until, before):
            break
    return until, np.all((until == before) & (until[0] == 0), axis=0)
