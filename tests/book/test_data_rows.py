"""Every row in data/ says where it comes from and when it was read; every file has a data card."""

import csv
import gzip
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from aicost.paths import data_dir

FILES = sorted([*data_dir().rglob("*.csv"), *data_dir().rglob("*.csv.gz")])


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file, plain or gzipped."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_date(text: str) -> bool:
    """Say whether a text is a day, written 2026-11-23."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def row_faults(row: dict[str, str]) -> Iterator[str]:
    """Yield what a row owes: a source, and a day it was read or the word `assumed`."""
    if None in row or None in row.values():
        yield "has more or fewer cells than the header"
        return
    if not row.get("source", "").strip():
        yield "has no source"
    read_on = row.get("read_on", "").strip()
    if read_on and not is_date(read_on):
        yield f"read_on {read_on!r} is not a date such as 2026-11-23"
    if not read_on and row.get("confidence") != "assumed":
        yield "has neither read_on nor the confidence 'assumed'"
    if row.get("value", "").strip() and not row.get("unit", "x").strip():
        yield "has a value without a unit"


def test_there_is_data() -> None:
    assert FILES


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_row_has_source_and_date(path: Path) -> None:
    rows = read(path)
    wrong = [f"{path.name}:{i}: {f}" for i, row in enumerate(rows, 2) for f in row_faults(row)]
    assert rows, f"{path.name} has no rows"
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_file_has_a_data_card(path: Path) -> None:
    cards = (data_dir() / "README.md").read_text(encoding="utf-8")
    name = path.relative_to(data_dir()).as_posix()
    heading = rf"^#+ .*(?<![\w/.-]){re.escape(name)}(?![\w.-])"
    assert re.search(heading, cards, re.MULTILINE), f"data/README.md has no section on {name}"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, None),
        ({"source": " "}, "has no source"),
        ({"read_on": "23.11.2026"}, "read_on '23.11.2026' is not a date such as 2026-11-23"),
        ({"read_on": ""}, "has neither read_on nor the confidence 'assumed'"),
        ({"read_on": "", "confidence": "assumed"}, None),
        ({"unit": ""}, "has a value without a unit"),
        ({"source": None}, "has more or fewer cells than the header"),
    ],
)
def test_checker_finds_what_it_is_for(change: dict[str, str], fault: str | None) -> None:
    good = {"value": "2.00", "unit": "USD/Mtok", "source": "price page", "read_on": "2026-11-23"}
    good["confidence"] = "checked"
    assert list(row_faults(good | change)) == ([] if fault is None else [fault])
