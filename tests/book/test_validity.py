"""On any day one row at most answers, and where none does it is said why."""

from datetime import date

import pytest

from aicost.book.rows import BookError, Row, parse_row
from aicost.book.validity import absent, in_context, in_force_on, not_in_force

DAY = date(2026, 11, 23)


def row(
    value: str = "1", since: str = "", until: str = "", context: str = "", line: int = 2
) -> Row:
    """Make a row that holds from one day up to another."""
    fields = {
        "item": "a/x",
        "parameter": "input",
        "value": value,
        "unit": "USD/Mtok",
        "currency": "USD",
        "valid_from": since,
        "valid_to": until,
        "context": context,
        "source": "https://example.org",
        "read_on": "2026-11-01",
        "confidence": "listed",
    }
    return parse_row(fields, where="prices.csv:2", layer="prices.csv", line=line)


def test_the_latest_row_that_has_begun_holds() -> None:
    old, new, later = row("1"), row("2", since="2026-11-01"), row("3", since="2026-12-01")
    assert in_force_on([new, old, later], DAY) == (new,)
    assert in_force_on([old, new, later], date(2026, 10, 31)) == (old,)
    assert in_force_on([old, new, later], date(2026, 12, 1)) == (later,)


def test_the_last_day_is_the_one_before_the_end() -> None:
    ending = row(until="2026-11-24")
    assert in_force_on([ending], DAY) == (ending,)
    assert in_force_on([ending], date(2026, 11, 24)) == ()


def test_rows_of_other_contexts_do_not_hide_each_other() -> None:
    both = row("1"), row("2", context="batch", since="2026-11-01")
    assert in_force_on(both, DAY) == both


def test_two_rows_for_the_same_days_are_refused() -> None:
    one, other = row("1"), row("2", line=3)
    with pytest.raises(
        BookError, match=r"prices.csv:3: a/x input: a second row .* line 2"
    ) as error:
        in_force_on([one, other], DAY)
    assert one.id in error.value.remedy


def test_a_context_that_is_not_there_is_refused_with_the_nearest() -> None:
    rows = [row("1"), row("2", context="batch")]
    assert in_context("a/x", "batch", rows) == [rows[1]]
    assert in_context("a/x", "", rows) == [rows[0]]
    with pytest.raises(BookError, match=r"a/x has no context 'bacth'; did you mean 'batch'\?"):
        in_context("a/x", "bacth", rows)
    with pytest.raises(BookError, match=r"no context 'priority'; it has \(standard\), batch"):
        in_context("a/x", "priority", rows)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [row(since="2026-12-01"), row(since="2027-01-01")],
            "a/x input: no price recorded on 2026-11-23; first price 2026-12-01",
        ),
        (
            [row(until="2026-11-01"), row(since="2026-12-01")],
            "no price recorded on 2026-11-23; one ended 2026-11-01, the next began 2026-12-01",
        ),
        ([row(until="2026-11-01"), row(until="2026-11-10")], "the last price ended 2026-11-10"),
        ([row()], "hidden on 2026-11-23 by an overlay"),
    ],
)
def test_why_no_row_holds(rows: list[Row], said: str) -> None:
    assert said in str(not_in_force(rows, DAY))


def test_what_is_sold_at_a_price_nobody_recorded_is_not_called_unlaunched() -> None:
    rows = [row("2"), row("1", since="2026-12-01", context="processing=batch")]
    key = ("a/x", "input", "processing=batch", 0, "")
    said = "a/x input processing=batch on 2026-11-23: sold then, price first recorded on 2026-12-01"
    assert absent(rows, key, DAY).wrong == said
    early = [row("2", since="2026-12-01"), rows[1]]
    assert "no price recorded on 2026-11-23" in absent(early, key, DAY).wrong
