"""Rows that charge nothing: totals, told by their words in many languages and by arithmetic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from aicost.values.currencies import foreign


def _set(words: str) -> frozenset[str]:
    return frozenset(re.findall(r"\S+", words))


CENT = 0.011  # sums of amounts that are rounded to a cent
_TOTALS = _set("""
    total totals totale totali totales totais totaux totaal totalt subtotal subtotals
    subtotale subtotaal deelsubtotaal gesamt gesamtbetrag gesamtsumme gesamtkosten
    gesamtpreis insgesamt summe summen zwischensumme endsumme endbetrag rechnungsbetrag
    zahlbetrag nettobetrag nettosumme bruttobetrag bruttosumme netto brutto net gross sum
    sums due payable balance saldo solde somme summa sammanlagt yhteensä i_alt suma sumas
    soma somma neto netos líquido liquido zahlen payer pagar pagare betalen betala betale
    razem łącznie celkem součet zapłaty toplam összesen итого всего сумма 合計 小計 総計 总计
    合计 小计 總計 합계 총계 소계 ht ttc imponibile
""")
_FILLERS = _set("""
    of the in all a à al da de del di der die das des do du et la le les to te zu att for and
    und y e grand sub sous filtered current final overall monthly month this period invoice
    invoices invoiced rechnung facture fattura factura fatura bill amount amounts betrag
    montant importe importo valor bedrag belopp kwota cost costs charge charges kosten kost
    coût coûts cout couts costi costo coste costes costos custo custos service services
    servizio servizi serviço serviços servico servicio servicios tjänst usage usd us dollar
    dollars excl incl excluding including exkl inkl before after without with ohne mit vor
    nach hors sin con sans dû due eur euro euros
""")
_TAXES = _set("""
    tax taxes vat gst hst pst qst mwst ust umsatzsteuer mehrwertsteuer steuer steuern tva
    iva btw moms mva imposta imposte impuesto impuestos imposto impostos taxe taxa dph áfa
    kdv ндс 消費税 税 igst cgst sgst
""")
_BESIDES = _set("""
    excl incl excluding including exkl inkl before after without with ohne mit vor nach hors
    sin con sans ht ttc
""")
_PAYMENTS = _set("""
    paid payment payments prepayment bezahlt zahlung zahlungen anzahlung pagado pago pagos
    pagato pagamento pagamentos pagamenti betaald betaling betalingen payé paiement paiements
""")
_THANKS = _set("received thank you thanks less already erhalten card credit by on")
_BALANCES = _set("balance saldo solde")
_EARLIER = _set("previous prior opening last earlier brought forward carried")


@lru_cache(maxsize=256)
def _words(label: str) -> frozenset[str]:
    """The words of a label, but for the name of its currency."""
    words = frozenset(re.findall(r"[^\W\d_]+", label.lower().replace("i alt", "i_alt")))
    return words - {foreign(label).lower()}


def is_total(label: str) -> bool:
    """Say whether a label is the words of a total and nothing else, in any of many languages.

    >>> [is_total(label) for label in ("Sub-total", "Summe netto", "Amount due (USD)", "Summe EUR")]
    [True, True, True, True]
    >>> is_total("OpenAI total"), is_total("VAT"), is_total("Total excl. VAT")
    (False, False, True)
    """
    words = _words(label)
    if words & _TAXES and not words & _BESIDES:
        return False
    return bool(words & _TOTALS) and words <= _TOTALS | _FILLERS | _TAXES


def is_payment(label: str) -> bool:
    """Say whether a label is the words of a payment and nothing else, which charges nothing.

    >>> is_payment("Amount paid"), is_payment("Payment received, thank you"), is_payment("Payroll")
    (True, True, False)
    """
    words = _words(label)
    return bool(words & _PAYMENTS) and words <= _PAYMENTS | _THANKS | _FILLERS | _TOTALS


def is_carried(label: str) -> bool:
    """Say whether a label is of what an earlier invoice left open.

    >>> is_carried("Previous balance"), is_carried("Balance due")
    (True, False)
    """
    words = _words(label)
    left = words - _BALANCES - _EARLIER - _FILLERS
    return bool(words & _BALANCES) and bool(words & _EARLIER) and not left


def of_words(word: str) -> bool:
    """Say whether a word is one of those that totals, taxes and amounts are called by."""
    return word.lower() in _TOTALS | _FILLERS | _TAXES | _BESIDES


def says_total(label: str) -> bool:
    """Say whether the words of a total are among those of a label.

    >>> says_total("OpenAI total"), says_total("OpenAI")
    (True, False)
    """
    return bool(_words(label) & _TOTALS)


def is_tax(label: str) -> bool:
    """Say whether a label is the words of a tax and nothing else.

    >>> is_tax("VAT 20 %"), is_tax("MwSt. 19 %"), is_tax("Private Link"), is_tax("Sales tax")
    (True, True, False, True)
    """
    words = _words(label)
    return bool(words & _TAXES) and words <= _TAXES | _FILLERS | _TOTALS | {"sales"}


def sum_of_others(amounts: Sequence[float]) -> list[int]:
    """Which of some amounts are the sum of all others, of two at least.

    >>> sum_of_others([100.0, 250.0, 350.0]), sum_of_others([5.0, 5.0])
    ([2], [])
    """
    values = np.asarray(amounts, dtype=float)
    if len(values) < 3 or np.count_nonzero(values) < 3:
        return []
    close = np.abs(2 * values - values.sum()) <= CENT
    return [int(i) for i in np.flatnonzero(close & (values != 0))]


def sums_of_groups(amounts: Sequence[float], free: Sequence[bool]) -> list[int]:
    """Which of some amounts are the sum of those since the last such one, of two at least.

    `free` says which may be: those of which nothing else is known.

    >>> sums_of_groups([1.0, 2.0, 3.0, 4.0, 5.0, 9.0], [True] * 6)
    [2, 5]
    >>> sums_of_groups([5.0, 5.0], [True] * 2)
    []
    """
    found, added, lines = list[int](), 0.0, 0
    for at, amount in enumerate(amounts):
        if free[at] and lines > 1 and amount and abs(amount - added) <= CENT:
            found.append(at)
            added, lines = 0.0, 0
        else:
            added, lines = added + amount, lines + bool(amount)
    return found
