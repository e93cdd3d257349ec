"""Serving a model on chips of one's own: memory, one prompt, one step, and both under load."""

from aicost.formulas.serving.load import (
    Served,
    alone_seconds,
    at_concurrency,
    at_rate,
    most_requests,
)
from aicost.formulas.serving.measured import Point, refit, under
from aicost.formulas.serving.memory import (
    cache_numbers,
    cache_shards,
    sequences_that_fit,
    weights_of_chip,
)
from aicost.formulas.serving.shapes import Architecture, Chip, Layout, Reached
from aicost.formulas.serving.step import (
    Machine,
    Step,
    experts_touched,
    prompt_seconds,
    step_seconds,
)

__all__ = [
    "Architecture",
    "Chip",
    "Layout",
    "Machine",
    "Point",
    "Reached",
    "Served",
    "Step",
    "alone_seconds",
    "at_concurrency",
    "at_rate",
    "cache_numbers",
    "cache_shards",
    "experts_touched",
    "most_requests",
    "prompt_seconds",
    "refit",
    "sequences_that_fit",
    "step_seconds",
    "under",
    "weights_of_chip",
]
