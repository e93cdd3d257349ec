"""Staffing against a plain scan, its table against the search, payrolls against fractions."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.formulas.queueing import erlang_a, service_level
from aicost.formulas.queueing.staffing import carried_load, least_servers, staff_on_payroll

loads = st.floats(0.01, 400.0)
levels = st.floats(0.01, 0.999)
targets = st.floats(0.0, 30_000.0)
services = st.floats(1.0, 4_000.0)
patience = st.floats(1.0, 5_000.0)


def scan(load: float, service_s: float, target_s: float, level: float) -> int:
    """Try one server after the other, with Erlang B by its recursion."""
    blocked, servers = 1.0, 0
    while True:
        servers += 1
        blocked = load * blocked / (servers + load * blocked)
        if servers > load:
            waits = servers * blocked / (servers - load * (1 - blocked))
            if waits * math.exp(-(servers - load) * target_s / service_s) <= 1 - level:
                return servers


@given(load=loads, service_s=services, target_s=targets, level=levels)
def test_least_is_the_first_that_does(
    load: float, service_s: float, target_s: float, level: float
) -> None:
    desk = {"service_s": service_s, "target_s": target_s, "level": level}
    assert least_servers(load=load, **desk) == scan(load, **desk)


@given(load=loads, service_s=services, target_s=targets, level=levels, patience_s=patience)
def test_least_with_patience(
    load: float, service_s: float, target_s: float, level: float, patience_s: float
) -> None:
    desk = {"service_s": service_s, "target_s": target_s, "patience_s": patience_s}
    found = least_servers(load=load, level=level, **desk)
    reached = service_level(servers=np.array([found - 1, found]), load=load, **desk)
    assert reached[1] >= level - 1e-9
    assert reached[0] < level + 1e-9


@given(part=st.floats(0.51, 0.98), whole=st.integers(1, 300))
def test_no_server_too_many_where_loads_are_fractions(part: float, whole: int) -> None:
    """With a day to answer the least count is the next above the load; round(a + 1) is past it."""
    load = whole + part
    found = least_servers(load=load, service_s=600.0, target_s=864_000.0, level=0.8)
    assert found == whole + 1 < round(load + 1)


def test_an_hour_a_piece_and_a_day_to_answer() -> None:
    desk = {"service_s": 3_600, "target_s": 28_800, "level": 0.8}
    assert least_servers(load=5.7, **desk) == 6
    assert least_servers(load=9.7, **desk) == 10


@given(
    load=loads,
    more=st.floats(1.0, 1.5),
    level=levels,
    share=st.floats(0.0, 1.0),
    target_s=targets,
    patience_s=patience | st.just(math.inf),
    cap=st.floats(0.3, 1.0),
)
def test_more_load_and_more_level_never_need_fewer(
    load: float,
    more: float,
    level: float,
    share: float,
    target_s: float,
    patience_s: float,
    cap: float,
) -> None:
    higher = level + share * (0.999 - level)
    found = least_servers(
        load=np.array([load, load * more, load]),
        level=np.array([level, level, higher]),
        service_s=240.0,
        target_s=target_s,
        patience_s=patience_s,
        max_occupancy=cap,
    )
    assert found[1] >= found[0]
    assert found[2] >= found[0]


@given(load=loads, level=levels, patience_s=patience, longer=st.floats(1.0, 50.0))
def test_more_patience(load: float, level: float, patience_s: float, longer: float) -> None:
    """Never more servers for a share answered at all; never fewer for a share answered at once."""
    queue = {"load": load, "service_s": 240.0, "level": level}
    waits = np.array([patience_s, patience_s * longer])
    answered = least_servers(**queue, target_s=math.inf, patience_s=waits)
    assert answered[1] <= answered[0]
    at_once = least_servers(**queue, target_s=0.0, patience_s=waits)
    assert at_once[1] >= at_once[0]


def test_more_patience_may_need_more_and_fewer() -> None:
    found = least_servers(
        load=30.0,
        service_s=240.0,
        target_s=120.0,
        level=0.8,
        patience_s=np.array([10.0, 120.0, 600.0, math.inf]),
    )
    assert found.tolist() == [27, 25, 29, 33]


@given(load=loads, percent=st.integers(20, 100), patience_s=patience | st.just(math.inf))
def test_nobody_is_busier_than_the_cap(load: float, percent: int, patience_s: float) -> None:
    cap = percent / 100
    desk: dict[str, Any] = {"service_s": 240.0, "target_s": 60.0, "patience_s": patience_s}
    found = least_servers(load=load, level=0.5, max_occupancy=cap, **desk)
    free = least_servers(load=load, level=0.5, **desk)
    busy = [erlang_a(servers=c, load=load, **desk).occupancy for c in (found, found - 1) if c > 0]
    assert busy[0] <= cap + 1e-9
    assert found == free or busy[1] > cap - 1e-9


def test_a_cap_that_just_fits() -> None:
    hours = {"service_s": 240.0, "target_s": 30_000.0, "level": 0.8}
    for tenths in range(1, 2_000):
        load = tenths / 10
        found = least_servers(load=load, **hours, max_occupancy=0.85)
        assert found == math.ceil(Fraction(tenths, 10) / Fraction("0.85")), load


@pytest.mark.parametrize(
    "given_",
    [
        {"target_s": 20.0, "level": 0.8},
        {"target_s": 3_600.0, "level": 0.95, "max_occupancy": 0.85},
        {"target_s": 20.0, "level": 0.8, "patience_s": 120.0},
        {"target_s": 0.0, "level": 0.5},
    ],
)
def test_table_is_the_search(given_: dict[str, float]) -> None:
    rng = np.random.default_rng(20261123)
    load = np.append(rng.uniform(0, 150, 20_000), np.arange(0, 150, 0.1))
    by_table = least_servers(load=load, service_s=240.0, **given_)
    one_by_one = least_servers(load=load, service_s=np.full_like(load, 240.0), **given_)
    assert np.array_equal(by_table, one_by_one)


def test_table_is_the_search_where_people_may_be_busy_for_different_shares() -> None:
    """Draws differ in how busy people may be, and share the table of all else."""
    rng = np.random.default_rng(20261127)
    load, cap = rng.uniform(0, 150, (10, 400)), rng.uniform(0.3, 1.0, 400)
    desk: dict[str, Any] = {"target_s": 60.0, "level": 0.9, "max_occupancy": cap}
    for patience_s in (math.inf, 90.0):
        by_table = least_servers(load=load, service_s=240.0, patience_s=patience_s, **desk)
        times = np.full_like(load, 240.0)
        one_by_one = least_servers(load=load, service_s=times, patience_s=patience_s, **desk)
        assert np.array_equal(by_table, one_by_one)


@given(
    servers=st.integers(1, 1_000),
    service_s=services,
    target_s=targets,
    level=levels,
    patience_s=patience | st.just(math.inf),
    cap=st.floats(0.3, 1.0),
)
def test_carried_load_is_the_inverse(
    servers: int, service_s: float, target_s: float, level: float, patience_s: float, cap: float
) -> None:
    desk = {
        "service_s": service_s,
        "target_s": target_s,
        "level": level,
        "max_occupancy": cap,
        "patience_s": patience_s,
    }
    edge = carried_load(servers=servers, **desk)
    beside = least_servers(load=edge * np.array([1 - 1e-9, 1 + 1e-9]), **desk)
    assert beside.tolist() == [servers, servers + 1]


def test_nothing_arrives() -> None:
    desk = {"service_s": 240.0, "target_s": 20.0, "level": 0.8}
    assert least_servers(load=0.0, **desk) == 0
    assert carried_load(servers=0, **desk) == 0.0
    assert least_servers(load=np.zeros((2, 3)), **desk).tolist() == [[0, 0, 0]] * 2


def test_a_million_servers() -> None:
    desk = {"service_s": 240.0, "target_s": 20.0, "level": 0.8}
    found = least_servers(load=np.array([999_000.0, 1_000_000.0]), **desk)
    assert np.all(found > [999_000, 1_000_000])
    assert np.all(
        service_level(servers=found, load=np.array([999e3, 1e6]), service_s=240.0, target_s=20.0)
        >= 0.8
    )
    assert np.all(
        service_level(
            servers=found - 1, load=np.array([999e3, 1e6]), service_s=240.0, target_s=20.0
        )
        < 0.8
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"level": 1.0}, "level: not between 0 and 1"),
        ({"level": np.array([0.8, math.nan])}, "level: not between 0 and 1"),
        ({"load": -1.0}, "load or servers: below 0"),
        ({"load": math.inf}, "load or servers: below 0 or not finite"),
        ({"service_s": 0.0}, "service_s: not above 0"),
        ({"target_s": -1.0}, "target_s: below 0"),
        ({"max_occupancy": 0.0}, "max_occupancy: not above 0"),
        ({"patience_s": 0.0}, "patience_s: not above 0"),
    ],
)
def test_refusals(wrong: dict[str, Any], said: str) -> None:
    desk: dict[str, Any] = {"load": 5.0, "service_s": 240.0, "target_s": 20.0, "level": 0.8}
    with pytest.raises(ValueError, match=said):
        least_servers(**desk | wrong)


def test_payroll_is_what_fractions_give() -> None:
    seats = np.arange(0, 1_200)
    for permille in range(0, 1_000, 7):
        left = 1 - Fraction(permille, 1_000)
        exact = [math.ceil(seat / left) for seat in seats.tolist()]
        assert staff_on_payroll(seats=seats, shrinkage=permille / 1_000).tolist() == exact
    assert staff_on_payroll(seats=21, shrinkage=0.3) == 30
    assert staff_on_payroll(seats=np.array([63, 70_000_000]), shrinkage=0.3).tolist() == [
        90,
        100_000_000,
    ]
    assert staff_on_payroll(seats=2, shrinkage=1 / 3) == 3
