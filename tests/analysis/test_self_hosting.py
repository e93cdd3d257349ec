"""Managed or self-hosted: every crossing, against bills of files counted one by one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from cases import written

from aicost.analysis.alternatives.self_hosting import self_hosting
from aicost.billing.case import Case, load

CALL = "input_tokens: 5_875, output_tokens: 339"
SERVED = "serves: gpt-oss-120b, chip: h100-sxm, first_word_within: 3 s, token_within: 50 ms"
CHEAP = f"{SERVED}, chips: 1, weights: fp4, terms: spot, reached: 0.5"  # it turns many times


def on_pool(pool: str = SERVED, requests: int = 374_400, call: str = CALL) -> Case:
    return written(
        f"traffic: {{requests_per_month: {requests}, profile: office}}\n"
        f"pools: {{gpus: {{{pool}}}}}\n"
        f"pipeline: {{answer: {{is: inference, pool: gpus, {call}}}}}\n"
    )


def by_token(item: str, requests: int = 374_400) -> Case:
    return written(
        f"traffic: {{requests_per_month: {requests}, profile: office}}\n"
        f"pipeline: {{answer: {{is: inference, model: {item}, {CALL}}}}}\n"
    )


def test_every_crossing_is_one_of_the_two_bills() -> None:
    case = on_pool(CHEAP)
    found = self_hosting(case)
    assert found.by_token is not None
    assert found.crossings is not None
    assert len(found.crossings) > 2
    own, sold = case, by_token(found.by_token.item)
    assert found.by_token.same
    for n in found.crossings[:6]:
        pair = [
            [float(one.at({"requests_per_month": m}).bill.total) for m in (n - 1, n)]
            for one in (sold, own)
        ]
        before, after = (sold_ >= own_ for sold_, own_ in zip(*pair, strict=True))
        assert before != after
    between = np.array([100, *found.crossings[:6]])
    tried = (between[:-1] + between[1:]) // 2
    cheaper = [
        float(sold.at({"requests_per_month": n}).bill.total)
        >= float(own.at({"requests_per_month": n}).bill.total)
        for n in map(float, tried)
    ]
    assert cheaper == [bool(found.own_first) ^ bool(i % 2) for i in range(len(tried))]
    assert "it turns" in found.sentence


def test_not_reached_is_not_the_same_as_not_looked_for() -> None:
    dear = f"{SERVED}, run_hours_per_month: 1, engineer_per_hour: 1_000_000_000"
    found = self_hosting(on_pool(dear))
    assert found.crossings == ()
    assert "not cheaper than the same model" in found.sentence
    assert "up to 1,000,000,000 requests" in found.sentence
    short = "input_tokens: 900, output_tokens: 100"
    unsold = self_hosting(on_pool(SERVED.replace("gpt-oss-120b", "llama-2-7b"), call=short))
    assert unsold.crossings is None
    assert "Not looked for: " in unsold.sentence
    assert "by the token  " not in unsold.rows().text().splitlines()[1]


def test_another_model_is_held_against_only_where_it_is_asked_for() -> None:
    found = self_hosting(on_pool(), against="anthropic/claude-sonnet-5-5")
    assert found.by_token is not None
    assert not found.by_token.same
    assert "machines are cheaper than anthropic/claude-sonnet-5-5 by the token" in found.sentence


def test_tokens_read_and_written_add_up_to_the_month() -> None:
    found = self_hosting(on_pool())
    month = 374_400 * (5_875 * found.input_usd + 339 * found.output_usd) / 1e6
    assert month == pytest.approx(found.choice.usd)
    assert found.output_usd > 5 * found.input_usd  # a token written takes a step, one read does not


def test_the_load_that_is_needed_makes_a_unit_as_dear_as_tokens() -> None:
    found = self_hosting(on_pool())
    assert found.by_token is not None
    calls = found.needed * float(found.choice.pool.carries) * 730
    unit = found.choice.usd / found.choice.units
    assert calls * found.by_token.usd_per_request == pytest.approx(unit)
    assert 0 < found.at_most < 1
    text = f"{found.rows().text()} {found.token_rows().text()} {found.tokens}"
    assert "1,000,000,000" in text
    assert "A million tokens cost" in text


def test_all_stages_of_a_pool_are_held_against_the_token_together() -> None:
    one = on_pool()
    two = written(
        "traffic: {requests_per_month: 374_400, profile: office}\n"
        f"pools: {{gpus: {{{SERVED}}}}}\npipeline:\n"
        f"  a: {{is: inference, pool: gpus, {CALL}}}\n"
        f"  b: {{is: inference, pool: gpus, {CALL}}}\n"
    )
    single, both = self_hosting(one).by_token, self_hosting(two, "b").by_token
    assert single is not None
    assert both is not None
    assert both.usd_per_request == pytest.approx(2 * single.usd_per_request)


def test_a_kinds_call_on_a_pool_is_counted_by_the_model_that_is_served() -> None:
    """The kind's own model plays no part: what the same calls cost by the token is their bill."""
    lines = "kind: rag-chat\ntraffic: {users: 6_000, requests_per_user_month: 50}\n"
    case = written(
        f"{lines}pools: {{gpus: {{{SERVED}}}}}\n"
        "pipeline: {answer: {pool: gpus}, people: none}\n"
    )
    assert case.scenario.stage("answer").model == ""
    found = self_hosting(case)
    assert found.by_token is not None
    sold = written(f"{lines}pipeline: {{answer: {{model: {found.by_token.item}}}, people: none}}\n")
    assert found.by_token.usd_per_request * 300_000 == pytest.approx(
        float(sold.bill.by("stage")["answer"])
    )


def test_where_data_has_to_stay_sellers_said_to_run_there_come_first(tmp_path: Path) -> None:
    text = (
        f"traffic: {{requests_per_month: 374_400}}\npools: {{gpus: {{{SERVED}}}}}\n"
        f"pipeline: {{answer: {{is: inference, pool: gpus, {CALL}}}}}\n"
        "constraints: {residency: eu}\n"
    )
    unknown = self_hosting(written(text)).by_token
    assert unknown is not None
    assert unknown.unplaced == "eu"
    assert "(whether in eu, nobody says)" in self_hosting(written(text)).sentence
    prices, file = tmp_path / "own.csv", tmp_path / "x.yaml"
    file.write_text(text)
    head = "item,parameter,value,unit,source,read_on\n"
    prices.write_text(f"{head}residency/deepinfra/*,eu,1,times list price,ours,2026-11-20\n")
    said = self_hosting(load(file, prices=prices))
    assert said.by_token is not None
    assert said.by_token.item.startswith("deepinfra/")
    assert (said.by_token.unplaced, said.by_token.sellers) == ("", 1)
    assert "nobody says" not in said.sentence
    free = self_hosting(on_pool()).by_token
    assert free is not None
    assert not free.unplaced
