"""Users, requests, hours and days of a week: those that the sample's system was made with."""

import os
from collections.abc import Callable
from datetime import date, timedelta
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.components.traffic import DAYS_PER_MONTH
from aicost.log.engine import conform
from aicost.log.sample import Sample, frames
from aicost.log.sample_system import (
    FEATURES,
    FEW,
    MOST_TURNS,
    TENANTS,
    USERS,
    WEEKDAYS,
    ZIPF,
    calls_of_a_session,
    shapes,
)
from aicost.log.traffic import EACH, HOURS, Measured, asked, per_user, traffic_values, users_of
from aicost.values.quantities import Z95, Spread

LOGS = int(os.environ.get("AICOST_CALIBRATED", "4"))
ROWS, DAYS = 20_000, 28


def values_of(frame: pd.DataFrame) -> dict[str, Measured]:
    return {one.field: one for one in traffic_values(asked(conform(frame)))}


def truths() -> dict[str, float]:
    """What the sample's system was declared to be, of this many calls and days."""
    sessions = ROWS / calls_of_a_session() / DAYS
    ends = np.array([1 / one.turns for one in FEATURES])
    turns = (1 - (1 - ends) ** MOST_TURNS) / ends
    requests = sessions * float(np.dot([one.share for one in FEATURES], turns))
    tenants = np.arange(1, len(TENANTS) + 1) ** -ZIPF
    users = np.diff((np.arange(USERS + 1) / USERS) ** (1 / FEW))
    each = np.outer(tenants / tenants.sum(), users)
    of_a_month = float((1 - (1 - each) ** (sessions * DAYS_PER_MONTH)).sum())
    hours = shapes()[0] / shapes()[0].sum()
    return {
        "requests_per_day": requests,
        "users": of_a_month,
        "requests_per_user_month": requests * DAYS_PER_MONTH / of_a_month,
        "days_per_week": 7.0,
        "busiest_day": float(WEEKDAYS.max() / WEEKDAYS.mean()),
        **{f"profile {hour:02d}": float(hours[hour]) for hour in range(HOURS)},
    }


def test_every_truth_lies_in_its_range(record_property: Callable[[str, object], None]) -> None:
    inside = []
    for seed in range(LOGS):
        sample = Sample(rows=ROWS, days=DAYS, seed=seed, causes=())
        frame = pd.concat(frames(sample), ignore_index=True)
        part = frame[frame["moment"] < sample.first + np.timedelta64(21, "D")]
        for log in (frame, part):
            found = values_of(log)
            assert found.keys() - {EACH} == truths().keys()
            inside += [found[k].low[0] <= v <= found[k].high[0] for k, v in truths().items()]
    share = np.mean(inside)
    words = f"of {len(inside)} truths of {2 * LOGS} logs {share:.1%} lie inside the range measured"
    record_property("figure", words)
    assert share >= 0.9


def office(weeks: int) -> pd.DataFrame:
    """Two requests an hour, nine to five, on five days of a week, on Wednesdays three."""
    first, rows = date(2026, 11, 2), []
    for day in range(7 * weeks):
        on = first + timedelta(days=day)
        many = {5: 0, 6: 0, 2: 3}.get(on.weekday(), 2)
        rows += [(f"{on}T{hour:02d}:30:00", f"u{n}") for hour in range(9, 17) for n in range(many)]
    frame = pd.DataFrame(rows, columns=["moment", "user"])
    frame["moment"] = pd.to_datetime(frame["moment"])
    return frame.assign(request=[f"r{i}" for i in range(len(frame))], feature="chat")


def test_values_are_those_worked_out_by_hand() -> None:
    frame = office(3).iloc[:-1]  # all but one request of a Friday
    twice = pd.concat([frame, frame.assign(moment=frame["moment"] + pd.Timedelta("40min"))])
    for log in (frame, twice):  # a second call, in the next hour, is no second request
        found = values_of(log)
        assert found["requests_per_day"].value == pytest.approx((88 - 1 / 3) / 7)
        assert found["requests_per_day"].n == len(frame)
        assert found["days_per_week"].value == 5
        assert found["days_per_week"].low == found["days_per_week"].high == (5,)
        assert found["busiest_day"].value == pytest.approx(24 * 5 / (88 - 1 / 3))
        assert found["profile 09"].value == pytest.approx(33 / 263)
        assert found["profile 16"].value == pytest.approx(32 / 263)
        assert found["profile 08"].value == 0
        assert found["users"].value == pytest.approx(3)


def test_a_log_says_no_more_than_it_is_long_enough_for() -> None:
    per_day = {"requests_per_day", *(f"profile {hour:02d}" for hour in range(HOURS))}
    month = {"users", "requests_per_user_month"}
    assert values_of(office(1)).keys() == per_day
    assert values_of(office(2)).keys() == per_day  # twelve days: the last Friday ends it
    assert values_of(office(3)).keys() == per_day | month | {"days_per_week", "busiest_day"}
    nobody = office(3).drop(columns="user")
    assert values_of(nobody).keys() == per_day | {"days_per_week", "busiest_day"}
    assert values_of(nobody.drop(columns="request")) == {}
    assert values_of(office(1).iloc[:5])["requests_per_day"].value == 5  # of one day
    assert np.isnan(values_of(office(3).iloc[:30])["requests_per_day"].low[0])


@given(st.data())
def test_users_of_fewer_days_are_the_mean_over_all_choices_of_days(data: st.DataObject) -> None:
    days = data.draw(st.integers(1, 6))
    asking = data.draw(st.lists(st.sets(st.integers(0, days - 1), min_size=1), min_size=1))
    of = data.draw(st.integers(1, days))
    often = np.bincount([len(one) for one in asking], minlength=days + 1).astype(float)
    choices = [set(some) for some in combinations(range(days), of)]
    mean = np.mean([sum(bool(one & some) for one in asking) for some in choices])
    assert users_of(often[None, :], days, float(of))[0] == pytest.approx(mean)


def test_users_of_more_days_are_drawn_out_to_those_not_seen_yet() -> None:
    often = np.zeros((1, 21))
    often[0, [1, 2, 5]] = 30, 10, 4
    seen = users_of(often, 20, 20.0)[0]
    soon, late = (users_of(often, 20, days)[0] for days in (20.0001, 1e6))
    assert seen == pytest.approx(44)
    assert soon == pytest.approx(seen, rel=1e-4)
    assert late == pytest.approx(44 + 30**2 / 20 * 19 / 20)
    assert users_of(often, 20, 21.0)[0] - seen == pytest.approx(30 / 20, rel=0.05)


def test_engines_agree() -> None:
    duckdb = pytest.importorskip("duckdb")
    polars = pytest.importorskip("polars")
    frame = office(3)
    alike = (duckdb.connect().from_df(frame), polars.DataFrame(frame.to_dict("list")))
    one = values_of(frame)
    for made in alike:
        other = {v.field: v for v in traffic_values(asked(conform(made)))}
        assert other.keys() == one.keys()
        for field, found in one.items():
            assert other[field].value == pytest.approx(found.value)


def test_users_differ_as_they_were_drawn() -> None:
    """A thousand users, whose requests of 60 days are spread over them at random."""
    luck = np.random.default_rng(5)
    rates = 12 * np.exp(np.log(90 / 12) / Z95 * luck.standard_normal(1_000))
    user = np.repeat(np.arange(1_000), luck.poisson(rates * 60 / DAYS_PER_MONTH))
    moment = pd.Timestamp("2026-09-01") + pd.to_timedelta(luck.random(user.size) * 60, unit="D")
    log = pd.DataFrame({"moment": moment, "user": user.astype(str), "feature": "chat"})
    log["request"] = [f"r{n}" for n in range(len(log))]
    found = values_of(log)
    each = found[EACH]
    assert isinstance(each.value, Spread)
    ends = zip(each.low, (each.value.p50, each.value.p95), each.high, (12, 90), strict=True)
    for low, seen, high, true in ends:
        assert low < seen < high
        assert abs(seen / true - 1) < 0.1
    drawn = per_user(found)
    assert float(drawn.moment(1)) == pytest.approx(found["requests_per_user_month"].value)
    few = values_of(log[log["user"].astype(int) < 90])
    short = values_of(log[log["moment"] < "2026-09-20"])
    assert EACH not in few
    assert EACH not in short
    assert per_user(few) == few["requests_per_user_month"].value
