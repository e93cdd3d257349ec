"""From what a request usually costs to what one did cost: each step's causes, which add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from aicost.formulas.attribution import shapley
from aicost.log.factors import INPUT, OUTPUT, THINKING, Floats

#: What can be otherwise about the calls of a step.
CAUSES = (
    "calls",
    "input",
    "caching",
    "thinking",
    "output",
    "model",
    "list price",
    "long context",
    "how sold",
)
_INDEX = np.arange(1 << len(CAUSES))
_CHOSEN: Mapping[str, Any] = {name: _INDEX >> i & 1 for i, name in enumerate(CAUSES)}


@dataclass(frozen=True)
class Use:
    """The calls of one step of a request, or those that are usual there.

    calls : how many. amounts : what one of them uses of each bucket. longer : its price with long
    context counted over that of short calls. sold : what was paid over that.
    """

    calls: float
    amounts: Floats
    longer: float = 1.0
    sold: float = 1.0

    @property
    def read(self) -> float:
        """Input of a call, or units where it is billed by those alone."""
        return float(self.amounts[list(INPUT)].sum())

    @property
    def cached(self) -> float:
        """The share of its input that a call reads from a cache."""
        return float(self.amounts[1] / self.read) if self.read else 0.0


@dataclass(frozen=True)
class Rates:
    """List prices of each bucket in short calls: of the usual model and of that which answered.

    Each at the usual day and on the day of the request. [model, day, bucket]
    """

    usd: Floats


def step_shares(usual: Use, actual: Use, rates: Rates) -> Floats:
    """What each of CAUSES makes of the difference between two uses' costs."""
    return shapley(worth=worths(usual, actual, rates))


def cost(use: Use, prices: Floats) -> float:
    """What the calls of a step cost at the list prices of their buckets."""
    return float(use.calls * (use.amounts @ prices) * use.longer * use.sold)


def worths(usual: Use, actual: Use, rates: Rates) -> Floats:
    """What a step costs for every set of causes that are as in the request."""
    old, new = _parts(usual, actual), _parts(actual, usual)

    def chosen(name: str, one: Any, other: Any) -> Any:
        return np.array([one, other])[_CHOSEN[name]]

    price = rates.usd[_CHOSEN["model"], _CHOSEN["list price"]]
    read = chosen("input", usual.read, actual.read)
    spent = read * (chosen("caching", old, new) * price[:, INPUT]).sum(axis=1)
    for name, bucket in (("output", OUTPUT), ("thinking", THINKING)):
        spent += chosen(name, usual.amounts[bucket], actual.amounts[bucket]) * price[:, bucket]
    found: Floats = (
        spent
        * chosen("calls", usual.calls, actual.calls)
        * chosen("long context", usual.longer, actual.longer)
        * chosen("how sold", usual.sold, actual.sold)
    )
    return found


def _parts(one: Use, other: Use) -> Floats:
    """How input is made up; as in the other where there is none."""
    some = one if one.read else other
    amounts: Floats = some.amounts[list(INPUT)]
    return amounts / some.read if some.read else amounts
