"""A mix of sizes that keeps the mean of a log, and the tokens beyond the end of a price tier."""

from __future__ import annotations

import math

from aicost.values.quantities import Z95, Spread, scaled

LEAST_SIGMA, MOST_SIGMA = 0.02, 3.0


def mix(p50: float, p95: float, mean: float, beyond: float = 0.0, tier: float = 0.0) -> Spread:
    """A lognormal mix of a mean, as wide as its percentiles say, or as its price tier does.

    A mix through two percentiles has another mean than what was seen wherever that is no
    lognormal, and a bill is the mean. Both percentiles are moved alike until it is kept. Where
    calls cost more beyond a tier, the width is the one that puts as many tokens there as there
    were.

    Parameters
    ----------
    p50, p95 : the percentiles that were seen, the second above the first.
    mean : the mean that was seen.
    beyond : the share of all tokens that stands in calls beyond a tier, 0 where none does.
    tier : where that begins.

    Examples
    --------
    >>> found = mix(100.0, 300.0, 140.0)
    >>> round(found.p95 / found.p50, 6), round(float(found.moment(1)), 6)
    (3.0, 140.0)
    """
    sigma = math.log(p95 / p50) / Z95
    if 0 < beyond < 1 and tier > 0:
        sigma = _reaching(beyond, tier, mean, sigma)
    median = mean / math.exp(sigma**2 / 2)
    return Spread(median, median * math.exp(Z95 * sigma))


def keeping(seen: Spread, mean: float) -> Spread:
    """A mix as wide as it was seen, moved to a mean."""
    found: Spread = scaled(seen, mean / float(seen.moment(1)))
    return found


def _reaching(beyond: float, tier: float, mean: float, sigma: float) -> float:
    """The width with which a share of the tokens lies beyond a tier; as it was where none has."""
    from scipy.optimize import brentq
    from scipy.special import ndtr

    def more(width: float) -> float:
        return float(ndtr((math.log(mean / tier) + width**2 / 2) / width)) - beyond

    if more(LEAST_SIGMA) * more(MOST_SIGMA) > 0:
        return sigma
    return float(brentq(more, LEAST_SIGMA, MOST_SIGMA))
