"""The same request on other models: what it would cost wherever its largest calls fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from aicost.billing.bill import Bill
from aicost.billing.walk import bill
from aicost.book.book import Book
from aicost.book.rates import rates
from aicost.book.rows import BookError
from aicost.components.inference import Inference
from aicost.components.reranking import Reranking
from aicost.scenario.scenario import Scenario, steps
from aicost.values.quantities import Numeric, Spread, Value

if TYPE_CHECKING:
    import pandas as pd


def dearest_call(priced: Bill) -> str:
    """The name of the stage that spends most on tokens.

    Parameters
    ----------
    priced : bill of a scenario; sweeps and draws count with their sum. [Bill]

    Returns
    -------
    str

    Raises
    ------
    ValueError : no stage of the scenario pays a model by the token.

    Examples
    --------
    >>> import aicost
    >>> dearest_call(aicost.bill(aicost.load("data/scenarios/claims-review.yaml")))
    'extract'
    """
    paid = {s.name for s in priced.scenario.pipeline if isinstance(s, Inference) and not s.pool}
    spent = {name: float(np.sum(usd)) for name, usd in priced.by("stage").items() if name in paid}
    if not spent:
        raise ValueError(f"{priced.scenario.name}: no stage pays a model by the token")
    return max(spent, key=lambda name: spent[name])


def input_parts(scenario: Scenario, stage: str) -> pd.DataFrame:
    """What the input of one mean call adds up from: part, tokens, share.

    Parameters
    ----------
    scenario : the system; its ranges stand at their means. [Scenario]
    stage : name of an inference stage. [name]

    Returns
    -------
    One row a part: part, tokens [tokens], share [share of the input].

    Raises
    ------
    KeyError : no such stage. ValueError : it is no call to a model.

    Examples
    --------
    >>> import aicost
    >>> parts = input_parts(aicost.load("data/scenarios/contract-search-planned.yaml"), "answer")
    >>> list(zip(parts["part"], parts["tokens"].round()))
    [('instructions and question', 1100.0), ('passages', 3200.0)]
    """
    import pandas as pd

    point = scenario.point()
    call = _call(point, stage)
    flow = next(f for s, f in steps(point, point.traffic.requests()) if s.name == stage)
    parts = {p.name: float(p.value) for p in call.input_parts(flow)}
    whole = sum(parts.values())
    shares = [tokens / whole for tokens in parts.values()]
    return pd.DataFrame({"part": list(parts), "tokens": list(parts.values()), "share": shares})


def largest_call(scenario: Scenario, stage: str) -> float:
    """The tokens of a large call: input, history and answer, each at its p95.

    tokens = own p95 + passages + history of the last of p95 rounds or turns + answer p95

    Parameters
    ----------
    scenario : the system; its ranges stand at their means. [Scenario]
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
    >>> import aicost
    >>> largest_call(aicost.load("data/scenarios/contract-search-planned.yaml"), "answer")
    4550.0
    """
    call = _call(scenario.point(), stage)
    parts = input_parts(scenario, stage).set_index("part")["tokens"]
    history = call.tokens_kept_per_turn * (_p95(call.turns) - 1)
    history += call.grows_tokens_per_round * (_p95(call.rounds) - 1)
    own = _p95(call.input_tokens) + _p95(call.output_tokens)
    return float(own + parts.get("passages", 0.0) + history)


def on_each_model(
    scenario: Scenario, stage: str, book: Book, models: Iterable[str] | None = None
) -> pd.DataFrame:
    """Price a stage's part of one request on every model, cheapest first.

    Each model bills the whole scenario by the same walk, so that tiers, cache shares, hours of
    the week and history are priced as they would be there.

    Parameters
    ----------
    scenario : the system; its ranges stand at their means. [Scenario]
    stage : name of an inference stage. [name]
    book : the price book. [Book]
    models : names to price, those of the whole book where None. [names]

    Returns
    -------
    One row a model that has prices of input and output on that day: model, usd_per_request,
    input_usd and output_usd [USD/request], window [tokens], fits (whether the window holds
    `largest_call`; None where the book does not know it), note.

    Raises
    ------
    KeyError : no such stage. ValueError : it is no call to a model.

    Notes
    -----
    The same token counts everywhere, though models cut the same words into more or fewer tokens
    and answer at different length; so it is a first sieve, not a quotation. A model without the
    batch service or tier that the stage uses stands at its standard price, and the note says so.

    Examples
    --------
    >>> import aicost
    >>> s = aicost.load("data/scenarios/help-desk.yaml")
    >>> book = aicost.Book.load(as_of=s.as_of)
    >>> two = ("anthropic/claude-sonnet-5-5", "anthropic/claude-haiku-4-5")
    >>> on_each_model(s, "answer", book, two)["model"].tolist()
    ['anthropic/claude-haiku-4-5', 'anthropic/claude-sonnet-5-5']
    """
    import pandas as pd

    call, most = _call(scenario, stage), largest_call(scenario, stage)
    names = [m for m in (models or book.items()) if _answers(book, m)]
    found = [_on(scenario, call, book, name, most) for name in names]
    frame = pd.DataFrame(found, columns=_COLUMNS)
    return frame.sort_values(["usd_per_request", "model"], ignore_index=True)


def on_each_reranker(
    scenario: Scenario, stage: str, book: Book, models: Iterable[str] | None = None
) -> pd.DataFrame:
    """Price a stage's part of one request on every reranker, cheapest first.

    Parameters
    ----------
    scenario : the system; its ranges stand at their means. [Scenario]
    stage : name of a reranking stage. [name]
    book : the price book. [Book]
    models : names to price, those of the whole book where None. [names]

    Returns
    -------
    One row a reranker: model, usd_per_request [USD/request], sold (by the search or the token).

    Raises
    ------
    KeyError : no such stage. ValueError : it does not rerank.

    Examples
    --------
    >>> import aicost
    >>> s = aicost.load("data/scenarios/help-desk.yaml")
    >>> two = ("cohere/rerank-v4.0-fast", "voyageai/rerank-3-lite")
    >>> on_each_reranker(s, "reranking", aicost.Book.load(as_of=s.as_of), two)["sold"].tolist()
    ['token', 'search']
    """
    import pandas as pd

    second_look = scenario.stage_of(Reranking, stage, "it does not rerank")
    listed, found = scenario.with_stage(replace(second_look, price=None)), []
    for name in models or [item for item in book.items() if "rerank" in item]:
        sold = {row.parameter for row in book.active(name)} & {"search_unit", "input"}
        if sold:
            priced = bill(listed.at({f"{stage}.model": name}), book)
            usd = float(priced.by("stage")[stage] / priced.requests)
            found.append((name, usd, "search" if "search_unit" in sold else "token"))
    frame = pd.DataFrame(found, columns=["model", "usd_per_request", "sold"])
    return frame.sort_values(["usd_per_request", "model"], ignore_index=True)


_COLUMNS = ["model", "usd_per_request", "input_usd", "output_usd", "window", "fits", "note"]


def _on(scenario: Scenario, call: Inference, book: Book, model: str, most: float) -> list[object]:
    """One row of `on_each_model`."""
    changes: dict[str, Value] = {f"{call.name}.model": model}
    context, note = call.context, ""
    if context and not any(row.context == context for row in book.active(model)):
        context, note = "", f"no {context.partition('=')[2]} price listed: standard price"
        changes |= {f"{call.name}.batch": False, f"{call.name}.service_tier": ""}
    priced = bill(scenario.with_stage(replace(call, price=None)).at(changes), book)
    lines = [c for c in priced.charges if c.stage == call.name and c.every == "month"]
    usd = float(sum(c.usd for c in lines) / priced.requests)
    out = float(sum(c.usd for c in lines if c.driver == "tokens out") / priced.requests)
    window = rates(book, model, context=context).context_window
    return [model, usd, usd - out, out, window, None if window is None else window >= most, note]


def _answers(book: Book, model: str) -> bool:
    """Say whether an item is a model that the book prices by input and output on that day."""
    try:
        found = rates(book, model)
    except BookError:
        return False
    return found.priced("input") and found.priced("output")


def _call(scenario: Scenario, name: str) -> Inference:
    return scenario.stage_of(Inference, name, "no call to a model")


def _p95(value: Value) -> Numeric:
    return value.p95 if isinstance(value, Spread) else value
