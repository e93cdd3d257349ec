"""The same request on other models: what it would cost wherever its largest calls fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from aicost.billing.case import Case, single
from aicost.book.book import Book
from aicost.book.rates import rates
from aicost.book.rows import BookError
from aicost.book.terms import ANYWHERE
from aicost.components.flow import Flow
from aicost.components.inference import Inference
from aicost.components.reranking import Reranking
from aicost.scenario.scenario import steps
from aicost.values.formatting import money, times
from aicost.values.result import Result
from aicost.values.table import Column, Form, Table, table

if TYPE_CHECKING:
    import pandas as pd


def costliest_call(case: Case) -> str:
    """The name of the stage that spends most on tokens.

    Parameters
    ----------
    case : the system; sweeps and draws count with their sum. [Case]

    Raises
    ------
    ValueError : no stage of the scenario pays a model by the token.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> costliest_call(load("data/scenarios/claims-review.yaml"))
    'extract'
    """
    calls = [s for s in case.scenario.stages if isinstance(s, Inference)]
    paid = {call.name for call in calls if not (call.pool or call.by_request)}
    spent = {name: float(np.sum(v)) for name, v in case.bill.by("stage").items() if name in paid}
    if not spent:
        raise ValueError(f"{case.name}: no stage pays a model by the token")
    return max(spent, key=lambda name: spent[name])


def second_look(case: Case) -> str:
    """The name of the first stage that reranks something; empty where none does.

    Parameters
    ----------
    case : the system; its ranges stand at their means. [Case]

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> second_look(load("data/scenarios/help-desk.yaml"))
    'reranking'
    >>> second_look(load("data/scenarios/claims-review.yaml"))
    ''
    """
    point = case.point.scenario
    for stage, flow in steps(point, point.requests()):
        if isinstance(stage, Reranking):
            found = flow.passages.value if flow.passages is not None else 0.0
            read = found if stage.documents is None else stage.documents
            if stage.calls(flow).value * read > 0:
                return stage.name
    return ""


def prompt_parts(case: Case, stage: str) -> pd.DataFrame:
    """What the input of one mean call adds up from: part, tokens, share.

    Parameters
    ----------
    case : the system; its ranges stand at their means. [Case]
    stage : name of an inference stage. [name]

    Returns
    -------
    One row a part: part, tokens [tokens], share [share of the input].

    Raises
    ------
    KeyError : no such stage. ValueError : it is no call to a model.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> parts = prompt_parts(load("data/scenarios/contract-search-planned.yaml"), "answer")
    >>> list(zip(parts["part"], parts["tokens"].round()))
    [('instructions and question', 1100.0), ('passages', 3200.0)]
    """
    import pandas as pd

    call, flow = _call(case, stage)
    parts = [(part.name, float(part.value)) for part in call.prompt_of(flow).parts]
    frame = pd.DataFrame(parts, columns=["part", "tokens"])
    return frame.assign(share=frame["tokens"] / frame["tokens"].sum())


def largest_call(case: Case, stage: str) -> float:
    """The tokens of a large call: input, history and answer, each at its p95.

    tokens = own p95 + passages + history of the last of p95 rounds or turns + answer p95

    Parameters
    ----------
    case : the system; its ranges stand at their means. [Case]
    stage : name of an inference stage. [name]

    Returns
    -------
    What a model's window has to hold. [tokens]

    Raises
    ------
    KeyError : no such stage. ValueError : it is no call to a model.

    Notes
    -----
    Rather too large than too small: a call is seldom at its p95 in every part at once.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> largest_call(load("data/scenarios/contract-search-planned.yaml"), "answer")
    4550.0
    """
    call, flow = _call(case, stage)
    return float(call.largest(flow))


@dataclass(frozen=True, repr=False)
class Models(Result):
    """A stage's part of one request on other models, cheapest first.

    `frame` has one row a model: model, usd_per_request, input_usd and output_usd [USD/request],
    window [tokens], fits (whether the largest call is not too long; None where the book does not
    know it), residency ('' where data may be anywhere), note. `elsewhere` says how many
    may not run where data has to stay, and are left out.
    """

    stage: str
    now: str
    frame: pd.DataFrame
    elsewhere: str = ""

    @property
    def sentence(self) -> str:
        """Which model is cheapest, and how far the one in use is above it."""
        if self.frame.empty:
            return f"{self.stage}: the book prices no model for it."
        first, own = self.frame.iloc[0], self.frame[self.frame["model"] == self.now]
        least = float(first["usd_per_request"])
        words = f"{self.stage}: {first['model']} is cheapest, {money(least)} a request"
        rest = f" {self.elsewhere}" if self.elsewhere else ""
        if own.empty or first["model"] == self.now:
            return f"{words}.{rest}"
        usd = float(own["usd_per_request"].iloc[0])
        ratio = f", {times(usd / least)} times as much" if least > 0 else ""
        return f"{words}; {self.now} is {money(usd)}{ratio}.{rest}"

    def rows(self) -> Table:
        """A row a model: what one request costs, in and out, and whether it fits."""
        columns = (
            Column("model"),
            Column("a request", Form.MONEY, "usd_per_request"),
            Column("input", Form.MONEY, "input_usd"),
            Column("output", Form.MONEY, "output_usd"),
            Column("window", Form.COUNT),
            Column("fits"),
            *([Column("residency")] if self.frame["residency"].any() else []),
            Column("note"),
        )
        fits = {True: "yes", False: "no"}
        cells = self.frame.assign(fits=[fits.get(fit, "") for fit in self.frame["fits"]])
        cells = cells[[column.key or column.name for column in columns]]
        return table(columns, cells.to_numpy().tolist())


def models(case: Case, stage: str = "", names: Iterable[str] | None = None) -> Models:
    """Price a stage's part of one request on every model, cheapest first.

    Each model bills the whole system by the same walk, so that tiers, cache shares, hours of
    the week and history are priced as they would be there.

    Parameters
    ----------
    case : the system; its ranges stand at their means. [Case]
    stage : name of an inference stage; the one that spends most where it is empty. [name]
    names : models to price, those of the whole book where None. [names]

    Raises
    ------
    KeyError : no such stage. ValueError : it is no call to a model. BookError : no such model.

    Notes
    -----
    Models cut the same words into more or fewer tokens: the counts become those of each by
    data/tokenizers.csv, and the note says by what; where a tokenizer is not known it says that
    they were left as they are. Models also answer at different length, which nothing here knows:
    a first sieve, not a quotation. A model without the batch service or tier that the stage uses
    stands at its standard price, and the note says so. Models without a price for a fee, for
    pictures or sound of the call are left out.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> two = ("anthropic/claude-sonnet-5-5", "anthropic/claude-haiku-4-5")
    >>> models(load("data/scenarios/help-desk.yaml"), "answer", two).frame["model"].tolist()
    ['anthropic/claude-haiku-4-5', 'anthropic/claude-sonnet-5-5']
    """
    import pandas as pd

    single(case, "a comparison of models")
    name = stage or costliest_call(case)
    call, flow = _call(case, name)
    if call.by_request:
        raise ValueError(f"{name}: it is paid by the request; write its tokens, and their prices")
    asked = [names] if isinstance(names, str) else names and [*names]
    for model in asked or ():
        case.book.all_rows(model)  # refuses an unknown one
    named, asked = bool(asked), asked or case.book.items()
    every = [m for m in asked if _answers(case.book, m) and (named or call.sold_on(m, case.book))]
    book, anywhere = case.book, case.book.kept_in(ANYWHERE)
    out = sum(book.terms.barred(m, book.as_of) and _answers(anywhere, m) for m in asked)
    elsewhere = f"{out:,} may not run in {book.place}." if out else ""
    frame = pd.DataFrame([_on(case, call, flow, m) for m in every], columns=_COLUMNS)
    ranked = frame.sort_values(["usd_per_request", "model"], ignore_index=True)
    return Models(name, call.model, ranked, elsewhere)


def rerankers(case: Case, stage: str, names: Iterable[str] | None = None) -> pd.DataFrame:
    """Price a stage's part of one request on every reranker, cheapest first.

    Parameters
    ----------
    case : the system; its ranges stand at their means. [Case]
    stage : name of a reranking stage. [name]
    names : rerankers to price, those of the whole book where None. [names]

    Returns
    -------
    One row a reranker: model, usd_per_request [USD/request], sold (by the search or the token).

    Raises
    ------
    KeyError : no such stage. ValueError : it does not rerank.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> two = ("cohere/rerank-v4.0-fast", "voyageai/rerank-3-lite")
    >>> rerankers(load("data/scenarios/help-desk.yaml"), "reranking", two)["sold"].tolist()
    ['token', 'search']
    """
    import pandas as pd

    book, found = case.book, []
    second_look = case.scenario.stage_of(Reranking, stage, "it does not rerank")
    for name in names or [item for item in book.items() if "rerank" in item]:
        sold = {row.parameter for row in book.active(name)} & {"search_unit", "input"}
        if sold and not book.terms.barred(name, book.as_of):
            there = case.with_stage(replace(second_look, price=None, model=name))
            usd = float(there.bill.by("stage")[stage] / there.bill.requests)
            found.append((name, usd, "search" if "search_unit" in sold else "token"))
    frame = pd.DataFrame(found, columns=["model", "usd_per_request", "sold"])
    return frame.sort_values(["usd_per_request", "model"], ignore_index=True)


_COLUMNS = [
    *("model", "usd_per_request", "input_usd", "output_usd", "window", "fits"),
    *("residency", "note"),
]


def _on(case: Case, call: Inference, flow: Flow, model: str) -> list[object]:
    """One row of `models`."""
    there, notes = replace(call, model=model, price=None), []
    if not any(row.context == str(there.context) for row in case.book.active(model)):
        notes.append(f"no {there.context.value} price listed: standard price")
        there = replace(there, batch=False, service_tier="")
    if there.cache_kept is not None and not there.rents_cache(case.book):
        notes.append("no rent of a cache listed: none kept")
        there = replace(there, cache_kept=None)
    point = case.with_stage(there).point
    bill, stage = point.bill, point.scenario.stage_of(Inference, call.name, "no call to a model")
    notes += stage.said_of_ratio()
    lines = [c for c in bill.charges if c.stage == call.name and c.every == "month"]
    usd = float(sum(c.usd for c in lines) / bill.requests)
    out = float(sum(c.usd for c in lines if c.driver == "tokens out") / bill.requests)
    window = rates(case.book, model, context=there.context).context_window
    fits = None if window is None else stage.over(flow, case.book) is None
    where = _residency(case.book, model)
    return [model, usd, usd - out, out, window, fits, where, "; ".join(notes)]


def _residency(book: Book, model: str) -> str:
    """What the place that data has to stay in makes of a model's listed price."""
    if not book.place:
        return ""
    rule = book.terms.placed(model, book.as_of)
    if rule is None:
        return "nobody says where it runs"
    return f"{book.place}: listed price" + (f" x {rule.text}" if rule.value != 1 else "")


def _answers(book: Book, model: str) -> bool:
    """Say whether an item is a model that the book prices by input and output on that day."""
    try:
        found = rates(book, model)
    except BookError:
        return False
    return found.priced("input") and found.priced("output")


def _call(case: Case, name: str) -> tuple[Inference, Flow]:
    """A call to a model with the requests that take it, at the means."""
    point = case.point.scenario
    call = point.stage_of(Inference, name, "no call to a model")
    entry = point.requests()
    return call, next(flow for stage, flow in steps(point, entry) if stage.name == name)
