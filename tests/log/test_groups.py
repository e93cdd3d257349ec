"""Groups of calls, the same on every engine; percentiles as NumPy has them."""

import narwhals as nw
import numpy as np
import pandas as pd
import pytest
from priced_logs import ENGINES

from aicost.log.engine import collected
from aicost.log.groups import EXACT, PERCENTILES, groups

RNG = np.random.default_rng(3)
FRAME = pd.DataFrame(
    {
        "feature": RNG.choice(["a", "b", 'c "d"'], 500),
        "stage": RNG.choice(["x", "y"], 500),
        "usd": RNG.random(500),
        "took": RNG.lognormal(size=500),
    }
)


@pytest.mark.parametrize("engine", ENGINES)
def test_sums_and_percentiles_are_those_of_the_rows(engine: str) -> None:
    frame = nw.from_native(ENGINES[engine](FRAME)).lazy()
    found = groups(frame, ["feature", "stage"], sums=["usd"], percentiles_of="took")
    assert found.percentiles == EXACT
    table = collected(found.frame).set_index(["feature", "stage"])
    assert len(table) == 6
    for key, of in FRAME.groupby(["feature", "stage"]):
        line = table.loc[key]
        assert line["calls"] == len(of)
        assert line["usd"] == pytest.approx(of["usd"].sum(), rel=1e-14)
        expected = np.quantile(of["took"], [*PERCENTILES.values()])
        np.testing.assert_allclose(line[[*PERCENTILES]].astype(float), expected, rtol=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
def test_without_times_there_are_sums_alone(engine: str) -> None:
    frame = nw.from_native(ENGINES[engine](FRAME)).lazy()
    table = collected(groups(frame, ["stage"], sums=["usd"]).frame)
    assert sorted(table.columns) == ["calls", "stage", "usd"]
    assert table["calls"].sum() == 500
