"""Causes planted in the sample log, found to the dollar: the same log with and without one."""

import pandas as pd
import pytest

from aicost.book.book import Book
from aicost.log.change import changed
from aicost.log.explain import unexpected_requests
from aicost.log.price import price_calls
from aicost.log.sample import Key, Sample, frames
from aicost.log.sample_causes import Cause, planted

DAYS = 28
CAUSES = {one.cause: one for one in planted(DAYS)}
BOOK = Book.load()


def drawn(*causes: Cause) -> tuple[pd.DataFrame, Key]:
    key = Key(causes)
    return pd.concat(frames(Sample(20_000, DAYS, causes=causes), key), ignore_index=True), key


@pytest.fixture(scope="module")
def plain() -> pd.DataFrame:
    return drawn()[0]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("lost cache", {"caching"}),
        ("tier cliff", {"long context", "input"}),
        ("retry storm", {"calls"}),
    ],
)
def test_a_planted_cause_is_found(plain: pd.DataFrame, name: str, told: set[str]) -> None:
    calls, key = drawn(CAUSES[name])
    found = changed(price_calls(plain, BOOK).calls, price_calls(calls, BOOK).calls, BOOK)
    assert found.difference * DAYS == pytest.approx(key.effects[name], rel=1e-6)
    bars = {bar.cause: bar.usd for bar in found.bars}
    assert sum(bars[cause] for cause in told) == pytest.approx(found.difference, rel=0.05)
    assert {bar.cause for bar in found.bars[: len(told)]} == told


def test_the_runaway_agent_is_among_the_most_unexpected() -> None:
    cause = CAUSES["runaway agent"]
    calls, _ = drawn(cause)
    found = unexpected_requests(price_calls(calls, BOOK).calls, BOOK)
    of = calls.groupby("request")[["tenant", "moment"]].first()
    there = of.loc[[one.request for one in found.each]]
    assert (
        (there["tenant"] == cause.slice["tenant"])
        & (there["moment"] >= pd.Timestamp(cause.start))
        & (there["moment"] < pd.Timestamp(cause.end))
    ).any()
