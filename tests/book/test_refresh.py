"""Prices taken over from genai-prices: what is imported, what differs, what is written."""

import csv
import gzip
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from genai_prices.data import providers
from genai_prices.types import (
    ClauseEquals,
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    PriceVariant,
    StartDateConstraint,
    TimeOfDateConstraint,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from aicost.book import genai_prices as price_import
from aicost.book.book import Book
from aicost.book.data_files import IMPORTED_FILE, NAMES_FILE
from aicost.book.flat import Flat
from aicost.book.genai_prices import ImportRefused, read_installed
from aicost.book.refresh import accept, choose, compare, rules_differ, stale
from aicost.book.rows import COLUMNS, BookError
from aicost.cli.prices import app
from aicost.values.table_file import records

DAY = date(2026, 12, 20)
LATER = date(2027, 1, 20)


@pytest.fixture(scope="module")
def installed() -> Flat:
    return read_installed(DAY)


def text_of(folder: Path) -> str:
    """Return the imported layer as CSV text."""
    return gzip.decompress((folder / IMPORTED_FILE).read_bytes()).decode()


def test_kit_holds_what_is_installed(installed: Flat) -> None:
    if installed.version != "0.2.3":
        pytest.skip(f"genai-prices {installed.version}: the imported layer is of 0.2.3")
    assert compare(installed) == ()


def test_every_model_with_a_price_is_imported(installed: Flat) -> None:
    items = {
        record["item"] for record in installed.prices if record["parameter"] != "context_window"
    }
    models = [(p, m) for p in providers for m in p.models]
    priced = {
        f"{p.id}/{m.id}"
        for p, m in models
        if isinstance(m.prices, list) or any(v is not None for v in vars(m.prices).values())
    }
    assert items == priced
    assert {tuple(record) for record in installed.prices} == {COLUMNS}


def model(prices: Any, variants: Sequence[PriceVariant] = ()) -> Any:
    """Return a genai-prices model."""
    return ModelInfo(
        id="m", match=ClauseEquals("m"), prices=prices, price_variants=list(variants) or None
    )


def by_day(*entries: tuple[str, int]) -> list[ConditionalPrice]:
    """Return dated prices of input tokens; the first without a day."""
    return [
        ConditionalPrice(
            StartDateConstraint(date.fromisoformat(day)) if day else None,
            prices=ModelPrice(input_mtok=Decimal(price)),
        )
        for day, price in entries
    ]


def by_hour(start: int, end: int, price: int = 9) -> ConditionalPrice:
    """Return prices of some hours of the day."""
    hours = [time(hour, tzinfo=UTC) for hour in (start, end)]
    return ConditionalPrice(
        TimeOfDateConstraint(*hours), prices=ModelPrice(input_mtok=Decimal(price))
    )


def imported(*models: Any) -> list[dict[str, str]]:
    """Return the records of some models."""
    return [record for one in models for record in price_import._model(one, {})]


def test_dated_prices_close_each_other() -> None:
    records = imported(model(by_day(("", 1), ("2026-05-01", 2), ("2026-08-01", 3))))
    assert [(r["value"], r.get("valid_from"), r.get("valid_to")) for r in records] == [
        ("1", None, "2026-05-01"),
        ("2", "2026-05-01", "2026-08-01"),
        ("3", "2026-08-01", None),
    ]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", *(f"2026-0{m}-01" for m in range(1, 10))]), st.integers(1, 9)
        ),
        min_size=1,
        max_size=6,
    )
)
def test_periods_are_those_of_genai_prices(entries: list[tuple[str, int]]) -> None:
    theirs = model(by_day(("", 5), *entries))
    records = imported(theirs)
    for month in range(1, 12):
        day = date(2026, month, 1)
        found = [
            r["value"]
            for r in records
            if r.get("valid_from", "0001-01-01") <= day.isoformat() < r.get("valid_to", "9999")
        ]
        expected = theirs.get_prices(datetime(2026, month, 1, tzinfo=UTC)).input_mtok
        assert found == [str(expected)]


BATCH = {"processing": "batch"}
HOURS = by_hour(1, 2).constraint


def variant(
    price: int | None, when: dict[str, str] = BATCH, constraint: Any = None
) -> PriceVariant:
    """Return a price under a condition."""
    prices = ModelPrice() if price is None else ModelPrice(input_mtok=Decimal(price))
    return PriceVariant(when=when, prices=prices, constraint=constraint)


def test_an_empty_context_repeats_the_standard_price() -> None:
    records = imported(model(ModelPrice(input_mtok=Decimal(4)), [variant(None)]))
    assert [(r.get("context", ""), r["value"]) for r in records] == [
        ("", "4"),
        ("processing=batch", "4"),
    ]


@pytest.mark.parametrize(
    ("odd", "message"),
    [
        (model([*by_day(("", 1)), by_hour(1, 4), *by_day(("2026-05-01", 2))]), "dated price comes"),
        (model([*by_day(("", 1)), by_hour(1, 4), by_hour(3, 6)]), "times of day that overlap"),
        (model([*by_day(("", 1)), by_hour(22, 4), by_hour(3, 6)]), "times of day that overlap"),
        (
            model(ModelPrice(input_mtok=Decimal(1)), [variant(1, BATCH | {"speed": "fast"})]),
            "two context keys",
        ),
        (
            model(ModelPrice(input_mtok=Decimal(1)), [variant(1, constraint=HOURS)]),
            "context priced by time of day",
        ),
        (model(ModelPrice(input_gpixels=Decimal(1))), "price per input_gpixels"),
        (model(ModelPrice(cache_write_5m_mtok=Decimal(1))), "price per cache_write_5m_mtok"),
    ],
)
def test_what_rows_cannot_say_is_refused(odd: Any, message: str) -> None:
    with pytest.raises(ImportRefused, match=message):
        imported(odd)


def flat(*rows: tuple[str, str, str, str]) -> Flat:
    """Return price data of (item, value, valid_from, valid_to)."""
    records = [
        dict.fromkeys(COLUMNS, "")
        | {
            "item": item,
            "parameter": "input",
            "value": value,
            "unit": "USD/Mtok",
            "currency": "USD",
            "valid_from": start,
            "valid_to": end,
            "source": "a page",
            "read_on": DAY.isoformat(),
            "confidence": "imported",
        }
        for item, value, start, end in rows
    ]
    return Flat(records, [], "9.9")


BEFORE = flat(
    ("a/x", "1", "", ""),
    ("a/y", "2", "", ""),
    ("b/z", "3", "2026-01-01", "2026-06-01"),
    ("b/z", "4", "2026-06-01", ""),
    ("b/gone", "5", "", ""),
)
AFTER = flat(
    ("a/x", "1", "", "2027-01-01"),
    ("a/x", "7", "2027-01-01", ""),
    ("a/y", "2", "", ""),
    ("b/z", "4", "2026-06-01", ""),
    ("c/new", "6", "", ""),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    accept(BEFORE, ["a/", "b/"], read_on=DAY, directory=tmp_path)
    return tmp_path


def test_what_differs(folder: Path) -> None:
    assert compare(BEFORE, directory=folder) == ()
    changes = compare(AFTER, directory=folder)
    assert [(c.kind, c.item) for c in changes] == [
        ("changed", "a/x"),
        ("gone", "b/gone"),
        ("changed", "b/z"),
        ("new", "c/new"),
    ]
    assert str(changes[0])[8:] == ("  changed  a/x input: 1 -> 1 to 2027-01-01, 7 from 2027-01-01")
    assert [c.id for c in changes] == [c.id for c in compare(AFTER, directory=folder)]
    assert len({c.id for c in changes}) == 4


def test_taking_over(folder: Path) -> None:
    before = text_of(folder)
    written = accept(AFTER, ["a/x", "b/", "c/new"], read_on=LATER, directory=folder)
    assert len(written) == 4
    assert text_of(folder).startswith(before)  # nothing edited, nothing removed
    assert compare(AFTER, directory=folder) == ()
    book = Book.load(layers=("imported",), directory=folder)
    assert book.as_of == LATER
    assert book.find("a/x", "input").value == 7
    assert book.at(date(2026, 12, 31)).find("a/x", "input").value == 1
    assert book.at(date(2026, 3, 1)).find("b/gone", "input").value == 5
    with pytest.raises(BookError, match="the last price ended 2027-01-20"):
        book.find("b/gone", "input")
    assert book.find(AFTER.log_item, "differences_left").value == 0


def test_taking_a_part_over(folder: Path) -> None:
    first = compare(AFTER, directory=folder)
    accept(AFTER, [first[0].id], read_on=LATER, directory=folder)
    assert compare(AFTER, directory=folder) == first[1:]
    book = Book.load(layers=("imported",), directory=folder)
    assert book.find(AFTER.log_item, "differences_left").value == 3
    accept(AFTER, [], read_on=LATER, directory=folder)  # twice on one day: the second counts
    assert Book.load(layers=("imported",), directory=folder).find(
        AFTER.log_item, "differences_left"
    )
    with pytest.raises(BookError, match="--accept a/w: no such change; did you mean"):
        choose(first, ["a/w"])


DATES = ("", "2026-03-01", "2026-06-01", "2026-09-01")
CELLS = st.dictionaries(
    st.sampled_from(["a/x", "b/z"]),
    st.dictionaries(st.sampled_from(DATES), st.integers(0, 3), min_size=1),
    min_size=1,
)  # item -> first day -> price, where 0 stands for a time without a price


def dated(cells: dict[str, dict[str, int]]) -> Flat:
    """Return price data in which the prices of an item close each other."""
    rows = []
    for item, prices in cells.items():
        starts = sorted(prices)
        for start, end in zip(starts, [*starts[1:], ""], strict=True):
            if prices[start]:
                rows.append((item, str(prices[start]), start, end))
    return flat(*rows)


@settings(max_examples=60)
@given(st.lists(CELLS, min_size=2, max_size=4))
def test_any_history_of_refreshes(
    tmp_path_factory: pytest.TempPathFactory, histories: list[dict[str, dict[str, int]]]
) -> None:
    folder = tmp_path_factory.mktemp("book")
    for number, cells in enumerate(histories):
        said = dated(cells)
        before = text_of(folder) if number else ""
        words = {change.id for change in compare(said, directory=folder)}
        accept(said, words, read_on=DAY, directory=folder)
        assert text_of(folder).startswith(before)
        assert compare(said, directory=folder) == ()
        book = Book.load(layers=("imported",), directory=folder)
        for item, prices in cells.items():
            for day in DATES[1:]:
                began = [start for start in prices if start <= day]
                price = prices[max(began)] if began else 0
                if price:
                    found = book.at(date.fromisoformat(day)).find(item, "input")
                    assert found.value == price
                elif any(prices.values()):
                    with pytest.raises(BookError):
                        book.at(date.fromisoformat(day)).find(item, "input")


def test_rules_of_names_are_taken_over_as_a_whole(tmp_path: Path) -> None:
    rule = {"provider": "a", "model": "x", "says": "is", "how": "equals", "text": "ex"}
    rule |= {"source": "s 1", "read_on": "2026-11-26"}
    said = replace(BEFORE, names=[rule])
    assert rules_differ(said, directory=tmp_path) == 1
    accept(said, ["a/"], read_on=DAY, directory=tmp_path)
    assert rules_differ(said, directory=tmp_path) == 0
    (read,) = records(tmp_path / NAMES_FILE, rule)
    assert read == rule
    accept(BEFORE, [], read_on=LATER, directory=tmp_path)  # a list without rules leaves them
    assert rules_differ(said, directory=tmp_path) == 0
    other = [rule | {"text": "ax"}]
    accept(replace(BEFORE, names=other), [], read_on=LATER, directory=tmp_path)
    assert rules_differ(said, directory=tmp_path) == 2


def test_new_calendars_come_along(tmp_path: Path) -> None:
    schedules: dict[str, list[dict[str, str]]] = {}
    records = [
        dict.fromkeys(COLUMNS, "")
        | {"item": "a/x", "source": "p", "read_on": "2026-12-20", "confidence": "imported"}
        | record
        for record in price_import._model(model([*by_day(("", 1)), by_hour(22, 2)]), schedules)
    ]
    windows = [
        w | {"source": "p", "read_on": "2026-12-20"} for ws in schedules.values() for w in ws
    ]
    said = Flat(records, windows, "9.9")
    accept(said, ["a/"], read_on=DAY, directory=tmp_path)
    accept(said, [], read_on=LATER, directory=tmp_path)
    lines = list(csv.DictReader((tmp_path / "schedules.csv").open()))
    assert [(line["name"], line["start"], line["end"]) for line in lines] == [
        ("daily-utc-2200-0200", "22:00", "02:00")
    ]
    covered = Book.load(layers=("imported",), directory=tmp_path).calendars
    assert covered.covers("daily-utc-2200-0200", DAY).sum() == 7 * 4 * 60


def test_stale() -> None:
    book = Book.load()
    assert stale(book.at(date(2026, 11, 23)), 0) == ()
    found = stale(book.at(date(2027, 1, 8)), 45)
    entries = {entry.item: entry for entry in found}
    assert entries["anthropic/claude-haiku-5-5"].age_days == 46
    assert entries[IMPORTED_FILE].rows > 5_000
    assert "anthropic/claude-2" not in entries  # one entry stands for the whole imported layer
    assert stale(book.at(date(2027, 1, 7)), 45) == ()


def run(*words: str) -> tuple[int, str]:
    """Return exit code and output of `aicost prices ...`."""
    result = CliRunner().invoke(app, words)
    return result.exit_code, result.output


def test_command_line() -> None:
    code, said = run("show", "google/gemini-4-argon", "--as-of", "2026-11-23")
    assert code == 0
    words = " ".join(said.split())
    assert "input: 4 USD/Mtok, from 2026-12-01; listed, read 2026-11-23, https://" in words
    code, said = run("show", "google/gemini-4-argo")
    assert code == 2
    assert said.startswith("no 'google/gemini-4-argo' in the book; did you mean google/gemini-4-a")
    assert said.count("\n") == 1
    assert run("stale", "--as-of", "2026-11-23")[0] == 0
    code, said = run("stale", "--as-of", "2027-03-01")
    assert code == 1
    assert "98 days  google/gemini-4-argon: " in said
    assert run("refresh", "--accept", "x")[0] == 2
    code, said = run("refresh")
    assert code == 0
    assert "last compared 2026-11-23 with genai-prices 0.2.3" in said


def test_command_line_takes_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: Flat
) -> None:
    few = replace(
        installed, prices=[r for r in installed.prices if r["item"].startswith("deepseek/")]
    )
    accept(replace(few, prices=few.prices[:-1]), ["deepseek/"], read_on=DAY, directory=tmp_path)
    monkeypatch.setattr("aicost.book.refresh.data_dir", lambda: tmp_path)
    monkeypatch.setattr("aicost.book.book.data_dir", lambda: tmp_path)
    monkeypatch.setattr("aicost.cli.prices.read_installed", lambda _: few)
    code, said = run("refresh", "--read-on", "2027-01-20", "--accept", "deepseek/")
    assert code == 0, said
    assert f"genai-prices {few.version}: 1 changes taken over" in said
    assert compare(few, directory=tmp_path) == ()
