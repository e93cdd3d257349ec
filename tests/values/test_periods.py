"""Numbers that say which period they are for."""

import pytest

from aicost.values.periods import elsewhen, named_by, period


@pytest.mark.parametrize(
    ("text", "number", "said"),
    [
        ("5_000 per day", "5_000", "day"),
        ("5_000 requests a day", "5_000 requests", "day"),
        ("3_000 to 6_000/month", "3_000 to 6_000", "month"),
        ("about 40 each month", "about 40", "month"),
        ("12 daily", "12", "day"),
        ("5 days", "5 days", ""),
        ("unknown", "unknown", ""),
    ],
)
def test_a_period_is_taken_off(text: str, number: str, said: str) -> None:
    assert period(text) == (number, said)


def test_fields_name_their_periods() -> None:
    assert [named_by(f) for f in ("per_month", "requests_per_day", "wage_per_hour")] == [
        "month",
        "day",
        "hour",
    ]
    assert [named_by(f) for f in ("months", "hours", "users", "events_per_request")] == [""] * 4


def test_another_period_is_worked_out_where_it_can_be() -> None:
    assert "write 61, or" not in elsewhen("requests_per_user_month", "a few a day")[1]
    assert elsewhen("requests_per_user_month", "2 a day")[1] == (
        "write 60.9, or 43.5 if on five days a week"
    )
    assert elsewhen("requests_per_month", "9 an hour")[1] == "write what it is in a month"
    assert elsewhen("requests_per_month", "5_000 per working day")[1] == "write 109_000"
    assert elsewhen("requests_per_day", "7 k a week")[1] == "write 1_000"
    assert elsewhen("requests_per_user_month", "120 per year")[1] == "write 10"
    assert elsewhen("requests_per_user_month", "30 quarterly")[1] == "write 10"
