"""Tables mutated at random: read right, or refused in one clear line; no row lost in silence.

AICOST_FUZZ sets how many of each kind are tried, always the same ones first.
"""

import csv
import io
import os
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from cases import written
from places import TESTS

from aicost.accuracy import run
from aicost.analysis.own_prices import _holds, own_prices
from aicost.billing.case import Case
from aicost.book.book import Book
from aicost.book.rows import BookError
from aicost.book.terms import covers
from aicost.invoices.invoice_reader import InvoiceError, read_invoice
from aicost.invoices.reconcile import reconcile

TRIES = int(os.environ.get("AICOST_FUZZ", "60"))
HAIKU = "anthropic/claude-haiku-4-5"
SYSTEM = f"""
kind: rag-chat
as_of: 2026-11-23
traffic: {{users: 1_000, requests_per_user_month: 500}}
pipeline:
  {{embedding: none, retrieval: none, reranking: none, people: none, traces: none,
   answer: {{model: {HAIKU}, input_tokens: 1_000, output_tokens: 200}}}}
"""
NUMBERS = "nan inf -inf 1e400 1e-400 -1 0 1,5 1.234 1.234,56 12x n/a - =1+1 A$5 1_0 1e15 1e16 None"
WORDS = (
    "Total Summe VAT EUR USD usd 2026-13-01 01/02/2026 31/12/2026 2026-11-23 9999-12-31 0001-01-01"
)
NAMES = f"input Input inptu {HAIKU.upper()} processing=batch deepseek-pek a,b a;b"
STRANGE = (
    *f"{NUMBERS} {WORDS} {NAMES}".split(),
    *(
        "",
        " ",
        "1 000",
        "100.00 \u20ac",
        "\u00a515000",
        "\uff11",
        "\u0663",
        "OpenAI total",
        f" {HAIKU}",
    ),
    *("a\u202eb", "a\u200bb", "a\x1b[2J", "a\x07", "a\tb", "a\nb", '"', "\u2028", "\U0001f600"),
    *("x" * 300, "9" * 400, "0." + "0" * 300 + "1"),
)
CODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-32", "utf-16-le", "ascii")


def mutated(rng: random.Random, rows: list[list[str]], delimiter: str = ",") -> bytes:
    """Return a table with some of it changed, as the bytes of a file."""
    rows = [list(row) for row in rows]
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        row = rng.choice(rows)
        at = rng.randrange(max(len(row), 1))
        match rng.randrange(9):
            case 0 | 1 | 2 | 3 if row:
                row[at] = rng.choice(STRANGE)
            case 4 if row:
                row.pop(at)
            case 5:
                row.insert(at, rng.choice(STRANGE))
            case 6:
                rows.insert(
                    rng.randrange(len(rows) + 1), list(rng.choice((row, [], [""] * len(row))))
                )
            case 7 if len(rows) > 1:
                rows.remove(row)
            case 8:
                source = rng.randrange(len(row) or 1)
                for other in rows:
                    other.append(other[source] if source < len(other) else "")
    text = io.StringIO()
    quoting = rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    end = rng.choice(("\n", "\n", "\r\n", "\r"))
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(rows)
    raw = text.getvalue().encode(rng.choice(("utf-8", "utf-8", *CODINGS)), errors="replace")
    for _ in range(rng.choice((0, 0, 0, 1, 2))):
        at = rng.randrange(len(raw) or 1)
        match rng.randrange(4):
            case 0:
                raw = raw[:at]
            case 1:
                raw = raw[:at] + bytes([rng.randrange(256)]) + raw[at + 1 :]
            case 2:
                raw = raw[:at] + rng.choice((b'"', b"\n", b"\0", b",", b"\xff", b"\r")) + raw[at:]
            case 3:
                raw += b"\n" * rng.randrange(3)
    return raw


def refused(error: Exception, name: str) -> bool:
    """Check that what is said is a line each, which can be read, and says where and what to do."""
    lines = str(error).splitlines()
    assert lines
    for line in lines:
        assert line.isprintable(), line
        assert name in line, line
        assert "; " in line, line
        assert len(line) < 1_500, line
    return True


def non_blank(path: Path, delimiter: str = ",") -> int:
    """Count the rows of a file below its header by another reader."""
    raw = path.read_bytes()
    marked = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    for coding in ["utf-16"] if marked else ["utf-8-sig", "cp1252"]:
        try:
            text = raw.decode(coding)
            break
        except UnicodeDecodeError:
            continue
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return sum(any(map(str.strip, row)) for row in rows) - 1


def tried(
    one: Callable[[random.Random], bool], record: Callable[[str, object], None], what: str
) -> None:
    """Try many, and say how many were refused."""
    refusals = sum(one(random.Random(seed)) for seed in range(TRIES))
    record("figure", f"fuzz: {TRIES:,} {what}, {refusals:,} refused in a clear line, the rest read")
    assert 0 < refusals < TRIES


OVERLAY = [
    line.split("|")
    for line in (
        "item|parameter|value|unit|currency|valid_from|valid_to|context|schedule|source|read_on",
        f"{HAIKU}|input|0.5|USD/Mtok|USD|2026-01-01||||contract|2026-11-01",
        f"{HAIKU}|output|2.5|USD/Mtok|USD|||||contract|2026-11-01",
        f"{HAIKU}|cache_read|0.05|USD/Mtok|USD||2026-12-31|||contract|2026-11-01",
        "acme/own|input|0.2|EUR/Mtok|EUR|||||contract|2026-11-01",
        "fx/EUR|usd_per_unit|1.1|USD/EUR|USD|||||contract|2026-11-01",
    )
]
RULES = [
    line.split("|")
    for line in (
        f"{HAIKU}|discount|20|%||||||contract|2026-11-01",
        "anthropic/*|discount|25|%||||||contract|2026-11-01",
        "*|uplift|3|%||||||contract|2026-11-01",
        "anthropic/*|minimum_commitment|700|USD/month|USD|||||contract|2026-11-01",
        "*|credit|40|USD/month|USD|||||contract|2026-11-01",
        "residency/anthropic/*|us|1.1|times list price||||||contract|2026-11-01",
    )
]


def test_any_overlay(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    case, path = written(SYSTEM), tmp_path / "own.csv"

    def one(rng: random.Random) -> bool:
        rules = rng.sample(RULES, rng.choice((0, 1, 2, 3)))
        path.write_bytes(mutated(rng, OVERLAY + rules))
        try:
            book = Book.load(as_of=case.scenario.as_of, overlay=path)
            book.check_named(case.scenario.words())
            found = Case(case.scenario, book)
            total = float(found.bill.total)
        except BookError as error:
            return refused(error, "own.csv")
        prices = [float(book.find(HAIKU, name).text) for name in ("input", "output")]
        spent, rows = 500 * prices[0] + 100 * prices[1], book.own_rows
        least, credit = (
            [
                r.value
                for r in rows
                if r.parameter == name and _holds(book, r) and covers(r.item, HAIKU)
            ]
            for name in ("minimum_commitment", "credit")
        )
        assert total == pytest.approx(max(0.0, max([spent, *least]) - sum(credit)))
        assert np.isfinite(total)
        own = own_prices(found)
        assert len(own.found) == non_blank(path)
        assert all(str(warning).isprintable() for warning in own.warnings)
        return False

    tried(one, record_property, "overlays")


INVOICE = [
    line.split("|")
    for line in (
        "Service|Cost|Day",
        "Anthropic API|1012.50|2026-09-01",
        "OpenAI|21.00|2026-09-01",
        "Pinecone|298.40|2026-09-15",
        "Langfuse Cloud|(29.00)|2026-09-30",
        "Office|400|2026-10-01",
        "VAT 19 %|95.25|2026-10-01",
        "Total|1798.15|",
    )
]
SAMPLES = sorted((TESTS / "data" / "invoices").glob("*.csv"))


def test_any_invoice(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    case, path = written(SYSTEM), tmp_path / "bill.csv"

    def one(rng: random.Random) -> bool:
        own = rng.random() < 0.5
        columns: str | None = "Service,Cost,Day"
        delimiter, rows = rng.choice(",;\t"), INVOICE
        if not own:
            sample = rng.choice(SAMPLES)
            delimiter = ";" if sample.stem == "own_list" else ","
            columns = "Lieferant,Kosten,Monat" if sample.stem == "own_list" else None
            text = sample.read_text(encoding="utf-8-sig")
            rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
        path.write_bytes(mutated(rng, rows, delimiter))
        try:
            found = read_invoice(path, columns)
        except InvoiceError as error:
            return refused(error, "bill.csv")
        assert all(np.isfinite(row.amount) and row.service for row in found.rows)
        if own and path.read_bytes().lstrip(b"\xef\xbb\xbf")[:8].strip(b'"').startswith(b"Service"):
            silent = non_blank(path, delimiter) - found.lines - len(found.totals)
            totals = (
                path.read_bytes().replace(b"\0", b"").lower().count(b"total")
            )  # one may have no amount
            assert 0 <= silent <= totals, path.read_bytes()
        said = reconcile(case, path, columns)
        assert np.isfinite(said.tied)
        assert "nan" not in said.text.split()
        return False

    tried(one, record_property, "invoices")


def topics() -> dict[str, list[list[str]]]:
    """Return a few true cases of each topic."""
    data = TESTS / "data"
    with (data / "queueing_cases.csv").open(newline="") as file:
        queues = [row for i, row in enumerate(csv.reader(file)) if i in (0, 1, 2, 20, 30)]
    with (data / "pipeline_latency_cases.csv").open(newline="") as file:
        pipes = [row for i, row in enumerate(csv.reader(file)) if i < 3]
    with (data / "vector_index_measured.csv").open(newline="") as file:
        sizes = [row for i, row in enumerate(csv.reader(file)) if i < 6]
    prices = [
        line.split(",")
        for line in (
            "case_id,provider,model,date,price_context,input_tokens,output_tokens,expected_usd",
            "1,anthropic,claude-haiku-4-5,2026-11-23T12:00:00Z,,1000,500,0.0035",
        )
    ]
    growth = [
        line.split(",")
        for line in (
            "kind,system,config,n,filter_ratio,qps,recall",
            "vdbbench_search,A,x,1000000,,1000,0.92",
            "vdbbench_search,A,x,1000000,,250,0.96",
            "vdbbench_search,A,x,10000000,0.0,300,0.94",
        )
    ]
    return {
        "queueing": queues,
        "pipelines": pipes,
        "index-bytes": sizes,
        "prices": prices,
        "query-growth": growth,
    }


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_any_case_file(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    every, path = topics(), tmp_path / "cases.csv"

    def one(rng: random.Random) -> bool:
        topic = rng.choice(sorted(every))
        path.write_bytes(mutated(rng, every[topic]))
        try:
            report = run(topic, path)
        except ValueError as error:
            return refused(error, "cases.csv")
        if report.passed:
            judged = [error for part in report.parts if part.judged for error in part.errors]
            assert judged
            assert np.isfinite(judged).all()
        assert str(report)
        return False

    tried(one, record_property, "case files")
