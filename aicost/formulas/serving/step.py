"""The two times that all others follow from: a prompt read in one pass, and one step of a batch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from aicost.formulas.serving.memory import cache_numbers, cache_shards
from aicost.formulas.serving.shapes import PCIE_BELOW, Architecture, Chip, Layout, Reached
from aicost.values.quantities import Numeric

ACTIVATION_BYTES, SCATTER_BYTES = 2.0, 1.5  # of a number that is sent between chips


class Machine(NamedTuple):
    """A model on its chips, and what is reached on them."""

    model: Architecture
    chip: Chip
    layout: Layout
    reached: Reached

    def where(self, rows: np.ndarray) -> Machine:
        """The same of some rows.

        Parameters
        ----------
        rows : which rows. [index]
        """
        model, chip, layout, reached = self
        parts = model.where(rows), chip.where(rows), layout.where(rows), reached.where(rows)
        return Machine(*parts)


class Step(NamedTuple):
    """Seconds of one step of all running sequences, and what they go to."""

    weights: Numeric
    multiplying: Numeric
    cache: Numeric
    between_chips: Numeric
    engine: Numeric

    @property
    def total(self) -> Numeric:
        """The step's seconds."""
        return self.weights + self.multiplying + self.cache + self.between_chips + self.engine


def experts_touched(*, running: Numeric, experts: Numeric, experts_used: Numeric) -> Numeric:
    """The share of experts that a batch meets: 1 - (1 - k/E)^B, each drawn as likely.

    Parameters
    ----------
    running : sequences of one step. [sequences]
    experts : routed experts of a layer. [experts]
    experts_used : experts that one token meets. [experts]

    Returns
    -------
    Expected share of the experts. [share]

    Examples
    --------
    >>> round(float(experts_touched(running=16, experts=128, experts_used=8)), 2)
    0.64
    """
    return 1.0 - (1.0 - np.divide(experts_used, experts)) ** running


def step_seconds(*, machine: Machine, running: Numeric, kept_tokens: Numeric) -> Step:
    """One step: weights read + numbers multiplied + cache read + exchange + the engine's own.

    The parts add up: kernels follow each other, and little of them overlaps.

    Parameters
    ----------
    machine : a model on its chips. [numbers]
    running : sequences of one step, of all groups. [sequences]
    kept_tokens : what each has so far, on average. [tokens]

    Returns
    -------
    The step's seconds by part. [s]

    Notes
    -----
    Held by `aicost accuracy serving` with whole pairs of model and chip left out; docs/accuracy.md
    has the error. Against our own runs without a server (tests/data/serving_measured.csv) unfitted.

    References
    ----------
    Williams, Waterman, Patterson: Roofline, CACM 52 (2009); Hockney's latency + bytes / bandwidth
    for what is sent. The sum of parts was chosen over their maximum by cross-validation.

    Examples
    --------
    >>> llama = Architecture(8.03e9, 8.03e9, 32, 4096, 32, 8, 128, 65_536, 32)
    >>> h100 = Chip(79.6 * 2**30, 3.35e12, 989e12, 1979e12, 0, 450e9)
    >>> ideal = Machine(llama, h100, Layout(), Reached(*[1.0] * 7, *[0.0] * 10))
    >>> round(float(step_seconds(machine=ideal, running=1, kept_tokens=0).total) * 1e3, 2)
    4.81
    """
    model, chip, layout, at = machine
    each = running / layout.data
    met = experts_touched(running=running, experts=model.experts, experts_used=model.experts_used)
    other = (model.params - model.expert_params) / (layout.tensor * layout.pipeline)
    read = (other + met * model.expert_params / layout.chips) * layout.weight_bytes
    flops = layout.chips * chip.flops(layout.weight_bytes) * at.multiply_share
    cached = cache_numbers(model=model, sequence_tokens=kept_tokens) * layout.cache_bytes * each
    share = at.cache_share * np.where(model.latent_cache, at.latent_cache_share, 1.0)
    shards = cache_shards(model=model, layout=layout)
    parts = (
        read / (chip.memory_bytes_per_s * at.weights_share),
        2.0 * model.active_params * running / flops,
        cached / (shards * chip.memory_bytes_per_s * share),
        2.0 * model.layers * (_reduced(machine, each) + _scattered(machine, each)),
        at.step_s + at.expert_layer_s * model.expert_layers + at.sequence_s * each,
    )
    return Step(*(at.step_times * part for part in parts))


def _reduced(machine: Machine, each: Numeric) -> Numeric:
    """Seconds in which chips add up what each has of a layer: nothing on one chip."""
    model, chip, layout, at = machine
    latency = np.where(chip.link_bytes_per_s < PCIE_BELOW, at.bus_exchange_s, at.exchange_s)
    sent = 2.0 * (layout.tensor - 1.0) / layout.tensor * each * model.hidden * ACTIVATION_BYTES
    seconds = latency + sent / (at.link_share * chip.link_bytes_per_s)
    return np.where(np.greater(layout.tensor, 1.0), seconds, 0.0)


def _scattered(machine: Machine, each: Numeric) -> Numeric:
    """Seconds in which groups send tokens to each other's experts: nothing without experts."""
    model, chip, layout, at = machine
    sent = (layout.data - 1.0) / layout.data * each * model.experts_used * model.hidden
    seconds = at.scatter_s + sent * SCATTER_BYTES / (at.link_share * chip.link_bytes_per_s)
    return np.where(np.greater(layout.data, 1.0) & np.greater(model.experts, 1.0), seconds, 0.0)


def prompt_seconds(
    *, machine: Machine, input_tokens: Numeric, found_tokens: Numeric = 0.0
) -> Numeric:
    """A prompt read in one pass: (2 P (n - k) + 2 l h d (n² - k²)) / FLOP/s, + what is sent.

    Parameters
    ----------
    machine : a model on its chips. [numbers]
    input_tokens : length of the prompt. [tokens]
    found_tokens : its first k, whose cache the engine has kept: all but one at most. [tokens]

    Returns
    -------
    Seconds of all its chips. [s]

    Notes
    -----
    Reading what is kept from memory is left out: a thousandth of working it out again.
    Attention is done in 16 bits whatever the weights are held in. Below some hundred tokens
    reading the weights takes longer than this.

    References
    ----------
    As `step_seconds`.

    Examples
    --------
    >>> llama = Architecture(8.03e9, 8.03e9, 32, 4096, 32, 8, 128, 65_536, 32)
    >>> h100 = Chip(79.6 * 2**30, 3.35e12, 989e12, 1979e12, 0, 450e9)
    >>> ideal = Machine(llama, h100, Layout(), Reached(*[1.0] * 7, *[0.0] * 10))
    >>> at = {"machine": ideal, "input_tokens": 8_192}
    >>> [round(float(prompt_seconds(**at, found_tokens=n)) * 1e3) for n in (0, 4_096)]
    [151, 80]
    """
    model, chip, layout, at = machine
    share = at.prompt_share * np.where(np.greater(model.experts, 1), at.expert_prompt_share, 1.0)
    found = np.minimum(found_tokens, np.maximum(input_tokens - 1.0, 0.0))
    read, pairs = input_tokens - found, input_tokens**2 - found**2
    attended = 2.0 * model.attention_layers * model.heads * model.head_dim * pairs
    multiplied = 2.0 * model.active_params * read / chip.flops(layout.weight_bytes)
    seconds = (multiplied + attended / chip.flops_16bit) / (layout.chips * share)
    sent = (layout.tensor - 1.0) / layout.tensor * read / layout.data * model.hidden
    sent = 4.0 * model.layers * sent * ACTIVATION_BYTES
    return at.prompt_times * (seconds + sent / (at.link_share * chip.link_bytes_per_s))
