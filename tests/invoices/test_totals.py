"""Totals and taxes by their words, and by arithmetic."""

import pytest

from aicost.invoices.totals import is_tax, is_total, says_total, sum_of_others

TOTALS = [
    "Total",
    "Grand Total",
    "Sub total",
    "Subtotal",
    "Service total",
    "Total costs",
    "Filtered total",
    "Net",
    "Net total",
    "Amount due",
    "Total amount due",
    "Balance",
    "Balance due",
    "Gesamt",
    "Gesamtkosten",
    "Gesamtbetrag",
    "Insgesamt",
    "Summe",
    "Zwischensumme",
    "Rechnungsbetrag",
    "Zu zahlen",
    "Total HT",
    "Montant total",
    "Sous-total",
    "Totale servizio",
    "Costi totali",
    "Custos totais",
    "Total de Serviço",
    "Totaal",
    "Te betalen",
    "Razem",
    "Celkem",
    "Total excl. VAT",
    "Importe total",
    "Suma",
    "Summa",
    "Итого",
    "合計",
    "TOTAL (USD)",
    "Total:",
]
SERVICES = (
    "OpenAI total;Total Protection;Amazon Bedrock;VAT;Sales tax;Support;Netlify;Azure DNS;Usage;;12"
)


@pytest.mark.parametrize("label", TOTALS)
def test_a_label_of_nothing_but_a_total(label: str) -> None:
    assert is_total(label)
    assert says_total(label)


@pytest.mark.parametrize("label", SERVICES.split(";"))
def test_a_label_of_something_else(label: str) -> None:
    assert not is_total(label)


@pytest.mark.parametrize(
    "label", ["VAT", "VAT 20%", "MwSt. 19 %", "TVA", "IVA 22%", "Tax", "Total tax"]
)
def test_taxes(label: str) -> None:
    assert is_tax(label)
    assert not is_total(label)


@pytest.mark.parametrize("label", ["Private Link", "Taxi API", "Total", "OpenAI", ""])
def test_no_taxes(label: str) -> None:
    assert not is_tax(label)


@pytest.mark.parametrize(
    ("amounts", "found"),
    [
        ([1.0, 2.0, 3.0], [2]),
        ([3.0, 1.0, 2.0], [0]),
        ([33.33, 33.33, 33.34, 100.0], [3]),
        ([-5.0, 2.0, -3.0], [2]),
        ([1.0, 1.0], []),
        ([0.0, 1.0, 1.0], []),
        ([0.0, 0.0, 0.0], []),
        ([], []),
    ],
)
def test_the_sum_of_the_others(amounts: list[float], found: list[int]) -> None:
    assert sum_of_others(amounts) == found
