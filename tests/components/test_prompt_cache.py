"""Reads from a provider's prompt cache, the writes they need, and the rent of what is kept."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_systems import BOOK, bill_of, line, system

from aicost.analysis.alternatives.models import models
from aicost.billing.bill import Bill
from aicost.billing.case import Case
from aicost.components.cache_doubts import cache_doubts
from aicost.components.inference import Inference
from aicost.scenario.checks import verify, warnings
from aicost.scenario.load import load
from aicost.scenario.problems import ScenarioError
from aicost.scenario.scenario import steps
from aicost.values.quantities import Numeric

CLAUDE = "anthropic/claude-sonnet-5-5"  # 2 fresh, 0.1 read, 2.5 and 4 written
MONTH_S = 730 * 3600


def answer(*more: str, model: str = CLAUDE) -> str:
    """Return a stage that reads 10,000 tokens a call."""
    fields = [f"is: inference, model: {model}, input_tokens: 10_000, output_tokens: 300", *more]
    return f"answer: {{{', '.join(fields)}}}"


def mtok(bill: Bill) -> dict[str, Numeric]:
    """Return the millions of tokens of each bucket."""
    found: dict[str, Numeric] = dict.fromkeys(("input", "cache_read", "cache_write", "output"), 0.0)
    for charge in bill.charges:
        if charge.bucket:
            found[charge.bucket] = found[charge.bucket] + charge.quantity
    return found


def warm(requests: Numeric, lifetime: float) -> Numeric:
    """Return the share of requests that meet an entry of a lifetime."""
    return -np.expm1(-requests * lifetime / MONTH_S)


@pytest.mark.parametrize(
    ("model", "lifetime", "writes"),
    [
        (CLAUDE, 300, True),
        ("aws/regional.anthropic.claude-sonnet-5-5", 300, True),
        ("openai/gpt-6-sol", 1_800, True),  # the book has a price of writes
        ("openai/gpt-5-mini", 600, False),
        ("google/gemini-3.8-flash", None, False),
        ("deepseek/deepseek-v4-pro", None, False),
        ("mistral/mistral-large-4", None, False),
    ],
)
def test_each_provider_bills_what_its_rules_say(
    tmp_path: Path, model: str, lifetime: float | None, writes: bool
) -> None:
    text, users = system(answer("cache_read_share: 60 %", model=model)), np.array([2, 100, 10_000])
    found, whole = mtok(bill_of(text, tmp_path, users=users * 1.0)), users * 50 * 0.01
    met = 1.0 if lifetime is None else warm(users * 50, lifetime)
    kept = np.where(met >= 0.6, 0.6 / met, 0.6 + 0.4 * met / 0.6)
    assert found["cache_read"] == pytest.approx(whole * np.minimum(0.6, kept * met), rel=1e-9)
    written = whole * kept * (1 - met) * writes
    assert found["cache_write"] == pytest.approx(written, rel=1e-9, abs=1e-9)
    every = found["input"] + found["cache_read"] + found["cache_write"]
    assert every == pytest.approx(whole, rel=1e-12)


def test_what_nobody_keeps_warm_is_not_read(tmp_path: Path) -> None:
    """The case of 100 requests a month that were told 90 % of their input is from the cache."""
    text = system(answer("cache_read_share: 90 %"), users="2")
    bill = bill_of(text, tmp_path)
    assert bill.total > 1.0 * 2 + 0.03 * 10  # dearer than without the cache
    read = line(bill, "input from cache").factors[-1]
    assert (read.basis, read.note) == ("assumed", "90 % stated, at most 1.135 % can be")
    assert line(bill, "cache writes").basis == "assumed"


def test_an_hour_is_written_at_the_price_of_an_hour(tmp_path: Path) -> None:
    text = system(answer("cache_read_share: 60 %", "cache_ttl: 1h"))
    writes = line(bill_of(text, tmp_path), "cache writes")
    assert writes.price.usd == 4.0
    assert writes.quantity == pytest.approx(50 * 0.6 * (1 / warm(5_000, 3_600) - 1), rel=1e-9)


def test_a_share_that_is_reached_stays_as_it_is_stated(tmp_path: Path) -> None:
    bill = bill_of(system(answer("cache_read_share: 40 %")), tmp_path)
    read = line(bill, "input from cache")
    assert (read.basis, read.quantity) == ("stated", pytest.approx(20.0, rel=1e-12))


def test_both_shares_as_they_are_stated_hold_whatever_arrives(tmp_path: Path) -> None:
    text = system(answer("cache_read_share: 90 %", "cache_write_share: 0"), users="2")
    found = mtok(bill_of(text, tmp_path))
    assert (found["cache_read"], found["cache_write"]) == (pytest.approx(0.9), 0.0)
    assert found["input"] == pytest.approx(0.1)


@pytest.mark.parametrize("share", ["", "cache_read_share: 0"])
def test_without_reads_nothing_is_written(tmp_path: Path, share: str) -> None:
    bill = bill_of(system(answer(*[share] if share else [])), tmp_path)
    assert bill.total == 50 * 2.0 + 1.5 * 10.0
    assert "cache writes" not in {charge.item for charge in bill.charges}


def test_a_cache_gets_warmer_with_traffic_and_nothing_jumps(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(system(answer("cache_read_share: 60 %")), encoding="utf-8")
    users = np.geomspace(1, 1e6, 4_001)
    bill = Case(load(path), BOOK).at({"traffic.users": users}).bill
    shares = {c.bucket: c.quantity / (users * 50 * 0.01) for c in bill.charges if c.bucket}
    assert np.all(np.diff(shares["cache_read"]) >= -1e-12)
    assert shares["cache_read"][-1] == pytest.approx(0.6)
    assert shares["cache_write"][-1] == pytest.approx(0.0, abs=1e-9)
    assert shares["cache_write"][0] == pytest.approx(0.6, rel=0.01)
    each = bill.total / users
    assert np.abs(np.diff(each)).max() < 0.01 * each.max()
    one = bill_of(system(answer("cache_read_share: 60 %"), users="40"), tmp_path)
    assert one.total / 40 == pytest.approx(np.interp(40, users, each), rel=1e-3)


def test_hours_without_traffic_leave_the_others_warmer(tmp_path: Path) -> None:
    text = system(answer("cache_read_share: 90 %"), users="20")
    office = text.replace("month: 50", "month: 50, profile: office")
    even, busy = (mtok(bill_of(each, tmp_path))["cache_read"] for each in (text, office))
    assert busy > even


# ---- prompts that are not the same for all

READS = "cache_read_share: 60 %"


def test_a_prompt_for_each_tenant_is_as_warm_as_that_of_one_tenant(tmp_path: Path) -> None:
    apart = system(answer(READS, "prefixes: per_tenant"), users="100, users_per_tenant: 20")
    alone = system(answer(READS), users="20")
    together, one = (mtok(bill_of(text, tmp_path)) for text in (apart, alone))
    assert together == {bucket: pytest.approx(5 * tokens) for bucket, tokens in one.items()}


def test_a_prompt_for_each_user_is_as_cold_as_that_of_one_user(tmp_path: Path) -> None:
    apart = system(answer(READS, "prefixes: per_user"))
    together, one = (
        mtok(bill_of(text, tmp_path)) for text in (apart, system(answer(READS), users="1"))
    )
    assert together == {bucket: pytest.approx(100 * tokens) for bucket, tokens in one.items()}


def test_the_bill_of_a_shared_prompt_falls_where_traffic_warms_it(tmp_path: Path) -> None:
    """Between 1.6 and 2.6 calls a lifetime more of them cost less, all told; apart, never."""
    users = np.linspace(1.6, 2.6, 5) / (300 / MONTH_S) / 50
    share = "cache_read_share: 99 %"
    for fields, falls in ((share,), True), ((share, "prefixes: per_user"), False):
        found = mtok(bill_of(system(answer(*fields)), tmp_path, users=users))
        billed = found["cache_read"] * 0.1 + found["cache_write"] * 1.25 + found["input"]
        assert np.all(np.diff(billed) < 0) == falls
        assert np.all(np.diff(billed) > 0) != falls


@pytest.mark.parametrize(
    ("prefixes", "traffic", "needed"),
    [
        ("per_tenant", "users: 9", "traffic.users, and traffic.users_per_tenant: … beside it"),
        ("per_user", "requests_per_month: 9", "write traffic.users"),
    ],
)
def test_who_shares_a_prompt_has_to_be_known(
    tmp_path: Path, prefixes: str, traffic: str, needed: str
) -> None:
    text = system(answer(READS, f"prefixes: {prefixes}"))
    head = f"traffic: {{{traffic}}}" if "month" in traffic else None
    path = tmp_path / "small.yaml"
    lines = [head if head and line.startswith("traffic:") else line for line in text.splitlines()]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ScenarioError, match=f"nobody says how many there are {prefixes}") as said:
        verify(load(path), BOOK)
    assert needed in str(said.value)


def test_a_cold_prompt_of_each_tenant_is_said(tmp_path: Path) -> None:
    text = system(answer(READS, "prefixes: per_tenant"), users="100, users_per_tenant: 20")
    path = tmp_path / "small.yaml"
    path.write_text(text, encoding="utf-8")
    said = " ".join(one.wrong for one in warnings(load(path), BOOK))
    assert "5,000 requests a month for 5 prompts meet an entry of 5 min" in said


# ---- calls that follow one another


def test_rounds_of_a_loop_find_what_the_first_has_written(tmp_path: Path) -> None:
    think = f"is: inference, model: {CLAUDE}, input_tokens: 4_000, output_tokens: 1"
    rounds = "rounds: 5, grows_tokens_per_round: 1_000"
    steps = f"steps: {{think: {{{think}, cache_read_share: 99 %}}}}"
    loop = f"work: {{loop: {{{rounds}, {steps}}}}}"
    found = mtok(bill_of(system(loop, users="2"), tmp_path))
    cold = 1 - warm(100, 300)
    # of 4, 5, 6, 7 and 8 thousand tokens 4 are new at first, where nobody came before, then 1 each
    reach = 1 - (4 * cold + 4) / 30
    kept = 0.99 + 0.01 * reach / 0.99
    assert found["cache_read"] == pytest.approx(100 * 0.03 * kept * reach, rel=1e-9)
    assert found["cache_write"] == pytest.approx(100 * 0.03 * kept * (1 - reach), rel=1e-9)


def test_turns_of_a_conversation_do_too(tmp_path: Path) -> None:
    more = "turns: 4", "tokens_kept_per_turn: 2_000", "cache_read_share: 60 %"
    found = mtok(bill_of(system(answer(*more), users="2"), tmp_path))
    cold = 1 - warm(25, 300)  # 25 conversations
    reach = 1 - (10 * cold + 6) / 52
    assert reach > 0.6
    assert found["cache_read"] == pytest.approx(100 * 0.013 * 0.6, rel=1e-9)
    assert found["cache_write"] == pytest.approx(100 * 0.013 * 0.6 * (1 / reach - 1), rel=1e-9)


def test_the_calls_of_a_batch_come_together(tmp_path: Path) -> None:
    found = mtok(bill_of(system(answer("batch: yes", "cache_read_share: 60 %")), tmp_path))
    each_day = 5_000 * 12 / 365
    reach = 1 - np.exp(-300 / 86_400) / each_day
    assert found["cache_write"] == pytest.approx(50 * 0.6 * (1 / reach - 1), rel=1e-9)


# ---- a contract, and a rent


def test_a_contract_bills_writes_where_it_says_so(tmp_path: Path) -> None:
    stage = "is: inference, input_tokens: 10_000, output_tokens: 1, cache_read_share: 60 %"
    free = f"answer: {{{stage}, price: {{input: 2, output: 0, cache_read: 0.1}}}}"
    billed = free.replace("cache_read: 0.1", "cache_read: 0.1, cache_write: 3")
    assert mtok(bill_of(system(free), tmp_path))["cache_read"] == pytest.approx(30.0)
    found = bill_of(system(billed), tmp_path)
    assert line(found, "cache writes").price.usd == 3.0
    assert mtok(found)["cache_read"] < 30.0


@pytest.mark.parametrize(("hours", "paid"), [("", 730), (", hours: 100", 100)])
def test_what_is_kept_for_a_rent_is_paid_by_the_hour(
    tmp_path: Path, hours: str, paid: float
) -> None:
    kept = f"cache_kept: {{tokens: 100_000{hours}}}"
    text = system(answer(kept, "cache_read_share: 90 %", model="google/gemini-3.8-flash"))
    bill = bill_of(text, tmp_path)
    rent = line(bill, "cache kept")
    assert rent.usd == pytest.approx(0.1 * paid * 0.5, rel=1e-12)
    assert (rent.component, rent.behaves) == ("inference", "fixed")
    assert mtok(bill)["cache_read"] == pytest.approx(45.0)
    assert bill_of(text, tmp_path, **{"answer.cache_kept.tokens": 0.0}).total == pytest.approx(
        bill.total - rent.usd
    )


def test_a_rent_that_nobody_has_a_price_of_is_an_error(tmp_path: Path) -> None:
    for stage in (
        answer("cache_kept: {tokens: 9_000}", model="openai/gpt-5-mini"),
        "answer: {is: inference, input_tokens: 9, output_tokens: 9, price: {input: 1, output: 1},"
        " cache_kept: {tokens: 9_000}}",
    ):
        path = tmp_path / "small.yaml"
        path.write_text(system(stage), encoding="utf-8")
        with pytest.raises(ScenarioError, match="cache_storage_hour"):
            verify(load(path), BOOK)


def test_models_without_a_rent_are_compared_and_no_remedy(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    more = "cache_kept: {tokens: 9_000}", "cache_read_share: 80 %"
    timed = *more, "ttft: {p50: 1, p95: 2}", "tpot: {p50: 0.01, p95: 0.02}"
    path.write_text(system(answer(*timed, model="google/gemini-3.8-flash")), encoding="utf-8")
    case = Case(load(path), BOOK)
    names = "google/gemini-3.8-flash", "google/gemini-2.5-flash", CLAUDE
    notes = models(case, "answer", names).frame.set_index("model")["note"]
    assert ["none kept" in notes[name] for name in names] == [False, True, True]
    call = case.point.scenario.stage_of(Inference, "answer", "no call")
    smaller = ["on google/" in change.words for change in call.faster(BOOK)]
    without = replace(call, cache_kept=None).faster(BOOK)
    assert not any(smaller)
    assert any("on google/" in change.words for change in without)


def test_a_rent_by_contract(tmp_path: Path) -> None:
    price = "price: {input: 1, output: 1, cache_storage_hour: 2}"
    stage = f"answer: {{is: inference, input_tokens: 9, output_tokens: 9, {price},"
    bill = bill_of(system(f"{stage} cache_kept: {{tokens: 1_000_000}}}}"), tmp_path)
    assert line(bill, "cache kept").usd == pytest.approx(1_460)


# ---- what is said of it


def said(text: str, folder: Path) -> list[str]:
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    scenario = load(path)
    verify(scenario, BOOK)
    found = [p for p in warnings(scenario, BOOK) if "thinking_tokens" not in p.key]
    return [f"{problem.wrong}; {problem.remedy}" for problem in found]


@pytest.mark.parametrize(
    ("users", "more", "words", "mended"),
    [
        (
            2,
            "cache_read_share: 90 %",
            "90 % of input from the cache cannot be: 100 requests a month meet an entry of 5 min "
            "1.1 % of the time; the bill takes 1.0 %; write cache_read_share: 1.0 %, or leave it "
            "out and mark nothing, or write cache_ttl: 1h with cache_read_share: 11 %",
            ["cache_read_share: 11 %, cache_ttl: 1h"],
        ),
        (
            30,
            "cache_read_share: 70 %",
            "70 % of input from the cache cannot be: 1,500 requests a month meet an entry of 5 min "
            "15 % of the time; the bill takes 12 %; write cache_ttl: 1h, or cache_read_share: 12 %",
            ["cache_read_share: 70 %, cache_ttl: 1h", "cache_read_share: 12 %"],
        ),
    ],
)
def test_a_share_that_cannot_be_is_said_with_what_can(
    tmp_path: Path, users: int, more: str, words: str, mended: list[str]
) -> None:
    assert said(system(answer(more), users=str(users)), tmp_path) == [words]
    for instead in mended:
        assert said(system(answer(instead), users=str(users)), tmp_path) == []


def test_a_lower_share_changes_the_bill_no_more_than_its_digits(tmp_path: Path) -> None:
    stated, lower = (
        bill_of(system(answer(f"cache_read_share: {share} %"), users="30"), tmp_path).total
        for share in ("70", "12.24")
    )
    assert lower == pytest.approx(stated, rel=0.01)


def test_a_measured_share_that_surprises_is_said_and_kept(tmp_path: Path) -> None:
    text = system(answer("cache_read_share: 90 %", "cache_write_share: 5 %"), users="2")
    (words,) = said(text, tmp_path)
    assert "cannot be" in words
    assert "the bill takes" not in words


def test_a_lifetime_without_a_price_of_its_own_is_said(tmp_path: Path) -> None:
    more = "cache_read_share: 60 %", "cache_ttl: 1h"
    (words,) = said(system(answer(*more, model="aws/global.moonshotai.kimi-k3")), tmp_path)
    assert "no price of an hour" in words


def test_a_prompt_is_kept_in_steps(tmp_path: Path) -> None:
    more, model = "cache_read_share: {} %", "openai/gpt-6-sol"
    text = system(answer(more, model=model).replace("10_000", "1_200"), users="10_000")
    (words,) = said(text.replace("{}", "98"), tmp_path)
    assert words == (
        "of 1,200 tokens at most 1,152 are read from the cache: it takes 1,024, and more by 128; "
        "the bill takes no more; write cache_read_share: 96 %"
    )
    assert said(text.replace("{}", "96"), tmp_path) == []
    found = mtok(bill_of(text.replace("{}", "98"), tmp_path))
    assert found["cache_read"] / (found["cache_read"] + found["input"]) == pytest.approx(0.96)


@pytest.mark.parametrize(
    ("tokens", "users", "words"),
    [
        ("3_333", "100_000", "a cached part of 900 tokens is shorter than the 1,024 it takes; "),
        ("3_333", "100", "900 tokens of a mean call are read from the cache, fewer than the 1,024"),
        ("{p50: 2_000, p95: 9_000}", "100_000", "820 tokens of a mean call"),  # of a large one more
    ],
)
def test_what_is_too_short_to_be_kept_is_plain_input_and_said(
    tmp_path: Path, tokens: str, users: str, words: str
) -> None:
    text = system(answer("cache_read_share: 27 %", model="openai/gpt-5-mini"), users=users)
    text = text.replace("10_000", tokens)
    (found,) = said(text, tmp_path)
    assert found.startswith(words)
    bill = bill_of(text, tmp_path)
    kept = mtok(bill)["cache_read"] > 0
    assert kept == ("shorter than" not in words)
    if not kept:
        plain = bill_of(text.replace("27 %", "0 %"), tmp_path)
        assert bill.total == pytest.approx(plain.total, rel=1e-12)


def test_a_model_without_a_price_of_its_cache_saves_nothing_and_says_so(tmp_path: Path) -> None:
    text = system(answer("cache_read_share: 60 %", model="mistral/mistral-large"))
    scenario = bill_of(text, tmp_path).scenario
    ((stage, flow),) = steps(scenario, scenario.requests())
    assert isinstance(stage, Inference)
    (doubt,) = cache_doubts(stage, flow, BOOK)
    assert doubt.wrong.endswith("takes that of input: nothing is saved")


def test_what_is_kept_unasked_cannot_be_left_out(tmp_path: Path) -> None:
    text = system(answer("cache_read_share: 90 %", model="openai/gpt-6-sol"), users="2")
    (words,) = said(text, tmp_path)
    assert words.endswith("; write cache_read_share: 6.0 %")


def test_a_pool_rents_no_cache(tmp_path: Path) -> None:
    stage = "answer: {is: inference, pool: gpus, input_tokens: 9, output_tokens: 9,"
    pools = "pools: {gpus: {price_per_hour: 2, carries: 900}}"
    text = system(f"{stage} cache_kept: {{tokens: 9_000}}}}", pools)
    assert said(text, tmp_path) == [
        "the pool is billed, and no rent of a cache; keep one of the two"
    ]
    assert {c.item for c in bill_of(text, tmp_path).charges} == {"pool"}
