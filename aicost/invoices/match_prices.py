"""Causes for which the same tokens cost otherwise than in the book: a discount, another price."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from aicost.book.book import Book
from aicost.invoices.match_cells import COUNTED, Floats, list_price
from aicost.invoices.match_state import CREDITS, PRICE, TIER, State, Try, total
from aicost.values.formatting import listing, percent

#: A price that is another by less is the same.
LEAST = 0.003
#: Of the dollars that a price moves, what may be left: prices are exact.
LEAVES = 0.02
TIERS = ("batch", "flex", "priority")


def price_tries(state: State, book: Book) -> Iterator[Try]:
    """Yield each way in which prices may differ.

    Parameters
    ----------
    state : both sides, as far as they are explained.
    book : the prices that the log was priced at.
    """
    usd = np.where(state.settled, 0.0, state.usd)
    there = (usd > 0) & (state.target > 0)
    if not there.any():
        return
    ratio = _median(state.target[there] / usd[there], usd[there])
    if abs(ratio - 1) > LEAST:
        label = f"everything is charged {_by(ratio)} the book's prices"
        if ratio < 1:
            label = f"a discount of {percent(_short(1 - ratio))} on everything"
        cause = CREDITS if ratio < 1 else PRICE
        yield Try(cause, label, state.with_price(state.price * ratio), leaves=LEAVES)
    for k, key in enumerate(state.cells.keys):
        if usd[:, k].any():
            yield from _of_key(state, k, key, book)


def _of_key(state: State, k: int, key: tuple[str, str], book: Book) -> Iterator[Try]:
    """The price of one model, from a day on, until one, or all along."""
    usd = np.where(state.settled[:, k], 0.0, state.usd[:, k])
    target = np.where(state.settled[:, k], 0.0, state.target[:, k])
    there = np.flatnonzero(usd.any(axis=1))
    best: tuple[float, int, bool, Floats] | None = None
    off = np.abs(target - usd).sum(axis=1)
    ends = np.concatenate([[0.0], np.cumsum(off)])
    for at in there if len(there) < 1_000 else there[:: len(there) // 500]:
        for after in (True, False) if at > there[0] else (True,):
            part = slice(at, None) if after else slice(0, at)
            factor = _factor(usd[part], target[part])
            if (np.abs(factor - 1) <= LEAST).all():
                continue
            left = np.abs(target[part] - usd[part] * factor).sum()
            left += ends[at] if after else ends[-1] - ends[at]
            if best is None or left < best[0]:
                best = float(left), int(at), after, factor
    if best is None:
        return
    _, at, after, factor = best
    price = state.price.copy()
    price[slice(at, None) if after else slice(0, at), k] *= factor
    cause, label = PRICE, _label(state, k, key, at, after, factor, int(there[0]))
    if at == there[0] and (tier := _sold_as(state, k, key, factor, book)):
        cause, label = TIER, f"{_name(key)} is charged as {tier}"
    yield Try(cause, label, state.with_price(price), leaves=LEAVES)


def _label(
    state: State, k: int, key: tuple[str, str], at: int, after: bool, factor: Floats, first: int
) -> str:
    moved = [n for n in range(len(COUNTED)) if abs(factor[n] - 1) > LEAST]
    same = max(factor[moved]) - min(factor[moved]) < LEAST
    if same and len(moved) == np.count_nonzero(state.counted[:, k, 1:].sum(axis=0)):
        words = f"{_by(float(factor[moved[0]]))} the book's price"
    else:
        each = [f"{_word(n)} {_by(float(factor[n]))}" for n in moved]
        words = f"{listing(each)} the book's price"
    day = state.cells.starts[at].astype("datetime64[D]").item()
    when = "" if at == first else f" {'from' if after else 'until'} {day}"
    return f"{_name(key)} is charged{when} {words}"


def _sold_as(state: State, k: int, key: tuple[str, str], factor: Floats, book: Book) -> str:
    """The tier whose prices these are, if one is."""
    item, own = key
    on = state.cells.starts[0].astype("datetime64[D]").item()
    used = [n for n in range(1, len(COUNTED)) if state.counted[:, k, n].any()]
    for tier in TIERS:
        pairs = [(list_price(book, item, sold, n, on)) for n in used for sold in (own, tier)]
        if tier != own and used and all(pairs):
            ratios = np.array(pairs[1::2]) / np.array(pairs[::2])
            if (np.abs(ratios - factor[used]) < LEAST).all():
                return tier
    return ""


def _factor(usd: Floats, target: Floats) -> Floats:
    """What each kind costs beside the book, 1 where that cannot be told."""
    ours, theirs = usd.sum(axis=0), target.sum(axis=0)
    told = (ours > 0) & (theirs > 0)
    found: Floats = np.where(told, theirs / np.where(told, ours, 1.0), 1.0)
    return found


def _median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    below = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(below, total(weights) / 2)])


def _name(key: tuple[str, str]) -> str:
    words = key[0].partition("/")[2] or "every model"
    return f"{words} ({key[1]})" if key[1] else words


def _word(counted: int) -> str:
    return COUNTED[counted].removesuffix("_tokens").replace("_", " ")


def _by(factor: float) -> str:
    return f"{percent(_short(abs(factor - 1)))} {'above' if factor > 1 else 'below'}"


def _short(share: float) -> float:
    return float(f"{share:.3g}")
