"""The bill: one walk through the pipeline, settled, every line explained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from aicost.book.book import Book
from aicost.scenario.scenario import Scenario
from aicost.values.charge import COMPONENTS, DOLLAR, Charge, total
from aicost.values.formatting import quantity_words, usd
from aicost.values.quantities import Numeric

if TYPE_CHECKING:
    import pandas as pd

HUMAN = "human review"


@dataclass(frozen=True)
class Bill:
    """The lines of a month (and what is paid once), with their scenario and price book."""

    charges: tuple[Charge, ...]
    scenario: Scenario
    book: Book
    requests: Numeric

    @property
    def total(self) -> Numeric:
        """The monthly total. [USD/month]"""
        return total(self.charges)

    @property
    def once(self) -> Numeric:
        """What is paid once. [USD]"""
        return total(self.charges, every="once")

    @property
    def people(self) -> Numeric:
        """What review staff costs, which no invoice shows. [USD/month]"""
        return total(c for c in self.charges if c.component == HUMAN)

    @property
    def users(self) -> Numeric:
        """The users (or units); requests where users are not given."""
        users = self.scenario.traffic.users
        return users if users is not None else self.requests

    @property
    def per_user(self) -> Numeric:
        return self.total / self.users

    @property
    def per_request(self) -> Numeric:
        return self.total / self.requests

    @property
    def per_success(self) -> Numeric | None:
        """The cost of an answer that helps, where the client has measured how many do."""
        share = self.scenario.traffic.success_share
        return None if share is None else self.per_request / share

    def by(self, word: str) -> dict[str, Numeric]:
        """The monthly cost by `component`, `stage`, `behaves` or `basis`."""
        sums: dict[str, Numeric] = {}
        for line in self.charges:
            if line.every == "month":
                key = getattr(line, word)
                sums[key] = sums.get(key, 0.0) + line.usd
        if word == "component":
            return {name: sums[name] for name in COMPONENTS if name in sums}
        return sums

    def frame(self) -> pd.DataFrame:
        """One row a line; sweeps and draws enter at their mean."""
        import pandas as pd  # three quarters of a second that a bill does not need

        return pd.DataFrame(
            {
                "stage": c.stage,
                "component": c.component,
                "item": c.item,
                "driver": c.driver,
                "quantity": float(np.mean(c.quantity)),
                "unit": c.price.unit,
                "unit_price": float(np.mean(c.price.usd)),
                "usd": float(np.mean(c.usd)),
                "every": c.every,
                "behaves": c.behaves,
                "basis": c.basis,
                "source": c.price.source,
            }
            for c in self.charges
        )

    def explain(self, line: Charge | int | str) -> str:
        """A line as one sentence: named factors whose product it is.

        `line` is a charge, its number, or "stage: item".
        """
        return sentence(self._find(line))

    def _find(self, line: Charge | int | str) -> Charge:
        if isinstance(line, Charge):
            return line
        if isinstance(line, int):
            return self.charges[line]
        for c in self.charges:
            if line == f"{c.stage}: {c.item}":
                return c
        known = ", ".join(f"'{c.stage}: {c.item}'" for c in self.charges)
        raise KeyError(f"no line {line!r}; the lines are {known}")


def sentence(line: Charge) -> str:
    """The making of a line as a sentence that can be multiplied by hand."""
    made = [quantity_words(f) for f in line.factors if not np.array_equal(f.value, 1.0)]
    if line.price is not DOLLAR:
        made.append(f"{usd(line.price.usd, price=True)} per {line.price.unit}")
    return f"{' x '.join(made)} = {usd(line.usd)}"
