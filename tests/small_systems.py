"""Small systems as text, and the lines of their bills."""

from pathlib import Path

from aicost.billing.bill import Bill
from aicost.billing.case import Case
from aicost.book.book import Book
from aicost.scenario.load import load
from aicost.values.charge import Charge

CORPUS = (
    "corpus: {documents: 1_000, pages_per_document: 6, tokens_per_page: 500, chunk_tokens: 400}"
)
BOOK = Book.load()


def system(pipeline: str, *more: str, users: str = "100", corpus: str = CORPUS) -> str:
    """Return the text of a system with 50 requests a user and a pipeline, one stage a line."""
    head = ["name: Small", f"traffic: {{users: {users}, requests_per_user_month: 50}}", corpus]
    stages = [f"  {line.strip()}" for line in pipeline.strip().splitlines()]
    return "\n".join([*head, *more, "pipeline:", *stages])


def bill_of(text: str, folder: Path, **changes: object) -> Bill:
    """Write a scenario to a folder, load it and bill it."""
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return Case(load(path).at(changes), BOOK).bill


def line(bill: Bill, item: str, stage: str = "") -> Charge:
    """Return the one line of an item."""
    (found,) = [c for c in bill.charges if c.item == item and c.stage == (stage or c.stage)]
    return found
