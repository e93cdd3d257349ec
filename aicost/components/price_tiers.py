"""Price tiers by the size of a call: who falls into each, and how large they are there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from aicost.components.flow import growth_per_call
from aicost.values.quantities import Numeric, Spread, Value, mean

NONE = float(np.finfo(float).eps)  # a smaller share is lost in the rounding of all
ONE_BY_ONE = 16  # earlier rounds that are told apart; beyond them in lots
LOTS = 24  # of even ratio, up to the longest loop
CUTS = 8  # levels of a call's own size at which lots are cut where it would leave a tier
LONGEST = 5.0  # standard deviations of a mix of rounds up to its longest


def history(*, rounds: Value, edges: Numeric) -> tuple[Numeric, Numeric]:
    """Return the share of calls in each lot of earlier rounds, and the mean of those there.

    A loop of K rounds has a call with 0, 1, … K - 1 of them before it, so of all calls
    P(K > j) / E[K] have j. Between two edges they add up to C(a) - C(b) with C(a) = E[(K - a)+],
    and their sizes by the integral of C.

    Parameters
    ----------
    rounds : rounds of a loop, or turns of a conversation. [rounds]
    edges : ends of the lots along the first axis, rising from 0. [rounds]

    Returns
    -------
    Both along the first axis, one for each lot, the last without an end. [share, rounds]

    Notes
    -----
    Exact for lots of one round of a whole number of rounds; longer ones are taken as continuous.

    Examples
    --------
    >>> share, earlier = history(rounds=4.0, edges=np.arange(4.0))
    >>> share.tolist(), earlier.tolist()
    ([0.25, 0.25, 0.25, 0.25], [0.0, 1.0, 2.0, 3.0])
    """
    if isinstance(rounds, Spread):
        sigma = np.maximum(rounds.sigma, 1e-9)
        z = (np.log(np.maximum(edges, 1e-300)) - np.log(rounds.p50)) / sigma
        above = [ndtr(k * sigma - z) * rounds.moment(k) for k in range(3)]
        beyond = above[1] - edges * above[0]
        squares = above[2] - 2 * edges * above[1] + edges**2 * above[0]
    else:
        beyond = np.maximum(rounds - edges, 0.0)
        squares = beyond**2
    there, summed = -np.diff(beyond, axis=0, append=0), -np.diff(squares / 2, axis=0, append=0)
    summed = summed - np.diff(edges * beyond, axis=0, append=0)
    inside = np.divide(summed, there, out=edges + 0.5, where=there > NONE) - 0.5
    ends = np.concatenate([edges[1:], np.full_like(edges[:1], np.inf)])
    earlier = np.where(ends - edges <= 1, np.floor(edges), np.clip(inside, edges, ends - 1))
    return there / there.sum(axis=0), earlier


def tier_bands(
    *,
    own_tokens: Value,
    context_tokens: Numeric,
    growth_tokens: Numeric,
    tiers: Sequence[float],
    rounds: Value = 1.0,
) -> list[tuple[Any, Any]]:
    """Return (share of calls, mean input tokens of such a call) for each price tier.

    size = own + context + growth, growth as the rounds before a call, own as its mix says;
    a tier holds the calls with threshold < size <= next threshold.

    Parameters
    ----------
    own_tokens : instructions and question of one call. [tokens]
    context_tokens : retrieved passages of one call. [tokens]
    growth_tokens : mean history that one call carries. [tokens]
    tiers : thresholds, the first of them 0. [tokens]
    rounds : rounds of the loop, or turns of the conversation, that the history is of. [rounds]

    Returns
    -------
    Shares add up to 1; share x tokens adds up to the mean size. [share, tokens]

    Notes
    -----
    Exact without growth: the whole request is repriced above a threshold, so the mean of the
    bill is not the bill of the mean. With growth the bill is within 0.1 % of a sum over every
    earlier round.

    Examples
    --------
    >>> bands = tier_bands(own_tokens=150e3, context_tokens=0, growth_tokens=0, tiers=(0, 1e5))
    >>> [(float(s), float(t)) for s, t in bands]
    [(0.0, 150000.0), (1.0, 150000.0)]
    """
    whole = mean(own_tokens) + context_tokens + growth_tokens
    if not tiers[1:]:
        return [(1.0, whole)]
    ends = [own_tokens.p50, own_tokens.p95] if isinstance(own_tokens, Spread) else [own_tokens] * 2
    turns = [rounds.p50, rounds.p95] if isinstance(rounds, Spread) else [rounds] * 2
    given = np.broadcast_arrays(*ends, context_tokens, growth_tokens, *turns)
    flat = np.array([np.ravel(one) for one in given], dtype=float)
    above = _above(flat, tiers).reshape(2, len(tiers) + 1, *given[0].shape)
    return [
        _band(above[:, i : i + 2], low, high, whole)
        for i, (low, high) in enumerate(zip(tiers, [*tiers[1:], np.inf], strict=True))
    ]


def _band(above: np.ndarray, low: float, high: float, whole: Numeric) -> tuple[Any, Any]:
    """The share of calls between two thresholds, and their mean tokens."""
    share, tokens = above[:, 0] - above[:, 1]
    share = np.where(np.less(share, NONE), 0.0, share)
    inside = np.divide(tokens, share, out=np.array(whole + 0 * share), where=share > 0)
    return share[()], np.where(share > 0, np.clip(inside, low, high), inside)[()]


def _above(given: np.ndarray, tiers: Sequence[float]) -> np.ndarray:
    """The share of calls above each threshold and their tokens a call; above the last are none."""
    p50, p95, context, growth, few, many = given
    own = Spread(p50, np.maximum(p95, p50)) if np.any(p95 != p50) else p50
    rounds = Spread(few, np.maximum(many, few)) if np.any(many != few) else few
    weight, size = np.ones((1, p50.size)), np.zeros((1, p50.size))
    if np.any(growth):
        edges = _edges(own, context, growth, rounds, tiers[1:])
        weight, earlier = history(rounds=rounds, edges=edges)
        middle = np.sum(weight * earlier, axis=0)
        size = growth * np.divide(earlier, middle, out=np.ones_like(earlier), where=middle > 0)
    shift = context + size
    found = [(np.ones_like(p50), mean(own) + context + np.sum(weight * size, axis=0))]
    for threshold in tiers[1:]:
        over = threshold - shift
        if isinstance(own, Spread):
            sigma = np.maximum(own.sigma, 1e-12)
            z = (np.log(np.maximum(over, 1e-300)) - np.log(own.p50)) / sigma
            share, tokens = ndtr(-z), own.moment(1) * ndtr(sigma - z)
        else:
            share = np.greater(own, over) * 1.0
            tokens = own * share
        found.append((np.sum(weight * share, 0), np.sum(weight * (tokens + shift * share), 0)))
    none = np.zeros_like(p50)
    return np.array([*found, (none, none)]).swapaxes(0, 1)


def _edges(
    own: Value, context: Numeric, growth: Numeric, rounds: Value, breaks: Sequence[float]
) -> np.ndarray:
    """Ends of the lots: one by one, then of even ratio, and where a call would leave a tier."""
    longest = mean(rounds)
    if isinstance(rounds, Spread):
        longest = rounds.p50 * np.exp(rounds.sigma * (rounds.sigma + LONGEST))
    ratio = np.maximum(longest, ONE_BY_ONE + 1.0) / ONE_BY_ONE
    single = np.arange(ONE_BY_ONE)[:, None] + 0 * longest
    lots = np.floor(ONE_BY_ONE * ratio ** (np.arange(LOTS)[:, None] / LOTS))
    levels = (np.arange(CUTS) + 0.5) / CUTS
    sizes = [own]
    if isinstance(own, Spread):
        sizes = [own.p50 * np.exp(own.sigma * z) for z in ndtri(levels)]
    each = growth / np.maximum(growth_per_call(rounds=rounds), 1e-300)
    most = np.maximum(longest, 1.0)
    cuts = [
        np.clip(np.floor((at - context - size) / np.maximum(each, 1e-300)) + 1, 0, most)
        for at in breaks
        for size in sizes
    ]
    return np.sort(np.concatenate([single, lots, np.array(cuts)]), axis=0)
