"""Growth is told with a range that holds it, and of days that only differ by chance none is."""

from datetime import date, timedelta

import numpy as np
import pytest

from aicost.log.trend import LEVEL, trend_of

DAYS = [date(2026, 9, 2) + timedelta(days=n) for n in range(42)]
WEEKS = np.array([1.1, 1.0, 1.0, 1.1, 0.9, 0.4, 0.3])


@pytest.mark.parametrize("growth", [0.0, 0.2])
def test_nine_ranges_in_ten_hold_the_growth(growth: float) -> None:
    """Of 400 logs of a hundred requests a day; a month's growth is that of the mean."""
    late = (np.arange(42) - 20.5) / 30
    weekday = WEEKS[[day.weekday() for day in DAYS]]
    line = 100 * weekday + 100 * growth * late
    luck = np.random.default_rng(3)
    true = growth * 100 / line.mean()
    found = [trend_of(DAYS, luck.poisson(line).astype(float)) for _ in range(400)]
    inside = np.mean([one.growth_low <= true <= one.growth_high for one in found])
    assert abs(inside - LEVEL) < 0.04  # 2.7 standard errors
    told = np.mean([one.told for one in found])
    assert told > 0.95 if growth else told < 1 - LEVEL + 0.04


def test_a_line_is_found_to_the_digit_and_two_weeks_have_none() -> None:
    line = 50.0 + np.arange(42)
    found = trend_of(DAYS, line, [DAYS[-1] + timedelta(days=1)])
    assert found.growth == pytest.approx(30 / line.mean())
    assert found.sum == (pytest.approx(92.0),)
    assert trend_of(DAYS[:14], line[:14]).growth is None
