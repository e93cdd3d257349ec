"""The caches of a system side by side: three shares of each, what it saves, from where it pays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from aicost.analysis.alternatives import kept_answers as answers
from aicost.analysis.alternatives import kept_prompts as prompts
from aicost.analysis.alternatives.kept_answers import KeptAnswers, machines
from aicost.analysis.alternatives.kept_prompts import KeptPrompts, Lifetime
from aicost.billing.case import Case, kept, single
from aicost.components.caching import ResponseCache
from aicost.components.inference import Inference
from aicost.values.formatting import LEAST, count, money, percent
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table, table

LONG = {"5m": "5 minutes", "1h": "an hour"}
ONE_IN_A_HUNDRED = 0.01


@dataclass(frozen=True, repr=False)
class Caches(Result):
    """The caches that a system has, and those that would pay.

    `alone` is what each saves where it is the only one, by stage: two that stand one behind the
    other save less together than the sum of both. `total` is what all of them save. [USD]
    """

    answers: KeptAnswers | None
    prompts: tuple[KeptPrompts, ...]
    alone: dict[str, float]
    total: float
    unit: str

    @property
    def there(self) -> bool:
        """Whether the system has any."""
        return bool(self.alone)

    @property
    def told(self) -> bool:
        """Whether there is anything to say: one that stands, or that would pay."""
        return bool(self.answers or any(one.there or one.gained > 0 for one in self.prompts))

    @property
    def sentence(self) -> str:
        """What the cache of answers does, and the prompts that matter most."""
        said = [] if self.answers is None else [_of_answers(self.answers)]
        if self.prompts:
            said.append(_of_prompts(max(self.prompts, key=_weight)))
        return " ".join(said) or "Nothing here could be kept: no price of a cache is known."

    def rows(self) -> Table:
        """A row a cache: its share of requests, of tokens, of dollars, and where it pays."""
        columns = [
            Column("Cache", key="cache"),
            Column("of requests", Form.PERCENT, "of_requests"),
            Column("of tokens", Form.PERCENT, "of_tokens"),
            Column("of dollars", Form.PERCENT, "of_dollars"),
            Column("saved a month", Form.MONEY, "saved"),
            *([Column("by itself", Form.MONEY, "alone")] if len(self.alone) > 1 else []),
            Column("pays from", key="needs"),
        ]
        lines = []
        for row in self._lines():
            name, *cells, needs = row.cells
            alone = [self.alone.get(row.of.stage)] if len(self.alone) > 1 else []
            lines.append(Row((name, *cells, *alone, needs), row.making, of=row.of))
        return table(columns, lines)

    def _lines(self) -> Iterator[Row]:
        if (own := self.answers) is not None and own.there:
            three = own.hit_share, own.token_share, own.saved / own.without_usd
            needs = _from(own.hits_needed, own.pays_from, self.unit)
            yield Row((own.stage, *_rounded(three), own.saved, needs), (_of_answers(own),), of=own)
        for one in (one for one in self.prompts if one.there or one.shown > 0):
            name, shares, saved = self._kept(one)
            lifetime = one.held if one.there else one.best
            needs = _from(lifetime.needed_share, one.pays_from, self.unit)
            yield Row((name, *_rounded(shares), saved, needs), (_of_prompts(one),), of=one)

    def _kept(self, one: KeptPrompts) -> tuple[str, tuple[float | None, ...], float]:
        """The name of a row of prompts, its three shares, and what it saves."""
        if one.there:
            shares = one.held.found_share, one.read_share, one.saved / one.without_usd
            return f"{one.stage}: prompts", shares, one.saved
        name, shown = f"{one.stage}: {count(one.shown)} shared tokens, if kept", one.shown
        part = one.best.found_share * shown / one.input_tokens if one.input_tokens > shown else None
        return name, (one.best.found_share, part, one.gained / one.without_usd), one.gained


@kept
def caches(case: Case) -> Caches:
    """What the caches of a system save, each beside the others and by itself.

    saved = bill without it - bill as it is. One hit share has three denominators: requests, the
    tokens of all models (of prompts: of the input of its own), and the dollars of the whole bill.

    Parameters
    ----------
    case : the system; ranges stand at their means.

    Notes
    -----
    A cache of answers thins what comes to the provider's cache behind it, and a hit there spares
    what a call costs with its prompt from the cache: each saves less beside the other.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> found = caches(load("data/scenarios/research-agent.yaml"))
    >>> found.rows().frame()["cache"].tolist()[0], found.told
    ('work/think: prompts', True)
    """
    single(case, "what caches save")
    point = case.point
    own, kept_by_provider = answers.kept_answers(case), prompts.kept_prompts(case)
    stands = [one.stage for one in (own, *kept_by_provider) if one is not None and one.there]
    bare = _without(point, stands)
    alone = {
        name: float(
            machines(bare.bill) - machines(_without(point, [s for s in stands if s != name]).bill)
        )
        for name in stands
    }
    total = float(machines(bare.bill) - machines(point.bill))
    return Caches(own, kept_by_provider, alone, total, point.scenario.traffic.usage_units)


def _without(point: Case, names: list[str]) -> Case:
    """The system without some of its caches."""
    for name in names:
        stage = point.scenario.stage(name)
        if isinstance(stage, ResponseCache):
            point = answers.without(point, stage)
        elif isinstance(stage, Inference):
            point = prompts.without(point, stage)
    return point


def _rounded(shares: tuple[float | None, ...]) -> tuple[float | None, ...]:
    return tuple(None if share is None else round(share, 3) for share in shares)


def _from(needed: float, usage: int | None, unit: str) -> str:
    """From where on a cache pays: its share of hits, and the usage."""
    if not np.isfinite(needed):
        return "nowhere"
    share = "any hit" if needed <= 0 else f"{percent(round(needed, 3))} of hits"
    if usage is None:
        return f"{share}; at no usage" if needed > 0 else share
    return f"{share}; any usage" if usage <= 1 else f"{share}; {usage:,} {unit}"


def _weight(one: KeptPrompts) -> float:
    return abs(one.saved) if one.there else abs(one.gained)


def _saves(usd: float) -> str:
    return (
        f"saves {money(usd)} a month"
        if usd >= 0
        else f"costs {money(-usd)} a month more than it spares"
    )


def _of_answers(own: KeptAnswers) -> str:
    """A cache of answers in a sentence or two."""
    most = money(own.most_usd(ONE_IN_A_HUNDRED))
    if not own.there and not own.spared_usd > 0:
        return "A cache of answers would spare nothing: what answers cost is paid at any usage."
    if not own.there:
        return (
            f"A cache of answers would spare {money(own.spared_usd)} a hit: with one of its "
            f"answers in a hundred wrong, it pays as long as a wrong one costs less than {most}."
        )
    words = f"'{own.stage}' {_saves(own.saved)}: a hit spares {money(own.spared_usd)}"
    if own.spared_usd < LEAST:
        return f"'{own.stage}' {_saves(own.saved)}: nothing that is paid by the request is spared."
    if own.wrong_usd > 0:
        old = f" ({percent(round(own.old_share, 3))} out of date)" if own.old_share > 0 else ""
        words += f", and {percent(round(own.wrong_share, 3))} of hits are wrong{old}, at "
        words += f"{money(own.wrong_usd)} each"
        share = own.most_wrong
        if share is not None:
            words += f"; it pays with up to {percent(round(share, 4))} wrong" if share > 0 else ""
        return f"{words}."
    return (
        f"{words}. Were one hit in a hundred wrong, it would pay up to {most} for a wrong answer."
    )


def _of_prompts(one: KeptPrompts) -> str:
    """The prompts of a stage in a sentence or two."""
    best, held = one.best, one.held
    if one.there:
        words = f"What '{one.stage}' reads from its provider's cache {_saves(one.saved)}"
        gain = one.saved_if.get(best.asked, one.saved) - one.saved
        if best.asked != held.asked and gain > 0:
            words += f"; kept for {best.asked} it would be {money(gain)} more"
        return f"{words}."
    if one.shown == 0:
        return (
            f"The prompts of '{one.stage}' have too few tokens beside passages for its provider's "
            f"cache, which takes {count(one.least)} that calls share."
        )
    if one.unasked:
        words = f"The provider caches the prompts of '{one.stage}' unasked"
        words += f": of each {count(one.shown)} tokens that its calls share, {money(one.gained)} a "
        return f"{words}month comes off the bill once cache_read_share says how many they are."
    words = f"What all calls of '{one.stage}' share would cost {_times(best, ' of its price')}"
    others = [other for other in one.lifetimes if other is not best]
    alike = [other for other in others if _share(other) == _share(best)]
    words += "".join(f" or {_long(other)}" for other in alike)
    words += "".join(f", {_times(other)}" for other in others if other not in alike)
    if one.gained > 0:
        return (
            f"{words}: each {count(one.shown)} tokens of it save {money(one.gained)} a month then."
        )
    return f"{words}: at this traffic it is cheaper to keep none."


def _times(lifetime: Lifetime, of: str = "") -> str:
    kept_for = f" for {_long(lifetime)}" if lifetime.asked else ""
    return f"{_share(lifetime)}{of} if kept{kept_for}"


def _share(lifetime: Lifetime) -> str:
    return percent(round(lifetime.times, 3))


def _long(lifetime: Lifetime) -> str:
    return LONG.get(lifetime.asked, lifetime.asked)
