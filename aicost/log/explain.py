"""Why a request cost so much beside what is usual for its feature; the most unexpected of a log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import narwhals as nw
import numpy as np

from aicost.book.book import Book
from aicost.book.price_rows import price_periods
from aicost.log.beside import beside
from aicost.log.costs import usd_of_call
from aicost.log.day_sums import Calls, list_prices, on_list
from aicost.log.engine import collected
from aicost.log.explained import Explained, Rung, UnexpectedRequests
from aicost.log.factors import BUCKETS, OUTPUT, THINKING, Floats
from aicost.log.ladder import CAUSES, Rates, Use, step_shares
from aicost.log.peers import Peers, Usual, peers_of
from aicost.values.formatting import count, listing, percent, plural
from aicost.values.suggest import instead

if TYPE_CHECKING:
    import pandas as pd

MOST = 20  # requests of a list
EXACT, DUST = 1e-9, 1e-9
UNITS = BUCKETS.index("units")


class ExplainError(ValueError):
    """A request that cannot be explained, in one line."""


def explain_request(calls: Calls, book: Book, request: str) -> Explained:
    """Why a request cost what it did: its excess over what is usual, cause by cause.

    Parameters
    ----------
    calls : priced calls, with cost_pico, item and unpriced.
    book : the prices that they were priced at.
    request : its name in the log; that of a call where the log has no requests.

    Raises
    ------
    ExplainError : the log has no such request, or one without a price.
    """
    peers = peers_of(calls, book)
    if not (found := _explained(book, peers, [request])):
        its = calls.filter(nw.coalesce("request", "call") == request)
        if why := [*collected(its.select("unpriced"))["unpriced"].dropna().unique()]:
            raise ExplainError(f"request {request!r} has no price: {listing(why)}")
        every = collected(peers.calls.select("request").unique().head(10_000))["request"]
        raise ExplainError(f"no priced request {request!r} in the log; {instead(request, every)}")
    return max(found, key=lambda one: one.excess)


def unexpected_requests(calls: Calls, book: Book, most: int = MOST) -> UnexpectedRequests:
    """The most unexpected dollars of a log: requests by how much they cost beyond what is usual.

    Usual is the median of all requests of a feature, and each comes with its causes;
    `costliest_calls` ranks single calls, beside the mean, in a log of any size.

    Parameters
    ----------
    calls : priced calls, with cost_pico and item.
    book : the prices that they were priced at.
    most : how many are told of.
    """
    import pandas as pd

    peers = peers_of(calls, book)
    usual = [(feature, peers.usd(feature)) for feature in peers.requests]
    spent = (
        peers.calls.with_columns(usd=usd_of_call())
        .group_by("request", "feature")
        .agg(nw.col("usd").sum())
    )
    table = beside(spent, pd.DataFrame(usual, columns=["of", "usual"]))
    above = (
        spent.join(table, left_on="feature", right_on="of", how="inner")
        .with_columns((nw.col("usd") - nw.col("usual")).alias("excess"))
        .filter(nw.col("excess") > 0)
    )
    whole = collected(above.select(nw.col("excess").sum()))["excess"]
    first = collected(above.sort("excess", "request", descending=[True, False]).head(most))
    found = _explained(book, peers, first["request"].to_list())
    wanted = {*zip(first["request"], first["feature"], strict=True)}
    each = [one for one in found if (one.request, one.feature) in wanted]
    each.sort(key=lambda one: (-one.excess, one.request))
    total = float(whole.fillna(0).sum())
    return UnexpectedRequests(
        tuple(each), total, sum(peers.requests.values()), tuple(_notes(peers))
    )


def _explained(book: Book, peers: Peers, requests: Sequence[str]) -> list[Explained]:
    """Some requests explained, each by feature."""
    columns = ("request", "feature", "stage", "item", "moment", "attempt", "cost_pico", *BUCKETS)
    some = peers.calls.filter(nw.col("request").is_in([*requests]))
    rows = collected(some.select(*columns))
    found = []
    for (request, feature), own in rows.groupby(["request", "feature"], sort=False):
        found.append(_one(str(request), str(feature), own, book, peers))
    return found


def _one(request: str, feature: str, own: pd.DataFrame, book: Book, peers: Peers) -> Explained:
    usual = peers.stages(feature)
    rungs: list[Rung] = []
    for stage, one in usual.items():
        rungs += _rungs(stage, one, own[own["stage"] == stage], book)
    usd, expected = float(own["cost_pico"].sum()) / 1e12, peers.usd(feature)
    size = max(usd, expected)
    rest = usd - expected - sum(rung.usd for rung in rungs)
    if abs(rest) > EXACT * size:
        raise ArithmeticError(f"{request}: rungs leave ${rest:,.12f} over")
    kept = sorted((r for r in rungs if abs(r.usd) > DUST * size), key=lambda r: -abs(r.usd))
    notes = tuple(_notes(peers))
    return Explained(request, feature, usd, expected, tuple(kept), peers.requests[feature], notes)


def _rungs(stage: str, usual: Usual, own: pd.DataFrame, book: Book) -> Iterator[Rung]:
    """Yield what each cause makes of the difference in a stage."""
    if not len(own):
        nothing = Use(0.0, usual.use.amounts, usual.use.longer, usual.use.sold)
        prices = np.broadcast_to(usual.prices, (2, 2, len(BUCKETS)))
        usd = step_shares(usual.use, nothing, Rates(prices))
        words: Mapping[str, str] = {"calls": f"calls {_number(usual.use.calls)} → 0"}
    else:
        use, rates, items, days = _actual(own, usual, book)
        usd = step_shares(usual.use, use, rates)
        words = _words(usual, use, items, days, own)
    before = f"{stage}: " if stage else ""
    for cause, amount in zip(CAUSES, usd.tolist(), strict=True):
        yield Rung(stage, cause, f"{before}{words.get(cause, cause)}", amount)


def _actual(
    own: pd.DataFrame, usual: Usual, book: Book
) -> tuple[Use, Rates, list[str], list[date]]:
    """How a request took a step, the prices on either day, the models and the days of its calls."""
    amounts = own[[*BUCKETS]].fillna(0).to_numpy(dtype=float, copy=True)
    usd = own["cost_pico"].to_numpy(dtype=float) / 1e12
    items, days = own["item"].to_list(), [moment.date() for moment in own["moment"]]
    size = (amounts.sum(axis=1) - amounts[:, [OUTPUT, THINKING, UNITS]].sum(axis=1)).tolist()
    keys = [*zip(items, days, size, strict=True)]
    both = [list_prices(price_periods(book, item), item, day, n) for item, day, n in keys]
    short, long = (np.stack(one) for one in zip(*both, strict=True))
    alone = (amounts * long).sum(axis=1) == 0
    amounts[:, UNITS] = np.where(
        alone, np.where(amounts[:, UNITS] > 0, amounts[:, UNITS], 1.0), 0.0
    )
    paid = usual.prices[UNITS] or (usd / np.maximum(amounts[:, UNITS], 1e-300))
    short[:, UNITS] = long[:, UNITS] = np.where(alone, paid, 0.0)
    earlier = [_on(book, item, usual.day, now) for item, now in zip(items, short, strict=True)]
    later = [_on(book, usual.item, day, usual.prices) for day in days]
    listed, tiered = (amounts * short).sum(), (amounts * long).sum()
    use = Use(
        float(len(own)),
        amounts.mean(axis=0),
        float(tiered / listed) if listed else 1.0,
        float(usd.sum() / tiered) if tiered else 1.0,
    )
    table = np.stack(
        [
            np.stack([usual.prices, _mean(amounts, np.stack(later))]),
            np.stack([_mean(amounts, np.stack(earlier)), _mean(amounts, short)]),
        ]
    )
    return use, Rates(table), items, days


def _on(book: Book, item: str, day: date, instead_of: Floats) -> Floats:
    """A model's list prices on another day; those it has where there are none, and of units."""
    periods = price_periods(book, item)
    if on_list(periods, day) is None:
        return instead_of
    short, _ = list_prices(periods, item, day, 0.0)
    short[UNITS] = instead_of[UNITS]
    return short


def _mean(amounts: Floats, prices: Floats) -> Floats:
    """The mean price of each bucket over calls, by what they used of it."""
    weights = np.where(amounts.sum(axis=0) > 0, amounts, 1.0)
    mean: Floats = (weights * prices).sum(axis=0) / weights.sum(axis=0)
    return mean


def _words(
    usual: Usual, use: Use, items: Sequence[str], days: Sequence[date], own: pd.DataFrame
) -> Mapping[str, str]:
    """The label of each cause: what, from what, to what."""
    was = usual.use
    again = int((own["attempt"].fillna(0) > 0).sum())
    tries = f", {again} of them tried again" if again else ""
    models = ", ".join(dict.fromkeys(items))
    unit = "units" if use.amounts[UNITS] else "input"
    half = (use.calls, was.calls)
    return {
        "calls": f"calls {_number(half[1])} → {_number(half[0])}{tries}",
        "input": f"{unit} of a call {_number(was.read)} → {_number(use.read)}",
        "caching": f"input read from a cache {_share(was.cached)} → {_share(use.cached)}",
        "thinking": _moved("thinking of a call", was, use, THINKING),
        "output": _moved("visible output of a call", was, use, OUTPUT),
        "model": f"model {usual.item} → {models}",
        "list price": f"list prices of {usual.day} → {max(days)}",
        "long context": f"long context, x {_number(was.longer)} → x {_number(use.longer)}",
        "how sold": (
            f"batch, service tier, hours and fees, x {_number(was.sold)} → x {_number(use.sold)}"
        ),
    }


def _moved(words: str, was: Use, use: Use, bucket: int) -> str:
    return f"{words} {_number(was.amounts[bucket])} → {_number(use.amounts[bucket])}"


def _number(value: float) -> str:
    return count(float(f"{value:.3g}") if value < 1_000 else round(value))


def _share(value: float) -> str:
    return percent(float(f"{value:.3g}"))


def _notes(peers: Peers) -> Iterator[str]:
    if peers.left_out:
        which = f"{peers.left_out:,} {plural('call', str(peers.left_out))}"
        yield f"{which} without a price or a moment are in no row; `aicost log price` says why."
    if peers.unnamed:
        which = f"{peers.unnamed:,} {plural('call', str(peers.unnamed))}"
        yield f"{which} without a request or a name of their own are in no row."
    yield (
        "What is usual: a request whose stages are each as the median of all requests of its "
        "feature that take them, at the model that answers most; a stage that half of them leave "
        "out is not in it. Rungs are Shapley values: no order of the causes is preferred."
    )
