"""Exercises that check themselves: say first, run, compare.

A prediction is a pair of cells: `predict("bill at 10k", 25_000)`, and after the run
`compare("bill at 10k", b.total)`, which says how far off it was. An exercise is one cell:
`check("cost per answer", mine, b.per_success, hint="divide by those that helped")`. Neither says
the answer; `reveal("cost per answer")` does. What is still None (or ...) is asked for kindly, so
that a notebook runs from top to bottom unanswered.

Cells of exercises are tagged `lesson`: they are left out of a client's review.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

_said: dict[str, Any] = {}
_answers: dict[str, Any] = {}


def predict(name: str, value: Any = None) -> None:
    """Keep what the reader expects, to be compared after the run."""
    if _open(value):
        _said.pop(name, None)
        print(f"{name}: write down what you expect before you run on; a rough number is enough.")
        return
    _said[name] = value
    print(f"{name}: you expect {_words(value)}. Now run on, and compare.")


def compare(name: str, outcome: Any) -> None:
    """Say how far a prediction was from what came out, and what came out."""
    if name not in _said:
        print(f"{name}: it is {_words(outcome)}. You had not said what you expected.")
        return
    print(
        f"{name}: you expected {_words(_said[name])}, it is {_words(outcome)}: "
        f"{_distance(_said[name], outcome)}."
    )


def check(
    name: str, value: Any, answer: Any, *, tolerance: float = 0.02, hint: str = ""
) -> bool | None:
    """Say whether a value is the answer, within a share of it; if not, how far off, and a hint.

    Text is compared without regard to case and spaces. Returns None where nothing was given yet.
    """
    _answers[name] = answer
    if _open(value):
        print(f"{name}: not answered yet. Put your value in place of {value!r} and run the cell.")
        return None
    right = _close(value, answer, tolerance)
    if right:
        print(f"{name}: right{_within(answer, tolerance)}.")
        return True
    advice = f" Hint: {hint.rstrip('.')}." if hint else ""
    print(f"{name}: not yet; {_distance(value, answer)}.{advice} Try again, or reveal({name!r}).")
    return False


def reveal(name: str) -> None:
    """Say the answer of an exercise that was checked at least once."""
    if name not in _answers:
        known = ", ".join(map(repr, _answers)) or "none so far"
        print(f"{name}: no exercise of that name was checked yet; checked: {known}.")
        return
    print(f"{name}: the answer is {_words(_answers[name])}.")


def _open(value: Any) -> bool:
    return value is None or value is ... or value == ""


def _number(value: Any) -> bool:
    if isinstance(value, (str, bool)):
        return False
    try:
        return math.isfinite(float(value))
    except (TypeError, ValueError):
        return False


def _close(value: Any, answer: Any, tolerance: float) -> bool:
    if _number(value) and _number(answer):
        return abs(float(value) - float(answer)) <= tolerance * abs(float(answer)) + 1e-12
    if isinstance(value, str) and isinstance(answer, str):
        return _bare(value) == _bare(answer)
    return np.array_equal(value, answer)


def _bare(text: str) -> str:
    return "".join(text.casefold().replace("_", " ").split())


def _within(answer: Any, tolerance: float) -> str:
    return f", within {tolerance * 100:g} %" if _number(answer) and tolerance else ""


def _distance(value: Any, answer: Any) -> str:
    """Say how far off a value is, in times, without saying the answer.

    >>> _distance(50, 100), _distance(330, 100), _distance(101, 100), _distance(-5, 100)
    ('2 times too low', '3.3 times too high', '1 % too high', 'the sign is wrong')
    """
    if not (_number(value) and _number(answer)):
        return "the same" if _close(value, answer, 0.0) else "that is not it"
    mine, right = float(value), float(answer)
    if mine == right:
        return "exactly"
    if right == 0 or mine == 0:
        return "too high" if mine > right else "too low"
    ratio = mine / right
    if ratio < 0:
        return "the sign is wrong"
    way = "too high" if mine > right else "too low"
    size = max(ratio, 1 / ratio)
    if size < 1.1:
        return f"{abs(ratio - 1) * 100:.2g} % {way}"
    return f"{size:.2g} times {way}" if size < 100 else f"{size:,.0f} times {way}"


def _words(value: Any) -> str:
    """A value as a sentence holds it: numbers with commas, at most four digits kept.

    >>> _words(13240.65), _words(0.000421), _words("inference"), _words(2.0)
    ('13,241', '0.000421', 'inference', '2')
    """
    if not _number(value):
        return str(value)
    number = float(value)
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"
