"""What is asked of machines: which stages, whose model, tokens as that model counts them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from aicost.billing.case import Case
from aicost.book.data_files import data_rows
from aicost.book.machines import architecture
from aicost.book.rates import rates
from aicost.book.rows import BookError
from aicost.book.sellers import open_model, open_sellers
from aicost.components.inference import Inference
from aicost.scenario.pool_section import Pool
from aicost.scenario.scenario import Scenario, steps
from aicost.values.suggest import instead

if TYPE_CHECKING:
    from aicost.book.book import Book


def asked_stage(point: Scenario, stage: str) -> Inference:
    """The stage that is asked about: the first on machines, or that calls a model, unless named."""
    if stage:
        return point.stage_of(Inference, stage, "it calls no model that writes")
    calls = [one for one in point.stages if isinstance(one, Inference)]
    served = {pool.name for pool in point.pools if pool.serves}
    for one in (*(call for call in calls if call.pool in served), *calls):
        return one
    raise ValueError(f"{point.name}: no stage calls a model that writes")


def template(case: Case, call: Inference, model: str = "") -> Pool:
    """The pool that a stage runs on, or would: with the model that is asked for."""
    for pool in case.point.scenario.pools:
        if pool.name == call.pool and pool.serves:
            return replace(pool, serves=model or pool.serves)
    known = [row["model"] for row in data_rows("architectures.csv")]
    if model:
        try:
            architecture(model)
        except BookError as error:
            raise ValueError(str(error)) from None
    if call.by_request:
        wrong = f"{call.name}: it is paid by the request, and nobody says how many tokens it has"
        raise ValueError(f"{wrong}; write input_tokens, output_tokens, and their prices")
    own = model or open_model(call.model)
    if not own:
        runs = call.model or "a model that has no name"
        wrong = f"{call.name}: no list of ours has the weights of {runs}"
        raise ValueError(f"{wrong}; name the model to serve (--model), {instead('', known)}")
    return Pool(name=call.name, serves=own, sheets=case.book)


def counted_for(case: Case, call: Inference, pool: Pool) -> Scenario:
    """The system at its point, a stage's tokens counted as the model of a pool counts them."""
    sellers = same_model(pool.serves, case.book)
    if call.pool or call.model in sellers or not sellers:
        return case.point.scenario
    point = case.point.scenario
    there = replace(call, model=next(iter(sellers)), price=None, batch=False, service_tier="")
    return point.with_stage(there).recounted(point).point()


def same_model(model: str, book: Book) -> dict[str, tuple[float, float]]:
    """Who sells a model by the token, and what a million tokens read and written cost there.

    Parameters
    ----------
    model : as data/architectures.csv names it. [name]
    book : the price book, at the place where data has to stay. [Book]

    Examples
    --------
    >>> from aicost.book.book import Book
    >>> "deepinfra/meta-llama/Llama-3.3-70B-Instruct" in same_model("llama-3.3-70b", Book.load())
    True
    """
    found: dict[str, tuple[float, float]] = {}
    for item in open_sellers(book, model):
        with suppress(BookError):  # by the hour or not at all, or not where data has to stay
            sold = rates(book, item)
            price = sold.row("input").value, sold.row("output").value
            found |= {item: price} if min(price) > 0 else {}
    return found


def stages_on(pool: Pool, point: Scenario, call: Inference) -> tuple[str, ...]:
    """The stages that a pool serves: all that run on it, else the one that is asked about."""
    on_it = tuple(stage.name for stage in point.stages if stage.runs_on == pool.name)
    return on_it if call.name in on_it else (call.name,)


def peak_calls(point: Scenario, stages: Sequence[str]) -> float:
    """The calls of the peak hour that some stages make."""
    walk = steps(point, point.world.peak(point.requests()))
    return sum(float(one.calls(flow).value) for one, flow in walk if one.name in stages)
