"""Which of two models answers: up to which share of escalations the small one is tried first."""

from __future__ import annotations

import numpy as np

from aicost.values.quantities import Numeric


def break_even_escalation(*, first_usd: Numeric, alone_usd: Numeric, added_usd: Numeric) -> Numeric:
    """The share of escalations up to which trying a small model first saves: (b - a) / c.

    Parameters
    ----------
    first_usd : cost where all are tried on the small model and none goes on, router and all. [USD]
    alone_usd : cost where all go to the large one at once. [USD]
    added_usd : what it costs more if all go on to it. [USD]

    Returns
    -------
    Share of requests; below 0 where the small one alone costs more. [share]

    Notes
    -----
    Who goes on pays both calls, and waits for both.

    Examples
    --------
    >>> round(float(break_even_escalation(first_usd=1.2, alone_usd=5.0, added_usd=5.0)), 2)
    0.76
    """
    free = np.less_equal(added_usd, 0)
    gain = np.subtract(alone_usd, first_usd)
    return np.where(free, np.inf, gain / np.where(free, 1.0, added_usd))[()]
