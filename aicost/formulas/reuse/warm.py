"""One prefix that calls share: how often it is still in the cache, by the traffic that keeps it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from aicost.values.quantities import Numeric

S_PER_HOUR = 3600.0


def warm_share(*, arrivals_per_s: Numeric, lifetime_s: Numeric, refreshed: bool = True) -> Numeric:
    """The share of calls that meet an entry: 1 - exp(-λT), or λT / (1 + λT) without refreshing.

    Parameters
    ----------
    arrivals_per_s : calls that come in a second, at random. [1/s]
    lifetime_s : time after which an entry is gone. [s]
    refreshed : whether a call that meets an entry keeps it for another lifetime. [flag]

    Returns
    -------
    Share of calls. [share]

    Notes
    -----
    Poisson arrivals and one prefix. An entry is there from the moment a call writes it: calls
    that start together each write it.

    Examples
    --------
    >>> month = {"arrivals_per_s": 100 / (730 * 3600), "lifetime_s": 300}
    >>> round(float(warm_share(**month)), 4)
    0.0114
    >>> round(float(warm_share(arrivals_per_s=1.0, lifetime_s=1.0, refreshed=False)), 2)
    0.5
    """
    met = np.multiply(arrivals_per_s, lifetime_s)
    return (-np.expm1(-met) if refreshed else met / (1.0 + met))[()]


def warm_over_day(
    *,
    requests_per_day: Numeric,
    hour_weights: Sequence[float],
    lifetime_s: Numeric,
    refreshed: bool = True,
) -> Numeric:
    """The same over the hours of a day, each with its share of the calls.

    Parameters
    ----------
    requests_per_day : calls of a day that has any. [requests]
    hour_weights : weight of each hour of a day. [any]
    lifetime_s : time after which an entry is gone. [s]
    refreshed : whether a call that meets an entry keeps it for another lifetime. [flag]

    Returns
    -------
    Share of calls. [share]

    Notes
    -----
    Each hour stands alone: what is warm at its start because of the hour before is left out.

    Examples
    --------
    >>> by_hour = {"requests_per_day": 240.0, "lifetime_s": 300.0}
    >>> even = warm_over_day(**by_hour, hour_weights=[1.0] * 24)
    >>> busy = warm_over_day(**by_hour, hour_weights=[1.0] * 4 + [0.0] * 20)
    >>> round(float(even), 3), round(float(busy), 3)
    (0.565, 0.993)
    """
    warm: Numeric = 0.0
    for weight, hours in Counter(hour_weights).items():
        part = weight / sum(hour_weights)
        rate = np.multiply(requests_per_day, part / S_PER_HOUR)
        met = warm_share(arrivals_per_s=rate, lifetime_s=lifetime_s, refreshed=refreshed)
        warm = warm + hours * part * met
    return warm


def warm_in_series(*, first_warm: Numeric, calls_in_series: Numeric) -> Numeric:
    """The share of warm calls where they come in series: 1 - (1 - w) / K.

    All but the first of the K calls of a series are warm, and of the first those that meet an
    entry which an earlier series left.

    Parameters
    ----------
    first_warm : share of the first calls that meet an entry of an earlier series. [share]
    calls_in_series : mean calls that follow one another within the lifetime. [calls]

    Returns
    -------
    Share of calls. [share]

    Examples
    --------
    >>> warm_in_series(first_warm=0.5, calls_in_series=5.0)
    0.9
    """
    return 1.0 - (1.0 - first_warm) / calls_in_series


def reachable_share(
    *, warm: Numeric, prompt_tokens: Numeric, growth_tokens: Numeric, new_tokens: Numeric
) -> Numeric:
    """The largest share of input that can be read from a cache: (w P + H - N) / (P + H).

    Parameters
    ----------
    warm : share of calls that find the prompt in the cache. [share]
    prompt_tokens : what each call of a series carries alike. [tokens]
    growth_tokens : mean history that one call carries. [tokens]
    new_tokens : mean history that no earlier call of the series carried. [tokens]

    Returns
    -------
    Share of input. [share]

    Notes
    -----
    An upper bound: the prompt is taken to be the same in every call, to its end.

    Examples
    --------
    >>> tokens = {"prompt_tokens": 3000.0, "growth_tokens": 1000.0, "new_tokens": 400.0}
    >>> float(reachable_share(warm=0.9, **tokens))
    0.825
    """
    whole = np.add(prompt_tokens, growth_tokens)
    met = warm * prompt_tokens + growth_tokens - new_tokens
    return (met / np.where(whole > 0, whole, 1.0))[()]


def cached_share(*, read_share: Numeric, reachable: Numeric) -> Numeric:
    """The share of input that is put into a cache so that a share r of it is read: r / w.

    Of what is in the cache a share w is met and read, and the rest written again. Where more is to
    be read than can be (r > w): r + (1 - r) w / r.

    Parameters
    ----------
    read_share : share of input that is meant to be read from the cache. [share]
    reachable : share of what is in the cache that is met there. [share]

    Returns
    -------
    Share of input. [share]

    Notes
    -----
    A share that cannot be read is hardly a measured one: with few arrivals it is taken for the
    part that calls have in common, and between that and all of the input where it is nearly
    reached, so that nothing jumps as traffic grows. This is our assumption.

    Examples
    --------
    >>> round(float(cached_share(read_share=0.6, reachable=0.75)), 4)
    0.8
    >>> round(float(cached_share(read_share=0.9, reachable=0.01)), 4)
    0.9011
    """
    asked, met = (np.asarray(share, float) for share in (read_share, reachable))
    short = met < asked
    needed = asked / np.where(short | (met == 0), 1.0, met)
    meant = asked + (1.0 - asked) * met / np.where(short, asked, 1.0)
    return np.where(short, meant, needed)[()]
