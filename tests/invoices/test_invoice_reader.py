"""Invoices as clouds export them, and files that are none."""

from pathlib import Path

import pytest
from invoiced import INVOICES, invoice

from aicost.invoices.invoice_reader import InvoiceError, read_invoice


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        ("", None, ":1: file: it is empty; export the invoice again"),
        (b"PK\x03\x04rest", None, ":1: file: an Excel workbook; save it as CSV"),
        (b"Service,Cost\nCaf\xe9,1\n", "Service,Cost", ":2: file: not UTF-8 text; save it as"),
        (
            "a,b\n1,2\n",
            None,
            ":1: header: no export of AWS Cost Explorer, Azure or Google Cloud, "
            "it has a, b; name two columns: --columns SERVICE,COST",
        ),
        ("Service,Cost\nS3,1\n", "Servce,Cost", ":1: Servce: no such column; did you mean 'Serv"),
        ("Service,Cost\nS3,1\n", "Service", ":1: columns: 1 names; name service and cost"),
        (
            "Service,Cost\nS3,twelve\n",
            "Service,Cost",
            ":2: Cost: 'twelve' is not an amount; write it as 1234.56",
        ),
        ("Service,Cost\nS3,\n", "Service,Cost", ":2: Cost: '' is not an amount"),
        (
            "Service,Cost\nS3,1,234.50\n",
            "Service,Cost",
            ":2: row: 3 fields where the header has 2; quote texts that hold a comma",
        ),
        ("Service,Cost\n,12\n", "Service,Cost", ":2: Service: a cost without a service; write"),
        (
            'Service,Cost\nS3,1.5\nEC2,"1,5"\n',
            "Service,Cost",
            ":2: Cost: 1,5 and 1.5 in one file; write all decimals with a point",
        ),
        (
            "Service,Cost,Day\nS3,1,soon\n",
            "Service,Cost,Day",
            ":2: Day: 'soon' is not a date; write it as 2026-07-31",
        ),
        ("Service,Cost\n", "Service,Cost", ":1: file: it has a header and no costs"),
        ("Service,Cost\nTotal,3\n", "Service,Cost", ":1: file: it has a header and no costs"),
        (
            "Service,S3(€),Total costs(€)\n2026-01-01,1,1\n",
            None,
            ":1: currency: costs in €, the bill is in dollars; export it in USD",
        ),
        (
            "MeterCategory,CostInBillingCurrency,BillingCurrency\nStorage,1,EUR\n",
            None,
            ":1: currency: costs in EUR, the bill is in dollars",
        ),
        ("Service,S3($),Total costs($)\n2026-01-01,x,1\n", None, ":2: S3: 'x' is not an amount"),
    ],
)
def test_a_bad_file_is_one_line(
    tmp_path: Path, text: str | bytes, columns: str | None, said: str
) -> None:
    path = invoice(tmp_path, text)
    with pytest.raises(InvoiceError) as error:
        read_invoice(path, columns)
    (line,) = str(error.value).splitlines()
    assert line.startswith(f"{path}{said}")


def test_each_bad_cell_is_a_line_and_there_is_an_end(tmp_path: Path) -> None:
    path = invoice(tmp_path, "Service,Cost\n" + "S3,x\nEC2,1\n" * 500)
    with pytest.raises(InvoiceError) as error:
        read_invoice(path, "Service,Cost")
    lines = str(error.value).splitlines()
    assert [line.split(":")[1] for line in lines] == [str(2 * i) for i in range(1, 21)]


def test_no_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InvoiceError, match=r":1: file: no such file or directory; check the path"):
        read_invoice(tmp_path / "none.csv")


def test_days_may_come_first(tmp_path: Path) -> None:
    path = invoice(tmp_path, "Service,Cost,Day\nOpenAI,1,05/07/2026\nOpenAI,1,31/07/2026\n")
    assert read_invoice(path, "Service,Cost,Day").months == ["2026-07"]


@pytest.mark.parametrize(
    ("name", "layout", "months"),
    [
        ("aws_cost_explorer", "AWS Cost Explorer", 3),
        ("azure_cost_details", "Azure cost details", 1),
        ("gcp_cost_table", "Google Cloud billing", 1),
        ("focus", "FOCUS export", 1),
    ],
)
def test_an_export_is_known_by_its_columns(name: str, layout: str, months: int) -> None:
    found = read_invoice(INVOICES / f"{name}.csv")
    assert (found.layout, len([m for m in found.months if m])) == (layout, months)


def test_any_file_may_be_read_by_the_names_of_its_columns(tmp_path: Path) -> None:
    path = invoice(tmp_path, "Vendor;Price;Day\nOpenAI;1,50;01.07.2026\nTotal;1,50;\n")
    for columns in ("Vendor,Price,Day", ["Vendor", "Price", "Day"]):
        found = read_invoice(path, columns)
        assert (found.layout, found.months, found.totals) == ("mapped columns", ["2026-07"], (1.5,))
        (row,) = found.rows
        assert (row.service, row.amount, row.component) == ("OpenAI", 1.5, row.component)
