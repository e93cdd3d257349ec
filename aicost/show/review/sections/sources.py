"""What is not in the figures, and where they come from."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from aicost.analysis.own_prices import own_prices
from aicost.book.book import Book
from aicost.scenario.checks import warnings
from aicost.show.review import answers, facts
from aicost.show.review.look import Look
from aicost.show.review.sections.exactness import exactness
from aicost.timing.checks import doubts
from aicost.timing.unserved import unserved_problems
from aicost.values.hidden import plain


def missing(look: Look) -> list[str]:
    """What the figures leave out."""
    return answers.missing(look.case.scenario, look.case.book)


def sources(look: Look) -> dict[str, Any]:
    """Prices and inputs with who said so, and what is doubtful."""
    case = look.case
    own = own_prices(case.point)
    times = (*doubts(case), *unserved_problems(case))
    every = (*warnings(case.scenario, case.book), *times, *own.warnings)
    told = (facts.book_words(case.book), case.scenario.money.sentence, own.sentence)
    return {
        "answer": " ".join(filter(None, told)),
        "prices": facts.price_table(case.bill),
        "exact": exactness(look),
        "inputs": case.scenario.rows(),
        "stamp": _stamp(case.book),
        "warnings": [
            plain(f"{one.key}: {one.wrong}.") for one in every
        ],  # what to write is no client's
    }


def _stamp(book: Book) -> str:
    return (
        f"aicost {version('aicost-kit')}, price book {book.hash} of {book.as_of}, "
        f"4,096 fixed draws: the same files give the same page."
    )
