"""Counts that another tokenizer made, in the tokens of the model that is billed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from places import SAMPLES

from aicost.analysis.alternatives.models import models, rerankers
from aicost.analysis.attribution.bridge import bridge
from aicost.analysis.uncertainty.expected import expected
from aicost.billing.bill_table import sources
from aicost.billing.case import Case, case, load
from aicost.book.tokenizers import convert, tokenizer_of
from aicost.cli.bill_text import making_of
from aicost.cli.what_if import what_if
from aicost.components.token_counts import CountedStage
from aicost.scenario.checks import warnings
from aicost.scenario.problems import ScenarioError
from aicost.scenario.scenario import steps
from aicost.timing import latency
from aicost.values.charge import Factor, conversions
from aicost.values.quantities import Range

BILLED = "data/scenarios/contract-search-billed.yaml"
OWN = "anthropic/claude-sonnet-5-5"
OTHERS = (
    "openai/gpt-6-sol",
    "anthropic/claude-haiku-4-5",
    "google/gemini-4-argon",
    "deepseek/deepseek-v4-pro",
    "mistral/mistral-large-4",
    "groq/llama-3.3-70b-versatile",
)
PROMPT = {"input_tokens": 1_000, "output_tokens": 100}


@pytest.fixture(scope="module")
def billed() -> Case:
    return load(BILLED)


def lines_of(system: Case, stage: str = "answer") -> list[int]:
    return [n for n, c in enumerate(system.bill.charges) if c.stage == stage]


def small(model: str = "openai/gpt-5", **answer: object) -> Case:
    """A system of one call, 1,000 of them a month."""
    keys = {"is": "inference", "model": model, **PROMPT, **answer}
    return case(requests_per_month=1_000, answer=keys)


def tokens_in(system: Case) -> float:
    return float(next(c.quantity for c in system.bill.charges if c.item == "input") * 1e6 / 1_000)


# ---- a switch of the model


@pytest.mark.parametrize("model", OTHERS)
def test_no_line_stays_measured_and_each_says_factor_and_source(billed: Case, model: str) -> None:
    ratio = convert(OWN, model)
    there = what_if(billed, [f"answer.model={model}"])
    assert len(lines_of(there)) >= 2
    for number in lines_of(there):
        line = there.bill.charges[number]
        assert line.basis == "assumed"
        explained = " ".join(making_of(there.bill, number + 1).split())
        assert "tokens of its model" in explained
        assert f"mean of {ratio.low:.4g} to {ratio.high:.4g}" in explained or not line.usd
        assert "of our texts" in explained
    stated = there.scenario.stage("answer").origins["token_ratio"]
    assert ratio.source == stated.source


def test_six_models_are_of_six_other_tokenizers() -> None:
    assert len({tokenizer_of(model).name for model in (OWN, *OTHERS)}) == 7


@pytest.mark.parametrize("model", OTHERS)
def test_every_way_to_switch_bills_the_same(billed: Case, model: str) -> None:
    by_words = what_if(billed, [f"answer.model={model}"]).bill.total
    assert billed.at({"answer.model": model}).bill.total == by_words
    stage = billed.scenario.stage("answer")
    assert billed.with_stage(replace(stage, model=model)).bill.total == by_words
    frame = models(billed, "answer", [model]).frame
    here = float(billed.at({"answer.model": model}).bill.by("stage")["answer"])
    assert float(frame["usd_per_request"].iloc[0]) == pytest.approx(here / 312_000)


def test_the_quantity_is_the_counts_times_the_ratio(billed: Case) -> None:
    ratio = convert(OWN, "mistral/mistral-large-4")
    there = billed.at({"answer.model": "mistral/mistral-large-4"})
    before, after = (
        {c.item: c.quantity for c in one.bill.charges if c.stage == "answer"}
        for one in (billed, there)
    )
    for item in ("input", "output"):
        assert after[item] / before[item] == pytest.approx(Range(ratio.low, ratio.high).mean)


def test_it_is_a_range_of_the_bill(billed: Case) -> None:
    paths = billed.at({"answer.model": "openai/gpt-5"}).scenario.unknowns()
    assert {"answer.token_ratio", "answer.passage_ratio"} <= {*paths}
    only = small().at({"answer.model": "anthropic/claude-opus-4-7"})
    ratio = convert("openai/gpt-5", "anthropic/claude-opus-4-7")
    cost = expected(only)
    assert cost.p95 / cost.p5 == pytest.approx(ratio.high / ratio.low, rel=0.01)


def test_the_same_tokenizer_lowers_nothing(billed: Case) -> None:
    there = billed.at({"answer.model": "anthropic/claude-haiku-5-5"})
    assert {there.bill.charges[n].basis for n in lines_of(there)} == {"stated"}
    quantities = [
        sum(c.quantity for c in one.bill.charges if c.stage == "answer") for one in (billed, there)
    ]
    assert quantities[1] == pytest.approx(quantities[0], rel=1e-12)


def test_there_and_back_again_is_where_it_was(billed: Case) -> None:
    back = billed.at({"answer.model": OTHERS[0]}).at({"answer.model": OTHERS[4]})
    back = back.at({"answer.model": OWN})
    assert back.bill.total == billed.bill.total
    assert back.scenario.bills_like(billed.scenario)
    assert {back.bill.charges[n].basis for n in lines_of(back)} == {"stated"}


@pytest.mark.parametrize("model", ["x-ai/grok-4-fast-reasoning", "cohere/command-a"])
def test_where_a_tokenizer_is_not_known_it_is_said(billed: Case, model: str) -> None:
    there = billed.at({"answer.model": model})
    assert {there.bill.charges[n].basis for n in lines_of(there)} == {"assumed"}
    explained = " ".join(making_of(there.bill, lines_of(there)[0] + 1).split())
    assert f"not converted: the tokenizer of {model} is not known" in explained
    said = [str(one) for one in warnings(there.scenario, there.book)]
    assert any("answer.counted_with" in one and "not converted" in one for one in said)
    back = there.at({"answer.model": OWN})
    assert back.bill.total == billed.bill.total


def test_a_switch_by_the_remedies_converts_too() -> None:
    system = small("anthropic/claude-sonnet-5-5", ttft=1.0, tpot=0.02)
    cheapest = next(r for r in latency(system).remedies if "on anthropic/" in r.name)
    assert "claude-haiku" in cheapest.name
    model = cheapest.name.rpartition(" on ")[2]
    assert cheapest.usd == pytest.approx(float(system.at({"answer.model": model}).bill.total))


def test_more_tokens_take_longer() -> None:
    system = small("openai/gpt-5", ttft=1.0, tpot=0.02)
    there = system.at({"answer.model": "anthropic/claude-opus-4-7"})
    ratio = there.point.scenario.stage("answer").token_ratio
    whole = [float(one.point.scenario.stage("answer").call().done.mean) for one in (system, there)]
    assert whole[0] == pytest.approx(1 + 0.02 * 99, rel=0.01)
    assert whole[1] - 1 == pytest.approx((whole[0] - 1) * ratio, rel=0.02)


def test_a_largest_call_and_a_limit_are_in_tokens_of_the_model(billed: Case) -> None:
    there = billed.at({"answer.model": "openai/gpt-5"}).point
    stage, before = (one.scenario.stage("answer") for one in (there, billed.point))
    flows = [
        next(f for s, f in steps(one.scenario, one.scenario.requests()) if s.name == "answer")
        for one in (there, billed.point)
    ]
    assert stage.largest(flows[0]) == pytest.approx(before.largest(flows[1]) * stage.token_ratio)
    tokens = [s.demand(f).tokens_per_call for s, f in zip((stage, before), flows, strict=True)]
    assert tokens[0] == pytest.approx(tokens[1] * stage.token_ratio)


def test_rerankers_and_embeddings_are_converted_too(billed: Case) -> None:
    frame = rerankers(billed, "reranking", ["voyageai/rerank-3-lite"])
    assert len(frame) == 1
    there = billed.at({"embedding.model": "openai/text-embedding-3-small"})
    assert there.scenario.stage("embedding").token_ratio == 1.0
    other = billed.at({"corpus.counted_with": "anthropic/claude-opus-4-7"})
    ratio = convert("anthropic/claude-opus-4-7", "openai/text-embedding-3-large")
    before, after = (
        next(c for c in one.bill.charges if c.item == "first ingestion") for one in (billed, other)
    )
    mean = Range(ratio.low, ratio.high).mean
    assert after.quantity / before.quantity == pytest.approx(mean)
    assert (before.basis, after.basis) == ("given", "assumed")
    answer = other.scenario.stage("answer")
    assert (answer.passage_ratio, answer.token_ratio) == (1.0, 1.0)  # it counts like the splitter


def test_who_writes_contexts_is_converted_or_says_that_it_is_not() -> None:
    keys = {
        "requests_per_month": 1_000,
        "corpus": {
            "documents": 100,
            "pages_per_document": 10,
            "tokens_per_page": 500,
            "chunk_tokens": 250,
            "changed_per_month": 0.1,
        },
        "embed": {
            "is": "embedding",
            "model": "openai/text-embedding-3-large",
            "prefix_model": "openai/gpt-4o-mini",
            "prefix_tokens": 80,
        },
    }
    system = case(**keys)
    there = system.at({"embed.prefix_model": "anthropic/claude-haiku-4-5"})
    before, after = (
        {c.item: c for c in one.bill.charges if "context" in c.item} for one in (system, there)
    )
    assert {c.basis for c in before.values()} == {"stated"}
    assert {c.basis for c in after.values()} == {"assumed"}
    for item, line in after.items():
        told = " ".join(sources(line))
        assert "of our texts" in told or "counted for openai/gpt-4o-mini, not converted" in told
        assert item.endswith("written") or line.quantity > before[item].quantity
    alike = system.at({"embed.prefix_model": "openai/gpt-5-mini"})
    assert {c.basis for c in alike.bill.charges if "context" in c.item} == {"stated"}
    longer = keys["corpus"] | {"tokens_per_page": 2_500, "chunk_tokens": 1_250}
    counted = case(**keys | {"corpus": longer | {"counted_with": "characters"}})
    read = next(c for c in counted.bill.charges if c.item == "context: documents into the cache")
    tokens = before["context: documents into the cache"].quantity
    ratio = convert("characters", "openai/gpt-4o-mini")
    assert read.quantity == pytest.approx(tokens * 5 * Range(ratio.low, ratio.high).mean)


# ---- as a file says it


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: p.stem)
def test_what_nobody_counted_otherwise_is_left_alone(sample: Path) -> None:
    for stage in load(sample).scenario.stages:
        if isinstance(stage, CountedStage):
            assert (stage.token_ratio, stage.passage_ratio) == (1.0, 1.0)
            assert not {"token_ratio", "passage_ratio"} & {*stage.origins}


def test_a_price_of_its_own_needs_no_tokenizer() -> None:
    keys = {"is": "inference", "price": {"input": 1, "output": 2}, **PROMPT}
    system = case(requests_per_month=1_000, answer=keys)
    assert {c.basis for c in system.bill.charges} == {"stated"}
    assert warnings(system.scenario, system.book) == []
    there = system.at({"answer.model": "openai/gpt-5"})
    assert {c.basis for c in there.bill.charges} == {"assumed"}
    source = there.scenario.stage("answer").origins["token_ratio"].source
    assert source == "not converted: the tokenizer of a model that is not named is not known"


@pytest.mark.parametrize(
    ("counted_with", "low", "high"),
    [
        ("openai/gpt-4o", 1000.0, 1000.0),
        ("anthropic/claude-opus-4-7", 600, 800),
        ("characters", 180, 260),
        ("words", 1000, 1700),
        ("pages", 350_000, 900_000),
    ],
)
def test_counts_of_a_file_become_tokens(counted_with: str, low: float, high: float) -> None:
    assert low <= tokens_in(small(counted_with=counted_with)) <= high


def test_thinking_is_never_counted_in_words() -> None:
    """Nobody sees it: what a provider reports is in tokens of its model already."""
    model = "x-ai/grok-4-fast-reasoning"
    words = small(model=model, counted_with="words", thinking_tokens=1_000.0)
    other = small(model=model, counted_with="openai/gpt-4o", token_ratio=1.5, thinking_tokens=1e3)
    for system, tokens in ((words, 1_000.0), (other, 1_500.0)):
        lines = (c for c in system.bill.charges if c.item == "thinking")
        assert [float(c.quantity) * 1e6 / 1_000 for c in lines] == [pytest.approx(tokens)]


def test_the_kind_of_text_counts() -> None:
    english, code, tools = (
        tokens_in(small(model="anthropic/claude-opus-4-7", counted_with="openai/gpt-4o", content=c))
        for c in ("english", "code", "tools")
    )
    assert english < code < tools
    assert tools == pytest.approx(2650, rel=0.01)


def test_the_clients_own_ratio_wins_and_stays_theirs() -> None:
    system = small(model=OWN, counted_with="openai/gpt-4o", token_ratio=1.31)
    assert tokens_in(system) == pytest.approx(1310)
    assert {c.basis for c in system.bill.charges} == {"stated"}
    there = system.at({"answer.model": "openai/gpt-4o"})
    ratio = convert(OWN, "openai/gpt-4o")
    mean = Range(1.31 * ratio.low, 1.31 * ratio.high).mean
    assert tokens_in(there) == pytest.approx(1000 * mean)
    assert {c.basis for c in there.bill.charges} == {"assumed"}
    both = system.at({"answer.model": "openai/gpt-4o", "answer.token_ratio": 1.02})
    assert tokens_in(both) == pytest.approx(1020)


@pytest.mark.parametrize("name", ["claude-haiku-5-5", "grok-4-fast-reasoning"])
def test_another_name_of_the_same_model_is_no_switch(name: str) -> None:
    system = small(model=name)
    stage = system.scenario.stage("answer")
    assert "/" in stage.model
    for one in (system, system.at({"answer.model": name})):
        assert {c.basis for c in one.bill.charges} == {"stated"}
        assert one.scenario.stage("answer").counted_with == ""


def test_a_length_and_a_model_that_nobody_knows_make_a_wide_range() -> None:
    system = small(model="x-ai/grok-4-fast-reasoning", counted_with="words")
    assert system.scenario.stage("answer").token_ratio.high > 1.9
    source = system.scenario.stage("answer").origins["token_ratio"].source
    assert "is not known: any of" in source


def test_passages_stay_passages_of_the_splitter() -> None:
    keys = {
        "requests_per_month": 1_000,
        "corpus": {
            "documents": 100,
            "pages_per_document": 10,
            "tokens_per_page": 2_000,
            "chunk_tokens": 1_000,
            "counted_with": "characters",
        },
        "find": {"is": "retrieval", "store": "pinecone-standard", "dimensions": 256, "top_k": 10},
        "answer": {"is": "inference", "model": "openai/gpt-5", **PROMPT},
    }
    system = case(**keys)
    ratio = convert("characters", "openai/gpt-5")
    mean = Range(ratio.low, ratio.high).mean
    assert tokens_in(system) == pytest.approx(1_000 + 10 * 1_000 * mean)
    assert system.point.scenario.corpus.passages_per_document == 20
    there = system.at({"answer.model": "anthropic/claude-opus-4-7"})
    stage = there.scenario.stage("answer")
    assert stage.passage_ratio == Range(
        *(getattr(convert("characters", "anthropic/claude-opus-4-7"), e) for e in ("low", "high"))
    )
    assert stage.token_ratio != stage.passage_ratio


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"counted_with": "caracters"}, "did you mean 'characters'"),
        ({"counted_with": "tiktoken"}, "name a model as provider/model"),
        ({"counted_with": "words", "content": "chinese"}, "words were not counted in chinese"),
        ({"content": "klingon"}, "no 'klingon' here"),
    ],
)
def test_what_cannot_be_is_one_line(answer: dict[str, str], said: str) -> None:
    with pytest.raises(ScenarioError, match=said) as error:
        small(**answer)
    assert len(error.value.problems) == 1


def test_a_line_of_the_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(
        "traffic: {requests_per_month: 1_000}\n"
        "pipeline:\n"
        "  answer:\n"
        "    {is: inference, model: openai/gpt-5, input_tokens: 10, output_tokens: 10,\n"
        "     counted_with: words, content: japanese}\n"
    )
    with pytest.raises(ScenarioError, match=r"a\.yaml:5: answer\.counted_with: words were not"):
        load(file)


def test_a_written_file_says_the_same(billed: Case, tmp_path: Path) -> None:
    there = billed.at({"answer.model": "openai/gpt-5"})
    again = load(there.write(tmp_path / "there.yaml"))
    assert float(again.bill.total) == pytest.approx(float(there.bill.total), rel=1e-12)
    assert {again.bill.charges[n].basis for n in lines_of(again)} == {"assumed"}


def test_the_difference_of_two_files_adds_up(tmp_path: Path) -> None:
    one = small(counted_with="anthropic/claude-opus-4-7")
    other = small(model="anthropic/claude-opus-4-7", counted_with="characters", input_tokens=4_000)
    found = bridge(one, other)
    assert sum(bar.usd for bar in found.bars) == pytest.approx(found.difference)
    (model,) = [bar for bar in found.bars if "model" in bar.label]
    assert "token ratio" in model.label


def test_a_sweep_and_draws_keep_the_ratio(billed: Case) -> None:
    there = billed.at({"answer.model": "openai/gpt-5"})
    swept = there.at({"users": [1_000.0, 6_000.0]})
    assert float(np.asarray(swept.bill.total)[1]) == pytest.approx(float(there.bill.total))
    drawn = there.draw(64).scenario.stage("answer").token_ratio
    assert drawn.shape == (64,)


def test_each_tier_of_a_price_says_how_its_tokens_were_converted(billed: Case) -> None:
    there = billed.at({"answer.model": "openai/gpt-6-sol"})
    for number in lines_of(there):
        line = there.bill.charges[number]
        found = [f for factor in line.factors for f in conversions(factor)]
        assert {f.source for f in found} == {convert(OWN, "openai/gpt-6-sol").source}
        assert any("of our texts" in told for told in sources(line))


def test_a_factor_in_another_unit_multiplies_back(billed: Case) -> None:
    def held(factor: Factor) -> None:
        for part in factor.parts:
            held(part)
        if factor.joined == " x ":
            assert np.prod([p.value for p in factor.parts]) == pytest.approx(factor.value)

    there = billed.at({"answer.model": "openai/gpt-5", "corpus.counted_with": "pages"})
    for line in there.bill.charges:
        for factor in line.factors:
            held(factor)


def test_a_list_of_models_says_by_what_tokens_were_converted() -> None:
    names = ["openai/gpt-5", "anthropic/claude-opus-4-7", "x-ai/grok-4-fast-reasoning"]
    found = models(small(), "answer", names).frame.set_index("model")
    assert found.loc["openai/gpt-5", "note"] == ""
    assert found.loc["anthropic/claude-opus-4-7", "note"].startswith("tokens x 1.4")
    assert found.loc["x-ai/grok-4-fast-reasoning", "note"] == "tokens not converted"


def test_whether_a_call_fits_is_asked_in_tokens_of_that_model() -> None:
    system = small(input_tokens=170_000)
    found = models(system, "answer", ["openai/gpt-5", "anthropic/claude-haiku-4-5"]).frame
    assert found.set_index("model")["fits"].to_dict() == {
        "openai/gpt-5": True,
        "anthropic/claude-haiku-4-5": True,
    }
    longer = small(input_tokens=195_000)
    found = models(longer, "answer", ["openai/gpt-5", "anthropic/claude-haiku-4-5"]).frame
    assert found.set_index("model")["fits"].to_dict() == {
        "openai/gpt-5": True,
        "anthropic/claude-haiku-4-5": False,
    }
