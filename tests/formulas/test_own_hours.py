"""Desks with hours of their own, played through event by event: they keep what they promise."""

import numpy as np
import pytest
from desk_simulation import begun_of_week
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.formulas.review.own_hours import closed_share, open_week, own_hours_seats

NIGHT, EVEN = np.repeat([1.0, 10.0, 1.0], [8, 10, 6]), np.ones(24)
HOURS = np.arange(24)


def is_open(first: int, last: int) -> np.ndarray:
    return (first <= HOURS) & (last > HOURS)


@pytest.mark.parametrize(
    ("weights", "open_", "days", "target_h", "level", "load", "minutes"),
    [
        (NIGHT, (8, 18), (7, 5), 72.0, 0.95, 1.5, 10),
        (NIGHT, (8, 18), (7, 7), 4.0, 0.9, 6.2, 3),
        (EVEN, (9, 17), (7, 7), 24.0, 0.95, 0.8, 30),
        (NIGHT, (7, 20), (7, 7), 1 / 6, 0.8, 3.0, 3),
        (EVEN, (7, 20), (7, 6), 8.0, 0.5, 3.0, 10),
    ],
)
def test_a_desk_keeps_its_promise_over_nights_and_weekends(
    weights: np.ndarray,
    open_: tuple[int, int],
    days: tuple[int, int],
    target_h: float,
    level: float,
    load: float,
    minutes: float,
) -> None:
    asked, opened = days
    known = {"hour_weights": weights, "asked_days": asked, "open_days": opened}
    known |= {"open_hours": is_open(*open_)}
    each = {"service_s": minutes * 60, "target_s": target_h * 3_600, "level": level}
    seats = own_hours_seats(load=load, max_occupancy=0.95, desks=1, **each, **known)
    week = open_week(open_hours=known["open_hours"], open_days=opened)
    filled = np.tile(seats, 7) * week
    come = np.tile(weights / weights.max() * load, 7) * (np.arange(168) < asked * 24)
    assert filled.sum() >= come.sum() / 0.95 - 1e-9
    weeks = int(max(30, 6_000 / come.sum() * minutes / 60))
    kept = begun_of_week(filled, come, minutes / 60, target_h, weeks=weeks)
    assert kept >= level - 0.01
    fewer = begun_of_week(np.maximum(filled - 1, 0), come, minutes / 60, target_h, weeks=weeks)
    assert fewer < level or filled.sum() < come.sum() / 0.95 + 7 * np.count_nonzero(seats)


@given(st.integers(0, 22), st.integers(1, 23), st.integers(1, 7), st.floats(1.5, 100))
@settings(max_examples=30, deadline=None)
def test_what_comes_too_early_for_anybody_is_counted_minute_by_minute(
    first: int, longer: int, days: int, target_h: float
) -> None:
    hours = is_open(first, min(first + longer, 24))
    minutes = np.repeat(open_week(open_hours=hours, open_days=days), 60)
    late = total = 0.0
    within = int(target_h * 60)
    ahead = np.concatenate([minutes] * 3)
    for at in range(0, 168 * 60, 7):
        come = NIGHT[at // 60 % 24]
        total += come
        late += come * (not ahead[at : at + within].any())
    got = closed_share(
        hour_weights=NIGHT,
        asked_days=7,
        open_hours=hours,
        open_days=days,
        target_s=within * 60,
    )
    assert got == pytest.approx(late / total, abs=0.003)


def test_many_loads_at_once_are_each_by_itself_and_never_fall() -> None:
    known = {"hour_weights": NIGHT, "asked_days": 7, "open_hours": is_open(8, 18), "open_days": 5}
    desk = {"service_s": 600, "target_s": 3 * 86_400, "level": 0.95, "max_occupancy": 0.95}
    loads = np.array([0.0, 0.3, 2.0, 40.0])
    every = own_hours_seats(load=loads, desks=2, **desk, **known)
    alone = [own_hours_seats(load=load, desks=2, **desk, **known) for load in loads]
    assert np.array_equal(every, np.stack(alone, axis=1))
    assert np.all(np.diff(every.sum(axis=0)) > 0)
    assert np.all(every.sum(axis=0)[:1] == 0)
