"""What every command does first and last, how it prints, and the options that several take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from aicost.billing.case import Case, load
from aicost.book.book import Book
from aicost.values.formatting import plural
from aicost.values.money import spoken
from aicost.values.quantities import Quantity
from aicost.values.spelling import ValueProblem, read_value
from aicost.values.visible import visible

File = Annotated[Path, typer.Argument(metavar="FILE", show_default=False, help="Scenario file.")]
Prices = Annotated[
    Path | None,
    typer.Option("--prices", metavar="OVERLAY.csv", help="The client's own prices, which win."),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Set a value otherwise; may be repeated."),
]

LIMIT = Quantity("by how much a bill may rise", "share", high=100.0)
PAST = 1  # the code that a gate ends with


def say(text: str, *, err: bool = False, end: str = "\n") -> None:
    """Print a text: the one way from the program to a terminal, with nothing hidden in it."""
    typer.echo(f"{visible(text)}{end}", err=err, nl=False)


class Refused(Exception):
    """Something that was asked for and cannot be done, in one line."""


@contextmanager
def refusing(*errors: type[Exception], before: str = "") -> Iterator[None]:
    """Turn errors that say what is wrong with an input into Refused."""
    try:
        yield
    except errors as problem:
        said = problem.args[0] if isinstance(problem, KeyError) else problem  # it quotes itself
        raise Refused(f"{before}{said}") from None


def limit_of(text: str | None) -> float | None:
    """The share by which a bill may rise, as it is typed behind --limit; None where it is not."""
    if text is None:
        return None
    with refusing(ValueProblem, before="--limit: "):  # an empty one would let everything pass
        value, _ = read_value(text, LIMIT)
    if not isinstance(value, float):
        raise Refused(f'--limit {text}: write one share, such as "10 %"')
    return value


def opened(file: Path, prices: Path | None = None, settings: Sequence[str] | None = None) -> Case:
    """A system with the prices it is billed at, some of its values set otherwise."""
    case = load(file, prices)
    if settings:
        from aicost.cli.what_if import WhatIfError, what_if

        with refusing(WhatIfError, before="--set "):
            case = what_if(case, settings)
    return case


def closed(case: Case, err: bool = False) -> None:
    """Print which prices these were, and warnings: those that are old, or the client's unused."""
    from aicost.analysis.own_prices import own_prices
    from aicost.scenario.checks import unplaced

    own = own_prices(case.point)
    say(f"\n{price_line(case.book)}", err=err)
    if rate := spoken().sentence:
        say(rate, err=err)
    if own.sentence:
        say(own.sentence, err=err)
    for doubtful in (
        *unplaced(case.scenario, case.book),
        *own.warnings,
        *case.off_invoice,
    ):
        say(f"warning: {doubtful}", err=True)
    if warning := age_warning(case.book):
        say(warning, err=True)


def price_line(book: Book) -> str:
    """Which prices these are: the book's hash, the day it was read, its age."""
    at = "" if book.as_of == book.newest else f" at {book.as_of}"
    days = str(book.age_days())
    age = f"{days} {plural('day', days)} old"
    return f"prices{at}: book {book.hash}, read {book.newest}, {age}"


def age_warning(book: Book) -> str:
    """A warning where prices are old for the day they are used at, or nothing."""
    days = book.age_days()
    if days > 90:
        return f"warning: these prices are {days} days old: quote nothing before reading them again"
    if days > 45:
        return f"warning: these prices are {days} days old: check them before you quote a figure"
    return ""
