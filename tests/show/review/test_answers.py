"""What a review answers is what the bill says."""

from __future__ import annotations

from cases import sample, written

from aicost.analysis.alternatives.self_hosting import self_hosting
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
    assert said.startswith(self_hosting(case, "a").sentence)
    assert "of what they can carry in time" in said
    assert "by the token" in said
    assert machines(sample("help-desk")) == []
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
