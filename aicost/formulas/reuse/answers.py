"""What a cache of answers is worth: what a hit spares, what a wrong one costs, how old it is."""

from __future__ import annotations

import numpy as np

from aicost.values.quantities import Numeric


def answer_saving(
    *,
    hit_share: Numeric,
    wrong_share: Numeric,
    call_usd: Numeric,
    wrong_usd: Numeric,
    lookup_usd: Numeric,
) -> Numeric:
    """What a cache of answers saves a request: h (c - e x) - o; it may be below 0.

    Parameters
    ----------
    hit_share : requests answered from a cache. [share]
    wrong_share : answers from the cache that are not those to what was asked. [share]
    call_usd : cost of a request behind the cache. [USD]
    wrong_usd : cost of a wrong answer. [USD]
    lookup_usd : cost of a look-up, with a request's part of what the cache costs a month. [USD]

    Returns
    -------
    Saved a request. [USD]

    Examples
    --------
    >>> hits = {"hit_share": 0.3, "wrong_share": 0.03, "call_usd": 0.01, "lookup_usd": 0.0001}
    >>> [round(answer_saving(**hits, wrong_usd=wrong), 4) for wrong in (0.0, 1.0)]
    [0.0029, -0.0061]
    """
    return hit_share * (call_usd - wrong_share * wrong_usd) - lookup_usd


def break_even_hits(
    *, wrong_share: Numeric, call_usd: Numeric, wrong_usd: Numeric, lookup_usd: Numeric
) -> Numeric:
    """The share of hits from which on a cache of answers saves: o / (c - e x).

    Parameters
    ----------
    wrong_share : answers from the cache that are not those to what was asked. [share]
    call_usd : cost of a request behind the cache. [USD]
    wrong_usd : cost of a wrong answer. [USD]
    lookup_usd : cost of a look-up, with a request's part of what the cache costs a month. [USD]

    Returns
    -------
    Share of requests; infinite where wrong hits cost more than all hits spare. [share]

    Examples
    --------
    >>> costs = {"call_usd": 0.01, "lookup_usd": 0.0001, "wrong_usd": 1.0}
    >>> [round(float(break_even_hits(**costs, wrong_share=e)), 3) for e in (0.0, 0.009, 0.01)]
    [0.01, 0.1, inf]
    """
    spared = np.asarray(call_usd - np.multiply(wrong_share, wrong_usd), float)
    return np.where(spared > 0, lookup_usd / np.where(spared > 0, spared, 1.0), np.inf)[()]


def break_even_wrong(
    *, hit_share: Numeric, call_usd: Numeric, wrong_usd: Numeric, lookup_usd: Numeric
) -> Numeric:
    """The share of wrong answers among hits up to which a cache saves: (c - o / h) / x.

    Parameters
    ----------
    hit_share : requests answered from a cache. [share]
    call_usd : cost of a request behind the cache. [USD]
    wrong_usd : cost of a wrong answer. [USD]
    lookup_usd : cost of a look-up, with a request's part of what the cache costs a month. [USD]

    Returns
    -------
    Share of hits; below 0 where it does not save with right answers alone. [share]

    Examples
    --------
    >>> costs = {"call_usd": 0.01, "lookup_usd": 0.0001, "wrong_usd": 1.0}
    >>> round(float(break_even_wrong(**costs, hit_share=0.3)), 4)
    0.0097
    """
    lost = np.divide(lookup_usd, np.maximum(hit_share, 1e-300))
    return ((call_usd - lost) / wrong_usd)[()]


def stale_share(*, lifetime_s: Numeric, changes_per_s: Numeric) -> Numeric:
    """The share of cached answers given out after what they say has changed.

    1 - (1 - exp(-μT)) / (μT): changes at random, and ages alike from 0 to the lifetime.

    Parameters
    ----------
    lifetime_s : time after which an entry is gone. [s]
    changes_per_s : changes a second of what one answer rests on, at random. [1/s]

    Returns
    -------
    Share of hits. [share]

    Notes
    -----
    For entries that hits do not refresh; one that is refreshed may be of any age.

    Examples
    --------
    >>> day = 24 * 3600.0
    >>> round(float(stale_share(lifetime_s=day, changes_per_s=1 / (10 * day))), 4)
    0.0484
    """
    met = np.asarray(np.multiply(lifetime_s, changes_per_s), float)
    fresh = -np.expm1(-met) / np.where(met > 0, met, 1.0)
    return np.where(met > 0, 1.0 - fresh, 0.0)[()]
