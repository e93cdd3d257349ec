"""Values of Python as the text that a file would have: a system can be made without one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from aicost.scenario.yaml_tree import Node
from aicost.values.quantities import Range, Spread

NO_LINE = 0  # code has no lines that a problem could name


def node_of(value: Any) -> Node:
    """A value as a node of a file.

    >>> node_of({"users": 6_000, "profile": "office"}).entries["users"].text
    '6000'
    """
    if isinstance(value, Mapping):
        return Node(NO_LINE, {str(key): node_of(inner) for key, inner in value.items()})
    if isinstance(value, Spread):
        return node_of({"p50": value.p50, "p95": value.p95})
    if isinstance(value, (list, tuple, np.ndarray)):
        return Node(NO_LINE, [node_of(inner) for inner in value])
    return Node(NO_LINE, _text(value))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Range):
        return f"{_text(value.low)} to {_text(value.high)}"
    if isinstance(value, (int, float, np.integer, np.floating)):
        return plain_number(float(value))
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def plain_number(value: float) -> str:
    """A number with all its digits and no exponent.

    >>> plain_number(6000.0), plain_number(1e-05), plain_number(0.1)
    ('6000', '0.00001', '0.1')
    """
    if np.isinf(value):
        return "never"
    return str(np.format_float_positional(value, trim="-"))
