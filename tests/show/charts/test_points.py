"""Charts of points: the range of a bill and the prices of models."""

import numpy as np
import pandas as pd
import pytest
from chart_frames import MODELS
from drawn import WIDTHS, faults
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aicost.show import charts
from aicost.show.charts.renderer import spec_of


@settings(max_examples=10)
@given(
    st.lists(st.floats(1e-7, 50), min_size=1, max_size=12), st.sampled_from(WIDTHS), st.booleans()
)
@example(prices=[1e-5], width=720, scored=False)
def test_models_of_any_price(prices: list[float], width: int, scored: bool) -> None:
    names = [
        f"{'provider/' * (i % 2)}model-{'long-name-' * (i % 6)}{i}" for i in range(len(prices))
    ]
    f = pd.DataFrame({"model": names, "usd_per_request": prices})
    if scored:
        f["quality"], f["input_usd"], f["output_usd"] = np.arange(len(f)), 0.0, prices
    assert faults(charts.model_prices(f, current=names[0], width=width)) == []


@settings(max_examples=10)
@given(st.floats(0.01, 1e7), st.floats(0, 2), st.floats(0.1, 10), st.sampled_from(WIDTHS))
def test_ranges_of_any_width(middle: float, sigma: float, plan: float, width: int) -> None:
    draws = middle * np.exp(sigma * np.linspace(-2, 2, 101))
    chart = charts.bill_range(pd.DataFrame({"usd": draws}), plan=plan * middle, width=width)
    assert faults(chart) == []


def test_sentence_of_a_range() -> None:
    draws = pd.DataFrame({"usd": np.arange(0, 101.0)})
    assert spec_of(charts.bill_range(draws, plan=74.0))["description"] == (
        "The bill lies between $5.00 and $95.00 a month in nine draws of ten; its mean is $50.00; "
        "74 % of the draws stay within $74.00, every input at its mean."
    )


def test_sentence_of_models() -> None:
    chart = charts.model_prices(MODELS, current="anthropic/claude-sonnet-5-5")
    assert spec_of(chart)["description"] == (
        "One request on 5 models, from $0.00046 on google/gemini-3.8-flash to $0.031 on "
        "openai/gpt-6-sol. anthropic/claude-sonnet-5-5, in use now, costs $0.0142; 3 cost less. "
        "The best scored is openai/gpt-6-sol (74) at $0.031."
    )


def test_refused_as_points() -> None:
    with pytest.raises(ValueError, match="a price of nothing"):
        charts.model_prices(pd.DataFrame({"model": ["a"], "usd_per_request": [0.0]}))
