"""A second look: what two reviewers catch, how far they agree, what further levels cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aicost.values.quantities import Numeric


def caught_by_two(*, caught: Numeric, kappa: Numeric = 0.0) -> Numeric:
    """The share of errors that one of two reviewers sees: 1 - (m² + κ m (1 - m)), m = 1 - d.

    Parameters
    ----------
    caught : share d that each of them sees. [share]
    kappa : how far they miss the same ones: 0 independent, 1 always the same. [ratio]

    Returns
    -------
    Share seen by at least one. [share]

    Notes
    -----
    Two people miss the same hard cases; 1 - (1 - d)² holds for κ = 0 only, and that is the
    best there is in practice.

    References
    ----------
    Own derivation: κ of two equal marginals is the correlation of the misses.

    Examples
    --------
    >>> caught_by_two(caught=0.7, kappa=np.array([0.0, 0.4, 1.0])).round(4)
    array([0.91 , 0.826, 0.7  ])
    """
    missed = 1.0 - np.asarray(caught, float)
    return (1.0 - missed * (missed + kappa * (1.0 - missed)))[()]


def cohen_kappa(*, agreement: Numeric, first_share: Numeric, second_share: Numeric) -> Numeric:
    """The agreement beyond chance: (p - e) / (1 - e), e = a b + (1 - a)(1 - b).

    Parameters
    ----------
    agreement : share p of items that two reviewers call the same. [share]
    first_share : share a that the first calls wrong. [share]
    second_share : share b that the second calls wrong. [share]

    Returns
    -------
    Cohen's kappa; nan where both call everything the same. [ratio]

    References
    ----------
    Cohen, Educational and Psychological Measurement 20 (1960), as quoted everywhere.

    Examples
    --------
    >>> marks = {"first_share": 0.05, "second_share": 0.05}
    >>> abs(cohen_kappa(agreement=np.array([0.905, 0.95]), **marks)).round(3)
    array([0.   , 0.474])
    """
    a, b = np.asarray(first_share, float), np.asarray(second_share, float)
    chance = a * b + (1.0 - a) * (1.0 - b)
    left = np.where(chance < 1.0, 1.0 - chance, np.nan)
    return ((agreement - chance) / left)[()]


def double_review_usd(
    *, review_usd: Numeric, agreement: Numeric, adjudication_usd: Numeric
) -> Numeric:
    """The cost of two reviews of an item and a decision where they differ: 2 r + (1 - p) r'.

    Parameters
    ----------
    review_usd : cost r of a review. [USD]
    agreement : share p of items that they call the same. [share]
    adjudication_usd : cost r' of a decision. [USD]

    Returns
    -------
    Cost of an item. [USD]

    Examples
    --------
    >>> round(double_review_usd(review_usd=2, agreement=0.9, adjudication_usd=8), 2)
    4.8
    """
    return 2.0 * review_usd + (1.0 - agreement) * adjudication_usd


def escalation_usd(*, level_usd: Sequence[Numeric], escalated: Sequence[Numeric]) -> Numeric:
    """The cost of an item that may rise through levels: r1 + e1 (r2 + e2 (r3 + ...)).

    Parameters
    ----------
    level_usd : cost of a review at each level. [USD]
    escalated : share that each level but the last hands on. [share]

    Returns
    -------
    Cost of an item. [USD]

    Raises
    ------
    ValueError
        Not one share fewer than levels.

    Examples
    --------
    >>> round(escalation_usd(level_usd=[2, 10, 80], escalated=[0.1, 0.2]), 2)
    4.6
    """
    *lower, cost = level_usd
    for usd, share in zip(reversed(lower), reversed(escalated), strict=True):
        cost = usd + share * cost
    return cost
