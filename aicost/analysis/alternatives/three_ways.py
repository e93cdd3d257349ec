"""By the token, on rented machines, on bought ones: what one stage costs at several volumes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from aicost.analysis.alternatives.machine_choices import Choice, cost_of
from aicost.analysis.alternatives.own_machines import OwnMachines
from aicost.analysis.alternatives.self_hosting import FAR, FROM, SHOWN, SelfHosting
from aicost.analysis.alternatives.served_stages import peak_calls
from aicost.formulas.crossings import UP_TO, turns
from aicost.values.formatting import count, listing
from aicost.values.result import Result
from aicost.values.table import Column, Form, Table, table

USERS = (100.0, 1e3, 1e4, 1e6)
TOKEN, RENTED, BOUGHT = "by the token", "rented", "bought"
SAID = {TOKEN: "tokens", RENTED: "rented machines", BOUGHT: "bought machines"}
MANY = 3  # turns that are named one by one


@dataclass(frozen=True)
class Way:
    """One way to run a stage: what it costs a month, and its units, at so many requests."""

    name: str
    what: str
    cost: Callable[[np.ndarray], np.ndarray]
    units: Callable[[np.ndarray], np.ndarray] | None = None


@dataclass(frozen=True, repr=False)
class ThreeWays(Result):
    """A stage by the token, rented and bought; `unknown` are the ways without a price, and why.

    `turns` are, for each two ways, every number of requests a month at which the cheaper of them is
    another, and whether the first of them is the cheaper at the least that was looked at.
    """

    stage: str
    now: float
    each_user: float
    ways: tuple[Way, ...]
    unknown: tuple[str, ...]
    turns: tuple[tuple[Way, Way, tuple[int, ...], bool], ...]

    @property
    def sentence(self) -> str:
        """Which way is the cheapest today, and from when on another is."""
        at = np.array([self.now])
        best = min(self.ways, key=lambda way: float(way.cost(at)[0]))
        words = f"{self.stage}: today's {count(round(self.now))} requests a month cost least "
        words += "by the token." if best.name == TOKEN else f"on {SAID[best.name]}."
        told = [_turned(*turn) for turn in self.turns]
        return " ".join([words, *told, *(f"Not looked for: {why}." for why in self.unknown)])

    def rows(self) -> Table:
        """A row a volume, with what each way costs a month, its units, and the cheapest."""
        sizes = [n * self.each_user for n in USERS] if self.each_user else [*SHOWN]
        at = np.array(sorted({*sizes, self.now}))
        heads: list[Column | str] = [Column("requests a month", Form.COUNT, "requests")]
        if self.each_user:
            heads.insert(0, Column("users", Form.COUNT))
        usd = {way.name: np.broadcast_to(way.cost(at), at.shape) for way in self.ways}
        cells = [[round(n / self.each_user)] if self.each_user else [] for n in at]
        for i, row in enumerate(cells):
            row.append(round(float(at[i])))
        for way in self.ways:
            heads.append(Column(way.name, Form.MONEY))
            many = None if way.units is None else np.broadcast_to(way.units(at), at.shape)
            if many is not None:
                heads.append(Column("units", Form.COUNT, f"{way.name}_units"))
            for i, row in enumerate(cells):
                row += [float(usd[way.name][i])] + ([] if many is None else [float(many[i])])
        heads.append("cheapest")
        least = np.argmin(np.array(list(usd.values())), axis=0)
        lines = [(*row, self.ways[i].name) for row, i in zip(cells, least, strict=True)]
        return replace(table(heads, lines), notes=(self.note,))

    @property
    def note(self) -> str:
        """What a unit of each way is."""
        return " ".join(f"{way.name.capitalize()}: {way.what}." for way in self.ways)


def _turned(one: Way, other: Way, turns: tuple[int, ...], first: bool) -> str:
    """From when on which of two is cheaper, in a sentence."""
    before, after = (SAID[way.name] for way in ((one, other) if first else (other, one)))
    words = f"{before.capitalize()} are cheaper than {after}"
    if not turns:
        return f"{words} at every volume looked at, {FROM} to {count(FAR)} requests a month."
    at = [count(n) for n in turns]
    last = after if len(turns) % 2 else before
    if len(turns) == 1:
        return f"{after.capitalize()} are cheaper than {before} from {at[0]} requests a month on."
    if len(turns) > MANY:  # units come whole: the bills change places with each of them
        where = f"between {at[0]} and {at[-1]} requests a month it turns {len(turns)} times"
        return f"{words} at first; {where}, with each unit that is added, and then {last} are."
    return f"{words} at first; it turns at {listing(at)} requests a month."


def three_ways(found: OwnMachines, beside: SelfHosting) -> ThreeWays:
    """Hold a stage by the token against rented and bought machines, at several volumes.

    Parameters
    ----------
    found : the machines that would serve it.
    beside : the same model by the token.

    Notes
    -----
    Machines are those of the file; rented ones, where the file has none, are today's cheapest whose
    speed is well known, in as many bits as those that are bought. What a bought unit costs is the
    client's word: where the file does not give it, nothing is assumed. Users ask as many requests
    each at every volume.
    """
    ways, unknown = [], []
    sold = beside.by_token
    if sold is not None:
        each = sold.usd_per_request
        ways.append(Way(TOKEN, sold.item, lambda requests: each * requests))
    else:
        unknown.append(f"{TOKEN}, for the book has no price of this model")
    now = found.now
    own = now if now is not None and now.pool.bought is not None else None
    kept = [c for c in found.choices if own is None or c.pool.weights == own.pool.weights]
    sure = [choice for choice in kept if not choice.doubts]
    rents = [*filter(None, [now if own is None else None]), *sure, *kept, *found.choices]
    if rents:
        ways.append(_way(RENTED, rents[0], found))
    else:
        unknown.append(f"{RENTED}, for no unit with a rent serves it in time")
    if own is not None:
        ways.append(_way(BOUGHT, own, found))
    else:
        where = f"in the pool of {found.stage}" if now is not None else "in a pool that serves it"
        unknown.append(f"{BOUGHT}, for nobody says what a unit costs (bought: {where})")
    point = found.point
    requests, users = float(point.requests().value), point.world.users
    each_user = requests / float(users) if users else 0.0
    pairs = tuple(combinations(ways, 2))

    def saved(n: np.ndarray) -> np.ndarray:
        usd = {way.name: np.broadcast_to(way.cost(n), n.shape) for way in ways}
        return np.array([usd[b.name] - usd[a.name] for a, b in pairs])

    turned: list[tuple[Way, Way, tuple[int, ...], bool]] = []
    if pairs:
        first = saved(np.array([float(FROM)]))[:, 0] >= 0
        for (a, b), at, ahead in zip(pairs, turns(saved, FROM, UP_TO, FAR), first, strict=True):
            turned.append((a, b, tuple(at), bool(ahead)))
    return ThreeWays(found.stage, requests, each_user, tuple(ways), tuple(unknown), tuple(turned))


def _way(name: str, choice: Choice, found: OwnMachines) -> Way:
    point, wrote = found.point, found.work.calls * found.work.output_tokens
    now = max(float(point.requests().value), 1e-300)
    hour = peak_calls(point, found.stages)

    def cost(requests: np.ndarray) -> np.ndarray:
        part = requests / now
        return np.asarray(cost_of(choice.pool, hour * part, point, wrote * part))

    def units(requests: np.ndarray) -> np.ndarray:
        return np.asarray(choice.pool.units(hour * requests / now))

    return Way(name, choice.words, cost, units)
