"""`aicost log explain` and `aicost log change`: why a request cost so much, why a bill changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aicost.cli.common import (
    PAST,
    Prices,
    Refused,
    age_warning,
    limit_of,
    price_line,
    refusing,
    say,
)
from aicost.cli.log import Columns, Csv, calls_of
from aicost.cli.progress import steps
from aicost.values.cells import csv_of
from aicost.values.formatting import percent
from aicost.values.result import Result

if TYPE_CHECKING:
    import pandas as pd

    from aicost.book.book import Book
    from aicost.log.price import Priced

Days = tuple[date, date]

Log = Annotated[
    Path, typer.Argument(metavar="LOG", show_default=False, help="JSON, CSV or Parquet; a folder.")
]


def explain(
    log: Log,
    request: Annotated[
        str,
        typer.Argument(
            metavar="[REQUEST]",
            show_default=False,
            help="Its name in the log; the most unexpected ones where left out.",
        ),
    ] = "",
    columns: Columns = None,
    prices: Prices = None,
    csv: Csv = False,
) -> None:
    """Say why a request cost so much beside what is usual, or which cost most beyond that."""
    from aicost.book.book import Book
    from aicost.log.day_sums import ChangeError
    from aicost.log.explain import ExplainError, explain_request, unexpected_requests

    book = Book.load(overlay=prices)
    with steps(2) as step:
        step("reading")
        calls = _priced(log, columns, book).calls
        step("explaining")
        with refusing(ExplainError, ChangeError, before=f"{log}: "):
            one = explain_request(calls, book, request) if request else None
            every = unexpected_requests(calls, book) if one is None else None
    if one is not None:
        _shown(one, one.frame(), book, csv)
    elif every is not None:
        _shown(every, every.rows().frame(), book, csv)


def change(
    before: Log,
    after: Annotated[
        Path | None,
        typer.Argument(
            metavar="[LATER]", show_default=False, help="The later log; the same where left out."
        ),
    ] = None,
    first: Annotated[
        str,
        typer.Option("--before", metavar="FROM..TO", help="Days of the first, all if left out."),
    ] = "",
    second: Annotated[
        str, typer.Option("--after", metavar="FROM..TO", help="Days of the later.")
    ] = "",
    limit: Annotated[
        str | None,
        typer.Option(metavar='"10 %"', help="Code 1 if the whole interval of the rise is past it."),
    ] = None,
    columns: Columns = None,
    prices: Prices = None,
    csv: Csv = False,
) -> None:
    """Say why one period's bill is not the other's, and how sure that is; or hold it to a limit."""
    from aicost.book.book import Book
    from aicost.log.change import changed
    from aicost.log.day_sums import ChangeError

    most = limit_of(limit)
    days = _days("--before", first), _days("--after", second)
    if after is None and (days[0] is None or days[1] is None):
        raise Refused(
            f"{before}: name a later log, or days of this one: "
            "--before 2026-10-01..2026-10-31 --after 2026-11-01..2026-11-30"
        )
    if after is None and days[0] and days[1] and not _apart(days[0], days[1]):
        raise Refused(f"--before {first} and --after {second} share days of one log; part them")
    book = Book.load(overlay=prices)
    logs = f"{before}" if after is None else f"{before} and {after}"
    with steps(3) as step:
        step("reading")
        old = _priced(before, columns, book)
        step("reading the later")
        new = old if after is None else _priced(after, columns, book)
        step("comparing")
        with refusing(ChangeError, before=f"{logs}: "):
            found = changed(old.calls, new.calls, book, days)
    _shown(found, found.frame(), book, csv)
    if most is not None:
        past = found.past(most)
        words = "is" if past else "is not"
        say(f"The rise {words} past {percent(most)} with its whole interval.", err=csv)
        if past:
            raise typer.Exit(PAST)


def _priced(file: Path, columns: list[str] | None, book: Book) -> Priced:
    """A log at the prices of its days; what of it is in no sum is said."""
    from aicost.log.price import price_calls

    return price_calls(calls_of([file], columns).calls, book)


def _shown(found: Result, frame: pd.DataFrame, book: Book, csv: bool) -> None:
    if csv:
        say(csv_of(frame), end="")
        return
    say(f"{found!r}\n\n{price_line(book)}")
    if warning := age_warning(book):
        say(warning, err=True)


def _days(option: str, text: str) -> Days | None:
    """The first and the last day of a period as it is typed: 2026-10-01..2026-10-31."""
    if not text:
        return None
    first, dots, last = text.partition("..")
    try:
        days = date.fromisoformat(first), date.fromisoformat(last if dots else first)
    except ValueError:
        raise Refused(f"{option} {text}: write two days, such as 2026-10-01..2026-10-31") from None
    if days[0] > days[1]:
        raise Refused(f"{option} {text}: the first day is after the last")
    return days


def _apart(one: Days, other: Days) -> bool:
    return one[1] < other[0] or other[1] < one[0]
