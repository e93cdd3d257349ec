"""Fees of a call: at the book's price of a unit or at a stated one, per call and round."""

import pytest
from cases import written
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.analysis.alternatives.models import models
from aicost.analysis.alternatives.own_machines import own_machines
from aicost.analysis.attribution.bridge import bridge
from aicost.billing.case import Case
from aicost.scenario.problems import ScenarioError

HEAD = "as_of: 2026-11-23\ntraffic: {requests_per_month: 1_000}\npipeline:\n"
TEXT = "input_tokens: 1_000, output_tokens: 150, thinking_tokens: 0"
GEMINI = f"model: google/gemini-3.8-flash, {TEXT}"


def case_of(fields: str) -> Case:
    return written(f"{HEAD}  a: {{is: inference, {fields}}}\n")


def refusal(fields: str) -> str:
    with pytest.raises(ScenarioError) as error:
        case_of(fields)
    (problem,) = error.value.problems
    return str(problem)


def fees(case: Case) -> dict[str, float]:
    return {c.item: float(c.usd) for c in case.bill.charges if c.driver == "fees"}


def test_a_unit_costs_what_the_book_says() -> None:
    case = case_of(f"{GEMINI}, fees: {{web_search: 1.5}}")
    assert fees(case) == pytest.approx({"web search": 1_000 * 1.5 * 0.014})
    (found,) = [c for c in case.bill.charges if c.driver == "fees"]
    assert found.price.unit == "search"
    assert "ai.google.dev" in found.price.source


def test_the_searches_of_an_invoice() -> None:
    text = HEAD.replace("1_000", "500_000").replace("2026-11-23", "2026-08-31")
    stage = "model: google/gemini-3.7-flash, input_tokens: 8_000, output_tokens: 1_400, batch: no"
    case = written(f"{text}  enrich: {{is: inference, {stage}}}\n")
    more = case.at({"enrich.fees.web_search": "0.302308"})
    assert float(case.bill.total) == pytest.approx(5_625)
    assert float(more.bill.total - case.bill.total) == pytest.approx(2_116.156)
    back = more.at({"enrich.fees.web_search": 0})
    assert [c.item for c in back.bill.charges] == [c.item for c in case.bill.charges]


def test_a_stated_price_comes_before_the_book_and_may_have_any_name() -> None:
    said = "{web_search: {count: 1, usd_each: 0.008}, code_run: {count: 2, usd_each: 0.03}}"
    case = case_of(f"{GEMINI}, fees: {said}")
    assert fees(case) == pytest.approx({"web search": 8, "code run": 60})


def test_a_fee_is_paid_in_each_round_and_try() -> None:
    step = f"{{is: inference, {GEMINI}, retry: 50 %, tries: 2, fees: {{web_search: 1}}}}"
    case = written(f"{HEAD}  w: {{loop: {{rounds: 4, steps: {{think: {step}}}}}}}\n")
    assert fees(case) == pytest.approx({"web search": 1_000 * 1.5 * 4 * 0.014})


def test_a_machine_of_ones_own_pays_stated_fees_too() -> None:
    stage = f"is: inference, pool: box, {TEXT}, fees: {{search: {{count: 1, usd_each: 0.01}}}}"
    case = written(f"{HEAD}  a: {{{stage}}}\npools: {{box: {{price_per_hour: 2, carries: 20}}}}\n")
    assert fees(case) == pytest.approx({"search": 10})


@pytest.mark.parametrize(
    ("model", "unit", "usd"),
    [
        ("mistral/mistral-ocr-4-0", "input_document_page", 0.004),
        ("openai/whisper-1", "input_audio_hour", 0.36),
        ("openai/tts-1", "input_mchar", 15),
        ("perplexity/sonar-deep-research", "output_citation", 2e-6),
    ],
)
def test_pages_hours_and_characters(model: str, unit: str, usd: float) -> None:
    none = "input_tokens: 0, output_tokens: 0"
    case = case_of(f"model: {model}, {none}, fees: {{{unit}: 3}}")
    assert sum(fees(case).values()) == pytest.approx(1_000 * 3 * usd)
    assert float(case.bill.total) == pytest.approx(1_000 * 3 * usd)


def test_a_model_that_sells_no_tokens_says_what_to_write() -> None:
    said = refusal(f"model: mistral/mistral-ocr-4-0, {TEXT}")
    assert "write output_tokens: 0, input_tokens: 0, fees: {input_annotated_page: …} or {" in said


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("{web_serch: 1}", "has no price of web_serch; did you mean 'web_search'?"),
        ("{code_run: 1}", "it has web_search, or write code_run: {count: …, usd_each: …}"),
        ("{request: 1}", "the fee of each request is on the bill by itself; remove it"),
        ("{input: 1}", "tokens are no fee; write input_tokens: …"),
        ("{output_reasoning: 1}", "write thinking_tokens: …"),
        ("{cache_write_5m: 1}", "write cache_write_share: …"),
        ("3", "needs names of its own; write fees: {NAME: …}"),
        ("{code_run: {usd_each: 1}}", "a.fees.code_run.count: it is missing"),
        ("{'code.run': 1}", "no name for it"),
        ("{web_search: -1}", "a.fees.web_search.count"),
        ("{web_search: {counts: 1}}", "did you mean 'count'?"),
    ],
)
def test_what_cannot_be_priced_is_refused_with_what_can(said: str, words: str) -> None:
    with pytest.raises(ScenarioError) as error:
        case_of(f"{GEMINI}, fees: {said}")
    assert words in str(error.value)


def test_a_contract_without_a_model_needs_a_price() -> None:
    own = f"price: {{input: 1, output: 2}}, {TEXT}"
    assert "it has no price; write web_search: {count" in refusal(f"{own}, fees: {{web_search: 1}}")


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("web_search: 2", "write fees: {web_search: …}"),
        ("pages: 2", "write fees: {input_document_page: …}"),
    ],
)
def test_other_words_are_answered_with_ours(key: str, said: str) -> None:
    assert said in refusal(f"{GEMINI}, {key}")


@given(st.floats(0, 1e3), st.floats(0, 1e3))
@settings(max_examples=25, deadline=None)
def test_fees_add_to_a_bill_and_change_no_other_line(one: float, other: float) -> None:
    case = case_of(f"{GEMINI}, fees: {{web_search: 1, code_run: {{count: 1, usd_each: 0.5}}}}")
    plain = case_of(GEMINI).bill
    there = case.at({"a.fees.web_search": one, "a.fees.code_run": other}).bill
    tokens = [float(c.usd) for c in there.charges if c.driver != "fees"]
    assert tokens == [float(c.usd) for c in plain.charges]
    expected = 1_000 * (one * 0.014 + other * 0.5)
    assert float(there.total - plain.total) == pytest.approx(expected, abs=1e-9)


def test_a_comparison_leaves_out_models_without_the_fee() -> None:
    case = case_of(f"{GEMINI}, fees: {{web_search: 1}}")
    found = list(models(case, "a").frame["model"])
    assert {"google/gemini-3.8-flash", "openai/gpt-6-sol"} <= {*found}
    assert "deepseek/deepseek-flash" not in found


def test_a_bridge_names_the_fee_that_is_new() -> None:
    plan, billed = case_of(GEMINI), case_of(f"{GEMINI}, fees: {{web_search: 2}}")
    steps = bridge(plan, billed).rows()
    assert "a.fees: web search 0 → 2" in [row.cells[0] for row in steps.rows]


def test_an_hour_of_sound_has_one_name_whatever_a_list_calls_it() -> None:
    none = "model: openai/whisper-1, input_tokens: 0, output_tokens: 0"
    for name in ("audio_hour", "input_audio_hour"):
        assert float(case_of(f"{none}, fees: {{{name}: 5}}").bill.total) == pytest.approx(1_800)
    said = refusal(f"{none}, fees: {{audio_hour: 5, input_audio_hour: 5}}")
    assert "another name of audio_hour, and would be billed twice; keep one of the two" in said
    offered = refusal(f"model: openai/whisper-1, {TEXT}")
    assert "fees: {audio_hour: …}" in offered
    assert "input_audio_hour" not in offered
    kept = refusal(f"{none}, fees: {{audio_hour: 5}}, cache_read_share: 50 %")
    assert kept.endswith("a.cache_read_share: openai/whisper-1 sells no text to keep; leave it out")


# ---- a call that is paid by itself alone

ALONE = "price: {request: 0.0192}"


def test_a_call_that_is_paid_by_the_request_says_no_tokens() -> None:
    case = case_of(ALONE)
    (line,) = case.bill.charges
    assert (line.item, float(line.usd)) == ("request fee", pytest.approx(19.2))
    assert float(case_of("price: {request: 0 to 0.0384}").draw().bill.total.mean()) > 0


@pytest.mark.parametrize(
    "fields",
    [
        f"{ALONE}, input_tokens: 500",
        f"{ALONE}, tools: {{count: 3, tokens_each: 100}}",
        f"{ALONE}, input_tokens: 0, output_tokens: 20",
    ],
)
def test_tokens_that_are_said_have_a_price_or_are_free(fields: str) -> None:
    with pytest.raises(ScenarioError, match=r"a\.price\.input: it is missing; .* 0 if it is free"):
        case_of(fields)


@pytest.mark.parametrize("price", ["{}", "{request: 0.02, output: 2}", "{cache_read: 1}"])
def test_another_price_asks_for_tokens(price: str) -> None:
    with pytest.raises(ScenarioError, match=r"a\.input_tokens: it is missing"):
        case_of(f"price: {price}")


def test_no_model_is_free_beside_a_call_whose_tokens_nobody_counted() -> None:
    with pytest.raises(ValueError, match="a: it is paid by the request"):
        models(case_of(ALONE), "a")
    with pytest.raises(ValueError, match="no stage pays a model by the token"):
        models(case_of(ALONE))
    with pytest.raises(ValueError, match="nobody says how many tokens"):
        own_machines(case_of(ALONE), model="llama-3.3-70b")
