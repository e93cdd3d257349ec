"""How far each line of a bill may lie, over draws of what is not known."""

from __future__ import annotations

import numpy as np

from aicost.billing.case import Case, kept
from aicost.scenario.draws import DRAWS

Ends = tuple[float, float]


@kept
def line_ranges(case: Case) -> tuple[Ends, ...]:
    """The 5th and the 95th percentile of each line, and last of the month.

    In USD. Those of the lines do not add up to that of the month: not all are high at once.
    """
    drawn = case.draw().bill
    amounts = (*(line.usd for line in drawn.charges), drawn.total)
    found = [np.percentile(np.broadcast_to(usd, (DRAWS,)), (5, 95)).tolist() for usd in amounts]
    return tuple((low, high) for low, high in found)
