"""Published figures by name: which lines of a bill they stand for, and how they are printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from aicost.billing.bill import Bill
from aicost.billing.case import Case
from aicost.values.charge import HUMAN, Charge
from aicost.values.currencies import foreign
from aicost.values.quantities import Numeric

MOST = 1e15  # beyond any figure of a bill
KEPT_DIGITS = 2  # of a round figure
MONTH = "the month"


@dataclass(frozen=True, slots=True)
class Scope:
    """A published figure's own part of the bill: some lines, a month of them times a scale.

    `per` is what of the bill the scale is one of: users, requests. Of lines of environments, only
    what they add to `components` is meant, where there are any.
    """

    name: str
    lines: tuple[Charge, ...]
    scale: float = 1.0
    per: str = ""
    components: frozenset[str] = frozenset()

    def of(self, line: Charge) -> Numeric:
        """What of a line is meant. [USD]"""
        return line.invoiced_as(self.components) if self.components else line.usd


def printed(value: Any) -> tuple[float, float]:
    """A published number and half a unit of its last digit.

    A round figure is one: noughts at its end are no digits, beyond two that are kept.
    Raises ValueError with what is wrong with it.

    >>> printed("$1,534.64"), printed(68), printed(1_500), printed("1500.00")
    ((1534.64, 0.005), (68.0, 0.5), (1500.0, 50.0), (1500.0, 0.005))
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str, np.number)):
        raise ValueError(f"a {type(value).__name__} is no number")
    if mark := foreign(str(value)):
        raise ValueError(f"{value!r} is in {mark}, the bill is in dollars")
    digits = str(value).replace("$", "").strip()
    if re.fullmatch(r"-?[0-9]{1,3}(([,_])[0-9]{3})(\2[0-9]{3})*(\.[0-9]*)?", digits):
        digits = digits.replace(",", "").replace("_", "")
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]*)?(e[-+]?[0-9]+)?", digits):
        raise ValueError(f"{value!r} is not a number; write it as 1234.56")
    if isinstance(value, str) and re.fullmatch(r"-?[1-9][0-9]{0,2}\.000", digits):
        thousands = digits.replace(".", "_")
        raise ValueError(f"{value!r} may be meant in thousands; write {thousands} or {digits[:-4]}")
    if not abs(float(digits)) <= MOST:
        raise ValueError(f"{value!r} is more than any bill")
    decimals = len(digits.partition(".")[2]) if "e" not in digits else 12
    whole = digits.lstrip("-0")
    if "." not in digits and "e" not in digits and len(whole) > KEPT_DIGITS:
        noughts = len(whole) - max(len(whole.rstrip("0")), KEPT_DIGITS)
        return float(digits), 0.5 * 10.0**noughts
    return float(digits), 0.5 * 10.0**-decimals


_WHOLE = {
    "monthly",
    "month",
    "total",
    "per month",
    "monthly total",
    "total monthly",
    "bill",
    "cost",
    "",
    "correct",
    "usd",
}
_ONCE = {"once", "one off", "one time", "setup"}
_SAME = {
    "vector": "retrieval",
    "vector store": "retrieval",
    "vector database": "retrieval",
    "llm": "inference",
    "embeddings": "embedding",
    "rerank": "reranking",
    "review": HUMAN,
    "people": HUMAN,
    "monitoring": "observability",
}


def figures_of(bill: Bill) -> list[str]:
    """The names that a published figure of a bill may have."""
    parts = dict.fromkeys(n for c in bill.charges for n in (c.component, c.stage))
    return ["monthly", "once", "per_user", "per_request", "daily", "yearly", *parts]


def scope_of(bill: Bill, name: str) -> Scope | None:
    """The lines that a published name stands for."""
    words = re.sub(r"[_\s]+", " ", name.strip().lower()).removesuffix("usd").strip()
    words = _SAME.get(words, words)
    month = tuple(c for c in bill.charges if c.every == "month")
    once = tuple(c for c in bill.charges if c.every == "once")
    if words in _WHOLE:
        paid = any(np.any(c.usd) for c in month) or not once
        return Scope(MONTH if paid else "what is paid once", month if paid else once)
    if words in _ONCE:
        return Scope("what is paid once", once)
    for scales, scale, unit, per in (
        (("daily", "per day", "day"), 1 / mean_of_all(bill.scenario.month.days), "a day", ""),
        (("yearly", "per year", "annual", "year"), 12.0, "a year", ""),
        (("per request", "request"), 1 / mean_of_all(bill.requests), "a request", "requests"),
        (("per user", "user"), 1 / mean_of_all(bill.users), "a user", "users"),
    ):
        if words in scales:
            return Scope(unit, month, scale, per)
    components = {name for c in (*month, *once) for name in c.components if name.lower() == words}
    for name in components:
        found = tuple(c for c in month if name in c.components)
        found = found or tuple(c for c in once if name in c.components)
        return Scope(name, found, components=frozenset({name}))
    choices: tuple[Callable[[Charge], str], ...] = (
        lambda c: c.component,
        lambda c: c.stage,
        lambda c: f"{c.stage}: {c.item}",
    )
    for choice in choices:
        found = tuple(c for c in month if choice(c).lower() == words)
        found = found or tuple(c for c in once if choice(c).lower() == words)
        if found:
            return Scope(choice(found[0]), found)
    return None


def drawn(case: Case) -> Bill | None:
    """The bill over draws of every range; none for what is many systems already."""
    single = all(np.ndim(value) == 0 for *_, value in case.scenario.fields)
    return case.draw().bill if single else None


def range_of(values: Sequence[Any], scale: float = 1.0) -> tuple[float, float]:
    """What the sum of some draws lies between in nine of ten; the same twice without any."""
    whole = sum((np.asarray(value, dtype=float) for value in values), start=np.zeros(1)) * scale
    low, high = np.percentile(whole, (5, 95)).tolist()
    return low, high


def mean_of_all(value: Any) -> float:
    """A number; sweeps and draws at their mean."""
    return float(np.mean(value))
