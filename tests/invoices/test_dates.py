"""Days as many countries and time zones write them."""

import re
from datetime import date

import pytest

from aicost.invoices.dates import Dates, is_date


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-07-31", "2026-07"),
        ("2026-07", "2026-07"),
        ("202607", "2026-07"),
        ("2026-07-01T00:00:00Z", "2026-07"),
        ("20260731", "2026-07"),
        ("07/31/2026", "2026-07"),
        ("31.07.2026", "2026-07"),
        ("1.7.2026", "2026-07"),
        ("2026/7/1", "2026-07"),
        ("1790812800", "2026-10"),
        ("September 2026", "2026-09"),
        ("Sep-26", "2026-09"),
        ("Sept. '26", "2026-09"),
        ("9/2026", "2026-09"),
        ("26-Sep-2026", "2026-09"),
        ("Sep 26, 2026", "2026-09"),
        ("1. März 2026", "2026-03"),
        ("2026 août", "2026-08"),
        ("1790812800000", "2026-10"),
    ],
)
def test_months_of_many_countries(text: str, month: str) -> None:
    assert Dates([text]).month(text) == month


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-13-01", "31/31/2026", "Total", "2026-07-32", "0026-07-01", "jui 2026"],
)
def test_what_is_no_date(text: str) -> None:
    assert not is_date(text)
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        Dates([text]).month(text)


@pytest.mark.parametrize(
    ("texts", "day_first", "clash", "doubtful"),
    [
        (["13/05/2026", "01/02/2026"], True, None, ""),
        (["05/13/2026", "01/02/2026"], False, None, ""),
        (["13/05/2026", "05/13/2026"], True, ("13/05/2026", "05/13/2026"), ""),
        (["01/02/2026", "02/02/2026"], False, None, "01/02/2026"),
        (["02/02/2026", "soon", "2026-01-02"], False, None, ""),
        ([], False, None, ""),
    ],
)
def test_a_column_settles_whether_its_days_come_first(
    texts: list[str], day_first: bool, clash: tuple[str, str] | None, doubtful: str
) -> None:
    dates = Dates(texts)
    assert (dates.day_first, dates.clash, dates.doubtful) == (day_first, clash, doubtful)


@pytest.mark.parametrize(
    ("texts", "days"),
    [
        (["2026-09-30T22:00:00Z", "2026-10-01T22:00:00Z"], ["2026-10-01", "2026-10-02"]),
        (["2026-10-01T07:00:00Z", "2026-10-02T07:00:00Z"], ["2026-10-01", "2026-10-02"]),
        (["2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"], ["2026-10-25", "2026-10-26"]),
        (["2026-10-01T00:00:00+02:00"], ["2026-10-01"]),
        (["2026-10-01T00:00:00+00:00"], ["2026-10-01"]),
        (["2026-10-01T22:00:00Z", "2026-10-01T03:00:00Z"], ["2026-10-01", "2026-10-01"]),
        (["2026-10-01 00:00:00 UTC"], ["2026-10-01"]),
    ],
)
def test_days_that_begin_at_one_hour_are_of_another_time_zone(
    texts: list[str], days: list[str]
) -> None:
    dates = Dates(texts)
    assert [dates.days(text)[0].isoformat() for text in texts] == days


def test_a_month_has_many_days() -> None:
    dates = Dates([])
    assert dates.days("2026-02") == (date(2026, 2, 1), date(2026, 2, 28))
    assert dates.days("202602") == dates.days("2026/2")


@pytest.mark.parametrize(
    ("end", "last"),
    [
        ("2026-11-01T00:00:00Z", date(2026, 10, 31)),
        ("2026-11-01", date(2026, 10, 31)),
        ("2026-10-31T23:59:59Z", date(2026, 10, 31)),
    ],
)
def test_a_charge_ends_before_its_end(end: str, last: date) -> None:
    assert Dates(["2026-10-01T00:00:00Z", end]).before(end) == last
    zoned = Dates(["2026-09-30T22:00:00Z", "2026-10-31T22:00:00Z"])
    assert zoned.before("2026-10-31T22:00:00Z") == date(2026, 10, 31)


def test_two_digits_behind_a_month_are_a_year_unless_they_may_be_days() -> None:
    assert Dates(["Sep-24", "Sep-25", "Oct-24"]).bare == "Sep-24"
    assert not Dates(["Sep-25", "Oct-25", "Nov-25"]).bare
    assert not Dates(["Sep-25", "Sep-2026"]).bare


def test_dates_beside_settle_which_part_is_the_day() -> None:
    dates = Dates(["10/01/2026"])
    dates.settle(Dates(["10/01/2026", "10/02/2026"]))
    assert dates.doubtful
    dates.settle(Dates(["10/01/2026", "10/31/2026"]))
    assert (dates.doubtful, dates.month("10/01/2026")) == ("", "2026-10")
