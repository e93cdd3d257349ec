"""The same collection and queries in other stores: what each would cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from aicost.billing.case import Case, single
from aicost.book.book import Book
from aicost.components.retrieval import Retrieval
from aicost.formulas.crossings import crossings
from aicost.values.formatting import money
from aicost.values.quantities import Numeric
from aicost.values.result import Result
from aicost.values.table import Column, Form, Table, table

if TYPE_CHECKING:
    import pandas as pd


def searches(case: Case) -> list[str]:
    """The names of the stages that search the system's documents; none without documents.

    Parameters
    ----------
    case : the system. [Case]

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> searches(load("data/scenarios/research-agent.yaml"))
    ['work/search']
    """
    if case.scenario.corpus is None:
        return []
    return [stage.name for stage in case.scenario.stages if isinstance(stage, Retrieval)]


def costliest_search(case: Case) -> str:
    """The name of the search that costs most.

    Parameters
    ----------
    case : the system; sweeps and draws count with their sum. [Case]

    Raises
    ------
    ValueError : no stage of the system searches a collection.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> costliest_search(load("data/scenarios/research-agent.yaml"))
    'work/search'
    """
    names, spent = searches(case), case.bill.by("stage")
    if not names:
        raise ValueError(f"{case.name}: no stage searches a collection of documents")
    return max(names, key=lambda name: float(np.sum(spent.get(name, 0.0))))


def in_store(case: Case, stage: str, store: str) -> Case:
    """The system with a search in another store, at the listed prices.

    Parameters
    ----------
    case : the system. [Case]
    stage : name of a retrieval stage. [name]
    store : store as data/stores.csv names it. [name]

    Returns
    -------
    As it is where the store is the one in use; else without the prices and measurements that
    hold for that one alone.

    Raises
    ------
    KeyError : no such stage. ValueError : it is no search. ScenarioError : the store has no price.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> there = in_store(load("data/scenarios/help-desk.yaml"), "retrieval", "s3-vectors")
    >>> there.scenario.stage("retrieval").store
    's3-vectors'
    """
    search = case.scenario.stage_of(Retrieval, stage, "no search in a store")
    if search.store == store:
        return case
    return case.with_stage(replace(search, store=store, price=None, measured=None))


def store_cost(case: Case, stage: str, store: str) -> Numeric:
    """What a search costs in a store, its account's minimum counted.

    Parameters
    ----------
    case : the system, maybe with a sweep or draws. [Case]
    stage : name of a retrieval stage. [name]
    store : store as data/stores.csv names it. [name]

    Returns
    -------
    Cost a month. [USD/month]

    Raises
    ------
    KeyError : no such stage. ValueError : it is no search. ScenarioError : the store has no price.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> case = load("data/scenarios/help-desk.yaml")
    >>> float(store_cost(case, "retrieval", "pinecone-standard"))
    50.0
    """
    return in_store(case, stage, store).bill.by("stage")[stage]


def store_crossings(case: Case, stage: str, one: str, other: str, *, up_to: int) -> list[int]:
    """Every whole usage at which another one of two stores becomes the cheaper.

    Parameters
    ----------
    case : the system. [Case]
    stage : name of a retrieval stage. [name]
    one, other : stores as data/stores.csv names them. [name]
    up_to : last usage tried. [users or requests]

    Returns
    -------
    The first whole usage of each new state, ascending; units come whole and accounts have
    minimums, so there may be several. [users or requests]

    Raises
    ------
    KeyError : no such stage. ValueError : it is no search. ScenarioError : a store has no price.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> case = load("data/scenarios/research-agent.yaml")
    >>> store_crossings(case, "work/search", "pinecone-standard", "zilliz-dedicated", up_to=50_000)
    [23899]
    """
    usage = case.scenario.traffic.scale

    def above(n: np.ndarray) -> Numeric:
        there = case.at({usage: n})
        return np.subtract(*(store_cost(there, stage, store) for store in (one, other)))

    return crossings(above, up_to=up_to)


@dataclass(frozen=True, repr=False)
class Stores(Result):
    """A search in other stores, cheapest first.

    `frame` has one row a store: store; usage, data, capacity and fixed, its lines by what they
    grow with, and usd, their sum [USD/month].
    """

    stage: str
    now: str
    frame: pd.DataFrame

    @property
    def sentence(self) -> str:
        """Which store is cheapest, and what the one in use costs."""
        first = self.frame.iloc[0]
        words = f"{self.stage}: {first['store']} is cheapest, {money(first['usd'])} a month"
        own = self.frame[self.frame["store"] == self.now]
        if own.empty or first["store"] == self.now:
            return f"{words}."
        return f"{words}; {self.now} is {money(float(own['usd'].iloc[0]))}."

    def rows(self) -> Table:
        """A row a store: its lines by what they grow with, and their sum."""
        parts = [Column(name, Form.MONEY) for name in ("usage", "data", "capacity", "fixed")]
        columns = [Column("store"), *parts, Column("a month", Form.MONEY, "usd")]
        return table(columns, self.frame.to_numpy().tolist())


def stores(case: Case, stage: str = "", names: Iterable[str] | None = None) -> Stores:
    """Bill the same collection and queries in every store, cheapest first.

    Parameters
    ----------
    case : the system; its ranges stand at their means. [Case]
    stage : name of a retrieval stage; the one that costs most where it is empty. [name]
    names : stores to bill, those of the whole book where None. [names]

    Raises
    ------
    KeyError : no such stage. ValueError : it is no search.

    Notes
    -----
    The same count of queries, not the same recall nor the same speed: stores differ in both.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> two = ("zilliz-dedicated", "turbopuffer-launch")
    >>> stores(load("data/scenarios/help-desk.yaml"), "retrieval", two).frame["store"].tolist()
    ['turbopuffer-launch', 'zilliz-dedicated']
    """
    import pandas as pd

    single(case, "a comparison of stores")
    search = stage or costliest_search(case)
    found = []
    for store in names or sold(case.book):
        row = dict.fromkeys(("usage", "data", "capacity", "fixed"), 0.0)
        for line in in_store(case, search, store).bill.charges:
            if line.stage == search and line.every == "month":
                row[line.behaves] += float(line.usd)
        found.append({"store": store, **row, "usd": sum(row.values())})
    frame = pd.DataFrame(found).sort_values(["usd", "store"], ignore_index=True)
    now = case.scenario.stage_of(Retrieval, search, "no search in a store").store
    return Stores(search, now, frame)


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
    ['azure-ai-search-s1', 'azure-ai-search-s2']
    """
    # a platform keeps gigabytes too, but nobody searches them by whole units or read units
    marks = ("read_units", "unit_hour", "storage_dimensions")
    own = {row.item for row in book.own_rows}
    names = (i for i in book.items() if "/" not in i or i in own)  # models are provider/model
    here = (i for i in names if not book.terms.barred(i, book.as_of))
    return [i for i in here if any(book.in_force(i, parameter) for parameter in marks)]
