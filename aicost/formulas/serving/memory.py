"""Memory of a served model: its weights, its cache, the sequences that fit beside them."""

from __future__ import annotations

import numpy as np

from aicost.formulas.serving.shapes import Architecture, Chip, Layout
from aicost.values.quantities import Numeric

USABLE, RESERVED_BYTES = 0.92, 2e9


def weights_of_chip(*, model: Architecture, layout: Layout) -> Numeric:
    """Weights that one chip holds: shared over tensor and pipeline, experts over all chips.

    Parameters
    ----------
    model : what is served. [numbers]
    layout : how it lies on its chips. [numbers]

    Returns
    -------
    Weights of one chip. [B]

    Examples
    --------
    >>> llama = Architecture(70.55e9, 70.55e9, 80, 8192, 64, 8, 128, 163_840, 80)
    >>> float(weights_of_chip(model=llama, layout=Layout(weight_bytes=1, tensor=2))) / 1e9
    35.275
    """
    other = (model.params - model.expert_params) / (layout.tensor * layout.pipeline)
    return (other + model.expert_params / layout.chips) * layout.weight_bytes


def cache_numbers(*, model: Architecture, sequence_tokens: Numeric) -> Numeric:
    """Numbers that the cache of one sequence holds: e ((1 - w) n + w min(n, window)).

    Parameters
    ----------
    model : what is served. [numbers]
    sequence_tokens : length of the sequence so far. [tokens]

    Returns
    -------
    Numbers in the cache. [numbers]

    Examples
    --------
    >>> half = Architecture(20.9e9, 3.6e9, 24, 2880, 64, 8, 64, 24_576, 24, False, 0.5, 128)
    >>> float(cache_numbers(model=half, sequence_tokens=8_192)) / 8_192
    12480.0
    """
    near = np.minimum(sequence_tokens, model.window_tokens)
    share = model.windowed_share
    return model.cache_elements * ((1.0 - share) * sequence_tokens + share * near)


def cache_shards(*, model: Architecture, layout: Layout) -> Numeric:
    """Parts that a sequence's cache is split into: no more than it has heads; a latent one not.

    Parameters
    ----------
    model : what is served. [numbers]
    layout : how it lies on its chips. [numbers]

    Returns
    -------
    Parts, each on a chip of its own. [chips]

    Examples
    --------
    >>> llama = Architecture(70.55e9, 70.55e9, 80, 8192, 64, 8, 128, 163_840, 80)
    >>> float(cache_shards(model=llama, layout=Layout(tensor=16)))
    8.0
    """
    by_head = np.minimum(layout.tensor, model.kv_heads)
    return np.where(model.latent_cache, 1.0, by_head) * layout.pipeline


def sequences_that_fit(
    *,
    model: Architecture,
    chip: Chip,
    layout: Layout,
    sequence_tokens: Numeric,
    usable_share: Numeric = USABLE,
) -> Numeric:
    """Sequences whose caches fit beside the weights: d (0.92 M - W - 2 GB) s / cache of one.

    Parameters
    ----------
    model : what is served. [numbers]
    chip : what it runs on. [numbers]
    layout : how it lies on its chips. [numbers]
    sequence_tokens : length that a sequence reaches, prompt and answer. [tokens]
    usable_share : part of the memory that may be filled. [share]

    Returns
    -------
    Sequences of all groups together; below 1 where the weights leave no room. [sequences]

    Notes
    -----
    Engines take 0.90 (vLLM) to 0.95 (TensorRT-LLM's own tables) of the memory; 0.92 fitted
    published throughput best. 2 GB a chip are their own. Where weights fill more than 85 % of it, a
    gigabyte moves the result a lot: the median error of throughput of such cases was 23 %, of all
    others 10 %. With 0.90 it agrees with ridgepoint within 2 %.

    References
    ----------
    1,546 published points of throughput (read 2026-11-23); ridgepoint 0.1.2.

    Examples
    --------
    >>> llama = Architecture(8.03e9, 8.03e9, 32, 4096, 32, 8, 128, 65_536, 32)
    >>> h100 = Chip(79.6 * 2**30, 3.35e12, 989e12, 1979e12, 0, 450e9)
    >>> int(sequences_that_fit(model=llama, chip=h100, layout=Layout(), sequence_tokens=2_048))
    225
    """
    room = (
        usable_share * chip.memory_bytes
        - weights_of_chip(model=model, layout=layout)
        - RESERVED_BYTES
    )
    each = cache_numbers(model=model, sequence_tokens=sequence_tokens) * layout.cache_bytes
    shards = cache_shards(model=model, layout=layout)
    return layout.data * np.maximum(room, 0.0) * shards / each
