"""Numbers and names as people read them: no digit that means nothing, no unit that is wrong."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.values.charge import DOLLAR, Charge, Count, Factor, charge
from aicost.values.formatting import (
    about,
    count,
    held,
    line_words,
    listing,
    money,
    path_words,
    percent,
    plural,
    quantity_words,
    seconds_words,
    share,
    signed,
    singular,
    usd,
    value_words,
    with_unit,
)
from aicost.values.quantities import Quantity, Range, Spread

AMOUNTS = st.floats(1e-6, 1e12)
#: A second in each unit that times are told in.
UNITS = {"ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}


def read(text: str) -> float:
    """Read dollars back from what is printed of them."""
    return float(text.replace("$", "").replace(",", ""))


def seconds(text: str) -> float:
    """Read a time back from what is printed of it."""
    return sum(float(n) * UNITS[unit] for n, unit in re.findall(r"([\d.]+) (\w+)", text))


def line(stage: str, item: str) -> Charge:
    return charge(Count(), DOLLAR, stage=stage, component="hosting", item=item, driver="months")


@given(AMOUNTS)
def test_dollars_are_told_to_the_cent_or_with_their_digits(amount: float) -> None:
    assert abs(read(usd(amount)) - amount) <= max(0.005000001, 5e-3 * amount)
    assert read(money(amount)) == pytest.approx(amount, rel=0.06 if amount < 1 else 5e-3)


@given(AMOUNTS)
def test_a_price_keeps_its_digits(amount: float) -> None:
    assert read(usd(amount, price=True)) == pytest.approx(amount, rel=5e-3, abs=5e-7)


@given(st.floats(1e-3, 1e12))
def test_about_is_told_in_three_digits(amount: float) -> None:
    assert read(about(amount)) == pytest.approx(amount, rel=6e-3)


@given(AMOUNTS)
def test_a_change_says_its_sign_as_it_is_set(amount: float) -> None:
    up, down = signed(amount), signed(-amount)
    assert up[0] == "+"
    assert down[0] == "−"
    assert up[1:] == down[1:]


@given(st.floats(1e-3, 3e5))
def test_a_time_is_told_within_a_few_per_cent(size: float) -> None:
    assert seconds(seconds_words(size)) == pytest.approx(size, rel=0.06)


@given(st.floats(1e-3, 1e9))
def test_a_count_keeps_four_digits(size: float) -> None:
    assert float(count(size).replace(",", "")) == pytest.approx(size, rel=5e-4)


def test_shares_of_a_whole_and_shares_by_themselves() -> None:
    assert [share(part, 2.0) for part in (2.0, 1.0, 0.0, 1e-9)] == [
        "100.0 %",
        "50.0 %",
        "0.0 %",
        "< 0.1 %",
    ]
    assert share(1.0, 0.0) == "0.0 %"
    assert percent(1 / 3) == "33.33 %"
    assert count(float("inf")) == "no end of"


def test_a_number_and_its_unit_stay_together() -> None:
    assert held("95 % in 3 s") == "95\u00a0% in 3\u00a0s"
    assert held("3 seats and 2 sizes") == "3 seats and 2 sizes"
    assert held(held("4 min 40 s")) == held("4 min 40 s")


@pytest.mark.parametrize(
    ("words", "expected"),
    [(["a"], "a"), (["a", "b"], "a and b"), ([*"abc"], "a, b and c")],
)
def test_words_are_listed(words: list[str], expected: str) -> None:
    assert listing(words) == expected


@pytest.mark.parametrize(
    ("one", "many"),
    [("user", "users"), ("search", "searches"), ("query", "queries"), ("GB", "GB")],
)
def test_one_and_many(one: str, many: str) -> None:
    assert plural(one, "1") == one
    assert plural(one, "2") == many
    assert singular(many) == one


def test_a_value_is_spelled_as_a_file_has_it() -> None:
    tokens, part = Quantity("", "tokens", spread=True), Quantity("", "share", high=1.0)
    assert value_words(Spread(250.0, 900.0), tokens) == "p50 250, p95 900"
    assert with_unit(Spread(250.0, 900.0), tokens) == "p50 250, p95 900 tokens"
    assert with_unit(Range(0.05, 0.1, 1.0), part) == "5 % to 10 %"
    assert with_unit(1.0, Quantity("", "requests")) == "1 request"
    assert with_unit(4.0, Quantity("", "USD/month")) == "$4.00 per month"
    assert with_unit("office", Quantity("", "")) == "office"


def test_a_path_and_a_line_in_plain_words() -> None:
    assert path_words("traffic.users") == "users"
    assert path_words("other.servers.per_month") == "servers: a month"
    assert path_words("answer.price.input") == "answer: price of input"
    assert line_words(line("answer", "input")) == "answer: input"
    assert line_words(line("servers", "servers")) == "servers"


def test_a_factor_in_a_sentence_says_what_it_is_the_sum_of() -> None:
    parts = (Factor("own", 100.0), Factor("passages", 400.0))
    assert quantity_words(Factor("tokens", 500.0, parts=parts)) == (
        "500 tokens (100 own + 400 passages)"
    )
    assert quantity_words(Factor("review", 0.01, "share", note="after answers")) == (
        "1 % review (after answers)"
    )
    assert quantity_words(Factor("short", 12.5, "USD")) == "$12.50 short"
