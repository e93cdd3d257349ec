"""What a review answers is what the bill says."""

from __future__ import annotations

from cases import sample

from aicost.analysis.uncertainty.expected import expected
from aicost.show.review.answers import verdict
from aicost.values.formatting import about


def test_the_verdict_is_the_bill(page: str) -> None:
    cost = expected(sample("contract-search-billed"))
    assert f"about {about(cost.mean)} a month ({about(cost.p5)} to {about(cost.p95)})" in page


def test_a_range_without_room_is_not_told() -> None:
    case = sample("contract-search-planned").point
    cost = expected(case)
    said = verdict(case, cost, None)
    words = f"Contract search, as planned costs about {about(cost.mean)} a month for 4,000 users"
    assert said.startswith(words)
