"""Why one sum is not another: the change shared out among its factors, exactly, in no order."""

from __future__ import annotations

from functools import lru_cache
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def shapley(*, worth: ArrayLike) -> NDArray[np.float64]:
    """What each factor makes of a change: the mean of its gains over every order of joining.

    value_i = sum over S without i of |S|! (n - 1 - |S|)! / n! x (worth(S + i) - worth(S))

    Parameters
    ----------
    worth : the sum for every set of factors that stand as after, the others as before; bit i of
        an index along the first axis says whether factor i is in the set. Further axes are
        problems apart, such as the draws of a bootstrap. [any]

    Returns
    -------
    A value a factor, along the first axis, which add up to worth[-1] - worth[0]. [any]

    References
    ----------
    L. S. Shapley, A value for n-person games, 1953.

    Examples
    --------
    >>> shapley(worth=[0.0, 1.0, 2.0, 9.0]).tolist()
    [4.0, 5.0]
    """
    worth = np.asarray(worth, dtype=float)
    value = _weights(worth.shape[0].bit_length() - 1) @ worth.reshape(worth.shape[0], -1)
    return value.reshape(-1, *worth.shape[1:])


def lmdi(*, factors_before: ArrayLike, factors_after: ArrayLike) -> NDArray[np.float64]:
    """What each factor makes of the change of a product: the logarithmic mean index, LMDI-I.

    value_i = (w - v) / ln(w / v) x ln(x_i after / x_i before), where v and w are the products
    before and after. Where one of them is zero, the change goes in equal parts to the factors that
    are zero there: the limit of the formula as they come down to zero together.

    Parameters
    ----------
    factors_before : the factors of each product before, along the first axis; never negative. [any]
    factors_after : the same factors after. [any]

    Returns
    -------
    What each factor makes of each product's change, in the shape of the factors; along the first
    axis they add up to that change. [any]

    References
    ----------
    B. W. Ang, The LMDI approach to decomposition analysis: a practical guide, Energy Policy 33,
    2005.

    Examples
    --------
    >>> lmdi(factors_before=[2.0, 3.0], factors_after=[4.0, 3.0]).round(9).tolist()
    [6.0, 0.0]
    >>> lmdi(factors_before=[2.0, 0.0], factors_after=[4.0, 3.0]).tolist()
    [0.0, 12.0]
    """
    old, new = (np.asarray(x, dtype=float) for x in (factors_before, factors_after))
    before, after = old.prod(axis=0), new.prod(axis=0)
    none = np.where((before == 0) & (after != 0), old == 0, (after == 0) & (new == 0))
    one_is_zero = (before == 0) != (after == 0)
    equally = np.divide(none, none.sum(axis=0), where=one_is_zero, out=np.zeros(old.shape))
    both = (before != 0) & (after != 0)
    logs = _log_ratio(old, new, both)
    whole = logs.sum(axis=0)
    # The logarithmic mean of the two products, which is either of them where they are the same.
    level = before * np.divide(np.expm1(whole), whole, where=whole != 0, out=np.ones(whole.shape))
    return np.where(one_is_zero, equally * (after - before), level * logs)


def _log_ratio(old: Any, new: Any, where: Any) -> NDArray[np.float64]:
    """The logarithm of new over old, and zero where it is not asked for."""
    ratio = np.divide(new, old, where=where & (old != 0), out=np.ones(old.shape))
    return np.log(ratio, where=ratio > 0, out=np.zeros(old.shape))


@lru_cache(maxsize=16)
def _weights(n: int) -> NDArray[np.float64]:
    """What the worth of each set counts for in each factor's value: [factor, set]."""
    index = np.arange(1 << n)
    inside = (index >> np.arange(n)[:, None]) & 1 == 1
    size = inside.sum(axis=0)
    joins = np.array([factorial(s) * factorial(n - 1 - s) / factorial(n) for s in range(n)])
    gains = np.append(joins, 0.0)[size]  # of joining this set; nobody joins the last
    return np.where(inside, joins[np.maximum(size - 1, 0)] if n else 0.0, -gains)
