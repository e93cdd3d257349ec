"""What exports look like: which column says what, as data/invoice_layouts.csv has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from aicost.book.data_files import made_of
from aicost.invoices.number_formats import plain_name
from aicost.invoices.periods import WHOLE, Period
from aicost.values.table_file import Record

FILE = "invoice_layouts.csv"
#: What a column of an export may be.
ROLES = (
    "mark",  # has to be there, beside a service and a cost
    "service",  # what is charged for: the first that says something in a row
    "named",  # what is written there where no service stands
    "detail",  # what of the service
    "cost",  # in the currency of the row
    "usd",  # in dollars, whatever the currency of the row
    "scale",  # what the amounts are to be multiplied by
    "credits",  # taken off the cost: names and amounts in one cell, or one amount
    "from",  # first day
    "to",  # the moment at which it ends
    "through",  # last day
    "month",  # month of the invoice, or the moment at which its period begins
    "billed to",  # the moment at which its period ends
    "billed through",  # the last day of its period
    "kind",  # whether it is usage, tax, a credit and the like
    "commitment",  # of a purchase that is one
    "currency",
    "rate",  # what a dollar is in it
    "vendor",
    "above currency",  # what stands above the header
    "above rate",
    "above total",
    "above month",
    "wide",  # one column for each service
)


@dataclass(frozen=True)
class Layout:
    """How an export names its columns; spaces, dots, slashes, underscores and case do not count."""

    name: str
    provider: str
    columns: Mapping[str, tuple[str, ...]]

    def named(self, role: str) -> tuple[str, ...]:
        """The columns that may have a role."""
        return self.columns.get(role, ())

    @cached_property
    def plain(self) -> Mapping[str, tuple[str, ...]]:
        """The columns as they are compared."""
        return {role: tuple(map(plain_name, names)) for role, names in self.columns.items()}

    @property
    def wide(self) -> bool:
        """Whether it has a column for each service."""
        return "wide" in self.columns

    def fits(self, names: Sequence[str]) -> bool:
        """Say whether a header is of this export, by its plain names."""
        here = {name.partition("{")[0] for name in names}
        service = (name.partition("{")[0] for name in self.plain.get("service", ()))
        cost = (*self.plain.get("usd", ()), *self.plain.get("cost", ()))
        marks = self.plain.get("mark", ())
        return not self.wide and all(
            (here.issuperset(marks), here.intersection(service), here.intersection(cost))
        )

    def at(self, role: str, names: Sequence[str]) -> list[int]:
        """Where the columns of a role stand in a header, the preferred first."""
        return [names.index(name) for name in self.plain.get(role, ()) if name in names]


@dataclass(frozen=True, slots=True)
class Charged:
    """What one or several rows charge: a service, or tax, credits and the like, in USD.

    `meter` is what a model is paid for beside its tokens.
    """

    service: str
    amount: float
    month: str
    component: str
    meter: str = ""


@dataclass(frozen=True)
class Invoice:
    """What an invoice charges by service and month, the totals it states, what was noticed.

    Amounts are in USD. `lines` is how many of its rows are charges, `period` the time it covers;
    `provider` is the vendor whose export it is, '' where it is of any, `currency` that of its rows.
    """

    layout: str
    rows: tuple[Charged, ...]
    totals: tuple[float, ...]
    notes: tuple[str, ...]
    lines: int = 0
    period: Period = WHOLE
    provider: str = ""
    currency: str = "USD"

    @property
    def months(self) -> list[str]:
        """The months it covers; one without a name where the file has no dates."""
        return sorted({row.month for row in self.rows})

    @property
    def total(self) -> float:
        """What its rows add up to. [USD]"""
        return sum(row.amount for row in self.rows)


def layouts() -> tuple[Layout, ...]:
    """The exports that are known, the most particular first."""
    return made_of(FILE, _made)


def _made(rows: tuple[Record, ...]) -> tuple[Layout, ...]:
    found: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}
    for row in rows:
        if row["role"] not in ROLES:
            raise row.error("role", f"no role {row['role']!r}", f"write one of {', '.join(ROLES)}")
        columns = found.setdefault((row["layout"], row["provider"]), {})
        columns[row["role"]] = (*columns.get(row["role"], ()), row["column"])
    return tuple(Layout(name, provider, columns) for (name, provider), columns in found.items())
