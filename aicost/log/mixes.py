"""How calls of a part differ: medians and 95th percentiles of their sizes and times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import narwhals as nw
import numpy as np

from aicost.log.measured import Measured
from aicost.log.steady import LEAST_ANSWERS
from aicost.values.quantities import Spread

#: By field of a scenario, the column whose calls differ.
MIXES: Mapping[str, str] = {
    "input_tokens": "whole_input",
    "output_tokens": "output_tokens",
    "ttft": "first_s",
    "tpot": "token_s",
    "seconds": "whole_s",
}
UNITS = {"ttft": "s", "tpot": "s/token", "seconds": "s"}


def mixes(
    part: str, answers: nw.LazyFrame[Any], told: Mapping[str, int], requests: int
) -> Iterator[Measured]:
    """Yield the spread of each size and time of a part, all asked for at once.

    A percentile lies between two ranks of the calls, as many of them as there are requests: the
    rounds of one request are much alike.

    Parameters
    ----------
    part : what it is called.
    answers : its answers, with the columns of `MIXES`.
    told : how many answers have each of them, above zero.
    requests : how many requests they are of.
    """
    fields = {
        name: min(n, requests) for name, n in told.items() if min(n, requests) >= LEAST_ANSWERS
    }
    if not fields:
        return
    each = []
    for field, n in fields.items():
        column = nw.col(MIXES[field]).cast(nw.Float64())
        above = nw.when(column > 0).then(column)
        ranks = [rank for p in (0.5, 0.95) for rank in levels(p, n)]
        each += [
            above.quantile(rank, "linear").alias(f"{field}_{i}") for i, rank in enumerate(ranks)
        ]
        each.append(above.mean().alias(f"{field}_mean"))
    found = answers.select(*each).collect(backend="pandas").to_native().iloc[0]
    for field in fields:
        low_50, p50, high_50, low_95, p95, high_95 = (
            float(found[f"{field}_{i}"]) for i in range(6)
        )
        value = Spread(p50, p95) if p95 > p50 else p50
        low, high, mean = (low_50, low_95), (high_50, high_95), float(found[f"{field}_mean"])
        yield Measured(part, field, value, low, high, told[field], UNITS.get(field, "tokens"), mean)


def levels(p: float, n: int) -> tuple[float, float, float]:
    """Ranks that hold a percentile in 95 % of cases, as shares, and the percentile between them.

    Parameters
    ----------
    p : the percentile, as a share.
    n : how many there are to be ranked.
    """
    width = 1.96 * np.sqrt(p * (1 - p) / n)
    return max(0.0, p - width), p, min(1.0, p + width)
