"""The way of many requests through the pipeline: what each takes, draws and pays.

The same tree as the bill's and the same means: who takes a stage, how often it is called and what
its calls carry is drawn, where the bill takes the mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from aicost.analysis.request_cost.calls import CallPrices
from aicost.analysis.request_cost.chances import Chances, Chosen, Floats, Places
from aicost.analysis.request_cost.spent import On, Spent
from aicost.billing.case import Case
from aicost.billing.pools import overflowing
from aicost.components.flow import OneCall, growth_per_call
from aicost.components.stage import Stage, attempts
from aicost.scenario.measures import Usage, used
from aicost.scenario.pipeline import Loop, Route, stages_of
from aicost.scenario.scenario import arrivals
from aicost.scenario.shares import falls_under, parts, shared, shown_as
from aicost.timing.walk import whole_counts
from aicost.values.quantities import Spread, Value, mean, scaled

MOST_CALLS = 64  # of a stage in one round that are drawn one by one; of more, lots are
MOST_ROUNDS = 512  # likewise, the mean rounds of a loop
LEVELS = 4_096  # of a mix, to take a mean over it


class DrawnWalk:
    """Walks `n` requests through a case at its point.

    `cap` stops a loop between two rounds once a request has spent so much; nothing behind the loop
    is called for it then but what is of all requests. [USD]
    """

    def __init__(self, case: Case, n: int, cap: float = np.inf) -> None:
        self.scenario, self.book = case.point.scenario, case.point.book
        entry = self.scenario.requests()
        self.flows = {s.name: flow for s, _, flow in arrivals(self.scenario, entry)}
        self.prices: Mapping[str, CallPrices] = {
            stage.name: CallPrices.of(stage, self.flows[stage.name], self.book)
            for stage in self.scenario.stages
        }
        self.beyond = {
            stage.name: (CallPrices.of(stage, flow.narrowed(part), self.book), float(part.value))
            for stage, flow, part in overflowing(self.scenario, entry)
        }
        usage = Usage(self.scenario, entry)
        self.paid = [
            (line, by, {one[0].name for one in by.parts(usage).get(line.of, ())})
            for line in self.scenario.other
            for by in used(line)
            if by.parts is not None
        ]
        self.chances = Chances(n)
        self.everyone: Places = np.arange(n)
        self.gone = np.zeros(n, dtype=bool)
        self.took: dict[str, Chosen] = {}
        self.spent = Spent(n, cap)
        self.hours: Places | None = self._hours()
        self._talk: tuple[Floats, Floats] | None = None

    def _hours(self) -> Places | None:
        """The hour of the day of each request, where prices differ by it."""
        if not any(price.by_hour for price in self.prices.values()):
            return None
        weights = np.cumsum(self.scenario.profile.hours)
        levels = self.chances.levels(self.everyone) * weights[-1]
        hours = np.minimum(np.searchsorted(weights, levels, side="right"), weights.size - 1)
        self.chances.apart(self.everyone, hours)
        return hours

    # ---- through the tree

    def through(self) -> Spent:
        """Walk to the end."""
        for part in self.scenario.pipeline.parts:
            self.chances.named(part.name)
            if isinstance(part, Loop):
                self._loop(part)
            elif isinstance(part, Route):
                self._route(part)
            else:
                for stage in stages_of(part):
                    self._stage(stage)
        self._lines()
        return self.spent

    def _lines(self) -> None:
        """Book the other lines that a request pays for, and what is a share of lines."""
        for line in self.scenario.other:
            if line.per_request is not None:
                self.chances.named(f"other.{line.name}")
                usd = self.chances.mix(self.everyone, line.per_request)
                self.spent.add((line.name, line.component), self.everyone, usd, stops=False)
        way, production = self.scenario.pipeline, [*self.spent.lines]
        known = parts(way, self.scenario.pools, self.scenario.other)
        for one in self.scenario.environments:
            on = shown_as(one, way, known)
            self.spent.add_share(on, float(one.share), shared(one, way, production))
        for line in self.scenario.other:
            if line.share_of_lines is not None:
                above = [on for on in self.spent.lines if falls_under(way, line.of, on)]
                on = line.name, line.component
                self.spent.add_share(on, float(line.share_of_lines), above)

    def _stage(self, stage: Stage, taken: Chosen | None = None) -> None:
        takes = self._takes(stage) if taken is None else taken
        self.took[stage.name] = takes
        self._pay(stage, np.flatnonzero(takes), 0.0)
        self._answered(stage)

    def _route(self, route: Route) -> None:
        """Each request takes one branch, but for those that are of another stage's requests."""
        there = np.flatnonzero(~self.gone)
        shares = np.cumsum([float(stage.share) for stage in route.stages])
        level = self.chances.levels(there) * shares[-1]
        branch = np.minimum(np.searchsorted(shares, level, side="right"), shares.size - 1)
        self.chances.apart(there, branch)
        for i, stage in enumerate(route.stages):
            takes = np.zeros(self.everyone.size, dtype=bool)
            takes[there[branch == i]] = True
            self._stage(stage, takes if not stage.of else None)

    def _loop(self, loop: Loop) -> None:
        for stage in loop.stages:
            self.took[stage.name] = self._takes(stage)
        lot = max(1.0, np.ceil(float(mean(loop.rounds.rounds)) / MOST_ROUNDS))
        made, scale = self._rounds(loop.rounds.rounds, lot)
        going = np.flatnonzero(made)
        for k in range(int(made.max())):
            if k:
                self.chances.in_strata = False
                going = going[made[going] > k]
                self.spent.stop(going[~self.gone[going]])
            self._pay_rounds(loop, going[~self.gone[going]], lot)
            fresh: dict[str, Places] = {}
            for stage in loop.stages:
                takes = self._again(stage, going, fresh) if k else self._first(stage, going)
                fresh[stage.name] = takes
                self._pay(stage, takes, scale * (k * lot + (lot - 1) / 2), lot)
        self.chances.in_strata = True
        for stage in loop.stages:
            self._answered(stage)

    def _first(self, stage: Stage, going: Places) -> Places:
        """Who takes a stage in the first round of a loop."""
        return going[self.took[stage.name][going]]

    def _again(self, stage: Stage, going: Places, fresh: Mapping[str, Places]) -> Places:
        """Who takes a stage in a later round; `fresh` took one of the same round."""
        own = stage.of in fresh
        those = fresh[stage.of] if own else going[self._whose(stage)[going]]
        share = _share(stage)
        return those if share >= 1 else those[self.chances.some(those, share)]

    def _rounds(self, rounds: Value, lot: float) -> tuple[NDArray[np.intp], float]:
        """The lots of rounds that each request makes, and what the rounds before one are taken for.

        Whole rounds carry a little more than the mix that they are cut from, of which the bill
        takes the mean.
        """
        shares = np.array(whole_counts(scaled(rounds, 1 / lot)))
        made = np.searchsorted(np.cumsum(shares)[:-1], self.chances.levels(self.everyone), "right")
        if np.count_nonzero(shares) > 1:
            self.chances.mixes += 1
        k = np.arange(shares.size)
        whole = lot * float(shares @ (k * (k - 1) / 2)) / float(shares @ k) + (lot - 1) / 2
        mixed = float(growth_per_call(rounds=rounds))
        return made, mixed / whole if whole > 0 else 0.0

    # ---- who takes a stage, and who has an answer there

    def _takes(self, stage: Stage) -> Chosen:
        """Who takes a stage: its share of those who are here, or of those it is for."""
        those, share = self._whose(stage), _share(stage)
        if share >= 1:
            return those
        who = np.flatnonzero(those)
        takes = np.zeros(those.size, dtype=bool)
        takes[who[self.chances.some(who, share)]] = True
        return takes

    def _whose(self, stage: Stage) -> Chosen:
        """The requests that a stage takes its share of."""
        if _of_all(stage):
            return np.ones(self.everyone.size, dtype=bool)
        return self.took[stage.of] if stage.of else ~self.gone

    def _answered(self, stage: Stage) -> None:
        if stage.ends_requests:
            who = np.flatnonzero(self.took[stage.name] & ~self.gone)
            self.gone[
                who[self.chances.some(who, float(stage.answered(self.flows[stage.name])))]
            ] = True

    # ---- what they pay

    def _pay(self, stage: Stage, who: Places, before: float, lot: float = 1.0) -> None:
        """Add what a stage costs those who take it, all its calls and failed tries."""
        price = self.prices[stage.name]
        if not who.size or price.calls <= 0:
            return
        callers, lots = self._calls(stage, who)
        many = lot * lots
        self._pay_calls(stage, price, who, callers, before, many, lines=True)
        if stage.name in self.beyond:
            metered, part = self.beyond[stage.name]
            self.chances.told_apart = False
            left = callers[self.chances.levels(callers) < part]
            if left.size:
                self._pay_calls(stage, metered, who, left, before, many, lines=False)

    def _pay_calls(
        self,
        stage: Stage,
        price: CallPrices,
        who: Places,
        callers: Places,
        before: float,
        many: float,
        *,
        lines: bool,
    ) -> None:
        """Add what calls cost those of `who` that make them, and the other `lines` of those."""
        call = OneCall(
            before,
            lambda turns: self._earlier(turns, callers),
            lambda value: self.chances.mix(callers, value, many),
        )
        one, hours = price.drawn(call), self.hours if price.by_hour else None
        stops = not _of_all(stage) or self.scenario.pipeline.group_of(stage.name) is not None
        beside = self._per_call(price, price.tokens(one), call) if lines else ()
        for on, usd in (
            (on_bill(stage), price.usd(one, None if hours is None else hours[callers])),
            *beside,
        ):
            if callers is not who:
                n = self.everyone.size
                usd = np.bincount(callers, np.broadcast_to(usd, callers.shape), minlength=n)[who]
            self.spent.add(on, who, usd * many, stops=stops)

    def _per_call(
        self, price: CallPrices, tokens: Value, call: OneCall
    ) -> Iterator[tuple[On, Value]]:
        """Yield what other lines cost for each of some calls of a stage."""
        for line, by, stages in self.paid:
            if price.stage.name in stages and by.driver != "rounds":
                units = price.counted * (tokens / by.holds if by.driver == "tokens" else 1.0)
                yield (line.name, line.component), units * call.drawn(getattr(line, by.field))

    def _pay_rounds(self, loop: Loop, who: Places, lot: float) -> None:
        """Add what other lines cost for a round, or a lot of them."""
        for line, by, stages in self.paid:
            if by.driver == "rounds" and loop.stages[0].name in stages:
                usd = lot * self.chances.mix(who, getattr(line, by.field), lot)
                self.spent.add((line.name, line.component), who, usd, stops=True)

    def _calls(self, stage: Stage, who: Places) -> tuple[Places, float]:
        """Who makes each call, a place a call, and how many calls one of them stands for."""
        often, tries = float(stage.repeat), float(stage.tries)
        lot = max(1.0, often / MOST_CALLS)
        callers = who
        if often != 1:
            callers = np.repeat(who, self.chances.whole(who, often / lot))
        retry = float(stage.retry)
        if retry <= 0:
            return callers, lot
        level, made = self.chances.levels(callers), np.ones(callers.size, dtype=np.intp)
        self.chances.told_apart = False
        most = min(tries, float(MOST_ROUNDS))
        paid = [attempts(retry=retry, tries=min(k, most)) for k in range(1, int(np.ceil(most)) + 1)]
        for further in np.diff(paid):
            made += level < further
        return np.repeat(callers, made), lot

    def _earlier(self, turns: Value, callers: Places) -> Floats:
        """The turns before each caller's, who stands anywhere in a conversation of its size."""
        if self._talk is None:
            self._talk = self.chances.levels(self.everyone), self.chances.levels(self.everyone)
            self.chances.mixes += 1
        size, place = self._talk
        whole = np.mean(_whole_turns(_sizes(turns, (np.arange(LEVELS) + 0.5) / LEVELS)))
        scale = growth_per_call(rounds=turns) / whole if whole > 0 else 0.0
        earlier = np.floor(place * _sizes(turns, size))
        return np.asarray(scale * earlier[callers])


def on_bill(stage: Stage) -> On:
    """What a stage stands as on the bill."""
    return stage.name, stage.billed_as or stage.component


def _of_all(stage: Stage) -> bool:
    """Whether it sees every request, also those answered or stopped before it."""
    return stage.of == "requests" or (stage.of_all and not stage.of)


def _share(stage: Stage) -> float:
    return float(stage.share) if stage.states("share") else 1.0


def _sizes(turns: Value, levels: Floats) -> Floats:
    """The turns of the conversations that turns stand in: long ones hold more of them."""
    if not isinstance(turns, Spread):
        return np.full(levels.size, float(turns))
    score = turns.sigma + ndtri(levels)
    return np.asarray(np.maximum(1.0, turns.p50 * np.exp(turns.sigma * score)))


def _whole_turns(sizes: Floats) -> Floats:
    """The mean number of whole turns before one of a conversation."""
    whole = np.floor(sizes)
    return np.asarray((whole * (whole - 1) / 2 + whole * (sizes - whole)) / sizes)
