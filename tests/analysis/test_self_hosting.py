"""Managed or self-hosted: what tokens cost, against bills of files."""

from __future__ import annotations

from pathlib import Path

import pytest
from cases import written

from aicost.analysis.alternatives.self_hosting import self_hosting
from aicost.billing.case import Case, load

CALL = "input_tokens: 5_875, output_tokens: 339"
SERVED = "serves: gpt-oss-120b, chip: h100-sxm, first_word_within: 3 s, token_within: 50 ms"


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


def test_another_model_is_held_against_only_where_it_is_asked_for() -> None:
    found = self_hosting(on_pool(), against="anthropic/claude-sonnet-5-5")
    assert found.by_token is not None
    assert not found.by_token.same
    assert found.by_token.words == (
        "anthropic/claude-sonnet-5-5, $2.00 and $10.00 a Mtok read and written"
    )


def test_what_the_file_names_by_the_token_is_its_bill_where_that_is_another() -> None:
    today = by_token("anthropic/claude-sonnet-5-5")
    found = self_hosting(today, model="gpt-oss-120b")
    assert found.called is not None
    assert found.called.item == "anthropic/claude-sonnet-5-5"
    assert found.called.usd_per_request * 374_400 == pytest.approx(float(today.bill.total))
    assert found.by_token is not None
    assert "gpt-oss-120b" in found.by_token.item
    assert self_hosting(by_token(found.by_token.item), model="gpt-oss-120b").called is None
    own = "price: {input: 1, output: 4}, " + CALL
    priced = written(
        "traffic: {requests_per_month: 374_400, profile: office}\n"
        f"pipeline: {{answer: {{is: inference, {own}}}}}\n"
    )
    said = self_hosting(priced, model="gpt-oss-120b").called
    assert said is not None
    assert said.usd_per_request == pytest.approx((5_875 + 4 * 339) / 1e6)
    over = on_pool(f"{SERVED}, at_most: 1, overflow: yes", call=f"model: openai/gpt-5.1, {CALL}")
    beyond = self_hosting(over).called
    assert beyond is not None
    sold = float(by_token("openai/gpt-5.1").bill.total)
    assert beyond.usd_per_request * 374_400 == pytest.approx(sold)


def test_one_sellers_price_is_no_middle_of_many() -> None:
    item = self_hosting(by_token("groq/openai/gpt-oss-120b"), model="gpt-oss-120b").by_token
    assert item is not None
    assert (item.item, item.sellers) == ("groq/openai/gpt-oss-120b", 1)
    assert "middle" not in item.words


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
    assert "read" in found.rows().text()
    assert "Today a million tokens cost" in found.sentence


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
    assert unknown.words.endswith("; nobody says whether in eu")
    prices, file = tmp_path / "own.csv", tmp_path / "x.yaml"
    file.write_text(text)
    head = "item,parameter,value,unit,source,read_on\n"
    prices.write_text(f"{head}residency/deepinfra/*,eu,1,times list price,ours,2026-11-20\n")
    said = self_hosting(load(file, prices=prices))
    assert said.by_token is not None
    assert said.by_token.item.startswith("deepinfra/")
    assert (said.by_token.unplaced, said.by_token.sellers) == ("", 1)
    assert "nobody says" not in said.by_token.words
    free = self_hosting(on_pool()).by_token
    assert free is not None
    assert not free.unplaced
