"""From a log of requests: what was billed, and why.

`read` makes one table of calls of any log, `ready` says what it can answer, `price` says what each
call cost and `reprice` what it would cost. Then come four questions: `explain` why a request cost
so much, `change` why a bill is another than before, `quality` when answers got worse, `calibrate`
what a scenario of this system would say, which `placed` puts into one. `spend` ranks groups and
calls where the log is large, `sample` makes up a log. `columns` says what a table of calls holds,
`engine` where it may lie.
"""

from aicost.log.calibrate import measured_values
from aicost.log.change import changed
from aicost.log.columns import COLUMNS, TOKENS, Column
from aicost.log.engine import collected, conform
from aicost.log.explain import explain_request, unexpected_requests
from aicost.log.price import Priced, price_calls
from aicost.log.quality import quality_changes
from aicost.log.read import Log, read_log
from aicost.log.reprice import reprice_calls
from aicost.log.spend import costliest_calls

__all__ = [
    "COLUMNS",
    "TOKENS",
    "Column",
    "Log",
    "Priced",
    "changed",
    "collected",
    "conform",
    "costliest_calls",
    "explain_request",
    "measured_values",
    "price_calls",
    "quality_changes",
    "read_log",
    "reprice_calls",
    "unexpected_requests",
]
