"""What a second look at the passages gains, as an interval over data sets, and what a point costs.

The measure is nDCG@10: 1 where the ten passages on top are the best there are, in the best order.
A point is 0.01 of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aicost.values.quantities import MTOK, Numeric

POINT = 0.01


@dataclass(frozen=True, slots=True)
class Interval:
    """From the least to the most of several data sets, and how far it can be trusted."""

    least: float
    median: float
    most: float
    coverage: float  # chance that a further data set of the same sort lies between the ends


def interval(*, values: Numeric) -> Interval:
    """The ends and the median of what several data sets show.

    coverage = (n - 1) / (n + 1): the next of n + 1 values in random order is as likely the
    lowest of all as any other, and as likely the highest.

    Parameters
    ----------
    values : one figure a data set. [any]

    Returns
    -------
    Ends and median in the unit of the values; coverage as a share. [any, share]

    Raises
    ------
    ValueError
        Fewer than two values: one data set says nothing of others.

    Notes
    -----
    It speaks of data sets that are drawn like these. A client's own documents may be unlike all
    of them.

    Examples
    --------
    >>> interval(values=[0.01, 0.05, 0.29])
    Interval(least=0.01, median=0.05, most=0.29, coverage=0.5)
    """
    seen = np.asarray(values, float)
    if seen.size < 2:
        raise ValueError("values: fewer than two data sets make no interval")
    least, median, most = (float(v) for v in (seen.min(), np.median(seen), seen.max()))
    return Interval(least, median, most, (seen.size - 1) / (seen.size + 1))


def usd_per_point(*, usd_per_query: Numeric, gain: Numeric) -> Numeric:
    """What a query pays for each point of nDCG@10 gained; inf where nothing is gained.

    Parameters
    ----------
    usd_per_query : price of reranking one query. [USD]
    gain : what reranking adds to nDCG@10, 0.01 being a point. [nDCG@10]

    Returns
    -------
    Price of a point for one query. [USD/point]

    Examples
    --------
    >>> float(usd_per_point(usd_per_query=0.002, gain=0.08))
    0.00025
    """
    points = np.asarray(gain, float) / POINT
    with np.errstate(divide="ignore"):
        return np.where(points > 0, usd_per_query / np.maximum(points, 0.0), np.inf)[()]


def crossover_tokens(*, usd_per_search: Numeric, usd_per_mtok: Numeric) -> Numeric:
    """The tokens of a query above which a price per search beats a price per token.

    Parameters
    ----------
    usd_per_search : price of one search unit. [USD]
    usd_per_mtok : price of a million tokens read. [USD/Mtok]

    Returns
    -------
    Tokens read in one query, as long as it takes one search unit. [tokens]

    Examples
    --------
    >>> float(crossover_tokens(usd_per_search=0.002, usd_per_mtok=0.05))
    40000.0
    """
    return np.divide(usd_per_search, usd_per_mtok) * MTOK
