"""Managed or self-hosted: one stage by the token, or on machines, at every number of requests."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from statistics import median_low

import numpy as np

from aicost.analysis.alternatives.machine_choices import Choice, counted
from aicost.analysis.alternatives.own_machines import OwnMachines, own_machines
from aicost.analysis.alternatives.served_stages import peak_calls, same_model
from aicost.analysis.capacity.idle_units import busy_share
from aicost.billing.case import Case
from aicost.billing.pools import RUN, pool_lines
from aicost.book.names import taken
from aicost.book.rates import rates
from aicost.book.rows import BookError
from aicost.components.inference import Inference
from aicost.formulas.serving import step_seconds
from aicost.scenario.pool_checks import running
from aicost.scenario.pool_work import Work
from aicost.scenario.problems import ScenarioError
from aicost.scenario.served_pools import machine_of, prompt_s
from aicost.values.charge import total
from aicost.values.formatting import percent, usd
from aicost.values.quantities import MTOK, SECONDS_PER_HOUR
from aicost.values.result import Result
from aicost.values.table import Column, Form, Table, table


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

    @property
    def words(self) -> str:
        """Who sells it, at which price, and among how many."""
        words = f"{self.item}, {usd(self.input_usd)} and {usd(self.output_usd)} a Mtok read and "
        words += "written"
        words += f", the middle of {self.sellers} sellers" if self.sellers > 1 else ""
        return f"{words}; nobody says whether in {self.unplaced}" if self.unplaced else words


@dataclass(frozen=True, repr=False)
class SelfHosting(Result):
    """One stage by the token, and what a token costs on machines.

    `called` is the model by the token that the file names for it, where that is another one, or
    has another price. `input_usd` and `output_usd` are of a million tokens on the machines of
    `choice`, by the seconds that reading and writing take them; `busy` is the share of the month
    in which they work, `engineers_usd` what those cost who run them, who are in it. `needed` is the
    share of what a unit carries all month at which it costs what tokens do, `at_most` the share
    that calls fill which come as these do. Without a unit that serves in time these are no numbers.
    """

    by_token: ByToken | None
    called: ByToken | None
    choice: Choice | None
    needed: float
    at_most: float
    input_usd: float
    output_usd: float
    busy: float
    engineers_usd: float

    @property
    def pays(self) -> str:
        """How busy machines have to be to cost what tokens do, in a sentence."""
        if self.needed > 1:
            return "Machines would not pay if they were busy all the time."
        return (
            f"Machines pay from {percent(round(self.needed, 3))} of what a unit carries all "
            f"month; calls that come as these do fill {percent(round(self.at_most, 3))} at most."
        )

    @property
    def sentence(self) -> str:
        """What a million tokens cost on machines, in a sentence."""
        read, written = usd(self.input_usd), usd(self.output_usd)
        if self.choice is None:
            return "No unit serves it in time, so no token has a price on machines."
        unit = f"{counted(self.choice.units)} of {self.choice.unit}"
        words = f"Today a million tokens cost {read} read and {written} written on {unit}. "
        words += f"Such units do {percent(float(f'{self.busy:.2g}'))} of what they can carry over "
        words += "the month, and the rest is paid with it"
        part = self.engineers_usd / max(self.choice.usd, 1e-300)
        return f"{words}{f'; {percent(round(part, 3))} of it is engineers' if part else ''}."

    def rows(self) -> Table:
        """A million tokens read and written, by the token and on machines."""
        one = self.by_token
        sold = (one.input_usd, one.output_usd) if one else (np.nan, np.nan)
        heads: list[Column | str] = ["a million tokens", Column("by the token", Form.USD)]
        heads.append(Column("machines", Form.USD))
        return table(
            heads,
            [("read", sold[0], self.input_usd), ("written", sold[1], self.output_usd)],
        )


def self_hosting(
    case: Case,
    stage: str = "",
    model: str = "",
    *,
    against: str = "",
    known: OwnMachines | None = None,
    today: Case | None = None,
) -> SelfHosting:
    """Say what a stage costs by the token, and how busy machines would have to be to cost less.

    Parameters
    ----------
    case : the system; ranges stand at their means. [Case]
    stage : name of a stage that calls a model; the first, if left out. [name]
    model : what machines serve, as data/architectures.csv names it; that of the stage, if left
        out. [name]
    against : another model by the token to compare it with; the same, if left out. [name]
    known : the choices for it, where they are there already.
    today : the system as it is, of which `case` is an option; `case` itself, if left out. [Case]

    Raises
    ------
    KeyError : no such stage. ValueError : it calls no model, none is named whose weights are to
    be had.

    Notes
    -----
    The same model by the token: what the stage calls, if it is that; else the middle one of those
    who sell it, or of those who are said to run where data has to stay, if any are. Machines are
    those of the file, else the cheapest today whose speed is well known.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> case = load("data/scenarios/contract-search-billed.yaml")
    >>> self_hosting(case, "answer", "llama-3.3-70b").by_token.same
    True
    """
    found = known or own_machines(case, stage, model)
    choice, point = found.now or found.best(), found.point
    sold = _by_token(case.of(point), found, against)
    called = _called(today or case, found, sold)
    if choice is None:
        return SelfHosting(sold, called, None, *[float("nan")] * 6)
    now, hour = float(point.requests().value), peak_calls(point, found.stages)
    calls = float(found.work.calls)
    hours = float(point.month.hours)
    a_call = sold.usd_per_request * now / max(calls, 1e-300) if sold is not None else 0.0
    unit = choice.usd / max(choice.units, 1e-300)
    needed = unit / max(float(choice.pool.carries) * hours * a_call, 1e-300)
    at_most = calls / max(hour * hours, 1e-300)
    own_tokens = _per_mtok(choice, found.work)
    busy = busy_share(choice.pool, calls, hour, point)
    engineers = [c for c in pool_lines(choice.pool, hour, point) if c.item == RUN]
    parts = sold, called, choice, needed, at_most, *own_tokens, busy
    return SelfHosting(*parts, float(total(engineers)))


def _called(case: Case, found: OwnMachines, sold: ByToken | None) -> ByToken | None:
    """What the file names by the token: it is paid today, or where a pool overflows."""
    scenario = case.scenario
    with suppress(KeyError, ScenarioError, BookError):  # it is not there, or has no price
        for name in found.stages:
            stage = scenario.stage_of(Inference, name, "it calls no model that writes")
            called = stage.model or ("the prices of the file" if stage.price is not None else "")
            scenario = scenario.with_stage(replace(stage, pool=""))
        each = _of_stages(case.of(scenario), found) if called else np.nan
        if called and (sold is None or not np.isclose(each, sold.usd_per_request, 1e-9)):
            return ByToken(called, each, np.nan, np.nan, 0, False)
    return None


def _by_token(case: Case, found: OwnMachines, against: str) -> ByToken | None:
    """The model by the token: what is asked for, the stage's own, or a middle seller's."""
    if against:
        return _billed(case, found, taken(case.book, against))
    sellers, work = same_model(found.serves, case.book), found.work
    read, written = float(work.input_tokens), float(work.output_tokens)
    spent = {i: price[0] * read + price[1] * written for i, price in sellers.items()}
    own = [found.called] if found.called in spent else []
    there = {item: usd for item, usd in spent.items() if _placed(case, item)}
    for item in own or _from_the_middle(there or spent):
        with suppress(ScenarioError, BookError):  # its calls hold what this one has no price for
            return _billed(case, found, item, 1 if own else len(there or sellers))
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
    sold, unplaced = rates(case.book, item), "" if _placed(case, item) else case.book.place
    each = sold.row("input").value, sold.row("output").value
    return ByToken(item, _of_stages(case, found), *each, sellers, sellers > 0, unplaced)


def _of_stages(case: Case, found: OwnMachines) -> float:
    """What the stages cost a request."""
    by, requests = case.bill.by("stage"), float(case.point.scenario.requests().value)
    return sum(float(by.get(name, 0.0)) for name in found.stages) / max(requests, 1e-300)


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
