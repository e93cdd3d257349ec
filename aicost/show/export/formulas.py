"""What a tree of numbers is as the formula of a cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from aicost.show.export.traced import Traced

#: How tightly an operation binds in a sheet; what binds less goes into brackets.
COMPARED, ADDED, MULTIPLIED, RAISED, ALONE = range(5)
SIGNS = {
    "add": ("+", ADDED),
    "subtract": ("-", ADDED),
    "multiply": ("*", MULTIPLIED),
    "divide": ("/", MULTIPLIED),
    "greater": (">", COMPARED),
    "greater_equal": (">=", COMPARED),
    "less": ("<", COMPARED),
    "less_equal": ("<=", COMPARED),
    "equal": ("=", COMPARED),
    "not_equal": ("<>", COMPARED),
}
CALLS = {
    "absolute": "ABS({})",
    "exp": "EXP({})",
    "log": "LN({})",
    "sqrt": "SQRT({})",
    "ceil": "CEILING({},1)",
    "floor": "INT({})",
    "minimum": "MIN({},{})",
    "maximum": "MAX({},{})",
    "logical_and": "AND({},{})",
    "logical_or": "OR({},{})",
    "ndtr": "NORMDIST({},0,1,TRUE)",
    "where": "IF({},{},{})",
}
#: What leaves a number as it is, by the side on which it stands.
NEUTRAL = {
    "add": (0.0, 0.0),
    "subtract": (None, 0.0),
    "multiply": (1.0, 1.0),
    "divide": (None, 1.0),
    "power": (None, 1.0),
    "minimum": (np.inf, np.inf),
    "maximum": (-np.inf, -np.inf),
}
HUGE = "9.99E+307"  # a sheet has no infinity
#: Letters and levels of a formula, beyond which a part of it is a step in a cell of its own;
#: Excel reads 8,192 letters and 64 levels.
LONG, DEEP = 1_500, 40


def formula(number: Any, cells: Mapping[Traced, str], own: bool = False) -> str:
    """A number as a formula, without the sign that begins one.

    Parameters
    ----------
    number : the tree, or a plain number.
    cells : trees that have a cell of their own, with what that is called.
    own : whether it is the cell of this tree that is written, which cannot name itself.

    >>> users, each = Traced(5.0, name="users"), Traced(2.0, name="each")
    >>> formula((users - 1.0) * each * 1.0, {users: "traffic.users", each: "traffic.each"})
    '(traffic.users-1)*traffic.each'
    """
    return _text(number, cells, own)[0]


def steps(numbers: Iterable[Any], cells: Mapping[Traced, str]) -> list[Traced]:
    """The parts of trees that need cells of their own, so that no formula is too long.

    In an order in which each is made of inputs, of what has a cell, and of steps before it.
    """
    size: dict[Traced, tuple[int, int]] = {}
    found: list[Traced] = []
    for root in numbers:
        waiting = [root] if isinstance(root, Traced) else []
        while waiting:
            one = waiting[-1]
            parts = [part for part in one.made_of if isinstance(part, Traced)]
            if one not in size and (todo := [part for part in parts if part not in size]):
                waiting += todo
                continue
            waiting.pop()
            if one not in size:
                length = 8 + sum(size[part][0] for part in parts)
                depth = 1 + max((size[part][1] for part in parts), default=0)
                if one in cells:
                    length, depth = len(cells[one]), 0
                elif length > LONG or depth > DEEP:
                    found.append(one)
                    length, depth = 16, 0
                size[one] = length, depth
    return found


def _text(number: Any, cells: Mapping[Traced, str], own: bool = False) -> tuple[str, int]:
    """A formula and how tightly it binds."""
    if not isinstance(number, Traced):
        return _number(number)
    if not own and number in cells:
        return cells[number], ALONE
    operation, parts = number.operation, number.made_of
    if not operation:
        return _number(number.value)
    left, right = NEUTRAL.get(operation, (None, None))
    if len(parts) == 2 and left is not None and _is(parts[0], left):
        return _text(parts[1], cells)
    if len(parts) == 2 and right is not None and _is(parts[1], right):
        return _text(parts[0], cells)
    if operation in SIGNS:
        sign, binds = SIGNS[operation]
        first, second = _in(parts[0], cells, binds), _in(parts[1], cells, binds + 1)
        return f"{first}{sign}{second}", binds
    if operation in ("power", "square"):
        raised = _in(parts[1], cells, ALONE) if operation == "power" else "2"
        return f"{_in(parts[0], cells, ALONE)}^{raised}", RAISED
    if operation == "negative":
        return f"0-{_in(parts[0], cells, MULTIPLIED)}", ADDED
    return CALLS[operation].format(*(_text(part, cells)[0] for part in parts)), ALONE


def _in(part: Any, cells: Mapping[Traced, str], binds: int) -> str:
    """A part of a formula, in brackets where it binds less."""
    text, own = _text(part, cells)
    return text if own >= binds else f"({text})"


def _is(part: Any, neutral: float) -> bool:
    return not isinstance(part, Traced) and float(part) == neutral


def _number(number: Any) -> tuple[str, int]:
    value = float(number)
    if not np.isfinite(value):
        return (HUGE, ALONE) if value > 0 else (f"(0-{HUGE})", ALONE)
    text = f"{int(value)}" if value.is_integer() and abs(value) < 1e15 else f"{value!r}".upper()
    return (text, ALONE) if value >= 0 else (f"(0{text})", ALONE)


def cell_name(words: str, taken: set[str]) -> str:
    """A name that a sheet takes for a cell, unlike those that are taken.

    >>> cell_name("work/think.output_tokens.p50", set())
    'work_think.output_tokens.p50'
    >>> cell_name("2 chats.users", {"_2_chats.users"})
    '_2_chats.users_2'
    """
    plain = "".join(letter if letter.isalnum() or letter in "._" else "_" for letter in words)[:200]
    plain = plain if plain[:1].isalpha() else f"_{plain}"
    plain = plain if "." in plain else f"{plain}."
    name, number = plain, 1
    while name.lower() in taken:
        number += 1
        name = f"{plain}_{number}"
    taken.add(name.lower())
    return name
