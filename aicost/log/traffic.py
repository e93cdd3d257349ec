"""What a log says of who asks and when: users and requests of a month, hours, days of a week."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import narwhals as nw
import numpy as np

from aicost.components.traffic import DAYS_PER_MONTH
from aicost.log.engine import collected
from aicost.log.means import keeping
from aicost.log.measured import Floats, Measured, interval
from aicost.log.mixes import levels
from aicost.log.spread import Left, days_left
from aicost.log.steady import LEAST_ANSWERS
from aicost.values.quantities import Spread, Value

TRAFFIC = "traffic"
HOURS = 24
WEEK = 7
#: Days from which on each day of a week was there twice, so that one may be left out.
LEAST_FOR_WEEKS = 2 * WEEK
#: Days that tell the users of a month: to more than twice its length no log is drawn out.
LEAST_FOR_USERS = int(np.ceil(DAYS_PER_MONTH / 2))
LEAST_FOR_A_MIX = 4 * WEEK  # nearly a month: in fewer days more of them ask once
EACH = "requests of a user"


@dataclass(frozen=True)
class Asked:
    """The requests of a log by day and hour, and on which days each user asked.

    Attributes
    ----------
    days : all days from its first to its last, those without a request too.
    hours : requests, [day, hour].
    users : of each day that a user asked on, who: numbers from 0.
    on : and the number of that day.
    asks : and how many requests they are.
    """

    days: tuple[date, ...]
    hours: Floats
    users: np.ndarray[Any, Any]
    on: np.ndarray[Any, Any]
    asks: np.ndarray[Any, Any]

    @cached_property
    def left(self) -> Left:
        """Each day left out in turn."""
        return days_left(self.days)

    def of_weekdays(self, per_day: Floats) -> tuple[Floats, Floats]:
        """The mean of each day of a week, [weekday]; with each day left out, [draw, weekday].

        A log too short to have each of them twice has one mean, of all its days.
        """
        weekday = np.array([day.weekday() for day in self.days])
        each = (
            np.eye(WEEK)[weekday]
            if len(self.days) >= LEAST_FOR_WEEKS
            else np.ones((weekday.size, 1))
        )
        weights = np.vstack([np.ones(weekday.size), self.left.weights])
        under = weights @ each
        means = np.zeros_like(under)  # of the only day of a log, left out
        np.divide((weights * per_day) @ each, under, out=means, where=under > 0)
        return means[0], means[1:]


def asked(calls: nw.LazyFrame[Any]) -> Asked:
    """Count the requests of calls that have a moment: each at its first call."""
    named = calls.filter(~nw.col("request").is_null())
    each = named.group_by("request").agg(nw.col("moment").min(), nw.col("user").max())
    each = each.with_columns(
        day=nw.col("moment").dt.truncate("1d"), hour=nw.col("moment").dt.hour()
    )
    by_hour = collected(each.group_by("day", "hour").agg(n=nw.len()))
    by_user = collected(
        each.filter(~nw.col("user").is_null()).group_by("user", "day").agg(n=nw.len())
    )
    if by_hour.empty:
        return Asked((), np.zeros((0, HOURS)), *(np.zeros(0, int) for _ in range(3)))
    first = by_hour["day"].min()
    many = (by_hour["day"].max() - first).days + 1
    hours = np.zeros((many, HOURS))
    at = (by_hour["day"] - first).dt.days.to_numpy(), by_hour["hour"].to_numpy(dtype=int)
    np.add.at(hours, at, by_hour["n"].to_numpy(dtype=float))
    days = tuple(first.date() + timedelta(days=i) for i in range(many))
    users = by_user["user"].factorize()[0]
    on, asks = (by_user["day"] - first).dt.days, by_user["n"]
    return Asked(days, hours, users, *(one.to_numpy(dtype=int) for one in (on, asks)))


def traffic_values(found: Asked) -> Iterator[Measured]:
    """Yield the fields of a scenario's traffic, each with its range, as far as the log is long.

    Notes
    -----
    Each day of a week counts alike, however often it is in the log. The busiest day of a week and
    the days on which anybody asks take two weeks, the users of a month half a month.
    """
    requests = found.hours.sum(axis=1)
    if not requests.size:
        return
    many, days = int(requests.sum()), len(found.days)

    def measured(field: str, value: float, drawn: Floats, n: int, unit: str) -> Measured:
        low, high = interval(value, found.left, drawn)
        return Measured(TRAFFIC, field, value, (low,), (high,), n, unit)

    means, left = found.of_weekdays(requests)
    yield measured("requests_per_day", means.mean(), left.mean(axis=1), many, "requests")
    if days >= LEAST_FOR_USERS and found.users.size:
        seen, without = _of_a_month(found)
        yield measured("users", seen, without, int(found.users.max()) + 1, "users")
        each, of_draws = means.mean() / seen, left.mean(axis=1) / without
        field, per = "requests_per_user_month", DAYS_PER_MONTH
        yield measured(field, per * each, per * of_draws, int(found.users.max()) + 1, "requests")
        yield from _of_users(found, per * each)
    if days >= LEAST_FOR_WEEKS:
        active, of_active = found.of_weekdays((requests > 0).astype(float))
        yield measured("days_per_week", active.sum(), of_active.sum(axis=1), days, "days")
        top = int(np.argmax(means))
        most = means[top] * active.sum() / means.sum()
        drawn = left[:, top] * of_active.sum(axis=1) / left.sum(axis=1)
        yield measured("busiest_day", most, drawn, days, "times")
    shares = found.hours.sum(axis=0) / many
    weights = found.left.weights
    of_hours = weights @ found.hours / np.maximum(weights @ requests, 1e-300)[:, None]
    for hour in range(HOURS):
        field = f"profile {hour:02d}"
        yield measured(field, float(shares[hour]), of_hours[:, hour], many, "share")


def _of_users(found: Asked, mean: float) -> Iterator[Measured]:
    """Yield how users differ in a month, of a log of four weeks: of its last 30 days, at a mean."""
    if len(found.days) < LEAST_FOR_A_MIX:
        return
    last = found.on >= len(found.days) - int(DAYS_PER_MONTH)
    often = np.bincount(found.users[last], weights=found.asks[last])
    often = often[often > 0]
    if often.size < LEAST_ANSWERS:
        return
    often *= mean / often.mean()
    ranks = [levels(p, often.size) for p in (0.5, 0.95)]
    low, seen, high = (tuple(map(float, each)) for each in np.quantile(often, np.transpose(ranks)))
    if seen[1] > seen[0]:
        yield Measured(TRAFFIC, EACH, Spread(*seen), low, high, often.size, "requests", float(mean))


def per_user(held: Mapping[str, Measured]) -> Value:
    """The requests of a user and month: a mix of the log's mean where it shows one, else that mean.

    Parameters
    ----------
    held : what was measured of traffic, by its field.
    """
    each = held.get(EACH)
    if each is None or not isinstance(each.value, Spread):
        return held["requests_per_user_month"].value
    return keeping(each.value, each.mean)


def _of_a_month(found: Asked) -> tuple[float, Floats]:
    """The users of a month, and with each day left out."""
    many = len(found.days)
    often = np.bincount(found.users)[found.users]  # days of its user, at each of these
    every = np.bincount(np.bincount(found.users), minlength=many + 1).astype(float)
    gone = np.zeros((many, many + 1))
    np.add.at(gone, (found.on, often), 1.0)
    without = every - gone
    without[:, :-1] += gone[:, 1:]
    value = float(users_of(every[None, :], many, DAYS_PER_MONTH)[0])
    drawn = users_of(without[:, :-1], many - 1, DAYS_PER_MONTH)
    # All other days make up for one that is left out, where its own kind should.
    kind = np.bincount(found.left.stratum)[found.left.stratum]
    own = kind / np.maximum(kind - 1, 1) * (many - 1) / many
    return value, value + (drawn - value) * own


def users_of(often: Floats, days: int, of: float) -> Floats:
    """How many users ask in a number of days, from how many asked on how many days of a log.

    Fewer days than the log has: those not missed by days drawn from it at random. More: as many as
    those seen on one and on two days let expect (Colwell et al. 2012, J. Plant Ecology 5, 3-21,
    eqs. 17 and 18, with Chao's estimate of those not seen).

    Parameters
    ----------
    often : users that asked on 0, 1, 2, … days: [log, days].
    days : days of the log.
    of : days that are asked for.

    Examples
    --------
    >>> often = np.array([[0.0, 4.0, 2.0]])
    >>> [users_of(often, 2, days).tolist() for days in (1.0, 2.0)]
    [[4.0], [6.0]]
    """
    from scipy.special import gammaln

    seen = often[:, 1:].sum(axis=1)
    if of <= days:
        k = np.arange(often.shape[1])
        there = np.maximum(days - k - of, 0.0)
        missed = gammaln(days - k + 1.0) - gammaln(there + 1) - gammaln(days + 1.0)
        missed += gammaln(days - of + 1)
        result: Floats = often[:, 1:] @ (1 - np.where(days - k >= of, np.exp(missed), 0.0))[1:]
        return result
    once, twice = often[:, 1], often[:, 2]
    unseen = once**2 / np.maximum(2 * twice, 1.0) * (days - 1) / days
    few = np.maximum(days * unseen + once, 1e-300)
    grown: Floats = seen + unseen * (1 - (1 - once / few) ** (of - days))
    return grown
