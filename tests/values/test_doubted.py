"""What a doubted spelling may stand for: each that is offered can be read."""

import pytest
from mutations import NUMBERS
from offers import offers

from aicost.values.doubted import doubt
from aicost.values.quantities import Quantity
from aicost.values.spelling import ValueProblem, read_value

BESIDE = ("1,250", "1,250 s", "2,500 users", "0,5", "12,5 %", "1,200 to 2,400", "€1,250", "٣ %")
BESIDE += ("20 000", "20'000 tokens", "1.234.567", "1 - 4 k", "1..4", "00.5", "2.5E-4", "ca. 4 k")
BESIDE += (
    "< 9",
    "max. 9",
    "n/a",
    "TBD",
    "4:30",
    "about 3 to 5",
    "5 apples",
    "-3",
    "five",
    "about 0",
)
UNITS = ("tokens", "USD/month", "s", "minutes", "B", "times", "USD/Mtok", "users", "share")
MEANINGS = (
    *(Quantity("", unit) for unit in UNITS),
    Quantity("", "share", high=1.0),
    Quantity("", "months", low=1, high=120),
    Quantity("", "calls/hour", low=1e-9),
)


@pytest.mark.parametrize("meaning", MEANINGS, ids=lambda meaning: meaning.unit)
def test_every_spelling_an_error_offers_is_read(meaning: Quantity) -> None:
    told = 0
    for text in (*NUMBERS, *BESIDE):
        try:
            read_value(text, meaning)
        except ValueProblem as problem:
            for offer in offers(problem.wrong, problem.remedy):
                told += 1
                read_value(offer, meaning)
    assert told > 50


@pytest.mark.parametrize(
    ("text", "unit", "offered"),
    [
        ("20,000", "users", ("20_000",)),
        ("9,400 EUR", "USD/month", ("9_400 EUR",)),
        ("1,250", "USD/Mtok", ("1_250", "1.25")),
        ("1,250 s", "s", ("1_250 s", "1.25 s")),
        ("2,000", "times", ("2_000", "2")),
        ("20_000", "users", None),
        ("none", "tokens", ("0", "unknown")),
        ("Off", "tokens", ("0", "unknown")),
        ("n/a", "tokens", ("unknown",)),
        ("5 percent", "share", ("5 %",)),
        ("5 ‰", "share", ("0.5 %",)),
        ("12 Mio. EUR", "USD/month", ("12 M EUR",)),
        ("2.5 crore", "users", ("25_000_000",)),
        ("1_500 ± 100", "users", ("1_400 to 1_600",)),
        ("5 +/- 1 min", "minutes", ("4 to 6 min",)),
        ("2h30", "s", ("150 min",)),
        ("1 min 30 s", "s", ("90 s",)),
    ],
)
def test_what_is_asked_about(text: str, unit: str, offered: tuple[str, ...] | None) -> None:
    found = doubt(text, Quantity("", unit))
    assert (found and found[1]) == offered


def test_where_nothing_offered_can_be_read_the_error_is_of_the_first() -> None:
    share = Quantity("", "share", high=1.0)
    with pytest.raises(ValueProblem, match="'7' would be 700 %; write 7 %"):
        read_value("007", share)


@pytest.mark.parametrize("text", ["none", "no", "off", "nothing"])
def test_no_such_thing_may_be_zero_where_zero_is_allowed(text: str) -> None:
    with pytest.raises(ValueProblem, match=r"is not a number; write 0 or unknown$"):
        read_value(text, Quantity("", "tokens"))
    with pytest.raises(ValueProblem, match=r"is not a number; write unknown$"):
        read_value(text, Quantity("", "months", low=1, high=120))
