"""How long a request takes, to its first word and to its whole answer, from the same case.

`call_times` says how long one call of a stage takes, `walk` puts the stages together, `waits` adds
what calls wait for in the busiest hour, `percentiles` says it at any usage and stage by stage,
`budgets` holds it against goals, `batch_window` is for work that is due by a time, `remedies` says
what would help, `report` says all of it in words. With them stand the shapes that times are put
together from, one after another, side by side or asked twice, and what a system may lack: a cache
in front and a provider's limits.
"""

from aicost.components.caching import in_front
from aicost.components.inference import Limits
from aicost.formulas.latency import (
    empirical,
    hedge,
    llm,
    lognormal,
    mixture,
    series,
    slow_day,
    slowest,
    timeout,
)
from aicost.timing.budgets import lost, standings
from aicost.timing.cache_saving import break_even
from aicost.timing.call_times import assumed_times, timed
from aicost.timing.percentiles import speeds, stage_times
from aicost.timing.report import Times, latency
from aicost.timing.waits import limit_uses, limit_wait, limits_reached, peak_waits
from aicost.timing.walk import Conditions, answer_time

__all__ = [
    "Conditions",
    "Limits",
    "Times",
    "answer_time",
    "assumed_times",
    "break_even",
    "empirical",
    "hedge",
    "in_front",
    "latency",
    "limit_uses",
    "limit_wait",
    "limits_reached",
    "llm",
    "lognormal",
    "lost",
    "mixture",
    "peak_waits",
    "series",
    "slow_day",
    "slowest",
    "speeds",
    "stage_times",
    "standings",
    "timed",
    "timeout",
]
