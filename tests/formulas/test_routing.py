"""A small model first: the share of escalations at which it costs what the large one does."""

import numpy as np
import pytest

from aicost.formulas.review.double import escalation_usd
from aicost.formulas.routing import break_even_escalation


def test_at_the_break_even_both_cost_the_same() -> None:
    """A call of 1, a router of 0.2, and one of 5: 1.2 + e 5 = 5."""
    share = break_even_escalation(first_usd=1.2, alone_usd=5.0, added_usd=5.0)
    assert share == pytest.approx(0.76)
    assert escalation_usd(level_usd=[1.2, 5.0], escalated=[share]) == pytest.approx(5.0)


def test_it_takes_arrays_and_models_that_cost_nothing() -> None:
    found = break_even_escalation(
        first_usd=np.array([6.0, 1.0]), alone_usd=5.0, added_usd=np.array([5.0, 0.0])
    )
    assert found.tolist() == [pytest.approx(-0.2), np.inf]
