"""Tables with a service a row: one column of amounts of a month is read, all else is asked for."""

from pathlib import Path

import pytest
from invoiced import invoice

from aicost.invoices.down_table import other_time, services_down
from aicost.invoices.invoice_cells import InvoiceError
from aicost.invoices.invoice_reader import read_invoice

ROWS = "Bedrock,1000.00\nOpenSearch,350.00\n"


@pytest.mark.parametrize(
    ("heading", "total"),
    [
        ("Cost ($)", ""),
        ("Amount (USD)", ""),
        ("October 2026 ($)", "Total,1350.00\n"),
        ("2026-10 ($)", "Total,1350.00\n"),
        ("Net cost incl. tax ($)", ""),
        ("Betrag ($)", "Summe,1350.00\n"),
        ("Costo di ottobre ($)", ""),  # no word of ours: the rows are services
    ],
)
@pytest.mark.parametrize("above", ["", "Invoice 12,\n"])
def test_services_as_rows(tmp_path: Path, heading: str, total: str, above: str) -> None:
    found = read_invoice(invoice(tmp_path, f"{above}Service,{heading}\n{ROWS}{total}"))
    parts = {row.component: row.amount for row in found.rows}
    assert parts == {"inference + embedding + reranking": 1000, "retrieval": 350}
    assert found.totals == ((1350.0,) if total else ())
    assert found.total * found.period.a_month == 1350


def test_services_as_rows_beside_their_total_across(tmp_path: Path) -> None:
    text = "Service,Oct($),Total costs($)\nBedrock,1000,1000\nOpenSearch,350,350\n"
    assert read_invoice(invoice(tmp_path, text)).total == 1350


@pytest.mark.parametrize("heads", ["Sep($),Oct($),Total costs($)", "Cost ($),Tax ($),Total ($)"])
def test_several_columns_of_amounts_are_asked_about(tmp_path: Path, heads: str) -> None:
    path = invoice(tmp_path, f"Service,{heads}\nBedrock,500,500,1000\nOpenSearch,175,175,350\n")
    with pytest.raises(InvoiceError, match=r"2 columns of amounts.*--columns") as problem:
        read_invoice(path)
    columns = str(problem.value).partition('--columns "')[2].rstrip('"')
    assert read_invoice(path, columns).total == 675  # the remedy works as printed


@pytest.mark.parametrize(
    "heading",
    ["annual cost", "Cost per year", "YTD", "Q3 2026", "2026", "Cost 2026", "costPerDay", "Weekly"],
)
def test_a_column_of_another_time_is_refused(tmp_path: Path, heading: str) -> None:
    for text, columns in ((f"service,{heading}", f"service,{heading}"), (f"a,{heading} ($)", None)):
        with pytest.raises(InvoiceError, match="is another time than a month"):
            read_invoice(invoice(tmp_path, f"{text}\n{ROWS}"), columns)


def test_a_month_is_no_other_time() -> None:
    for heading in ("October 2026 ($)", "2026-10", "10/2026", "Cost per month", "Last 30 days"):
        assert not other_time(heading), heading


def test_services_stand_across_where_rows_are_days_or_columns_are_services() -> None:
    assert not services_down(["Service", "Bedrock($)"], [(2, ["2026-10-01", "9"])])
    assert not services_down(["Account", "Bedrock($)", "Total($)"], [(2, ["all", "9", "9"])])
    assert not services_down(["Account", "Ours($)"], [(2, ["all", "9"])])
