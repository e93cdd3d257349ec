"""How long a request takes, to its first word and to its whole answer, from the same scenario.

`calls` says how long one call of a stage takes, `walk` puts the stages together, `peak` adds what
calls wait for in the busiest hour, `speed` says it at any usage and stage by stage.
"""

from aicost.timing.calls import Call, assumed_times, call_of, timed
from aicost.timing.peak import LimitReached, limit_wait, limit_waits, limits_reached
from aicost.timing.speed import Speed, StageTime, peak_waits, speeds, stage_times
from aicost.timing.walk import Answer, answer_time, pipeline_nodes, whole_counts

__all__ = [
    "Answer", "Call", "LimitReached", "Speed", "StageTime", "answer_time", "assumed_times",
    "call_of", "limit_wait", "limit_waits", "limits_reached", "peak_waits", "pipeline_nodes",
    "speeds", "stage_times", "timed", "whole_counts",
]  # fmt: skip
