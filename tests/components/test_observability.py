"""Traces and logs: graduated events, gigabytes taken in and kept."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_systems import BOOK, bill_of, line, system

from aicost.book.book import Book
from aicost.components.observability import band_shares
from aicost.components.unit_prices import trust
from aicost.scenario.checks import verify, warnings
from aicost.scenario.load import load
from aicost.scenario.problems import ScenarioError

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


@pytest.mark.parametrize(
    ("said", "users", "usd"),
    [
        # 50 requests a user; by hand from the pages that the rows name
        ("langsmith-plus, events_per_request: 1, seats: 3", 200, 3 * 39),
        ("langsmith-plus, events_per_request: 1, seats: 3", 2_000, 3 * 39 + 90 * 2.50),
        ("langsmith-plus-extended, events_per_request: 1, seats: 0", 2_000, 100 * 5.00),
        ("datadog-llm, events_per_request: 2", 1_000, 160),
        ("datadog-llm, events_per_request: 2", 6_000, 160 + 50 * 3.50),
        ("datadog-llm, events_per_request: 2, share: 10 %", 6_000, 160),
        ("helicone-pro, events_per_request: 1, kb_per_request: 0", 200, 79),
        (
            "helicone-pro, events_per_request: 1, kb_per_request: 0",
            1_000,
            79 + 20_000 * 7e-4 + 20_000 * 3.5e-4,
        ),
        (
            "helicone-pro, events_per_request: 1, kb_per_request: 2_000",
            1_000,  # 100 GB
            79 + 20_000 * 7e-4 + 20_000 * 3.5e-4 + 30 * 3.25 + 50 * 2 + 20 * 1.25,
        ),
        ("azure-log-analytics, kb_per_request: 80", 1_000, 0),  # 4 GB
        ("azure-log-analytics, kb_per_request: 400", 1_000, 15 * 2.30),  # 20 GB, 31 days with it
        (
            "azure-log-analytics, kb_per_request: 400, kept_months: 12",
            1_000,
            15 * 2.30 + 20 * (12 - 1) * 0.10,
        ),
        ("google-cloud-logging, kb_per_request: 1_000", 1_000, 0),
        (
            "google-cloud-logging, kb_per_request: 4_000, kept_months: 6",
            1_000,
            (2e11 / 2**30 - 50) * 0.50 + 2e11 / 2**30 * (6 - 1) * 0.01,
        ),
    ],
)
def test_what_vendors_count(tmp_path, said: str, users: int, usd: float) -> None:
    stage = f"traces: {{is: observability, platform: {said}}}"
    bill = bill_of(system(stage), tmp_path, users=float(users))
    assert bill.total == pytest.approx(usd, rel=1e-9)


def test_every_platform_says_who_gave_its_price_and_when() -> None:
    names = [name for name in sorted(BOOK.having("event", "ingest")) if "/" not in name]
    assert len(names) == 8
    for name in names:
        rows = BOOK.active(name)
        assert all(row.source and row.read_on and trust(row) == "listed" for row in rows), name


@pytest.mark.parametrize(
    ("said", "key", "word"),
    [
        ("datadog-llm", "events_per_request", "0 if there are none, as it counts LLM spans"),
        ("helicone-pro", "events_per_request", "as it counts requests to models"),
        ("langsmith-plus, events_per_request: 1", "seats", "0 if nobody has one"),
        ("datadog", "platform", "did you mean datadog-llm"),
    ],
)
def test_what_is_missing(tmp_path, said: str, key: str, word: str) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(system(f"traces: {{is: observability, platform: {said}}}"), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        verify(load(path), BOOK)
    (problem,) = caught.value.problems
    assert problem.key == f"traces.{key}"
    assert word in str(problem)


def test_a_platform_of_the_clients_own_in_another_unit_is_refused(tmp_path) -> None:
    prices = tmp_path / "own.csv"
    prices.write_text(
        "item,parameter,value,unit,source,read_on\n"
        "ours,event,3,USD/M spans,our contract,2026-11-01\n",
        encoding="utf-8",
    )
    path = tmp_path / "small.yaml"
    stage = "traces: {is: observability, platform: ours, events_per_request: 4}"
    path.write_text(system(stage), encoding="utf-8")
    with pytest.raises(ScenarioError, match="ours event is in USD/M spans; write it in USD/100k"):
        verify(load(path), Book.load(overlay=prices))


def test_time_that_a_platform_does_not_sell_is_warned_of(tmp_path) -> None:
    path = tmp_path / "small.yaml"
    stage = "traces: {is: observability, platform: datadog-llm, events_per_request: 1, "
    path.write_text(system(stage + "kept_months: 3}"), encoding="utf-8")
    (warning,) = warnings(load(path), BOOK)
    assert "it keeps what its plan says, 15 days" in str(warning)
