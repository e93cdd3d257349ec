"""How long a request takes, to its first word and to its whole answer, from the same case.

`call_times` says how long one call of a stage takes, `walk` puts the stages together, `waits` adds
what calls wait for in the busiest hour, `percentiles` says it at any usage and stage by stage,
`budgets` holds it against goals, `batch_window` is for work that is due by a time, `remedies` says
what would help, `report` says all of it in words. With them stand the shapes that times are put
together from, one after another, side by side or asked twice, and what a system may lack: a cache
in front and a provider's limits.
"""

from aicost.components.caching import in_front
from aicost.components.demand import Limits
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
from aicost.timing.batch_window import night
from aicost.timing.budgets import lost, standing_rows, standings
from aicost.timing.cache_saving import break_even, cache_of, cached, repeats
from aicost.timing.call_times import assumed_times, timed
from aicost.timing.ceilings import limits_reached, overloads
from aicost.timing.crowding import arrivals_per_hour, near_limit
from aicost.timing.percentiles import answer_time, speeds, stage_times
from aicost.timing.report import Times, latency, remedy_words
from aicost.timing.sentences import even_words, night_words
from aicost.timing.shown_early import first_word
from aicost.timing.structure import last_waited
from aicost.timing.waits import (
    calls_per_minute,
    limit_uses,
    limit_wait,
    peak_waits,
    with_limits,
)
from aicost.timing.walk import Conditions

__all__ = [
    "Conditions",
    "Limits",
    "Times",
    "answer_time",
    "arrivals_per_hour",
    "assumed_times",
    "break_even",
    "cache_of",
    "cached",
    "calls_per_minute",
    "empirical",
    "even_words",
    "first_word",
    "hedge",
    "in_front",
    "last_waited",
    "latency",
    "limit_uses",
    "limit_wait",
    "limits_reached",
    "llm",
    "lognormal",
    "lost",
    "mixture",
    "near_limit",
    "night",
    "night_words",
    "overloads",
    "peak_waits",
    "remedy_words",
    "repeats",
    "series",
    "slow_day",
    "slowest",
    "speeds",
    "stage_times",
    "standing_rows",
    "standings",
    "timed",
    "timeout",
    "with_limits",
]
