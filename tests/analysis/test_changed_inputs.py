"""What differs between two systems, in a client's words; what only makes sense together is one."""

import pytest
from cases import written

from aicost.analysis.attribution.blend import Blend
from aicost.analysis.attribution.bridge import Bar, bridge
from aicost.analysis.attribution.changed_inputs import differences
from aicost.analysis.attribution.difference import Difference
from aicost.billing.case import Case

INFERENCE = "is: inference, input_tokens: 900, output_tokens: 200"
HAIKU = "model: anthropic/claude-haiku-4-5"
TRAFFIC = "traffic: {users: 500, requests_per_user_month: 40}\n"


def total(case: Case) -> float:
    return float(case.bill.total)


def only_bar(a: Case, b: Case) -> Bar:
    """The one bar between two cases, after checking its size."""
    (bar,) = bridge(a, b).bars
    assert bar.usd == pytest.approx(total(b) - total(a))
    return bar


def found(a: Case, b: Case) -> list[Difference]:
    return differences(Blend(a.scenario, b.scenario), b.book)


def piped(*stages: str) -> Case:
    """Load a system of stages, one a line."""
    return written(f"{TRAFFIC}pipeline:\n" + "".join(f"  {stage}\n" for stage in stages))


# ---- each by itself


@pytest.mark.parametrize(
    ("one", "other", "label", "numeric"),
    [
        ("retry: 2 %", "retry: 3 %", "answer: retry 2 % → 3 %", True),
        ("repeat: 1", "repeat: 1.5", "answer: repeat 1 → 1.5", True),
        ("batch: no", "batch: yes", "answer: batch no → yes", False),
        (
            "turns: {p50: 2, p95: 4}",
            "turns: {p50: 2, p95: 9}",
            "answer: turns 2.19 on average (p95 4) → 3.04 on average (p95 9)",
            True,
        ),
    ],
)
def test_a_change_says_from_what_to_what(one: str, other: str, label: str, numeric: bool) -> None:
    a, b = (piped(f"answer: {{{INFERENCE}, {HAIKU}, {keys}}}") for keys in (one, other))
    (change,) = found(a, b)
    assert (change.label, change.numeric) == (label, numeric)
    assert change.group == "answer"


def test_what_carries_no_money_is_no_input() -> None:
    keys = "streams: no, ttft: 2, tpot: 0.1, limits: {requests_per_minute: 5}"
    a = piped(f"answer: {{{INFERENCE}, {HAIKU}}}")
    b = piped(f"answer: {{{INFERENCE}, {HAIKU}, {keys}}}")
    assert found(a, b.at({"users": 500.0})) == []


def test_what_a_stage_is_billed_under_moves_the_lines_that_are_shares_of_others() -> None:
    review = "people: {is: human_review, when: after_answer, minutes: 2, role: us/paralegal%s}"
    tax = "other: {tax: {share_of_lines: 10 %}}\n"
    a, b = (
        written(
            f"{TRAFFIC}{tax}pipeline:\n  answer: {{{INFERENCE}, {HAIKU}}}\n  {review % under}\n"
        )
        for under in ("", ", billed_as: other")
    )
    assert only_bar(a, b).usd > 0  # a share of all lines leaves out what people are paid


def test_a_profile_of_its_own_hours() -> None:
    hours = [", ".join([f"{n}", *["1"] * 23]) for n in (2, 3)]
    a, b = (
        written(
            f"traffic: {{users: 5, requests_per_user_month: 4, profile: [{day}]}}\n"
            f"pipeline: {{answer: {{{INFERENCE}, {HAIKU}}}}}\n"
        )
        for day in hours
    )
    labels = [change.label for change in found(a, b)]
    assert len(labels) == 1
    assert labels[0].startswith("profile")


# ---- inputs that only make sense together


def test_a_stage_and_the_pool_it_moves_to() -> None:
    a = written(f"{TRAFFIC}pipeline: {{answer: {{{INFERENCE}, {HAIKU}}}}}")
    b = written(
        f"{TRAFFIC}pipeline: {{answer: {{{INFERENCE}, pool: gpus}}}}\n"
        "pools: {gpus: {price_per_hour: 2.5, carries: 100}}"
    )
    label = only_bar(a, b).label
    assert "pool none → gpus" in label
    assert "gpus: not in the plan" in label


@pytest.mark.parametrize("inner", ["{}", "{{loop: {{rounds: 2, steps: {{think: {}}}}}}}"])
def test_a_stage_that_is_new_and_the_pool_it_calls(inner: str) -> None:
    stage = inner.format(f"{{{INFERENCE}, pool: gpus}}")
    a = written(f"{TRAFFIC}other: {{rent: {{per_month: 5}}}}")
    b = written(
        f"{TRAFFIC}other: {{rent: {{per_month: 5}}}}\npipeline: {{answer: {stage}}}\n"
        "pools: {gpus: {price_per_hour: 2.5, carries: 100}}"
    )
    for before, after in ((a, b), (b, a)):
        assert len(found(before, after)) == 1
        assert bridge(before, after).difference == after.bill.total - before.bill.total


def test_names_without_a_price_between_them() -> None:
    """A model with batch prices gives way to prices of its own: no model has neither."""
    a = written(f"{TRAFFIC}pipeline: {{answer: {{{INFERENCE}, {HAIKU}, batch: yes}}}}")
    b = written(f"{TRAFFIC}pipeline: {{answer: {{{INFERENCE}, price: {{input: 1, output: 3}}}}}}")
    label = only_bar(a, b).label
    assert label.startswith("answer: ")
    assert "model anthropic/claude-haiku-4-5 → none" in label
    assert "price as listed → its own" in label


ROUTE = """
pipeline:
  answer:
    route:
      small: {{{inner}, price: {{input: 1, output: 2}}, share: {small}}}
      large: {{{inner}, price: {{input: 5, output: 20}}}}
"""


def test_a_route_is_one_input() -> None:
    plain = written(f"{TRAFFIC}pipeline: {{answer: {{{INFERENCE}, {HAIKU}}}}}")
    routed = written(TRAFFIC + ROUTE.format(inner=INFERENCE, small="70 %"))
    whole = "answer a stage of inference → a route of small, large"
    assert only_bar(plain, routed).label == whole
    half = written(TRAFFIC + ROUTE.format(inner=INFERENCE, small="50 %"))
    assert only_bar(routed, half).label == "answer/small: share 70 % → 50 %"
    turned = written(
        TRAFFIC
        + ROUTE.format(inner=INFERENCE, small="70 %")
        .replace("}, share: 70 %}", "}}")
        .replace("output: 20}}", "output: 20}, share: 40 %}")
    )
    assert "share none → 40 %" in only_bar(routed, turned).label


def test_a_loop_is_one_input() -> None:
    step = f"{{{INFERENCE}, {HAIKU}}}"
    loop = (
        "pipeline: {work: {loop: {rounds: ROUNDS, grows_tokens_per_round: 300, "
        f"steps: {{think: {step}, act: {step}}}}}}}}}"
    )
    a, b = (written(TRAFFIC + loop.replace("ROUNDS", n)) for n in ("4", "9"))
    bar = only_bar(a, b)
    assert (bar.label, bar.group, bar.paths) == ("work: rounds 4 → 9", "work", ("work.rounds",))


def test_users_against_requests() -> None:
    answer = f"pipeline: {{answer: {{{INFERENCE}, {HAIKU}}}}}\n"
    a = written("traffic: {requests_per_month: 9_000}\n" + answer)
    b = written(TRAFFIC + answer + "other: {seats: {per_user_month: 2}}")
    label = only_bar(a, b).label
    assert "users none → 500" in label
    assert "seats: not in the plan" in label


def test_stages_in_another_order() -> None:
    cache = "cache: {is: response_cache, hit_share: 40 %}"
    answer = f"answer: {{{INFERENCE}, {HAIKU}}}"
    gate = f"gate: {{{INFERENCE}, {HAIKU}, share: 50 %}}"
    bar = only_bar(piped(gate, cache, answer), piped(cache, gate, answer))
    assert bar.label == "order of the stages gate, cache, answer → cache, gate, answer"


def test_a_share_of_a_stage_of_one_side() -> None:
    """Reviews of what the check saw: nobody reviews where there is no check."""
    check = f"check: {{{INFERENCE}, {HAIKU}, share: 20 %}}"
    people = (
        "people: {is: human_review, when: after_answer, "
        "minutes: 2, share: 5 %, wage_per_hour: 30, of: check}"
    )
    answer = f"answer: {{{INFERENCE}, {HAIKU}}}"
    a, b, c = piped(answer), piped(answer, check, people), piped(answer, check)
    bars = {bar.label: bar.usd for bar in bridge(a, b).bars}
    reviews = total(b) - total(c)
    assert bars["people: not in the plan"] == pytest.approx(reviews / 2)
    assert bars["check: not in the plan"] == pytest.approx(total(c) - total(a) + reviews / 2)


def test_what_only_one_of_two_models_has_a_price_for_changes_with_it() -> None:
    sound = "model: openai/gpt-4o-transcribe, input_tokens: 0, input_audio_tokens: 6_000"
    paged = "model: mistral/mistral-ocr-latest, input_tokens: 0, fees: {input_document_page: 3}"
    kept = f"{HAIKU}, input_tokens: 9_000, output_tokens: 20, cache_read_share: 50 %"
    cases = [
        piped(f"answer: {{is: inference, {keys}}}")
        for keys in (f"{sound}, output_tokens: 500", f"{paged}, output_tokens: 0", kept)
    ]
    for a, b in zip(cases, [*cases[1:], cases[0]], strict=True):
        assert sum(bar.usd for bar in bridge(a, b).bars) == pytest.approx(total(b) - total(a))
    labels = [bar.label for bar in bridge(cases[0], cases[2]).bars]
    assert not any("model" in one and "output tokens" in one for one in labels)
