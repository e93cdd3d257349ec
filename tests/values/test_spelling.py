"""How values are spelled: what is accepted reads back, what is refused says what to write."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aicost.values.quantities import Quantity, Range
from aicost.values.spelling import MOST, ValueProblem, read_value, spelled
from aicost.values.units import BASE, COUNT, size_of

TOKENS = Quantity("", "tokens")
SHARE = Quantity("", "share", high=1.0)
DOLLARS = Quantity("", "USD/month")
SECONDS = Quantity("", "s")
MINUTES = Quantity("", "minutes")
GROWTH = Quantity("", "share", low=-0.9, high=9.0)
MONTHS = Quantity("", "months", low=1, high=120)
BYTES = Quantity("", "B")
CALLS = Quantity("", "calls/hour", low=1e-9)
ENDLESS = Quantity("", "months", endless=True)
EVERY = (TOKENS, SHARE, DOLLARS, SECONDS, MINUTES, GROWTH, MONTHS, BYTES, CALLS, ENDLESS)


def number(text: str, meaning: Quantity = TOKENS) -> float:
    value, basis = read_value(text, meaning)
    assert basis == "stated"
    assert isinstance(value, float)
    return value


def interval(text: str, meaning: Quantity = TOKENS) -> Range:
    value, basis = read_value(text, meaning)
    assert basis == "given"
    assert isinstance(value, Range)
    return value


# ---- what is accepted

whole = st.integers(0, 10**9)
#: Decimals as they are written: a dot is never followed by exactly three zeros.
decimals = st.decimals(0, 10**6, places=2).map(str)


@given(whole)
def test_whole_numbers_read_back(value: int) -> None:
    for text in (
        f"{value}",
        f"{value:_}",
        f" {value} ",
        f"+{value}",
        f"{value}.0",
        f"{value} tokens",
    ):
        assert number(text) == value


@given(decimals)
def test_decimals_read_back(text: str) -> None:
    assert number(text) == float(text)
    assert number(text.removeprefix("0") if text.startswith("0.") else text) == float(text)


@given(decimals)
def test_multiples_read_back(text: str) -> None:
    for word, factor in (
        ("k", 1e3),
        ("K", 1e3),
        ("thousand", 1e3),
        ("M", 1e6),
        ("million", 1e6),
        ("bn", 1e9),
        ("billion", 1e9),
        ("k tokens", 1e3),
    ):
        if float(text) * factor <= MOST:
            assert number(f"{text} {word}") == pytest.approx(float(text) * factor)
            assert number(f"{text}{word}") == number(f"{text} {word}")


@given(st.decimals(0, 100, places=2).map(str))
def test_shares_read_back(text: str) -> None:
    assert number(f"{text} %", SHARE) == pytest.approx(float(text) / 100)
    assert number(f"{text}%", SHARE) == number(f"{text} %", SHARE)
    assert number(f"{float(text) / 100:.4f}", SHARE) == pytest.approx(float(text) / 100)


@given(decimals)
def test_money_reads_back(text: str) -> None:
    for amount in (f"${text}", f"$ {text}", f"{text} USD", f"{text} USD/month", text):
        assert number(amount, DOLLARS) == float(text)


@pytest.mark.parametrize(
    ("text", "meaning", "value"),
    [
        ("250 ms", SECONDS, 0.25),
        ("3 s", SECONDS, 3),
        ("2 min", SECONDS, 120),
        ("1.5 h", SECONDS, 5400),
        ("1 day", SECONDS, 86_400),
        ("3", SECONDS, 3),
        ("90 s", MINUTES, 1.5),
        ("1 h", MINUTES, 60),
        ("4 minutes", MINUTES, 4),
        ("2 KB", BYTES, 2000),
        ("1.5 GB", BYTES, 1.5e9),
        ("12", BYTES, 12),
        ("24 months", MONTHS, 24),
        ("1 months", MONTHS, 1),
        ("900 calls", CALLS, 900),
        ("900 calls/hour", CALLS, 900),
        ("1 call", CALLS, 1),
        ("-5 %", GROWTH, -0.05),
        ("800 %", GROWTH, 8),
        ("1", SHARE, 1),
        ("100 %", SHARE, 1),
        ("1 in 25", SHARE, 0.04),
        ("3 out of 4", SHARE, 0.75),
        ("1/6", SHARE, 1 / 6),
    ],
)
def test_units(text: str, meaning: Quantity, value: float) -> None:
    assert number(text, meaning) == pytest.approx(value)


@given(value=st.integers(1, 10**9))
def test_about_is_half_to_double(value: int) -> None:
    assert interval(f"about {value:_}") == Range(value / 2, value * 2)
    assert interval(f"about   {value} tokens") == interval(f"about {value}")


@given(percent=st.integers(1, 99))
def test_about_a_share_is_half_to_double_its_odds(percent: int) -> None:
    one = interval(f"about {percent} %", SHARE)
    odds = percent / (100 - percent)
    assert one.low / (1 - one.low) == pytest.approx(odds / 2)
    assert one.high / (1 - one.high) == pytest.approx(odds * 2)
    assert one.ceiling == 1.0


@given(st.integers(1, 119))
def test_about_stays_within_bounds(value: int) -> None:
    one = interval(f"about {value}", MONTHS)
    assert 1 <= one.low <= value <= one.high <= 120


@given(low=st.integers(0, 1000), more=st.integers(0, 1000))
def test_ranges_read_back(low: int, more: int) -> None:
    high = low + more
    assert interval(f"{low} to {high}") == Range(low, high)
    assert interval(f"{low} to {high} k") == Range(low * 1e3, high * 1e3)
    one = interval(f"{low / 100} % to {high / 100} %", SHARE)
    assert (one.low, one.high) == pytest.approx((low / 1e4, high / 1e4))
    if not 0 < low < high / 100:  # else it may be of one end alone
        assert interval(f"{low / 100} to {high / 100} %", SHARE) == one


def test_unknown_and_never() -> None:
    assert read_value("unknown", TOKENS) == (None, "assumed")
    assert read_value(" unknown ", SHARE) == (None, "assumed")
    assert read_value("never", ENDLESS) == (math.inf, "stated")
    with pytest.raises(ValueProblem, match="'never' is not a number"):
        read_value("never", TOKENS)


# ---- what is refused

REFUSED = [
    ("20,000", "20_000"),
    ("1,234,567.5", None),
    ("20 000", "20_000"),
    ("20'000", "20_000"),
    ("20’000 tokens", "20_000 tokens"),
    ("20.000", "20_000 or 20"),
    ("1.234.567", "1_234_567"),
    ("20 000", "20_000"),
    ("1-4", "1 to 4"),
    ("1 - 4 k", "1 to 4 k"),
    ("1–4", "1 to 4"),
    ("1—4", "1 to 4"),
    ("1..4", "1 to 4"),
    ("1…4", "1 to 4"),
    ("012", "12"),
    ("00.5", "0.5"),
    ("1e3", "1_000"),
    ("2.5E-4", "0.00025"),
    ("1,5", "1.5"),
    ("~4", "about 4"),
    ("ca. 4 k", "about 4 k"),
    ("approx. 4", "about 4"),
    ("around 4", "about 4"),
    ("About 4", "about 4"),
    ("up to 9", "9 or 0 to 9"),
    ("<9", "9 or 0 to 9"),
    ("<= 9", "9 or 0 to 9"),
    ("max. 9", "9 or 0 to 9"),
    ("?", "unknown"),
    ("n/a", "unknown"),
    ("TBD", "unknown"),
    ("9 to 4", "4 to 9"),
    ("4:30", None),
    ("５", None),
    ("€5", None),
    ("5 €", None),
    ("", None),
    ("no", None),
    ("nan", None),
    ("inf", None),
    ("-inf", None),
    (".nan", None),
    ("infinity", None),
    ("-3", None),
    ("- 3", None),
    ("−3", None),
    ("--3", None),
    ("1.2.3", None),
    ("5.", None),
    ("5..", None),
    ("5 5", None),
    ("5 % %", None),
    ("5%", None),
    ("4 apples", None),
    ("$4", None),
    ("4 s", None),
    ("12abc", None),
    ("0x1F", None),
    ("1/2", None),
    ("1+1", None),
    ("1_00", None),
    ("1__000", None),
    ("_1", None),
    ("1_", None),
    ("about 0", None),
    ("about -3", None),
    ("about", None),
    ("about about 4", None),
    ("about 3 to 5", None),
    ("about unknown", None),
    ("to 5", None),
    ("3 to", None),
    ("to", None),
    ("3 to 5 to 7", None),
    ("1 to 99_999", None),
    ("9" * 16, None),
    ("1e400", None),
    ("“5”", None),
    ("'5'", None),
    ("${X}", None),
    ("2026-11-23", None),
    ("1 and 2", None),
    ("five", None),
    ("5 \n 6", None),
]


@pytest.mark.parametrize(("text", "instead"), REFUSED)
def test_refused_with_what_to_write(text: str, instead: str | None) -> None:
    with pytest.raises(ValueProblem) as problem:
        read_value(text, TOKENS)
    assert problem.value.wrong
    assert problem.value.remedy
    if instead is not None:
        assert problem.value.remedy == f"write {instead}"
        for one in instead.split(" or "):
            read_value(one, TOKENS)  # the spelling it names works


@pytest.mark.parametrize(
    ("text", "meaning", "said"),
    [
        ("5", SHARE, "'5' would be 500 %; write 5 %"),
        ("8", GROWTH, "'8' would be 800 %; write 8 %"),
        ("150", SHARE, "'150' is too large; write 100 % or less"),
        ("105 %", SHARE, "'105 %' is too large; write 100 % or less"),
        ("30 %", Quantity("", "times", low=1), "'30 %' is too small; write 1.3"),
        ("-1 %", SHARE, "'-1 %' is too small; write 0 % or more"),
        ("-95 %", GROWTH, "'-95 %' is too small; write -90 % or more"),
        ("3 s", SHARE, "'3 s' has the unit 's', this is a share; write it as 5 %"),
        ("$3", SHARE, "'$3' is money, this is a share; drop the $"),
        ("2 % to 6", SHARE, "behind one of its ends; write 2 % to 6 %"),
        ("about 100 %", SHARE, "'about 100 %' is the most it can be; write 100 %"),
        ("0", MONTHS, "'0' is too small; write 1 or more"),
        ("121", MONTHS, "'121' is too large; write 120 or less"),
        ("0", CALLS, "'0' is too small; write more than 0"),
        ("2 years", MONTHS, "has the unit 'years', this is in months"),
        ("5 EUR", DOLLARS, "the amount is in EUR; write it in USD"),
        ("5 hour", DOLLARS, "has the unit 'hour', this is an amount of money"),
        ("3 k", SECONDS, "has the unit 'k', this is in s; use one of ms, s"),
        ("5 weeks", MINUTES, "use one of ms, s, sec, min"),
        ("5 hour", CALLS, "has the unit 'hour', this is in calls/hour"),
        ("2 MiB", BYTES, "use one of B, KB"),
    ],
)
def test_refused_for_its_unit_or_bounds(text: str, meaning: Quantity, said: str) -> None:
    with pytest.raises(ValueProblem, match=re.escape(said)):
        read_value(text, meaning)


texts = st.one_of(
    st.text(max_size=12),
    st.text("0123456789._,-+ %$kMe", max_size=10),
    st.lists(
        st.sampled_from(
            ["about", "to", "4", "20", "k", "%", "$", "5.5", "unknown", "s", "-", "to"]
        ),
        max_size=6,
    ).map(" ".join),
)


@given(texts, st.sampled_from(EVERY))
@settings(max_examples=600)
@example("never", ENDLESS)
@example("0 to 0", TOKENS)
def test_any_text_is_a_good_value_or_a_problem(text: str, meaning: Quantity) -> None:
    try:
        value, basis = read_value(text, meaning)
    except ValueProblem:
        return
    if value is None or value == math.inf:
        assert basis == "assumed" or meaning.endless
        return
    low, high = (value.low, value.high) if isinstance(value, Range) else (value, value)
    assert basis == ("given" if isinstance(value, Range) else "stated")
    assert meaning.low <= low <= high <= meaning.high
    assert math.isfinite(high)
    if isinstance(value, Range):
        assert math.isfinite(value.mean)
        assert low <= value.mean <= high or low == high == 0


TOOK = Quantity("", "s", plain=(0.0, 300.0))
SLIPS = {
    "milliseconds": ("800", TOOK, "write 800 ms, or 800 s if that is meant"),
    "milliseconds of a token": ("12", Quantity("", "s/token", plain=(0.0, 0.5)), "write 12 ms, or"),
    "hours of a promise": ("4", Quantity("", "s", plain=(10.0, 1e5)), "write 4 h, or 4 s if that"),
    "minutes of a night": ("480", Quantity("", "hours", plain=(0.0, 168.0)), "write 480 min, or"),
    "bytes of a log": ("20_000", Quantity("", "KB", plain=(0.0, 1e4)), "write 20_000 B, or"),
    "one end of a range": ("0.5 to 800", TOOK, "write 800 ms, or 800 s if that is meant"),
}


@pytest.mark.parametrize(("text", "meaning", "remedy"), SLIPS.values(), ids=SLIPS)
def test_a_number_far_off_is_asked_for_its_unit(text: str, meaning: Quantity, remedy: str) -> None:
    with pytest.raises(ValueProblem) as error:
        read_value(text, meaning)
    assert remedy in error.value.remedy
    for said in error.value.remedy.removeprefix("write ").split(", or "):
        value, _ = read_value(said.removesuffix(" if that is meant"), meaning)
        assert read_value(spelled(value, meaning), meaning)[0] == value


# A unit behind one end of a range


def test_every_size_of_a_unit_is_what_a_number_is_multiplied_by() -> None:
    for unit, size in COUNT.items():
        assert size_of(unit, "users") == (size, "")
        assert number(f"3 {unit}", Quantity("", "users")) == 3 * size
    for measure, (_, table) in BASE.items():
        for unit in table:
            assert number(f"3 {unit}", Quantity("", measure)) == pytest.approx(
                3 * size_of(unit, measure)[0]
            )


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("2 to 3 M", "users", (2e6, 3e6)),
        ("20 to 40 k users", "users", (2e4, 4e4)),
        ("2 k to 3_000", "users", (2e3, 3e3)),
        ("0.5 to 3 %", "share", (0.005, 0.03)),
        ("0 to 5 %", "share", (0.0, 0.05)),
        ("5 to 10 min", "s", (300.0, 600.0)),
        ("4 s to 5", "s", (4.0, 5.0)),
        ("$8 to $9 k", "USD/month", (8e3, 9e3)),
    ],
)
def test_a_unit_behind_one_end_is_of_both_where_nothing_else_makes_sense(
    text: str, unit: str, value: tuple[float, float]
) -> None:
    found, _ = read_value(text, Quantity("", unit, high=1.0 if unit == "share" else math.inf))
    assert (found.low, found.high) == value


@pytest.mark.parametrize(
    ("text", "unit", "offers"),
    [
        ("90_000 to 2 M", "users", ["90_000 to 2_000_000"]),
        ("500 to 2 k users", "users", ["500 users to 2_000 users"]),
        ("2 M to 3", "users", ["2 M to 3 M"]),
        ("0.02 to 3 %", "share", ["0.02 % to 3 %", "2 % to 3 %"]),
        ("5 % to 8", "share", ["5 % to 8 %"]),
        ("30 to 2 min", "s", ["30 s to 120 s"]),
        ("0.5 to 800 ms", "s", ["0.5 ms to 800 ms", "0.5 s to 0.8 s"]),
        ("8_000 to 9 k USD", "USD/month", ["8_000 USD to 9_000 USD"]),
        ("$8_000 to $9 k", "USD/month", ["$8_000 to $9_000"]),
    ],
)
def test_a_unit_behind_one_end_is_asked_about_where_it_may_be_of_one(
    text: str, unit: str, offers: list[str]
) -> None:
    meaning = Quantity("", unit, high=1.0 if unit == "share" else math.inf)
    with pytest.raises(ValueProblem, match="behind one of its ends") as told:
        read_value(text, meaning)
    assert told.value.remedy == f"write {' or '.join(offers)}"
    for offer in offers:
        read_value(offer, meaning)


# A slip of a thousand


@pytest.mark.parametrize(
    ("text", "unit", "plain", "offers"),
    [
        ("717_600", "tokens", (5.0, 50_000.0), ["717.6", "717_600 tokens"]),
        ("0.5", "tokens", (5.0, 50_000.0), ["500", "0.5 tokens"]),
        ("0.003", "USD/Mtok", (0.004, 2_000.0), ["3", "0.003 per Mtok"]),
        ("$3_000", "USD/Mtok", (0.004, 2_000.0), ["3", "$3_000 per Mtok"]),
    ],
)
def test_a_number_a_thousand_times_off_is_asked_about(
    text: str, unit: str, plain: tuple[float, float], offers: list[str]
) -> None:
    meaning = Quantity("", unit, plain=plain)
    with pytest.raises(ValueProblem, match="a slip of a thousand is likelier") as told:
        read_value(text, meaning)
    assert told.value.remedy == f"write {offers[0]}, or {offers[1]} if that is meant"
    for offer in offers:
        value, _ = read_value(offer, meaning)
        assert read_value(spelled(value, meaning), meaning)[0] == value


@pytest.mark.parametrize(("text", "worked"), [("5_000 * 30", 150_000), ("2.5*4", 10)])
def test_a_product_is_refused_with_what_it_comes_to(text: str, worked: float) -> None:
    meaning = Quantity("", "requests")
    with pytest.raises(ValueProblem) as problem:
        read_value(text, meaning)
    assert problem.value.wrong == f"{text!r} is not worked out"
    assert read_value(problem.value.remedy.removeprefix("write "), meaning)[0] == worked


@pytest.mark.parametrize("text", ["5 * 30 * 2", "5__0 * 2", "1.2.3 * 4", "9" * 15 + " * 9"])
def test_other_sums_are_no_numbers(text: str) -> None:
    with pytest.raises(ValueProblem, match="is not a number"):
        read_value(text, Quantity("", "requests"))


# ---- what money is paid for

SOLD = ("month", "hour", "user", "Mtok", "request", "seat-month", "")
PAID = ("year", "month", "day", "hour", "user", "seat", "seat per month", "Mtok", "1k tokens")
PAID += ("token", "request", "1_000", "user + 5 per call", "lot", "15", "month and user")


@pytest.mark.parametrize("sold", SOLD)
@pytest.mark.parametrize("link", [" per {}", " a {}", " EUR per {}", " k / {}"])
def test_money_is_taken_for_what_a_field_pays_alone(sold: str, link: str) -> None:
    """An amount for anything else is refused, and never read without it."""
    meaning, taken = Quantity("", f"USD/{sold}".removesuffix("/")), set()
    for paid in PAID:
        try:
            value, _ = read_value(f"12{link.format(paid)}", meaning, lambda code: 1.0)
        except ValueProblem:
            continue
        taken.add(paid)
        assert value == (12_000.0 if " k" in link else 12.0)
    own = {"month": {"month"}, "user": {"user", "seat", "month", "seat per month"}, "": set()}
    own["user"] |= {"month and user"}
    own["seat-month"] = {"month", "seat", "seat per month"}
    assert taken == own.get(sold, {sold})


@pytest.mark.parametrize(
    ("text", "unit", "offered"),
    [
        ("1_200 per year", "month", "write 100"),
        ("$36_000 a year", "month", "write $3_000"),
        ("36 k EUR / year", "month", "write 3 k EUR"),
        ("144 per annum", "user", "write 12"),
        ("60_000 a year", "hour", "say what it comes to per hour"),
    ],
)
def test_a_year_is_worked_out(text: str, unit: str, offered: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        read_value(text, Quantity("", f"USD/{unit}"), lambda code: 1.0)
    assert caught.value.remedy == offered


@pytest.mark.parametrize(
    ("text", "unit", "offered"),
    [
        ("< 8_000", "USD/month", "write 8_000 or 0 to 8_000"),
        ("<2s", "s", "write 2s"),
        ("max 5 %", "share", "write 5 % or 0 to 5 %"),
        ("half an hour", "minutes", "write it in figures, such as 4.5 min"),
    ],
)
def test_a_limit_is_no_range_alone(text: str, unit: str, offered: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        read_value(text, Quantity("", unit, low=1e-3 if unit == "s" else 0.0))
    assert caught.value.remedy == offered
