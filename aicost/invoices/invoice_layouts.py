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
    """What one row charges: a service, or tax, credits and the like."""

    service: str
    amount: float
    month: str
    component: str


@dataclass(frozen=True)
class Invoice:
    """The rows of an invoice, the totals it states, and what was noticed on the way."""

    layout: str
    rows: tuple[Charged, ...]
    totals: tuple[float, ...]
    notes: tuple[str, ...]

    @property
    def months(self) -> list[str]:
        """The months it covers; one without a name where the file has no dates."""
        return sorted({row.month for row in self.rows})
