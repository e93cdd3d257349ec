"""Inference: tokens in buckets, tiers that reprice a request, history, hours of the week."""

import re
from datetime import date

import pytest
from cases import written
from small_systems import BOOK, bill_of, line, system

from aicost.billing.case import Case
from aicost.book.rows import BookError
from aicost.scenario.load import load
from aicost.scenario.problems import ScenarioError


@pytest.mark.parametrize(("tokens", "above"), [(100_000, False), (100_001, True)])
def test_a_tier_begins_above_its_threshold(tmp_path, tokens: int, above: bool) -> None:
    answer = f"is: inference, model: anthropic/claude-haiku-5-5, input_tokens: {tokens}"
    bill = bill_of(system(f"answer: {{{answer}, output_tokens: 1_000}}"), tmp_path)
    price = (0.5, 2.5) if above else (0.1, 0.5)
    expected = 5_000 * (tokens * price[0] + 1_000 * price[1]) / 1e6
    assert bill.total == pytest.approx(expected, rel=1e-12)


# ---- buckets


def test_every_token_is_in_one_bucket(tmp_path) -> None:
    answer = """is: inference, model: anthropic/claude-sonnet-5-5, input_tokens: 10_000,
        output_tokens: 300, cache_read_share: 60 %, cache_write_share: 25 %, cache_ttl: 1h"""
    bill = bill_of(system(f"answer: {{{' '.join(answer.split())}}}"), tmp_path)
    mtok = {c.item: c.quantity for c in bill.charges}
    # 5,000 calls x 10,000 tokens: 30 M read, a quarter of the other 20 M written
    expected = {"input from cache": 30, "cache writes": 5, "input": 15, "output": 1.5}
    assert mtok == pytest.approx(expected, rel=1e-12)
    assert bill.total == pytest.approx(30 * 0.1 + 5 * 4 + 15 * 2 + 1.5 * 10, rel=1e-12)


def test_a_subset_of_input_read_from_the_cache(tmp_path) -> None:
    """One call of agenta issue 5711: 25,978 tokens of input, 24,540 of them cached."""
    answer = """is: inference, input_tokens: 25_978, output_tokens: 1,
        price: {input: 1.5, cache_read: 0.15, output: 0}"""
    text = system(f"answer: {{{' '.join(answer.split())}}}")
    bill = bill_of(text, tmp_path, **{"answer.cache_read_share": 24_540 / 25_978})
    assert bill.per_request == pytest.approx(0.005955 - 0.000117, rel=1e-12)


def test_batch_and_service_tiers_have_prices_of_their_own(tmp_path) -> None:
    fields = "is: inference, input_tokens: 1_000_000, output_tokens: 1_000_000, share: 0.02 %"
    found = {}
    for name, extra in (("plain", ""), ("batch", ", batch: yes"), ("flex", ", service_tier: flex")):
        answer = f"{fields}, model: openai/gpt-5-mini{extra}"
        found[name] = bill_of(system(f"answer: {{{answer}}}"), tmp_path).total
    assert found["plain"] == pytest.approx(0.25 + 2, rel=1e-12)
    assert found["batch"] == pytest.approx(found["plain"] / 2, rel=1e-12)
    assert found["flex"] == pytest.approx(found["plain"] / 2, rel=1e-12)


def test_a_fee_per_call_is_paid_with_every_try(tmp_path) -> None:
    answer = "is: inference, input_tokens: 1, output_tokens: 1, repeat: 2, retry: 50 %, tries: 2"
    text = system(f"answer: {{{answer}, price: {{input: 0, output: 0, request: 0.01}}}}")
    assert bill_of(text, tmp_path).total == pytest.approx(5_000 * 2 * 1.5 * 0.01, rel=1e-12)


# ---- what a call carries


def test_passages_are_read_unless_the_file_says_no(tmp_path) -> None:
    answer = "is: inference, price: {input: 1, output: 0}, input_tokens: 600, output_tokens: 1"
    find = "find: {is: retrieval, price: {gb: 0, gb_month: 0}, top_k: 6}"
    for reads, tokens in (("yes", 600 + 6 * 400), ("no", 600)):
        text = system(f"{find}\nanswer: {{{answer}, reads_context: {reads}}}")
        bill = bill_of(text, tmp_path)
        assert line(bill, "input").quantity == pytest.approx(5_000 * tokens / 1e6, rel=1e-12)


@pytest.mark.parametrize("turns", [1, 2, 7])
def test_earlier_turns_are_sent_along(tmp_path, turns: int) -> None:
    answer = "is: inference, price: {input: 1, output: 0}, input_tokens: 200, output_tokens: 1"
    text = system(f"answer: {{{answer}, turns: {turns}, tokens_kept_per_turn: 350}}")
    conversation = [200 + 350 * earlier for earlier in range(turns)]
    expected = 5_000 * sum(conversation) / len(conversation) / 1e6
    assert line(bill_of(text, tmp_path), "input").quantity == pytest.approx(expected, rel=1e-12)


# ---- hours of the week


@pytest.mark.parametrize(
    ("profile", "inside"),
    [
        ("flat", 5 / 7 * 7 / 24),
        # 01-04 and 06-10 UTC on working days; the office opens at 7: 0.3 + 0.7 + 1 of 10.5
        ("office", 2.0 / 10.5),
        # all at 02:00 UTC of each day, five of them working days in Beijing too
        ("[0, 0, 1" + ", 0" * 21 + "]", 5 / 7),
    ],
)
def test_hours_with_a_price_of_their_own(tmp_path, profile: str, inside: float) -> None:
    answer = "is: inference, model: deepseek/deepseek-flash, input_tokens: 1_000, output_tokens: 1"
    text = system(f"answer: {{{answer}}}").replace("month: 50", f"month: 50, profile: {profile}")
    bill = bill_of(text, tmp_path)
    peak, off = line(bill, "input, peak"), line(bill, "input, off-peak")
    assert peak.quantity == pytest.approx(5 * inside, rel=1e-12)
    assert off.quantity == pytest.approx(5 * (1 - inside), rel=1e-12)
    assert peak.price.usd > off.price.usd


# ---- prices that are not there


def test_a_price_is_read_at_the_date_of_the_book(tmp_path) -> None:
    path = tmp_path / "small.yaml"
    answer = "is: inference, model: deepseek/deepseek-v4-pro, input_tokens: 1_000, output_tokens: 1"
    path.write_text(system(f"answer: {{{answer}}}"), encoding="utf-8")
    late = Case(load(path), BOOK).bill
    early = Case(load(path), BOOK.at(date(2026, 8, 1))).bill
    assert {c.item for c in early.charges} == {"input", "output"}
    assert late.total > early.total


def test_a_model_that_nobody_lists_is_an_error(tmp_path) -> None:
    text = system("answer: {is: inference, model: openai/gpt-7, input_tokens: 1, output_tokens: 1}")
    with pytest.raises(BookError, match="no 'openai/gpt-7' in the book"):
        bill_of(text, tmp_path)


def test_what_runs_on_a_pool_has_no_price_per_token(tmp_path) -> None:
    answer = "answer: {is: inference, pool: gpus, input_tokens: 900, output_tokens: 90, repeat: 3}"
    pools = "pools: {gpus: {price_per_hour: 2.5, carries: 10, spare: 1, at_least: 2}}"
    text = system(answer, pools, "month: {days: 30, hours: 720}")
    for users, units in ((0, 3), (100, 4), (1_000, 22)):  # 15,000 calls in 720 hours are 20.8
        bill = bill_of(text, tmp_path, users=float(users))
        assert [c.stage for c in bill.charges] == ["gpus"]
        assert bill.total == pytest.approx(units * 720 * 2.5, rel=1e-12)


@pytest.mark.parametrize("written_tier", ["flexx", "turbo"])
def test_a_wrong_tier_is_offered_one_as_a_file_has_it(written_tier: str) -> None:
    def tier(name: str) -> Case:
        return written(
            "traffic: {users: 9, requests_per_user_month: 9}\npipeline: {answer: {is: inference,"
            " model: openai/gpt-6-sol, input_tokens: 500, output_tokens: 250, thinking_tokens: 0,"
            f" service_tier: {name}}}}}\n"
        )

    with pytest.raises(ScenarioError, match="no service tier; write batch: yes"):
        tier("batch")
    with pytest.raises(ScenarioError, match="has no service tier") as told:
        tier(written_tier)
    (offer,) = re.findall(r"did you mean '([^']+)'", str(told.value))
    assert tier(offer).bill.total > 0
