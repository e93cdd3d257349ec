"""By the token, on rented machines, on bought ones: what one stage costs at several volumes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from aicost.analysis.alternatives.machine_choices import Choice, cost_of
from aicost.analysis.alternatives.own_machines import BITS, OwnMachines
from aicost.analysis.alternatives.self_hosting import ByToken, SelfHosting
from aicost.analysis.alternatives.served_stages import peak_calls
from aicost.formulas.crossings import EDGES, UP_TO, turns
from aicost.values.formatting import count, listing, money
from aicost.values.result import Result
from aicost.values.table import Column, Form, Table, table

USERS = (100.0, 1e3, 1e4, 1e6)
FROM, FAR = 100, 1_000_000_000  # requests of a month between which turns are looked for
SHOWN = (1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9)
TOKEN, CALLED, RENTED, BOUGHT = "by the token", "by today's model", "rented", "bought"
MANY = 3  # turns that are named one by one


@dataclass(frozen=True)
class Way:
    """One way to run a stage: what it costs a month, and its units, at so many requests.

    `said` is what it is paid for, in a sentence; `what` is who sells it, or one unit.
    """

    name: str
    said: str
    what: str
    cost: Callable[[np.ndarray], np.ndarray]
    units: Callable[[np.ndarray], np.ndarray] | None = None

    def at(self, requests: float) -> float:
        """What so many requests cost a month.

        Parameters
        ----------
        requests : of a month. [requests]
        """
        return float(np.ravel(self.cost(np.array([requests])))[0])


#: Two ways, each number of requests at which the cheaper is another, whether the first is at least.
Turn = tuple[Way, Way, tuple[int, ...], bool]


@dataclass(frozen=True, repr=False)
class ThreeWays(Result):
    """A stage by the token, rented and bought; `unknown` are the ways without a price, and why.

    `turns` are, for each two ways, every number of requests a month at which the cheaper of them is
    another, and whether the first of them is the cheaper at the least that was looked at. `pays`
    says how busy machines have to be where they never cost less than tokens.
    """

    stage: str
    now: float
    each_user: float
    ways: tuple[Way, ...]
    unknown: tuple[str, ...]
    turns: tuple[Turn, ...]
    pays: str = ""

    @property
    def sentence(self) -> str:
        """Which way is the cheapest today, and from when on another is."""
        ranked = sorted(self.ways, key=lambda way: way.at(self.now))
        usd = [f"{money(way.at(self.now))} for {way.said}" for way in ranked]
        words = f"{self.stage}: today's {count(round(self.now))} requests a month "
        if len(ranked) > 1:
            words += f"cost least for {ranked[0].said}: {money(ranked[0].at(self.now))}, "
            words += f"beside {listing(usd[1:])}."
        else:
            words += f"cost {usd[0]}." if usd else "have no price."
        never = "; ".join(_never_turned([turn for turn in self.turns if not turn[2]]))
        never = f"At every volume looked at, {FROM} to {count(FAR)} requests a month, {never}."
        told = [_turned(*turn) for turn in self.turns if turn[2]]
        told += [never] if len(told) < len(self.turns) else []
        why = [f"Not looked for: {why}." for why in self.unknown]
        return " ".join([words, *told, *filter(None, [self.pays]), *why])

    def rows(self) -> Table:
        """A row a volume, with what each way costs a month, its units, and the cheapest."""
        at = _volumes(self.now, self.each_user)
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
        if not self.ways:
            return table(heads, [])
        least = np.argmin(np.array(list(usd.values())), axis=0)
        lines = [(*row, self.ways[i].name) for row, i in zip(cells, least, strict=True)]
        return replace(table(heads, lines), notes=(self.note,))

    @property
    def note(self) -> str:
        """What a unit of each way is."""
        told = [f"{_headed(way.name)}: {way.what}." for way in self.ways]
        return " ".join([*told, BITS] if any(way.units is not None for way in self.ways) else told)


def _never_turned(turns: list[Turn]) -> list[str]:
    """Which ways are cheaper than which others at every volume, in sentences."""
    above: dict[str, list[str]] = {}
    for one, other, _, first in turns:
        below, over = (one, other) if first else (other, one)
        above.setdefault(below.said, []).append(over.said)
    return [f"{said} are cheaper than {listing(others)}" for said, others in above.items()]


def _turned(one: Way, other: Way, turns: tuple[int, ...], first: bool) -> str:
    """From when on which of two is cheaper, in a sentence."""
    before, after = (way.said for way in ((one, other) if first else (other, one)))
    words = f"{_headed(before)} are cheaper than {after}"
    at = [count(n) for n in turns]
    last = after if len(turns) % 2 else before
    if len(turns) == 1:
        return f"{_headed(after)} are cheaper than {before} from {at[0]} requests a month on."
    if len(turns) > MANY:  # units come whole: the bills change places with each of them
        where = f"between {at[0]} and {at[-1]} requests a month that changes {len(turns)} times"
        return f"{words} at first; {where}, with each unit that is added, and then {last} are."
    return f"{words} at first; that changes at {listing(at)} requests a month, and then {last} are."


def _headed(words: str) -> str:
    return words[:1].upper() + words[1:]


def three_ways(found: OwnMachines, beside: SelfHosting) -> ThreeWays:
    """Hold a stage by the token against rented and bought machines, at several volumes.

    Parameters
    ----------
    found : the machines that would serve it.
    beside : the same model by the token.

    Notes
    -----
    Machines are those of the file; rented ones, where the file has none, are at each volume the
    cheapest whose speed is well known, in as many bits as those that are bought. What a bought unit
    costs is the client's word: where the file does not give it, nothing is assumed. Users ask as
    many requests each at every volume. All whole numbers to a million are tried, windows of equal
    ratio above.
    """
    ways, unknown = _sold(beside, found), list[str]()
    if beside.by_token is None:
        unknown.append(f"{TOKEN}, for the book has no price of this model")
    now, point = found.now, found.point
    requests, users = float(point.requests().value), point.world.users
    each_user = requests / float(users) if users else 0.0
    own = now if now is not None and now.pool.bought is not None else None
    if now is not None and own is None:
        ways.append(_way(RENTED, f"{now.words}, as in the file{_in_doubt(now)}", [now], found))
    elif found.choices:
        bits = own.pool.weights if own is not None else ""
        ways.append(_rented(found, bits, _volumes(requests, each_user)))
    else:
        unknown.append(f"{RENTED}, for no unit with a rent serves it in time")
    if own is not None:
        ways.append(_way(BOUGHT, f"{own.words}, as in the file{_in_doubt(own)}", [own], found))
    else:
        where = f"in the pool of {found.stage}" if now is not None else "in a pool that serves it"
        unknown.append(f"{BOUGHT}, for nobody says what a unit costs (bought: {where})")
    turned = _all_turns(ways)
    held = BOUGHT if own is not None else RENTED if now is not None else ""
    never = [(a.name, b.name) for a, b, at, first in turned if first and not at]
    pays = beside.pays if (TOKEN, held) in never else ""
    parts = found.stage, requests, each_user, tuple(ways), tuple(unknown), tuple(turned), pays
    return ThreeWays(*parts)


def _sold(beside: SelfHosting, found: OwnMachines) -> list[Way]:
    """The same model by the token, and that which the file names, where it is another."""

    def way(name: str, said: str, one: ByToken, what: str) -> Way:
        return Way(name, said, what, lambda requests: one.usd_per_request * requests)

    one, called, ways = beside.by_token, beside.called, list[Way]()
    if one is not None:
        said = f"tokens of {found.serves}" if called is not None and one.same else "tokens"
        ways.append(way(TOKEN, said, one, one.words))
    if called is not None:
        ways.append(
            way(CALLED, f"tokens of {called.item}", called, f"{called.item}, as in the file")
        )
    return ways


def _all_turns(ways: list[Way]) -> list[Turn]:
    """Every turn of each two ways of which one at least is of machines."""
    pairs = [pair for pair in combinations(ways, 2) if any(way.units is not None for way in pair)]
    if not pairs:
        return []

    def saved(n: np.ndarray) -> np.ndarray:
        usd = {way.name: np.broadcast_to(way.cost(n), n.shape) for way in ways}
        return np.array([usd[b.name] - usd[a.name] for a, b in pairs])

    first = saved(np.array([float(FROM)]))[:, 0] >= 0
    found = turns(saved, FROM, UP_TO, FAR)
    return [
        (a, b, tuple(at), bool(ahead))
        for (a, b), at, ahead in zip(pairs, found, first, strict=True)
    ]


def _in_doubt(choice: Choice) -> str:
    return f" (its speed is in doubt: {'; '.join(choice.doubts)})" if choice.doubts else ""


def _volumes(now: float, each_user: float) -> np.ndarray:
    """The requests a month of a table's rows."""
    sizes = [n * each_user for n in USERS] if each_user else [*SHOWN]
    return np.array(sorted({*sizes, now}))


def _rented(found: OwnMachines, bits: str, at: np.ndarray) -> Way:
    """At each volume the cheapest units whose speed is well known, named at those of the table.

    Of those that are the cheapest at one at least of 4,097 volumes of equal ratio.
    """
    best = found.best(bits)
    assert best is not None
    kept = [one for one in found.in_bits(bits) if bool(one.doubts) == bool(best.doubts)]
    tried = np.geomspace(FROM, FAR, EDGES)
    used = np.unique(_costs(kept, found, np.append(tried, at)).argmin(axis=0))
    kept = [kept[i] for i in used]
    named = [kept[i] for i in _costs(kept, found, at).argmin(axis=0)]
    first = [i for i, one in enumerate(named) if i == 0 or one is not named[i - 1]]
    units = [f"{named[i].unit} from {count(round(at[i]))} requests on" for i in first[1:]]
    words = listing([named[0].words, *units])
    words += ", the cheapest at each of these volumes"
    words += f" in {bits}, as the bought ones are," if bits else ""
    words += _in_doubt(best) if best.doubts else " of those whose speed is well known"
    less = found.in_bits(bits)[0]
    if less.usd < best.usd:
        words += f" ({less.unit} would be {money(less.usd)} today, but {'; '.join(less.doubts)})"
    return _way(RENTED, words, kept, found)


def _costs(choices: Sequence[Choice], found: OwnMachines, requests: np.ndarray) -> np.ndarray:
    """What each choice costs a month at so many requests."""
    point, wrote = found.point, found.work.calls * found.work.output_tokens
    part = requests / max(float(point.requests().value), 1e-300)
    peak, tokens = peak_calls(point, found.stages) * part, wrote * part
    usd = (cost_of(choice.pool, peak, point, tokens) for choice in choices)
    return np.array([np.broadcast_to(each, requests.shape) for each in usd])


def _way(name: str, what: str, choices: Sequence[Choice], found: OwnMachines) -> Way:
    """Machines of which the cheapest run at each volume."""
    hour = peak_calls(found.point, found.stages)
    now = max(float(found.point.requests().value), 1e-300)

    def cost(requests: np.ndarray) -> np.ndarray:
        return np.asarray(_costs(choices, found, requests).min(axis=0))

    def units(requests: np.ndarray) -> np.ndarray:
        which = _costs(choices, found, requests).argmin(axis=0)
        each = [np.broadcast_to(c.pool.units(hour * requests / now), which.shape) for c in choices]
        return np.choose(which, each)

    return Way(name, f"{name} machines", what, cost, units)
