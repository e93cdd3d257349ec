"""The book: what is in force on a day, layers, corrections, currencies, and clear errors."""

import gzip
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.book.book import Book
from aicost.book.calendars import read_calendars
from aicost.book.data_files import ROW_FILES
from aicost.book.rows import COLUMNS, BookError, parse_row, read_rows
from aicost.paths import data_dir

HEADER = "item,parameter,value,unit,currency,valid_from,valid_to,context,tier_gt,corrects"
DAY = date(2026, 11, 23)


def folder(path: Path, *lines: str, name: str = "prices.csv", header: str = HEADER) -> Path:
    """Write rows, each with the same source and day, and return their folder.

    The other files of a book hold one row each, of an item that is called like the file.
    """
    if name == "prices.csv":
        for other in (name for names in ROW_FILES.values() for name in names):
            row = f"kit/{other},hour,1,USD/hour,a page,2026-11-01\n"
            text = f"item,parameter,value,unit,source,read_on\n{row}".encode()
            (path / other).write_bytes(gzip.compress(text) if other.endswith(".gz") else text)
        calendar(path)
    texts = [f"{header},source,read_on", *(f"{line},a page,2026-11-20" for line in lines)]
    (path / name).write_text("\n".join(texts) + "\n")
    return path


def value(book: Book, day: date, *cell: str) -> str:
    """Return the exact text of a cell on a day."""
    return book.at(day).find(*(cell or ("a/x", "input"))).text


def test_dated_rows(tmp_path: Path) -> None:
    book = Book.load(
        directory=folder(
            tmp_path,
            "a/x,input,1,USD/Mtok,USD,2026-01-01,,,,",
            "a/x,input,2,USD/Mtok,USD,2026-06-01,,,,",
            "a/x,input,0.5,USD/Mtok,USD,2026-08-01,2026-08-11,,,",
        )
    )
    assert book.as_of == date(2026, 11, 20)
    days = ["2026-01-01", "2026-05-31", "2026-06-01", "2026-08-10", "2026-08-11"]
    found = [value(book, date.fromisoformat(day)) for day in days]
    assert found == ["1", "1", "2", "0.5", "2"]
    with pytest.raises(BookError, match="no price recorded on 2025-12-31; first price 2026-01-01"):
        value(book, date(2025, 12, 31))


def test_a_price_that_ended(tmp_path: Path) -> None:
    book = Book.load(directory=folder(tmp_path, "a/x,input,1,USD/Mtok,USD,,2026-03-01,,,"))
    with pytest.raises(BookError, match="no longer priced on 2026-03-01; the last price ended"):
        value(book, date(2026, 3, 1))


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(1, 60), st.integers(1, 99)),
        min_size=1,
        max_size=8,
        unique_by=lambda row: row[0],
    ),
    st.integers(0, 130),
)
def test_the_row_that_began_last_is_in_force(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, int, int]], day: int
) -> None:
    start = date(2026, 1, 1)
    lines = [
        f"a/x,input,{price},USD/Mtok,USD,{start + timedelta(begin)},"
        f"{start + timedelta(begin + length)},,,"
        for begin, length, price in rows
    ]
    book = Book.load(directory=folder(tmp_path_factory.mktemp("book"), *lines))
    holding = [row for row in rows if row[0] <= day < row[0] + row[1]]
    if holding:
        assert value(book, start + timedelta(day)) == str(max(holding)[2])
    else:
        with pytest.raises(BookError):
            value(book, start + timedelta(day))


def test_corrections(tmp_path: Path) -> None:
    wrong = "a/x,input,10,USD/Mtok,USD,2026-01-01,,,,"
    first = Book.load(directory=folder(tmp_path, wrong)).find("a/x", "input")
    again = f"a/x,input,1,USD/Mtok,USD,2026-01-01,,,,{first.id}"
    second = Book.load(directory=folder(tmp_path, wrong, again)).find("a/x", "input")
    assert second.text == "1"
    undone = f"a/x,input,10,USD/Mtok,USD,2026-01-01,,,,{second.id}"
    assert (
        Book.load(directory=folder(tmp_path, wrong, again, undone)).find("a/x", "input").value == 10
    )
    with pytest.raises(BookError, match=r"prices.csv:3: corrects: a/x has no row 0123456789"):
        Book.load(directory=folder(tmp_path, wrong, f"{again[:-10]}0123456789")).find(
            "a/x", "input"
        )


def test_two_rows_for_one_day(tmp_path: Path) -> None:
    book = Book.load(
        directory=folder(tmp_path, "a/x,input,1,USD/Mtok,,,,,,", "a/x,input,2,USD/Mtok,,,,,,")
    )
    with pytest.raises(BookError, match=r"prices.csv:3: .* second row for the same days as line 2"):
        book.find("a/x", "input")


@pytest.mark.parametrize(
    ("cell", "keywords", "message"),
    [
        (("anthropic/claude-haiku-5.5", "input"), {}, "did you mean 'anthropic/claude-haiku-5-5'"),
        (("claude-haiku-5-5", "input"), {}, "did you mean 'anthropic/claude-haiku-5-5'"),
        (("anthropic/claude-haiku-5-5", "inputs"), {}, "did you mean 'input'"),
        (("anthropic/claude-haiku-5-5", "seats"), {}, "it has cache_read, cache_write_1h"),
        (
            ("anthropic/claude-haiku-5-5", "input"),
            {"context": "processing=bach"},
            "did you mean 'processing=batch'",
        ),
        (
            ("anthropic/claude-haiku-5-5", "input"),
            {"tier_gt": 200_000},
            "no cell for more than 200000",
        ),
        (("cohere/rerank-v3.5", "input"), {}, "it has context_window, documents_per_search"),
    ],
)
def test_errors_name_the_nearest(
    cell: tuple[str, str], keywords: dict[str, object], message: str
) -> None:
    with pytest.raises(BookError) as problem:
        Book.load().find(*cell, **keywords)  # type: ignore[arg-type]
    assert message in str(problem.value)
    assert "\n" not in str(problem.value)


def test_layers(tmp_path: Path) -> None:
    folder(tmp_path, "a/x,input,1,USD/Mtok,,,,,,", "a/y,input,5,USD/Mtok,,,,,,")
    text = f"{HEADER},source,read_on\na/x,input,9,USD/Mtok,,,,,,,p,2026-11-19\n"
    text += "a/x,output,9,USD/Mtok,,,,,,,p,2026-11-19\na/z,input,7,USD/Mtok,,,,,,,p,2026-11-19\n"
    (tmp_path / "prices_imported.csv.gz").write_bytes(gzip.compress(text.encode()))
    book = Book.load(directory=tmp_path)
    assert [book.find(item, "input").text for item in ("a/x", "a/y", "a/z")] == ["1", "5", "7"]
    with pytest.raises(BookError, match="no 'output'"):  # a curated item hides the whole other one
        book.find("a/x", "output")
    assert Book.load(directory=tmp_path, layers=("imported",)).find("a/x", "output").text == "9"
    assert book.items("a/") == ("a/x", "a/y", "a/z")
    with pytest.raises(BookError, match=r"^prices\.csv:1: file: it is not there; install"):
        Book.load(directory=tmp_path / "nowhere")


def overlay(path: Path, *lines: str) -> Path:
    """Write a client's prices and return the file."""
    folder(path, *lines, name="overlay.csv")
    return path / "overlay.csv"


def test_overlay_wins_per_parameter_and_context(tmp_path: Path) -> None:
    item = "anthropic/claude-haiku-5-5"
    mine = overlay(tmp_path, f"{item},input,0.08,USD/Mtok,USD,2026-11-01,2026-12-01,,,")
    book, plain = Book.load(overlay=mine, as_of=DAY), Book.load(as_of=DAY)
    assert book.find(item, "input").text == "0.08"
    with pytest.raises(BookError, match="hidden on 2026-11-23 by an overlay without this cell"):
        book.find(item, "input", tier_gt=100_000)
    for parameter, context in (("output", ""), ("input", "processing=batch")):
        assert book.find(item, parameter, context=context) == plain.find(
            item, parameter, context=context
        )
    assert book.at(date(2026, 12, 1)).find(item, "input").text == "0.1"
    assert book.find(item, "input").layer == "overlay.csv"


def test_overlay_in_another_currency(tmp_path: Path) -> None:
    rows = [
        "a/x,input,1.20,EUR/Mtok,EUR,,,,,",
        "fx/EUR,usd_per_unit,1.10,USD/EUR,USD,2026-01-01,,,,",
        "fx/EUR,usd_per_unit,1.05,USD/EUR,USD,2026-09-01,,,,",
    ]
    book = Book.load(overlay=overlay(tmp_path, *rows))
    row = book.find("a/x", "input")
    assert (row.text, row.unit, row.currency) == ("1.2600", "USD/Mtok", "USD")
    assert row.original == "1.20 EUR/Mtok at 1.05 USD"
    assert book.at(date(2026, 8, 31)).find("a/x", "input").value == pytest.approx(1.32)
    assert date(2026, 9, 1) in book.changes("a/x")
    alone = Book.load(overlay=overlay(tmp_path, rows[0]), as_of=date(2026, 11, 23))
    assert alone.find("a/x", "input").original == "1.20 EUR/Mtok at 1.1172 USD"
    with pytest.raises(BookError, match="add a row fx/VND,usd_per_unit"):
        Book.load(overlay=overlay(tmp_path, rows[0].replace("EUR", "VND")))


def test_example_of_the_docs(tmp_path: Path) -> None:
    text = (data_dir().parent / "docs" / "prices.md").read_text(encoding="utf-8")
    (tmp_path / "contract.csv").write_text(text.split("```csv\n")[1].split("```")[0])
    book = Book.load(overlay=tmp_path / "contract.csv", as_of=DAY)
    assert book.find("anthropic/claude-sonnet-5-5", "output").value == pytest.approx(8.64)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a/x,input,,USD/Mtok,,,,,,", "overlay.csv:2: value: is empty"),
        ("a/x,input,1 000,USD/Mtok,,,,,,", "overlay.csv:2: value: '1 000' is not a plain number"),
        ("a/x,input,-1,USD/Mtok,,,,,,", "value: '-1' is negative; write 0 or more"),
        ("a/x,input,NaN,USD/Mtok,,,,,,", "value: 'NaN' is not a plain number"),
        ("a/x,input,1e400,USD/Mtok,,,,,,", "value: '1e400' is not a plain number"),
        ("a/x,input,\uff11,USD/Mtok,,,,,,", "is not a plain number; write it as 1234.56"),
        ("a/x,input,100 \u20ac,USD/Mtok,,,,,,", "value: '100 \u20ac' is not a plain number"),
        (" a/x,input,1,USD/Mtok,,,,,,", "item: ' a/x' has a space at its end; write 'a/x'"),
        ("a/x,input,1,EUR/Mtok,,,,,,", "unit: EUR/Mtok beside the currency USD; write EUR in"),
        ("a/x,input,1,USD/Mtok,Euro,,,,,", "currency: 'Euro' is no currency; write its code"),
        ("a/x,input,1,USD/Mtok,,20261123,,,,", "valid_from: '20261123' is no date"),
        ("a/\u202ex,input,1,USD/Mtok,,,,,,", ":2: item: a letter that cannot be seen, U+202E"),
        ("a/x,Input,1,USD/Mtok,,,,,,", "parameter: nothing has 'Input'; did you mean 'input'?"),
        ("a/x,inptu,1,USD/Mtok,,,,,,", ":2: parameter: nothing has 'inptu'; did you mean 'input'"),
        ("a/x,input,1,USD/Mtok,,,,processing=bach,,", "did you mean 'processing=batch'?"),
        ("Anthropic/Claude-Haiku-4-5,input,1,USD/Mtok,,,,,,", "mean 'anthropic/claude-haiku-4-5'?"),
        ("claude-haiku-4-5,input,1,USD/Mtok,,,,,,", "did you mean 'anthropic/claude-haiku-4-5', "),
        ("a/x,input,1,USD/Mtok,,23.11.2026,,,,", "valid_from: '23.11.2026' is no date"),
        ("a/x,input,1,USD/Mtok,,2026-02-01,2026-01-01,,,", "is before valid_from"),
        ("a/x,input,1,USD/Mtok,,,,,12k,", "tier_gt: '12k' is not a plain number"),
        ("a/x,input,1,USD/Mtok", "fields where the header has"),
        ("a/x,input,1,USD/Mtok,CHF,,,,,", "unit: USD/Mtok beside the currency CHF; write USD"),
    ],
)
def test_malformed_overlays(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(BookError) as problem:
        Book.load(overlay=overlay(tmp_path, line))
    assert message in str(problem.value)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (HEADER.replace("currency", "curency"), "no column 'curency'; did you mean 'currency'?"),
        (HEADER.replace("value,", ""), ": value: no such column; add it"),
    ],
)
def test_malformed_headers(tmp_path: Path, header: str, message: str) -> None:
    folder(tmp_path, name="overlay.csv", header=header)
    with pytest.raises(BookError, match=r"overlay\.csv:1") as problem:
        Book.load(overlay=tmp_path / "overlay.csv")
    assert message in str(problem.value)


def test_confidence_is_checked() -> None:
    fields = {"item": "a/x", "parameter": "input", "value": "1", "unit": "USD/Mtok"}
    fields |= {"source": "p", "read_on": "2026-01-01", "confidence": "sure"}
    with pytest.raises(BookError, match="'sure' is none of checked, listed"):
        parse_row(fields, where="f:2", layer="f", line=2)


def test_hash_is_of_the_content(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir(), two.mkdir()
    folder(one, "a/x,input,1,USD/Mtok,,,,,,")
    folder(two, "a/x,input,1,USD/Mtok,,,,,,")
    (two / "prices.csv").write_bytes((two / "prices.csv").read_bytes().replace(b"\n", b"\r\n"))
    first = Book.load(directory=one)
    assert first.hash == Book.load(directory=two).hash == first.at(DAY).hash
    assert len(first.hash) == 12
    with_overlay = Book.load(directory=one, overlay=overlay(tmp_path, "a/x,input,2,USD/Mtok,,,,,,"))
    assert with_overlay.hash != first.hash
    folder(two, "a/x,input,2,USD/Mtok,,,,,,")
    assert Book.load(directory=two).hash != first.hash


def test_age(tmp_path: Path) -> None:
    book = Book.load(as_of=date(2027, 1, 7))
    assert book.age_days() == (date(2027, 1, 7) - book.newest).days
    imported = book.find("anthropic/claude-2", "input")
    assert book.age_days([imported]) == 45
    assert Book.load(as_of=date(2020, 1, 1)).age_days() == 0
    own = overlay(tmp_path, "a/x,input,2,USD/Mtok,,,,,,")
    book = Book.load(as_of=date(2027, 1, 7), overlay=own)
    assert book.age_days([book.find("a/x", "input"), imported]) == 48


def test_every_row_of_the_kit(record_property: Callable[[str, object], None]) -> None:
    total = 0
    for name in (name for names in ROW_FILES.values() for name in names):
        path = data_dir() / name
        if not path.exists():
            continue
        file = read_rows(path)
        assert tuple(file.columns) == COLUMNS, name
        total += sum(len(file.rows(item)) for item in file.records)
    record_property("figure", f"price book: {total:,} rows, {len(Book.load().items()):,} items")
    assert total > 10_000


def test_one_row_in_force_per_cell_and_day() -> None:
    book = Book.load()
    for item in book.items():
        for day in (date.min, *book.changes(item)):
            book.active(item, day)  # raises where two rows hold


def calendar(path: Path, *lines: str) -> Path:
    """Write schedules and return the file."""
    head = "name,utc_offset,weekdays,start,end,valid_from,source,read_on\n"
    (path / "schedules.csv").write_text(head + "".join(f"{line},p,2026-01-01\n" for line in lines))
    return path / "schedules.csv"


def hours(table: np.ndarray) -> list[int]:
    """Return the hours of the week that a table of minutes covers whole."""
    return np.flatnonzero(table.reshape(-1, 60).all(axis=1)).tolist()


def test_calendars(tmp_path: Path) -> None:
    calendars = read_calendars(
        calendar(
            tmp_path,
            "night,+00:00,7,22:00,02:00,",
            "tokyo,+09:00,1,08:00,10:00,",
            "denver,-07:00,7,16:00,18:00,",
            "day,+00:00,3,00:00,24:00,",
            "moves,+00:00,1,01:00,02:00,2026-01-01",
            "moves,+00:00,1,05:00,06:00,2026-02-01",
            "moves,+00:00,2,05:00,06:00,2026-02-01",
        )
    )
    sunday = 6 * 24
    assert hours(calendars.covers("night", DAY)) == [0, 1, sunday + 22, sunday + 23]
    assert hours(calendars.covers("tokyo", DAY)) == [0, sunday + 23]
    assert hours(calendars.covers("denver", DAY)) == [0, sunday + 23]
    assert hours(calendars.covers("day", DAY)) == list(range(48, 72))
    assert hours(calendars.covers("moves", date(2025, 12, 31))) == []
    assert hours(calendars.covers("moves", date(2026, 1, 31))) == [1]
    assert hours(calendars.covers("moves", date(2026, 2, 1))) == [5, 29]
    assert calendars.changes("moves") == (date(2026, 1, 1), date(2026, 2, 1))
    with pytest.raises(LookupError, match="no schedule 'noon' in the book; use one of: day"):
        calendars.covers("noon", DAY)


@pytest.mark.parametrize(
    "line",
    [
        "a,8,12345,01:00,02:00,",
        "a,+08:00,089,01:00,02:00,",
        "a,+08:00,1,1,02:00,",
        "a,+08:00,1,01:60,02:00,",
        "a,+08:00,1,01:00,25:00,",
        "a,+08:00,1,01:00,02:00,May",
    ],
)
def test_malformed_calendars(tmp_path: Path, line: str) -> None:
    with pytest.raises(LookupError, match=r"schedules\.csv:2: "):
        read_calendars(calendar(tmp_path, line))


def test_schedules_of_the_kit() -> None:
    peak = Book.load().calendars.covers("deepseek-peak", DAY)
    beijing = [day * 24 + hour for day in range(5) for hour in (9, 10, 11, 14, 15, 16, 17)]
    assert hours(peak) == [hour - 8 for hour in beijing]
