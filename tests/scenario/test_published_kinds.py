"""What a kind and users alone come to, a request, beside what others published of such systems."""

import csv
from pathlib import Path

import pytest
from places import ROOT

from aicost.billing.case import case
from aicost.scenario.kinds import kind_names

FILE = Path(__file__).parents[1] / "data" / "published_kinds.csv"
with FILE.open(encoding="utf-8", newline="") as lines:
    PUBLISHED = list(csv.DictReader(lines))


def test_every_kind_is_held_against_something() -> None:
    assert sorted(row["kind"] for row in PUBLISHED) == kind_names()


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: row["kind"])
def test_inference_of_a_request_lies_where_the_page_says(row: dict[str, str]) -> None:
    made = case(kind=row["kind"], users=1_000, as_of="2026-11-27")
    usd = sum(float(c.usd) for c in made.bill.charges if c.component == "inference")
    each = usd / float(made.bill.requests)
    low, high = float(row["low"]), float(row["high"])
    found = "below" if each < low else "inside" if each <= high else "above"
    assert found == row["verdict"], each
    page = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    line = next(line for line in page.splitlines() if line.startswith(f"| {row['kind']} |"))
    cells = [cell.strip() for cell in line.split("|")]
    assert cells[2:4] == [f"${each:.2g}", f"${low:g} to ${high:g}"]
    assert row["verdict"] in cells[4]
