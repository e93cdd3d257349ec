"""The charges of an invoice as its rows are read: what each is for, how much, and when."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from aicost.book.book import Book
from aicost.invoices.invoice_layouts import Charged
from aicost.invoices.periods import Span
from aicost.invoices.services import (
    ASIDE,
    aside_of,
    component_of,
    component_of_model,
    meter_of,
)
from aicost.invoices.totals import is_tax, says_total, sum_of_others, sums_of_groups

Key = tuple[str, str, str, str]  # service, month, component, meter
UNSAID = "if it is their total, call it 'Total'"


class _Said(NamedTuple):
    """A total that a row states, or another amount that it does not charge."""

    line: int
    key: Key
    usd: float


class Charges:
    """What the rows of an invoice charge, the totals they state, and the days they are of."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.said: list[_Said] = []
        self.due: float | None = None
        self.settled: list[_Said] = []  # payments, and what an earlier invoice left open
        self.lines, self.amounts = array("L"), array("d")
        self.keys: list[Key] = []
        self.spans: set[Span] = set()
        self._keyed: dict[tuple[str, ...], Key] = {}

    def add(self, line: int, key: Key, usd: float, span: Span | None) -> None:
        """Count a charge of a row."""
        self.lines.append(line)
        self.keys.append(key)
        self.amounts.append(usd)
        if span and usd and key[2] not in ASIDE:
            self.spans.add(span)

    def total(self, line: int, key: Key, usd: float) -> None:
        """Keep what a row says that others come to."""
        self.said.append(_Said(line, key, usd))

    def settle(self, line: int, key: Key, usd: float) -> None:
        """Keep what is no charge: a payment, below zero, or what an earlier invoice left open."""
        self.settled.append(_Said(line, key, usd))

    def key(
        self, service: str, month: str, kind: str = "", provider: str = "", detail: str = ""
    ) -> Key:
        """What a charge is added up under; worked out once for all that are alike."""
        asked = service, month, kind, provider, detail
        if asked not in self._keyed:
            component = _component(service, provider, detail, self.book)
            meter = meter_of(f"{service} {detail}") if "inference" in component else ""
            component = "inference" if meter else component
            aside = aside_of(kind)
            if aside in ("tax", "rounding") or (aside and component not in ASIDE):
                component = aside
            meter = "" if component in ASIDE else meter
            self._keyed[asked] = service, month, component, meter
        return self._keyed[asked]

    def rows(self) -> tuple[Charged, ...]:
        """All that is alike added up."""
        sums: dict[Key, float] = {}
        for key, usd in zip(self.keys, self.amounts, strict=True):
            sums[key] = sums.get(key, 0.0) + usd
        return tuple(
            Charged(service, usd, month, component, meter)
            for (service, month, component, meter), usd in sums.items()
        )

    def less_totals(self) -> Iterable[str]:
        """Take rows out that are sums of others, told by what they add up to and where they stand.

        A row that is called a total and is none, because the last total holds it too, is a charge.
        """
        yield from self._unsettled()
        yield from self._called_so()
        yield from self._groups()
        yield from self._whole()

    def _unsettled(self) -> Iterable[str]:
        """Take out what is said to be due after payments, which the charges do not come to."""
        for line, key, usd in self.settled:
            yield f"line {line}, {key[0]}, is no charge and was left out ({usd:,.2f})"
        due = sum(self.amounts) + sum(said.usd for said in self.settled)
        if self.settled:
            self.said = [one for one in self.said if not _near(due, one.usd, len(self.keys))]

    def _called_so(self) -> Iterable[str]:
        added, last = sum(self.amounts), self.said[-1].usd if self.said else 0.0
        if not self.said or _near(added, last, len(self.keys)):
            return
        for said in self.said[:-1]:
            if said.usd and _near(added + said.usd, last, len(self.keys)):
                self.said.remove(said)
                self.add(said.line, said.key, said.usd, None)
                words = f"line {said.line}, {said.key[0]}, is a charge of its own"
                yield f"{words}: the total holds it ({said.usd:,.2f})"
                return

    def _groups(self) -> Iterable[str]:
        """Take subtotals out, where the whole says that they are."""
        free = [not key[2] for key in self.keys]
        found = sums_of_groups(self.amounts, free)
        whole = sum(self.amounts)
        rest = whole - sum(self.amounts[at] for at in found)
        lasts = [said.usd for said in self.said]
        if not found or not lasts or any(_near(whole, one, len(free)) for one in lasts):
            return
        if any(_near(rest, one, len(free)) for one in lasts):
            for at in reversed(found):
                yield f"{self._words(at)}, is the sum of those above it and was left out"
                self._drop(at)

    def _whole(self) -> Iterable[str]:
        """Take a row out that is the sum of all others, where nothing else is known of it."""
        for at in sum_of_others(self.amounts)[:1]:
            name, _, component, _ = self.keys[at]
            words, usd = f"{self._words(at)}, is", f"({self.amounts[at]:,.2f})"
            if component or not (at in (0, len(self.keys) - 1) or says_total(name)):
                yield f"{words} as much as all others together {usd}; {UNSAID}"
                return
            yield f"{words} the sum of all others {usd} and was taken for their total"
            self._drop(at)

    def _words(self, at: int) -> str:
        return f"line {self.lines[at]}, {self.keys[at][0]}"

    def _drop(self, at: int) -> None:
        self.total(self.lines[at], self.keys[at], self.amounts[at])
        for kept in (self.keys, self.lines, self.amounts):
            del kept[at]

    @property
    def stated(self) -> tuple[float, ...]:
        """The totals that the file states, that of the whole last. [USD]"""
        due = () if self.due is None else (self.due,)
        return (*(said.usd for said in self.said), *due)


def _near(a: float, b: float, lines: int) -> bool:
    """Say whether sums of amounts that are each rounded to a cent are the same."""
    return abs(a - b) <= 0.005 * (lines + 1) + 1e-9 * abs(a)


@lru_cache(maxsize=4096)
def _component(service: str, provider: str, detail: str, book: Book) -> str:
    """A service's component: by the rows of the file, else by the model that it names."""
    if is_tax(service):
        return "tax"
    found = component_of(service, provider, detail)
    if found and " + " not in found:
        return found
    model = component_of_model(service, provider, book)
    return model if model and (not found or model in found.split(" + ")) else found
