"""What a review answers is what the bill says."""

from __future__ import annotations

import pytest
from cases import sample, written

from aicost.show.review.answers import behaves, machines, missing


def test_a_pool_that_serves_a_model_is_held_against_the_token() -> None:
    call = "is: inference, pool: gpus, input_tokens: 900, output_tokens: 200"
    case = written(
        "traffic: {requests_per_month: 90_000}\npools:\n"
        "  gpus: {serves: llama-3.1-8b, chip: h100-sxm, weights: fp8}\n"
        f"pipeline: {{a: {{{call}}}, b: {{{call}}}}}\n"
    )
    ((said, ways),) = machines(case)
    assert ways.sentence in said
    assert said.startswith("a: today's 90,000 requests a month cost least for tokens: $")
    assert said.count("Tokens are cheaper") + said.count("tokens are cheaper") <= 1
    assert "of what they can carry in time" in said
    assert "By the token" in ways.note
    assert machines(sample("help-desk")) == []
    asked = "traffic: {requests_per_month: 90_000}\n"
    tokens = "input_tokens: 900, output_tokens: 200"
    named = written(f"{asked}pipeline: {{a: {{is: inference, model: openai/gpt-5.1, {tokens}}}}}\n")
    own = written(
        f"{asked}pools: {{gpus: {{serves: llama-3.1-8b, chip: h100-sxm}}}}\n"
        f"pipeline: {{a: {{is: inference, pool: gpus, {tokens}}}}}\n"
    )
    assert machines(named) == []
    ((said, ways),) = machines(named, [("as it is", named), ("our own", own)])
    today = next(row for row in ways.rows().frame().to_dict("records") if row["requests"] == 90_000)
    assert today["by today's model"] == pytest.approx(float(named.bill.total))
    assert said.startswith("Option 'our own', a: today's 90,000 requests a month cost least for")
    assert "By today's model: openai/gpt-5.1, as in the file." in ways.note
    left_out = missing(case.scenario, case.book)
    asked = "disks for the 8 GB of weights of gpus (storage_price: …) and answers of gpus that"
    assert any(asked in one for one in left_out)
    assert any("keeps of prompts on gpus (write prefix_cache: yes)" in one for one in left_out)
    priced = "prefix_cache: yes, storage_price: 0.08, egress_price: 0.09"
    whole = written(
        "traffic: {requests_per_month: 90_000}\npools:\n"
        f"  gpus: {{serves: llama-3.1-8b, chip: h100-sxm, weights: fp8, {priced}}}\n"
        f"pipeline: {{a: {{{call}, cache_read_share: 20 %}}}}\n"
    )
    assert not any("storage_price" in one for one in missing(whole.scenario, whole.book))
    assert not any("egress" in one for one in missing(sample("help-desk").scenario, case.book))
    words = behaves(case.bill, case.at({"requests_per_month": 0.0}).bill)
    assert words.startswith("0.0 % of the bill grows with usage, 100.0 % in whole units, in steps")
