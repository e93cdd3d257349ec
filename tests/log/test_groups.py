"""Groups of calls, the same on every engine; percentiles as NumPy has them."""

import narwhals as nw
import numpy as np
import pandas as pd
import pytest
from priced_logs import ENGINES

from aicost.log.engine import collected
from aicost.log.groups import APPROXIMATE, EXACT, PERCENTILES, groups

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


def test_an_engine_without_exact_percentiles_is_said_to_have_none() -> None:
    """DataFusion through Ibis: its t-digest lies between values some ranks away."""
    ibis = pytest.importorskip("ibis", reason="needs the extra [ibis]")
    fusion = pytest.importorskip("datafusion", reason="needs the extra [ibis]")
    context = fusion.SessionContext()
    context.from_pandas(FRAME, "calls")
    table = ibis.datafusion.from_connection(context).table("calls")
    found = groups(
        nw.from_native(table).lazy(), ["feature", "stage"], sums=["usd"], percentiles_of="took"
    )
    assert found.percentiles == APPROXIMATE
    lines = collected(found.frame).set_index(["feature", "stage"])
    for key, of in FRAME.groupby(["feature", "stage"]):
        line, ranks = lines.loc[key], np.sort(of["took"])
        assert line["calls"] == len(of)
        assert line["usd"] == pytest.approx(of["usd"].sum(), rel=1e-12)
        for name, share in PERCENTILES.items():
            assert abs(np.searchsorted(ranks, line[name]) / len(of) - share) < 0.03
