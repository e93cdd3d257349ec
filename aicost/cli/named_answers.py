"""Names in a client's answers as the book has them: models, stores, clouds, places, roles."""

from __future__ import annotations

import re

from aicost.book.book import Book
from aicost.book.names import taken
from aicost.book.rates import rates
from aicost.book.rows import BookError
from aicost.book.search import search
from aicost.book.sellers import other_sellers, plain_prices
from aicost.book.terms import place_of
from aicost.components.meters import SOLD
from aicost.values.spelling import ValueProblem
from aicost.values.suggest import instead

MOST_SHOWN = 6
#: Clouds by the words people have for them, and what stands before a model's name there.
CLOUDS = {
    "azure": "Azure",
    "microsoft": "Azure",
    "aws": "AWS",
    "amazon": "AWS",
    "bedrock": "AWS",
    "gcp": "Google",
    "google": "Google",
    "vertex": "Google",
}
PREFIXES = {"Azure": "azure", "AWS": "bedrock", "Google": "vertex_ai"}
_OWN = ("own", "own servers", "on-prem", "on premises", "our own servers", "none", "no", "any")


def place_called(text: str) -> tuple[str, str]:
    """A cloud and the place where data has to stay, each or none. Raises ValueProblem.

    >>> place_called("Azure, EU"), place_called("anywhere")
    (('Azure', 'eu'), ('', ''))
    """
    cloud = place = ""
    for part in re.split(r"\s*(?:,|;|\band\b|\bin\b|\bdata\b|\bstays?\b)\s*", text.lower()):
        word = re.sub(r"^(?:the|on|only)\s+|\s+(?:cloud|only)$", "", part).strip()
        first = word.partition(" ")[0]
        if first in CLOUDS:
            cloud = _only(cloud, CLOUDS[first], "clouds", "the one that its model runs on")
        elif word and word not in _OWN:
            place = _only(place, _place(word), "places", "the narrower, or anywhere")
    return cloud, place


def _only(before: str, said: str, what: str, remedy: str) -> str:
    """What was said, where nothing else was before. Raises ValueProblem."""
    if before and said != before:
        raise ValueProblem(f"{before} and {said} are two {what}", f"write {remedy}")
    return said


def _place(word: str) -> str:
    place = place_of(word)
    if place and not re.fullmatch(r"[a-z]{2}(?:-gov)?|apac", place):
        clouds = "Azure, AWS, Google"
        raise ValueProblem(
            f"{word!r} is no cloud known here, and no place", f"write {clouds}, or EU, US, anywhere"
        )
    return place


# ---- models


def model_called(text: str, cloud: str, place: str, context: str, book: Book) -> str:
    """The one model a text means, sold where it has to run.

    Raises ValueProblem with those it could mean, or where it is sold there.
    """
    found = _exact(text, cloud, place, book) or _one_of(text, cloud, place, context, book)
    try:
        rates(book.kept_in(place), found, context=context)
    except BookError as problem:
        there = sold_there(found, cloud, place, book, context)
        remedy = f"write {' or '.join(there[:2])}" if there else problem.remedy
        raise ValueProblem(problem.wrong, remedy or "name another model") from None
    return found


def sold_there(item: str, cloud: str, place: str, book: Book, context: str = "") -> list[str]:
    """Who else sells a model at a place, in a context: on the cloud said first, then by price."""
    kept = book.kept_in(place)
    found = []
    for other in other_sellers(book, item):
        rule, prices = kept.terms.placed(other, book.as_of), plain_prices(kept, other)
        if rule is not None and rule.value and prices and _sold(kept, other, context):
            usd = sum(row.value for row in prices.values())
            found.append((cloud.lower() != other.partition("/")[0], usd, other))
    return [other for *_, other in sorted(found)]


def _sold(book: Book, item: str, context: str) -> bool:
    try:
        rates(book, item, context=context)
    except BookError:
        return False
    return True


def may_run(item: str, place: str, book: Book) -> bool:
    """Say whether it is known that an item runs where data has to stay."""
    kept = book.kept_in(place)
    if not place:
        return True
    return kept.terms.placed(item, book.as_of) is not None and not kept.terms.barred(
        item, book.as_of
    )


def _exact(text: str, cloud: str, place: str, book: Book) -> str:
    """The model of a whole name, on the cloud and at the place that were said; else nothing."""
    sold = PREFIXES.get(cloud)
    ways = [f"{sold}/{place}/{text}", f"{sold}/{text}", text] if sold else [text]
    for name in [text] if "/" in text else ways:
        try:
            found = taken(book, name)
        except BookError:
            continue
        if _writes(book, found):
            return found
    return ""


def _one_of(text: str, cloud: str, place: str, context: str, book: Book) -> str:
    """The one model of a part of a name: of those sold on the cloud that was said, if any are."""
    curated = Book.load(as_of=book.as_of, layers=("curated",))
    every = _writing(book, text)
    named = [item for item in every if item.partition("/")[0] == cloud.lower()]
    there = [item for item in named if _sold(book.kept_in(place), item, context)]
    found = there or _writing(curated, text) or every
    if not found:
        near = instead(text, [i.partition("/")[2] for i in curated.items() if _writes(curated, i)])
        raise ValueProblem(f"no model {text!r} in the price book", near)
    if len(found) > 1:  # where none is sold so, the first is refused with who sells it
        found = [item for item in found if _sold(book, item, context)] or found[:1]
    if len(found) > 1:
        more = f" and {len(found) - MOST_SHOWN} more" if len(found) > MOST_SHOWN else ""
        raise ValueProblem(f"{text!r} may be {', '.join(found[:MOST_SHOWN])}{more}", "write one")
    return found[0]


def _writing(book: Book, text: str) -> list[str]:
    return [item for item in sorted(search(book, [text])) if _writes(book, item)]


def _writes(book: Book, item: str) -> bool:
    """Say whether an item of the book is a model that writes: it has a price of output."""
    return any(row.parameter == "output" for row in book.active(item))


# ---- stores and roles


def store_called(text: str, book: Book) -> str:
    """The store a text means, of several sizes the smallest. Raises ValueProblem."""
    sold = sorted(book.having(*SOLD))
    words = re.findall(r"[a-z0-9]+", text.lower())
    found = [item for item in sold if {*words} <= {*re.findall(r"[a-z0-9]+", item)}]
    if not found:
        some = ", ".join(sold)
        raise ValueProblem(f"no price of {text!r} is known", f"write one of {some}, or unknown")
    families = {item.rpartition("-")[0] for item in found}
    if len(found) > 1 and len(families) > 1:
        raise ValueProblem(f"{text!r} may be {', '.join(found)}", "write one")
    return found[0]


def store_of_maker(service: str, book: Book) -> str:
    """The one store known of a maker that a service is called after; else nothing.

    >>> store_of_maker("Amazon OpenSearch Service", Book.load())
    'opensearch-serverless'
    """
    words = {*re.findall(r"[a-z0-9]+", service.lower())} - {*CLOUDS}
    found = [item for item in book.having(*SOLD) if item.partition("-")[0] in words]
    return found[0] if len(found) == 1 else ""


def store_of(text: str, book: Book) -> dict[str, str]:
    """A store and, where it is sold by the unit, how many it runs. Raises ValueProblem.

    >>> store_of("Azure AI Search S1 with 3 search units", Book.load())
    {'store': 'azure-ai-search-s1', 'units': '3'}
    """
    said = re.fullmatch(
        r"(?P<store>.+?)(?:,| with| of)? (?P<units>[1-9]\d*) (?:search )?units?",
        text,
        re.IGNORECASE,
    )
    if said is None:
        return {"store": store_called(text, book)}
    store = store_called(said["store"], book)
    if not book.in_force(store, "unit_hour"):
        raise ValueProblem(f"{store} is not sold by the unit", f"write {store}")
    return {"store": store, "units": said["units"]}


def role_called(text: str, book: Book) -> tuple[str, str, str]:
    """A role of the book, the field of what is paid an hour, and that. Raises ValueProblem.

    >>> role_called("a paralegal at 31 EUR an hour", Book.load())
    ('us/paralegal', 'wage_per_hour', '31 EUR')
    >>> role_called("vet nurse at 32 EUR", Book.load())
    ('', 'wage_per_hour', '32 EUR')
    """
    roles = sorted(item for item in book.having("hour") if not item.startswith("device/"))
    number = re.search(r"(?:[$€£]|\b[A-Z]{3} )?\d.*", text)
    who = (text[: number.start()] if number else text).lower()
    amount = number[0] if number else ""
    rate = (
        "rate_per_hour" if re.search(r"\ball[- ]in\b", amount, re.IGNORECASE) else "wage_per_hour"
    )
    hourly = r",?\s*\ball[- ]in\b|\s*(?:/|\b(?:an?|per)\s+)\s*h(?:our)?\b|\bhourly\b"
    amount = re.sub(hourly, "", amount, flags=re.IGNORECASE).strip()
    words = {*re.findall(r"[a-z]+", who)} - {"a", "an", "the", "at", "by", "us", "for", "our"}
    words |= {word.removesuffix("s") for word in words}
    said = {word.removesuffix("s") for word in words}
    ranked = [role for role in roles if words & {*re.findall(r"[a-z]+", role.partition("/")[2])}]
    best = max(ranked, key=lambda role: len(words & {*re.findall(r"[a-z]+", role)}), default="")
    if words and not best and not amount:
        known = ", ".join(role.partition("/")[2] for role in roles)
        wrong = f"no wage of {who.strip()!r} is known"
        raise ValueProblem(wrong, f"write it, such as 38 an hour, or one of {known}")
    if amount and not said <= {part.removesuffix("s") for part in re.findall(r"[a-z]+", best)}:
        best = ""  # somebody else, whose wage is told
    return best, rate if amount else "", amount
