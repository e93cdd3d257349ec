"""The lines of a bill for other programs: with their ranges and making, and as FOCUS has them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from aicost.billing.bill_table import making
from aicost.billing.case import Case
from aicost.show.export.line_ranges import line_ranges
from aicost.values.charge import HUMAN, Charge
from aicost.values.money import DOLLARS

if TYPE_CHECKING:
    import pandas as pd

#: Category and subcategory of each component among those that FOCUS allows
#: (FOCUS_Spec, cost_and_usage/columns/servicesubcategory.md, read 2026-11-28).
SERVICES = {
    "inference": ("AI and Machine Learning", "Generative AI"),
    "embedding": ("AI and Machine Learning", "Machine Learning"),
    "retrieval": ("Analytics", "Search"),
    "reranking": ("AI and Machine Learning", "Machine Learning"),
    "caching": ("Databases", "Caching"),
    "observability": ("Management and Governance", "Observability"),
    "hosting": ("Compute", "Other (Compute)"),
}
ANY = ("Other", "Other (Other)")
NOBODY = "not stated"
MIDNIGHT = "T00:00:00Z"


def lines_frame(case: Case) -> pd.DataFrame:
    """One row a line: as the bill has it, with how far it may lie and how it is made."""
    frame, money = case.bill.frame(), case.scenario.money
    low, high = zip(*line_ranges(case)[:-1], strict=True)
    frame = frame.assign(usd_p5=low, usd_p95=high)
    if money != DOLLARS:
        ends = {"amount_p5": money.of(frame["usd_p5"]), "amount_p95": money.of(frame["usd_p95"])}
        frame = frame.assign(**ends)
    return frame.assign(making=[making(line) for line in case.bill.charges])


def focus_frame(case: Case) -> pd.DataFrame:
    """The month as rows of FOCUS 1.4, each marked as an estimate; what is paid once is left out."""
    import pandas as pd

    first = case.book.as_of.replace(day=1)
    pairs = zip(case.bill.charges, line_ranges(case), strict=False)
    month = [(line, ends) for line, ends in pairs if line.every == "month"]
    return pd.DataFrame(_focus(case, line, ends, first) for line, ends in month)


def _focus(case: Case, line: Charge, ends: tuple[float, float], first: date) -> dict[str, object]:
    """A line as a row; list, contracted and billed price are the one that the bill uses."""
    money = case.scenario.money
    cost, price = float(money.of(line.usd)), float(money.of(line.price.usd))
    category, subcategory = SERVICES.get(line.component, ANY)
    begun = f"{first}{MIDNIGHT}"
    ended = f"{(first + timedelta(days=31)).replace(day=1)}{MIDNIGHT}"
    vendor = _vendor(line)
    used = line.behaves in ("usage", "data")
    return {
        "BilledCost": cost,
        "BillingAccountId": "estimate",
        "BillingAccountName": case.name,
        "BillingCurrency": money.code,
        "BillingPeriodEnd": ended,
        "BillingPeriodStart": begun,
        "ChargeCategory": "Usage",
        "ChargeClass": None,
        "ChargeDescription": making(line),
        "ChargeFrequency": "Usage-Based" if used else "Recurring",
        "ChargePeriodEnd": ended,
        "ChargePeriodStart": begun,
        "ConsumedQuantity": float(line.quantity),
        "ConsumedUnit": line.price.unit,
        "ContractedCost": cost,
        "ContractedUnitPrice": price,
        "EffectiveCost": cost,
        "HostProviderName": "Not Applicable" if line.component == HUMAN else vendor,
        "InvoiceIssuerName": vendor,
        "ListCost": cost,
        "ListUnitPrice": price,
        "PricingQuantity": float(line.quantity),
        "PricingUnit": line.price.unit,
        "ServiceCategory": category,
        "ServiceName": line.component,
        "ServiceProviderName": vendor,
        "ServiceSubcategory": subcategory,
        "SkuMeter": line.item,
        "x_Estimated": "true",
        "x_EstimateP5": float(money.of(ends[0])),
        "x_EstimateP95": float(money.of(ends[1])),
        "x_Basis": line.basis,
        "x_PriceBook": case.book.hash,
        "x_PriceSource": line.price.source,
        "x_Stage": line.stage,
    }


def _vendor(line: Charge) -> str:
    """Who would send the invoice: the seller of what is priced, as the book calls it."""
    if line.component == HUMAN:
        return "own staff"
    return line.price.of.partition("/")[0] or NOBODY
