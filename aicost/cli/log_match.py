"""`aicost log match`: a log beside what a provider says was used, or charges."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aicost.cli.common import Prices, age_warning, price_line, refusing, say
from aicost.cli.log import Columns, Csv, calls_of
from aicost.cli.log_why import Log
from aicost.cli.progress import steps
from aicost.values.cells import csv_of


def match(
    log: Log,
    export: Annotated[
        Path,
        typer.Argument(
            metavar="EXPORT",
            show_default=False,
            help="Usage or costs of OpenAI or Anthropic, billing data of AWS or Google Cloud; "
            "a file, or a folder of its pages.",
        ),
    ],
    columns: Columns = None,
    prices: Prices = None,
    csv: Csv = False,
) -> None:
    """Say why a provider's own export is not the log: each cause, with its amount."""
    from aicost.book.book import Book
    from aicost.invoices.match import match_export
    from aicost.log.layouts import LogError
    from aicost.log.price import price_calls

    book = Book.load(overlay=prices)
    with steps(3) as step, refusing(LogError):
        step("reading")
        calls = calls_of([log], columns).calls
        step("pricing")
        priced = price_calls(calls, book)
        step("comparing")
        found = match_export(priced, export, book)
    if csv:
        say(csv_of(found.frame()), end="")
        return
    say(f"{found!r}\n\n{found.quantities().text()}\n\n{price_line(book)}")
    if warning := age_warning(book):
        say(warning, err=True)
