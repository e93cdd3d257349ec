"""What the speed of a served model depends on: the model, the chip, how one is laid on the other.

Every field is a number, or an array of them for many cases at once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from aicost.values.quantities import Numeric

PCIE_BELOW = 100e9  # bytes/s: a slower link between chips is a bus, not NVLink or its like
FOUR_BIT, EIGHT_BIT = 0.9, 1.5  # bytes a weight below which it is held in 4 bits, in 8


class _Arrays:
    """Fields that are numbers or arrays of one length."""

    __slots__ = ()

    def where(self, rows: np.ndarray) -> Self:
        """The same of some rows of its arrays.

        Parameters
        ----------
        rows : which rows. [index]
        """
        values = (getattr(self, one.name) for one in fields(self))  # type: ignore[arg-type]
        return type(self)(*(v[rows] if np.ndim(v) else v for v in values))


@dataclass(frozen=True, slots=True)
class Architecture(_Arrays):
    """What of a model its speed and its memory depend on.

    `cache_elements` are the numbers kept of one token in all layers; the share of them in
    windowed layers is kept of the last `window_tokens` only. A latent cache is one for all heads.
    `expert_params` stand in routed experts, of which each token meets `experts_used`.
    """

    params: Numeric
    active_params: Numeric
    layers: Numeric
    hidden: Numeric
    heads: Numeric
    kv_heads: Numeric
    head_dim: Numeric
    cache_elements: Numeric
    attention_layers: Numeric
    latent_cache: Numeric = False
    windowed_share: Numeric = 0.0
    window_tokens: Numeric = 0.0
    experts: Numeric = 1.0
    experts_used: Numeric = 1.0
    expert_params: Numeric = 0.0
    expert_layers: Numeric = 0.0


@dataclass(frozen=True, slots=True)
class Chip(_Arrays):
    """A data sheet: memory in bytes, bytes/s, dense FLOP/s by width of number; 0 has none."""

    memory_bytes: Numeric
    memory_bytes_per_s: Numeric
    flops_16bit: Numeric
    flops_8bit: Numeric
    flops_4bit: Numeric
    link_bytes_per_s: Numeric

    def flops(self, weight_bytes: Numeric) -> Numeric:
        """FLOP/s with weights of so many bytes: at 16 bits where it has no unit for them.

        Parameters
        ----------
        weight_bytes : bytes that one weight is held in. [B]
        """
        by_width = (self.flops_4bit, self.flops_8bit, self.flops_16bit)
        below = (np.less(weight_bytes, FOUR_BIT), np.less(weight_bytes, EIGHT_BIT))
        narrow: Numeric = np.select(below, by_width[:2], self.flops_16bit)
        return np.where(np.greater(narrow, 0.0), narrow, self.flops_16bit)


@dataclass(frozen=True, slots=True)
class Layout(_Arrays):
    """How one copy of a model lies on its chips, and in how many bytes its numbers are held.

    Layers are split over `tensor` chips; attention is done by `data` groups of them, each with
    sequences of its own; `pipeline` stages follow each other. Experts lie on all chips.
    """

    weight_bytes: Numeric = 2.0
    cache_bytes: Numeric = 2.0
    tensor: Numeric = 1.0
    data: Numeric = 1.0
    pipeline: Numeric = 1.0

    @property
    def chips(self) -> Numeric:
        """Chips that one copy takes."""
        return self.tensor * self.data * self.pipeline


@dataclass(frozen=True, slots=True)
class Reached(_Arrays):
    """What an engine reaches on a family of chips: shares of the data sheet, and seconds beside it.

    Fitted by benchmarks/fit_serving.py; data/serving_constants.csv says on what, and when.
    """

    multiply_share: Numeric  # decode, of the chip's FLOP/s
    prompt_share: Numeric  # prefill, of the same
    expert_prompt_share: Numeric  # times that, where there are experts
    weights_share: Numeric  # of memory bandwidth, reading weights
    cache_share: Numeric  # of the same, reading the cache
    latent_cache_share: Numeric  # times that, where the cache is latent
    link_share: Numeric  # of the link between chips
    exchange_s: Numeric  # one exchange over it
    bus_exchange_s: Numeric  # the same over PCIe
    scatter_s: Numeric  # sending tokens to the experts of other groups
    step_s: Numeric  # of each step
    expert_layer_s: Numeric  # of each step and layer with experts
    sequence_s: Numeric  # of each step and running sequence
    first_s: Numeric  # of each request, before its first word
    first_steps: Numeric  # steps that pass before it
    first_steps_in_groups: Numeric  # and as many more where attention is done in groups
    burst_share: Numeric  # of the prompts of those who came together that are read before
    step_times: Numeric = 1.0  # a step takes so many times what all of this says: `refit`
    prompt_times: Numeric = 1.0  # and a prompt
