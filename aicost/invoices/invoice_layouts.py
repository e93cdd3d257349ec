"""What cloud exports look like: the columns of each, and what is read from them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """How an export names its columns; spaces, dots, underscores and case do not count."""

    name: str
    provider: str
    service: tuple[str, ...]
    cost: tuple[str, ...]
    month: tuple[str, ...]
    kind: tuple[str, ...]
    currency: tuple[str, ...]


#: The first whose service and cost columns are both there.
LAYOUTS = (
    Layout(
        "FOCUS export",
        "",
        ("servicename",),
        ("billedcost",),
        ("billingperiodstart", "chargeperiodstart"),
        ("chargecategory",),
        ("billingcurrency",),
    ),
    Layout(
        "Azure cost details",
        "azure",
        ("metercategory", "servicename"),
        ("costinusd", "costusd", "costinbillingcurrency", "cost", "pretaxcost"),
        ("date", "usagedate"),
        ("chargetype", "publishertype"),
        ("billingcurrency", "billingcurrencycode", "currency"),
    ),
    Layout(
        "Google Cloud billing",
        "gcp",
        ("servicedescription",),
        ("unroundedsubtotal", "unroundedcost", "subtotal", "cost"),
        ("invoicemonth", "month", "usagestartdate", "usagestarttime"),
        ("credittype", "costtype"),
        ("currency",),
    ),
)


@dataclass(frozen=True, slots=True)
class Charged:
    """What one or several rows charge: a service, or tax, credits and the like."""

    service: str
    amount: float
    month: str
    component: str


@dataclass(frozen=True)
class Invoice:
    """What an invoice charges by service and month, the totals it states, what was noticed.

    `lines` is how many of its rows are charges.
    """

    layout: str
    rows: tuple[Charged, ...]
    totals: tuple[float, ...]
    notes: tuple[str, ...]
    lines: int = 0

    @property
    def months(self) -> list[str]:
        """The months it covers; one without a name where the file has no dates."""
        return sorted({row.month for row in self.rows})
