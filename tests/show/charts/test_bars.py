"""Charts of amounts as bars: whatever the numbers are, and what they say."""

import pandas as pd
import pytest
from chart_frames import STEPS, bridge_frame
from drawn import AMOUNTS, WIDTHS, faults, words
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.show import charts
from aicost.show.charts.renderer import spec_of
from aicost.values.charge import COMPONENTS


@settings(max_examples=12)
@given(st.lists(AMOUNTS, min_size=1, max_size=9), st.sampled_from(WIDTHS))
def test_components_of_any_amount(amounts: list[float], width: int) -> None:
    f = pd.DataFrame({"component": COMPONENTS[: len(amounts)], "usd": amounts})
    f["share"] = f["usd"] / (f["usd"].sum() or 1.0)
    assert faults(charts.components_bar(f, width=width)) == []


@settings(max_examples=12)
@given(
    st.lists(st.tuples(st.text("abc →,0:", min_size=1, max_size=60), AMOUNTS), max_size=20),
    st.sampled_from(WIDTHS),
)
def test_bridges_of_any_step(steps: list[tuple[str, float]], width: int) -> None:
    assert faults(charts.bridge_waterfall(bridge_frame(steps), width=width)) == []


@settings(max_examples=10)
@given(st.lists(st.floats(0, 1), min_size=4, max_size=4).filter(sum), st.sampled_from(WIDTHS))
def test_shares_of_any_size(shares: list[float], width: int) -> None:
    f = pd.DataFrame({"basis": ["stated", "listed", "given", "assumed"], "share": shares})
    assert faults(charts.shares_basis(f, width=width)) == []


def test_sentence_of_components() -> None:
    f = pd.DataFrame(
        {
            "component": ["inference", "human review", "embedding"],
            "usd": [600.0, 397.0, 3.0],
            "share": [0.6, 0.397, 0.003],
        }
    )
    assert spec_of(charts.components_bar(f))["description"] == (
        "Where $1,000 a month goes, the largest first: inference $600 (60 %), human review $397 "
        "(40 %) and embedding $3.00 (< 0.5 %)."
    )


def test_sentence_of_a_bridge() -> None:
    told = spec_of(charts.bridge_waterfall(bridge_frame([("a 1 → 2", 50.0), ("b", -25.0)], 100.0)))
    assert told["description"] == (
        "From as planned to as billed: $100 a month became $125, 1.2 times as much; the steps "
        "between: a 1 → 2 +$50.00 and b −$25.00."
    )


def test_refused_as_bars() -> None:
    with pytest.raises(ValueError, match="are totals"):
        charts.bridge_waterfall(bridge_frame(STEPS).iloc[:-1])
    with pytest.raises(ValueError, match="give every step"):
        charts.bridge_waterfall(bridge_frame(STEPS).drop(index=1))
    with pytest.raises(ValueError, match="stated, listed, given and assumed"):
        charts.shares_basis(pd.DataFrame({"basis": ["guessed"], "share": [1.0]}))


def test_many_small_steps_become_one_bar() -> None:
    steps = [(f"small {i}", 1.0) for i in range(15)] + [("large", 5000.0)]
    chart = charts.bridge_waterfall(bridge_frame(steps, 1000.0))
    assert {"large", "15 changes below $60.15 each", "+$15.00"} <= words(chart)
    assert "small 3" not in words(chart)
