"""Every system between two: at its ends the two themselves, between them some of each."""

from itertools import combinations

import numpy as np
import pytest
from cases import sample, written
from hypothesis import given
from hypothesis import strategies as st
from places import SAMPLES

from aicost.analysis.attribution.blend import Blend, merged
from aicost.analysis.attribution.changed_inputs import differences
from aicost.billing.case import Case
from aicost.scenario.pipeline import Loop

PAIRS = list(combinations([path.stem for path in SAMPLES], 2))
KEYS = "is: inference, price: {input: 1, output: 2}, input_tokens: 900, output_tokens: 200"
CALL = f"{{{KEYS}}}"
TRAFFIC = "traffic: {users: 500, requests_per_user_month: 40}\n"


def between(a: Case, b: Case, chosen: dict) -> Case:
    return b.of(Blend(a.scenario, b.scenario).scenario(chosen))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_at_its_ends_are_the_two_themselves(one: str, other: str) -> None:
    b = sample(other)
    a = b.of(sample(one).scenario)
    keys = [k for c in differences(Blend(a.scenario, b.scenario), b.book) for k in c.keys]
    for side, end in ((False, a), (True, b)):
        found = between(a, b, dict.fromkeys(keys, side)).bill
        assert found.total == pytest.approx(end.bill.total, rel=1e-12)
        assert found.by("stage") == pytest.approx(
            {**dict.fromkeys(found.by("stage"), 0.0), **end.bill.by("stage")}, abs=1e-6
        )


def test_an_array_is_many_systems_at_once() -> None:
    a = sample("help-desk").point
    b = a.at({"users": 2 * a.usage, "corpus.documents": 5e4})
    sides = np.array([False, True])
    chosen = {"traffic.users": sides[:, None], "corpus.documents": sides}
    found = between(a, b, chosen).bill.total
    alone = [
        [
            between(a, b, {"traffic.users": bool(u), "corpus.documents": bool(d)}).bill.total
            for d in sides
        ]
        for u in sides
    ]
    np.testing.assert_allclose(found, alone, rtol=1e-12)


def test_what_is_a_group_on_one_side_alone_is_switched_whole() -> None:
    half = f"{{{KEYS}, share: 50 %}}"
    plain = written(f"{TRAFFIC}pipeline: {{answer: {CALL}}}")
    routed = written(f"{TRAFFIC}pipeline: {{answer: {{route: {{a: {CALL}, b: {half}}}}}}}")
    blend = Blend(plain.scenario, routed.scenario)
    assert blend.blocks == {"answer"}
    assert blend.names == (["answer"], ["answer"])
    assert [[s.name for s in side] for side in blend.stages("answer")] == [
        ["answer"],
        ["answer/a", "answer/b"],
    ]
    assert blend.routed("answer")
    whole = blend.scenario({"answer": True}).pipeline
    assert whole.forms == [("answer", "route")]
    assert blend.scenario({}).pipeline.forms == [("answer", "stage")]


def test_the_numbers_of_a_loop_are_its_own() -> None:
    loop = f"{{loop: {{rounds: N, grows_tokens_per_round: 300, steps: {{think: {CALL}}}}}}}"
    a, b = (written(f"{TRAFFIC}pipeline: {{work: {loop.replace('N', rounds)}}}") for rounds in "49")
    blend = Blend(a.scenario, b.scenario)
    ((name, one, other),) = blend.loops()
    assert (name, one.rounds, other.rounds) == ("work", 4, 9)
    for chosen, rounds in (({}, 4), ({"work.rounds": True}, 9)):
        (work,) = blend.scenario(chosen).pipeline.parts
        assert isinstance(work, Loop)
        assert (work.rounds.rounds, work.rounds.grows_tokens_per_round) == (rounds, 300)
    (work,) = blend.scenario({"work.rounds": np.array([False, True])}).pipeline.parts
    assert work.rounds.rounds.tolist() == [4, 9]


names = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=6)


@given(names, names)
def test_merged_holds_each_once_and_keeps_the_order_of_what_both_have(
    a: list[str], b: list[str]
) -> None:
    backbone = [name for name in a if name in b]
    found = merged(a, b, backbone)
    assert sorted(found) == sorted({*a, *b})
    assert [name for name in found if name in backbone] == backbone
    assert found == merged(b, a, backbone)


def test_environments_are_compared_by_name_and_by_what_they_are_of() -> None:
    head = f"{TRAFFIC}pipeline: {{answer: {CALL}, check: {CALL}}}\nenvironments: "
    a = written(f"{head}{{dev: {{share: 5 %, of: answer}}}}\n")
    b = written(f"{head}{{dev: {{share: 8 %}}, load: {{share: 30 %, component: inference}}}}\n")
    blend = Blend(a.scenario, b.scenario)
    found = differences(blend, a.book)
    assert [one.label for one in found] == [
        "dev: share 5 % → 8 %",
        "dev: of answer → all",
        "load: not in the plan",
    ]
    keys = [key for one in found for key in one.keys]
    for side, end in ((False, a), (True, b)):
        assert between(a, b, dict.fromkeys(keys, side)).bill.total == pytest.approx(end.bill.total)
    half = between(a, b, {"environments.load": np.array([False, True])}).bill.total
    one = float(a.bill.total) / 2.05  # of two calls alike
    assert half == pytest.approx([2.05 * one, 2.65 * one])
