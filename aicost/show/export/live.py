"""A bill whose lines are formulas of its inputs, each tried against the kit.

Every number of the scenario and every row of the book becomes a leaf, and the bill is worked out
on those. Then each input is set to twice and to half of what it is, in the kit and in the formulas
alike; a line whose formula comes to something else does not follow that input, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aicost.billing.case import Case, kept, single
from aicost.billing.walk import bill
from aicost.show.export.leaves import Handed, Input, leaves, listed_input
from aicost.show.export.lines import Line, lines_of
from aicost.show.export.traced import Traced, deciding, leaves_of, unlike
from aicost.show.export.tried import Lost, tried


@dataclass(frozen=True, eq=False)
class Live:
    """A bill as formulas: its lines, its inputs, and which line does not follow which input."""

    case: Case
    lines: tuple[Line, ...]
    inputs: tuple[Input, ...]
    users: Any
    requests: Any
    #: By input the lines that do not follow it; `None` among them for a line that would be new.
    lost: Lost
    #: Inputs that the kit could not be asked about one at a time.
    untried: frozenset[Input]
    #: Comparisons that decided how the lines are made.
    decided: tuple[Traced, ...]
    #: Leaves that some line has in it.
    used: frozenset[Traced]


@kept
def live(case: Case) -> Live:
    """The bill of a case at its means as formulas, each tried against the kit."""
    single(case, "a sheet")
    scenario, inputs = leaves(case)
    book = Handed(case.book, lambda row: Traced(float(row.text), name=row.item))
    with deciding() as decided:
        priced = bill(scenario, book)
    prices = {value: row for row, value in book.handed_out()}
    lines, stated = lines_of(priced)
    inputs += [listed_input(row, leaf) for leaf, row in prices.items()] + stated
    used = frozenset(leaves_of([number for line in lines for number in line.numbers]))
    # What nobody said and no line has (a retry of 0) and a row only looked at are no inputs.
    inputs = [one for one in inputs if one.said or one.leaf in used]
    ways = unlike([one for one in decided if used.intersection(leaves_of([one]))])
    lost, untried = tried(case, lines, inputs)
    return Live(
        case,
        tuple(lines),
        tuple(inputs),
        priced.users,
        priced.requests,
        lost,
        frozenset(untried),
        tuple(ways),
        used,
    )
