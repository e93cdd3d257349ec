"""Tables with one service a row and one column of amounts, which no export is known to write."""

from __future__ import annotations

import re
from calendar import month_abbr, month_name
from collections.abc import Sequence

from aicost.invoices.dates import is_date
from aicost.invoices.services import ASIDE, component_of
from aicost.invoices.sheet import Line
from aicost.invoices.totals import is_total, of_words

_UNIT = re.compile(r"\s*\([^()\d]{1,3}\)\s*$")
_MONTHS = {name.lower() for name in (*month_name, *month_abbr, "sept")}
_AMOUNTS = {"price", "spend", "spent", "paid", "sum", "value", "subscription", "usage"}
#: What tells a column of another time than a month, in any part of its name.
_OTHER_TIME = re.compile(
    r"annual(?:ly|i[sz]ed)?|year(?:ly|s)?|ytd|quarter(?:ly|s)?|q[1-4]|week(?:ly|s)?|daily|day"
    r"|hour(?:ly)?|jahr(?:es\w*)?|annuel(?:le)?|annuale?|anual|jaarlijkse?|jaar",
    re.IGNORECASE,
)


def amounts_across(head: Sequence[str]) -> bool:
    """Say whether all columns but the first are in money.

    >>> amounts_across(["Service", "Cost ($)"]), amounts_across(["Service", "Cost"])
    (True, False)
    """
    return len(head) > 1 and all(_UNIT.search(cell) for cell in head[1:])


def services_across(head: Sequence[str], below: Sequence[Line]) -> bool:
    """Say whether columns are services and their total, and rows days, with no currency named.

    >>> services_across(["Month", "Amazon Bedrock", "Total"], [(2, ["2026-10", "9", "9"])])
    True
    >>> services_across(["Month", "Amazon Bedrock", "Requests"], [(2, ["2026-10", "9", "9"])])
    False
    """
    names = [name for name in head[1:] if not is_total(name)]
    firsts = [row[0] for _, row in below if row and row[0].strip()]
    dated = any(map(is_date, firsts)) and all(is_date(one) or is_total(one) for one in firsts)
    return bool(names) and dated and all(component_of(name) for name in names)


def services_down(head: Sequence[str], below: Sequence[Line]) -> bool:
    """Say whether the services are the rows of such a table, not its columns.

    So they are where no row is of a day, and no column is called by what something is paid for:
    all are called amounts or months, or only the rows are services that are known.

    >>> services_down(["Service", "Cost ($)"], [(2, ["Bedrock", "1,000.00"])])
    True
    >>> services_down(["Service", "Bedrock($)", "Total($)"], [(2, ["2026-10-01", "9", "9"])])
    False
    """
    firsts = [row[0].strip() for _, row in below if row and row[0].strip()]
    names = [_UNIT.sub("", cell).strip() for cell in head[1:]]
    if any(map(is_date, firsts)) or any(map(_is_service, names)):
        return False
    return all(map(_is_amount, names)) or any(map(_is_service, firsts))


def parts_of_total(head: Sequence[str]) -> list[str]:
    """The columns of amounts that are no total of the others; all where all are called so."""
    named = [cell for cell in head[1:] if not is_total(_UNIT.sub("", cell))]
    return named or list(head[1:])


def other_time(heading: str) -> str:
    """What a heading says of a time that is not a month, or nothing.

    >>> other_time("annual cost"), other_time("Cost per month ($)"), other_time("Q3 2026 ($)")
    ('annual', '', 'Q3')
    """
    words = re.findall(r"[^\W_]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", heading))
    if found := next((word for word in words if _OTHER_TIME.fullmatch(word)), ""):
        return found
    rest = [word for word in words if not of_words(word) and word.lower() not in _AMOUNTS]
    bare = rest and all(re.fullmatch(r"(?:FY)?20\d\d", word) for word in rest)
    return rest[0] if bare and not is_date(_UNIT.sub("", heading).strip()) else ""


def _is_service(name: str) -> bool:
    return component_of(name) not in ("", *ASIDE)


def _is_amount(name: str) -> bool:
    """Say whether a heading is words for an amount or for a month, and nothing else."""
    words = re.findall(r"[^\W\d_]+", name.lower())
    return all(of_words(word) or word in _AMOUNTS | _MONTHS for word in words)
