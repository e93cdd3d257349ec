"""The bill: the lines of a month, summed up in several ways, every one explained."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from aicost.billing.bill_table import bill_table, how_many, largest_parts, making
from aicost.book.book import Book
from aicost.scenario.scenario import Scenario
from aicost.values.charge import COMPONENTS, ENVIRONMENTS, HUMAN, Charge, total
from aicost.values.formatting import listing, money
from aicost.values.money import DOLLARS
from aicost.values.quantities import Numeric
from aicost.values.result import Result
from aicost.values.table import Table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Bill(Result):
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
    def environments(self) -> Numeric:
        """What environments beside production cost, with their part of shares. [USD/month]"""
        return sum((c.beside for c in self.charges), start=np.float64(0.0))

    @property
    def apart(self) -> str:
        """What is production and what other environments, where there are any."""
        if not self.others:
            return ""
        words = f"Production {money(self.total - self.environments)}, other environments"
        return f"{words} {money(self.environments)}: {self.others}."

    @property
    def others(self) -> str:
        """Environments beside production, and the shares of which each has its part."""
        names = [one.name for one in self.scenario.environments]
        lines = (c for c in self.charges if c.driver != ENVIRONMENTS and np.any(c.beside != 0.0))
        shares = [c.stage for c in lines]
        each = "each with its" if len(names) > 1 else "with its"
        return f"{listing(names)}, {each} part of {listing(shares)}" if shares else listing(names)

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
                alike = {getattr(line, word): line.usd}
                for key, usd in (line.behaving if word == "behaves" else alike).items():
                    sums[key] = sums.get(key, 0.0) + usd
        if word == "component":
            return {name: sums[name] for name in (*COMPONENTS, *sums) if name in sums}
        return sums

    def of(self, scenario: Scenario) -> Bill:
        """The same bill for a scenario that differs in nothing that is billed."""
        return replace(self, scenario=scenario)

    # ---- how it is shown

    @property
    def sentence(self) -> str:
        """What it comes to, and which parts are the largest."""
        number = how_many(self.charges)
        mean = f", the mean of {number:,} bills" if number > 1 else ""
        words = f"{self.scenario.name} costs {money(self.total)} a month{mean}"
        if np.all(self.requests > 0):
            unit = self.scenario.traffic.usage_unit
            costs = {f"per {unit}": self.per_user, "per request": self.per_request}
            if unit != "request" and np.allclose(self.users, self.requests):  # one request each
                del costs["per request"]
            words += "".join(f", {money(usd)} {each}" for each, usd in costs.items())
        told = f"{words}.", self.apart, largest_parts(self.by("component"), self.total)
        return " ".join(filter(None, told))

    def rows(self) -> Table:
        """The lines by component, costliest first, each over its making, and what is paid once."""
        return bill_table(self.charges)

    def frame(self) -> pd.DataFrame:
        """One row a line, in dollars and beside them in the currency of the scenario.

        Sweeps and draws enter at their mean.
        """
        import pandas as pd  # three quarters of a second that a bill does not need

        lines = pd.DataFrame(
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
        ours = self.scenario.money
        if ours != DOLLARS and self.charges:
            lines = lines.assign(currency=ours.code, amount=ours.of(lines["usd"]))
        return lines

    def explain(self, line: Charge | int | str) -> str:
        """A line as one sentence: named factors whose product it is.

        `line` is a charge, its number, or "stage: item".
        """
        return making(self._find(line))

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
