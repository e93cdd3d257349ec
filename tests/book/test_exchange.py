"""A currency is worth what the client's own rate says, else what the central bank's said last."""

from datetime import date
from pathlib import Path

import pytest

from aicost.book.book import Book, BookError
from aicost.book.exchange import currency

OWN = "item,parameter,value,unit,currency,valid_from,source,read_on\n"
OWN += "fx/EUR,usd_per_unit,1.08,USD/EUR,USD,2026-07-01,frame contract,2026-07-01\n"


@pytest.mark.parametrize(
    ("day", "rate"),
    [(date(2026, 11, 23), 1.1172), (date(2026, 10, 30), 1.1172), (date(2025, 12, 31), 1.175)],
)
def test_the_last_rate_before_the_day_holds(day: date, rate: float) -> None:
    found = currency(Book.load(as_of=day), "EUR")
    assert found.in_usd == rate
    assert date.fromisoformat(found.since) <= day
    assert found.source == "ECB reference rates"


def test_cross_rates_are_the_banks_own() -> None:
    book = Book.load(as_of=date(2026, 10, 30))
    assert currency(book, "GBP").in_usd == pytest.approx(1.1172 / 0.8338, rel=1e-5)
    assert currency(book, "USD").in_usd == 1.0


def test_the_clients_rate_wins(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(OWN)
    found = currency(Book.load(overlay=own, as_of=date(2026, 11, 23)), "EUR")
    assert (found.in_usd, found.since, found.source) == (1.08, "2026-07-01", "frame contract")


@pytest.mark.parametrize(
    ("code", "day", "wrong"),
    [
        ("EURO", date(2026, 11, 23), "'EURO' is no currency; write its code"),
        ("VND", date(2026, 11, 23), "no exchange rate of VND on 2026-11-23; add a row fx/VND"),
        ("EUR", date(2020, 1, 1), "no exchange rate of EUR on 2020-01-01"),
        ("BGN", date(2026, 11, 23), "no exchange rate of BGN on 2026-11-23"),
    ],
)
def test_no_rate_is_invented(code: str, day: date, wrong: str) -> None:
    with pytest.raises(BookError, match=wrong):
        currency(Book.load(as_of=day), code)
