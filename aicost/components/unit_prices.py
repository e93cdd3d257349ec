"""Unit prices: of a row of the book, or as a contract states them."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from aicost.book.devices import share_of_peak
from aicost.book.rows import BookError
from aicost.book.validity import sold_in
from aicost.formulas.encoders import self_hosted_usd_per_mtok
from aicost.values.charge import Basis, UnitPrice, weakest
from aicost.values.quantities import MTOK, Numeric, Spread, Value, mean, quantity, word
from aicost.values.section import Concern, Section

if TYPE_CHECKING:
    from aicost.book.book import Book
    from aicost.book.rows import Row


#: How a model that only reads can be paid for; the first that is stated is billed.
WAYS = ("search", "input", "per_hour")


def listed(row: Row, *, sold: str, unit: str, holds: float = 1.0) -> UnitPrice:
    """The unit price of a row of the book that is sold by the unit `sold`.

    Raises BookError where the row is in another unit: a price per thousand is none per million.
    """
    row = sold_in(row, sold)
    words = row.source if row.read_on is None else f"{row.source}, read {row.read_on}"
    if row.confidence in ("secondary", "assumed"):
        words += ", second-hand" if row.confidence == "secondary" else ", our assumption"
    return UnitPrice(row.value, unit, holds, trust(row), words, row.item)


def trust(row: Row) -> Basis:
    """The basis of a row: what nobody published is assumed."""
    return "assumed" if row.confidence == "assumed" else "listed"


def stated(owner: Section, name: str, *, unit: str, holds: float = 1.0) -> UnitPrice:
    """A unit price that the scenario itself states."""
    origin, price = owner.origins.get(name), getattr(owner, name)
    source = origin.source if origin else ""
    if origin and isinstance(price, Spread):
        source += f", mean of {origin.written}"
    return UnitPrice(mean(price), unit, holds, owner.basis(name), source)


#: Dollars per million tokens that are no slip for those of a thousand, or of a billion.
PER_MTOK = (0.004, 2_000.0)


@dataclass(frozen=True, kw_only=True)
class TokenPrice(Section):
    """Prices of a model as a contract states them, per million tokens."""

    meant: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("cached_input", "cached", "cache", "cache_hit"), "cache_read: …"),
        **dict.fromkeys(("thinking", "reasoning"), "output_reasoning: …"),
        **dict.fromkeys(("call", "per_call", "per_request"), "request: …"),
    }

    input: Value = quantity("USD/Mtok", "price of input", default=None, plain=PER_MTOK)
    output: Value = quantity("USD/Mtok", "price of output", default=None, plain=PER_MTOK)
    output_reasoning: Value = quantity(
        "USD/Mtok", "price of thoughts, if not that of output", default=None
    )
    input_image: Value = quantity("USD/Mtok", "price of pictures that are read", default=None)
    output_image: Value = quantity("USD/Mtok", "price of pictures that are made", default=None)
    input_audio: Value = quantity("USD/Mtok", "price of sound that is heard", default=None)
    output_audio: Value = quantity("USD/Mtok", "price of sound that is made", default=None)
    input_video: Value = quantity("USD/Mtok", "price of video that is seen", default=None)
    output_video: Value = quantity("USD/Mtok", "price of video that is made", default=None)
    cache_read: Value = quantity("USD/Mtok", "price of input read from a cache", default=None)
    cache_write: Value = quantity("USD/Mtok", "price of input written to a cache", default=None)
    cache_storage_hour: Value = quantity(
        "USD/Mtok-hour", "rent of tokens that are kept in a cache", default=None
    )
    request: Value = quantity(
        "USD/request", "fee per call; alone, for a call that is paid by nothing else", default=None
    )

    @property
    def by_request(self) -> bool:
        """Whether a call is paid by itself, whatever is read and written in it."""
        return self.request is not None and self.input is None and self.output is None

    def of(self, bucket: str) -> UnitPrice:
        """The price of a bucket of tokens; unpriced cache tokens cost what input costs.

        Thoughts without a price of their own cost what output costs.
        """
        field = "cache_write" if bucket.startswith("cache_write") else bucket
        if getattr(self, field) is None:
            field = "output" if field == "output_reasoning" else "input"
        return stated(self, field, unit="Mtok", holds=MTOK)


def fee_alone(said: Container[str]) -> bool:
    """Whether the fee of a call is the one price that a file says: `said` are its keys."""
    return [name for name in TokenPrice.quantities() if f"price.{name}" in said] == ["request"]


@dataclass(frozen=True, kw_only=True)
class ReadingPrice(Section):
    """What a model costs that only reads: by contract, or on a rented machine."""

    asked: ClassVar[tuple[str, str]] = "price.input", "price: {per_hour: …, tokens_per_s: …}"

    input: Value = quantity("USD/Mtok", "price of input", default=None)
    per_hour: Value = quantity("USD/hour", "price of a machine of one's own", default=None)
    tokens_per_s: Value = quantity("tokens/s", "tokens it reads a second", low=1e-9, default=None)
    busy: Value = quantity("share", "share of the paid hours it works", low=1e-9, default=1.0)
    hardware: str = word("device/…, to see whether that speed is possible", default="")
    encoder: str = word("encoder/…, to see whether that speed is possible", default="")

    def gaps(self, book: Book) -> Iterator[Concern]:
        """Yield what neither file nor book has, and a price beside another of the same."""
        yield from self.twice()
        if self.input is None and (self.per_hour is None or self.tokens_per_s is None):
            yield missing(*self.asked)
        for field in ("hardware", "encoder"):
            if name := getattr(self, field):
                yield from unlisted(partial(book.all_rows, name), f"price.{field}")

    def twice(self) -> Iterator[Concern]:
        """Yield a price of the same tokens or searches that another is billed in place of."""
        billed, *others = [f for f in WAYS if getattr(self, f, None) is not None] or [""]
        for field in others:
            wrong = f"price.{billed} is billed in its place"
            yield Concern(f"price.{field}", wrong, "keep one of the two")

    def per_mtok(self) -> UnitPrice:
        """The price of a million tokens: as stated, or p / (3,600 s x tokens/s x busy)."""
        if self.input is not None:
            return stated(self, "input", unit="Mtok", holds=MTOK)
        usd = self_hosted_usd_per_mtok(
            usd_per_hour=self.per_hour, tokens_per_s=self.tokens_per_s, busy_share=self.busy
        )
        basis = weakest(self.basis(name) for name in ("per_hour", "tokens_per_s", "busy"))
        return UnitPrice(usd, "Mtok", MTOK, basis, "price of an hour over the tokens read in it")


def unlisted(find: Callable[[], object], field: str) -> Iterator[Concern]:
    """Yield the book's own words where `find` has no row."""
    try:
        find()
    except BookError as error:
        yield Concern(field, error.wrong, error.remedy or "write another or a price")


def unknown_service(book: Book, item: str, field: str, sold_by: Sequence[str]) -> Iterator[Concern]:
    """Yield a store or a platform that the book lacks, with those it has and what they ask."""
    if book.has(item):
        return
    known = [name for name in sorted(book.having(*sold_by)) if "/" not in name]
    first = item.lower().partition("-")[0]
    near = [name for name in known if name.startswith(item.lower())]
    near = near or [name for name in known if name.partition("-")[0] == first]
    told = []
    for name in near or known:
        rows = {row.parameter: row for row in book.active(name)}
        asked = next((rows[parameter] for parameter in sold_by if parameter in rows), None)
        told.append(f"{name} ({asked.text} {asked.unit})" if asked else name)
    remedy = f"did you mean {' or '.join(told)}?" if near else f"use one of: {', '.join(told)}."
    yield Concern(field, f"the book has no prices of {item!r}", remedy)


def missing(field: str, instead: str) -> Concern:
    """The gap of a name that was not written, with what to write."""
    return Concern(field, "it is missing", f"write {field}: … or {instead}")


def figure_of(book: Book, item: str, parameter: str) -> float | None:
    """A figure of an item, where the book has one in force."""
    try:
        rows = book.in_force(item, parameter) if book.has(item) else ()
    except BookError:  # said where the item is priced
        return None
    return rows[0].value if rows else None


def writes_answers(model: str, book: Book) -> Iterator[Concern]:
    """Yield a warning where a model that writes is taken for one that only reads."""
    read, written = (figure_of(book, model, unit) for unit in ("input", "output"))
    if read is not None and written is not None and written > read:
        remedy = "name one that only reads, or say is: inference"
        yield Concern("model", f"{model} writes answers", remedy)


def too_fast(price: ReadingPrice | None, text_tokens: Numeric, book: Book) -> Iterator[Concern]:
    """Yield a warning where a machine would have to compute faster than it can."""
    if price is None or price.input is not None or price.per_hour is None:
        return
    device = price.hardware.removeprefix("device/")
    try:
        taken = share_of_peak(
            book,
            price.encoder.removeprefix("encoder/"),
            device,
            tokens_per_s=price.tokens_per_s,
            text_tokens=text_tokens,
        )
    except BookError:  # no such machine or model: nothing to compare it with
        return
    if taken > 1:
        wrong = f"{price.tokens_per_s:,.0f} tokens a second are {taken:.2g} times what"
        remedy = "measure it, and write what you saw"
        yield Concern("price", f"{wrong} {price.hardware} can compute", remedy)
