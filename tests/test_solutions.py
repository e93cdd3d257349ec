"""Every solution is right for every sample, and every wrong line of thought gets its sentence."""

import ast
import math
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
from places import ROOT
from test_notebooks import EXERCISES, NOTEBOOKS, asked

from aicost import Case, load
from aicost.show.workshop.exercises import lesson
from aicost.show.workshop.judging import Exercise, judge, slip_value
from aicost.show.workshop.verdicts import agrees, number

SAMPLES = sorted((ROOT / "data" / "scenarios").glob("*.yaml"))
SLIPS, HINTS = 3, 2


@cache
def sample(path: Path) -> Case:
    """Return a sample, loaded once for all tests."""
    return load(path)


def own_sample(book: Any) -> Path:
    """Return the sample that a notebook names in its parameters."""
    first = next(c.source for c in book.cells if c.cell_type == "code")
    return ROOT / str(ast.literal_eval(first.partition("\n")[0].partition("=")[2].split("#")[0]))


def exercises(notebook: Path, path: Path) -> list[Exercise]:
    """Return the exercises of a notebook for a sample."""
    return [*lesson(notebook.stem, sample(path)).exercises.values()]


def live_slips(exercise: Exercise, answer: Any) -> list[tuple[str, Any]]:
    """Return the slips that come to something of their own here: what is said, and the value."""
    found: list[tuple[str, Any]] = []
    for slip in exercise.slips:
        value = slip_value(slip)
        if value is None or judge(exercise, value, answer).right:
            continue
        if not any(_same(value, other, exercise) for _, other in found):
            found.append((slip.says, value))
    return found


def _same(one: Any, other: Any, exercise: Exercise) -> bool:
    """Say whether two wrong values cannot be told apart."""
    if callable(one) and callable(other):
        calls = [a if isinstance(a, tuple) else (a,) for a in exercise.at]
        return all(agrees(one(*a), other(*a), exercise.tolerance) for a in calls)
    return agrees(one, other, exercise.tolerance) or agrees(other, one, exercise.tolerance)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda p: p.stem)
def test_answers_are_right_and_slips_are_known(notebook: Path, path: Path) -> None:
    for exercise in exercises(notebook, path):
        answer = exercise.answer()
        finite = number(answer) is not None and math.isfinite(float(answer))
        assert finite or callable(answer) or isinstance(answer, str), exercise.name
        assert judge(exercise, answer, answer).right, exercise.name
        for says, value in live_slips(exercise, answer):
            verdict = judge(exercise, value, answer)
            assert (verdict.right, says in verdict.words) == (False, True), (says, verdict.words)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda p: p.stem)
def test_exercises_teach(notebook: Path) -> None:
    """For the notebook's own sample there are enough of them, each with its slips and hints."""
    book = nbformat.read(notebook, as_version=4)
    found = exercises(notebook, own_sample(book))
    assert len(found) >= EXERCISES
    assert sorted(asked([c for c in book.cells if c.cell_type == "code"])) == sorted(
        exercise.name for exercise in found
    )
    answers = [exercise.answer() for exercise in found]
    assert any(callable(answer) for answer in answers), "none is written in code"
    for exercise, answer in zip(found, answers, strict=True):
        assert len(live_slips(exercise, answer)) >= SLIPS, exercise.name
        assert len(live_slips(exercise, answer)) == len(exercise.slips), exercise.name
        assert len(exercise.hints) >= HINTS, exercise.name
        assert bool(exercise.at) == callable(answer), exercise.name


def test_a_solution_belongs_to_a_notebook() -> None:
    files = {path.stem for path in (ROOT / "notebooks" / "solutions").glob("*.py")}
    assert files == {path.stem for path in NOTEBOOKS}
