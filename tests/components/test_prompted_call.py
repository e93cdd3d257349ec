"""What a call holds beside its text: thoughts, tools, pictures, sound and video."""

from pathlib import Path

import numpy as np
import pytest
from cases import written
from hypothesis import given, settings
from hypothesis import strategies as st
from small_systems import bill_of, line, system

from aicost.billing.bill import Bill
from aicost.billing.case import Case
from aicost.components.modalities import MEDIA
from aicost.scenario.checks import warnings
from aicost.scenario.problems import ScenarioError
from aicost.scenario.scenario import steps
from aicost.timing.call_times import timed
from aicost.values.quantities import Spread

OWN = "price: {input: 2, output: 10}"
TEXT = "input_tokens: 1_000, output_tokens: 150"


def case_of(fields: str) -> Case:
    text = "traffic: {requests_per_month: 1_000}\npipeline:\n"
    return written(f"{text}  a: {{is: inference, {fields}}}\n")


def refusals(fields: str) -> list[str]:
    with pytest.raises(ScenarioError) as error:
        case_of(fields)
    return [str(problem) for problem in error.value.problems]


# ---- thoughts


def test_thoughts_are_paid_for_as_output_on_a_line_of_their_own() -> None:
    before = case_of(f"model: google/gemini-2.5-pro, {TEXT}").bill
    thought = case_of(f"model: google/gemini-2.5-pro, {TEXT}, thinking_tokens: 8_000").bill
    assert float(before.total) == pytest.approx(2.75)
    assert float(thought.total) == pytest.approx(82.75)
    (line_of_it,) = [c for c in thought.charges if c.bucket == "thinking" and c.usd]
    assert float(line_of_it.usd) == pytest.approx(80)
    assert line_of_it.driver == "tokens out"


@given(st.floats(0, 1e6), st.floats(0, 1e6))
@settings(max_examples=25, deadline=None)
def test_a_thought_costs_what_a_word_costs(thought: float, shown: float) -> None:
    case = case_of(f"{OWN}, input_tokens: 10, output_tokens: 1, thinking_tokens: 1")
    bills = [
        case.at({"a.thinking_tokens": a, "a.output_tokens": b}).bill.total
        for a, b in ((thought, shown), (shown, thought))
    ]
    assert float(bills[0]) == pytest.approx(float(bills[1]), rel=1e-12)


def test_a_model_may_have_a_price_of_its_own_for_thoughts() -> None:
    bill = case_of(f"model: perplexity/sonar-deep-research, {TEXT}, thinking_tokens: 1_000").bill
    assert [float(c.price.usd) for c in bill.charges if c.bucket == "thinking"] == [3]
    own = "price: {input: 2, output: 10, output_reasoning: 4}"
    stated = case_of(f"{own}, {TEXT}, thinking_tokens: 1_000").bill
    assert [float(c.usd) for c in stated.charges if c.bucket == "thinking"] == [4]


def test_what_is_not_said_or_is_nothing_has_no_line() -> None:
    plain, zero = (case_of(f"{OWN}, {TEXT}{more}").bill for more in ("", ", thinking_tokens: 0"))
    assert [c.item for c in plain.charges] == [c.item for c in zero.charges] == ["input", "output"]
    assert plain.total == zero.total


def test_the_usual_stands_in_only_where_a_file_says_unknown() -> None:
    silent = case_of(f"{OWN}, {TEXT}")
    assert silent.scenario.get("a.thinking_tokens") == 0
    asked = case_of(f"{OWN}, {TEXT}, thinking_tokens: unknown").scenario
    assert isinstance(asked.get("a.thinking_tokens"), Spread)
    assert asked.stage("a").basis("thinking_tokens") == "assumed"
    assert silent.at({"a.thinking_tokens": "unknown"}).bill.total > silent.bill.total


def test_the_first_word_comes_behind_the_thoughts() -> None:
    times = "ttft: 1, tpot: 0.02, streams: yes"
    plain, thought = (
        timed(case_of(f"{OWN}, {TEXT}, {times}, thinking_tokens: {n}")).scenario.stage("a").call()
        for n in (0, 500)
    )
    assert thought.first.mean == pytest.approx(1 + 500 * 0.02)
    assert thought.done.mean - plain.done.mean == pytest.approx(500 * 0.02)
    assert thought.writing.mean == pytest.approx(plain.writing.mean)


def test_thoughts_count_against_limits_and_window() -> None:
    text = f"{OWN}, {TEXT}, limits: {{tokens_per_minute: 10_000}}"
    demand = {}
    for n in (0, 3_000):
        case = case_of(f"{text}, thinking_tokens: {n}")
        ((stage, flow),) = steps(case.point.scenario, case.point.scenario.requests())
        demand[n] = stage.demand(flow), stage.largest(flow)
    assert demand[3_000][0].tokens_per_call - demand[0][0].tokens_per_call == 3_000
    assert demand[3_000][1] - demand[0][1] == 3_000


# ---- tools


def test_tools_are_sent_with_every_call_of_every_round(tmp_path: Path) -> None:
    step = f"{{is: inference, {OWN}, {TEXT}, tools: {{count: 20, tokens_each: 600}}}}"
    text = system(f"w: {{loop: {{rounds: 4, steps: {{think: {step}}}}}}}", corpus="")
    read = line(bill_of(text, tmp_path), "input")
    assert float(read.quantity) == pytest.approx(5_000 * 4 * (1_000 + 12_000) / 1e6)


def test_tools_are_cached_like_the_rest_and_make_a_call_large(tmp_path: Path) -> None:
    tools = "tools: {count: 10, tokens_each: 12_000}, cache_read_share: 50 %"
    answer = f"is: inference, model: anthropic/claude-haiku-5-5, {TEXT}, {tools}"
    text = system(f"answer: {{{answer}}}", users="100_000", corpus="")  # never cold
    bill = bill_of(text, tmp_path)
    cached = [c for c in bill.charges if c.bucket == "cache_read"]
    above = [c for c in cached if "above 100k" in c.item]
    assert float(sum(c.quantity for c in above)) == pytest.approx(5e6 * 121_000 * 0.5 / 1e6)


def test_tools_are_counted_as_each_model_writes_them() -> None:
    tools = "tools: {count: 10, tokens_each: 500}"
    case = case_of(f"model: openai/gpt-6-sol, {TEXT}, {tools}")
    other = case.at({"a.model": "anthropic/claude-sonnet-5-5"}).point.scenario.stage("a")
    assert other.tool_ratio > other.token_ratio > 1
    assert case.scenario.stage("a").tool_ratio == 1


# ---- pictures, sound and video


def test_pictures_are_never_billed_as_text() -> None:
    model = "model: google/gemini-2.5-flash-image, input_tokens: 0"
    (said,) = refusals(f"{model}, output_tokens: 1_290")
    assert "output_image, $30.00 per Mtok" in said
    assert "write output_image_tokens: …" in said
    bill = case_of(f"{model}, output_tokens: 0, output_image_tokens: 1_290").bill
    assert float(bill.total) == pytest.approx(1_000 * 1_290 * 30 / 1e6)
    as_text = case_of(f"{model}, output_tokens: 1_290, output_image_tokens: 0").bill
    assert float(as_text.total) == pytest.approx(1_000 * 1_290 * 2.5 / 1e6)


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        ("openai/gpt-audio", ["input_audio_tokens", "output_audio_tokens"]),
        ("openai/gpt-4o-transcribe", ["input_audio_tokens"]),
        ("openai/gpt-4o-audio-preview", ["input_audio_tokens", "output_audio_tokens"]),
        ("openai/gpt-image-2", ["input_image_tokens"]),
        ("google/gemini-omni-1.1-flash", ["output_video_tokens"]),
        (
            "google/gemini-live-2.5-flash",
            [f"{name}_tokens" for name in ("input_audio", "input_image", "input_video")]
            + ["output_audio_tokens"],
        ),
        ("aws/amazon.nova-sonic-v1:0", ["input_audio_tokens", "output_audio_tokens"]),
    ],
)
def test_a_model_for_something_else_than_text_is_asked_about(model: str, asked: list[str]) -> None:
    said = refusals(f'model: "{model}", {TEXT}')
    assert sorted(one.split(": ")[1].removeprefix("a.") for one in said) == asked
    answered = ", ".join(f"{field}: 0" for field in asked)
    assert case_of(f'model: "{model}", {TEXT}, {answered}').bill.total > 0


@pytest.mark.parametrize(
    "model",
    ["google/gemini-2.5-flash", "anthropic/claude-sonnet-5-5", "google/gemini-3.8-flash-tts"],
)
def test_a_model_of_text_is_not(model: str) -> None:
    assert case_of(f"model: {model}, {TEXT}").bill.total > 0


def test_a_bucket_without_a_price_is_refused() -> None:
    (said,) = refusals(f"model: anthropic/claude-haiku-5-5, {TEXT}, input_audio_tokens: 5")
    assert "has no price of input_audio" in said
    assert "add them to input_tokens" in said
    (stated,) = refusals(f"{OWN}, {TEXT}, output_image_tokens: 5")
    assert "price.output_image" in stated


def by_bucket(bill: Bill) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for c in bill.charges:
        key = c.bucket, c.driver
        found[key] = found.get(key, 0.0) + float(c.quantity) * 1e6
    return found


@given(st.tuples(*[st.integers(1, 10**6)] * 8), st.floats(0, 1))
@settings(max_examples=25, deadline=None)
def test_the_buckets_hold_all_tokens_once(sizes: tuple[int, ...], cached: float) -> None:
    fields = [*MEDIA]
    prices = ", ".join(f"{field.removesuffix('_tokens')}: 3" for field in fields)
    named = zip([*fields, "input_tokens", "thinking_tokens"], sizes, strict=True)
    text = ", ".join(f"{field}: {n}" for field, n in named)
    case = case_of(f"price: {{input: 1, output: 2, {prices}}}, output_tokens: 7, {text}")
    found = by_bucket(case.at({"a.cache_read_share": cached}).bill)
    assert sum(found.values()) == pytest.approx(1_000 * (sum(sizes) + 7), rel=1e-9)
    assert found["sound", "tokens in"] == pytest.approx(1_000 * sizes[2], rel=1e-9)
    assert found["thinking", "tokens out"] == pytest.approx(1_000 * sizes[7], rel=1e-9)


def test_what_a_call_reads_decides_its_price_tier() -> None:
    fields = "model: google/gemini-2.5-pro, input_tokens: 150_000, output_tokens: 10"
    tools = "tools: {count: 1, tokens_each: 60_000}"
    items = [c.item for c in case_of(f"{fields}, {tools}").bill.charges if c.usd]
    assert items == ["input above 200k tokens", "output above 200k tokens"]


def test_a_million_draws_of_thoughts_are_one_array() -> None:
    drawn = case_of(f"{OWN}, {TEXT}, thinking_tokens: 100 to 900").draw(1_000)
    thought = [c for c in drawn.bill.charges if c.bucket == "thinking"]
    assert [np.shape(c.usd) for c in thought] == [(1_000,)]


# ---- other words for it


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("reasoning_tokens: 5", "write thinking_tokens: …"),
        ("thinking: 5", "write thinking_tokens: …"),
        ("reasoning: 5", "write thinking_tokens: …"),
        ("tool_tokens: 5", "write tools: {count: …, tokens_each: …}"),
        ("image_tokens: 5", "write input_image_tokens: …"),
        ("audio_tokens: 5", "write input_audio_tokens: …"),
    ],
)
def test_other_words_are_answered_with_ours(key: str, said: str) -> None:
    assert [said in one for one in refusals(f"{OWN}, {TEXT}, {key}")] == [True]


# ---- a prompt in parts

REST = "output_tokens: 200, thinking_tokens: 0, price: {input: 2, output: 10}"
PARTS = "prompt: {system: 1_000, examples: 450, question: 50}"


def test_parts_of_a_prompt_are_added_up_and_listed() -> None:
    """By hand: 1,000 calls of 1,500 tokens at $2 a million and 200 at $10."""
    case = case_of(f"{PARTS}, {REST}")
    assert float(case.bill.total) == pytest.approx(3 + 2, rel=1e-12)
    (read,) = [c for c in case.bill.charges if c.item == "input"]
    whole = next(f for f in read.count.factors if f.name == "input tokens per call")
    told = {f.name: float(f.value) for f in whole.parts}
    assert told == {"system": 1_000, "examples": 450, "question": 50}
    assert float(case.at({"a.prompt.system": "2_000"}).bill.total) == pytest.approx(7)
    assert float(case.at({"a.prompt.tools": 500}).bill.total) == pytest.approx(6)


@pytest.mark.parametrize(
    ("parts", "one"),
    [
        ("prompt: {system: 900, question: 100}", "input_tokens: 1_000"),
        ("prompt: {system: 900}, input_tokens: {p50: 90, p95: 300}", ""),
        ("prompt: {system: 900}, input_tokens: 100, counted_with: words", "input_tokens: 1_000"),
        ("prompt: {system: 900, question: 100}, turns: 4, tokens_kept_per_turn: 50", ""),
    ],
)
def test_parts_are_their_sum_wherever_it_is_looked_at(parts: str, one: str) -> None:
    """Of a model with tiers, a cache and a price of what is written to it."""
    own = "model: anthropic/claude-sonnet-4-5, output_tokens: 200, cache_read_share: 40 %"
    if not one:
        one = parts.replace("prompt: {system: 900}, ", "tools: {count: 1, tokens_each: 900}, ")
        one = one.replace("prompt: {system: 900, question: 100}", "input_tokens: 1_000")
    elif "counted_with" in parts:
        one += ", counted_with: words"
    a, b = (case_of(f"{own}, {fields}") for fields in (parts, one))
    assert float(a.bill.total) == pytest.approx(float(b.bill.total), rel=1e-12)
    (x, flow), (y, _) = (next(steps(c.point.scenario, c.scenario.requests())) for c in (a, b))
    assert float(x.largest(flow)) == pytest.approx(float(y.largest(flow)))
    assert x.worked(flow) == pytest.approx(y.worked(flow))


def test_a_kind_takes_nothing_for_what_stands_in_parts() -> None:
    head = "kind: rag-chat\ntraffic: {users: 100, requests_per_user_month: 20}\n"
    said = written(f"{head}pipeline: {{answer: {{prompt: {{system: 900, question: 40}}}}}}\n")
    assert said.scenario.get("answer.input_tokens") == 0
    set_so = written(head).at({"answer.prompt.system": 900, "answer.prompt.question": 40})
    assert float(set_so.bill.total) == pytest.approx(float(said.bill.total), rel=1e-12)


@pytest.mark.parametrize(
    ("fields", "path", "words"),
    [
        ("prompt: {system: 950, rest: 50}, input_tokens: 1_000", "a.input_tokens", "add up to"),
        (
            "prompt: {tools: 90}, tools: {count: 2, tokens_each: 40}",
            "a.prompt.tools",
            "reads tools",
        ),
        (
            "prompt: {history: 9}, turns: 3, tokens_kept_per_turn: 9",
            "a.prompt.history",
            "reads history",
        ),
    ],
)
def test_what_would_be_read_twice_is_said(fields: str, path: str, words: str) -> None:
    case = case_of(f"{fields}, {REST}")
    (told,) = [c for c in warnings(case.scenario, case.book) if c.key == path]
    assert words in str(told)


@pytest.mark.parametrize("prompt", ["500", "{}", "{system: {p50: 9, p95: 20}}", "{a b: 3}"])
def test_parts_that_are_none_are_refused(prompt: str) -> None:
    assert refusals(f"prompt: {prompt}, {REST}")
