"""Where the stages of a system run, held against where its data has to stay."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicost.book.book import Book
from aicost.book.rows import REQUIRED, Row
from aicost.book.sellers import other_sellers, plain_prices
from aicost.book.terms import ANYWHERE, PLACES, RESIDENCY, TIMES, place_of
from aicost.components.stage import Stage
from aicost.values.countries import COUNTRIES
from aicost.values.formatting import listing
from aicost.values.section import Concern, Origin
from aicost.values.suggest import nearest

MOST_NAMED = 2  # sellers that are offered in place of one
#: The place that a name itself says: Bedrock's profiles, Azure's data zones.
_SAID = re.compile(r"(?:^|/)(us-gov|us|eu|apac|jp|au|ca|in|global)[./](?=[a-z])")

#: How a source is named that says a place by the names of its rows.
NAMES_ALONE = "names of its price map"
_CITED = re.compile(r"armRegionName%20eq%20'(\w+)'")
#: The region of a cloud, as a source names it.
_REGION = re.compile(
    r"\b(?:East|West|North|South|Central) [A-Z][A-Za-z]+(?: \d)?|\b[a-z]{2}-[a-z]+-\d\b"
)


def no_place(written: str, book: Book) -> Iterator[Concern]:
    """Yield what is no place: neither one that a rule speaks of, nor the letters of a country."""
    known = [*book.kept_in(ANYWHERE).terms.places, ANYWHERE]
    if place_of(written) in ("", *known) or place_of(written) in COUNTRIES:
        return
    listed = f"use one of: {', '.join(known)}, or the two letters of a country, such as de"
    meant = nearest(written, [*PLACES, *known])
    remedy = f"did you mean {place_of(meant[0]) or ANYWHERE}? Else {listed}" if meant else listed
    yield Concern("residency", f"{written!r} is no place that is known", remedy)


def elsewhere(stage: Stage, book: Book) -> Iterator[Concern]:
    """Yield what of a stage may not run at the place that the book is kept in."""
    for field, item, written in _named(stage, book):
        said = _SAID.search(written.lower())
        rule = book.terms.placed(item, book.as_of)
        if rule is not None:
            book.note(rule)
        barred = book.terms.barred(item, book.as_of)
        if said and said[1] != ANYWHERE and said[1].split("-")[0] != book.place:
            wrong = f"'{written}' runs in {said[1]}, and data has to stay in {book.place}"
            there = f"write '{written[: said.start(1)]}{book.place}{written[said.end(1) :]}'"
            yield Concern(field, wrong, _instead(item, book) if barred or rule is None else there)
        elif rule is not None and barred:
            wrong = f"{item} is not offered in {book.place} ({rule.note or rule.source})"
            yield Concern(field, wrong, _instead(item, book))


def said_of_place(item: str, rule: Row | None, book: Book) -> str:
    """How it is known that something is offered at a place, and of which region its price is."""
    if rule is None:
        return "nobody says"
    said = f"{rule.source}, read {rule.read_on}"
    if rule.source.endswith(NAMES_ALONE):
        said = f"a list of prices names '{item}' ({said})"
    cited = {m[1] for row in book.active(item) if (m := _CITED.search(row.source))}
    return f"{said}; the source of its price cites {listing(sorted(cited))}" if cited else said


def unsaid(stage: Stage, book: Book) -> Iterator[Concern]:
    """Yield what of a stage may or may not run there: nobody says."""
    named = [*_named(stage, book)]
    for field, item, written in named:
        provider = f"{written.split('/')[0]}/"
        elsewhere_sold = not item.startswith(provider) and any(
            name.startswith(provider) for name in book.sold
        )
        seller = written if elsewhere_sold else item  # the price is another's, the place is not
        rule = book.terms.placed(seller, book.as_of)
        if rule is not None:
            book.note(rule)
        else:
            wrong = f"nobody says where {seller} runs, so whether in {book.place} is unknown"
            if region := _priced_in(item, book):
                wrong += f"; its price is that of {region}"
            row = f"{RESIDENCY}{seller},{book.place},1,{TIMES},who said so,{book.as_of}"
            lines = f"`{','.join(REQUIRED)}` and `{row}`"
            ask = f"ask who sells it, write it into own.csv as two lines, {lines}"
            ask += ", and add --prices own.csv"
            yield Concern(field, wrong, _sellers(seller, book) or ask)
    if book.place and not named and _price(stage) is not None and not _on_own_machines(stage):
        wrong = f"nobody says where it runs, so whether in {book.place} is unknown"
        yield Concern("price", wrong, "name its model beside the price")


def _named(stage: Stage, book: Book) -> Iterator[tuple[str, str, str]]:
    """Yield the fields that name what a stage is billed by, that item, and how it was written."""
    if book.place and not _on_own_machines(stage):
        for field, item in stage.sold_as():
            yield field, item, stage.origins.get(field, Origin("listed")).written or item


def _priced_in(item: str, book: Book) -> str:
    """The region whose price an item has here, where its source names one."""
    named = (found[0] for row in book.active(item) if (found := _REGION.search(row.source)))
    return next(named, "")


def _price(stage: Stage) -> object:
    return getattr(stage, "price", None)


def _on_own_machines(stage: Stage) -> bool:
    """Say whether a stage runs on machines of the client's own, which stand where they want."""
    return bool(stage.runs_on) or getattr(_price(stage), "per_hour", None) is not None


def _instead(item: str, book: Book) -> str:
    """What to write in place of what may not run there."""
    nobody = f"nobody is known to sell it in {book.place}; name another model, or change residency"
    return _sellers(item, book) or nobody


def _sellers(item: str, book: Book) -> str:
    """The same model where it may run, its own seller's and the cheapest first, with the price."""
    now = plain_prices(book.kept_in(ANYWHERE), item) if book.has(item) else {}
    before, found = sum(row.value for row in now.values()), []
    for other in other_sellers(book, item):
        rule = book.terms.placed(other, book.as_of)
        prices = plain_prices(book, other)
        if rule is not None and rule.value and prices:
            usd = sum(row.value for row in prices.values())
            found.append((other.split("/")[0] != item.split("/")[0], usd, other, prices))
    words = []
    for _, usd, other, prices in sorted(found, key=lambda one: one[:3])[:MOST_NAMED]:
        asked = " / ".join(row.text for row in prices.values())
        more = f", {100 * usd / before - 100:+.0f} % on what is listed here" if before else ""
        words.append(f"{other} ({asked} {next(iter(prices.values())).unit}{more})")
    return f"write {' or '.join(words)}" if words else ""
