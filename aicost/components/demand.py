"""What the calls of a stage ask of a provider in a minute, and of people or machines in an hour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aicost.values.quantities import Numeric, Value, quantity
from aicost.values.section import Section


@dataclass(frozen=True, kw_only=True)
class Limits(Section):
    """The most that a provider takes in a minute."""

    requests_per_minute: Value = quantity("calls/minute", "most calls", low=1e-9, default=np.inf)
    tokens_per_minute: Value = quantity(
        "tokens/minute", "most tokens, read and written", low=1e-9, default=np.inf
    )


@dataclass(frozen=True, slots=True)
class Demand:
    """What the calls of a stage ask of a provider, beside the most that it takes in a minute.

    `lump` is how much more than one call a call is worth in the ups and downs of its tokens:
    E[X²] / E[X]².
    """

    calls: Numeric
    tokens_per_call: Numeric
    lump: float = 1.0
    most_calls_per_minute: float = np.inf
    most_tokens_per_minute: float = np.inf
    batch: bool = False


@dataclass(frozen=True, slots=True)
class Queue:
    """People or machines that calls wait for, in the busiest hour."""

    servers: Numeric
    load: Numeric  # [erlang]
    service_s: Numeric
