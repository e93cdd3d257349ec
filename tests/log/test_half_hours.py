"""A log by the half hour: nothing lost, money as it is priced, on each engine alike."""

import pandas as pd
import pytest
from exported import calls
from priced_logs import ENGINES

from aicost.book.book import Book
from aicost.log.columns import TOKENS
from aicost.log.half_hours import half_hours
from aicost.log.price import price_calls

BOOK = Book.load()


def log() -> pd.DataFrame:
    """Return calls of which some are a batch, some kept, some without a price or a moment."""
    found = calls(3, many=600)
    found["batch"] = [n % 5 == 0 for n in range(600)]
    found["service_tier"] = [None, "flex", "default"] * 200
    found["from_cache"] = [n % 50 == 1 for n in range(600)]
    found.loc[found.index % 60 == 7, "model"] = "gpt-0"
    found.loc[found.index % 100 == 9, "moment"] = None
    return found


def test_sums_are_those_of_the_calls() -> None:
    frame = log()
    priced = price_calls(frame, BOOK)
    found = half_hours(priced)
    own = frame[~frame["from_cache"] & frame["moment"].notna()]
    assert found["calls"].sum() == len(own)
    for name in TOKENS:
        assert found[name].sum() == own[name].sum()
    told = priced.calls.collect().to_native()
    counted = told[told["moment"].notna() & ~told["from_cache"]]
    usd = found.filter(like="usd_").sum().sum()
    assert usd == pytest.approx(float(counted["cost_pico"].sum()) * 1e-12, rel=1e-12)
    assert found["unpriced"].sum() == counted["cost_pico"].isna().sum() > 0
    assert set(found["sold"]) == {"batch", "flex", ""}
    assert (found["at"].dt.minute % 30 == 0).all()
    assert (found["at"].dt.second == 0).all()


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "pandas"])
def test_engines_agree(engine: str) -> None:
    mine = half_hours(price_calls(log(), BOOK))
    other = half_hours(price_calls(ENGINES[engine](log()), BOOK))
    pd.testing.assert_frame_equal(mine, other, check_dtype=False)
