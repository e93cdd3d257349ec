"""Charts of people who check answers: whatever the numbers are, and what they say."""

import numpy as np
import pandas as pd
import pytest
from chart_frames import HOURS, RULES
from drawn import WIDTHS, faults
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.show import charts
from aicost.show.charts.renderer import spec_of


@settings(max_examples=10)
@given(st.lists(st.floats(0, 1e5), min_size=24, max_size=24).filter(sum), st.sampled_from(WIDTHS))
def test_days_of_any_load(load: list[float], width: int) -> None:
    f = pd.DataFrame({"hour": range(24), "load": load, "seats": np.ceil(np.multiply(load, 1.2))})
    assert faults(charts.desk_day(f, width=width)) == []


@settings(max_examples=10)
@given(st.floats(1e-3, 1e6), st.floats(0, 50), st.floats(0.02, 1), st.sampled_from(WIDTHS))
def test_rules_of_any_cost(staff: float, errors: float, most: float, width: int) -> None:
    f = pd.DataFrame({"reviewed": np.linspace(0, most, 9)})
    f["staff_usd"], f["error_usd"] = staff * f["reviewed"], staff * errors * (1 - f["reviewed"])
    f["usd"] = f["staff_usd"] + f["error_usd"]
    assert faults(charts.policy_curve(f, width=width)) == []


def test_sentences_of_people() -> None:
    assert spec_of(charts.desk_day(HOURS))["description"] == (
        "Seats by hour of a working day: 52 hours of seats a day, 70 % of them busy. In the "
        "busiest hour, 10 UTC, work for 5.6 people arrives and 8 seats are filled."
    )
    one = spec_of(charts.desk_day(HOURS.assign(seats=1, load=0.0264)))
    assert "and 1 seat is filled." in one["description"]
    assert "1 seat filled" in str(one)
    assert spec_of(charts.policy_curve(RULES))["description"] == (
        "Cost an hour by share of answers reviewed: $900 at 0 %, $1,616 at 100 %; cheapest: 20 %, "
        "$724 an hour, of which people $320 and errors $404."
    )
    with pytest.raises(ValueError, match="two shares of answers"):
        charts.policy_curve(RULES.head(1))
