"""Which line follows which input: each is set otherwise, in the kit and in the formulas alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from aicost.billing.case import Case
from aicost.billing.walk import bill
from aicost.book.rows import BookError
from aicost.scenario.problems import ScenarioError
from aicost.show.export.leaves import FAR, NEAR, Handed, Input
from aicost.show.export.lines import SAME, Line, keyed, keyed_charges
from aicost.show.export.traced import Traced, worked_out

SAME_USD = 1e-6  # of a dollar: what a sum in another order may differ by
#: By input the lines that do not follow it; None among them for a line that would be new.
Lost = dict[Input, tuple[Line | None, ...]]
#: What the kit may answer where a value cannot be, or several cannot stand beside each other.
REFUSALS = (ScenarioError, BookError, KeyError, ValueError, TypeError)


def tried(case: Case, lines: Sequence[Line], inputs: Sequence[Input]) -> tuple[Lost, set[Input]]:
    """Set each input otherwise, in the kit and in the formulas, and compare line by line.

    From a tenth to ten times what it is; then a hundredth and a hundred times those that all
    lines still follow.
    """
    lost, untried = _tried(case, lines, [one for one in inputs if one.tries()], NEAR)
    rest = [one for one in inputs if one.tries(FAR) and one not in lost and one not in untried]
    far, refused = _tried(case, lines, rest, FAR)
    return lost | far, untried | refused


def _tried(
    case: Case, lines: Sequence[Line], asked: Sequence[Input], times: Sequence[float]
) -> tuple[Lost, set[Input]]:
    """All side by side; where the kit refuses some, those and the rest, down to one alone."""
    if not asked:
        return {}, set()
    suspects: list[Input] = []
    try:
        tries = [(one, value) for one in asked for value in one.tries(times)]
        return _compared(case, lines, tries), set()
    except ScenarioError as refused:
        keys = {problem.key for problem in refused.problems}
        suspects = [one for one in asked if one.path in keys]
    except REFUSALS:
        pass
    if len(asked) == 1:
        return _tried_alone(case, lines, asked[0], times)
    if not 0 < len(suspects) < len(asked):
        suspects = list(asked[: len(asked) // 2])
    rest = [one for one in asked if one not in suspects]
    first, second = (_tried(case, lines, part, times) for part in (suspects, rest))
    return first[0] | second[0], first[1] | second[1]


def _tried_alone(
    case: Case, lines: Sequence[Line], one: Input, times: Sequence[float]
) -> tuple[Lost, set[Input]]:
    """Set one input to one value after the other, as far as the kit takes them."""
    lost: list[Line | None] = []
    done = 0
    for value in one.tries(times):
        with suppress(*REFUSALS):
            lost += _compared(case, lines, [(one, value)]).get(one, ())
            done += 1
    untried = set() if done or times is FAR else {one}  # what cannot be is no doubt of what can
    return ({one: tuple(dict.fromkeys(lost))} if lost else {}), untried


def _compared(case: Case, lines: Sequence[Line], tries: Sequence[tuple[Input, float]]) -> Lost:
    """The lines that come to something else in the kit where an input is set otherwise."""
    asked = dict.fromkeys(one for one, _ in tries)
    at: dict[Traced, Any] = {one.leaf: np.full(len(tries), float(one.leaf.value)) for one in asked}
    for number, (one, value) in enumerate(tries):
        at[one.leaf][number] = value
    if len(tries) == 1:  # one number, for what takes no array
        at = {leaf: float(values[0]) for leaf, values in at.items()}
    kit = _kit(case, list(asked), at)
    found: dict[Traced, Any] = {}
    lost: dict[Input, list[Line | None]] = {}
    for key, line in keyed(lines):
        mine = np.broadcast_to(worked_out(line.usd, at, found), (len(tries),))
        theirs = np.broadcast_to(kit.pop(key, np.zeros(1)), (len(tries),))
        _note(lost, tries, line, mine, theirs)
    for theirs in kit.values():
        _note(lost, tries, None, np.zeros(len(tries)), np.broadcast_to(theirs, (len(tries),)))
    return {one: tuple(dict.fromkeys(said)) for one, said in lost.items()}


def _note(
    lost: dict[Input, list[Line | None]],
    tries: Sequence[tuple[Input, float]],
    line: Line | None,
    mine: np.ndarray,
    theirs: np.ndarray,
) -> None:
    same = np.isclose(mine, theirs, rtol=SAME, atol=SAME_USD)
    for (one, _), ok in zip(tries, same.tolist(), strict=True):
        if not ok:
            lost.setdefault(one, []).append(line)


def _kit(
    case: Case, asked: Sequence[Input], at: Mapping[Traced, Any]
) -> dict[tuple[Any, ...], Any]:
    """What the kit says of each line where inputs are set otherwise."""
    worth = case.scenario.money.in_usd
    changes = {
        one.path: at[one.leaf] / (worth if one.money else 1.0)
        for one in asked
        if one.row is None and one.section
    }
    other = case.point.at(changes) if changes else case.point
    rows = {one.row: at[one.leaf] for one in asked if one.row is not None}
    book = Handed(other.book, lambda row: rows.get(row, float(row.text)))
    priced = bill(other.point.scenario, book)
    return {key: one.usd for key, one in keyed_charges(priced.charges)}
