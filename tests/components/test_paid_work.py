"""What an hour of people's work is made of, and where what is assumed of it was counted."""

from __future__ import annotations

from pathlib import Path

import pytest

import aicost as ac
from aicost.scenario.checks import warnings

TEXT = """kind: rag-chat
currency: {0}
traffic: {{users: 90, requests_per_user_month: 9}}
pipeline:
  people: {{is: human_review, minutes: 5, when: after_answer, {1}}}
"""


@pytest.mark.parametrize(
    ("currency", "fields", "named"),
    [
        ("EUR", "share: 2 %, role: us/paralegal", {"role", "overhead", "shrinkage"}),
        ("EUR", "share: 2 %, wage_per_hour: 28", {"overhead", "shrinkage"}),
        ("EUR", "share: 2 %, wage_per_hour: 28, overhead: 1.25", {"shrinkage"}),
        ("EUR", "share: 2 %, rate_per_hour: 60", set()),
        ("EUR", "share: 0 %, role: us/paralegal", set()),
        ("USD", "share: 2 %, role: us/paralegal", set()),
    ],
)
def test_what_was_counted_in_the_us_is_named_beside_another_currency(
    tmp_path: Path, currency: str, fields: str, named: set[str]
) -> None:
    file = tmp_path / "desk.yaml"
    file.write_text(TEXT.format(currency, fields), encoding="utf-8")
    case = ac.load(file)
    told = [w for w in warnings(case.scenario, case.book) if "the US" in w.wrong]
    assert {w.key.removeprefix("people.") for w in told} == named
    assert all("beside amounts in EUR" in w.wrong for w in told)
