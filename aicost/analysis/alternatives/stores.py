"""The same collection and queries in other stores: what each would cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from aicost.billing.bill import Bill
from aicost.billing.walk import bill
from aicost.book.book import Book
from aicost.components.retrieval import Retrieval
from aicost.scenario.scenario import Scenario
from aicost.values.quantities import Numeric

if TYPE_CHECKING:
    import pandas as pd


def searches(scenario: Scenario) -> list[str]:
    """The names of the stages that search the scenario's documents.

    Parameters
    ----------
    scenario : the system. [Scenario]

    Returns
    -------
    Empty where there are no documents.

    Examples
    --------
    >>> import aicost
    >>> searches(aicost.load("data/scenarios/research-agent.yaml"))
    ['work/search']
    """
    if scenario.corpus is None:
        return []
    return [stage.name for stage in scenario.pipeline if isinstance(stage, Retrieval)]


def dearest_search(priced: Bill) -> str:
    """The name of the search that costs most.

    Parameters
    ----------
    priced : bill of a scenario; sweeps and draws count with their sum. [Bill]

    Returns
    -------
    str

    Raises
    ------
    ValueError : no stage of the scenario searches a collection.

    Examples
    --------
    >>> import aicost
    >>> dearest_search(aicost.bill(aicost.load("data/scenarios/research-agent.yaml")))
    'work/search'
    """
    names, spent = searches(priced.scenario), priced.by("stage")
    if not names:
        raise ValueError(f"{priced.scenario.name}: no stage searches a collection of documents")
    return max(names, key=lambda name: float(np.sum(spent.get(name, 0.0))))


def in_store(scenario: Scenario, stage: str, store: str) -> Scenario:
    """The scenario with a search in another store, at the listed prices.

    Parameters
    ----------
    scenario : the system. [Scenario]
    stage : name of a retrieval stage. [name]
    store : store as data/stores.csv names it. [name]

    Returns
    -------
    As it is where the store is the one in use; else without the prices and measurements that hold
    for that one alone.

    Raises
    ------
    KeyError : no such stage. ValueError : it is no search.

    Examples
    --------
    >>> import aicost
    >>> s = aicost.load("data/scenarios/help-desk.yaml")
    >>> in_store(s, "retrieval", "s3-vectors").stage("retrieval").store
    's3-vectors'
    """
    search = scenario.stage_of(Retrieval, stage, "no search in a store")
    if search.store == store:
        return scenario
    return scenario.with_stage(replace(search, store=store, price=None, measured=None))


def store_cost(scenario: Scenario, stage: str, store: str, book: Book) -> Numeric:
    """What a search costs in a store, its account's minimum counted.

    Parameters
    ----------
    scenario : the system, maybe with a sweep or draws. [Scenario]
    stage : name of a retrieval stage. [name]
    store : store as data/stores.csv names it. [name]
    book : the price book. [Book]

    Returns
    -------
    Cost a month. [USD/month]

    Raises
    ------
    KeyError : no such stage. ValueError : it is no search. BookError : the store has no price.

    Examples
    --------
    >>> import aicost
    >>> s = aicost.load("data/scenarios/help-desk.yaml")
    >>> float(store_cost(s, "retrieval", "pinecone-standard", aicost.Book.load(as_of=s.as_of)))
    50.0
    """
    return bill(in_store(scenario, stage, store), book).by("stage")[stage]


def on_each_store(
    scenario: Scenario, stage: str, book: Book, stores: Iterable[str] | None = None
) -> pd.DataFrame:
    """Bill the same collection and queries in every store, cheapest first.

    Parameters
    ----------
    scenario : the system; its ranges stand at their means. [Scenario]
    stage : name of a retrieval stage. [name]
    book : the price book. [Book]
    stores : names to bill, those of the whole book where None. [names]

    Returns
    -------
    One row a store: store; usage, data, capacity and fixed, its lines by what they grow with, and
    usd, their sum [USD/month].

    Raises
    ------
    KeyError : no such stage. ValueError : it is no search.

    Notes
    -----
    The same count of queries, not the same recall nor the same speed: stores differ in both.

    Examples
    --------
    >>> import aicost
    >>> s = aicost.load("data/scenarios/help-desk.yaml")
    >>> two = ("zilliz-dedicated", "turbopuffer-launch")
    >>> on_each_store(s, "retrieval", aicost.Book.load(as_of=s.as_of), two)["store"].tolist()
    ['turbopuffer-launch', 'zilliz-dedicated']
    """
    import pandas as pd

    found = []
    for store in stores or sold(book):
        lines = bill(in_store(scenario, stage, store), book).charges
        row = dict.fromkeys(("usage", "data", "capacity", "fixed"), 0.0)
        for line in lines:
            if line.stage == stage and line.every == "month":
                row[line.behaves] += float(line.usd)
        found.append({"store": store, **row, "usd": sum(row.values())})
    return pd.DataFrame(found).sort_values(["usd", "store"], ignore_index=True)


def sold(book: Book) -> list[str]:
    """The stores that the book prices on its day, by their rows of storage or units.

    Parameters
    ----------
    book : the price book. [Book]

    Returns
    -------
    list of str

    Examples
    --------
    >>> sold(Book.load())[:2]
    ['opensearch-serverless', 'pinecone-standard']
    """
    # a platform keeps gigabytes too, but nobody searches them by whole units or read units
    marks = ("read_units", "unit_hour", "storage_dimensions")
    return [i for i in book.items() if any(book.rows(i, parameter) for parameter in marks)]
