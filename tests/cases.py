"""Cases made of texts, the samples, and what every result has to show of itself."""

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from places import SAMPLES

from aicost.billing.case import Case, load
from aicost.book.book import Book
from aicost.scenario.load import load as scenario_load
from aicost.values.result import Result

BOOK = Book.load()
#: The day at whose prices the systems of the tests are billed, but for those that say another.
DAY = "as_of: 2026-11-23\n"
#: Boxes that carry 487 users each, beside a desk and an agent, with every goal of money.
STEPPED = """
traffic: {users: 400, requests_per_user_month: 30}
pipeline:
  answer: {is: inference, pool: boxes, input_tokens: 1, output_tokens: 1}
pools: {boxes: {price_per_hour: 2.5, carries: 20}}
other: {desk: {per_month: 700}, agent: {per_user_month: 0.8}}
goals: {price_per_user_month: 5, margin: 20 %, budget_per_month: 9_000}
"""


def written(text: str, *, checked: bool = True) -> Case:
    """Load a system from the text of its file; unchecked, prices and sizes may be missing."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "system.yaml"
        path.write_text(text if "as_of:" in text else DAY + text, encoding="utf-8")
        return load(path) if checked else Case(scenario_load(path), BOOK)


@cache
def sample(name: str) -> Case:
    """Load one of the samples, once: what was worked out of it is kept for the next who asks."""
    (path,) = [path for path in SAMPLES if path.stem == name]
    return load(path)


def shows_well(result: Result) -> None:
    """Check that a result says something, fits a screen, and is safe to show in a notebook."""
    table, said = result.rows(), result.sentence
    assert said == said.strip() != ""
    assert table.columns
    assert table.rows
    for row, texts in zip(table.rows, table.texts(), strict=True):
        assert len(row.cells) == len(texts) == len(table.columns)
        assert all(isinstance(text, str) for text in texts)
    assert not re.search(r"\b(nan|inf|None)\b", " ".join([said, *map(" ".join, table.texts())]))
    assert 0 < len(repr(result)) < 4_000
    shown = result._repr_html_()
    assert shown.startswith("<div")
    assert shown.endswith("</div>")
    assert shown.count("<tr") == len(table.rows) + 1
    assert not re.search(r"<script|javascript:|https?:|\b(src|href|on\w+)\s*=|url\(", shown, re.I)
