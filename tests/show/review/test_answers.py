"""What a review answers is what the bill says."""

from __future__ import annotations

from cases import sample

from aicost.analysis.uncertainty.expected import expected
from aicost.values.formatting import about


def test_the_verdict_is_the_bill(page: str) -> None:
    cost = expected(sample("contract-search-billed"))
    assert f"about {about(cost.mean)} a month ({about(cost.p5)} to {about(cost.p95)})" in page
