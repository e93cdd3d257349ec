"""Traces and logs: graduated events, gigabytes taken in and kept."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_systems import bill_of, line, system

from aicost.components.observability import band_shares

BANDS = (0.0, 100.0, 1_000.0)
TRACES = "traces: {is: observability, platform: langfuse-core, events_per_request: 10}"


@given(st.integers(0, 3_000))
def test_bands_by_counting_one_by_one(quantity: int) -> None:
    counted = [0, 0, 0]
    for i in range(quantity):
        counted[max(b for b, start in enumerate(BANDS) if i >= start)] += 1
    shares = band_shares(quantity=float(quantity), thresholds=BANDS)
    assert [s * quantity for s in shares] == pytest.approx(counted, abs=1e-9)


def test_bands_of_a_sweep() -> None:
    quantity = np.array([0.0, 50.0, 400.0, 4_000.0])
    shares = np.array(band_shares(quantity=quantity, thresholds=BANDS))
    assert np.allclose(shares.sum(axis=0), [0, 1, 1, 1])
    assert np.allclose(shares[:, 2], [0.25, 0.75, 0])


@pytest.mark.parametrize(
    ("users", "usd"),
    [(0, 29), (100, 29), (200, 29), (400, 29 + 8), (20_000, 29 + 9 * 8 + 90 * 7)],
)
def test_a_graduated_plan(tmp_path, users: int, usd: float) -> None:
    """Langfuse: 29 a month, 100,000 events in it, then 8, above a million 7 per 100,000."""
    bill = bill_of(system(TRACES), tmp_path, users=float(users))
    assert bill.total == pytest.approx(usd, rel=1e-12)


def test_a_larger_bill_is_never_a_smaller_one(tmp_path) -> None:
    users = np.unique(np.round(np.geomspace(1, 1e7, 400)))
    totals = bill_of(system(TRACES), tmp_path, users=users).total
    assert np.all(np.diff(totals) >= 0)


def test_logs_are_taken_in_once_and_kept_for_months(tmp_path) -> None:
    traces = "traces: {is: observability, platform: cloudwatch-logs, kb_per_request: 40, "
    bill = bill_of(system(traces + "kept_months: 12}"), tmp_path, users=1e4)
    assert line(bill, "logs taken in").usd == pytest.approx(20 * 0.50, rel=1e-12)
    assert line(bill, "logs kept").usd == pytest.approx(20 * 12 * 0.03, rel=1e-12)


@pytest.mark.parametrize(("of", "share"), [("requests", 1.0), ("check", 0.4)])
def test_it_sees_what_the_cache_has_answered(tmp_path, of: str, share: float) -> None:
    """All requests, or those of the stage that it names."""
    check = "check: {is: response_cache, share: 40 %, hit_share: 100 %}"
    traces = f"{TRACES[:-1]}, of: {of}}}"
    bill = bill_of(system(f"{check}\n{traces}"), tmp_path, users=1e4)
    assert sum(c.quantity for c in bill.charges if c.driver == "events") == 50 * share
    assert bill_of(system(f"{check}\n{TRACES}"), tmp_path, users=1e4).requests == 5e5
