"""Charts of cost against usage and time: whatever the numbers are, and what they say."""

import re

import numpy as np
import pandas as pd
import pytest
from drawn import AMOUNTS, WIDTHS, faults, words
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.analysis.viability.goals import Goal
from aicost.show import charts
from aicost.show.charts.renderer import spec_of
from aicost.values.charge import COMPONENTS


@settings(max_examples=10)
@given(
    st.lists(st.floats(100, 1e6), min_size=0, max_size=5),
    st.floats(100, 1e6),
    st.floats(1e-4, 1e3),
    st.sampled_from(WIDTHS),
)
def test_any_crossings(at: list[float], today: float, scale: float, width: int) -> None:
    users = np.unique([100, *np.geomspace(100, 1e6, 9), 1e6])
    f = pd.DataFrame({"users": users, "per_user": scale * (1 + 3000 / users)})
    marks = pd.DataFrame(
        {"users": at, "label": [f"the margin goal is lost at {u:,.0f}" for u in at]}
    )
    chart = charts.cost_per_user(f, price=2 * scale, today=today, crossings=marks, width=width)
    assert faults(chart) == []


@settings(max_examples=10)
@given(
    st.lists(st.tuples(AMOUNTS, st.just(0.0) | st.floats(1e-9, 100)), min_size=1, max_size=9),
    st.sampled_from(WIDTHS),
)
def test_usage_of_any_amount(lines: list[tuple[float, float]], width: int) -> None:
    users = [100.0, 1e3, 1e4, 1e5, 1e6]
    f = pd.DataFrame(
        [
            (n, name, fixed + each * n)
            for n in users
            for name, (fixed, each) in zip(COMPONENTS, lines, strict=False)
        ],
        columns=["users", "component", "usd"],
    )
    if (f.groupby("users")["usd"].sum() <= 0).any():
        with pytest.raises(ValueError, match="zero or less"):
            charts.usage_curve(f, width=width)
    else:
        assert faults(charts.usage_curve(f, today=6000, width=width)) == []


def test_sentence_of_usage() -> None:
    users = [100.0, 1000.0, 2000.0, 10000.0]
    u = pd.DataFrame(
        {
            "users": users * 2,
            "component": ["inference"] * 4 + ["hosting"] * 4,
            "usd": [*(n * 0.5 for n in users), *[200.0] * 4],
        }
    )
    assert spec_of(charts.usage_curve(u, today=2000.0))["description"] == (
        "Cost a month by number of users: $250 at 100, $700 at 1,000 and $5,200 at 10,000. "
        "Today's 2,000 cost $1,200. Largest at 100 is hosting, at 10,000 inference."
    )
    much = u.assign(usd=u["usd"] + 1e6 * (u["component"] == "hosting"))
    told = spec_of(charts.usage_curve(much))["description"]
    assert told.endswith(" Largest at both ends is hosting.")


def test_sentence_of_cost_per_user() -> None:
    f = pd.DataFrame({"users": [100.0, 1000.0, 10000.0], "per_user": [8.0, 4.0, 2.0]})
    f["p5"], f["p95"] = f["per_user"] / 2, f["per_user"] * 2
    marks = pd.DataFrame({"users": [1000.0], "label": ["it pays"]})
    chart = charts.cost_per_user(f, price=4.0, today=10000.0, crossings=marks, unit="case")
    assert spec_of(chart)["description"] == (
        "Cost per case by number of cases: $8.00 at 100, $4.00 at 1,000 and $2.00 at "
        "10,000. Today's 10,000 cost $2.00 each. The price is $4.00. Nine times in ten today's "
        "lies between $1.00 and $4.00. At 1,000 cases: it pays."
    )
    assert "At 10,000 cases, each costs $2.00: 50 % of the price" in words(chart)
    known = charts.cost_per_user(f.assign(p5=f["per_user"], p95=f["per_user"]), today=1000.0)
    assert "At 1,000 users, each costs $4.00 a month" in words(known)
    assert "Nine times" not in spec_of(known)["description"]


def test_sentence_of_growth() -> None:
    f = pd.DataFrame(
        {
            "month": [0, 1, 2],
            "usd": [10.0, 20.0, 40.0],
            "revenue": [15.0, 30.0, 30.0],
            "inference": [4.0, 8.0, 16.0],
            "hosting": [6.0, 12.0, 24.0],
        }
    )
    missed = {Goal.BUDGET.missed: 2, Goal.CONTRIBUTION.missed: 2, Goal.MARGIN.missed: None}
    chart = charts.growth_lines(f, budget=25.0, missed=missed)
    assert spec_of(chart)["description"] == (
        "Cost: $10.00 a month now, $40.00 in month 2; revenue: $15.00 now, $30.00 then; budget: "
        "$25.00; in month 2: inference $16.00 and hosting $24.00; over budget from month 2 and "
        "costs more than it earns from month 2."
    )
    assert {"month 2: over budget", "inference", "hosting", "budget", "revenue"} <= words(chart)
    held = charts.growth_lines(f, missed={Goal.BUDGET.missed: None})
    assert spec_of(held)["description"].endswith("; every goal of money holds.")


def test_refused_as_curves() -> None:
    with pytest.raises(ValueError, match=re.escape("outside the frame's 1 to 9")):
        charts.cost_per_user(
            pd.DataFrame({"users": [1.0, 9.0], "per_user": [2.0, 1.0]}), today=10.0
        )
    with pytest.raises(ValueError, match="two months"):
        charts.growth_lines(pd.DataFrame({"month": [0], "usd": [1.0]}))
