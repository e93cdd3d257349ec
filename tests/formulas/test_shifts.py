"""Shifts against whole numbers that a solver seeks: no seat is lacking, and no shift too many."""

import numpy as np
import pytest
from oracle import shifts

from aicost.formulas.review.shifts import in_shifts


@pytest.mark.parametrize("length", [1, 4, 8, 9, 13, 16, 23, 24])
def test_the_fewest_shifts_fill_every_seat(length: int) -> None:
    rng = np.random.default_rng(length)
    wild = rng.integers(0, 40, (24, 6))
    night = np.where(np.arange(24)[:, None] < 7, 0, wild)
    hill = np.sort(wild, axis=0)[[*range(0, 24, 2), *range(23, 0, -2)]]
    days = np.concatenate([wild, night, hill], axis=1)
    filled = in_shifts(seats=days, shift_hours=length)
    assert np.all(filled >= days)
    fewest = [shifts(list(day), length) for day in days.T]
    assert filled.sum(axis=0).tolist() == fewest
    alone = [in_shifts(seats=day, shift_hours=length) for day in days.T]
    assert np.array_equal(np.stack(alone, axis=1), filled)


def test_nobody_comes_where_nobody_is_needed() -> None:
    assert not np.any(in_shifts(seats=np.zeros(24), shift_hours=8))


@pytest.mark.parametrize("length", [0, 25, 7.5])
def test_a_shift_of_no_whole_hours_is_refused(length: float) -> None:
    with pytest.raises(ValueError, match="1 to 24 whole hours"):
        in_shifts(seats=np.ones(24), shift_hours=length)
