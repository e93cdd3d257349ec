"""The time that an invoice covers, counted from its rows."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invoiced import invoice

from aicost.invoices.invoice_reader import read_invoice
from aicost.invoices.periods import DAYS_PER_MONTH, LEAST_DAYS, Period, period


def days(first: str, many: int, every: int = 1) -> list[tuple[date, date]]:
    """Charges of single days."""
    begin = date.fromisoformat(first)
    return [(day, day) for i in range(0, many, every) for day in [begin + timedelta(days=i)]]


def span(first: str, last: str) -> tuple[date, date]:
    return date.fromisoformat(first), date.fromisoformat(last)


@pytest.mark.parametrize(
    ("spans", "months", "counted"),
    [
        (days("2026-10-15", 30), ["2026-10", "2026-11"], (0, 30)),
        (days("2026-11-01", 12), ["2026-11"], (0, 12)),  # a begun month
        (days("2026-09-01", 73), ["2026-09", "2026-10", "2026-11"], (0, 73)),
        (days("2026-10-01", 31), ["2026-10"], (1, 0)),
        (days("2026-09-01", 61), ["2026-09", "2026-10"], (2, 0)),
        (days("2026-09-30", 31), ["2026-09", "2026-10"], (1, 0)),  # of another time zone
        (days("2026-10-01", 31, every=2), ["2026-10"], (1, 0)),
        (days("2026-10-03", 1), ["2026-10"], (1, 0)),
        ([*days("2026-06-15", 1), *days("2026-07-15", 1)], ["2026-06", "2026-07"], (2, 0)),
        ([span("2026-10-01", "2026-10-31")], ["2026-10"], (1, 0)),
        ([span("2026-10-01", "2026-10-07")], ["2026-10"], (0, 7)),
        ([span("2026-08-01", "2026-10-01"), span("2026-10-01", "2026-10-31")], [], (3, 0)),
        ([span("2026-01-01", "2026-12-31")], ["2026-10"], (1, 0)),  # paid for a year
        ([], ["2026-08", "2026-10"], (2, 0)),
        ([], [""], (0, 0)),
        ([], [], (0, 0)),
    ],
)
def test_time_is_counted_from_the_rows(
    spans: Sequence[tuple[date, date]], months: list[str], counted: tuple[int, int]
) -> None:
    found = period(spans, months)
    assert (0 if found.days else found.months, found.days) == counted


@given(st.integers(LEAST_DAYS, 400), st.dates(date(2024, 1, 1), date(2026, 1, 1)), st.floats(1, 99))
def test_the_same_every_day_is_the_same_every_month(many: int, first: date, usd: float) -> None:
    """Whatever days are exported, a steady cost comes to a month of it; whole months to theirs."""
    spans = days(first.isoformat(), many)
    a_month = many * usd * period(spans, {f"{day:%Y-%m}" for day, _ in spans}).a_month
    assert a_month == pytest.approx(DAYS_PER_MONTH * usd, rel=0.12)
    if not period(spans, []).months:
        assert a_month == pytest.approx(DAYS_PER_MONTH * usd)


def test_few_days_are_told() -> None:
    assert period(days("2026-10-03", 3), ["2026-10"]).seen == 3
    assert Period().a_month == 1


FOCUS = """ProviderName,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,\
ChargeCategory,BilledCost,BillingCurrency,ServiceName
AWS,{billed}T00:00:00Z,{ended}T00:00:00Z,{billed}T00:00:00Z,{ended}T00:00:00Z,Usage,1000,USD,\
Amazon Bedrock
AWS,{billed}T00:00:00Z,{ended}T00:00:00Z,{first}T00:00:00Z,{past}T00:00:00Z,Usage,-300,USD,\
Amazon Bedrock
"""


@pytest.mark.parametrize(
    ("billed", "ended", "first", "past", "a_month"),
    [
        ("2026-10-01", "2026-11-01", "2026-07-05", "2026-08-05", 700),
        ("2026-10-01", "2026-11-01", "2026-09-01", "2026-10-01", 700),
        ("2026-10-01", "2026-11-01", "2026-09-20", "2026-10-05", 700),
        ("2026-10-15", "2026-11-15", "2026-11-01", "2026-11-15", 700 * DAYS_PER_MONTH / 31),
        ("2026-10-15", "2026-11-15", "2026-08-15", "2026-09-15", 700 * DAYS_PER_MONTH / 31),
    ],
)
def test_a_correction_of_an_earlier_period_is_of_the_period_it_is_billed_in(
    tmp_path: Path, billed: str, ended: str, first: str, past: str, a_month: float
) -> None:
    text = FOCUS.format(billed=billed, ended=ended, first=first, past=past)
    found = read_invoice(invoice(tmp_path, text))
    assert found.total * found.period.a_month == pytest.approx(a_month)
    if billed.endswith("01"):
        unsaid = text.replace("BillingPeriodEnd", "x")
        assert read_invoice(invoice(tmp_path, unsaid)).period.months == 1


AZURE = """Date,MeterCategory,CostInUsd,BillingPeriodStartDate,BillingPeriodEndDate
09/15/2026,Azure OpenAI,1000,09/14/2026,10/13/2026
10/05/2026,Azure OpenAI,1000,09/14/2026,10/13/2026
"""


def test_a_month_that_is_billed_from_the_fourteenth_is_one(tmp_path: Path) -> None:
    """Days of two months are of one period, and so is what is set right of an earlier one."""
    assert read_invoice(invoice(tmp_path, AZURE)).months == ["2026-09"]
    earlier = "07/02/2026,Azure OpenAI,-20,09/14/2026,10/13/2026\n"
    found = read_invoice(invoice(tmp_path, AZURE + earlier))
    assert (found.total * found.period.a_month, found.months) == (1980, ["2026-09"])
    undated = "\n".join(row.partition(",")[2] for row in AZURE.splitlines())
    assert read_invoice(invoice(tmp_path, undated)).months == ["2026-09"]


def test_the_one_column_of_dates_of_an_export_without_its_own(tmp_path: Path) -> None:
    text = (
        "MeterCategory,CostInUsd,BillingPeriod\nAzure OpenAI,900,202609\nAzure OpenAI,1100,202610\n"
    )
    found = read_invoice(invoice(tmp_path, text))
    assert (found.months, found.total * found.period.a_month) == (["2026-09", "2026-10"], 1000)
