"""Patterns of rules: which items they mean, and which of them is the narrowest."""

from datetime import date

import pytest

from aicost.book.book import Book
from aicost.book.rows import BookError, Row, parse_row
from aicost.book.terms import Terms, covers, in_usd, place_of, refuse_rules, specific

DAY = date(2026, 11, 27)
SONNET = "anthropic/claude-sonnet-5-5"


def rule(item: str, parameter: str, value: str, unit: str = "%", context: str = "") -> Row:
    fields = {"item": item, "parameter": parameter, "value": value, "unit": unit}
    fields |= {"context": context, "source": "contract", "read_on": "2026-11-01"}
    return parse_row(fields, where="own.csv:2", layer="own.csv", line=2)


@pytest.mark.parametrize(
    ("pattern", "item", "meant"),
    [
        ("anthropic/*", SONNET, True),
        ("anthropic/*", "google/claude-sonnet-5-5", False),
        ("*/claude-sonnet-*", SONNET, True),
        ("anthropic/claude-sonnet-5", SONNET, False),
        ("openai/gpt-5.4*", "openai/gpt-514", False),  # a dot is a dot
        ("*", "s3-vectors", True),
    ],
)
def test_what_a_pattern_means(pattern: str, item: str, meant: bool) -> None:
    assert covers(pattern, item) is meant


def test_a_name_is_narrower_than_a_pattern_and_more_letters_than_fewer() -> None:
    patterns = ["*", "anthropic/*", "anthropic/claude-*", "a/b"]
    assert sorted({*patterns}, key=specific) == patterns


def test_a_clients_rule_wins_over_the_kits_and_the_place_over_elsewhere() -> None:
    times = "times list price"
    kit = [
        rule("residency/anthropic/*", "elsewhere", "0", times),
        rule(f"residency/{SONNET}", "us", "1.1", times),
    ]
    own = [rule("residency/anthropic/*", "eu", "1.2", times)]
    assert Terms("us", kit, []).placed(SONNET, DAY) is kit[1]
    assert Terms("eu", kit, []).barred(SONNET, DAY)
    assert Terms("eu", kit, own).placed(SONNET, DAY) is own[0]
    assert Terms("eu", kit, own).placed("openai/gpt-6-sol", DAY) is None
    assert Terms("", kit, own).placed(SONNET, DAY) is None
    with pytest.raises(BookError, match=f"{SONNET} is not offered in jp"):
        Terms("jp", kit, own).refuse_elsewhere(SONNET, DAY)


def test_place_discount_and_uplift_multiply_and_each_is_said() -> None:
    listed = Book.load().find(SONNET, "input")
    where = rule(f"residency/{SONNET}", "us", "1.1", "times list price")
    own = [rule("anthropic/*", "discount", "25"), rule("*", "uplift", "3")]
    paid = Terms("us", [where], own).applied(listed, DAY)
    assert paid.text == "1.6995"
    assert paid.source.startswith(
        "list price of 2 USD/Mtok x 1.1 in us less 25 % plus 3 %, contract; "
    )
    assert paid.rules == (where, *own)
    assert Terms("", [where], []).applied(listed, DAY) is listed


def test_words_for_a_place() -> None:
    assert [place_of(word) for word in ("EU ", "United  States", "Worldwide", "jp", "")] == [
        *("eu", "us", "", "jp", "")
    ]


def test_a_rule_is_refused_before_it_is_looked_for() -> None:
    refuse_rules([rule("anthropic/*", "discount", "25")], [SONNET])
    with pytest.raises(BookError, match="nothing that is sold is called 'acme/"):
        refuse_rules([rule("acme/*", "discount", "25")], [SONNET])


def test_dollars_stay_dollars() -> None:
    row = rule("*", "credit", "5", "USD/month")
    assert in_usd(row, [], DAY) is row
