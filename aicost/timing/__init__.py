"""How long a request takes, to its first word and to its whole answer, from the same scenario.

`calls` says how long one call of a stage takes, `walk` puts the stages together, `peak` adds what
calls wait for in the busiest hour, `speed` says it at any usage and stage by stage, `budgets` holds
it against goals, `nights` is for work that is due by a time, `remedies` says what would help.
"""

from aicost.timing.batch_window import Night, NightWork, night
from aicost.timing.budgets import Budget, Kept, Lost, budgets, kept, lost
from aicost.timing.call_times import Call, assumed_times, call_of, timed
from aicost.timing.percentiles import (
    BreakEven,
    Speed,
    StageTime,
    break_even,
    peak_waits,
    speeds,
    stage_times,
)
from aicost.timing.remedies import Remedy, remedies
from aicost.timing.waits import LimitReached, limit_wait, limit_waits, limits_reached
from aicost.timing.walk import Answer, answer_time, whole_counts

__all__ = [
    "Answer",
    "BreakEven",
    "Budget",
    "Call",
    "Kept",
    "LimitReached",
    "Lost",
    "Night",
    "NightWork",
    "Remedy",
    "Speed",
    "StageTime",
    "answer_time",
    "assumed_times",
    "break_even",
    "budgets",
    "call_of",
    "kept",
    "limit_wait",
    "limit_waits",
    "limits_reached",
    "lost",
    "night",
    "peak_waits",
    "remedies",
    "speeds",
    "stage_times",
    "timed",
    "whole_counts",
]
