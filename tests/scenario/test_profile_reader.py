"""The hours of a day: written, or those of the kind, and said either way."""

from __future__ import annotations

import pytest
from cases import written

from aicost.billing.case import Case
from aicost.scenario.kinds import kind_names, profiles
from aicost.scenario.profile_reader import usual_profile

ASKED = "traffic: {requests_per_month: 9_000}\npipeline:\n  answer:"
CALL = "{is: inference, model: openai/gpt-5.4, input_tokens: 900, output_tokens: 200}\n"


def of_kind(kind: str, profile: str = "") -> Case:
    """A system of a kind that says nothing of its hours, or what is written of them."""
    hours = f", profile: {profile}" if profile else ""
    return written(f"kind: {kind}\ntraffic: {{users: 900{hours}}}\n")


@pytest.mark.parametrize(
    ("kind", "profile"),
    [
        ("rag-chat", "office"),
        ("agent", "office"),
        ("document-review", "office"),
        ("overnight-batch", "flat"),
    ],
)
def test_a_kind_is_used_when_such_systems_are(kind: str, profile: str) -> None:
    case = of_kind(kind)
    assert case.scenario.profile == profiles()[profile]
    (row,) = [r for r in case.scenario.rows().rows if r.of == "traffic.profile"]
    assert row.cells[1:3] == (profile, "assumed")
    assert f"kind {kind}" in row.cells[3]
    assert of_kind(kind, "unknown").scenario.profile == profiles()[profile]


def test_every_kind_says_when_it_is_used() -> None:
    assert all(f"kind {kind}" in usual_profile(kind)[1].source for kind in kind_names())


def test_without_a_kind_every_hour_is_alike_and_that_is_said() -> None:
    case = written(f"{ASKED} {CALL}")
    assert case.scenario.profile == profiles()["flat"]
    assert "no kind says" in case.scenario.traffic.origins["profile"].source


def test_a_limit_is_as_near_as_the_busiest_hour_of_the_kind() -> None:
    one = of_kind("rag-chat").point.scenario
    flat = of_kind("rag-chat", "flat").point.scenario
    asked = [float(s.world.busiest_hour(s.requests()).value) for s in (one, flat)]
    weights = profiles()["office"].hours
    assert asked[0] / asked[1] == pytest.approx(max(weights) / sum(weights) * 24 * 7 / 5)


def test_what_is_written_wins() -> None:
    case = of_kind("rag-chat", "consumer")
    assert case.scenario.profile == profiles()["consumer"]
    assert case.scenario.traffic.origins["profile"].basis == "stated"
