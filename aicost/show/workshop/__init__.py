"""What makes a notebook live: all that a lesson takes beside `aicost` itself.

Exercises (`lesson`; solutions take `Exercise` and `Slip`), sentences as a notebook shows them
(`say`), numbers as a sentence has them, what a review says, and what lessons take apart. Formulas
have packages of their own.
"""

from aicost.analysis.alternatives import (
    choices,
    costliest_call,
    costliest_search,
    embedders,
    in_store,
    largest_call,
    machines,
    prompt_parts,
    searches,
    second_look,
    share_of_peak,
    store_cost,
    store_crossings,
)
from aicost.analysis.alternatives.caches import caches
from aicost.analysis.alternatives.kept_prompts import kept_prompts
from aicost.analysis.alternatives.own_machines import own_machines
from aicost.analysis.alternatives.self_hosting import self_hosting
from aicost.analysis.alternatives.served_stages import same_model
from aicost.analysis.alternatives.three_ways import three_ways
from aicost.analysis.capacity.desk import review_desk
from aicost.analysis.levers import saved_by_first
from aicost.analysis.viability.goals import left_over
from aicost.book.machines import machine as served_model
from aicost.book.machines import within as serving_within
from aicost.book.rents import rent
from aicost.book.tokenizers import rate as token_rate
from aicost.formulas.crossings import crossings
from aicost.formulas.reuse import answer_saving, input_multiplier, stale_share, warm_share
from aicost.log.change import changed as log_change
from aicost.log.explain import explain_request, unexpected_requests
from aicost.log.price import price_calls
from aicost.log.quality import quality_changes
from aicost.paths import data_dir
from aicost.scenario.checks import warnings
from aicost.scenario.scenario import steps
from aicost.show.review.answers import behaves, missing, outlook
from aicost.show.review.facts import basis_shares, book_words, confidence, price_table
from aicost.show.review.verdict import verdict
from aicost.show.workshop.decision import decided
from aicost.show.workshop.exercises import lesson
from aicost.show.workshop.judging import Exercise
from aicost.show.workshop.percentiles import percentiles as percentile_table
from aicost.show.workshop.request_logs import priced_log
from aicost.show.workshop.sample_vectors import sample_vectors as word_vectors
from aicost.show.workshop.sentences import percent_more, say
from aicost.show.workshop.slips import mistyped
from aicost.show.workshop.stopwatch import fastest, step_words
from aicost.show.workshop.verdicts import Slip
from aicost.values.formatting import (
    count,
    line_words,
    money,
    percent,
    seconds_words,
    signed,
    usd,
)

__all__ = [
    "Exercise",
    "Slip",
    "answer_saving",
    "basis_shares",
    "behaves",
    "book_words",
    "caches",
    "choices",
    "confidence",
    "costliest_call",
    "costliest_search",
    "count",
    "crossings",
    "data_dir",
    "decided",
    "embedders",
    "explain_request",
    "fastest",
    "in_store",
    "input_multiplier",
    "kept_prompts",
    "largest_call",
    "left_over",
    "lesson",
    "line_words",
    "log_change",
    "machines",
    "missing",
    "mistyped",
    "money",
    "outlook",
    "own_machines",
    "percent",
    "percent_more",
    "percentile_table",
    "price_calls",
    "price_table",
    "priced_log",
    "prompt_parts",
    "quality_changes",
    "rent",
    "review_desk",
    "same_model",
    "saved_by_first",
    "say",
    "searches",
    "second_look",
    "seconds_words",
    "self_hosting",
    "served_model",
    "serving_within",
    "share_of_peak",
    "signed",
    "stale_share",
    "step_words",
    "steps",
    "store_cost",
    "store_crossings",
    "three_ways",
    "token_rate",
    "unexpected_requests",
    "usd",
    "verdict",
    "warm_share",
    "warnings",
    "word_vectors",
]
