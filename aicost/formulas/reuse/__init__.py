"""How much of what is asked was asked before: prompts and answers kept, their worth."""

from aicost.formulas.reuse.answers import (
    answer_saving,
    break_even_hits,
    break_even_wrong,
    stale_share,
)
from aicost.formulas.reuse.demand import (
    Constant,
    Crowded,
    Demand,
    Expiring,
    Logged,
    Piloted,
    Popularity,
    counted,
    zipf,
)
from aicost.formulas.reuse.pilot import repeated_next, repeated_within
from aicost.formulas.reuse.prompts import (
    break_even_gap_s,
    break_even_reads,
    break_even_warm,
    conversation_input,
    conversation_written,
    input_multiplier,
)
from aicost.formulas.reuse.replay import (
    Shares,
    answers_met,
    blocks_met,
    first_blocks,
    shares,
    tokens_met,
)
from aicost.formulas.reuse.warm import (
    cached_share,
    reachable_share,
    warm_in_series,
    warm_over_day,
    warm_share,
)

__all__ = [
    "Constant",
    "Crowded",
    "Demand",
    "Expiring",
    "Logged",
    "Piloted",
    "Popularity",
    "Shares",
    "answer_saving",
    "answers_met",
    "blocks_met",
    "break_even_gap_s",
    "break_even_hits",
    "break_even_reads",
    "break_even_warm",
    "break_even_wrong",
    "cached_share",
    "conversation_input",
    "conversation_written",
    "counted",
    "first_blocks",
    "input_multiplier",
    "reachable_share",
    "repeated_next",
    "repeated_within",
    "shares",
    "stale_share",
    "tokens_met",
    "warm_in_series",
    "warm_over_day",
    "warm_share",
    "zipf",
]
