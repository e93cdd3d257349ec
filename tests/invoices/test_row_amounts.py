"""What a row charges in dollars: the same in whichever way the file says its money."""

from pathlib import Path

import pytest
from invoiced import invoice

from aicost.book.book import Book
from aicost.invoices.invoice_cells import Cells, InvoiceError
from aicost.invoices.invoice_layouts import Layout
from aicost.invoices.invoice_reader import read_invoice
from aicost.invoices.money_of import Rates
from aicost.invoices.number_formats import plain_name
from aicost.invoices.row_amounts import RowAmounts
from aicost.invoices.sheet import Sheet
from aicost.values.table_file import TableFile

OWN = Layout("own", "", {"cost": ("Cost",), "currency": ("Money",), "above total": ("Due",)})


def amounts(
    folder: Path, head: list[str], above: dict[str, str], layout: Layout = OWN
) -> RowAmounts:
    """The amounts of an export with a header."""
    path = invoice(folder, ",".join(head) + "\n")
    sheet = Sheet(TableFile(path), ",", 1, head, above, 1)
    at = {role: layout.at(role, [plain_name(name) for name in head]) for role in layout.columns}
    return RowAmounts(Cells(path), sheet, layout, at, Rates(Book.load()))


@pytest.mark.parametrize(
    ("head", "above", "row"),
    [
        (["Cost (EUR)"], {}, ["10"]),
        (["Cost"], {"Currency": "EUR"}, ["10"]),
        (["Cost", "Money"], {}, ["10", "EUR"]),
        (["Cost", "Money"], {}, ["10", "eur"]),
        (["Cost"], {}, ["€10"]),
        (["Cost"], {}, ["10 EUR"]),
        (["Cost ($)", "Money"], {}, ["10", "EUR"]),
    ],
)
def test_money_may_be_said_in_many_places(
    tmp_path: Path, head: list[str], above: dict[str, str], row: list[str]
) -> None:
    found = amounts(tmp_path, head, above)
    cell = found.sheet.cell(2, 0, row[0])
    found.learn([row[0]], cell)
    assert found.usd(2, row, cell) == pytest.approx(11.172)


def test_what_stands_above_is_in_the_money_that_stands_there(tmp_path: Path) -> None:
    found = amounts(tmp_path, ["Cost"], {"Currency": "EUR", "Due": "1,000.00"})
    assert found.stated_above() == pytest.approx(1117.2)
    assert amounts(tmp_path, ["Cost"], {}).stated_above() is None


def test_cents_and_dollars_are_said_by_the_layout(tmp_path: Path) -> None:
    cents = Layout("own", "", {"cost": ("Cost",), "scale": ("0.01",)})
    found = amounts(tmp_path, ["Cost"], {}, cents)
    cell = found.sheet.cell(2, 0, "123.45")
    found.learn([cell.text], cell)
    assert found.usd(2, ["123.45"], cell) == pytest.approx(1.2345)
    dollars = Layout("own", "", {"usd": ("CostUSD",), "cost": ("Cost",), "currency": ("Money",)})
    assert amounts(tmp_path, ["Cost", "CostUSD", "Money"], {}, dollars).cost == 1


def test_two_currencies_of_one_amount_are_refused(tmp_path: Path) -> None:
    found = amounts(tmp_path, ["Cost", "Money"], {})
    cell = found.sheet.cell(2, 0, "£10")
    found.learn([cell.text], cell)
    with pytest.raises(InvoiceError, match="'£10' in a row of EUR; name the currency by its code"):
        found.usd(2, ["£10", "EUR"], cell)


def test_costs_in_the_money_that_is_reckoned_in_go_before_dollars(tmp_path: Path) -> None:
    """A total of 1,000.00 EUR stays one, whatever dollars its provider made of it."""
    path = tmp_path / "two.csv"
    head = "UsageDate,ServiceName,Cost,CostUSD,Currency\n"
    path.write_text(head + "2026-10-31,Azure OpenAI,1000.00,1160.00,EUR\n", encoding="utf-8")
    book = Book.load()
    for reckoned, usd in (("USD", 1160.0), ("GBP", 1160.0), ("EUR", 1117.2), ("", 1117.2)):
        assert read_invoice(path, book=book, reckoned=reckoned).total == pytest.approx(usd)
    with path.open("a", encoding="utf-8") as file:  # dollars are one money where rows are in two
        file.write("2026-10-31,Storage,10.00,13.00,GBP\n")
    for reckoned in ("EUR", ""):
        assert read_invoice(path, book=book, reckoned=reckoned).total == pytest.approx(1173.0)
