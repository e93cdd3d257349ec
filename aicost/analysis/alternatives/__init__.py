"""The same system on other models, in other stores, on other machines.

With it what they are compared by: the work, the time and the price of what only reads, and what a
second look at the passages gains.
"""

from aicost.analysis.alternatives.encoders import embedders, machines
from aicost.analysis.alternatives.models import (
    costliest_call,
    largest_call,
    prompt_parts,
    rerankers,
    second_look,
)
from aicost.analysis.alternatives.stores import (
    costliest_search,
    in_store,
    searches,
    store_cost,
    store_crossings,
)
from aicost.analysis.alternatives.undoing import choices
from aicost.book.devices import peak_flops, shape, share_of_peak
from aicost.book.rates import rates
from aicost.book.rerank_scores import gains, scores
from aicost.book.rerank_scores import rerankers as scored_rerankers
from aicost.components.reranking import search_units
from aicost.formulas.encoders import call_s, encoder_flops, fitted_call, reading_s
from aicost.formulas.rerank_gain import crossover_tokens, interval, usd_per_point

__all__ = [
    "call_s",
    "choices",
    "costliest_call",
    "costliest_search",
    "crossover_tokens",
    "embedders",
    "encoder_flops",
    "fitted_call",
    "gains",
    "in_store",
    "interval",
    "largest_call",
    "machines",
    "peak_flops",
    "prompt_parts",
    "rates",
    "reading_s",
    "rerankers",
    "scored_rerankers",
    "scores",
    "search_units",
    "searches",
    "second_look",
    "shape",
    "share_of_peak",
    "store_cost",
    "store_crossings",
    "usd_per_point",
]
