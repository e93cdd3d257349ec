"""A provider's export of usage or of costs, read into rows: when, which model, which tokens."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aicost.book.book import Book
from aicost.invoices.model_names import ModelNames
from aicost.invoices.money_of import NoMoney, Rates, code_in
from aicost.invoices.services import aside_of
from aicost.invoices.usage_layouts import (
    BILLED,
    COST,
    FIELDS,
    ExportLayout,
    export_layout,
    export_layouts,
)
from aicost.log.cells import cell
from aicost.log.layouts import LogError, Place, at
from aicost.log.records import MOST_HEADS, Dug, dig, text_of
from aicost.log.scan import scanned
from aicost.log.sources import PARQUET, connection, files_of
from aicost.values.formatting import plural

if TYPE_CHECKING:
    import pandas as pd

REQUESTS = "requests"
DAY = timedelta(days=1)
MOST_DIGITS = 8  # behind the point, beyond which amounts are not rounded
CENT = 1e-2
AMOUNT = Place(("amount",))  # of a credit
MOST_ROWS = 2_000_000
AGAIN = "the same row stands again further up"
NO_TIME, NEGATIVE, NO_AMOUNT = "it says no time", "tokens below nothing", "it says no amount"
COLUMNS = ("start", "end", "item", "sold", "bucket", "quantity", "usd", "aside")


@dataclass(frozen=True)
class UsageExport:
    """What a provider says was used, or charges, in parts that do not overlap.

    Attributes
    ----------
    layout : which export it is.
    rows : a line for each amount: `start` and `end` in UTC, `item` (the model, or nothing), `sold`,
        `bucket` (a kind of tokens, requests, or nothing), `quantity` and `usd` (null where it does
        not say), `aside` (tax, credits and the like, or what is no tokens).
    read, set_aside : rows that were read, and how many of them are none, by the reason.
    elsewhere : rows and dollars of services that are no models.
    step_usd : the digit that its amounts are rounded to, 0 where they are not.
    sold_told : whether it says how tokens were sold.
    """

    layout: ExportLayout
    rows: pd.DataFrame
    spans: tuple[tuple[datetime, datetime], ...]
    read: int
    set_aside: Mapping[str, int]
    elsewhere: tuple[int, float]
    step_usd: float
    sold_told: bool
    notes: tuple[str, ...]

    @property
    def costs(self) -> bool:
        """Whether it says what tokens cost, and not only how many there were."""
        return self.layout.form == COST


def usage_export(path: str | Path, book: Book, logged: Collection[str] = ()) -> UsageExport:
    """Read an export of usage (OpenAI, Anthropic) or of costs (those, AWS, Google Cloud).

    Parameters
    ----------
    path : a file, or a folder of its pages: JSON, CSV or Parquet; gzipped or not.
    book : the models that it may name, and the rates of its currency.
    logged : the items of a log that it is held against.

    Raises
    ------
    LogError : a ValueError in one line: nobody's export that is known, or none of its rows is one.
    """
    files = files_of(path)
    called = files[0].name if len(files) == 1 else f"{len(files):,} files"
    heads = [one.record for one in islice(_records(files[0]), MOST_HEADS) if not one.problem]
    layout = export_layout(heads, files[0].name)
    reader = _Reader(layout, book, logged, called)
    for file in files:
        for dug in _records(file):
            reader.read(dug)
    reader.goes_on = all(_goes_on(file) for file in files)
    return reader.export()


def _goes_on(path: Path) -> bool:
    """Whether a page says that another follows."""
    return re.search(rb'"has_more"\s*:\s*true', text_of(path)) is not None


def _records(path: Path) -> Iterator[Dug]:
    """Yield the rows of a file: of a page of buckets, each result of each."""
    if text_of(path, 4).startswith(PARQUET):
        yield from _of_parquet(path)
        return
    raw = text_of(path)
    if not raw.strip():
        raise LogError(f"{path.name}: it is empty; export it again")
    row = 0
    try:
        for one in dig(raw):
            results = at(one.record, ("results",))
            if not isinstance(results, list):
                row += 1
                yield one._replace(row=row)
                continue
            bucket = {name: said for name, said in one.record.items() if name != "results"}
            for result in results or [{}]:
                row += 1
                if not isinstance(result, Mapping):
                    yield Dug(row, None, "no record, but a single value")
                else:
                    yield Dug(row, {**bucket, **result})
    except LogError as problem:  # a first line that names no columns
        raise LogError(f"{path.name}: {problem}") from None


def _of_parquet(path: Path) -> Iterator[Dug]:
    duck = connection()
    if duck is None:
        raise LogError(f"{path.name}: Parquet is read by duckdb; pip install 'aicost-kit[kit]'")
    scan = scanned(duck, path, "parquet")
    found = duck.execute(f"SELECT to_json(t)::VARCHAR FROM {scan.source} t")
    row = 0
    while some := found.fetchmany(10_000):
        for (text,) in some:
            row += 1
            yield Dug(row, json.loads(text))


class _Reader:
    """Reads the rows of one export, and counts what is none."""

    def __init__(
        self, layout: ExportLayout, book: Book, logged: Collection[str], called: str
    ) -> None:
        self.layout, self.called = layout, called
        self.words, self.names = export_layouts(), ModelNames(book, layout.provider, logged)
        self.rates = Rates(book)
        self.rows: list[tuple[Any, ...]] = []
        self.number, self.aside = 0, Counter[str]()
        self.seen: set[str] = set()
        self.elsewhere, self.elsewhere_usd = 0, 0.0
        self.spans: set[tuple[datetime, datetime]] = set()
        self.digits, self.goes_on, self.told = 0, False, False

    def read(self, dug: Dug) -> None:
        """Read a row, or count why it is none."""
        self.number += 1
        if self.number > MOST_ROWS:
            raise LogError(f"{self.called}: more than {MOST_ROWS:,} rows; name fewer days")
        problem = dug.problem or self._read(dug.record)
        if problem:
            self.aside[problem] += 1

    def _read(self, record: Mapping[str, Any]) -> str:
        said, problem = self._said(record)
        if problem:
            return problem
        start = said["start"]
        if start is None:
            return NO_TIME
        key = json.dumps(record, sort_keys=True, default=str)
        if key in self.seen:
            return AGAIN
        self.seen.add(key)
        end = said["end"] or start + DAY
        if end <= start:
            return "it ends before it begins"
        self.spans.add((start, end))
        return (
            self._costs(record, said, start, end)
            if self.layout.form == COST
            else self._uses(said, start, end)
        )

    def _said(self, record: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        said: dict[str, Any] = dict.fromkeys(FIELDS)
        for name, places in self.layout.fields.items():
            if name == "words":
                every = (cell(record, (place,), "text")[0] for place in places)
                said[name] = " ".join(filter(None, every))
            elif name != "credits":
                said[name], wrong = cell(record, places, FIELDS[name])
                if wrong:
                    return said, f"{name} {wrong}"
        return said, ""

    def _sold(self, said: Mapping[str, Any]) -> str:
        tier = str(said["service_tier"] or "").lower()
        self.told = self.told or said["batch"] is not None or bool(tier)
        if said["batch"] or tier == "batch":
            return "batch"
        return "" if tier in ("standard", "default", "auto", "on_demand", "") else tier

    def _uses(self, said: Mapping[str, Any], start: datetime, end: datetime) -> str:
        if all(said[name] is None for name in BILLED):
            return ""  # a bucket without use
        counts = {name: said[name] or 0.0 for name in BILLED}
        if self.layout.inside:
            counts["input_tokens"] -= sum(counts[name] for name in BILLED[1:4])
        if min(*counts.values(), said["requests"] or 0.0) < 0:
            return NEGATIVE
        item = self.names.named(said["model"]) if said["model"] else ""
        sold = self._sold(said)
        if said["requests"] is not None:
            counts[REQUESTS] = said["requests"]
        self.rows += [(start, end, item, sold, b, n, None, "") for b, n in counts.items()]
        return ""

    def _costs(
        self, record: Mapping[str, Any], said: Mapping[str, Any], start: datetime, end: datetime
    ) -> str:
        if said["usd"] is None:
            return "" if not said["words"] else NO_AMOUNT  # a day without a charge
        usd = said["usd"] * self._rate(said)
        self.digits = max(self.digits, _digits(record, self.layout), 1)
        words, kind = said["words"] or "", aside_of((said["kind"] or "").replace("_", " "))
        item = self.names.named(said["model"]) if said["model"] else self.names.spoken_of(words)
        bucket, sold = self.words.bucket(words), self._sold(said)
        self.told = True  # a line of costs names a tier where there is one
        sold = sold or self.words.sold(words)
        own = bool(item) or self.layout.provider in ("openai", "anthropic")
        own = own or bool(kind and "bedrock" in (said["service"] or "").lower())
        if not own:
            self.elsewhere, self.elsewhere_usd = self.elsewhere + 1, self.elsewhere_usd + usd
            return ""
        aside = kind or ("" if item and bucket else words or "no tokens")
        quantity = None
        if not aside and said["quantity"] is not None:
            times = self.words.times(said["quantity_unit"] or "")
            quantity = None if times is None else said["quantity"] * times
        self.rows.append((start, end, item, sold, bucket, quantity, usd, aside))
        if credit := _credited(record, self.layout) * self._rate(said):
            self.rows.append((start, end, item, sold, bucket, None, credit, "credits"))
        return ""

    def _rate(self, said: Mapping[str, Any]) -> float:
        try:
            return self.rates.money(
                code_in(said["currency"] or "") or "USD", said["rate"] or 0.0
            ).in_usd
        except NoMoney as problem:
            raise LogError(f"{self.called}: {problem}; export it in USD") from None

    def export(self) -> UsageExport:
        """All that was read."""
        import pandas as pd

        if not self.rows:
            told = "; ".join(f"{why} ({n:,})" for why, n in self.aside.most_common())
            why = f"no row of it is of a model; {told or 'it has no rows'}"
            raise LogError(f"{self.called}: {why}; export it again, by model and day")
        rows = pd.DataFrame(self.rows, columns=[*COLUMNS])
        rows = rows.astype({"start": "datetime64[us]", "end": "datetime64[us]"})
        rows = rows.astype({"quantity": "float64", "usd": "float64"})
        notes = [f"{note[0].upper()}{note[1:]}." for note in self.rates.notes()]
        if self.goes_on:
            notes.append("The export says that it goes on: fetch its next pages too.")
        if self.elsewhere:
            many = f"{self.elsewhere:,} {plural('row', str(self.elsewhere))}"
            notes.append(f"{many} of it are of no model of {self.layout.provider}, and left out.")
        return UsageExport(
            self.layout,
            rows,
            tuple(sorted(self.spans)),
            self.number,
            dict(self.aside),
            (self.elsewhere, self.elsewhere_usd),
            10.0**-self.digits if 0 < self.digits <= MOST_DIGITS else 0.0,
            self.told,
            tuple(notes),
        )


def _digits(record: Mapping[str, Any], layout: ExportLayout) -> int:
    """How many digits of a dollar an amount has behind its point."""
    for place in layout.fields["usd"]:
        said = at(record, place.path)
        if said is not None:
            whole, _, behind = f"{said}".partition(".")
            least = MOST_DIGITS + 1 if "e" in (whole + behind).lower() else len(behind)
            return least + (2 if place.factor == CENT else 0)
    return 0


def _credited(record: Mapping[str, Any], layout: ExportLayout) -> float:
    """What a row says was credited: the sum of its amounts, each below nothing."""
    for place in layout.fields.get("credits", ()):
        said = at(record, place.path)
        if isinstance(said, str):
            try:
                said = json.loads(said)
            except (ValueError, RecursionError):
                continue
        if isinstance(said, list):
            amounts = (cell(one, (AMOUNT,), "number")[0] for one in said)
            return float(sum(filter(None, amounts)))
    return 0.0
