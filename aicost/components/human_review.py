"""People in the loop: minutes of review, turned into paid hours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from aicost.charge import Charge, Factor, UnitPrice, weakest
from aicost.components.base import Stage, listed, missing, stated, unlisted
from aicost.flow import Flow
from aicost.quantities import Numeric, Value, quantity, word

if TYPE_CHECKING:
    from aicost.book import Book

MINUTES_PER_HOUR = 60.0


def paid_per_worked(*, occupancy: Numeric, shrinkage: Numeric) -> Numeric:
    """Return the hours paid per hour of review: 1 / (occupancy x (1 - shrinkage)).

    Parameters
    ----------
    occupancy : scalar or array
        Share of an attended hour spent on reviews. [share]
    shrinkage : scalar or array
        Share of paid time away from the desk: leave, training, breaks. [share]

    Returns
    -------
    scalar or array
        Paid hours per worked hour. [ratio]

    Notes
    -----
    Occupancy is a given share here; a desk that answers in time sets its own.

    Examples
    --------
    >>> round(paid_per_worked(occupancy=0.85, shrinkage=0.30), 4)
    1.6807
    """
    return 1.0 / (occupancy * (1.0 - shrinkage))


@dataclass(frozen=True, kw_only=True)
class HumanReview(Stage):
    """People who look at a share of the answers."""

    component: ClassVar[str] = "human review"

    minutes: Value = quantity("minutes", "minutes per review", spread=True)
    wage_per_hour: Value = quantity("USD/hour", "hourly wage, if not the role's", default=None)
    role: str = word("role, as data/wages.csv names it", default="")
    overhead: Value = quantity("times", "cost of an hour per dollar of wage", low=1, default=1.0)
    occupancy: Value = quantity("share", "share of the hour spent reviewing", low=0.01, default=1.0)
    shrinkage: Value = quantity("share", "paid time away from the desk", high=0.95, default=0.0)
    when: str = word(
        "before or after the user has the answer", default="after_answer",
        choices=("before_answer", "after_answer"),
    )  # fmt: skip

    def gaps(self, book: Book) -> Iterable[tuple[str, str]]:
        if self.wage_per_hour is None and not self.role:
            yield missing("role", "wage_per_hour: …")
        elif self.wage_per_hour is None:
            yield from unlisted(lambda: book.find(self.role, "hour"), "role")

    def per_request(self, flow: Flow, book: Book) -> Iterable[Charge]:
        reviews = self.calls(flow).times(self.factor("minutes", "minutes per review"))
        ratio = paid_per_worked(occupancy=self.occupancy, shrinkage=self.shrinkage)
        basis = weakest([self.basis("occupancy"), self.basis("shrinkage")])
        paid = reviews.times(Factor("paid per worked hour", ratio, "", basis))
        if self.states("overhead"):
            paid = paid.times(self.factor("overhead", "with employer cost"))
        yield self.charge(paid, self._wage(book), item="reviewers", driver="reviews")

    def _wage(self, book: Book) -> UnitPrice:
        if self.wage_per_hour is not None:
            return stated(self, "wage_per_hour", unit="hour", holds=MINUTES_PER_HOUR)
        row = book.find(self.role, "hour")
        return listed(row, sold="USD/hour", unit="hour", holds=MINUTES_PER_HOUR)
