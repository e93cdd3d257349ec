"""A slip that raises the bill by little."""

from __future__ import annotations

from pathlib import Path

import pytest
from places import SAMPLES

from aicost import load
from aicost.show.workshop.slips import LITTLE, mistyped


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_the_bill_is_only_a_little_higher(path: Path) -> None:
    case = load(path)
    slip = mistyped(case)
    assert LITTLE[0] <= slip.rise <= LITTLE[1]
    assert slip.case.bill.total == pytest.approx(case.bill.total * (1 + slip.rise))
    moved = [a.usd - b.usd for a, b in zip(slip.case.bill.charges, case.bill.charges, strict=True)]
    assert max(moved) > 0.5 * (slip.case.bill.total - case.bill.total)
