"""AWS Cost Explorer in any language: its totals are told by adding up."""

from pathlib import Path

import pytest
from invoiced import invoice

from aicost.invoices.invoice_cells import Cells
from aicost.invoices.invoice_reader import read_invoice
from aicost.invoices.wide_table import _total_column, sums_of_rows


@pytest.mark.parametrize(
    ("names", "amounts", "column"),
    [
        (["Tag", "Bedrock", "EC2", "Kosten"], [[1.0, 2.0, 3.0], [4.0, 5.0, 9.0]], 3),
        (["Tag", "Bedrock", "Kosten"], [[1.0, 1.0], [4.0, 4.0]], 2),
        (["Tag", "Bedrock", "EC2"], [[1.0, 1.0], [4.0, 4.0]], 0),  # a service as dear as another
        (["Tag", "Bedrock", "EC2", "Kosten"], [[1.0, 2.0, 3.0], [4.0, 5.0, 8.0]], 0),
        (["Tag", "Bedrock"], [[1.0]], 0),
        (["Tag", "Bedrock", "Kosten"], [[0.0, 0.0]], 0),
        (["Day", "Bedrock", "Total"], [[0.0, 0.0]], 2),
    ],
)
def test_the_column_of_totals(names: list[str], amounts: list[list[float]], column: int) -> None:
    assert _total_column(Cells(Path("x.csv")), names, amounts, "aws") == column


def test_a_row_that_is_the_sum_of_the_others_stands_at_an_end() -> None:
    one, two = [1.0, 5.0], [2.0, 7.0]
    assert sums_of_rows([[3.0, 12.0], one, two]) == [0]
    assert sums_of_rows([one, two, [3.0, 12.0]]) == [2]
    assert sums_of_rows([one, [3.0, 12.0], two]) == []
    assert sums_of_rows([one, two]) == []


def test_days_are_counted_and_money_is_turned_into_dollars(tmp_path: Path) -> None:
    days = "".join(f"2026-10-{day},10,5,15\n" for day in range(10, 20))
    path = invoice(
        tmp_path, f"Dienst,Bedrock(€),OpenSearch Service(€),Summe(€)\nx,100,50,150\n{days}"
    )
    found = read_invoice(path)
    assert found.total == pytest.approx(150 * 1.1172)
    assert found.totals == pytest.approx((150 * 1.1172,))
    assert found.period.days == 10


def test_usage_types_may_stand_across(tmp_path: Path) -> None:
    text = "Usage type,USE1-Claude4.6Sonnet-input-tokens($),USE1-SearchOCU($),Total costs($)\n"
    found = read_invoice(invoice(tmp_path, f"{text}2026-09-01,600,350,950\n"))
    assert {row.component: row.amount for row in found.rows} == {"inference": 600, "retrieval": 350}


def test_rows_without_a_date_are_kept_where_none_has_one(tmp_path: Path) -> None:
    text = "Account,Bedrock($),Total($)\nall,30,30\none,10,10\ntwo,20,20\n"
    assert read_invoice(invoice(tmp_path, text)).total == 30
    assert read_invoice(invoice(tmp_path, text.replace("all,30,30\n", ""))).total == 30
