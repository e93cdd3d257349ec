"""What a pilot says of more traffic: questions drawn from a known law, and its limits."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from aicost.formulas.reuse import repeated_next, repeated_within


def drawn(n: int, power: float, seed: int) -> np.ndarray:
    """Return n questions of a Chinese restaurant whose distinct ones grow by that power of n."""
    rng, asked, tables = np.random.default_rng(seed), np.zeros(n, int), 0
    for i in range(n):
        new = rng.random() < (power * tables + 1.0) / (i + 1.0)
        # an earlier question, each as likely as it was asked before, less the power
        while not new:
            one = asked[rng.integers(i)]
            if rng.random() < 1.0 - power / np.count_nonzero(asked[:i] == one):
                break
        asked[i] = tables if new else one
        tables += new
    return asked


def counts(asked: np.ndarray) -> dict[str, float]:
    """Return what a pilot counts."""
    often = np.unique(asked, return_counts=True)[1]
    return {"once": float((often == 1).sum()), "distinct": float(len(often)), "seen": len(asked)}


def test_the_next_request_of_a_known_law() -> None:
    """2,000 requests for 500 pages by Zipf: the share not asked for yet is known exactly."""
    chance = np.arange(1.0, 501) ** -0.9
    chance /= chance.sum()
    errors = []
    for seed in range(20):
        asked = np.random.default_rng(seed).choice(500, size=2_000, p=chance)
        pilot = counts(asked)
        new = 1 - chance[np.unique(asked)].sum()
        errors.append(1 - repeated_next(once=pilot["once"], seen=pilot["seen"]) - new)
    assert abs(np.mean(errors)) < 0.003
    assert np.max(np.abs(errors)) < 0.03


def test_questions_that_grow_by_a_power_are_carried_on() -> None:
    errors = []
    for seed in range(4):
        asked = drawn(3_000, 0.7, seed)
        said = repeated_within(**counts(asked[:500]), requests=2_750.0)
        seen, repeats = set(asked[:2_500].tolist()), []
        for one in asked[2_500:].tolist():
            repeats.append(one in seen)
            seen.add(one)
        errors.append(said - np.mean(repeats))
    assert abs(np.mean(errors)) < 0.05


def test_without_refreshing_it_is_the_mean_over_lifetimes() -> None:
    pilot = {"once": 600.0, "distinct": 750.0, "seen": 1_000.0}
    for requests in (10.0, 700.0, 1e5):
        mean, _ = quad(
            lambda u, m=requests: np.exp(-u) * repeated_within(**pilot, requests=u * m), 0, 60
        )
        said = repeated_within(**pilot, requests=requests, refreshed=False)
        assert said == pytest.approx(mean, abs=1e-3)


@settings(max_examples=40)
@given(st.integers(0, 500), st.integers(0, 200), st.integers(2, 9), st.floats(0, 1e7))
def test_a_share_is_a_share(once: int, more: int, each: int, requests: float) -> None:
    distinct, seen = max(once + more, 1), max(once + more * each, 1)
    pilot = {"once": float(once), "distinct": float(distinct), "seen": float(seen)}
    kept, fixed = (
        repeated_within(**pilot, requests=requests, refreshed=refreshed)
        for refreshed in (True, False)
    )
    assert 0.0 <= fixed <= kept + 1e-9 <= 1.0 + 2e-9
    if once < distinct and requests >= seen:
        assert kept >= repeated_next(once=pilot["once"], seen=pilot["seen"]) - 1e-9


def test_all_new_stays_new_and_all_old_stays_old() -> None:
    fresh = {"once": 50.0, "distinct": 50.0, "seen": 50.0}
    assert repeated_within(**fresh, requests=1e4) == pytest.approx(0.0, abs=1e-6)
    known = {"once": 0.0, "distinct": 50.0, "seen": 500.0}
    for refreshed in (True, False):
        assert repeated_within(**known, requests=1e4, refreshed=refreshed) == 1.0


def test_a_measured_pilot_carried_on(reference_dir, record_property) -> None:
    """banking77: counts at 1,000 requests, hits that were measured at 4,000 to 5,000."""
    with (reference_dir / "cache_measured.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["dataset"].startswith("banking77|wordllama")]
    stated = {(r["metric"], r["param"]): float(r["value"]) for r in rows}
    errors = {}
    for metric, param in stated:
        level, _, at = param.partition("@")
        if metric == "good_turing_predicted_hit" and at == "n=1000":
            early, later, late = (
                stated["hit_rate_by_volume", f"{level}@req{span}"]
                for span in ("0-100", "100-1000", "4000-5000")
            )
            once = 1_000 * (1 - stated[metric, param])
            distinct = 100 * (1 - early) + 900 * (1 - later)
            said = repeated_within(once=once, distinct=distinct, seen=1_000.0, requests=4_500.0)
            errors[level] = 100 * float(said - late)
    text = ", ".join(f"{level} {error:+.1f}" for level, error in errors.items())
    record_property("figure", f"pilot of 1,000 carried to 4,500, points by threshold: {text}")
    assert errors
    assert max(map(abs, errors.values())) < 7
