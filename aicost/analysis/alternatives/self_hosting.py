"""Managed or self-hosted: one stage by the token, or on machines, at every number of requests."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from statistics import median_low

import numpy as np

from aicost.analysis.alternatives.machine_choices import Choice, cost_of
from aicost.analysis.alternatives.own_machines import OwnMachines, own_machines
from aicost.analysis.alternatives.served_stages import peak_calls, same_model
from aicost.analysis.capacity.idle_units import busy_share
from aicost.billing.case import Case
from aicost.billing.pools import RUN, pool_lines
from aicost.book.names import taken
from aicost.book.rates import rates
from aicost.book.rows import BookError
from aicost.components.inference import Inference
from aicost.formulas.crossings import UP_TO, scan, windows
from aicost.formulas.serving import step_seconds
from aicost.scenario.pool_checks import running
from aicost.scenario.problems import ScenarioError
from aicost.scenario.served_pools import Work, machine_of, prompt_s
from aicost.values.charge import total
from aicost.values.formatting import count, listing, money, percent, usd
from aicost.values.quantities import MTOK, SECONDS_PER_HOUR
from aicost.values.result import Result
from aicost.values.table import Column, Form, Table, table

FROM, FAR = 100, 1_000_000_000  # requests of a month between which crossings are looked for
SHOWN = (1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9)


@dataclass(frozen=True)
class ByToken:
    """A model by the token: who sells it, what a request costs, and how many others sell it.

    `unplaced` is the place where data has to stay, where nobody says whether it runs there.
    """

    item: str
    usd_per_request: float
    input_usd: float
    output_usd: float
    sellers: int
    same: bool
    unplaced: str = ""


@dataclass(frozen=True, repr=False)
class SelfHosting(Result):
    """One stage by the token and on machines, from 100 to a billion requests a month.

    `crossings` are every number of requests at which the cheaper of the two is another one; None
    where no price by the token is known, so that nothing was looked for. `input_usd` and
    `output_usd` are of a million tokens on the machines of today's choice, by the seconds that
    reading and writing take them; `busy` is the share of the month in which they work, and
    `engineers_usd` what those cost who run them, who are in it.
    """

    stage: str
    now: float
    by_token: ByToken | None
    choice: Choice
    crossings: tuple[int, ...] | None
    own_first: bool
    needed: float
    at_most: float
    input_usd: float
    output_usd: float
    busy: float
    engineers_usd: float
    own: Callable[[np.ndarray], np.ndarray]

    @property
    def sentence(self) -> str:
        """From which number of requests on machines are cheaper, if from any."""
        one = self.by_token
        if one is None:
            return (
                f"{self.stage}: {self.choice.sentence}. Not looked for: from when on that is "
                f"cheaper than {self.choice.pool.serves} by the token, for the book has no price."
            )
        return f"{self.stage}: {self._turns()} {self._today()}"

    def _turns(self) -> str:
        assert self.by_token is not None
        assert self.crossings is not None
        one = self.by_token
        price = f"{one.item}, {usd(one.input_usd)} and {usd(one.output_usd)} a Mtok"
        price += f", the middle of {one.sellers} sellers" if one.sellers > 1 else ""
        same = f"the same model by the token ({price})"
        beside = same if one.same else f"{one.item} by the token"
        beside += f" (whether in {one.unplaced}, nobody says)" if one.unplaced else ""
        turns = [count(n) for n in self.crossings]
        if not turns and self.own_first:
            return f"machines are cheaper than {beside} from {FROM} requests a month on."
        if not turns:
            return f"machines are not cheaper than {beside} up to {count(FAR)} requests a month."
        if len(turns) == 1 and not self.own_first:
            return f"machines are cheaper than {beside} from {turns[0]} requests a month on."
        first = "machines are" if self.own_first else f"{beside} is"
        other = f"than {beside}" if self.own_first else "than machines"
        if len(turns) <= 3:
            at = f"it turns at {listing(turns)} requests a month"
        else:  # units come whole: the bills change places with each of them
            at = f"between {turns[0]} and {turns[-1]} requests a month it turns "
            at += f"{len(turns)} times, with each unit that is added; beyond that "
            at += "machines are" if self.own_first == (len(turns) % 2 == 0) else "tokens are"
            at += " cheaper"
        return f"{first} cheaper {other} at first; {at}."

    def _today(self) -> str:
        assert self.by_token is not None
        spent = money(self.by_token.usd_per_request * self.now)
        words = f"Today's {count(round(self.now))} cost {spent} by the token and "
        words += f"{money(self.choice.usd)} on machines"
        if self.crossings or self.own_first:  # what fills a unit has been said
            return f"{words}."
        if self.needed > 1:
            return f"{words}, which would not pay if they were busy all the time."
        return (
            f"{words}. They pay from {percent(round(self.needed, 3))} of what a unit carries all "
            f"month; calls that come as these do fill {percent(round(self.at_most, 3))} at most."
        )

    @property
    def tokens(self) -> str:
        """What a million tokens cost on machines, in a sentence."""
        read, written = usd(self.input_usd), usd(self.output_usd)
        words = f"A million tokens cost {read} read and {written} written on machines. "
        words += f"Their units do {percent(float(f'{self.busy:.2g}'))} of what they can carry over "
        words += "the month, and the rest is paid with it"
        part = self.engineers_usd / max(self.choice.usd, 1e-300)
        return f"{words}{f'; {percent(round(part, 3))} of it is engineers' if part else ''}."

    def rows(self) -> Table:
        """What both cost at sizes of a power of ten, at today's, and where it turns."""
        at = sorted({*SHOWN, round(self.now), *(self.crossings or ())[:20]})
        own = self.own(np.array(at, dtype=float))
        columns = [
            Column("requests", Form.COUNT),
            Column("by the token", Form.MONEY, "by_token"),
            Column("machines", Form.MONEY),
            Column("cheaper"),
        ]
        each = self.by_token.usd_per_request if self.by_token else np.nan
        lines = [
            (n, each * n, float(usd), _cheaper(each * n, float(usd)))
            for n, usd in zip(at, own, strict=True)
        ]
        return table(columns, lines)

    def token_rows(self) -> Table:
        """A million tokens read and written, by the token and on machines."""
        one = self.by_token
        sold = (one.input_usd, one.output_usd) if one else (np.nan, np.nan)
        heads: list[Column | str] = ["a million tokens", Column("by the token", Form.USD)]
        heads.append(Column("machines", Form.USD))
        return table(
            heads,
            [("read", sold[0], self.input_usd), ("written", sold[1], self.output_usd)],
        )


def _cheaper(token: float, own: float) -> str:
    return "" if np.isnan(token) else "machines" if own <= token else "by the token"


def self_hosting(
    case: Case,
    stage: str = "",
    model: str = "",
    *,
    against: str = "",
    known: OwnMachines | None = None,
) -> SelfHosting:
    """Say from which number of requests a month a stage is cheaper on machines than by the token.

    Parameters
    ----------
    case : the system; ranges stand at their means. [Case]
    stage : name of a stage that calls a model; the first, if left out. [name]
    model : what machines serve, as data/architectures.csv names it; that of the stage, if left
        out. [name]
    against : another model by the token to compare it with; the same, if left out. [name]
    known : the choices for it, where they are there already.

    Raises
    ------
    KeyError : no such stage. ValueError : it calls no model, none is named whose weights are to
    be had, or no machine serves it in time.

    Notes
    -----
    The same model by the token: what the stage calls, if it is that; else the middle one of those
    who sell it, or of those who are said to run where data has to stay, if any are. Machines are
    those of the file, else of today's cheapest choice whose speed is well known, in whole units at
    every size; all whole numbers to a million are tried, windows of equal ratio above.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> case = load("data/scenarios/contract-search-billed.yaml")
    >>> self_hosting(case, "answer", "llama-3.3-70b").by_token.same
    True
    """
    found = known or own_machines(case, stage, model)
    sure = [choice for choice in found.choices if not choice.doubts]
    best = [*filter(None, [found.now]), *sure, *found.choices]
    if not best:
        raise ValueError(found.sentence)
    choice, point = best[0], found.point
    now, hour = float(point.requests().value), peak_calls(point, found.stages)
    sold = _by_token(case.of(point), found, choice, against)

    def own(requests: np.ndarray) -> np.ndarray:
        calls = hour / max(now, 1e-300) * requests
        wrote = found.work.calls * found.work.output_tokens * requests / max(now, 1e-300)
        return np.broadcast_to(cost_of(choice.pool, calls, point, wrote), requests.shape)

    turns: tuple[int, ...] | None = None
    own_first = False
    if sold is not None:
        each = sold.usd_per_request

        def saved(requests: np.ndarray) -> np.ndarray:
            return (each * requests - own(requests))[None]

        (near,), (far,) = scan(saved, FROM, UP_TO), windows(saved, UP_TO, FAR)
        turns, own_first = (*near, *far), bool(saved(np.array([float(FROM)]))[0, 0] >= 0)
    calls = float(found.work.calls)
    hours = float(point.month.hours)
    a_call = sold.usd_per_request * now / max(calls, 1e-300) if sold is not None else 0.0
    unit = choice.usd / max(choice.units, 1e-300)
    needed = unit / max(float(choice.pool.carries) * hours * a_call, 1e-300)
    at_most = calls / max(hour * hours, 1e-300)
    own_tokens = _per_mtok(choice, found.work)
    busy = busy_share(choice.pool, calls, hour, point)
    engineers = [c for c in pool_lines(choice.pool, hour, point) if c.item == RUN]
    return SelfHosting(
        *(found.stage, now, sold, choice, turns, own_first, needed, at_most),
        *own_tokens,
        busy,
        float(total(engineers)),
        own,
    )


def _by_token(case: Case, found: OwnMachines, choice: Choice, against: str) -> ByToken | None:
    """The model by the token: what is asked for, the stage's own, or a middle seller's."""
    if against:
        return _billed(case, found, taken(case.book, against))
    sellers, work = same_model(choice.pool.serves, case.book), found.work
    read, written = float(work.input_tokens), float(work.output_tokens)
    spent = {i: price[0] * read + price[1] * written for i, price in sellers.items()}
    own = [found.called] if found.called in spent else []
    there = {item: usd for item, usd in spent.items() if _placed(case, item)}
    for item in own or _from_the_middle(there or spent):
        with suppress(ScenarioError, BookError):  # its calls hold what this one has no price for
            return _billed(case, found, item, len(there or sellers))
    return None


def _from_the_middle(spent: dict[str, float]) -> list[str]:
    """Sellers by how close their price is to that of the middle one."""
    if not spent:
        return []
    middle = median_low(spent.values())
    return sorted(spent, key=lambda item: (abs(np.log(max(spent[item], 1e-12) / middle)), item))


def _billed(case: Case, found: OwnMachines, item: str, sellers: int = 0) -> ByToken:
    """What a request costs by the token, as its stages are billed; ScenarioError without one."""
    for name in found.stages:
        stage = case.scenario.stage_of(Inference, name, "it calls no model that writes")
        there = replace(stage, pool="", model=item, price=None, batch=False, service_tier="")
        own = case.of(case.scenario.with_stage(there))  # counted as the served model counts
        case = own if stage.pool else case.with_stage(there)
    by, sold = case.bill.by("stage"), rates(case.book, item)
    spent = sum(float(by.get(name, 0.0)) for name in found.stages)
    requests = max(float(case.point.scenario.requests().value), 1e-300)
    each = sold.row("input").value, sold.row("output").value
    unplaced = "" if _placed(case, item) else case.book.place
    return ByToken(item, spent / requests, *each, sellers, sellers > 0, unplaced)


def _placed(case: Case, item: str) -> bool:
    """Whether somebody says that a model runs where data has to stay."""
    return not case.book.place or case.book.terms.placed(item, case.book.as_of) is not None


def _per_mtok(choice: Choice, work: Work) -> tuple[float, float]:
    """What a million tokens read and written cost on machines, by the seconds they take."""
    one, read, written = (
        machine_of(choice.pool),
        float(work.input_tokens),
        float(work.output_tokens),
    )
    rate = float(choice.pool.carries) * min(choice.busy, 1.0) / SECONDS_PER_HOUR
    at_once = max(float(running(one, work, rate)), 1.0)
    step = step_seconds(machine=one, running=at_once, kept_tokens=read + written / 2.0)
    reading = float(prompt_s(one, work))
    share = reading / (reading + written * float(step.total) / at_once)
    dollars = choice.usd / max(float(work.calls), 1e-300) * MTOK
    return dollars * share / max(read, 1.0), dollars * (1.0 - share) / max(written, 1.0)
