"""Queues against exact fractions, sums over the states, absorbing chains and simulation."""

import csv
import heapq
import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import ciw
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import TESTS
from scipy.integrate import quad
from scipy.linalg import expm
from scipy.special import gammaln

from aicost.accuracy import run
from aicost.formulas.queueing import (
    batch_server,
    erlang_a,
    erlang_b,
    erlang_c,
    late_share,
    log_erlang_b,
    log_erlang_c,
    mean_wait,
    mean_wait_lognormal,
    processor_sharing,
    service_level,
    wait_exceeds,
    wait_quantile,
)

DATA = TESTS / "data"
CASES = DATA / "queueing_cases.csv"  # 60-digit sums and long simulations, made for this test
# Mean wait of M/G/c over that of M/M/c, simulated: 20 to 90 million arrivals a row, coupled with an
# M/M/c queue of known wait; hyperexponential with balanced means.
SIMULATED = DATA / "mgc_simulated.csv"

loads = st.fractions(min_value=Fraction(1, 100), max_value=80, max_denominator=100)


# Erlang B and C


def exact_b(servers: int, load: Fraction) -> Fraction:
    """Return Erlang B by its recursion in fractions."""
    blocked = Fraction(1)
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


@given(servers=st.integers(0, 80), load=loads)
def test_b_and_c_are_the_fractions(servers: int, load: Fraction) -> None:
    blocked = exact_b(servers, load)
    assert erlang_b(servers=servers, load=float(load)) == pytest.approx(float(blocked), rel=1e-12)
    waits = servers * blocked / (servers - load * (1 - blocked)) if servers > load else 1
    assert erlang_c(servers=servers, load=float(load)) == pytest.approx(float(waits), rel=1e-12)


@pytest.mark.parametrize(("servers", "load"), [(1200, 200), (2000, 1), (3, 5000), (400, 9000)])
def test_logs_hold_where_floats_end(servers: int, load: int) -> None:
    terms = [1]  # c! / (c - k)! a^(c - k), whole numbers
    for k in range(servers):
        terms.append(terms[-1] * (servers - k))
    total = sum(term * load ** (servers - k) for k, term in enumerate(terms))
    expected = servers * math.log(load) - math.log(total)
    assert log_erlang_b(servers=servers, load=load) == pytest.approx(expected, rel=1e-13, abs=1e-13)


@given(
    servers=st.integers(1, 1_000_000),
    per=st.floats(0.5, 2.0) | st.floats(0.99, 1.01) | st.floats(1e-4, 10.0),
)
def test_one_server_more(servers: int, per: float) -> None:
    """1 / B(c) = 1 + (c / a) / B(c - 1), whichever of the three forms answers."""
    load = servers * per
    one, fewer = (log_erlang_b(servers=c, load=load) for c in (servers, servers - 1))
    assert -one == pytest.approx(
        np.logaddexp(0.0, math.log(servers / load) - fewer), rel=1e-12, abs=1e-10
    )


@given(load=st.floats(0.01, 1e6), step=st.floats(1e-6, 1.0))
def test_b_and_c_grow_with_load(load: float, step: float) -> None:
    more, servers = load * (1 + step), math.ceil(1.5 * load)
    for log in (log_erlang_b, log_erlang_c):
        assert log(servers=servers, load=more) > log(servers=servers, load=load)


def test_overload_waits_for_ever() -> None:
    full = {"servers": np.array([0, 2, 4, 4]), "load": np.array([1.0, 3.0, 4.0, 5.0])}
    assert erlang_c(**full).tolist() == [1.0] * 4
    assert mean_wait(**full, service_s=60).tolist() == [np.inf] * 4
    assert mean_wait(**full, service_s=60, scv=0.5).tolist() == [np.inf] * 4
    assert wait_quantile(**full, service_s=60, quantile=0.5).tolist() == [np.inf] * 4
    assert service_level(**full, service_s=60, target_s=1e9).tolist() == [0.0] * 4
    assert service_level(**full, service_s=60, target_s=np.inf).tolist() == [0.0] * 4


def test_no_load_waits_for_nobody() -> None:
    idle = {"servers": np.array([1, 50]), "load": 0.0}
    for share in (erlang_b(**idle), erlang_c(**idle), mean_wait(**idle, service_s=60, scv=2.0)):
        assert share.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    "formula",
    [
        lambda c, a: log_erlang_b(servers=c, load=a),
        lambda c, a: erlang_c(servers=c, load=a),
        lambda c, a: mean_wait(servers=c, load=a, service_s=60.0, scv=2.0),
        lambda c, a: wait_exceeds(servers=c, load=a, service_s=60.0, target_s=20.0),
        lambda c, a: wait_quantile(servers=c, load=a, service_s=60.0, quantile=0.9),
        lambda c, a: late_share(servers=c, load=a, service_s=60.0, target_s=20.0, patience_s=90.0),
        lambda c, a: processor_sharing(load=a / c, service_s=60.0),
        lambda c, a: (
            batch_server(
                arrivals_per_s=a / 100,
                output_tokens=100,
                ttft_s=0.1,
                tpot_s=0.01,
                tpot_per_request_s=0.0005,
                max_batch=c,
            ).mean_time_s
        ),
    ],
)
def test_arrays_in_arrays_out(formula: Callable[[Any, Any], Any]) -> None:
    servers, load = np.array([[3], [40]]), np.array([0.5, 2.0, 39.0, 1_000.0])
    found = formula(servers, load)
    assert found.shape == (2, 4)
    one = [[formula(int(c), float(a)) for a in load] for c in servers[:, 0]]
    assert np.ndim(one[0][0]) == 0
    assert np.allclose(found, one, rtol=1e-12)


# Waits


@given(servers=st.integers(1, 300), per=st.floats(0.05, 0.999), quantile=st.floats(0.01, 0.999))
def test_quantile_is_the_inverse_of_the_tail(servers: int, per: float, quantile: float) -> None:
    queue = {"servers": servers, "load": servers * per, "service_s": 240.0}
    wait = wait_quantile(**queue, quantile=quantile)
    beyond = wait_exceeds(**queue, target_s=wait)
    assert wait >= 0
    assert beyond == pytest.approx(1 - quantile) if wait else beyond <= 1 - quantile


@pytest.mark.parametrize(("servers", "load"), [(1, 0.7), (9, 7.5), (130, 125.0)])
def test_mean_wait_is_the_area_below_the_tail(servers: int, load: float) -> None:
    queue = {"servers": servers, "load": load, "service_s": 1.0}
    area = quad(lambda t: wait_exceeds(**queue, target_s=t), 0, 60 / (servers - load))[0]
    assert mean_wait(**queue) == pytest.approx(area, rel=1e-8)


@given(load=st.floats(0.01, 0.99), scv=st.floats(0, 20))
def test_one_server_is_pollaczek_khinchine(load: float, scv: float) -> None:
    expected = load * (1 + scv) / (2 * (1 - load)) * 60
    queue = {"servers": 1, "load": load, "service_s": 60.0, "scv": scv}
    assert mean_wait(**queue) == pytest.approx(expected)
    assert mean_wait_lognormal(**queue) == pytest.approx(expected)


def constant_service_wait(servers: int, load: float) -> float:
    """Return the mean wait of M/D/c: numbers in system one service apart make a Markov chain."""
    size = int(servers + 40 * math.sqrt(load) + 40 / (1 - load / servers))
    n = np.arange(size + 1)
    arrive = np.exp(n * math.log(load) - load - gammaln(n + 1))
    step = np.zeros((size + 1, size + 1))
    for i in n:
        left = max(i - servers, 0)
        step[i, left:] = arrive[: size + 1 - left]
    step[:, -1] += 1 - step.sum(axis=1)
    balance = np.vstack([step.T - np.eye(size + 1), np.ones(size + 1)])
    share = np.linalg.lstsq(balance, np.append(np.zeros(size + 1), 1.0), rcond=None)[0]
    return float(share @ n - load) / load


@pytest.mark.parametrize("servers", [2, 5, 10, 20])
def test_constant_service(servers: int) -> None:
    per = np.array([0.5, 0.7, 0.8, 0.9])
    exact = [constant_service_wait(servers, servers * x) for x in per]
    found = mean_wait(servers=servers, load=servers * per, service_s=1.0, scv=0.0)
    assert np.allclose(found, exact, rtol=0.015)


def test_waits_against_the_simulated_queues() -> None:
    with SIMULATED.open() as file:
        rows = list(csv.DictReader(file))
    c, per, scv, ratio = (
        np.array([float(row[k]) for row in rows])
        for k in ("servers", "erlang_per_server", "scv", "wait_over_mmc")
    )
    lognormal = np.array([row["law"] == "lognormal" for row in rows])
    queue = {"servers": c, "load": c * per, "service_s": 1.0}
    exponential = mean_wait(**queue)

    def figures(wait: np.ndarray, which: np.ndarray) -> list[float]:
        off = np.abs(wait / exponential / ratio - 1)[which]
        return [len(off), *np.round([np.median(off), np.quantile(off, 0.9), off.max()], 3)]

    two_moments = mean_wait(**queue, scv=scv)
    assert figures(two_moments, ~lognormal) == [70, 0.008, 0.035, 0.09]
    assert figures(two_moments, lognormal) == [128, 0.031, 0.101, 0.156]
    assert figures(mean_wait_lognormal(**queue, scv=scv), lognormal) == [128, 0.007, 0.02, 0.062]


# Erlang A

patient = st.floats(0.01, 100.0)


def by_states(servers: int, load: float, patience: float) -> tuple[float, float, float]:
    """Return P(wait), P(abandon) and busy servers of Erlang A by a sum over its states."""
    longest = max(load - servers, 0) * patience + 40 * math.sqrt(load * patience) + 40 * patience
    state = np.arange(servers + int(longest) + 100)
    leave = np.minimum(state, servers) + np.maximum(state - servers, 0) / patience
    log_weight = np.append(0.0, np.cumsum(np.log(load / leave[1:])))
    weight = np.exp(log_weight - log_weight.max())
    assert weight[-1] < 1e-17
    share = weight / weight.sum()
    queue = float(share @ np.maximum(state - servers, 0))
    return (
        float(share[servers:].sum()),
        queue / patience / load,
        float(share @ np.minimum(state, servers)),
    )


@given(servers=st.integers(1, 150), per=st.floats(0.1, 3.0), patience=patient)
def test_a_is_the_sum_over_its_states(servers: int, per: float, patience: float) -> None:
    load = servers * per
    p_wait, p_abandon, busy = by_states(servers, load, patience)
    found = erlang_a(servers=servers, load=load, service_s=1.0, patience_s=patience, target_s=1.0)
    assert found.p_wait == pytest.approx(p_wait, rel=1e-9)
    assert found.p_abandon == pytest.approx(p_abandon, rel=1e-9)
    assert found.mean_wait_s == pytest.approx(p_abandon * patience, rel=1e-9)
    assert found.occupancy == pytest.approx(busy / servers, rel=1e-9)
    assert found.service_level + found.late_share == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("servers", "load", "patience", "target"),
    [(1, 0.8, 0.5, 0.3), (5, 4.4, 0.5, 0.15), (5, 9.0, 3.0, 0.8), (12, 10.0, 2.0, 0.05)],
)
def test_level_of_a_by_an_absorbing_chain(
    servers: int, load: float, patience: float, target: float
) -> None:
    """Who arrives behind k others moves up as one is served or leaves, unless he leaves first."""
    size = 120
    places = np.arange(size)  # others ahead in the queue
    up, leave = servers + places / patience, 1 / patience
    rates = np.diag(-(up + leave)) + np.diag(up[1:], -1)
    stays = np.linalg.solve(rates, expm(rates * target) - np.eye(size))  # time spent until target
    in_time = stays[:, 0] * up[0]
    state = np.arange(servers + size)
    weight = np.cumprod(
        np.append(
            1.0,
            load / (np.minimum(state[1:], servers) + np.maximum(state[1:] - servers, 0) / patience),
        )
    )
    share = weight / weight.sum()
    expected = share[:servers].sum() + share[servers:] @ in_time
    found = erlang_a(
        servers=servers, load=load, service_s=1.0, patience_s=patience, target_s=target
    )
    assert found.service_level == pytest.approx(float(expected), rel=1e-9)


@given(
    servers=st.integers(1, 200),
    per=st.floats(0.1, 2.0),
    target=st.floats(0.0, 5.0),
    patience=patient,
    longer=st.floats(1.01, 50.0),
)
def test_patience_has_two_sides(
    servers: int, per: float, target: float, patience: float, longer: float
) -> None:
    """Who stays is answered, and stands in the way: two theorems, and none in between."""
    queue = {"servers": servers, "load": servers * per, "service_s": 1.0}
    less, more = (
        [erlang_a(**queue, patience_s=p, target_s=t) for t in (0.0, target, np.inf)]
        for p in (patience, patience * longer)
    )
    slack = 1e-11
    assert more[0].service_level <= less[0].service_level + slack
    assert more[2].service_level >= less[2].service_level - slack
    assert more[1].late_share_if_patient >= less[1].late_share_if_patient - slack
    assert less[0].service_level - slack <= less[1].service_level <= less[2].service_level + slack
    assert less[2].late_share == pytest.approx(float(less[2].p_abandon), abs=slack)


def test_ends_of_patience() -> None:
    queue = {"servers": np.array([3, 12, 400]), "load": np.array([2.0, 11.5, 380.0])}
    never = erlang_a(**queue, service_s=60.0, patience_s=np.inf, target_s=20.0)
    assert np.allclose(never.p_wait, erlang_c(**queue), rtol=1e-12)
    assert np.allclose(never.mean_wait_s, mean_wait(**queue, service_s=60.0), rtol=1e-12)
    assert np.allclose(
        never.late_share, wait_exceeds(**queue, service_s=60.0, target_s=20.0), rtol=1e-12
    )
    assert never.p_abandon.tolist() == [0.0] * 3
    at_once = erlang_a(**queue, service_s=60.0, patience_s=1e-9, target_s=20.0)
    assert np.allclose(at_once.p_abandon, erlang_b(**queue), rtol=1e-6)


def test_queues_that_nobody_answers() -> None:
    found = erlang_a(
        servers=np.array([0, 3, 3]),
        load=np.array([2.0, 3.0, 0.0]),
        service_s=60.0,
        patience_s=np.array([90.0, np.inf, 90.0]),
        target_s=20.0,
    )
    assert found.p_wait.tolist() == [1.0, 1.0, 0.0]
    assert found.p_abandon.tolist() == [1.0, 0.0, 0.0]
    assert found.mean_wait_s.tolist() == [90.0, np.inf, 0.0]
    assert found.service_level.tolist() == [0.0, 0.0, 1.0]


# Simulation


def simulate(
    servers: int, load: float, service: Callable[[int], np.ndarray], patience: float = np.inf
) -> tuple[np.ndarray, np.ndarray]:
    """Return wait, and whether answered, of 2,500 customers in 1,500 queues after 1,000 others."""
    rng, queues, kept = np.random.default_rng(20261123), 1_500, 2_500
    free, clock, every = np.zeros((queues, servers)), np.zeros(queues), np.arange(queues)
    waits, served = np.empty((kept, queues)), np.empty((kept, queues), dtype=bool)
    for i in range(-1_000, kept):
        clock += rng.exponential(1 / load, queues)
        first = free.argmin(axis=1)
        wait = np.maximum(free[every, first] - clock, 0.0)
        stay = patience * rng.exponential(1.0, queues) if np.isfinite(patience) else np.inf
        stays = wait <= stay
        free[every, first] = np.where(stays, clock + wait + service(queues), free[every, first])
        if i >= 0:
            waits[i], served[i] = np.minimum(wait, stay), stays
    return waits, served


def close(found: float, samples: np.ndarray, apart: float = 0.0) -> bool:
    """Say whether a figure is within four standard errors of the queues' means."""
    means = samples.mean(axis=0)
    error = means.std(ddof=1) / math.sqrt(len(means))
    return bool(abs(found - means.mean()) <= 4 * error + apart * found)


def test_simulated_queue_with_patience() -> None:
    rng = np.random.default_rng(1)
    waits, served = simulate(4, 4.2, lambda n: rng.exponential(1.0, n), patience=0.8)
    found = erlang_a(servers=4, load=4.2, service_s=1.0, patience_s=0.8, target_s=0.25)
    assert close(found.p_wait, waits > 0)
    assert close(found.p_abandon, ~served)
    assert close(found.mean_wait_s, waits)
    assert close(found.service_level, served & (waits <= 0.25))


@pytest.mark.parametrize("scv", [0.5, 2.0])
def test_simulated_lognormal_service(scv: float) -> None:
    rng, sigma = np.random.default_rng(2), math.sqrt(math.log1p(scv))
    waits, _ = simulate(6, 4.8, lambda n: rng.lognormal(-(sigma**2) / 2, sigma, n))
    found = mean_wait_lognormal(servers=6, load=4.8, service_s=1.0, scv=scv)
    assert close(found, waits, apart=0.02)


def test_ciw_agrees() -> None:
    """Ten runs of ciw with reneging, 3,000 customers each after 600 others."""
    queue = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=3.2)],
        service_distributions=[ciw.dists.Exponential(rate=1.0)],
        reneging_time_distributions=[ciw.dists.Exponential(rate=0.5)],
        number_of_servers=[3],
    )
    shares = []
    for seed in range(10):
        ciw.seed(seed)
        simulation = ciw.Simulation(queue)
        simulation.simulate_until_max_customers(3_600, method="Arrive")
        records = [r for r in simulation.get_all_records() if r.id_number > 600]
        left = np.array([r.record_type == "renege" for r in records])
        wait = np.array([r.waiting_time for r in records])
        shares.append([left.mean(), wait.mean(), (~left & (wait <= 0.5)).mean()])
    found = erlang_a(servers=3, load=3.2, service_s=1.0, patience_s=2.0, target_s=0.5)
    half = 3.69 * np.std(shares, axis=0, ddof=1) / math.sqrt(10)  # Student, 9 d.f., 99.5 %
    off = np.mean(shares, axis=0) - [found.p_abandon, found.mean_wait_s, found.service_level]
    assert np.all(np.abs(off) <= half)


# Processor sharing and the batch server


def engine(
    rate: float, fixed: float, shared: float, most: float, work: np.ndarray, seed: int = 7
) -> tuple[float, float]:
    """Simulate requests that each do 1 / (fixed + n shared) a second, n at a time; mean time, wait.

    All in the batch advance alike, so each ends when their common progress reaches its mark.
    """
    rng = np.random.default_rng(seed)
    arrivals = np.cumsum(rng.exponential(1 / rate, len(work)))
    now, progress, batch, line, done, began = 0.0, 0.0, [], [], np.zeros(len(work)), {}
    coming = 0
    while coming < len(work) or batch:
        each = fixed + len(batch) * shared
        end = now + (batch[0][0] - progress) * each if batch else np.inf
        if coming < len(work) and arrivals[coming] <= end:
            progress += (arrivals[coming] - now) / each if batch else 0.0
            now = arrivals[coming]
            heapq.heappush(line, coming)
            coming += 1
        else:
            now, progress = end, batch[0][0]
            done[heapq.heappop(batch)[1]] = now
        while line and len(batch) < most:
            i = heapq.heappop(line)
            began[i] = now
            heapq.heappush(batch, (progress + work[i], i))
    first = len(work) // 10
    waits = np.array([began[i] for i in range(len(work))]) - arrivals
    return float((done - arrivals)[first:].mean()), float(waits[first:].mean())


@pytest.mark.parametrize("law", ["constant", "exponential", "long tail"])
def test_sharing_does_not_mind_the_law(law: str) -> None:
    rng, n = np.random.default_rng(3), 120_000
    work = {
        "constant": np.ones(n),
        "exponential": rng.exponential(1.0, n),
        "long tail": rng.lognormal(-math.log(3) / 2, math.sqrt(math.log(3)), n),
    }[law]
    shared_out = processor_sharing(load=0.7, service_s=1.0)
    assert engine(0.7, 0.0, 1.0, np.inf, work)[0] == pytest.approx(shared_out, rel=0.06)
    found = batch_server(
        arrivals_per_s=1.0, output_tokens=100, ttft_s=0.0, tpot_s=0.03, tpot_per_request_s=0.007
    )
    assert found.p_wait == 0.0
    assert engine(1.0, 3.0, 0.7, np.inf, work)[0] == pytest.approx(found.mean_time_s, rel=0.04)


def test_simulated_batch_with_a_limit() -> None:
    found = batch_server(
        arrivals_per_s=0.9,
        output_tokens=100,
        ttft_s=0.0,
        tpot_s=0.03,
        tpot_per_request_s=0.007,
        max_batch=14,
    )
    runs = [
        engine(0.9, 3.0, 0.7, 14, np.random.default_rng(seed).exponential(1.0, 100_000), seed + 50)
        for seed in range(6)
    ]
    half = 4.03 * np.std(runs, axis=0, ddof=1) / math.sqrt(6)  # Student, 5 d.f., 99 %
    off = np.mean(runs, axis=0) - [found.mean_time_s, found.mean_wait_s]
    assert np.all(np.abs(off) <= half)
    assert np.all(half <= 0.2 * np.mean(runs, axis=0))


@given(
    most=st.integers(1, 300),
    use=st.floats(0.05, 0.995),
    fixed=st.floats(0.01, 10.0),
    shared=st.floats(1e-5, 5.0) | st.just(0.0),
)
def test_batch_is_the_sum_over_its_states(
    most: int, use: float, fixed: float, shared: float
) -> None:
    rate = use * most / (fixed + most * shared)
    n = np.arange(1, most + 1)
    weight = np.append(0.0, np.cumsum(np.log(rate * (fixed + n * shared) / n)))
    weight = np.exp(weight - weight.max())
    above = weight[-1] * use / (1 - use)  # all states above the limit
    total = weight.sum() + above
    inside = (weight @ np.append(0, n) + most * above) / total
    line = weight[-1] * use / (1 - use) ** 2 / total
    found = batch_server(
        arrivals_per_s=rate,
        output_tokens=1_000,
        ttft_s=fixed / 2,
        tpot_s=fixed / 2_000,
        tpot_per_request_s=shared / 1_000,
        max_batch=most,
    )
    assert found.mean_batch == pytest.approx(inside, rel=1e-8)
    assert found.mean_wait_s == pytest.approx(line / rate, rel=1e-7)
    assert found.mean_time_s == pytest.approx((inside + line) / rate, rel=1e-7)
    assert found.p_wait == pytest.approx((weight[-1] + above) / total, rel=1e-7)


def test_batch_that_does_not_slow_down_is_erlang_c() -> None:
    found = batch_server(
        arrivals_per_s=5.0,
        output_tokens=100,
        ttft_s=1.0,
        tpot_s=0.02,
        tpot_per_request_s=0.0,
        max_batch=np.array([15, 16, 40]),
    )
    queue = {"servers": np.array([15, 16, 40]), "load": 15.0}
    assert np.allclose(found.p_wait, erlang_c(**queue), rtol=1e-9)
    assert np.allclose(found.mean_wait_s, mean_wait(**queue, service_s=3.0), rtol=1e-9)


def test_batch_past_its_knee() -> None:
    engine_of = {"output_tokens": 100, "ttft_s": 0.5, "tpot_s": 0.02, "tpot_per_request_s": 0.001}
    knee = np.array([1 / 0.1, 50 / (2.5 + 50 * 0.1)])
    most = np.array([np.inf, 50])
    below = batch_server(arrivals_per_s=0.999 * knee, **engine_of, max_batch=most)
    assert np.all(np.isfinite(below.mean_time_s))
    past = batch_server(arrivals_per_s=1.001 * knee, **engine_of, max_batch=most)
    assert past.mean_time_s.tolist() == [np.inf, np.inf]
    assert past.p_wait.tolist() == [1.0, 1.0]


# The case file


def test_case_file(record_property: Callable[[str, object], None]) -> None:
    report = run("queueing", CASES)
    record_property("figure", f"accuracy {report}")
    assert report.passed
    with CASES.open() as file:
        total = len(list(csv.DictReader(file)))
    held = {part.name: len(part.errors) for part in report.parts}
    models = ("M/M/c", "Erlang A", "mean wait of M/G/c", "M/G/1-PS")
    assert sum(held[name] for name in models) == total
    assert not any(part.left_out for part in report.parts)


@pytest.mark.parametrize(
    ("case", "column", "text", "said"),
    [
        (
            "p005",
            "p_wait",
            "0.48761060900593",
            "case p005: p_wait 0.487610608006 instead of 0.48761060900593",
        ),
        ("p020", "log10_p_wait", "-501.346548029", "case p020: log10_p_wait -501.346548028"),
        ("p010", "mean_wait_s", "1e9", "case p010: mean_wait_s inf instead of 1e9"),
        ("p028", "service_level", "0.720563", "case p028: service_level 0.72056149"),
        ("p034", "servers_for_80", "7", "case p034: servers_for_80 6 instead of 7"),
        ("p041", "mean_wait_s", "47", "case p041: mean_wait_s 53.2"),
    ],
)
def test_a_wrong_case_fails(tmp_path: Path, case: str, column: str, text: str, said: str) -> None:
    with CASES.open() as file:
        rows = list(csv.DictReader(file))
    next(row for row in rows if row["case_id"] == case)[column] = text
    report = run("queueing", write(tmp_path, rows))
    assert not report.passed
    assert said in str(report)


def test_a_high_median_fails(tmp_path: Path) -> None:
    with CASES.open() as file:
        rows = [row for row in csv.DictReader(file) if row["model"] == "MGc"]
    for row in rows:
        row["mean_wait_s"] = str(float(row["mean_wait_s"]) * 1.03)
    report = run("queueing", write(tmp_path, rows))
    assert not report.passed
    assert "median 0.02" in str(report)


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    with CASES.open() as file:
        rows = [row for row in csv.DictReader(file) if row["case_id"] in ("p001", "p026")]
    rows[0]["model"] = "GGc"
    rows[1]["servers_for_80"] = rows[1]["servers_for_95"] = ""
    report = run("queueing", write(tmp_path, rows))
    assert "left out: case p001: no formula for model 'GGc'" in str(report)
    assert "left out: case p026: the file states no servers_for_80 or servers_for_95" in str(report)
    assert report.passed


def write(folder: Path, rows: list[dict[str, str]]) -> Path:
    """Write a case file."""
    with (folder / "cases.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return folder / "cases.csv"
