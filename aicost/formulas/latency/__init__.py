"""Latency of a pipeline as a distribution: a tree of stages, evaluated on a grid.

Percentiles do not add up: the whole has to be composed first and asked afterwards. A `Latency` is
an immutable tree; each part of it is a fresh, independent draw (but for `slow_day`). All times are
in seconds.

>>> search = slowest(lognormal(p50=0.05, p95=0.16), lognormal(p50=0.06, p95=0.24))
>>> answer = series(search, lognormal(p50=1.5, p95=4.5))
>>> answer.quantile([0.5, 0.95, 0.99]).round(3).tolist()
[1.609, 4.61, 7.204]
"""

from aicost.formulas.latency.again import hedge, repeat, retried, timeout
from aicost.formulas.latency.joins import fastest, mixture, quorum, series, slowest
from aicost.formulas.latency.leaves import const, empirical, exponential, gamma, lognormal
from aicost.formulas.latency.products import llm, slow_day
from aicost.formulas.latency.tree import Latency

__all__ = [
    "Latency",
    "const",
    "empirical",
    "exponential",
    "fastest",
    "gamma",
    "hedge",
    "llm",
    "lognormal",
    "mixture",
    "quorum",
    "repeat",
    "retried",
    "series",
    "slow_day",
    "slowest",
    "timeout",
]
