"""Values of Python as the text that a file would have: a system can be made without one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date
from numbers import Real
from typing import Any

import numpy as np

from aicost.scenario.yaml_tree import Foreign, Node, odd_text
from aicost.values.hidden import look
from aicost.values.quantities import Range, Spread

NO_LINE = 0  # code has no lines that a problem could name
NUMBER = "-.0123456789to "  # letters of a number or a range, which may have many digits
SHOWN = 40  # letters of a value that no file could hold


def node_of(value: Any) -> Node:
    """A value as a node of a file.

    >>> node_of({"users": 6_000, "profile": "office"}).entries["users"].text
    '6000'
    """
    if isinstance(value, Mapping):
        return Node(NO_LINE, {str(key): node_of(inner) for key, inner in value.items()})
    if isinstance(value, Spread):
        return node_of({"p50": value.p50, "p95": value.p95})
    if is_many(value):
        return Node(NO_LINE, [node_of(inner) for inner in value])
    text = _text(value)
    return Node(NO_LINE, _foreign(value) if text is None else text)


def is_many(value: Any) -> bool:
    """Say whether a value is several: a list, an array, a column of a frame."""
    return isinstance(value, (list, tuple, range)) or np.ndim(value) > 0


def _text(value: Any) -> str | None:
    """A value as a file would spell it, where it could."""
    if isinstance(value, np.ndarray):
        value = value.item()
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, Range):
        low, high = _text(value.low), _text(value.high)
        return f"{low} to {high}" if low and high else None
    if isinstance(value, Real):
        return plain_number(_float(value))
    if isinstance(value, date):
        return value.isoformat()
    return value.strip() if isinstance(value, str) else None


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _foreign(value: Any) -> Foreign:
    """What is said of a value that no file could hold."""
    if value is None:
        return Foreign("None is no value", "write a value, or leave it out")
    shown = repr(value)
    short = shown if len(shown) <= SHOWN else f"a {type(value).__name__}"
    remedy = "write a number, a Range, a Spread, or text as a file spells it"
    return Foreign(f"{short} is nothing that a file could hold", remedy)


def plain_number(value: float) -> str:
    """A number with all its digits and no exponent.

    >>> plain_number(6000.0), plain_number(1e-05), plain_number(0.1)
    ('6000', '0.00001', '0.1')
    """
    if value == math.inf:
        return "never"
    return str(np.format_float_positional(value, trim="-"))


def odd_texts(node: Node, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield path, fault and remedy of each key and value that a file could not have."""
    text = node.value if isinstance(node.value, str) and set(node.value) - set(NUMBER) else ""
    if odd := odd_text(text):
        yield path, *odd
    seen: dict[str, str] = {}
    for key, inner in node.entries.items():
        here = f"{path}.{key}" if path else key
        twin = seen.setdefault(look(key), key)
        if odd := odd_text(key):
            yield path or "keys", *odd
        elif not look(key):
            yield path or "keys", "a value without a key", "name it"
        elif twin != key:
            yield here, f"looks like {twin!r}", "name them apart, or keep one"
        else:
            yield from odd_texts(inner, here)
