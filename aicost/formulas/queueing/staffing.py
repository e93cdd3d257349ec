"""How many servers a target takes, the load that so many carry, and the people on the payroll."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import erfcx

from aicost.formulas.queueing import erlang_a, wait_exceeds
from aicost.values.quantities import Numeric

_SLACK = 1e-12  # a target met but for rounding is met
_HALVINGS = 64  # from c / level down to neighbouring floats
_PER_ROW = 30  # loads from which on a row of the table costs less than solving them


class _Target(NamedTuple):
    """What a queue has to keep: shares of all arrivals, times in seconds."""

    service_s: Numeric
    target_s: Numeric
    level: Numeric
    max_occupancy: Numeric
    patience_s: Numeric

    def at(self, places: Numeric) -> _Target:
        """The same for some of many loads."""
        return _Target(*(value[places] for value in self))


def least_servers(
    *,
    load: Numeric,
    service_s: Numeric,
    target_s: Numeric,
    level: Numeric,
    max_occupancy: Numeric = 1.0,
    patience_s: Numeric = np.inf,
) -> Numeric:
    """The least c whose service level within the target is the level or more.

    Parameters
    ----------
    load : offered load. [erlang]
    service_s : mean service time. [s]
    target_s : wait within which an answer counts as in time; inf, with patience, for any
        answer. [s]
    level : share of all arrivals to be answered within the target. [share]
    max_occupancy : most of their time that servers may be busy. [share]
    patience_s : mean time after which somebody who waits leaves; inf for never. [s]

    Returns
    -------
    Whole servers; 0 where nothing arrives. [servers]

    Raises
    ------
    ValueError
        A level outside 0 to 1 or a load below 0 or not finite: no number of servers would do.

    Notes
    -----
    Exact, also at loads where round(load + 1) would already be one too many. Many loads with the
    same queue are looked up in a table of the largest load that each count carries, the most that
    servers may be busy apart from it; other arrays are solved element by element, from the
    square-root rule outwards.

    More load never needs fewer servers, nor does a higher level. Longer patience, as long as it is
    finite, never needs more servers where the level counts all who are answered (target inf), and
    never fewer where it counts those answered at once (target 0). In between it may be either: 30
    erlang of 240 s with 80 % in 120 s take 27, 25 and 29 at a patience of 10, 120 and 600 s.

    References
    ----------
    Halfin and Whitt, Heavy-traffic limits for queues with many exponential servers, Operations
    Research 29 (1981), for where the search starts; not read anew, the answer does not rest on it.

    Examples
    --------
    >>> desk = {"service_s": 3_600, "target_s": 28_800, "level": 0.8}
    >>> least_servers(load=np.array([0.0, 5.7, 100.0]), **desk)
    array([  0,   6, 101])
    >>> int(least_servers(load=100.0, **desk, max_occupancy=0.85))
    118
    """
    load, due = (
        np.asarray(load, float),
        _Target(service_s, target_s, level, max_occupancy, patience_s),
    )
    _check(load, due)
    rest = due
    if np.ndim(patience_s) == 0 and np.isinf(patience_s):  # nobody leaves: two needs, the larger
        rest = due._replace(max_occupancy=1.0)
    if load.size > _PER_ROW and all(np.ndim(value) == 0 for value in rest):
        top = int(_solve(load.max(), rest))
        if top * _PER_ROW < load.size:
            up_to = 1 << top.bit_length()  # the blocks of a long scan share few tables
            seats = np.searchsorted(_edges(up_to, _Target(*map(float, rest))), load)
            return seats if rest is due else np.maximum(seats, _busy(load, due).astype(int))
    return _solve(load, due)


def carried_load(
    *,
    servers: Numeric,
    service_s: Numeric,
    target_s: Numeric,
    level: Numeric,
    max_occupancy: Numeric = 1.0,
    patience_s: Numeric = np.inf,
) -> Numeric:
    """The largest load at which so many servers still reach the level within the target.

    Parameters
    ----------
    servers : servers. [servers]
    service_s : mean service time. [s]
    target_s : wait within which an answer counts as in time; inf, with patience, for any
        answer. [s]
    level : share of all arrivals to be answered within the target. [share]
    max_occupancy : most of their time that servers may be busy. [share]
    patience_s : mean time after which somebody who waits leaves; inf for never. [s]

    Returns
    -------
    Offered load, to the last digit; above the servers' number only where people leave. [erlang]

    Raises
    ------
    ValueError
        A level outside 0 to 1, or another value that no queue has.

    Notes
    -----
    The inverse of `least_servers`: at this load it answers `servers`, just above it one more.

    References
    ----------
    Halving; the bound c / level holds because c servers answer no more than c erlang.

    Examples
    --------
    >>> desk = {"service_s": 240, "target_s": 20, "level": 0.8}
    >>> carried_load(servers=np.array([1, 10, 100]), **desk).round(3)
    array([ 0.214,  7.194, 92.882])
    """
    c, due = (
        np.asarray(servers, float),
        _Target(service_s, target_s, level, max_occupancy, patience_s),
    )
    _check(c, due)
    low, high = np.zeros_like(c + np.asarray(level)), c / level
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        enough = _enough(np.maximum(c, 1.0), middle, due)
        low, high = np.where(enough, middle, low), np.where(enough, high, middle)
    return low[()]


@lru_cache(maxsize=8)
def _edges(up_to: int, due: _Target) -> Numeric:
    """The largest load that each count from 0 on carries."""
    return carried_load(servers=np.arange(up_to), **due._asdict())


def staff_on_payroll(*, seats: Numeric, shrinkage: Numeric) -> Numeric:
    """The people paid so that enough are at their desks: ceil(seats / (1 - shrinkage)).

    Parameters
    ----------
    seats : seats to be filled. [servers]
    shrinkage : share of paid time away from the desk: leave, training, breaks. [share]

    Returns
    -------
    Whole people, as fractions would give them: 21 / 0.7 is 30, though in floats it is
    30.000000000000004. [people]

    Notes
    -----
    Equal to exact fractions for shrinkage in steps of 0.01 % and up to 100,000,000 people: a
    quotient that is not whole is then further from the next whole number than rounding reaches.

    References
    ----------
    Own derivation.

    Examples
    --------
    >>> staff_on_payroll(seats=np.array([21, 63, 64]), shrinkage=0.30)
    array([30, 90, 92])
    """
    return np.ceil(np.divide(seats, 1.0 - np.asarray(shrinkage)) * (1.0 - _SLACK)).astype(int)


def _check(load: Numeric, due: _Target) -> None:
    """Refuse what no queue has: the search would not end."""
    service_s, target_s, level, max_occupancy, patience_s = (np.asarray(value) for value in due)
    for text, fine in (
        ("load or servers: below 0 or not finite", (load >= 0) & (load < np.inf)),
        ("service_s: not above 0", service_s > 0),
        ("target_s: below 0", target_s >= 0),
        ("level: not between 0 and 1; no number of servers answers all", (level > 0) & (level < 1)),
        ("max_occupancy: not above 0 and up to 1", (max_occupancy > 0) & (max_occupancy <= 1)),
        ("patience_s: not above 0", patience_s > 0),
    ):
        if not np.all(fine):
            raise ValueError(text)


def _enough(servers: Numeric, load: Numeric, due: _Target) -> Numeric:
    """Say whether so many servers reach the level and stay below the occupancy."""
    queue = {"servers": servers, "load": load, "service_s": due.service_s, "target_s": due.target_s}
    if np.all(np.isinf(due.patience_s)):
        busy, late = load / servers, wait_exceeds(**queue)
    else:
        left = erlang_a(**queue, patience_s=due.patience_s)
        busy, late = left.occupancy, left.late_share
    in_time = late <= (1.0 - due.level) * (1.0 + _SLACK)
    return in_time & (busy <= due.max_occupancy * (1.0 + _SLACK))


def _solve(load: Numeric, due: _Target) -> Numeric:
    """Find the least count that is enough, outwards from the guess, then between its neighbours."""
    given = np.broadcast_arrays(load, *due)
    shape, (load, *columns) = given[0].shape, (np.ravel(column) for column in given)
    due = _Target(*columns)
    low, high = _bounds(load, due)
    open_, step = np.flatnonzero(high - low > 1), 1.0
    probe = np.maximum(_square_root_rule(load[open_], due.at(open_)), 1 + low[open_])
    while open_.size:
        enough = _enough(probe, load[open_], due.at(open_))
        high[open_] = np.where(enough, probe, high[open_])
        low[open_] = np.where(enough, low[open_], probe)
        open_ = open_[high[open_] - low[open_] > 1]
        below, above = low[open_], high[open_]
        middle = np.floor((below + np.where(np.isinf(above), below, above)) / 2)
        probe = np.where(np.isinf(above), below + step, np.maximum(above - step, middle))
        step *= 2
    return high.astype(int).reshape(shape)[()]


def _bounds(load: Numeric, due: _Target) -> tuple[Numeric, Numeric]:
    """A count that is too few, and one that is enough where that is the next above it.

    Nobody leaving, P(W > t) is at most exp(-(c - a) t / s): with t far above s nothing is left to
    search. With patience nothing is known before the search but that somebody is needed.
    """
    busy = _busy(load, due)
    least = np.where(np.isinf(due.patience_s), np.maximum(busy, np.floor(load) + 1.0), 1.0)
    with np.errstate(divide="ignore", over="ignore"):
        spare = -np.log1p(-due.level) * due.service_s / due.target_s
    enough = np.isinf(due.patience_s) & (least - load >= spare)
    some = load > 0
    return np.where(some, least - 1.0, 0.0), np.where(some, np.where(enough, least, np.inf), 0.0)


def _busy(load: Numeric, due: _Target) -> Numeric:
    """The least count whose servers, with nobody leaving, are busy no more than they may be."""
    return np.ceil(load / (due.max_occupancy * (1.0 + _SLACK)))


def _square_root_rule(load: Numeric, due: _Target) -> Numeric:
    """Guess a + β sqrt(a), with β from the limit of many servers by four steps of Newton."""
    root, beta = np.sqrt(load), np.zeros_like(load)
    decay = np.minimum(root * due.target_s / due.service_s, 1e9)
    for _ in range(4):
        mills = np.sqrt(np.pi / 2) * erfcx(-beta / np.sqrt(2))  # normal distribution / density
        short = np.log1p(beta * mills) + beta * decay + np.log1p(-due.level)
        beta = np.clip(beta - short / (mills / (1 + beta * mills) + beta + decay), 0.0, 30.0)
    return np.ceil(np.maximum(load + beta * root, np.maximum(load / due.max_occupancy, 1.0)))
