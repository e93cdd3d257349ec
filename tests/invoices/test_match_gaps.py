"""Hours without a log, and days of another clock."""

import numpy as np
import pandas as pd
import pytest

from aicost.invoices.match_gaps import clock_ahead, quiet_spans

START = np.datetime64("2026-10-01T00:00:00", "s")
STARTS = START + np.arange(14) * np.timedelta64(1, "D")
ENDS = STARTS + np.timedelta64(1, "D")


def hours(calls: np.ndarray) -> pd.DataFrame:
    """Return a log of so many calls in each half hour from the first on."""
    at = START + np.arange(len(calls)) * np.timedelta64(30, "m")
    return pd.DataFrame({"at": at, "calls": calls.astype(float), "usd": calls.astype(float)})


def by_day() -> np.ndarray:
    """Return calls by day alone: none from 20:00 to 06:00."""
    day = np.zeros(48)
    day[12:40] = 5 + np.arange(28) % 7
    return np.tile(day, 14)


def test_nights_are_not_quiet_but_missing_hours_are() -> None:
    calls = by_day()
    assert quiet_spans(hours(calls), STARTS, ENDS) == (pytest.approx(np.zeros(14)), "")
    calls[48 * 3 + 20 : 48 * 3 + 26] = 0
    quiet, words = quiet_spans(hours(calls), STARTS, ENDS)
    assert np.flatnonzero(quiet).tolist() == [3]
    assert words == "2026-10-04 10:00 to 2026-10-04 13:00"


def test_a_log_that_begins_late_is_quiet_before() -> None:
    calls = by_day()
    calls[: 48 * 2] = 0
    quiet, words = quiet_spans(hours(calls), STARTS, ENDS)
    assert np.flatnonzero(quiet).tolist() == [0, 1]
    assert words.startswith("2026-10-01 06:00 to 2026-10-02 20:00")


@pytest.mark.parametrize("ahead", [-16, -4, 0, 3, 11, 18])
def test_clocks_are_found(ahead: int) -> None:
    calls = np.random.default_rng(1).poisson(np.tile(by_day()[:48], 16) + 1).astype(float)
    log = hours(calls)
    log["at"] -= np.timedelta64(1, "D")
    moved = log["at"].to_numpy("datetime64[s]") - ahead * np.timedelta64(30, "m")
    span = np.searchsorted(STARTS, moved, side="right") - 1
    inside = (span >= 0) & (moved < ENDS[span])
    usd = np.bincount(span[inside], log["usd"].to_numpy()[inside], 14)
    assert clock_ahead(log, STARTS, ENDS, usd) == ahead
