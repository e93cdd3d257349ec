"""What a kind and users alone come to, beside what others published of such systems."""

import csv
from functools import cache
from pathlib import Path

import pytest
from places import ROOT

from aicost.billing.bill import Bill
from aicost.billing.case import case
from aicost.scenario.kinds import kind_names

FILE = Path(__file__).parents[1] / "data" / "published_kinds.csv"
A_REQUEST, A_MONTH = "inference a request", "bill a month"
with FILE.open(encoding="utf-8", newline="") as lines:
    PUBLISHED = list(csv.DictReader(lines))


@cache
def bill_of(kind: str) -> Bill:
    """What a kind and a thousand users come to."""
    return case(kind=kind, users=1_000, as_of="2026-11-27").bill


def published(kind: str, figure: str) -> tuple[float, float]:
    """The lowest and the highest that was published of a kind, for one request."""
    rows = [row for row in PUBLISHED if (row["kind"], row["figure"]) == (kind, figure)]
    ends = [(float(row[end]) / float(row["requests"])) for row in rows for end in ("low", "high")]
    return min(ends), max(ends)


def written(title: str, kind: str) -> list[str]:
    """The cells of a kind in the table of docs/accuracy.md below a title."""
    page = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    table = page.partition(f"## {title}")[2].partition("\n## ")[0]
    line = next(line for line in table.splitlines() if line.startswith(f"| {kind} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize("figure", [A_REQUEST, A_MONTH])
def test_every_kind_is_held_against_something(figure: str) -> None:
    assert sorted({row["kind"] for row in PUBLISHED if row["figure"] == figure}) == kind_names()


@pytest.mark.parametrize("kind", kind_names())
def test_inference_of_a_request_lies_inside_what_was_published(kind: str) -> None:
    bill = bill_of(kind)
    usd = sum(float(c.usd) for c in bill.charges if c.component == "inference")
    each = usd / float(bill.requests)
    low, high = published(kind, A_REQUEST)
    assert low <= each <= high
    cells = written("Kinds beside published bills", kind)
    assert cells[1:3] == [f"${each:.2g}", f"${low:g} to ${high:g}"]


def test_documents_whose_pages_are_scanned_lie_inside_what_was_published_too() -> None:
    """Eight pages at the $0.004 of mistral-ocr-latest since 2026-06-23, beside the kind's own."""
    read = {"is": "inference", "after": "start", "model": "mistral/mistral-ocr-latest"}
    read |= {"input_tokens": 0, "output_tokens": 0, "fees": {"input_document_page": 8}}
    bill = case(kind="document-review", users=1_000, as_of="2026-11-27", pages=read).bill
    ocr = sum(float(c.usd) for c in bill.charges if c.stage == "pages")
    assert ocr == pytest.approx(1_000 * 8 * 0.004)
    assert float(bill.total) == pytest.approx(float(bill_of("document-review").total) + ocr)
    low, high = published("document-review", A_MONTH)
    assert low <= float(bill.total) / 1_000 <= high


@pytest.mark.parametrize("kind", kind_names())
def test_the_bill_of_a_month_lies_inside_what_was_published(kind: str) -> None:
    bill = bill_of(kind)
    month, requests = float(bill.total), float(bill.requests)
    low, high = (end * requests for end in published(kind, A_MONTH))
    assert low <= month <= high
    shown = "{:,.2f}" if month < 10 else "{:,.0f}"
    ends = " to ".join(f"${shown.format(end)}" for end in (low, high))
    cells = written("Bills of a month beside published ones", kind)
    assert cells[1:4] == [f"{requests:,.0f}", f"${shown.format(month)}", ends]
