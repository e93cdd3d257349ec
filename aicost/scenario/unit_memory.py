"""What weights and kept prompts take of the memory and the disks of a unit that serves a model."""

from __future__ import annotations

import numpy as np

from aicost.book.machines import WEIGHT_BYTES, architecture
from aicost.formulas.serving import Machine, cache_numbers, sequences_that_fit
from aicost.scenario.pool_section import Pool
from aicost.values.quantities import Numeric

GB = 1e9


def weights_gb(pool: Pool) -> float:
    """What a copy of its weights takes on a disk."""
    return float(architecture(pool.serves).params * WEIGHT_BYTES[pool.weights]) / GB


def kept_gb(one: Machine, tokens: Numeric) -> tuple[float, float]:
    """What the cache of so many tokens takes of all chips of a unit, and what there is for it."""
    each = cache_numbers(model=one.model, sequence_tokens=tokens) * one.layout.cache_bytes
    held = float(np.mean(each)) / GB
    return held, held * float(np.mean(fitting(one, tokens)))


def fitting(one: Machine, tokens: Numeric) -> Numeric:
    """The sequences of so many tokens that one unit has room for."""
    model, sheet, layout, _ = one
    return sequences_that_fit(model=model, chip=sheet, layout=layout, sequence_tokens=tokens)
