"""Discounts on all that is listed, the least that is committed to, and credits."""

from pathlib import Path

import numpy as np
import pytest
from commands import run, said
from hypothesis import given, settings
from hypothesis import strategies as st

import aicost
from aicost.billing.case import Case
from aicost.book.book import Book
from aicost.book.rates import UNITS
from aicost.book.rows import BookError
from aicost.book.token_prices import price_requests, rates, total_usd
from aicost.values.charge import total

HAIKU = "anthropic/claude-haiku-4-5"
HEAD = "item,parameter,value,unit,currency,valid_from,context,source,read_on"
SYSTEM = f"""name: Desk
as_of: 2026-11-27
traffic: {{users: 1_000, requests_per_user_month: 500}}
pipeline:
  embedding: {{is: embedding, model: openai/text-embedding-3-small, query_tokens: 20}}
  answer: {{is: inference, model: {HAIKU}, input_tokens: 1_000, output_tokens: 200}}
  people: {{is: human_review, when: after_answer, share: 1 %, minutes: 4, role: us/paralegal}}
"""


def overlay(folder: Path, *rows: str) -> Path:
    path = folder / "own.csv"
    path.write_text("\n".join([HEAD, *(f"{row},frame contract,2026-11-01" for row in rows)]) + "\n")
    return path


def desk(folder: Path, *rows: str, more: str = "") -> Case:
    system = folder / "desk.yaml"
    system.write_text(SYSTEM.replace("tokens: 200", f"tokens: 200{more}"))
    return aicost.load(system, overlay(folder, *rows) if rows else None)


def by_stage(case: Case, stage: str) -> float:
    return float(total(line for line in case.bill.charges if line.stage == stage))


# ---- per cent


@pytest.mark.parametrize("more", ["", ", batch: yes", ", cache_read_share: 60 %", ", turns: 30"])
@pytest.mark.parametrize("pattern", [HAIKU, "anthropic/*", "*", "anthropic/claude-haiku-*"])
def test_a_discount_is_on_every_line_of_what_it_means(
    tmp_path: Path, pattern: str, more: str
) -> None:
    before = desk(tmp_path, more=more)
    after = desk(tmp_path, f"{pattern},discount,25,%,,,", more=more)
    for one, other in zip(before.bill.charges, after.bill.charges, strict=True):
        meant = one.stage == "answer" or (pattern == "*" and one.stage == "embedding")
        assert other.usd == pytest.approx(one.usd * (0.75 if meant else 1.0))
        assert ("less 25 %, frame contract; " in other.price.source) is meant
        assert other.price.source.startswith("list price of ") is meant


@settings(max_examples=25, deadline=None, derandomize=True)
@given(percent=st.integers(0, 99), uplift=st.integers(0, 40))
def test_any_discount_is_so_much_of_the_list_in_every_cell(
    tmp_path_factory: pytest.TempPathFactory, percent: int, uplift: int
) -> None:
    rows = f"*,discount,{percent},%,,,", f"anthropic/*,uplift,{uplift},%,,,"
    plain = Book.load()
    book = Book.load(overlay=overlay(tmp_path_factory.mktemp("o"), *rows))
    for model in ("anthropic/claude-haiku-5-5", "openai/gpt-6-sol", "deepseek/deepseek-v4-pro"):
        times = (1 - percent / 100) * (1 + uplift / 100 * model.startswith("anthropic"))
        for context in {"", *(row.context for row in plain.active(model))}:
            one, other = (rates(b, model, context=context) for b in (plain, book))
            for unit in (unit for unit in UNITS if one.priced(unit)):
                for tier, window in np.ndindex(len(one.tiers), len(one.windows)):
                    listed, paid = one.row(unit, tier, window), other.row(unit, tier, window)
                    assert paid.value == pytest.approx(times * listed.value)


def test_no_discount_is_to_the_byte_as_before(tmp_path: Path) -> None:
    system = tmp_path / "desk.yaml"
    system.write_text(SYSTEM)
    own = overlay(tmp_path, "*,discount,0,%,,,")
    before, after = said("bill", system), said("bill", system, "--prices", own)
    assert before.split("\nprices")[0] == after.split("\nprices")[0]
    one, other = aicost.load(system), aicost.load(system, own)
    assert one.bill.rows() == other.bill.rows()
    assert "1 client price, 1 used." in after


def test_the_narrowest_discount_holds_and_an_uplift_multiplies(tmp_path: Path) -> None:
    rows = "*,discount,5,%,,,", "anthropic/*,discount,10,%,,,", f"{HAIKU},discount,50,%,,,"
    assert by_stage(desk(tmp_path, *rows), "answer") == pytest.approx(500)
    batch = f"{HAIKU},discount,20,%,,,processing=batch"
    there = desk(tmp_path, *rows, batch, more=", batch: yes")
    assert by_stage(there, "answer") == pytest.approx(500 * 0.8)
    both = desk(tmp_path, f"{HAIKU},discount,50,%,,,", "*,uplift,10,%,,,")
    assert by_stage(both, "answer") == pytest.approx(550)


def test_a_discount_has_its_days(tmp_path: Path) -> None:
    own = overlay(tmp_path, "anthropic/*,discount,50,%,,2026-11-10,")
    book = Book.load(overlay=own)
    days = np.array(["2026-11-09", "2026-11-10"], dtype="datetime64[D]")
    pico = price_requests(book, model=HAIKU, at=days, input_tokens=1_000_000)
    assert [total_usd(one) for one in pico] == [1, 0.5]


def test_a_price_of_the_contract_is_paid_as_it_is(tmp_path: Path) -> None:
    case = desk(tmp_path, f"{HAIKU},input,0.9,USD/Mtok,USD,,", "anthropic/*,discount,50,%,,,")
    assert by_stage(case, "answer") == pytest.approx(500 * 0.9 + 100 * 2.5)


def test_a_discount_is_none_on_wages(tmp_path: Path) -> None:
    with pytest.raises(BookError, match=r"own\.csv:2: item: nothing that is sold is called 'us/p"):
        desk(tmp_path, "us/paralegal,discount,10,%,,,")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("anthropic/*,discount,0.25,share,,,", "unit: a discount in 'share'; write it in %: 25"),
        ("anthropic/*,discount,100,%,,,", "value: a discount of 100 %; write less than 100"),
        ("antropic/*,discount,10,%,,,", "item: nothing that is sold is called 'antropic/"),
        (
            "anthropic/claude-haiku-45,discount,10,%,,,",
            "item: nothing that is sold is called .*did you mean 'anthropic/claude-haiku-4-5'",
        ),
        ("anthropic/*,input,1,USD/Mtok,USD,,", "item: .* means several, and input is of one"),
        ("anthropic/*,credit,10,USD,USD,,", "unit: a credit in 'USD'; write it in USD/month"),
        ("*,credit,10,USD/month,USD,,processing=batch", "context: a rule .*; leave it empty"),
        (
            "anthropic/*,disccount,10,%,,,",
            "item: .* means several, and disccount is of one; did you mean 'discount'",
        ),
        ("residency/x/*,eu,1,times,,,", "unit: a eu in 'times'; write it in times list price"),
    ],
)
def test_a_rule_that_no_price_could_follow_is_refused(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(BookError, match=rf"own\.csv:2: {words}"):
        Book.load(overlay=overlay(tmp_path, row))


# ---- amounts


def test_a_commitment_tops_up_the_bill_of_its_provider(tmp_path: Path) -> None:
    case = desk(tmp_path, "anthropic/*,minimum_commitment,1500,USD/month,USD,,")
    (line,) = (line for line in case.bill.charges if line.item == "minimum commitment")
    assert (line.stage, line.component, line.behaves) == ("anthropic/*", "inference", "fixed")
    assert line.usd == pytest.approx(500)
    assert line.factors[0].source.startswith("frame contract")
    sizes = case.at({"users": [0.0, 1_000.0, 5_000.0]})
    added = next(c.usd for c in sizes.bill.charges if c.item == "minimum commitment")
    assert added.tolist() == pytest.approx([1_500, 500, 0])


def test_a_credit_takes_off_no_more_than_there_is(tmp_path: Path) -> None:
    row = "anthropic/*,credit,1500,USD/month,USD,,"
    before, case = desk(tmp_path), desk(tmp_path, row)
    assert before.bill.total - case.bill.total == pytest.approx(1_000)
    assert case.bill.by("component")["inference"] == pytest.approx(0)
    small = desk(tmp_path, "*,credit,100,USD/month,USD,,")
    assert before.bill.total - small.bill.total == pytest.approx(100)
    assert small.bill.by("component")["embedding"] > 0  # its share of the credit, no more
    assert small.bill.people == before.bill.people


def test_what_is_topped_up_counts_for_a_wider_commitment(tmp_path: Path) -> None:
    case = desk(
        tmp_path,
        "anthropic/*,minimum_commitment,1500,USD/month,USD,,",
        "*,minimum_commitment,1600,USD/month,USD,,",
        "*,credit,200,USD/month,USD,,",
    )
    assert case.bill.total - case.bill.people == pytest.approx(1_400)


def test_a_commitment_in_euro_is_converted(tmp_path: Path) -> None:
    rows = (
        "anthropic/*,minimum_commitment,2000,EUR/month,EUR,,",
        "fx/EUR,usd_per_unit,1.1,USD/EUR,USD,,",
    )
    assert by_stage(desk(tmp_path, *rows), "anthropic/*") == pytest.approx(1_200)


def test_a_commitment_to_who_is_not_used_is_said(tmp_path: Path) -> None:
    desk(tmp_path)
    own = overlay(tmp_path, "cohere/*,minimum_commitment,1500,USD/month,USD,,")
    output = run("bill", tmp_path / "desk.yaml", "--prices", own).output
    assert "0 used, 1 not." in output
    assert "own.csv:2: cohere/* minimum_commitment: nothing that is billed is under it" in output
