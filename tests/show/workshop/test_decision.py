"""What a decision in a reader's own words has to say."""

from __future__ import annotations

import pytest
from cases import sample

from aicost.analysis.alternatives.undoing import choices
from aicost.analysis.levers.report import levers
from aicost.show.workshop.decision import decided

WHOLE = "We put the answers on claude-haiku-5-5. It can be undone. Each month costs us $5,383."


def said(text: str | None, name: str = "contract-search-billed") -> list[str]:
    case = sample(name)
    return decided(text, levers(case), choices(case))


def test_a_whole_decision_is_praised() -> None:
    assert said(WHOLE)[0].startswith("It names the step")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, "Not written yet"),
        ("  ", "Not written yet"),
        ("We do it soon. It can be undone. Waiting costs 5,000 USD.", "Which step is it"),
        ("A cache. Waiting costs $3,300 a month.", "Can it be undone? What costs most to undo is"),
        ("A cache, and we can go back. Waiting costs a lot.", "What does it cost to wait"),
    ],
)
def test_what_is_missing_is_asked_for(text: str | None, expected: str) -> None:
    assert expected in said(text)[0]


def test_nothing_is_a_decision_where_nothing_helps() -> None:
    text = "Nothing is changed now. All of it can be undone. Waiting costs $0."
    assert said(text, "catalogue-overnight")[0].startswith("It names the step")
