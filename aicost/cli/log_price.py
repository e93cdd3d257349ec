"""`aicost log price`: what the calls of a log cost, and would cost otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

import typer

from aicost.cli.common import Prices, Refused, age_warning, price_line, refusing, say
from aicost.cli.log import Columns, Csv, LogFile, calls_of
from aicost.cli.progress import steps
from aicost.values.cells import csv_of
from aicost.values.result import Result

Model = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[OLD=]NEW",
        help="Another model for all that write answers, or for one of them; may be repeated.",
    ),
]


def price(
    files: LogFile,
    by: Annotated[
        str, typer.Option(metavar="WHAT", help="day, model, feature, stage, tenant, user, …")
    ] = "model",
    model: Model = None,
    provider: Annotated[
        str, typer.Option(metavar="NAME", help="Who sells the models instead.")
    ] = "",
    at: Annotated[
        str, typer.Option(metavar="DAY", help="The day whose prices hold for all calls instead.")
    ] = "",
    cache: Annotated[
        str,
        typer.Option(
            metavar="POLICY",
            help="How prompts are kept instead: none, 5m, 1h, automatic; played again.",
        ),
    ] = "",
    prices: Prices = None,
    columns: Columns = None,
    csv: Csv = False,
) -> None:
    """Say what calls cost at the prices of their days, or would cost otherwise."""
    from aicost.book.book import Book
    from aicost.log.price import price_calls
    from aicost.log.recache import recache_calls
    from aicost.log.reprice import reprice_calls

    models, day = _models(model or ()), _day(at)
    if cache and (models or provider or day):
        raise Refused("--cache: ask for it alone, without --model, --provider and --at")
    with steps(2) as step:
        step("reading")
        log = calls_of(files, columns)
        step("pricing")
        book = Book.load(overlay=prices)
        with refusing(ValueError):
            found: Result
            if cache:
                found = recache_calls(log.calls, book, cache, by=by)
            elif models or provider or day:
                seller = provider or None
                found = reprice_calls(log.calls, book, model=models, provider=seller, at=day, by=by)
            else:
                found = price_calls(log.calls, book, by=by)
    if csv:
        say(csv_of(found.rows().frame()), end="")
        return
    say(f"{found!r}\n\n{price_line(book)}")
    if warning := age_warning(book):
        say(warning, err=True)


def _models(said: Sequence[str]) -> str | Mapping[str, str] | None:
    """One model for all, or one for each of some."""
    pairs = [one.rpartition("=")[::2] for one in said]
    if len(pairs) > 1 and not all(old for old, _ in pairs):
        raise Refused(f"--model {said[0]}: write OLD=NEW where there are several")
    if len(pairs) == 1 and not pairs[0][0]:
        return pairs[0][1]
    return dict(pairs) or None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(f"--at {text}: write a day, such as 2026-12-01") from None
