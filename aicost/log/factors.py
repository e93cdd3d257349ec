"""A bill of calls as a product of factors, cell by cell, and what each makes of its change.

A cell is a feature x stage x model. Its cost is

    requests x share of the feature x calls a request and stage x share of the model
    x sum over buckets (tokens a call x list price) x long context x how it was sold,

each the mean of a period. Arrays have draws along their first axis, so that a bootstrap is one
call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aicost.formulas.attribution import lmdi, shapley
from aicost.log.columns import TOKENS

Floats = NDArray[np.float64]

#: What is billed in a call. Units stand with input where a call is billed by them alone.
BUCKETS = (*TOKENS, "units")
INPUT = tuple(
    i for i, name in enumerate(BUCKETS) if name not in ("output_tokens", "thinking_tokens")
)
OUTPUT, THINKING = BUCKETS.index("output_tokens"), BUCKETS.index("thinking_tokens")
#: Factors that multiply the cost of a call, and those that it is a sum of products of.
AROUND = ("volume", "mix", "calls", "models", "long context", "how sold")
WITHIN = ("input", "caching", "output", "thinking", "list price")
FACTORS = (*AROUND, *WITHIN)
AT_ONCE = 1 << 22  # numbers of one array: what is worked on stays within some dozens of megabytes


@dataclass(frozen=True)
class Sums:
    """What a period adds up to, as the mean of a day: [draw, …], a cell or a feature each.

    requests : by feature. calls, tiered, usd : by cell; tiered is what its tokens cost at list
    prices with long context counted, usd what was paid. amounts, listed : by cell and bucket, what
    was used and what it costs at the price of short calls. standing : calls x the list price of
    each bucket, which says it where nothing was used.
    """

    requests: Floats
    calls: Floats
    amounts: Floats
    listed: Floats
    standing: Floats
    tiered: Floats
    usd: Floats

    def weighed(self, weights: Floats) -> Sums:
        """The same for other weights of the days that stand along the first axis: [draw, day]."""
        arrays = (getattr(self, field.name) for field in fields(self))
        return Sums(*((weights @ a.reshape(len(a), -1)).reshape(-1, *a.shape[1:]) for a in arrays))

    def drawn(self, some: slice) -> Sums:
        """Some of the draws."""
        return Sums(*(getattr(self, field.name)[some] for field in fields(self)))


@dataclass(frozen=True)
class BillCells:
    """Which feature, and which stage of a feature, each cell belongs to, and which continue.

    feature, stage : an index for each cell. staying : whether a cell is in both periods.
    """

    feature: NDArray[np.intp]
    stage: NDArray[np.intp]
    staying: NDArray[np.bool_]

    @property
    def features_that_stay(self) -> NDArray[np.intp]:
        """The features that have such a cell, and whose requests count."""
        return np.unique(self.feature[self.staying])


def worths(before: Sums, after: Sums, cells: BillCells) -> Floats:
    """What the staying cells cost for every set of factors that stand as after: [set, draw].

    Bit i of a set stands for FACTORS[i].
    """
    draws, sets = len(before.usd), 1 << len(FACTORS)
    step = max(1, AT_ONCE // (max(1, int(cells.staying.sum())) << len(AROUND)))
    found = np.empty((draws, sets))
    for start in range(0, draws, step):
        some = slice(start, start + step)
        found[some] = _worths(before.drawn(some), after.drawn(some), cells)
    return found.T


def shares(before: Sums, after: Sums, cells: BillCells) -> Floats:
    """What each factor makes of the change of the staying cells: [factor, draw]."""
    return shapley(worth=worths(before, after, cells))


def cell_shares(before: Sums, after: Sums, cells: BillCells) -> Floats:
    """The same for each staying cell, of the first draw: [factor, cell]."""
    around, within = _sets(*_filled(before.drawn(slice(1)), after.drawn(slice(1)), cells))
    found = np.empty((len(FACTORS), around.shape[-1]))
    step = AT_ONCE >> len(FACTORS)
    for start in range(0, found.shape[1], step):
        some = (0, ..., slice(start, start + step))
        worth = within[some][:, None] * around[some][None]
        found[:, some[-1]] = shapley(worth=worth.reshape(1 << len(FACTORS), -1))
    return found


def checks(before: Sums, after: Sums, cells: BillCells) -> Floats:
    """What LMDI-I makes of each factor, of the first draw: [factor]."""
    sides = _filled(before.drawn(slice(1)), after.drawn(slice(1)), cells)
    old, new = (_products(side) for side in sides)
    return lmdi(factors_before=old, factors_after=new).sum(axis=(1, 2))


def _worths(before: Sums, after: Sums, cells: BillCells) -> Floats:
    around, within = _sets(*_filled(before, after, cells))
    return (within @ around.transpose(0, 2, 1)).reshape(len(around), -1)


Factored = Mapping[str, Floats]


def _filled(before: Sums, after: Sums, cells: BillCells) -> tuple[Factored, Factored]:
    """The factors of both; what one of them cannot say, for want of calls, is as in the other."""
    a, b = _factored(before, cells), _factored(after, cells)

    def either(one: Floats, other: Floats) -> Floats:
        return np.where(np.isnan(one), np.nan_to_num(other), one)

    return {k: either(a[k], b[k]) for k in a}, {k: either(b[k], a[k]) for k in a}


def _factored(sums: Sums, cells: BillCells) -> Factored:
    """The factors of each staying cell: [draw, cell], with buckets behind; nan where not known."""
    stay, feature, stage = cells.staying, cells.feature, cells.stage
    volume = sums.requests[:, cells.features_that_stay].sum(axis=1, keepdims=True)
    asked = sums.requests[:, feature]
    of_stage = _added(sums.calls, stage)[:, stage]
    amounts, listed, calls = sums.amounts[:, stay], sums.listed[:, stay], sums.calls[:, stay]
    read = amounts[..., INPUT].sum(axis=-1)
    every = calls[..., None]
    price = _over(listed, amounts)
    stated = _over(sums.standing[:, stay], every)
    return {
        "volume": np.broadcast_to(volume, calls.shape),
        "mix": _over(asked, volume)[:, stay],
        "calls": _over(of_stage, asked)[:, stay],
        "models": _over(sums.calls, of_stage)[:, stay],
        "long context": _over(sums.tiered[:, stay], listed.sum(axis=-1)),
        "how sold": _over(sums.usd, sums.tiered)[:, stay],
        "input": _over(read, calls),
        "caching": _over(amounts[..., INPUT], read[..., None]),
        "output": _over(amounts[..., OUTPUT], calls),
        "thinking": _over(amounts[..., THINKING], calls),
        "list price": np.where(np.isnan(price), stated, price),
    }


def _over(part: Floats, whole: Floats) -> Floats:
    part, whole = np.broadcast_arrays(part, whole)
    return np.divide(part, whole, where=whole > 0, out=np.full(part.shape, np.nan))


def _added(by_cell: Floats, of: NDArray[np.intp]) -> Floats:
    """Sums of cells by what they belong to."""
    member = of[:, None] == np.arange(of.max(initial=-1) + 1)
    return by_cell @ member.astype(float)


def _sets(a: Factored, b: Factored) -> tuple[Floats, Floats]:
    """The factors around a call multiplied, and its list price, of every set: [draw, set, cell]."""
    around = [reduce(np.multiply, chosen) for chosen in _chosen(a, b, AROUND)]
    within = [_a_call(*chosen) for chosen in _chosen(a, b, WITHIN)]
    return np.stack(around, axis=1), np.stack(within, axis=1)


def _chosen(a: Factored, b: Factored, names: tuple[str, ...]) -> Iterator[list[Floats]]:
    for index in range(1 << len(names)):
        yield [(b if index >> i & 1 else a)[name] for i, name in enumerate(names)]


def _a_call(read: Any, parts: Any, output: Any, thinking: Any, price: Any) -> Floats:
    """What a call costs at list prices."""
    of_input = read * (parts * price[..., INPUT]).sum(axis=-1)
    said: Floats = of_input + output * price[..., OUTPUT] + thinking * price[..., THINKING]
    return said


def _products(side: Factored) -> Floats:
    """The factors of each cell and bucket, of the first draw: [factor, cell, bucket]."""
    shape = side["list price"].shape[1:]
    found = np.ones((len(FACTORS), *shape))
    for i, name in enumerate(FACTORS):
        value = side[name][0]
        if name == "list price":
            found[i] = value
        elif name == "caching":
            found[i][:, INPUT] = value
        else:
            where = {"input": list(INPUT), "output": OUTPUT, "thinking": THINKING}.get(name)
            found[i][:, slice(None) if where is None else where] = (
                value if isinstance(where, int) else value[:, None]
            )
    return found
