"""A bill as a product of factors: every mixture by plain loops, and nothing left over."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.log.factors import (
    BUCKETS,
    FACTORS,
    INPUT,
    BillCells,
    Sums,
    cell_shares,
    checks,
    shares,
    worths,
)

FEATURE, STAGE = np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 2, 2])


def sums(seed: int, empty: int | None = None, draws: int = 2) -> Sums:
    """Some sums, at prices that the list would have; one cell may be without calls."""
    luck = np.random.default_rng(seed)
    calls = luck.uniform(1, 50, (draws, 5))
    if empty is not None:
        calls[:, empty] = 0
    amounts = calls[..., None] * luck.uniform(0, 900, (draws, 5, len(BUCKETS)))
    amounts[..., 3] = 0  # nothing is written for an hour
    price = luck.uniform(1, 9, (draws, 5, len(BUCKETS)))
    listed = amounts * price
    tiered = listed.sum(axis=-1) * luck.uniform(1, 1.5, (draws, 5))
    return Sums(
        requests=luck.uniform(20, 60, (draws, 2)),
        calls=calls,
        amounts=amounts,
        listed=listed,
        standing=calls[..., None] * price,
        tiered=tiered,
        usd=tiered * luck.uniform(0.5, 1.1, (draws, 5)),
    )


def cells(staying: Any = (True,) * 5) -> BillCells:
    return BillCells(FEATURE, STAGE, np.array(staying))


def by_hand(a: Sums, b: Sums, chosen: set[str], stay: list[int]) -> float:
    """The bill of one set of factors, added up cell by cell, of the first draw."""
    total = 0.0
    features = {FEATURE[c] for c in stay}

    def of(name: str) -> Sums:
        return b if name in chosen else a

    for c in stay:
        f, kin = FEATURE[c], [i for i in range(5) if STAGE[i] == STAGE[c]]
        volume = sum(of("volume").requests[0, g] for g in features)
        mix = of("mix").requests[0, f] / sum(of("mix").requests[0, g] for g in features)
        calls = sum(of("calls").calls[0, i] for i in kin) / of("calls").requests[0, f]
        model = of("models").calls[0, c] / sum(of("models").calls[0, i] for i in kin)

        def each(name: str, bucket: int, c: int = c) -> float:
            side = of(name)
            return side.amounts[0, c, bucket] / side.calls[0, c]

        call = 0.0
        for k in range(len(BUCKETS)):
            side = of("list price")
            used = side.amounts[0, c, k]
            price = (
                side.listed[0, c, k] / used if used else side.standing[0, c, k] / side.calls[0, c]
            )
            if k in INPUT:
                read = sum(each("input", j) for j in INPUT)
                part = each("caching", k) / sum(each("caching", j) for j in INPUT)
                call += read * part * price
            else:
                call += each("output" if k == 4 else "thinking", k) * price
        longer = of("long context")
        call *= longer.tiered[0, c] / longer.listed[0, c].sum()
        call *= of("how sold").usd[0, c] / of("how sold").tiered[0, c]
        total += volume * mix * calls * model * call
    return total


@pytest.mark.parametrize("staying", [(1, 1, 1, 1, 1), (1, 0, 1, 1, 1), (1, 1, 1, 0, 0)])
def test_every_mixture_is_what_adding_up_gives(staying: tuple[int, ...]) -> None:
    a, b, both = sums(1), sums(2), cells([bool(x) for x in staying])
    found = worths(a, b, both)
    assert found.shape == (2 ** len(FACTORS), 2)
    stay = [i for i, x in enumerate(staying) if x]
    luck = np.random.default_rng(0)
    for index in [0, len(found) - 1, *luck.integers(0, len(found), 60).tolist()]:
        chosen = {name for i, name in enumerate(FACTORS) if index >> i & 1}
        assert found[index, 0] == pytest.approx(by_hand(a, b, chosen, stay), rel=1e-12)
    for side, end in ((a, 0), (b, -1)):
        assert found[end] == pytest.approx(side.usd[:, stay].sum(axis=1), rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([None, 0, 2, 4]), st.permutations(range(5)))
def test_nothing_is_left_over_and_no_order_is_preferred(
    seed: int, empty: int | None, order: list[int]
) -> None:
    a, b = sums(seed, empty), sums(seed + 1)
    found = shares(a, b, cells())
    change = (b.usd - a.usd).sum(axis=1)
    size = np.maximum(abs(found).sum(axis=0), abs(change))
    assert (abs(found.sum(axis=0) - change) <= 1e-9 * size).all()
    assert cell_shares(a, b, cells()).sum(axis=1) == pytest.approx(found[:, 0], abs=1e-9 * size[0])
    lmdi = checks(a, b, cells())
    assert lmdi.sum() == pytest.approx(change[0], abs=1e-9 * size[0])

    def turned(one: Sums) -> Sums:
        parts = {f.name: getattr(one, f.name) for f in fields(one) if f.name != "requests"}
        return replace(one, **{name: array[:, order] for name, array in parts.items()})

    other = BillCells(FEATURE[order], STAGE[order], np.ones(5, bool))
    again = shares(turned(a), turned(b), other)
    assert (abs(again - found) <= 1e-9 * size).all()
    assert checks(turned(a), turned(b), other) == pytest.approx(lmdi, abs=1e-9 * size[0])


@pytest.mark.parametrize(("name", "factor"), [("usd", "how sold"), ("tiered", "long context")])
def test_one_cause_is_found_alone(name: str, factor: str) -> None:
    a = sums(3)
    more = {"usd": a.usd * 1.25} | ({"tiered": a.tiered * 1.25} if name == "tiered" else {})
    b = replace(a, **more)
    for found in (shares(a, b, cells())[:, 0], checks(a, b, cells())):
        told = dict(zip(FACTORS, found.tolist(), strict=True))
        assert told.pop(factor) == pytest.approx(a.usd[0].sum() * 0.25)
        assert max(map(abs, told.values())) < 1e-9 * a.usd.sum()


def test_where_nothing_stays_nothing_is_shared_out() -> None:
    nothing = cells([False] * 5)
    assert not shares(sums(1), sums(2), nothing).any()
    assert not checks(sums(1), sums(2), nothing).any()
