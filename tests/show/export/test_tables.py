"""The lines of a bill for other programs."""

import re
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from cases import sample, written
from places import SAMPLES

from aicost.billing.case import Case
from aicost.invoices.invoice_reader import read_invoice
from aicost.show.export.line_ranges import line_ranges
from aicost.show.export.tables import focus_frame, lines_frame
from aicost.values.cells import csv_of

#: The columns that FOCUS 1.4 calls mandatory (FOCUS_Spec, cost_and_usage/dataset.md, read
#: 2026-11-28).
MANDATORY = set(
    re.findall(
        r"\w+",
        """
        BilledCost BillingAccountId BillingAccountName BillingCurrency BillingPeriodEnd
        BillingPeriodStart ChargeCategory ChargeClass ChargeDescription ChargePeriodEnd
        ChargePeriodStart ContractedCost EffectiveCost HostProviderName InvoiceIssuerName ListCost
        PricingQuantity PricingUnit ServiceCategory ServiceName ServiceProviderName
        """,
    )
)
MAY_BE_EMPTY = {"ChargeClass", "BillingAccountName", "ChargeDescription"}
EUROS = """
currency: EUR
traffic: {users: 300, requests_per_user_month: 20}
pipeline:
  answer: {is: inference, model: anthropic/claude-haiku-4-5, input_tokens: 900, output_tokens: 200}
other: {servers: {per_month: 1_000}, "=1+1": {per_month: 5}}
"""


def read_back(case: Case) -> pd.DataFrame:
    return pd.read_csv(StringIO(csv_of(focus_frame(case))))


@pytest.mark.parametrize("name", [path.stem for path in SAMPLES])
def test_focus_rows_read_back_as_an_invoice_are_the_bill(name: str, tmp_path: Path) -> None:
    case, path = sample(name), tmp_path / "focus.csv"
    path.write_text(csv_of(focus_frame(case)), encoding="utf-8")
    invoice = read_invoice(path, book=case.book)
    assert invoice.layout == "FOCUS export"
    found: dict[str, float] = {}
    for row in invoice.rows:
        found[row.component] = found.get(row.component, 0.0) + row.amount
    told = {name: float(usd) for name, usd in case.bill.by("component").items()}
    assert {name: usd for name, usd in found.items() if usd} == pytest.approx(told)
    assert invoice.total == pytest.approx(float(case.bill.total))
    assert invoice.months == ["2026-11"]


def test_focus_rows_have_what_is_mandatory_and_say_that_they_are_estimates() -> None:
    rows = read_back(sample("contract-search-billed"))
    assert set(rows.columns) >= MANDATORY
    others = [name for name in rows.columns if not name.startswith("x_")]
    assert all(name[0].isupper() for name in others)
    for name in MANDATORY - MAY_BE_EMPTY:
        assert rows[name].notna().all(), name
    assert rows["x_Estimated"].all()
    assert set(rows["ChargePeriodStart"]) == {"2026-11-01T00:00:00Z"}
    assert set(rows["ChargePeriodEnd"]) == {"2026-12-01T00:00:00Z"}
    product = rows["PricingQuantity"] * rows["ListUnitPrice"]
    assert product.tolist() == pytest.approx(rows["ListCost"].tolist())
    assert (rows["x_EstimateP5"] <= rows["x_EstimateP95"]).all()


def test_a_euro_stays_one_and_text_is_disarmed() -> None:
    case = written(EUROS)
    rows = read_back(case)
    assert set(rows["BillingCurrency"]) == {"EUR"}
    euros = float(case.scenario.money.of(case.bill.total))
    assert rows["BilledCost"].sum() == pytest.approx(euros)
    assert "'=1+1" in set(rows["SkuMeter"])


def test_lines_have_their_ranges_and_their_making() -> None:
    case = sample("help-desk")
    rows = pd.read_csv(StringIO(csv_of(lines_frame(case))))
    assert list(rows.columns[-3:]) == ["usd_p5", "usd_p95", "making"]
    *ends, _ = line_ranges(case)
    assert rows["usd_p5"].tolist() == pytest.approx([low for low, _ in ends])
    assert rows["usd_p95"].tolist() == pytest.approx([high for _, high in ends])
    assert (rows["usd_p5"] <= rows["usd_p95"]).all()
    node = rows[rows["item"] == "cache node"].iloc[0]
    assert node["usd_p5"] == node["usd_p95"] == node["usd"] == 110.0
    answer = rows[(rows["stage"] == "answer") & (rows["item"] == "input")].iloc[0]
    assert answer["usd_p5"] < answer["usd"] < answer["usd_p95"]
    assert answer["making"].startswith("40,000 users x ")
    assert answer["making"].endswith("= $728.99")
    assert (rows["quantity"] * rows["unit_price"]).tolist() == pytest.approx(rows["usd"].tolist())


def test_lines_in_another_currency_have_it_beside_dollars() -> None:
    case = written(EUROS)
    rows = lines_frame(case)
    rate = case.scenario.money.in_usd
    assert (rows["amount"] * rate).tolist() == pytest.approx(rows["usd"].tolist())
    assert (rows["amount_p95"] * rate).tolist() == pytest.approx(rows["usd_p95"].tolist())
