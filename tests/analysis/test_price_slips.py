"""Prices of a client's own that look wrong beside the listed ones."""

from datetime import date
from pathlib import Path

import pytest
from commands import run
from one_call import HAIKU, SYSTEM, files

from aicost.analysis.price_slips import doubts
from aicost.book.book import Book

HEAD = "item,parameter,value,unit,currency,context,source,read_on"


def warned(folder: Path, *rows: str, changes: tuple[str, ...] = (), system: str = SYSTEM) -> str:
    desk, own = files(folder, HEAD, *rows, system=system)
    settings = [word for change in changes for word in ("--set", change)]
    return run("bill", desk, "--prices", own, *settings).output


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            f"{HAIKU},input,0.00075,USD/Mtok,USD,",
            "1,333 times below the listed price, 1 USD/Mtok; is it per thousand tokens?",
        ),
        (
            f"{HAIKU},input,0.000001,USD/Mtok,USD,",
            "1,000,000 times below the listed price, 1 USD/Mtok; is it per token?",
        ),
        (f"{HAIKU},output,5000,USD/Mtok,USD,", "1,000 times above the listed price, 5 USD/Mtok"),
        (f"{HAIKU},input,0,USD/Mtok,USD,", "a price of 0 where the listed price is 1 USD/Mtok"),
        (f"{HAIKU},output,0.9,USD/Mtok,USD,", "output at 0.9 is below input at 1 USD/Mtok"),
        (f"{HAIKU},input,9,USD/Mtok,USD,", "output at 5 is below input at 9 USD/Mtok"),
        (
            f"{HAIKU},cache_read,1.5,USD/Mtok,USD,",
            "15 times above the listed price, 0.1 USD/Mtok; write",
        ),
        (f"{HAIKU},input,1.2,USD/Mtok,USD,processing=batch", "in a batch 1.2, at once 1 USD/Mtok"),
        ("acme/claude-haiku-4-5,input,0.001,USD/Mtok,USD,", "below the listed price of that model"),
        ("anthropic/own,input,90000,USD/Mtok,USD,", "above any listed price of anthropic,"),
        ("acme/own,input,0.00000001,USD/Mtok,USD,", "below any price of tokens, 0.001 USD/Mtok"),
        ("anthropic/*,discount,0.25,%,,", "0.25 %: is it 25 %?; write 25"),
    ],
)
def test_a_slip_is_said_where_the_bill_is(tmp_path: Path, row: str, words: str) -> None:
    for said in (
        warned(tmp_path, row),
        run("check", tmp_path / "desk.yaml", "--prices", tmp_path / "own.csv").output,
    ):
        assert "own.csv:2: " in said
        assert words in said, said


@pytest.mark.parametrize(
    "row", [f"{HAIKU},input,0.75,USD/Mtok,USD,", f"{HAIKU},output,4,USD/Mtok,USD,"]
)
def test_a_usual_price_is_not_doubted(tmp_path: Path, row: str) -> None:
    assert "warning:" not in warned(tmp_path, row)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("answer.batch=yes", "input processing=batch, output processing=batch"),
        ("answer.cache_read_share=50 %", "cache_read"),
    ],
)
def test_what_stays_at_list_beside_a_price_of_the_contract(
    tmp_path: Path, change: str, what: str
) -> None:
    rows = f"{HAIKU},input,0.75,USD/Mtok,USD,", f"{HAIKU},output,3.75,USD/Mtok,USD,"
    output = warned(tmp_path, *rows, changes=(change,))
    assert f"batch, cache and tiers stay as listed; billed so: {what}" in output
    remedy = f"{HAIKU},discount,25,%"
    assert f"add {remedy} to take it off these too" in output
    followed = warned(tmp_path, *rows, f"{remedy},,", changes=(change,))
    assert "stay as listed" not in followed


def test_a_price_for_every_size_hides_the_listed_one_above_a_size(tmp_path: Path) -> None:
    system = SYSTEM.replace(HAIKU, "anthropic/claude-haiku-5-5")
    row = "anthropic/claude-haiku-5-5,input,0.09,USD/Mtok,USD,"
    output = warned(tmp_path, row, system=system)
    assert "takes the place of the listed price above 100,000 tokens too, 0.5 USD/Mtok" in output


@pytest.mark.parametrize(
    ("rate", "odd"),
    [("1.1", False), ("1.2", False), ("0.9", True), ("111", True), ("0", True)],
)
def test_an_exchange_rate_that_no_market_moved_to(rate: str, odd: bool, tmp_path: Path) -> None:
    head = "item,parameter,value,unit,currency,valid_from,source,read_on,confidence"
    row = f"fx/EUR,usd_per_unit,{rate},USD/EUR,,2026-01-01,contract,2026-11-01,checked"
    (tmp_path / "own.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    found = [*doubts(Book.load(as_of=date(2026, 11, 23), overlay=tmp_path / "own.csv"))]
    assert [one.remedy for one in found] == ["write what one EUR is worth in USD"] * odd
