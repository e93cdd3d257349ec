"""What a sample proves: the bound it gives, the size it takes, the lots that a plan lets pass."""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, betaincinv

from aicost.values.quantities import Numeric

_SLACK = 1e-12  # a sample large enough but for rounding is large enough


def error_rate_bound(*, errors: Numeric, sample: Numeric, bound_level: Numeric = 0.95) -> Numeric:
    """What an error rate stays below: the quantile of Beta(errors + 1, sample - errors).

    Parameters
    ----------
    errors : errors found. [answers]
    sample : answers looked at. [answers]
    bound_level : chance that the true rate is below the bound. [share]

    Returns
    -------
    Clopper and Pearson, one-sided; 1 where all are wrong or none is seen. [share]

    References
    ----------
    Clopper and Pearson, Biometrika 26 (1934), as scipy.stats.binomtest has it (read 2026-11-23).

    Examples
    --------
    >>> error_rate_bound(errors=np.array([0, 2]), sample=np.array([299, 50])).round(4)
    array([0.01  , 0.1206])
    """
    right = np.subtract(sample, errors)
    found = betaincinv(np.add(errors, 1.0), np.maximum(right, 1), bound_level)
    return np.where(right > 0, found, 1.0)[()]


def clean_sample(*, error_rate: Numeric, bound_level: Numeric = 0.95) -> Numeric:
    """The sample that without a single error proves a rate: n = ln(1 - level) / ln(1 - p).

    Parameters
    ----------
    error_rate : rate p that the lot is to be proved below. [share]
    bound_level : chance that a lot of that rate shows an error in the sample. [share]

    Returns
    -------
    Answers to look at, drawn at random; the same for a lot of any size. [answers]

    Notes
    -----
    Exact where the rule of three says 3 / p. For a lot not much larger than the sample fewer do.

    References
    ----------
    Own derivation: (1 - p)^n <= 1 - level.

    Examples
    --------
    >>> clean_sample(error_rate=np.array([0.01, 0.001]))
    array([ 299, 2995])
    """
    needed = np.log1p(-np.asarray(bound_level)) / np.log1p(-np.asarray(error_rate, float))
    return np.ceil(needed * (1.0 - _SLACK)).astype(int)[()]


def acceptance(*, error_rate: Numeric, sample: Numeric, errors_allowed: Numeric) -> Numeric:
    """The chance that a lot is accepted: Σ_{k <= c} C(n, k) p^k (1 - p)^(n - k).

    Parameters
    ----------
    error_rate : true rate p of errors in the lot. [share]
    sample : answers n looked at. [answers]
    errors_allowed : most errors c in the sample at which the lot is still accepted. [answers]

    Returns
    -------
    The operating characteristic of the plan (n, c). [share]

    Notes
    -----
    The lot is large beside the sample. A plan made for 1 % may accept a lot three times worse half
    of the time: what it promises is that a good lot passes.

    References
    ----------
    The binomial distribution, as an incomplete beta function; held against scipy.stats.binom.

    Examples
    --------
    >>> acceptance(error_rate=np.array([0.01, 0.03, 0.05]), sample=125, errors_allowed=3).round(2)
    array([0.96, 0.48, 0.12])
    """
    most = np.floor(errors_allowed)
    found = betainc(np.maximum(sample - most, 1.0), np.maximum(most, 0.0) + 1.0, 1.0 - error_rate)
    return np.where(most < 0, 0.0, np.where(most >= sample, 1.0, found))[()]
