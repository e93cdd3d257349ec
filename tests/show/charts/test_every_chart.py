"""Charts are read back from what is drawn: nothing overlaps or is cut, on any kind of system."""

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import altair as alt
import pandas as pd
import pytest
from chart_frames import (
    CURVES,
    GAINS,
    HOURS,
    MODELS,
    RECALL,
    RULES,
    SCENARIOS,
    SPEEDS,
    STAGES,
    STEPS,
    STORES,
    WORK,
    bridge_frame,
    sample_charts,
)
from drawn import WIDTHS, faults

from aicost.show import charts
from aicost.show.charts.renderer import spec_of
from aicost.show.pen import svg

OTHER_CHARTS: dict[str, Callable[[int], Any]] = {
    "bridge": lambda w: charts.bridge_waterfall(bridge_frame(STEPS), width=w),
    "models": lambda w: charts.model_prices(MODELS, current=MODELS["model"][0], width=w),
    "desk": lambda w: charts.desk_day(HOURS, width=w),
    "policy": lambda w: charts.policy_curve(RULES, width=w),
    "before and after": lambda w: charts.before_after(
        GAINS, measure="quality (nDCG@10)", before="search", after="and reranker", width=w
    ),
    "recall": lambda w: charts.recall_bought(RECALL, width=w),
    "roofline": lambda w: charts.roofline(WORK, bytes_per_s=3.35e12, width=w),
    "speed for each and for all": lambda w: charts.speed_bought(SPEEDS, width=w),
    "stores": lambda w: charts.store_curves(
        STORES, own="opensearch-serverless", today=1e6, unit="record", width=w
    ),
    "curves of time": lambda w: charts.time_curves(CURVES, budgets={"first word": 3.0}, width=w),
    "time of stages": lambda w: charts.stage_bars(STAGES, width=w),
    "stores, none in use": lambda w: charts.store_curves(STORES, width=w),
    "models without": lambda w: charts.model_prices(MODELS[["model", "usd_per_request"]], width=w),
}


def check(draw: Callable[[int], Any]) -> None:
    """Hold a chart to what every chart owes, at both widths."""
    for width in WIDTHS:
        spec = spec_of(draw(width))
        assert faults(spec) == []
        alt.LayerChart.validate(spec)  # raises where it is none
        told = spec["description"]
        assert re.match(r"[A-Z].*\.$", told), told
        assert "nan" not in told.lower().split()
        picture = svg(spec)
        assert float(ElementTree.fromstring(picture).attrib["width"]) == width
        addresses = set(re.findall(r"\w+://[^\"' ]+", picture))
        assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


@pytest.mark.parametrize("name", SCENARIOS)
def test_charts_of_a_scenario(name: str) -> None:
    for draw in sample_charts(name).values():
        check(draw)


@pytest.mark.parametrize("name", OTHER_CHARTS)
def test_other_charts(name: str) -> None:
    check(OTHER_CHARTS[name])


def test_checker_finds_what_it_is_for() -> None:
    base = alt.Chart(pd.DataFrame({"x": [5, 9], "t": ["one word", "another"]}))
    chart = base.mark_text(align="left").encode(x=alt.X("x:Q", scale=None), text="t:N")
    chart = chart.properties(width=60, height=20, autosize="none", padding=0)
    found = faults(chart)
    assert any(f.startswith("over each other") for f in found)
    assert not any(f.startswith("cut") and "one word" in f for f in found)
    assert any("cut" in f for f in faults(chart.properties(width=30)))
