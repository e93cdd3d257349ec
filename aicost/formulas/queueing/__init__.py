"""Queues with random arrivals: Erlang B, C and A, waits, processor sharing, the batch server.

Every formula broadcasts. `load` is offered load: arrivals x service time, in erlang. A queue that
cannot keep up waits for ever (P(wait) 1, mean wait inf, service level 0); nothing raises. How many
servers a target takes is the question of `staffing`.
"""

from aicost.formulas.queueing.erlang import erlang_b, erlang_c, log_erlang_b, log_erlang_c
from aicost.formulas.queueing.patience import Impatience, erlang_a, late_share, service_level
from aicost.formulas.queueing.sharing import Batch, batch_server, processor_sharing
from aicost.formulas.queueing.waits import (
    mean_wait,
    mean_wait_lognormal,
    wait_exceeds,
    wait_quantile,
)

__all__ = [
    "Batch",
    "Impatience",
    "batch_server",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "late_share",
    "log_erlang_b",
    "log_erlang_c",
    "mean_wait",
    "mean_wait_lognormal",
    "processor_sharing",
    "service_level",
    "wait_exceeds",
    "wait_quantile",
]
