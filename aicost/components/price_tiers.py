"""Price tiers by the size of a call: who falls into each, and how large they are there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from aicost.components.stage import growth_per_call
from aicost.values.quantities import Numeric, Spread, Value, mean, split

UNIFORM = tuple((2 * i + 1) / 32 for i in range(32))
NONE = float(np.finfo(float).eps)  # a smaller share is lost in the rounding of all


def growth_steps(*, rounds: Value) -> Sequence[Numeric]:
    """Equally likely sizes of the history that a call carries, relative to their mean.

    A call stands anywhere in its loop, and a loop of K rounds has K calls: (K - 1) u with u
    uniform on 0 to 1 and K weighted by itself.

    Parameters
    ----------
    rounds : rounds of a loop, or turns of a conversation. [rounds]

    Returns
    -------
    Their mean is 1: 32, of a mix 8 sizes of loop at 4 places each. [ratio]

    Notes
    -----
    The share of calls above a size is within 0.015 of a simulation loop by loop.

    Examples
    --------
    >>> [round(float(step), 2) for step in growth_steps(rounds=Spread(6.0, 18.0))[::10]]
    [0.05, 0.67, 0.28, 3.32]
    """
    if not isinstance(rounds, Spread):
        return UNIFORM
    mean_growth = np.maximum(growth_per_call(rounds=rounds), 1e-12)
    inside = np.diff(ndtr(ndtri(np.arange(9) / 8) - np.asarray(rounds.sigma)[..., None]))
    loops = inside * 8 * np.asarray(2 * mean_growth + 1)[..., None]  # K in bins of equal weight
    earlier = (loops - 1) / (2 * np.asarray(mean_growth)[..., None])
    return [earlier[..., k] * (2 * u + 1) / 4 for k in range(8) for u in range(4)]


def tier_bands(
    *,
    own_tokens: Value,
    context_tokens: Numeric,
    growth_tokens: Numeric,
    tiers: Sequence[float],
    steps: Sequence[Numeric] = UNIFORM,
) -> list[tuple[Any, Any]]:
    """Return (share of calls, mean input tokens of such a call) for each price tier.

    size = own + context + growth, growth as its steps say, own as its mix says;
    a tier holds the calls with threshold < size <= next threshold.

    Parameters
    ----------
    own_tokens : instructions and question of one call. [tokens]
    context_tokens : retrieved passages of one call. [tokens]
    growth_tokens : mean history that one call carries. [tokens]
    tiers : thresholds, the first of them 0. [tokens]
    steps : equally likely sizes of the history, relative to its mean; uniform to start
        with. [ratio]

    Returns
    -------
    Shares add up to 1; share x tokens adds up to the mean size. [share, tokens]

    Notes
    -----
    Exact without growth: the whole request is repriced above a threshold, so the mean of the
    bill is not the bill of the mean.

    Examples
    --------
    >>> bands = tier_bands(own_tokens=150e3, context_tokens=0, growth_tokens=0, tiers=(0, 1e5))
    >>> [(float(s), float(t)) for s, t in bands]
    [(0.0, 150000.0), (1.0, 150000.0)]
    """
    breaks = tiers[1:]
    if not breaks:
        return [(1.0, mean(own_tokens) + context_tokens + growth_tokens)]
    sizes = [growth_tokens * s for s in steps] if np.any(growth_tokens) else [0.0]
    cut = [split(own_tokens, shift=context_tokens + size, breaks=breaks) for size in sizes]
    bands = []
    for tier in range(len(tiers)):
        share = sum(c[tier][0] for c in cut) / len(cut)
        share = np.where(np.less(share, NONE), 0.0, share)[()]
        tokens = sum(c[tier][0] * c[tier][1] for c in cut) / len(cut)
        empty = np.equal(share, 0)
        inside = np.where(empty, cut[0][tier][1], tokens / np.where(empty, 1.0, share))[()]
        bands.append((share, inside))
    return bands
