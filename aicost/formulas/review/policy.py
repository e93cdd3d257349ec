"""Which answers people look at: what a review is worth, and the rule that costs least."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from aicost.formulas.queueing import mean_wait
from aicost.formulas.queueing.staffing import least_servers
from aicost.formulas.review.sampling import error_rate_bound
from aicost.values.quantities import SECONDS_PER_HOUR, Numeric


def review_threshold(
    *,
    review_usd: Numeric,
    error_usd: Numeric,
    caught: Numeric = 1.0,
    spoiled: Numeric = 0.0,
    spoiled_usd: Numeric = 0.0,
) -> Numeric:
    """The chance of an error above which a review pays: (r + f L') / (d L + f L').

    Parameters
    ----------
    review_usd : cost r of a review. [USD]
    error_usd : cost L of an error that is let through. [USD]
    caught : share d of errors that a reviewer sees and mends. [share]
    spoiled : share f of right answers that a reviewer makes wrong. [share]
    spoiled_usd : cost L' of a right answer made wrong. [USD]

    Returns
    -------
    Chance of an error; above 1 no review pays, inf where nothing can be gained. [share]

    Notes
    -----
    With d = 1 and f = 0 it is Chow's rule r / L. It wants the true chance: a model that says 90 %
    and is right 70 % of the time has to be calibrated first.

    References
    ----------
    Own derivation from q L > r + q (1 - d) L + (1 - q) f L'; Chow, IEEE Transactions on Information
    Theory 16 (1970), and Elkan, IJCAI 2001, have the form with d = 1, f = 0; neither was read anew.

    Examples
    --------
    >>> costs = {"review_usd": 2, "error_usd": 50, "spoiled_usd": 50}
    >>> float(review_threshold(**costs))
    0.04
    >>> round(float(review_threshold(**costs, caught=0.7, spoiled=0.02)), 3)
    0.083
    """
    harm = np.multiply(spoiled, spoiled_usd)
    gain = np.multiply(caught, error_usd) + harm
    safe = np.where(gain > 0, gain, 1.0)
    return np.where(gain > 0, (review_usd + harm) / safe, np.inf)[()]


class RiskCoverage(NamedTuple):
    """What happens where all answers from a confidence on are accepted, one row a cut.

    `accepted` is the share accepted; `wrong_accepted`, `wrong_reviewed` and `right_reviewed` are
    shares of all answers; `risk` is the share of errors among those accepted and `risk_bound` what
    it stays below with the confidence asked for. The first row accepts nothing.
    """

    cut: Numeric
    accepted: Numeric
    risk: Numeric
    risk_bound: Numeric
    wrong_accepted: Numeric
    wrong_reviewed: Numeric
    right_reviewed: Numeric


def risk_coverage(
    *, confidence: Numeric, wrong: Numeric, bound_level: float = 0.95
) -> RiskCoverage:
    """The errors left at each cut of (confidence, wrong) pairs, the surest answers first.

    risk = errors among those accepted / accepted; its bound is Clopper and Pearson's, one-sided:
    the 95 % quantile of Beta(errors + 1, accepted - errors).

    Parameters
    ----------
    confidence : how sure the model was of each answer, in any unit. [any]
    wrong : whether the answer was wrong, array of bool. [any]
    bound_level : chance that the true risk at one cut is below its bound. [share]

    Returns
    -------
    One row per distinct confidence, and one that accepts nothing. [share]

    Raises
    ------
    ValueError
        No pairs, or not as many of the one as of the other.

    Notes
    -----
    The bound holds at a cut chosen beforehand. Choose the cut on one half of the pairs and quote
    the bound of the other half: the best of many cuts looks better than it is.

    References
    ----------
    Clopper and Pearson, Biometrika 26 (1934), as scipy.stats.binomtest has it (read 2026-11-23).

    Examples
    --------
    >>> table = risk_coverage(confidence=[0.9, 0.8, 0.8, 0.4], wrong=[False, False, True, True])
    >>> table.cut, table.risk.round(3)
    (array([inf, 0.9, 0.8, 0.4]), array([0.   , 0.   , 0.333, 0.5  ]))
    """
    sure, missed = np.asarray(confidence, float), np.asarray(wrong, bool)
    if sure.size == 0 or sure.shape != missed.shape or sure.ndim != 1:
        raise ValueError("confidence and wrong: as many of the one as of the other, at least one")
    cuts, first = np.unique(-sure, return_inverse=True)
    held = np.append(0, np.bincount(first).cumsum())
    errors = np.append(0, np.bincount(first, weights=missed).cumsum())
    return RiskCoverage(
        cut=np.append(np.inf, -cuts),
        accepted=held / sure.size,
        risk=errors / np.maximum(held, 1),
        risk_bound=error_rate_bound(errors=errors, sample=held, bound_level=bound_level),
        wrong_accepted=errors / sure.size,
        wrong_reviewed=(errors[-1] - errors) / sure.size,
        right_reviewed=(held[-1] - held - errors[-1] + errors) / sure.size,
    )


def area_under_risk(*, accepted: Numeric, risk: Numeric) -> Numeric:
    """The mean risk over all coverages: Σ risk x share newly accepted.

    Parameters
    ----------
    accepted : share accepted at each cut, ascending, from 0 to 1. [share]
    risk : errors among those accepted at each cut. [share]

    Returns
    -------
    AURC; the lower, the better the confidence sorts the errors to the end. [share]

    References
    ----------
    Geifman and El-Yaniv, NeurIPS 2017, use the name; the sum is over the cuts of `risk_coverage`.

    Examples
    --------
    >>> table = risk_coverage(confidence=[4, 3, 2, 1], wrong=[0, 0, 0, 1])
    >>> float(area_under_risk(accepted=table.accepted, risk=table.risk))
    0.0625
    """
    return np.sum(np.asarray(risk)[1:] * np.diff(accepted))


class Policy(NamedTuple):
    """What a rule of review costs an hour, one entry a cut, with the seats that are cheapest."""

    reviewed: Numeric
    seats: Numeric
    mean_wait_s: Numeric
    staff_usd: Numeric
    error_usd: Numeric
    delay_usd: Numeric

    @property
    def usd(self) -> Numeric:
        """The whole cost. [USD/hour]"""
        return self.staff_usd + self.error_usd + self.delay_usd

    @property
    def best(self) -> int:
        """The index of the cheapest cut."""
        return int(np.argmin(self.usd))


def policy_cost(
    *,
    table: RiskCoverage,
    items_per_hour: float,
    service_s: float,
    seat_usd_per_hour: float,
    error_usd: float,
    caught: float = 1.0,
    spoiled: float = 0.0,
    spoiled_usd: float = 0.0,
    target_s: float,
    level: float,
    max_occupancy: float = 1.0,
    delay_usd_per_hour: float = 0.0,
) -> Policy:
    """What each cut of a table costs an hour, with the seats that are cheapest there.

    usd = c w + n ((u + (1 - d) v) L + f g L') + n s W(c) h. Of n answers s are reviewed, u wrong
    and accepted, v wrong and reviewed, g right and reviewed; c seats are the cheapest that keep the
    target.

    Parameters
    ----------
    table : errors at each cut, from `risk_coverage`. [share]
    items_per_hour : answers n that the system gives. [1/hour]
    service_s : mean time of a review. [s]
    seat_usd_per_hour : cost w of one filled seat, breaks and employer's share in it. [USD/hour]
    error_usd : cost L of an error that is let through. [USD]
    caught : share d of errors that a reviewer sees and mends. [share]
    spoiled : share f of right answers that a reviewer makes wrong. [share]
    spoiled_usd : cost L' of a right answer made wrong. [USD]
    target_s : wait within which a review is to be begun. [s]
    level : share of the reviews begun within it. [share]
    max_occupancy : most of their time that people may be busy. [share]
    delay_usd_per_hour : cost h of an hour that one answer waits for its review. [USD/hour]

    Returns
    -------
    Arrays as long as the table. [USD/hour]

    Notes
    -----
    Every count of seats is tried, from the least that keeps the target to where one more costs more
    than all waiting. With thousands of reviews an hour the best cut is that of `review_threshold`
    with r the wage of a busy reviewer's time; a small desk is better filled than that.

    References
    ----------
    Own derivation.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> chance = rng.beta(1, 9, 4_000)
    >>> table = risk_coverage(confidence=1 - chance, wrong=rng.random(4_000) < chance)
    >>> found = policy_cost(
    ...     table=table, items_per_hour=100, service_s=240, seat_usd_per_hour=57, error_usd=50,
    ...     target_s=3_600, level=0.95, max_occupancy=0.85,
    ... )
    >>> int(found.seats[found.best]), int(found.seats[0])
    (4, 8)
    """
    reviewed = 1.0 - np.asarray(table.accepted)
    load = items_per_hour * reviewed * service_s / SECONDS_PER_HOUR
    least = least_servers(
        load=load, service_s=service_s, target_s=target_s, level=level, max_occupancy=max_occupancy
    )
    per_s = items_per_hour * reviewed * delay_usd_per_hour / SECONDS_PER_HOUR
    seats, waited = least, _wait(least, load, service_s)
    more = np.ceil(np.max(per_s * waited) / seat_usd_per_hour)
    for extra in range(1, int(more) + 1):
        shorter = _wait(least + extra, load, service_s)
        saves = per_s * (waited - shorter) > (least + extra - seats) * seat_usd_per_hour
        seats, waited = np.where(saves, least + extra, seats), np.where(saves, shorter, waited)
    let_through = table.wrong_accepted + (1.0 - caught) * table.wrong_reviewed
    errors = let_through * error_usd + spoiled * table.right_reviewed * spoiled_usd
    return Policy(
        reviewed, seats, waited, seats * seat_usd_per_hour, items_per_hour * errors, per_s * waited
    )


def _wait(seats: Numeric, load: Numeric, service_s: float) -> Numeric:
    return mean_wait(servers=np.maximum(seats, 1), load=load, service_s=service_s)
