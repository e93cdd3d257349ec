"""The ranges that widen the bill most, against closed forms."""

import numpy as np
import pytest
from cases import sample, written
from unknowns import FOUR, RANGES, lognormal

from aicost.analysis.uncertainty.tornado import Tornado, Unknown, tornado


def test_tornado_has_the_closed_form() -> None:
    """Each range alone: the others stand at their means, so its 90 % width is theirs times it."""
    case = written(FOUR + "goals: {budget_per_month: 100 to 1_000}\n")
    found = tornado(case, k=9)
    means = [lognormal((r,)).mean() for r in RANGES]
    rest = 1e-6 * np.prod(means)
    widths = {
        path: rest / mean * (high - low)
        for path, (low, high), mean in zip(
            (
                "traffic.requests_per_month",
                "answer.input_tokens",
                "answer.price.input",
                "answer.repeat",
            ),
            RANGES,
            means,
            strict=True,
        )
    }
    assert [u.path for u in found] == sorted(widths, key=widths.get, reverse=True)  # type: ignore[arg-type]
    for unknown in found:
        assert unknown.width == pytest.approx(widths[unknown.path], rel=0.01)
    assert found[0].sentence.startswith("requests a month alone moves the bill from $")
    assert [u.words for u in found][1:3] == ["answer: input tokens", "answer: price of input"]
    assert [*tornado(case, k=2)] == [*found][:2]


def test_it_says_which_to_measure_first() -> None:
    found = tornado(written(FOUR))
    assert len(found) == 3
    assert found.sentence.startswith("Measure 'requests a month' first: on its own it moves ")
    for unknown in [*found][1:]:
        assert f"'{unknown.words}'" in found.sentence.partition("Then ")[2]
    assert [row.of for row in found.rows().rows] == [*found]
    assert [row.cells[1] for row in found.rows().rows] == [u.taken for u in found]


def test_nothing_unknown_leaves_nothing_to_measure() -> None:
    found = tornado(sample("contract-search-planned").point)
    assert len(found) == 0
    assert found.sentence == (
        "Every number in this scenario was counted: nothing is left to measure first."
    )
    assert found.rows().rows == ()


def test_an_unknown_that_moves_next_to_nothing_is_not_sent_to_be_measured() -> None:
    text = (
        "traffic: {users: 9, requests_per_user_month: 9}\n"
        "other:\n  rent: {per_month: 1_000}\n  keys: {per_month: 1 to 3}\n"
    )
    assert tornado(written(text)).sentence.startswith(
        "Little is left to measure: no unknown alone moves the bill by more than 1 %; "
    )


def test_what_moves_next_to_nothing_is_not_named_behind_the_first() -> None:
    text = (
        "traffic: {users: 9, requests_per_user_month: 9}\n"
        "other:\n  rent: {per_month: 500 to 1_000}\n  keys: {per_month: 1 to 3}\n"
    )
    found = tornado(written(text))
    assert [u.words for u in found] == ["rent: a month", "keys: a month"]
    assert [u.words for u in found.worth] == ["rent: a month"]
    assert "rent" in found.sentence
    assert "keys" not in found.sentence


def test_what_an_invoice_shows_is_told_apart_for_each_that_is_named() -> None:
    """They stand by what no invoice shows, so the one behind may move the whole bill more."""
    one = Unknown("a", "a", "1 to 2", low=0.0, high=150.0, open=150.0)
    two = Unknown("b", "b", "1 to 2", low=0.0, high=200.0, open=120.0)
    assert Tornado((one, two), 1_000.0).sentence.endswith(" Then 'b' ($120 of $200).")
