"""Charges of an invoice added up, and the rows among them that are sums of others."""

from pathlib import Path

import pytest
from invoiced import invoice

from aicost.book.book import Book
from aicost.invoices.charges import Charges
from aicost.invoices.invoice_reader import read_invoice


def charges(rows: list[tuple[str, float]], said: list[tuple[str, float]] = []) -> Charges:  # noqa: B006
    """Charges of named services, and totals that are called so."""
    found = Charges(Book.load())
    for line, (name, usd) in enumerate(rows, start=2):
        found.add(line, found.key(name, "2026-10"), usd, None)
    for line, (name, usd) in enumerate(said, start=99):
        found.total(line, found.key(name, "2026-10"), usd)
    return found


def test_what_is_alike_is_added_up() -> None:
    found = charges([("OpenAI", 1.0), ("Pinecone", 2.0), ("OpenAI", 4.0)])
    assert [(row.service, row.amount) for row in found.rows()] == [("OpenAI", 5), ("Pinecone", 2)]
    assert [row.component for row in found.rows()] == ["inference + embedding", "retrieval"]


def test_a_sum_of_all_others_is_no_charge_at_either_end() -> None:
    for rows in (
        [("A", 1.0), ("B", 2.0), ("Kaikki", 3.0)],
        [("Kaikki", 3.0), ("A", 1.0), ("B", 2.0)],
    ):
        found = charges(rows)
        (note,) = found.less_totals()
        assert "Kaikki, is the sum of all others (3.00) and was taken for their total" in note
        assert (sum(found.amounts), found.stated) == (3.0, (3.0,))


def test_a_service_that_is_known_is_no_sum() -> None:
    found = charges([("A", 1.0), ("B", 2.0), ("OpenAI", 3.0)])
    (note,) = found.less_totals()
    assert note.endswith("if it is their total, call it 'Total'")
    assert (sum(found.amounts), found.stated) == (6.0, ())


def test_subtotals_of_any_name_are_left_out_where_the_whole_says_so() -> None:
    rows = [("A", 1.5), ("B", 2.25), ("Välisumma", 3.75), ("C", 4.0), ("D", 8.0), ("Toinen", 12.0)]
    found = charges(rows, said=[("Total", 15.75)])
    assert len([*found.less_totals()]) == 2
    assert sum(found.amounts) == 15.75
    unsaid = charges(rows)
    assert [*unsaid.less_totals()] == []  # nothing says so
    assert sum(unsaid.amounts) == sum(usd for _, usd in rows)


def test_a_charge_that_is_called_a_total_is_one_where_the_whole_holds_it() -> None:
    found = charges([("A", 1.0), ("B", 2.0)], said=[("Balance", 4.0), ("Total", 7.0)])
    (note,) = found.less_totals()
    assert note == "line 99, Balance, is a charge of its own: the total holds it (4.00)"
    assert (sum(found.amounts), found.stated) == (7.0, (7.0,))


@pytest.mark.parametrize(
    ("service", "kind", "detail", "component", "meter"),
    [
        ("gpt-5, input", "", "", "inference", ""),
        ("web search tool calls | gpt-5", "", "", "inference", "web searches"),
        ("web search tool calls | gpt-5", "Credit", "", "credits", ""),
        ("Gemini API", "", "Search queries of a grounded model", "inference", "web searches"),
        ("VAT 19 %", "", "", "tax", ""),
        ("Support", "Credit", "", "support", ""),
        ("Savings Plans for Compute usage", "Credit", "", "commitments", ""),
    ],
)
def test_a_charge_is_of_a_component(
    service: str, kind: str, detail: str, component: str, meter: str
) -> None:
    provider = {"Gemini API": "gcp", "Savings Plans for Compute usage": "aws"}.get(service, "")
    key = charges([]).key(service, "", kind, provider, detail)
    assert key == (service, "", component, meter)


OPENAI = "start_time,line_item,amount_value,amount_currency\n"


@pytest.mark.parametrize("name", ["Credit", "Credits", "Promotional credit", "Refund", "Discount"])
def test_what_is_called_a_credit_is_none_of_a_vendors_models(tmp_path: Path, name: str) -> None:
    rows = f"2026-10-01,gpt-5 input,400,usd\n2026-10-01,{name},-50,usd\n"
    found = read_invoice(invoice(tmp_path, OPENAI + rows))
    assert {row.component: row.amount for row in found.rows} == {"inference": 400, "credits": -50}


@pytest.mark.parametrize("paid", ["Paid,-600", "Payment received,600", "Amount paid,-600"])
@pytest.mark.parametrize("due", ["Balance due,0", "Total,600", "Total,600\nBalance due,0", ""])
def test_a_payment_is_no_charge(tmp_path: Path, paid: str, due: str) -> None:
    text = f"Service,Cost\nBedrock,400\nPinecone,200\n{paid}\n{due}\n"
    found = read_invoice(invoice(tmp_path, text), "Service,Cost")
    assert found.total == 600
    assert set(found.totals) <= {600}
    assert any("is no charge and was left out (-600.00)" in note for note in found.notes)


def test_what_was_left_open_is_no_charge(tmp_path: Path) -> None:
    text = "Service,Cost\nPrevious balance,50\nPayment,-50\nBedrock,400\nBalance due,400\n"
    found = read_invoice(invoice(tmp_path, text), "Service,Cost")
    assert found.total == 400
