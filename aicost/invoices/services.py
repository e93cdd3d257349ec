"""Which service of a cloud invoice is which component of a bill."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from aicost.book.data_files import data_rows

#: What is no service: lines of their own on every invoice.
ASIDE = ("tax", "support", "credits", "commitments", "rounding")


@dataclass(frozen=True, slots=True)
class _Service:
    provider: str
    pattern: str
    component: str


@lru_cache
def _services() -> tuple[_Service, ...]:
    rows = data_rows("invoice_services.csv")
    return tuple(_Service(row["provider"], row["pattern"], row["component"]) for row in rows)


@lru_cache(maxsize=4096)
def component_of(service: str, provider: str = "") -> str:
    """The component a service is paid for, or several joined by `+`; '' where unknown.

    >>> component_of("OpenSearch Service", "aws"), component_of("Tax", "aws")
    ('retrieval', 'tax')
    """
    name = re.sub(r"^(amazon|aws)\s+", "", service.strip().lower())
    for known in _services():
        ours = not provider or known.provider in (provider, "any")
        if ours and fnmatchcase(name, known.pattern):
            return known.component
    return ""


#: What an export says of a row, in the words of all three vendors.
_KINDS = (
    (re.compile(r"\b(sales)?tax(es)?\b|\bvat\b"), "tax"),
    (re.compile(r"\bround"), "rounding"),
    (re.compile(r"\bcommit|\breserv|\bsavings ?plan"), "commitments"),
    (re.compile(r"\bcredits?\b|\brefund|\bpromotion|\bdiscount|\badjustment"), "credits"),
    (re.compile(r"^purchase( azure| microsoft)?$"), "commitments"),
)


def aside_of(kind: str) -> str:
    """What a row is that is no usage: tax, credits, …; '' where it is usage.

    >>> aside_of("RoundingAdjustment"), aside_of("Private")
    ('rounding', '')
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower()
    return next((name for pattern, name in _KINDS if pattern.search(words)), "")
