"""What every stage of a pipeline shares: its share of the requests, its calls, its charges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from aicost.book import BookError
from aicost.charge import Basis, Charge, Count, Factor, UnitPrice, charge, weakest
from aicost.compute import self_hosted_usd_per_mtok
from aicost.flow import Flow, World
from aicost.quantities import MTOK, Numeric, Value, mean, mean_square, quantity, word
from aicost.section import Section, section

if TYPE_CHECKING:
    from aicost.book import Book, Row

#: Every component of a bill, in the order of the argument; charts colour them alike everywhere.
COMPONENTS = (
    "inference",
    "embedding",
    "retrieval",
    "reranking",
    "human review",
    "caching",
    "observability",
    "hosting",
    "other",
)


def attempts(*, retry: Numeric, tries: Numeric) -> Numeric:
    """Return the paid calls per call asked for: (1 - p^n) / (1 - p).

    Parameters
    ----------
    retry : scalar or array
        Share of calls that fail and are tried again. [share]
    tries : scalar or array
        Most calls that are paid for. [calls]

    Returns
    -------
    scalar or array
        Mean paid calls. [calls]

    Examples
    --------
    >>> round(float(attempts(retry=0.05, tries=3)), 4)
    1.0525
    """
    safe = np.minimum(retry, 1 - 1e-12)
    return ((1 - np.power(safe, tries)) / (1 - safe))[()]


def growth_per_call(*, rounds: Value) -> Numeric:
    """Return the mean number of earlier rounds a call carries: E[K(K-1)/2] / E[K].

    Parameters
    ----------
    rounds : scalar, array or Spread
        Rounds K of a loop, or turns of a conversation. [rounds]

    Returns
    -------
    scalar or array
        Earlier rounds per call. [rounds]

    Notes
    -----
    Exact for any mix of K: the squares enter through E[K^2], not through the mean of K.

    Examples
    --------
    >>> growth_per_call(rounds=10.0)
    4.5
    """
    return (mean_square(rounds) / mean(rounds) - 1) / 2


@dataclass(frozen=True, kw_only=True)
class Timeout(Section):
    """How long a call is waited for, and what answers in its place."""

    after: Value = quantity("s", "seconds after which a call is given up", low=1e-3)
    fallback: str = word("later stage that answers in its place", default="")


@dataclass(frozen=True, kw_only=True)
class Stage(Section):
    """One step that a request may pass."""

    component: ClassVar[str]
    of_all: ClassVar[bool] = False  # sees every request, also those a cache has answered

    name: str
    share: Value = quantity("share", "share of the arriving requests that take this", default=1.0)
    of: str = word("stage whose requests the share is of; `requests` means all", default="")
    repeat: Value = quantity("calls", "times it is done per request", default=1.0)
    retry: Value = quantity("share", "share of calls that fail and are tried again", default=0.0)
    tries: Value = quantity("calls", "most tries of one call", low=1, default=3.0)
    backoff: Value = quantity("s", "pause before a call is tried again", default=0.0)
    timeout: Timeout | None = section(Timeout, "when a call is given up")
    seconds: Value = quantity("s", "time of one call", spread=True, default=None)
    rounds: Value = quantity(
        "rounds", "rounds of the loop it stands in", low=1, spread=True, default=1.0
    )
    billed_as: str = word(
        "component it is billed under, if not its own", default="", choices=COMPONENTS
    )

    # ---- what a component may say of itself

    def standing(self, world: World, book: Book) -> Iterable[Charge]:
        """Yield what is there at any usage."""
        return ()

    def per_request(self, flow: Flow, book: Book) -> Iterable[Charge]:
        """Yield what the requests of `flow` cost."""
        return ()

    def sized_by_peak(self, book: Book) -> bool:
        """Say whether it is bought in whole units for the busiest hour."""
        return False

    def capacity(self, peak: Flow, book: Book) -> Iterable[Charge]:
        """Yield what the whole units cost that carry `peak`, the flow of the busiest hour."""
        return ()

    def pass_on(self, flow: Flow) -> Flow:
        """Return the flow that reaches the next stage."""
        return flow

    def gaps(self, book: Book) -> Iterable[tuple[str, str]]:
        """Yield (field, what is wrong; remedy) for prices that neither file nor book has."""
        return ()

    # ---- what every component needs

    def arriving(self, flow: Flow) -> Flow:
        """Return the flow of requests that take this stage."""
        count = flow.count
        if self.of == "requests" or (self.of_all and not self.of):
            count = flow.entry
        elif self.of:
            count = flow.taken[self.of]
        if self.states("share"):
            count = count.times(self.factor("share", f"go to {self.name}"))
        return Flow(count, flow.world, flow.entry, flow.passages, flow.passage_tokens, flow.taken)

    def calls(self, flow: Flow) -> Count:
        """Return the billable calls: requests x repeats x tries x rounds."""
        count = flow.count
        if self.states("repeat"):
            count = count.times(self.factor("repeat", "calls per request"))
        if self.states("retry"):
            paid = attempts(retry=self.retry, tries=self.tries)
            count = count.times(Factor("tries per call", paid, "", self.basis("retry")))
        if self.states("rounds"):
            count = count.times(self.factor("rounds", "rounds"))
        return count

    def charge(self, count: Count, price: UnitPrice, **words: Any) -> Charge:
        """Return a charge in this stage's name."""
        component = self.billed_as or self.component
        return charge(count, price, stage=self.name, component=component, **words)


def listed(row: Row, *, sold: str, unit: str, holds: float = 1.0) -> UnitPrice:
    """Return the unit price of a row of the book that is sold by the unit `sold`.

    Raises BookError where the row is in another unit: a price per thousand is none per million.
    """
    if row.unit != sold:
        raise BookError(
            f"{row.layer}:{row.line}: {row.item} {row.parameter} is in {row.unit}; "
            f"write it in {sold}"
        )
    words = row.source if row.read_on is None else f"{row.source}, read {row.read_on}"
    if row.confidence in ("secondary", "assumed"):
        words += ", second-hand" if row.confidence == "secondary" else ", our assumption"
    return UnitPrice(row.value, unit, holds, trust(row), words)


def trust(row: Row) -> Basis:
    """Return the basis of a row: what nobody published is assumed."""
    return "assumed" if row.confidence == "assumed" else "listed"


def stated(owner: Section, name: str, *, unit: str, holds: float = 1.0) -> UnitPrice:
    """Return a unit price that the scenario itself states."""
    origin = owner.origins.get(name)
    source = origin.source if origin else ""
    return UnitPrice(getattr(owner, name), unit, holds, owner.basis(name), source)


@dataclass(frozen=True, kw_only=True)
class TokenPrice(Section):
    """Prices of a model as a contract states them, per million tokens."""

    input: Value = quantity("USD/Mtok", "price of input", default=None)
    output: Value = quantity("USD/Mtok", "price of output", default=None)
    cache_read: Value = quantity("USD/Mtok", "price of input read from a cache", default=None)
    cache_write: Value = quantity("USD/Mtok", "price of input written to a cache", default=None)
    request: Value = quantity("USD/request", "fee per call", default=None)

    def of(self, bucket: str) -> UnitPrice:
        """Return the price of a bucket of tokens; unpriced cache tokens cost what input costs."""
        field = "cache_write" if bucket.startswith("cache_write") else bucket
        if getattr(self, field) is None:
            field = "input"
        return stated(self, field, unit="Mtok", holds=MTOK)


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

    def gaps(self, book: Book) -> Iterator[tuple[str, str]]:
        """Yield (field, what is wrong; remedy) for what neither file nor book has."""
        if self.input is None and (self.per_hour is None or self.tokens_per_s is None):
            yield missing(*self.asked)
        for field in ("hardware", "encoder"):
            if name := getattr(self, field):
                yield from unlisted(partial(book.all_rows, name), f"price.{field}")

    def per_mtok(self) -> UnitPrice:
        """Return the price of a million tokens: as stated, or p / (3,600 s x tokens/s x busy)."""
        if self.input is not None:
            return stated(self, "input", unit="Mtok", holds=MTOK)
        usd = self_hosted_usd_per_mtok(
            usd_per_hour=self.per_hour, tokens_per_s=self.tokens_per_s, busy_share=self.busy
        )
        basis = weakest(self.basis(name) for name in ("per_hour", "tokens_per_s", "busy"))
        return UnitPrice(usd, "Mtok", MTOK, basis, "price of an hour over the tokens read in it")


def unlisted(find: Callable[[], object], field: str) -> Iterator[tuple[str, str]]:
    """Yield the book's own words where `find` has no row."""
    try:
        find()
    except BookError as error:
        yield field, str(error) if ";" in str(error) else f"{error}; write another or a price"


def missing(field: str, instead: str) -> tuple[str, str]:
    """Return the gap of a name that was not written, with what to write."""
    return field, f"it is missing; write {field}: … or {instead}"


def on_average(stage: Stage, found: Factor, before: Factor | None) -> Factor:
    """Return the passages of a mean request, where only a share of them takes `stage`."""
    if not stage.differs("share"):
        return found
    rest = (1.0 - stage.share) * (before.value if before is not None else 0.0)
    basis = weakest([found.basis, stage.basis("share")])
    return Factor(found.name, stage.share * found.value + rest, found.unit, basis, found.source)


def registry() -> dict[str, type[Stage]]:
    """Return every kind of stage by the name a scenario calls it."""
    import importlib
    import pkgutil

    import aicost.components as package

    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return dict(_kinds(Stage))


def _kinds(cls: type[Stage]) -> Iterator[tuple[str, type[Stage]]]:
    for sub in cls.__subclasses__():
        yield kind_word(sub), sub
        yield from _kinds(sub)


def kind_word(cls: type[Stage]) -> str:
    """Return what a scenario calls a kind of stage: ResponseCache is a response_cache."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("_")
