"""Servers that work on everybody at once: processor sharing, and an engine that batches."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import betaincc, betaln, xlogy

from aicost.values.quantities import Numeric

_NO_LIMIT = 1e12  # stands for a batch without a limit
_NO_SHARE = 1e-12  # a batch slows its members at least by this much, or r would be infinite


def processor_sharing(*, load: Numeric, service_s: Numeric) -> Numeric:
    """The mean time in a system that shares itself out among all in it: s / (1 - a).

    Parameters
    ----------
    load : offered load of the one server. [erlang]
    service_s : mean service time, alone in the system. [s]

    Returns
    -------
    Mean time in the system; inf from a load of 1 on. [s]

    Notes
    -----
    Exact for M/G/1-PS whatever the law of the service time.

    References
    ----------
    Kleinrock, Queueing systems, volume 2 (1976); not read anew, held against simulation.

    Examples
    --------
    >>> processor_sharing(load=np.array([0.0, 0.8, 1.0]), service_s=60)
    array([ 60., 300.,  inf])
    """
    spare = 1.0 - np.asarray(load, float)
    return np.where(spare > 0, service_s / np.where(spare > 0, spare, 1.0), np.inf)[()]


class Batch(NamedTuple):
    """What `batch_server` finds: in line, in the batch, and how many share it."""

    p_wait: Numeric
    mean_wait_s: Numeric
    mean_time_s: Numeric
    mean_batch: Numeric


def batch_server(
    *,
    arrivals_per_s: Numeric,
    output_tokens: Numeric,
    ttft_s: Numeric,
    tpot_s: Numeric,
    tpot_per_request_s: Numeric,
    max_batch: Numeric = np.inf,
) -> Batch:
    """The waits of an engine that batches: TPOT = t0 + k n with n requests in the batch.

    With D = TTFT + N t0 and K = N k, a batch of n finishes n / (D + n K) requests a second. The
    number in it is negative binomial, ρ = λ K, r = D / K + 1, so without a limit
    E2E = (D + K) / (1 - λ K). Above `max_batch` requests wait in line, at a constant rate.

    Parameters
    ----------
    arrivals_per_s : requests, at random. [1/s]
    output_tokens : mean output of a request, N. [tokens]
    ttft_s : time to first token of a request alone in the engine. [s]
    tpot_s : time per output token, the part that does not depend on the batch, t0. [s]
    tpot_per_request_s : time per output token added by each request in the batch, its own included,
        k. [s]
    max_batch : most requests that share the engine; inf for no limit. [requests]

    Returns
    -------
    P(wait) in line [share], its mean over all requests and the mean time from arrival to the last
    token [s], and the mean number in the batch [requests].

    Notes
    -----
    Without a limit exact for any law of the output length, the prefill shared like the rest; with
    one, for exponential lengths. The knee is at λ = 1 / K without and B / (D + B K) with a limit;
    from there on P(wait) is 1 and times are infinite. The line (D / (1 - λ K)) often quoted for
    this engine leaves out the request's own K. Within 1e-9 of sums over the states.

    References
    ----------
    Own derivation from the balance of a birth and death process, held against simulation.

    Examples
    --------
    >>> engine = {"output_tokens": 300, "ttft_s": 0.3, "tpot_s": 0.009, "tpot_per_request_s": 2e-4}
    >>> round(float(batch_server(arrivals_per_s=10.0, **engine).mean_time_s), 3)
    7.65
    >>> found = batch_server(arrivals_per_s=10.0, **engine, max_batch=80)
    >>> [round(float(x), 3) for x in found]
    [0.641, 2.499, 10.053, 75.539]
    """
    lam, fixed = np.asarray(arrivals_per_s, float), ttft_s + np.multiply(output_tokens, tpot_s)
    most = np.minimum(max_batch, _NO_LIMIT)
    shared = np.maximum(np.multiply(output_tokens, tpot_per_request_s), _NO_SHARE * fixed / most)
    slowest = fixed + most * shared
    stable = lam * slowest < most
    lam = np.where(stable, lam, 0.0)
    rho, beyond, r = lam * shared, lam * slowest / most, fixed / shared + 1.0
    full = np.exp(
        xlogy(most, rho) + r * np.log1p(-rho) - np.log(most + r) - betaln(most + 1.0, r)
    )  # the negative binomial's probability of the limit
    waiting = full / (1.0 - beyond)  # the limit and all states above it
    total = betaincc(most + 1.0, r, rho) + waiting * beyond
    own = (fixed + shared) / (1.0 - rho) * betaincc(most, r + 1.0, rho) + waiting * slowest
    mean_wait, inside = waiting * slowest / (most * (1.0 - beyond) * total), own / total
    found = Batch(waiting / total, mean_wait, mean_wait + inside, lam * inside)
    forever = Batch(1.0, np.inf, np.inf, max_batch)
    return Batch(*(np.where(stable, x, y)[()] for x, y in zip(found, forever, strict=True)))
