"""What a call to a model that writes knows of its time, and of what might make it faster."""

from typing import Any

import pytest
from cases import sample, written

from aicost.book.rates import BATCH, STANDARD, PriceContext
from aicost.components.model_call import FASTER, RATIOS, ModelCall
from aicost.values.quantities import Spread

SONNET = "anthropic/claude-sonnet-5-5"
BOOK = sample("help-desk").book
TIMES = "ttft: {p50: 0.5, p95: 1.5}, tpot: {p50: 0.01, p95: 0.02}"


def call(more: str = "", model: str = SONNET) -> Any:
    """Make a stage that calls a model."""
    keys = f"is: inference, model: {model}, input_tokens: 100, {more}{more and ', '}"
    keys += "output_tokens: {p50: 250, p95: 900}"
    text = f"traffic: {{requests_per_month: 10}}\npipeline:\n  a: {{{keys}}}\n"
    stage = written(text).scenario.stage("a")
    assert isinstance(stage, ModelCall)
    return stage


def test_how_it_is_sold() -> None:
    assert call().context == STANDARD
    assert call("batch: yes").context == BATCH
    quick = call("service_tier: priority", model="openai/gpt-4o-mini")
    assert quick.context == PriceContext("service_tier", "priority")


def test_which_times_it_has() -> None:
    assert (call().writes, call().times) == (True, ("ttft", "tpot"))
    assert (call("seconds: 3").writes, call("seconds: 3").times) == (False, ("seconds",))
    batch = call("batch: yes")
    assert not batch.writes
    assert batch.usual == f"batch_{call().usual}"


def test_a_published_median_is_widened_by_what_is_assumed() -> None:
    item = next(i for i in BOOK.items() if i.startswith("speed/") and BOOK.in_force(i, "ttft"))
    stage = call("price: {input: 1, output: 2}", model=item.removeprefix("speed/"))
    value, origin = stage.published_time("ttft", BOOK)
    (row, *_) = BOOK.in_force(item, "ttft")
    assert value == Spread(row.value, row.value * RATIOS["ttft"])
    assert origin.basis == "assumed"
    assert row.source in origin.source
    assert stage.published_time("seconds", BOOK) is None


def test_a_call_writes_its_answer_word_by_word() -> None:
    made = call(TIMES).call()
    assert made.first.quantile(0.5) == pytest.approx(0.5, rel=1e-3)
    assert made.done.mean > made.first.mean + 250 * 0.01
    at_once = call("seconds: 3").call()
    assert at_once.done.mean == pytest.approx(3)


def test_what_might_make_it_faster() -> None:
    stage = call(TIMES)
    shorter, again, smaller = stage.faster(BOOK)
    assert "p95 from 900 to 474 tokens" in shorter.words
    assert shorter.stage.output_tokens == Spread(250.0, (250 * 900) ** 0.5)
    assert again.stage is stage
    assert again.again_after_s == pytest.approx(1.5, rel=1e-3)
    assert smaller.stage.model != SONNET
    assert smaller.stage.model.startswith("anthropic/")
    assert smaller.stage.ttft.p50 == pytest.approx(FASTER * 0.5)


def test_the_cheapest_model_has_no_smaller_one() -> None:
    (*_, smaller) = call(TIMES).faster(BOOK)
    least = call(TIMES, model=smaller.stage.model)
    assert [f for f in least.faster(BOOK) if f.stage.model != least.model] == []


def test_a_model_at_the_client_s_own_price_is_compared_with_none() -> None:
    own = call(f"{TIMES}, price: {{input: 1, output: 2}}")
    assert [f for f in own.faster(BOOK) if f.stage.model != own.model] == []
