"""An exercise, and what is said of a value that somebody typed for it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aicost.show.workshop.typed_values import (
    Typed,
    is_open,
    typed_function,
    typed_number,
    typed_word,
)
from aicost.show.workshop.verdicts import Slip, agrees, how_far, number, unit_slip

EXACT = 1e-9  # of the value; what agrees by more is the same formula
MOST = 1e15  # written out; beyond it a number has more digits than it means
MOST_WORDS = 200  # letters of an error


@dataclass(frozen=True)
class Exercise:
    """A question: its answer, and what is said to those who do not have it yet.

    An answer is a number in `unit`, a word, or a function; a function is compared at the inputs
    `at`, each one argument or a tuple of several.
    """

    name: str
    answer: Callable[[], Any]
    unit: str = ""
    tolerance: float = 0.02
    slips: tuple[Slip, ...] = ()
    hints: tuple[str, ...] = ()
    at: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What a value was found to be: right or not (None: not judged), and the sentence for it."""

    right: bool | None
    words: str


def judge(exercise: Exercise, value: Any, answer: Any) -> Verdict:
    """Judge what was typed against the answer of an exercise.

    >>> tenth = Exercise("a tenth", lambda: 0.1, unit="share")
    >>> judge(tenth, "10 %", 0.1).words, judge(tenth, 10, 0.1).right
    ('Right, within 2 %.', False)
    """
    if is_open(value):
        place = {None: "None", ...: "..."}.get(value, "the empty text")
        return Verdict(None, f"Not answered yet. Put yours in place of {place} and run the cell.")
    typed = _typed(value, answer, exercise.unit)
    if typed.refused:
        return Verdict(None, typed.refused)
    if callable(answer):
        return _judge_function(exercise, typed.readings[0], answer)
    note = f" {typed.note}" if typed.note else ""
    for reading in typed.readings:
        if agrees(reading, answer, exercise.tolerance):
            return Verdict(True, f"Right{_within(answer, exercise.tolerance)}.{note}")
    return Verdict(False, f"Not yet. {_wrong(exercise, typed.readings[0], answer)}{note}")


def _typed(value: Any, answer: Any, unit: str) -> Typed:
    if callable(answer):
        return typed_function(value)
    return typed_word(value) if isinstance(answer, str) else typed_number(value, unit)


def _wrong(exercise: Exercise, value: Any, answer: Any) -> str:
    for slip in exercise.slips:
        came = slip_value(slip)
        if came is not None and agrees(value, came, exercise.tolerance):
            return slip.says
    return _apart(exercise, value, answer)


def slip_value(slip: Slip) -> Any:
    """What a slip comes to, or None where the system at hand has no such thing."""
    try:
        return slip.value()
    except (ArithmeticError, LookupError, StopIteration, ValueError):
        return None


def _judge_function(exercise: Exercise, mine: Any, answer: Any) -> Verdict:
    right = [answer(*arguments(given)) for given in exercise.at]
    if wanted := _other_arguments(mine, exercise.at[0]):
        return Verdict(False, wanted)
    found: list[Any] = []
    for given, one in zip(exercise.at, right, strict=True):
        try:
            came = mine(*arguments(given))
        except Exception as error:  # whatever a reader's own code may raise
            return Verdict(False, f"Your function stopped at {call_words(given)} {_with(error)}.")
        typed = _typed(came, one, exercise.unit)
        if not typed.given:
            return Verdict(None, "Your function gives nothing back yet. Does it end with return?")
        if typed.refused:
            return Verdict(
                False, f"Your function gives no number at {call_words(given)}. {typed.refused}"
            )
        found.append(typed.readings[0])
    wrong = [
        place
        for place, pair in enumerate(zip(found, right, strict=True))
        if not agrees(*pair, exercise.tolerance)
    ]
    near = exercise.tolerance if wrong else EXACT  # what is a slip to the last digit is no answer
    if wrong or not _agree(found, right, EXACT):
        for slip in exercise.slips:
            other = slip_value(slip)
            if callable(other) and _same_everywhere(found, other, exercise.at, near):
                return Verdict(False, f"Not yet. {slip.says}")
    if not wrong:
        return Verdict(True, f"Right, at each of the {len(right)} inputs that were tried.")
    place = wrong[0]
    well = len(right) - len(wrong)
    some = f"Right at {well} of {len(right)} inputs, but not" if well else "Not yet"
    far = {_apart(exercise, found[i], right[i]) for i in wrong}
    said = far.pop() if len(far) == 1 else how_far(found[place], right[place])
    return Verdict(False, f"{some} at {call_words(exercise.at[place])}. {said}")


def _other_arguments(mine: Any, given: Any) -> str:
    """What is said to a function that cannot be called with an input; else nothing."""
    try:
        takes = inspect.signature(mine)
    except (TypeError, ValueError):  # some that are built in do not tell
        return ""
    try:
        takes.bind(*arguments(given))
    except TypeError:
        own = f"it takes {takes}" if takes.parameters else "it takes nothing"
        return f"Your function is called with {call_words(given)}, but {own}."
    return ""


def _with(error: Exception) -> str:
    """An error of a reader's function, in the middle of a sentence."""
    said = f"{error}".strip().partition("\n")[0]
    shorter = f"{said[:MOST_WORDS]} …" if len(said) > MOST_WORDS else said
    return f"with {type(error).__name__}: {shorter}".rstrip(": .")


def _apart(exercise: Exercise, value: Any, answer: Any) -> str:
    mine, right = number(value), number(answer)
    if mine is None or right is None:
        return how_far(value, answer)
    return unit_slip(mine, right, exercise.unit, exercise.tolerance) or how_far(mine, right)


def _same_everywhere(
    found: list[Any], other: Callable[..., Any], at: tuple[Any, ...], near: float
) -> bool:
    try:
        return _agree(found, [other(*arguments(given)) for given in at], near)
    except (ArithmeticError, LookupError, ValueError):
        return False


def _agree(found: list[Any], others: list[Any], near: float) -> bool:
    return all(agrees(a, b, near) for a, b in zip(found, others, strict=True))


def arguments(given: Any) -> tuple[Any, ...]:
    """The arguments that one of an exercise's inputs stands for."""
    return given if isinstance(given, tuple) else (given,)


def call_words(given: Any) -> str:
    """An input as code has it, where a comma parts two of them: (1_000, 2.5)."""
    return f"({', '.join(words(one).replace(',', '_') for one in arguments(given))})"


def _within(answer: Any, tolerance: float) -> str:
    return f", within {tolerance * 100:g} %" if number(answer) is not None and tolerance else ""


def words(value: Any) -> str:
    """A value as a sentence holds it: numbers with commas, at most four digits kept.

    >>> words(13240.65), words(0.000421), words("inference"), words(2.0)
    ('13,241', '0.000421', 'inference', '2')
    """
    found = number(value)
    if found is None:
        return str(value)
    return f"{found:,.0f}" if 1000 <= abs(found) < MOST else f"{found:.4g}"
