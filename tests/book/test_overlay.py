"""Names in a client's own prices that are slips of the pen."""

from pathlib import Path

import pytest
from cases import DAY, written

import aicost
from aicost.book.book import Book
from aicost.book.overlay import refuse_misspelt, refuse_unknown
from aicost.book.rows import BookError, parse_row

HAIKU = "anthropic/claude-haiku-4-5"
SYSTEM = f"""{DAY}traffic: {{requests_per_month: 1_000}}
pipeline: {{answer: {{is: inference, model: MODEL, input_tokens: 1_000, output_tokens: 200}}}}
"""


def row(item: str, parameter: str = "input", context: str = ""):
    fields = {"item": item, "parameter": parameter, "context": context, "value": "1"}
    fields |= {"unit": "USD/Mtok", "source": "p", "read_on": "2026-01-01"}
    return parse_row(fields, where="f:2", layer="f", line=2)


def test_a_name_of_ones_own_is_no_slip() -> None:
    rows = [row("acme/own"), row(HAIKU), row("fx/EUR", "usd_per_unit"), row(HAIKU, context="x=y")]
    refuse_unknown(rows, [HAIKU], ["input"], ["", "processing=batch"], [])
    refuse_misspelt([row("anthropic/claude-haiku-4-6"), row(f"speed/{HAIKU}")], [HAIKU], [])
    refuse_misspelt([row("anthropic/claude-hiaku-4-5")], [HAIKU], ["anthropic/claude-hiaku-4-5"])
    with pytest.raises(BookError, match=r"f:2: item: no .*; did you mean 'anthropic/claude-haiku"):
        refuse_misspelt([row("anthropic/claude-hiaku-4-5")], [HAIKU], [])


def test_a_slip_in_an_item_is_refused_with_the_system(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    text = f"item,parameter,value,unit,source,read_on\n{HAIKU}x,input,1,USD/Mtok,p,2026-11-01\n"
    path.write_text(text + f"{HAIKU}x,output,2,USD/Mtok,p,2026-11-01\n")
    for model, refused in ((HAIKU, True), (f"{HAIKU}x", False)):
        system = tmp_path / "system.yaml"
        system.write_text(SYSTEM.replace("MODEL", model))
        if refused:
            with pytest.raises(BookError, match=r"own\.csv:2: item: no .* did you mean"):
                aicost.load(system, path)
        else:
            assert aicost.load(system, path).bill.total == pytest.approx(1.4)
    assert Book.load(overlay=path).find(f"{HAIKU}x", "input").text == "1"  # for what is asked next
    assert written(SYSTEM.replace("MODEL", HAIKU)).bill.total == pytest.approx(2)


def test_a_schedule_has_to_be_one_of_the_book(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    head = "item,parameter,value,unit,schedule,source,read_on\n"
    path.write_text(f"{head}a/x,input,1,USD/Mtok,deepseek-pek,p,2026-11-01\n")
    with pytest.raises(
        BookError, match=r"own\.csv:2: schedule: .*; did you mean 'deepseek-peak'\?"
    ):
        Book.load(overlay=path)


def test_a_rate_of_nothing_is_no_rate(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    head = "item,parameter,value,unit,currency,source,read_on\n"
    fx = "fx/EUR,usd_per_unit,0,USD/EUR,USD,p,2026-11-01\n"
    path.write_text(f"{head}a/x,input,1,EUR/Mtok,EUR,p,2026-11-01\n{fx}")
    with pytest.raises(BookError, match=r"own\.csv:3: value: a rate of 0; write what one EUR is"):
        Book.load(overlay=path)


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_file_as_a_sheet_saves_it(tmp_path: Path, coding: str) -> None:
    path = tmp_path / "own.csv"
    text = (
        "item,parameter,value,unit,source,read_on\r\na/x,input,1,USD/Mtok,K\u00fcche,2026-11-01\r\n"
    )
    path.write_bytes(f"{text}\r\n,,,,,\r\n".encode(coding))
    assert Book.load(overlay=path).find("a/x", "input").source == "K\u00fcche"
    path.write_text(text.replace("unit", "value"))
    with pytest.raises(BookError, match=r"own\.csv:1: value: column 'value' stands twice; remove"):
        Book.load(overlay=path)


@pytest.mark.parametrize("column", ["item", "parameter", "unit", "context", "schedule"])
def test_a_name_stands_on_one_line(tmp_path: Path, column: str) -> None:
    cells = {"item": HAIKU, "parameter": "input", "value": "1", "unit": "USD/Mtok", "context": ""}
    cells |= {"schedule": "", "source": '"two\nlines"', "read_on": "2026-11-01"}
    path = tmp_path / "own.csv"
    row = ",".join((cells | {column: '"a\nb"'}).values())
    path.write_text(f"{','.join(cells)}\n{row}\n")
    with pytest.raises(BookError, match=rf"own\.csv:2: {column}: 'a\\nb' has a break in it; "):
        Book.load(overlay=path)


HEAD = "item,parameter,value,unit,source,read_on\n"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("", "own.csv:1: no row stands below the heading; write one for each price"),
        ("bedrock/*,discount,10,%,p,2999-01-01\n", "own.csv:2: read_on: 2999-01-01 is a day to"),
    ],
)
def test_a_file_that_says_nothing_or_comes_from_the_future(
    tmp_path: Path, rows: str, words: str
) -> None:
    path = tmp_path / "own.csv"
    path.write_text(HEAD + rows)
    with pytest.raises(BookError) as error:
        Book.load(overlay=path)
    assert words in str(error.value)


@pytest.mark.parametrize("pattern", ["aws/*", "bedrock/*", "Bedrock/*", "amazon-bedrock/*"])
def test_a_rule_names_its_seller_as_a_model_may(tmp_path: Path, pattern: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(f"{HEAD}{pattern},discount,10,%,p,2026-11-01\n")
    book, item = Book.load(overlay=path), "aws/regional.anthropic.claude-opus-5-5"
    assert book.find(item, "input").value == pytest.approx(
        0.9 * Book.load().find(item, "input").value
    )
