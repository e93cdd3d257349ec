"""Exercises that check themselves and know the usual wrong lines of thought.

A lesson begins with `ask = lesson("00_first_bill", case)`. A prediction is a pair of cells,
`ask.predict("bill at 10k", 25_000)` and, after the run, `ask.compare("bill at 10k", b.total)`;
an exercise is `ask.check("cost per answer", mine)`. None of them says the answer:
`ask.hint("cost per answer")` gives one hint after the other, `ask.reveal("cost per answer")` the
answer, after a try. What is still None (or ...) is asked for kindly, so that a notebook runs from
top to bottom unanswered.

Answers, slips and hints stand in `notebooks/solutions/`, a file for each notebook, which defines
`exercises(case)`. Nothing of it is worked out before it is asked for. Cells of exercises are
tagged `lesson`: they are left out of a client's review.
"""

from __future__ import annotations

import inspect
import re
import runpy
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from textwrap import dedent
from typing import Any

from aicost.billing.case import Case
from aicost.paths import notebooks_dir
from aicost.show.workshop.judging import Exercise, arguments, call_words, judge, words
from aicost.show.workshop.sentences import Said, escaped, say
from aicost.show.workshop.typed_values import is_open, typed_number, typed_word
from aicost.show.workshop.verdicts import how_near, number
from aicost.values.formatting import singular
from aicost.values.money import DOLLARS, spoken

#: What a prediction is in, found in its name; "users a budget lasts for" begins with it.
_UNITS = re.compile(
    r"^[a-z]+s\b|per cent|\b(?:times|USD|GB|seconds|minutes|hours|months|tokens|people)\b"
)


def lesson(name: str, case: Case) -> Lesson:
    """The exercises of a notebook, such as "00_first_bill", for one system."""
    folder = notebooks_dir() / "solutions"
    file = folder / f"{name}.py"
    if not file.is_file():
        known = ", ".join(sorted(path.stem for path in folder.glob("*.py")))
        raise FileNotFoundError(f"no lesson is called {name!r}; there are {known}")
    return Lesson(tuple(runpy.run_path(str(file))["exercises"](case)))


class Lesson:
    """The exercises of a notebook and what a reader said so far."""

    def __init__(self, exercises: tuple[Exercise, ...]) -> None:
        self.exercises = {exercise.name: exercise for exercise in exercises}
        self._answers: dict[str, Any] = {}
        self._tried: dict[str, bool] = {}
        self._hinted: dict[str, int] = {}
        self._said: dict[str, Any] = {}
        self._came: dict[str, Any] = {}

    def predict(self, name: str, *typed_in: Any) -> None:
        """Keep what the reader expects, to be compared after the run; 2,5 comes as two values."""
        value = _one(typed_in)
        self._said.pop(name, None)
        unit = _unit_in(name)
        word = _is_word(value) and not unit
        typed = typed_word(value) if word else typed_number(value, unit)
        if not typed.given:
            say(f"{name}: write down what you expect before you run on; a rough number will do.")
        elif typed.refused:
            say(f"{name}: {typed.refused}")
        else:
            self._said[name] = typed.readings[0]
            said = _in_unit(typed.readings[0], name)
            share = unit == "per cent" and 0 < abs(self._said[name]) < 1
            note = " (A quarter would be 25 per cent, not 0.25.)" if share else ""
            say(f"{name}: you expect {said}.{note} Now run on, and compare.")

    def compare(self, name: str, outcome: Any) -> None:
        """Say how far a prediction was from what came out, and what came out."""
        self._came[name] = outcome
        came = _in_unit(outcome, name)
        if name not in self._said:
            say(f"{name}: it is {came}. You had not said what you expected.")
            return
        mine = self._said[name]
        near = how_near(mine, outcome)
        say(f"{name}: you expected {_in_unit(mine, name)}, it is {came}: {near}.")

    def check(self, name: str, *typed_in: Any) -> None:
        """Say whether a value is the answer; if not, what may have gone wrong."""
        value = _one(typed_in)
        exercise = self._find(name)
        if exercise is None:
            return
        verdict = judge(exercise, value, None if is_open(value) else self._answer(exercise))
        if verdict.right is None:
            say(f"{name}: {verdict.words}")
            return
        self._tried[name] = verdict.right or self._tried.get(name, False)
        more = "" if verdict.right else f" {self._way_on(exercise)}"
        say(f"{name}: {verdict.words}{more}")

    def hint(self, name: str) -> None:
        """Give the next hint of an exercise; the last one stays."""
        exercise = self._find(name)
        if exercise is None:
            return
        if not exercise.hints:
            say(f"{name}: there is no hint.")
            return
        place = min(self._hinted.get(name, 0), len(exercise.hints) - 1)
        self._hinted[name] = place + 1
        say(f"{name}, hint {place + 1} of {len(exercise.hints)}: {exercise.hints[place]}")

    def reveal(self, name: str) -> None:
        """Say the answer of an exercise that was tried at least once."""
        exercise = self._find(name)
        if exercise is None:
            return
        if name not in self._tried:
            say(f"{name}: try it once, then ask again. ask.hint({name!r}) helps.")
            return
        answer = self._answer(exercise)
        if callable(answer):
            _function_words(name, answer, exercise.at).show()
        else:
            say(f"{name}: the answer is {_answer_words(answer, exercise.unit)}.")

    def worked(self, name: str) -> Any:
        """The answer itself, for a lesson that goes on with it; nothing is shown."""
        return self._answer(self.exercises[name])

    def tally(self) -> None:
        """Show all predictions beside what came out, and how many exercises are right."""
        rows = [
            (name, words(self._said.get(name)), words(came), how_near(self._said[name], came))
            if name in self._said
            else (name, "–", words(came), "not predicted")
            for name, came in self._came.items()
        ]
        still = [name for name in self.exercises if not self._tried.get(name)]
        score = f"Exercises right: {len(self.exercises) - len(still)} of {len(self.exercises)}."
        score += f" Still open: {'; '.join(still)}." if still else ""
        if not rows:
            say(score)
            return
        heads = ("", "you expected", "it is", "that was")
        _table(heads, rows, score).show()

    def _answer(self, exercise: Exercise) -> Any:
        if exercise.name not in self._answers:
            self._answers[exercise.name] = exercise.answer()
        return self._answers[exercise.name]

    def _find(self, name: str) -> Exercise | None:
        if name in self.exercises:
            return self.exercises[name]
        near = get_close_matches(name, self.exercises, n=1)
        known = " / ".join(near or self.exercises)
        say(f"No exercise is called {name!r}. {'Did you mean' if near else 'There are'}: {known}")
        return None

    def _way_on(self, exercise: Exercise) -> str:
        if self._hinted.get(exercise.name, 0) < len(exercise.hints):
            return f"For a hint: ask.hint({exercise.name!r})."
        return f"For the answer: ask.reveal({exercise.name!r})."


def _function_words(name: str, answer: Callable[..., Any], at: tuple[Any, ...]) -> Said:
    made = [f"{call_words(given)} gives {words(answer(*arguments(given)))}" for given in at]
    code = dedent(inspect.getsource(answer)).strip() if answer.__name__ != "<lambda>" else ""
    lines = f"{name}: {'; '.join(made)}."
    return Said(
        f"{lines}\n{code}".rstrip(),
        f"{escaped(lines)}\n\n```python\n{code}\n```" if code else lines,
    )


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], last: str) -> Said:
    marked = [" | ".join(map(escaped, row)) for row in rows]
    head = [" | ".join(heads), " | ".join(["---", "---:", "---:", "---"])]
    markdown = "\n".join(f"| {line} |" for line in (*head, *marked))
    plain = [f"{row[0]}: expected {row[1]}, it is {row[2]}: {row[3]}" for row in rows]
    return Said("\n".join((*plain, last)), f"{markdown}\n\n{escaped(last)}")


def _one(typed_in: tuple[Any, ...]) -> Any:
    """What was typed as one value: nothing is None, and more than one had a comma between."""
    return typed_in if len(typed_in) > 1 else next(iter(typed_in), None)


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and not any(c.isdigit() for c in value)


def _unit_in(name: str) -> str:
    found = _UNITS.search(name)
    return found[0] if found else ""


def _answer_words(answer: Any, unit: str) -> str:
    """An answer in its unit, and in the currency of the file where that is another."""
    said, money = f"{words(answer)} {unit}".rstrip(), spoken()
    amount = number(answer)
    if amount is None or "USD" not in unit or money == DOLLARS:
        return said
    return f"{said}, which is {words(money.of(amount))} {unit.replace('USD', money.code)}"


def _in_unit(value: Any, name: str) -> str:
    """A value of a prediction, with the unit that its name says."""
    said, unit = words(value), _unit_in(name)
    if number(value) is None:
        return said
    return f"{said} {singular(unit) if said == '1' else unit}".rstrip()
