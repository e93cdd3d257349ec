"""Months across, services down: each service of each month is a charge of its own."""

from pathlib import Path

import pytest
from invoiced import invoice

from aicost.invoices.invoice_cells import InvoiceError
from aicost.invoices.invoice_layouts import Invoice
from aicost.invoices.invoice_reader import read_invoice

ROWS = "Amazon Bedrock,900,1100\nAmazon OpenSearch Service,350,350\n"
MEANS = {"inference + embedding + reranking": 1000.0, "retrieval": 350.0}


def means(found: Invoice) -> dict[str, float]:
    """What a month of each component costs."""
    sums = dict.fromkeys((row.component for row in found.rows), 0.0)
    for row in found.rows:
        sums[row.component] += row.amount * found.period.a_month
    return {name: round(usd, 6) for name, usd in sums.items()}


@pytest.mark.parametrize(
    "heads",
    [
        "Service,2026-09,2026-10",
        "Service,Sep 2026,Oct 2026",
        "Service,Sep-26,Oct-26",
        "Service,09/2026,10/2026",
        "Dienst,Kosten September 2026,Kosten Oktober 2026",
        "Service,2026-09-01 ($),2026-10-01 ($)",
        "Servicio,septiembre 2026 (USD),octubre 2026 (USD)",
    ],
)
@pytest.mark.parametrize("total", ["", "Total,1250,1450\n", "Everything,1250,1450\n"])
def test_months_across_are_read_one_by_one(tmp_path: Path, heads: str, total: str) -> None:
    found = read_invoice(invoice(tmp_path, f"{heads}\n{ROWS}{total}"))
    assert (found.months, means(found)) == (["2026-09", "2026-10"], MEANS)
    assert found.totals == ((2700.0,) if total else ())
    dollars = "no currency is said of its amounts, they are taken as dollars"
    assert (dollars in found.notes) == ("$" not in heads and "USD" not in heads)


def test_sums_across_labels_and_empty_cells(tmp_path: Path) -> None:
    text = "Dienst;Währung;08/2026;09/2026;Summe\nAzure OpenAI;USD;;1.000,50;1.000,50\n"
    found = read_invoice(invoice(tmp_path, text))
    assert (found.months, found.total) == (["2026-09"], 1000.5)


def test_amounts_in_another_currency_are_converted(tmp_path: Path) -> None:
    for text in ("Service,2026-10 (€)\nBedrock,100\n", "Service,2026-10\nBedrock,€100\n"):
        found = read_invoice(invoice(tmp_path, text))
        assert (found.currency, len(found.notes)) == ("EUR", 1)
        assert found.total > 100


@pytest.mark.parametrize(
    ("head", "row", "wrong"),
    [
        (
            "Service,September,October",
            "Bedrock,1,2",
            "months without a year; write them as 2026-09",
        ),
        ("Service,Q2 2026,Q3 2026", "Bedrock,1,2", "another time than a month"),
        ("Service,2026-09,Requests", "Bedrock,1,2", "'Requests' beside columns of months"),
        ("Service,2026-09 ($),2026-10 (€)", "Bedrock,1,2", "one currency for all"),
        ("Service,Currency,2026-09 ($)", "Bedrock,USD,2", "keep one of the two"),
        ("Service,2026-09,2026-10,Total", "Bedrock,1,2,4", "4 is not the sum of its months"),
        ("Service,2026-09,2026-10", "Bedrock,1,x", "'x' is not an amount"),
        ("Service,2026-09,2026-10", "Bedrock,1", "2 fields where the header has 3"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, head: str, row: str, wrong: str) -> None:
    with pytest.raises(InvoiceError, match=wrong):
        read_invoice(invoice(tmp_path, f"{head}\n{row}\n"))


def test_the_service_is_the_label_that_is_known(tmp_path: Path) -> None:
    text = "Cloud,Service,2026-09,2026-10\nAWS,Amazon Bedrock,900,1100\n"
    text += "Microsoft,Azure AI Search,350,350\nTotal,,1250,1450\n"
    for each in (text, text.replace("AWS", "Words").replace("Microsoft", "Finding")):
        found = read_invoice(invoice(tmp_path, each))
        assert (means(found), found.totals) == (MEANS, (2700.0,))


def test_a_sign_below_a_heading_without_it_is_asked_about(tmp_path: Path) -> None:
    with pytest.raises(InvoiceError, match=r"write the amounts alone and 'Azure OpenAI \(€\)'"):
        read_invoice(invoice(tmp_path, "Month,Azure OpenAI\n2026-09,€900\n"))


def test_a_row_with_a_day_in_it_is_no_header(tmp_path: Path) -> None:
    path = invoice(tmp_path, "Service,Month,Cost\nBedrock,September 2026,5\nBedrock,Oct 2026,7\n")
    with pytest.raises(InvoiceError, match="it has Service, Month, Cost"):
        read_invoice(path)
    assert read_invoice(path, "Service,Cost").months == ["2026-09", "2026-10"]


def test_services_across_and_months_down_without_a_currency(tmp_path: Path) -> None:
    text = "Month,Azure OpenAI,Azure AI Search,Total\nSep-26,900,350,1250\nOct-26,1100,350,1450\n"
    found = read_invoice(invoice(tmp_path, text))
    assert (found.months, means(found)) == (["2026-09", "2026-10"], MEANS)
    with pytest.raises(InvoiceError, match="no export that is known"):
        read_invoice(invoice(tmp_path, text.replace("Azure AI Search", "Requests")))
