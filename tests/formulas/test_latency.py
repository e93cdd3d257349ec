"""Latency trees: against closed forms, a simulation that knows no grid, and what always holds."""

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import TESTS
from scipy import special
from scipy.stats import norm

from aicost.accuracy import run
from aicost.accuracy.pipelines import tree_of
from aicost.formulas.latency import (
    Latency,
    const,
    empirical,
    fastest,
    gamma,
    hedge,
    llm,
    lognormal,
    mixture,
    quorum,
    repeat,
    retried,
    series,
    slow_day,
    slowest,
    timeout,
)
from aicost.formulas.latency.tree import Grid
from aicost.values.quantities import Spread

Z95 = 1.6448536269514722
SHARES = [0.05, 0.25, 0.5, 0.75, 0.95, 0.99]
CASES = TESTS / "data" / "pipeline_latency_cases.csv"


def simulate(tree: dict[str, Any], rng: np.random.Generator, n: int) -> np.ndarray:
    """Draw times of a pipeline written as JSON, request by request. [ms]"""
    kind, it = next(iter(tree.items()))

    def drawn(node: dict[str, Any], times: int = 1) -> np.ndarray:
        return np.array([simulate(node, rng, n) for _ in range(times)])

    if kind == "lognormal":
        return it[0] * (it[1] / it[0]) ** (rng.standard_normal(n) / Z95)
    if kind == "const":
        return np.full(n, float(it))
    if kind == "llm":
        ttft, tokens, tpot = (
            simulate({"lognormal": it[key]}, rng, n) for key in ("ttft", "tokens", "tpot")
        )
        return ttft + np.maximum(tokens - 1, 0) * tpot
    if kind in ("series", "all", "any"):
        join = {"series": np.sum, "all": np.max, "any": np.min}[kind]
        return join([simulate(part, rng, n) for part in it], axis=0)
    if kind == "quorum":
        return np.sort(drawn(it["node"], it["n"]), axis=0)[it["k"] - 1]
    if kind == "branch":
        which = np.searchsorted(np.cumsum([p for p, _ in it]), rng.random(n), side="right")
        parts = [simulate(part, rng, n) for _, part in it]
        return np.choose(which, [*parts, np.zeros(n)])
    if kind == "retry":
        total, going = np.zeros(n), np.ones(n, dtype=bool)
        for attempt in range(it["max_attempts"]):
            total += going * (simulate(it["node"], rng, n) + (attempt > 0) * it["backoff"])
            going &= rng.random(n) < it["p_fail"]
        return total
    if kind == "timeout":
        call, fallback = simulate(it["node"], rng, n), simulate(it["fallback"], rng, n)
        return np.where(call <= it["after"], call, it["after"] + fallback)
    if kind == "hedge":
        first, second = drawn(it["node"], 2)
        return np.minimum(first, it["after"] + second)
    if kind == "repeat":
        count = rng.choice(it["counts"], size=n, p=it["p"])
        each = drawn(it["node"], max(it["counts"]))
        return (each * (np.arange(len(each))[:, None] < count)).sum(axis=0)
    assert kind == "shared"
    return simulate({"lognormal": it["factor"]}, rng, n) * simulate(it["node"], rng, n)


CALL = {"lognormal": [1_500, 4_500]}
SMALL = {"lognormal": [400, 1_100]}
PIPELINES: dict[str, dict[str, Any]] = {
    "assistant": {
        "series": [
            {"lognormal": [20, 60]},
            {
                "branch": [
                    [
                        0.7,
                        {
                            "series": [
                                {"all": [{"lognormal": [50, 160]}, {"lognormal": [60, 240]}]},
                                {
                                    "retry": {
                                        "node": {
                                            "llm": {
                                                "ttft": [400, 1_200],
                                                "tokens": [200, 700],
                                                "tpot": [15, 30],
                                            }
                                        },
                                        "p_fail": 0.05,
                                        "max_attempts": 3,
                                        "backoff": 250,
                                    }
                                },
                                {"branch": [[0.3, CALL]]},
                                {"branch": [[0.02, {"lognormal": [60_000, 240_000]}]]},
                            ]
                        },
                    ]
                ]
            },
        ]
    },
    "guarded": {
        "timeout": {
            "node": {"series": [SMALL, CALL]},
            "after": 4_000,
            "fallback": {"any": [SMALL, SMALL]},
        }
    },
    "hedged twice": {"hedge": {"node": {"hedge": {"node": CALL, "after": 2_000}}, "after": 3_000}},
    "votes": {
        "series": [{"quorum": {"node": {"series": [SMALL, CALL]}, "k": 3, "n": 5}}, {"const": 80}]
    },
    "agent": {
        "shared": {
            "factor": [1, 1.8],
            "node": {
                "repeat": {
                    "node": {"series": [CALL, SMALL]},
                    "counts": [0, 1, 4],
                    "p": [0.1, 0.5, 0.4],
                }
            },
        }
    },
    "slow hedge": {
        "shared": {
            "factor": [1.2, 3],
            "node": {"timeout": {"node": CALL, "after": 3_000, "fallback": {"const": 50}}},
        }
    },
}


@pytest.mark.parametrize("name", PIPELINES)
def test_agrees_with_a_simulation(name: str) -> None:
    n, tree = 400_000, tree_of(PIPELINES[name])
    draws = np.sort(simulate(PIPELINES[name], np.random.default_rng(20261123), n)) / 1e3
    for share in SHARES:
        rank, noise = share * n, 5 * np.sqrt(n * share * (1 - share))
        low, high = (draws[int(np.clip(rank + d, 0, n - 1))] for d in (-noise - 1, noise + 1))
        assert low * (1 - 1e-4) <= tree.quantile(share) <= high * (1 + 1e-4), share
        middle = float(draws[int(rank)])
        assert abs(tree.within(middle) - np.mean(draws <= middle)) < 5e-3
    assert abs(tree.mean - draws.mean()) < 5 * draws.std() / np.sqrt(n) + tree.mean_error
    assert tree.mean_error < 1e-4 * tree.mean


@pytest.mark.parametrize("error", [1.0, 1.001])
def test_reference_cases(
    error: float, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with CASES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for column in row:
            if column.startswith("grid_") and row[column]:
                row[column] = str(float(row[column]) * error)
    with (tmp_path / "cases.csv").open("w", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, [*rows[0]]).writerows(
            [dict(zip(rows[0], rows[0], strict=True)), *rows]
        )
    report = run("pipelines", tmp_path / "cases.csv")
    assert report.passed == (error == 1.0)
    assert sum(len(part.errors) for part in report.parts) == 4 * len(rows)
    if error == 1.0:
        record_property("figure", f"accuracy {report}")
    else:
        assert "case m001 single lognormal, p50: 600" in str(report)


def test_an_unknown_node_is_refused() -> None:
    with pytest.raises(ValueError, match="no pipeline node 'normal'; there is lognormal, gamma"):
        tree_of(json.loads('{"normal": [1, 2]}'))


def test_closed_forms() -> None:
    ten = series(*[gamma(p50=0.5, p95=1.2)] * 10)
    ratio = special.gammaincinv(1.0, 0.95) / special.gammaincinv(1.0, 0.5)
    exponential = gamma(p50=np.log(2), p95=np.log(2) * ratio)
    erlang = special.gammaincinv(10.0, SHARES)
    assert np.allclose(series(*[exponential] * 10).quantile(SHARES), erlang, rtol=1e-5)
    assert np.isclose(slowest(*[exponential] * 4).mean, 1 + 1 / 2 + 1 / 3 + 1 / 4, rtol=1e-6)
    assert np.isclose(quorum(exponential, k=2, n=4).mean, 1 / 4 + 1 / 3, rtol=1e-6)
    assert np.isclose(fastest(*[exponential] * 4).quantile(0.5), np.log(2) / 4, rtol=1e-5)
    assert np.isclose(ten.mean, 10 * gamma(p50=0.5, p95=1.2).mean, rtol=1e-12)
    wide, sigma = lognormal(p50=1, p95=25), np.log(25) / Z95
    larger = slowest(wide, wide)
    expected = 2 * wide.mean * special.ndtr(sigma / np.sqrt(2))
    assert abs(larger.mean - expected) <= larger.mean_error + 1e-6
    both = slow_day(lognormal(p50=2, p95=6), factor=Spread(p50=1, p95=2))
    spread = np.hypot(np.log(3), np.log(2))
    assert np.allclose(both.quantile(SHARES), 2 * np.exp(special.ndtri(SHARES) * spread / Z95))


def test_seconds_before_minutes_lose_neither() -> None:
    model, person = lognormal(p50=2, p95=6), lognormal(p50=600, p95=1_800)
    whole = series(model, mixture([0.1], [person]))
    alone = model.quantile(0.4 / 0.9)
    assert np.isclose(whole.quantile(0.4), alone, rtol=1e-5)
    assert whole.mean == pytest.approx(model.mean + 0.1 * person.mean, rel=1e-12)
    assert 550 < whole.quantile(0.95) < 650
    assert np.isclose(model.within(alone), 0.4 / 0.9, atol=1e-6)


@pytest.mark.parametrize(
    ("tree", "seconds"),
    [
        (const(3), 3),
        (series(const(0.1), const(0.2), const(0.3)), 0.6),
        (slowest(const(2), const(3)), 3),
        (repeat(const(0.37), counts=[3], shares=[1]), 1.11),
        (timeout(const(9), after_s=3, fallback=const(0.05)), 3.05),
        (hedge(const(3), after_s=1), 3),
        (empirical([0.7, 0.7]), 0.7),
        (slow_day(const(2), factor=Spread(p50=1.5, p95=1.5)), 3),
        (llm(const(1), tokens=Spread(p50=101, p95=101), tpot=Spread(p50=0.02, p95=0.02)), 3),
        (llm(const(1), tokens=Spread(p50=1, p95=1), tpot=Spread(p50=0.02, p95=0.04)), 1),
        (mixture([0], [const(5)]), 0),
    ],
)
def test_times_that_are_always_the_same(tree: Latency, seconds: float) -> None:
    assert np.allclose(tree.quantile(SHARES), seconds, rtol=2e-4)
    assert np.isclose(tree.mean, seconds, rtol=2e-4)


@pytest.mark.parametrize("fewest", [0, 3, 40])
def test_cutting_faint_waves_of_many_rounds_short_is_not_seen(fewest: int) -> None:
    counts = np.arange(fewest, 227)
    shares = np.random.default_rng(1).dirichlet(np.ones(counts.size))
    one, grid = lognormal(p50=1.5, p95=4.5), Grid(400.0)
    found = grid.waves(repeat(one, counts=counts.tolist(), shares=shares.tolist()))
    once = grid.waves(one)
    whole = sum(share * once**k for k, share in zip(counts.tolist(), shares, strict=True))
    assert np.max(np.abs(found - whole)) < 1e-13


def test_samples_are_kept_as_measured() -> None:
    samples = np.random.default_rng(1).lognormal(0, 0.8, 4_999)
    measured = empirical(samples)
    expected = np.quantile(samples, SHARES, method="inverted_cdf")
    assert np.allclose(measured.quantile(SHARES), expected, rtol=5e-4)
    assert np.isclose(series(measured, const(1)).mean, samples.mean() + 1)
    assert measured == empirical(samples[::-1])
    assert measured != empirical(samples + 1)


@pytest.mark.parametrize(
    ("build", "why"),
    [
        (lambda: lognormal(p50=2, p95=1), "p50 has to be above 0 and p95 no lower"),
        (lambda: gamma(p50=1, p95=1.001), "outside 1.002 to 1e20"),
        (lambda: const(-1), "0 or more"),
        (lambda: empirical([]), "one or more times"),
        (lambda: series(), "give one latency or more"),
        (lambda: quorum(const(1), k=3, n=2), "3 of 2"),
        (lambda: mixture([0.7, 0.4], [const(1), const(2)]), "their sum at most 1"),
        (lambda: mixture([0.7], [const(1), const(2)]), "1 shares for 2 parts"),
        (lambda: repeat(const(1), counts=[1, 2], shares=[0.5, 0.4]), "with a sum of 1"),
        (lambda: repeat(const(1), counts=[1.5], shares=[1]), "a whole number"),
        (lambda: retried(const(1), retry=1.1, tries=2), "retry 1.1"),
        (lambda: hedge(const(1), after_s=-1), "a wait of -1 s"),
        (lambda: const(1).quantile(1), "not a quantile"),
    ],
)
def test_refusals(build: Callable[[], object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        build()


STAGES = st.builds(
    lambda p50, ratio, make: make(p50=p50, p95=p50 * ratio),
    st.floats(1e-3, 1e3),
    st.floats(1.05, 12),
    st.sampled_from([lognormal, gamma]),
)


def _joined(inner: st.SearchStrategy[Latency]) -> st.SearchStrategy[Latency]:
    some, part, wait = st.lists(inner, min_size=1, max_size=3), st.floats(0, 1), st.floats(0, 50)
    return st.one_of(
        some.map(lambda parts: series(*parts)),
        some.map(lambda parts: slowest(*parts)),
        some.map(lambda parts: fastest(*parts)),
        st.builds(lambda p, x: mixture([p], [x]), part, inner),
        st.builds(lambda p, x: retried(x, retry=p, tries=3, backoff_s=1), part, inner),
        st.builds(lambda d, x, y: timeout(x, after_s=d, fallback=y), wait, inner, inner),
        st.builds(lambda d, x: hedge(x, after_s=d), wait, inner),
    )


TREES = st.recursive(STAGES, _joined, max_leaves=6)
FEW = settings(max_examples=30)


def quantiles(tree: Latency, shares: Sequence[float] = SHARES) -> np.ndarray:
    """Several quantiles at once. [s]"""
    return np.asarray(tree.quantile(shares))


@FEW
@given(st.lists(TREES, min_size=1, max_size=3))
def test_means_add_up(parts: list[Latency]) -> None:
    assert series(*parts).mean == pytest.approx(sum(part.mean for part in parts), rel=1e-9)


@FEW
@given(st.lists(TREES, min_size=1, max_size=3))
def test_slowest_is_no_faster_than_each_and_fastest_no_slower(parts: list[Latency]) -> None:
    last, first = quantiles(slowest(*parts)), quantiles(fastest(*parts))
    for part in parts:
        own = quantiles(part)
        assert np.all(last >= own * (1 - 1e-3))
        assert np.all(first <= own * (1 + 1e-3))


@FEW
@given(TREES, st.lists(st.floats(0.001, 0.999), min_size=2, max_size=8))
def test_quantiles_rise(tree: Latency, shares: list[float]) -> None:
    found = quantiles(tree, sorted(shares))
    assert np.all(np.diff(found) >= 0)
    assert np.all(found >= 0)


@FEW
@given(TREES, st.floats(0, 1))
def test_a_cache_that_takes_no_time_never_raises_the_mean(tree: Latency, hit: float) -> None:
    cached = mixture([1 - hit], [tree])
    assert cached.mean <= tree.mean * (1 + 1e-12)
    assert cached.mean == pytest.approx((1 - hit) * tree.mean, rel=1e-9)
    # each is off by up to a thousandth
    assert np.all(quantiles(cached) <= quantiles(tree) * (1 + 2e-3))


@FEW
@given(TREES)
def test_one_try_is_the_call_itself(tree: Latency) -> None:
    own = quantiles(tree)
    assert np.allclose(quantiles(retried(tree, retry=0.3, tries=1)), own, rtol=1e-3)
    assert np.allclose(quantiles(slow_day(tree, factor=Spread(p50=2, p95=2))), 2 * own, rtol=1e-3)


@pytest.mark.parametrize("after_s", [0.1, 0.4938, 1.5])
@pytest.mark.parametrize("other", [(3.127, 459.4), (30.0, 60.0)])
def test_a_timeout_far_shorter_than_what_it_falls_back_to(
    after_s: float, other: tuple[float, float]
) -> None:
    """F is that of the call until then, and of the fallback for what is late: in closed form."""

    def share(t: float, p50: float, p95: float) -> float:
        return float(norm.cdf(np.log(max(t, 1e-9) / p50) * norm.ppf(0.95) / np.log(p95 / p50)))

    found = timeout(lognormal(0.2953, 0.9013), after_s, lognormal(*other))
    in_time = share(after_s, 0.2953, 0.9013)
    for quantile in (0.5, 0.95, 0.99):
        t = float(found.quantile(quantile))
        late = (1 - in_time) * share(t - after_s, *other)
        exact = share(t, 0.2953, 0.9013) if t < after_s else in_time + late
        assert exact == pytest.approx(quantile, abs=1e-6)
