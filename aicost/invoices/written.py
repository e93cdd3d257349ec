"""What a calibration leaves in a copy of the file: lines of cost, and comments that say whence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from aicost.invoices.calibrated_head import BEFORE, CALIBRATED, MOVED, UNCOVERED
from aicost.invoices.calibration import Calibration
from aicost.scenario.scenario import Scenario
from aicost.scenario.sections import OtherLine
from aicost.scenario.shares import On, shared
from aicost.scenario.yaml_tree import odd_text
from aicost.values.quantities import at_means

BEHIND = " on the invoice"


def other_lines(found: Calibration) -> tuple[OtherLine, ...]:
    """A line of its own for all that is invoiced and that no line of the bill covers.

    Raises ValueError where there is no name left for one.
    """
    taken, lines = set(_names(found.case.scenario)), []
    money = found.case.scenario.money
    for rest in found.rests:
        name = f"{rest.component}{BEHIND}" if odd_text(rest.name) else rest.name
        name = f"{name}{BEHIND}" if name in taken else name
        if name in taken:
            raise ValueError(
                f"two lines would be called {name!r}; give one another name in the file"
            )
        taken.add(name)
        usd = money.of(rest.usd / (1 + _beside(found.case.scenario, (name, rest.component))))
        month = round(usd, 2) * money.in_usd
        lines.append(OtherLine(name=name, per_month=month, component=rest.component))
    return tuple(lines)


def said_of(found: Calibration, invoice: str, covers: str, gap: str = "") -> Iterator[str]:
    """Yield the comments of a copy: which invoice, of which time, and each value that it gave.

    `gap` is how the bill lay beside the invoice before.
    """
    day = found.case.book.as_of
    yield f"{CALIBRATED}{invoice}{f' ({covers})' if covers else ''}, at the prices of {day}."
    if gap:
        yield f"{BEFORE}{gap}"
    for one in found.moved:
        yield f"{one.sentence}{MOVED}"
    if found.held:
        yield "invoiced: draws of what is unknown agree with it; remove it where the month changes"
    for line in other_lines(found):
        words = f"{line.name}{UNCOVERED}"
        beside = _beside(found.case.scenario, (line.name, line.component))
        yield f"{words}, less what environments add to it" if beside else words


def _beside(scenario: Scenario, on: On) -> float:
    """What environments add to a line of production, as a share of it."""
    own = (one for one in scenario.environments if shared(one, scenario.pipeline, [on]))
    return sum(float(np.mean(at_means(one.share))) for one in own)


def _names(scenario: Scenario) -> Iterator[str]:
    """Yield the names that lines of cost have already."""
    yield from (stage.name for stage in scenario.stages)
    yield from scenario.pipeline.groups
    for parts in (scenario.pools, scenario.other, scenario.environments):
        yield from (part.name for part in parts)
