"""The rules by which an installed genai-prices finds a model, flattened into rows.

A rule is one test of a name. Their order is part of them: the first model that a test fits is the
one. A test of several parts is kept as JSON.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

SIMPLE = ("equals", "starts_with", "ends_with", "contains", "regex")

Record = dict[str, str]


def read_installed_names(read_on: date) -> list[Record]:
    """Flatten the rules of the genai-prices that is installed, in their order.

    Parameters
    ----------
    read_on : the day written into every row.

    Raises
    ------
    ModuleNotFoundError : genai-prices is not installed.
    ValueError : a rule has a form that no row can express.
    """
    data = importlib.import_module("genai_prices.data")
    version = importlib.metadata.version("genai-prices")
    fixed = {"source": f"genai-prices {version}", "read_on": read_on.isoformat()}
    return [
        {"provider": provider.id, **record, **fixed}
        for provider in data.providers
        for record in _provider(provider)
    ]


def _provider(provider: Any) -> Iterator[Record]:
    yield from _rules("called", provider.provider_match)
    yield from _rules("serves", provider.model_match)
    for other in provider.fallback_model_providers or ():
        yield _record("falls back on", "equals", other)
    for model in provider.models:
        yield from (rule | {"model": model.id} for rule in _rules("is", model.match))


def _rules(says: str, clause: Any) -> Iterator[Record]:
    """One row for each alternative of a clause."""
    if clause is None:
        return
    for part in getattr(clause, "or_", None) or [clause]:
        how, text = _test(part)
        yield _record(says, how, text)


def _test(clause: Any) -> tuple[str, str]:
    for how in SIMPLE:
        if hasattr(clause, how):
            return how, getattr(clause, how)
    return "all", json.dumps([_test(part) for part in _parts(clause)])


def _parts(clause: Any) -> list[Any]:
    if not hasattr(clause, "and_"):
        raise ValueError(f"a rule of the kind {type(clause).__name__} has no row")
    return list(clause.and_)


def _record(says: str, how: str, text: str) -> Record:
    return {"model": "", "says": says, "how": how, "text": text}
