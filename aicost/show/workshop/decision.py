"""A decision in a reader's own words: what it has to say, and what of that it leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicost.analysis.alternatives.undoing import Choices
from aicost.analysis.levers.report import Levers
from aicost.show.workshop.typed_values import is_open
from aicost.values.formatting import about

UNDO = re.compile(r"\b(undo|undone|revers\w*|back|again|line in the file)\b", re.IGNORECASE)
AMOUNT = re.compile(r"(\$|€|USD|EUR)\s?\d|\d\s?(\$|€|USD|EUR|dollars|euros)", re.IGNORECASE)
WORD = re.compile(r"\w[\w/.-]{2,}\w")
#: Words of steps that name none of them.
COMMON = {"answers", "from", "held", "long", "requests", "shorter", "than", "that", "tokens"}
NO_STEP = {"nothing", "none"}


def decided(text: str | None, steps: Levers, choices: Choices) -> list[str]:
    """What a decision still lacks, a sentence each; one sentence of praise where it lacks nothing.

    It names a step (or says that none is taken), says whether that can be undone, and what it
    costs to take it later.
    """
    if is_open(text):
        return ["Not written yet. Three sentences will do; put them in place of None."]
    return [*_lacking(str(text), steps, choices)] or [
        "It names the step, says whether it can be undone, and what waiting costs. Date it, and "
        "put a name to it."
    ]


def _lacking(text: str, steps: Levers, choices: Choices) -> Iterator[str]:
    names = {word.casefold() for step in steps.gains for word in WORD.findall(step.name)} - COMMON
    said = {word.casefold() for word in WORD.findall(text)} - COMMON
    if not said & NO_STEP and not any(word in name for word in said for name in names):
        told = " / ".join(step.name for step in steps.gains) or "nothing is to be changed"
        yield f"Which step is it? The table has: {told}."
    if not UNDO.search(text):
        yield f"Can it be undone? {choices.sentence}"
    if not AMOUNT.search(text):
        late = ""
        if steps.first is not None:
            costs = about(steps.first.waiting(steps.months))
            late = f" For the first of them it is {costs} over {steps.months} months."
        yield f"What does it cost to wait? Name an amount of money.{late}"
