"""A priced log added up by the half hour, model and way of being sold, to be laid on any days."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import narwhals as nw

from aicost.log.columns import TOKENS
from aicost.log.costs import at_prices
from aicost.log.engine import collected
from aicost.log.price import Priced
from aicost.log.price_table import RATES, STANDARD_TIERS

if TYPE_CHECKING:
    import pandas as pd

SOLD_KEY = ("item", "provider", "model", "sold")
BATCH = "batch"


def half_hours(priced: Priced) -> pd.DataFrame:
    """The calls of a log by the half hour that they began in, those without a price too.

    Returns
    -------
    A line for each half hour (`at`, in UTC), item, provider, model and `sold` (batch, a service
    tier, or nothing), with `calls`, `failed` and `unpriced` of them, each kind of tokens, what each
    came to (`usd_input_tokens`, …) and fees (`usd_calls`). Calls without a moment, and those that a
    cache of one's own answered, are in none.
    """
    bare = priced.calls.drop("item", "cost_pico", "unpriced")
    calls = at_prices(bare, priced.table, keep=(*RATES, "fee"))
    asked = ~nw.col("from_cache").fill_null(False) & ~nw.col("moment").is_null()
    bought = nw.col("cost_pico").is_null()
    usd = {
        f"usd_{name}": nw.col(name).cast(nw.Float64) * nw.col(rate).cast(nw.Float64) * 1e-12
        for name, rate in zip(TOKENS, RATES, strict=True)
    }
    usd["usd_calls"] = nw.col("fee").cast(nw.Float64) * 1e-12
    calls = calls.filter(asked).select(
        *SOLD_KEY[:3],
        hour=nw.col("moment").dt.truncate("1h"),
        half=(nw.col("moment").dt.minute() >= 30).cast(nw.Int64),
        sold=_sold(),
        failed=(nw.col("status") == "error").fill_null(False).cast(nw.Int64),
        unpriced=bought.cast(nw.Int64),
        **{name: nw.col(name).fill_null(0) for name in TOKENS},
        **{name: nw.when(~bought).then(cost).fill_null(0.0) for name, cost in usd.items()},
    )
    sums = [nw.col(name).sum() for name in ("failed", "unpriced", *TOKENS, *usd)]
    keys = ("hour", "half", *SOLD_KEY)
    found = collected(calls.group_by(*keys).agg(nw.len().alias("calls"), *sums))
    found = found.fillna(dict.fromkeys(SOLD_KEY, ""))
    import pandas as pd

    found["at"] = pd.to_datetime(found["hour"]) + pd.to_timedelta(
        found["half"].astype("int64") * 30, unit="min"
    )
    numbers = ["calls", "failed", "unpriced", *TOKENS, *usd]
    found = found.astype(dict.fromkeys(numbers, "float64"))
    return found[["at", *SOLD_KEY, *numbers]].sort_values(["at", *SOLD_KEY], ignore_index=True)


def _sold() -> nw.Expr:
    tier = nw.col("service_tier").fill_null("")
    plain = reduce(lambda one, other: one | other, (tier == name for name in STANDARD_TIERS))
    named = nw.when(plain).then(nw.lit("")).otherwise(tier)
    return nw.when(nw.col("batch").fill_null(False)).then(nw.lit(BATCH)).otherwise(named)
