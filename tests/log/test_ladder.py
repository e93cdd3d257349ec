"""One step of a request, cause by cause: every mixture by plain arithmetic."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.log.factors import BUCKETS
from aicost.log.ladder import CAUSES, Rates, Use, cost, step_shares, worths

AMOUNTS = st.lists(st.floats(0, 1e5), min_size=len(BUCKETS), max_size=len(BUCKETS)).map(np.array)
USES = st.builds(Use, st.integers(0, 9).map(float), AMOUNTS, st.floats(1, 2), st.floats(0.1, 1.2))
PRICES = st.integers(0, 10**6).map(
    lambda seed: Rates(np.random.default_rng(seed).uniform(1e-7, 1e-5, (2, 2, len(BUCKETS))))
)


def by_hand(usual: Use, actual: Use, rates: Rates, chosen: set[str]) -> float:
    def of(cause: str) -> Use:
        return actual if cause in chosen else usual

    price = rates.usd[int("model" in chosen), int("list price" in chosen)]
    read, made = of("input"), of("caching")
    if not made.read:
        made = actual if made is usual else usual
    spent = 0.0
    for i, name in enumerate(BUCKETS):
        if name == "output_tokens":
            spent += of("output").amounts[i] * price[i]
        elif name == "thinking_tokens":
            spent += of("thinking").amounts[i] * price[i]
        elif made.read:
            spent += read.read * made.amounts[i] / made.read * price[i]
    return of("calls").calls * spent * of("long context").longer * of("how sold").sold


@given(USES, USES, PRICES, st.sets(st.sampled_from(CAUSES)))
def test_every_mixture_is_what_arithmetic_gives(
    usual: Use, actual: Use, rates: Rates, chosen: set[str]
) -> None:
    found = worths(usual, actual, rates)
    index = sum(1 << i for i, name in enumerate(CAUSES) if name in chosen)
    assert found[index] == pytest.approx(by_hand(usual, actual, rates, chosen), rel=1e-9)
    assert found[0] == pytest.approx(cost(usual, rates.usd[0, 0]), rel=1e-9)
    assert found[-1] == pytest.approx(cost(actual, rates.usd[1, 1]), rel=1e-9)


@given(USES, USES, PRICES)
def test_causes_add_up(usual: Use, actual: Use, rates: Rates) -> None:
    found = step_shares(usual, actual, rates)
    ends = cost(usual, rates.usd[0, 0]), cost(actual, rates.usd[1, 1])
    assert found.sum() == pytest.approx(ends[1] - ends[0], abs=1e-9 * max(1e-9, *ends))


@given(USES, PRICES)
def test_what_is_as_usual_has_no_cause(use: Use, rates: Rates) -> None:
    same = Rates(np.broadcast_to(rates.usd[0, 0], rates.usd.shape))
    assert abs(step_shares(use, use, same)).max() <= 1e-12 * max(1.0, cost(use, same.usd[0, 0]))
