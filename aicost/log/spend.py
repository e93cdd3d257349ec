"""Where the money of a priced log goes: groups of calls with their times, the costliest calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals as nw

from aicost.log.beside import beside
from aicost.log.costs import usd_of_call
from aicost.log.engine import collected
from aicost.log.groups import PERCENTILES, groups
from aicost.log.price import Priced, named, with_names
from aicost.values.formatting import money, plural
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table

if TYPE_CHECKING:
    import pandas as pd

BY = ("day", "feature", "model")
PEERS = ("feature", "stage", "model")
MOST = 100  # calls that are told


@dataclass(frozen=True, repr=False)
class Spend(Result):
    """Money and times by several things that calls have at once.

    `frame` has a line for each group: its keys, `calls`, `priced` of them, `usd`, and the times
    `p50`, `p95` and `p99` in seconds.
    """

    by: tuple[str, ...]
    frame: pd.DataFrame
    percentiles: str

    @property
    def sentence(self) -> str:
        """How many groups there are, and which is the costliest."""
        found = self.frame
        words = f"{len(found):,} {plural('group', str(len(found)))} by {', '.join(self.by)}"
        if not found["priced"].sum():
            return f"{words}, none with a price."
        top = found.nlargest(1, "usd").to_dict("records")[0]
        words += f": {money(float(found['usd'].sum()))}, the most expensive "
        words += f"{' x '.join(str(top[key]) for key in self.by)} with {money(float(top['usd']))}"
        return f"{words}. Percentiles of time are {self.percentiles}."

    def rows(self) -> Table:
        """The groups, the costliest first."""
        columns = [Column(key) for key in self.by]
        columns += [Column("calls", Form.COUNT), Column("with a price", Form.COUNT, "priced")]
        columns += [Column("cost", Form.USD, "usd")]
        columns += [Column(name, Form.SECONDS) for name in PERCENTILES]
        names = [*self.by, "calls", "priced", "usd", *PERCENTILES]
        lines = self.frame.sort_values("usd", ascending=False)[names].itertuples(index=False)
        return Table(tuple(columns), tuple(Row(tuple(line)) for line in lines))


def spend(priced: Priced, by: Sequence[str] = BY) -> Spend:
    """What groups of calls cost, and how long their answers took."""
    keys = [named(key).alias(f"key{n}") for n, key in enumerate(by)]
    known = (~nw.col("cost_pico").is_null()).cast(nw.Int64)
    calls = priced.calls.select(*keys, "whole_s", usd=usd_of_call(), priced=known)
    names = [f"key{n}" for n in range(len(by))]
    found = groups(calls, names, sums=["usd", "priced"], percentiles_of="whole_s")
    frame = collected(found.frame).rename(columns=dict(zip(names, by, strict=True)))
    frame["usd"] = (
        frame["usd"].astype("float64").where(frame["priced"] > 0)
    )  # unknown is not nothing
    for key in by:
        frame = with_names(frame, key)
    return Spend(tuple(by), frame.sort_values([*by], ignore_index=True), found.percentiles)


@dataclass(frozen=True, repr=False)
class CostliestCalls(Result):
    """The calls that cost the most beyond the mean of their peers; `frame` has a line for each."""

    peers: tuple[str, ...]
    frame: pd.DataFrame

    @property
    def sentence(self) -> str:
        """What they cost beyond the mean of their peers."""
        found = len(self.frame)
        words = f"The {found:,} {plural('call', str(found))} furthest above the mean of all of its "
        words += f"{', '.join(self.peers)}"
        return f"{words} cost {money(float(self.frame['excess_usd'].sum()))} beyond it."

    def rows(self) -> Table:
        """The calls, what each cost, and what its peers cost."""
        money_of = {"usd": "cost", "mean_usd": "mean of peers", "excess_usd": "beyond it"}
        columns = [Column(key) for key in ("call", *self.peers)]
        columns += [Column(words, Form.USD, key) for key, words in money_of.items()]
        names = ["call", *self.peers, *money_of]
        lines = self.frame[names].itertuples(index=False)
        return Table(tuple(columns), tuple(Row(tuple(line)) for line in lines))


def costliest_calls(
    priced: Priced, *, peers: Sequence[str] = PEERS, most: int = MOST
) -> CostliestCalls:
    """The calls that cost the most beyond the mean of their peers, in dollars.

    Notes
    -----
    Only the means of groups are held, and no request needs a name: a hundred million calls are
    ranked so. Why a request cost so much, beside the median, is for `unexpected_requests`.

    Each group's costliest call is known from the pass that takes its mean. What lies above the mean
    by less than the hundredth of those cannot be among the first hundred, and is not looked at.
    """
    calls = priced.calls.select("call", *peers, usd=usd_of_call())
    means = collected(
        calls.group_by(*peers).agg(
            nw.col("usd").mean().alias("mean_usd"), nw.col("usd").max().alias("most_usd")
        )
    )
    means = means.dropna(subset="mean_usd").astype(dict.fromkeys(peers, "string"))
    furthest = (means.pop("most_usd") - means["mean_usd"]).nlargest(most)
    if len(furthest) == most:
        calls = calls.filter(nw.col("usd") >= float(furthest.iloc[-1]))
    some = [key for key in peers if means[key].isna().any()]  # nothing equals nothing
    if some:
        calls = calls.with_columns(*(nw.col(key).fill_null("") for key in some))
    found = (
        calls.join(beside(calls, means.fillna(dict.fromkeys(some, ""))), on=[*peers], how="inner")
        .with_columns(excess_usd=nw.col("usd") - nw.col("mean_usd"))
        .filter(~nw.col("excess_usd").is_null())
        .sort("excess_usd", "call", descending=[True, False])
        .head(most)
    )
    return CostliestCalls(tuple(peers), collected(found))
