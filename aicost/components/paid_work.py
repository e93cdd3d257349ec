"""What an hour of people's work costs: a wage with all that comes on top, a rate, or by the piece.

Paid leave is time away (`shrinkage`); the employer's cost on top of a wage (`overhead`) has it not.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from aicost.components.stage import Stage
from aicost.components.unit_prices import listed, missing, stated, unlisted
from aicost.values.charge import UnitPrice, weakest
from aicost.values.formatting import count, listing, usd
from aicost.values.money import spoken
from aicost.values.quantities import Value, mean, quantity, word
from aicost.values.section import Concern

if TYPE_CHECKING:
    from aicost.book.book import Book

#: What makes a wage the cost of an hour of work.
OF_A_WAGE = ("overhead", "shrinkage", "occupancy")


@dataclass(frozen=True, kw_only=True)
class PaidWork(Stage):
    """A stage that people do, with what their time costs."""

    wage_per_hour: Value = quantity(
        "USD/hour", "hourly wage, if not the role's", high=5_000.0, default=None
    )
    rate_per_hour: Value = quantity(
        "USD/hour",
        "what an hour costs, all in, in place of a wage: of review, or of a seat where there is a "
        "promise (`answer_within`), whose waiting is paid as well",
        high=5_000.0,
        default=None,
    )
    price_per_review: Value = quantity(
        "USD/review",
        "price of a review by the piece, in place of hours",
        default=None,
        plain=(0.001, 2_000.0),
    )
    role: str = word("role, as data/wages.csv names it", default="")
    overhead: Value = quantity(
        "times", "cost of a paid hour per dollar of wage", low=1, default=1.0
    )
    occupancy: Value = quantity(
        "share",
        "share of an hour at work spent reviewing; at a desk the most it may be",
        low=0.01,
        default=1.0,
    )
    shrinkage: Value = quantity("share", "paid time away from the desk", high=0.95, default=0.0)
    answer_within: Value = quantity(
        "s", "time within which a review is begun", default=None, plain=(10.0, 86_400.0)
    )

    @classmethod
    def usual_field(cls, name: str, said: Container[str]) -> str:
        hours = "price_per_review" not in said
        waged = hours and "rate_per_hour" not in said
        desk = "answer_within" in said
        if name == "occupancy":
            return "" if not (desk or waged) else name if desk else "occupancy_without_desk"
        return name if waged or name not in ("overhead", "shrinkage") else ""

    def unpriced(self, book: Book) -> Iterable[Concern]:
        """Yield what is missing for a price of the work."""
        if self.all_in or self.wage_per_hour is not None:
            return
        if not self.role:
            yield missing("role", "wage_per_hour: …")
        else:
            yield from unlisted(lambda: book.find(self.role, "hour"), "role")

    def misread(self, written: set[str]) -> Iterable[Concern]:
        """Yield what a price of hours or reviews leaves nothing to do for, or a wage that is none.

        `written` are the fields that a file states.
        """
        yield from self._said_twice(written)
        yield from self._wage_is_no_rate(written)
        yield from self._of_the_us()

    def _said_twice(self, written: set[str]) -> Iterable[Concern]:
        """Yield what a price of hours or reviews leaves nothing to do for."""
        whole = "price_per_review" if self.price_per_review is not None else "rate_per_hour"
        if getattr(self, whole) is None:
            if {"wage_per_hour", "role"} <= written:
                yield Concern(
                    "role", "it does nothing beside wage_per_hour", "leave one of them out"
                )
            return
        holds = [*OF_A_WAGE[:2], "wage_per_hour", "role", "hours_per_week"]
        holds += ["occupancy"] if self.answer_within is None else []
        holds += ["rate_per_hour"] if whole == "price_per_review" else []
        for field in holds:
            if field in written:
                yield Concern(field, f"it does nothing beside {whole}", "leave one of them out")

    def _wage_is_no_rate(self, written: set[str]) -> Iterable[Concern]:
        """Yield what a wage is multiplied by, where all of that was assumed."""
        desk = self.answer_within is not None
        factors = [f for f in OF_A_WAGE if not (desk and f == "occupancy")]
        said = any(self.basis(field) != "assumed" for field in factors)
        if said or not {"wage_per_hour"} & written or self.all_in:
            return
        times = self.overhead / (1.0 - self.shrinkage) / (1.0 if desk else self.occupancy)
        wage = self.origins["wage_per_hour"].written
        wage = wage or f"{np.mean(spoken().of(mean(self.wage_per_hour))):g}"
        hour = "of a seat, waiting too," if desk else "of review"
        wrong = f"a wage is not what an hour {hour} costs: assumed {listing(factors)} multiply "
        wrong += f"it by {float(np.mean(times)):.2f}"
        remedy = f"write rate_per_hour: {wage} if that is what such an hour costs, all in; "
        remedy += f"else write {listing([f'{field}: …' for field in factors])}"
        yield Concern("wage_per_hour", wrong, remedy)

    def _of_the_us(self) -> Iterable[Concern]:
        """Yield what was counted in the US, where amounts are in another currency."""
        if self.all_in or spoken().code == "USD" or not np.any(mean(self.share)):
            return
        paid = f"beside amounts in {spoken().code}"
        if self.wage_per_hour is None and self.role.startswith("us/"):
            wrong = f"the wage of {self.role} is one of the US, {paid}"
            yield Concern("role", wrong, "write wage_per_hour: … or rate_per_hour: …")
        for field in OF_A_WAGE[:2]:
            if self.basis(field) == "assumed":
                wrong = f"what is assumed was counted in the US, {paid}"
                remedy = f"write {field}: … of where people work, or rate_per_hour: …"
                yield Concern(field, wrong, remedy)

    @property
    def all_in(self) -> bool:
        """Whether a price holds all that an hour or a review costs."""
        return self.price_per_review is not None or self.rate_per_hour is not None

    def hour(self, book: Book, holds: float = 1.0) -> UnitPrice:
        """The cost of an hour that is paid, which `holds` so many of what is counted.

        It is the wage with the employer's cost on top, or the rate of an hour with all in it.
        """
        if self.rate_per_hour is not None:
            return stated(self, "rate_per_hour", unit="hour", holds=holds)
        wage = self._wage(book)
        if not self.states("overhead"):
            return replace(wage, unit="paid hour", holds=holds)
        why = self.origins["overhead"].source if "overhead" in self.origins else ""
        words = (
            f"{usd(wage.usd, price=True)} of wage ({wage.source}), {count(self.overhead)} times "
        )
        words += f"that with the employer's cost ({why})"
        return replace(
            wage,
            usd=wage.usd * self.overhead,
            unit="paid hour",
            holds=holds,
            basis=weakest([wage.basis, self.basis("overhead")]),
            source=words.replace(" ()", ""),
        )

    def _wage(self, book: Book) -> UnitPrice:
        if self.wage_per_hour is not None:
            return stated(self, "wage_per_hour", unit="hour")
        return listed(book.find(self.role, "hour"), sold="USD/hour", unit="hour")
