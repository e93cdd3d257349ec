"""The bill: one walk through the pipeline, settled, every line explained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from aicost.book import Book
from aicost.charge import DOLLAR, Charge, Count, Factor, charge, total
from aicost.components.base import COMPONENTS, stated
from aicost.components.inference import Inference
from aicost.components.retrieval import Retrieval
from aicost.quantities import Numeric
from aicost.scenario import OtherLine, Pool, Scenario, steps
from aicost.words import quantity_words, usd

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
        """Return the monthly total. [USD/month]"""
        return total(self.charges)

    @property
    def once(self) -> Numeric:
        """Return what is paid once. [USD]"""
        return total(self.charges, every="once")

    @property
    def people(self) -> Numeric:
        """Return what review staff costs, which no invoice shows. [USD/month]"""
        return total(c for c in self.charges if c.component == HUMAN)

    @property
    def users(self) -> Numeric:
        """Return the users (or units); requests where users are not given."""
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
        """Return the cost of an answer that helps, where the client has measured how many do."""
        share = self.scenario.traffic.success_share
        return None if share is None else self.per_request / share

    def by(self, word: str) -> dict[str, Numeric]:
        """Return the monthly cost by `component`, `stage`, `behaves` or `basis`."""
        sums: dict[str, Numeric] = {}
        for line in self.charges:
            if line.every == "month":
                key = getattr(line, word)
                sums[key] = sums.get(key, 0.0) + line.usd
        if word == "component":
            return {name: sums[name] for name in COMPONENTS if name in sums}
        return sums

    def frame(self) -> pd.DataFrame:
        """Return one row a line; sweeps and draws enter at their mean."""
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
        """Return a line as one sentence: named factors whose product it is.

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
    """Return the making of a line as a sentence that can be multiplied by hand."""
    made = [quantity_words(f) for f in line.factors if not np.array_equal(f.value, 1.0)]
    if line.price is not DOLLAR:
        made.append(f"{usd(line.price.usd, price=True)} per {line.price.unit}")
    return f"{' x '.join(made)} = {usd(line.usd)}"


def bill(scenario: Scenario, book: Book | None = None) -> Bill:
    """Return the monthly bill of a scenario; every range stands at its mean.

    A scenario with sweeps or draws gives a bill of arrays, in the same one pass.
    """
    book = book or Book.load(as_of=scenario.as_of)
    s = scenario.point()
    entry = s.traffic.requests()
    lines = [*_standing(s, book), *walk(s, book, entry), *_capacity(s, book, entry)]
    lines += [*_other(s, entry), *_minimums(s, book, lines)]
    return Bill(tuple(lines), s, book, entry.value)


def walk(scenario: Scenario, book: Book, entry: Count) -> Iterator[Charge]:
    """Yield what the requests of a period cost, stage by stage."""
    for stage, flow in steps(scenario, entry):
        yield from stage.per_request(flow, book)


def _standing(scenario: Scenario, book: Book) -> Iterator[Charge]:
    for stage in scenario.pipeline:
        yield from stage.standing(scenario.world, book)


def _capacity(scenario: Scenario, book: Book, entry: Count) -> Iterator[Charge]:
    """Yield what is bought in whole units for the peak hour: nodes, seats and shared pools."""
    sized = any(s.sized_by_peak(book) for s in scenario.pipeline)
    if not sized and not scenario.pools:
        return
    peak = scenario.world.busiest_hour(entry)
    demand: dict[str, Numeric] = {}
    for stage, flow in steps(scenario, peak):
        if stage.sized_by_peak(book):
            yield from stage.capacity(flow, book)
        if isinstance(stage, Inference) and stage.pool:
            demand[stage.pool] = demand.get(stage.pool, 0.0) + stage.calls(flow).value
    for pool in scenario.pools:
        yield _pool_line(pool, demand.get(pool.name, 0.0), scenario)


def _pool_line(pool: Pool, calls_per_hour: Numeric, scenario: Scenario) -> Charge:
    units = np.maximum(pool.at_least, np.ceil(calls_per_hour / pool.carries)) + pool.spare
    count = Count().times(
        Factor("units for the peak hour", units, "units", pool.basis("carries")),
        scenario.month.factor("hours", "hours"),
    )
    price = stated(pool, "price_per_hour", unit="unit-hour")
    return charge(
        count,
        price,
        stage=pool.name,
        component=pool.component,
        item="pool",
        driver="hours",
        behaves="capacity",
    )


def _other(scenario: Scenario, entry: Count) -> Iterator[Charge]:
    one = Count().times(Factor("line", 1.0, "", "listed"))
    for line in scenario.other:
        if line.per_month is not None:
            yield _other_line(line, "per_month", one, "month", driver="months", behaves="fixed")
        if line.per_user_month is not None:
            users = Count().times(scenario.traffic.factor("users"))
            yield _other_line(line, "per_user_month", users, "user", driver="users")
        if line.per_request is not None:
            yield _other_line(line, "per_request", entry, "request", driver="requests")
        if line.once is not None:
            yield _other_line(
                line, "once", one, "item", driver="once", behaves="fixed", every="once"
            )


def _other_line(line: OtherLine, field: str, count: Count, unit: str, **words: str) -> Charge:
    price = stated(line, field, unit=unit)
    return charge(count, price, stage=line.name, component=line.component, item=line.name, **words)  # type: ignore[arg-type]


def _minimums(scenario: Scenario, book: Book, lines: Iterable[Charge]) -> Iterator[Charge]:
    """Yield the top-up to each account's least bill: always there, zero where not needed."""
    settled: set[str] = set()
    for stage in scenario.pipeline:
        if not isinstance(stage, Retrieval):
            continue
        for account, least in stage.minimum(book):
            if account in settled:  # stages that search the same store share its account
                continue
            settled.add(account)
            own = total(c for c in lines if c.account == account)
            gap = np.maximum(0.0, least.usd - own)
            words = f"short of the account's {usd(least.usd)}"
            count = Count().times(Factor(words, gap, "USD", least.basis, least.source))
            yield charge(
                count,
                DOLLAR,
                stage=stage.name,
                component=stage.component,
                item="account minimum",
                driver="months",
                behaves="fixed",
            )
