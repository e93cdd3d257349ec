"""Percentiles of several times side by side."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from aicost.formulas.latency import Latency

SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


def percentiles(times: Mapping[str, Latency]) -> pd.DataFrame:
    """P50, p95 and p99 of several times in seconds, a row each.

    >>> from aicost.formulas.latency import lognormal, series
    >>> call = lognormal(p50=1.0, p95=3.0)
    >>> percentiles({"one": call, "ten": series(*[call] * 10)}).round(1)
          p50   p95   p99
    one   1.0   3.0   4.7
    ten  12.1  17.9  21.2
    """
    rows = {name: time.quantile([*SHARES.values()]) for name, time in times.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=[*SHARES])
