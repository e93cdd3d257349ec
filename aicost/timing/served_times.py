"""How fast a model answers that is served on machines of one's own, at the load of their units."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from aicost.billing.pools import pool_calls
from aicost.book.machines import within
from aicost.book.rents import RATIOS
from aicost.formulas.serving import at_rate
from aicost.scenario.scenario import Scenario
from aicost.scenario.served_pools import machine_of, unit_words, working, works
from aicost.values.formatting import count, value_words
from aicost.values.quantities import SECONDS_PER_HOUR, Quantity, Range, Spread, Value
from aicost.values.section import Origin

WITHIN = {"ttft": "first_within", "tpot": "token_within"}
UNITS = {"ttft": "s", "tpot": "s/token"}


def served_times(point: Scenario) -> Mapping[str, Mapping[str, tuple[Value, Origin]]]:
    """The time of a first word and of a further token of each stage whose model a pool serves.

    At the calls of the peak hour, shared out among the units; where there are too few of those, at
    what they carry. The range is that of docs/accuracy.md, in which nine of ten pairs of model and
    chip lie that were not seen; p95 is taken as so many times the median as for any provider.
    """
    if not any(pool.serves for pool in point.pools):
        return {}
    found: dict[str, Mapping[str, tuple[Value, Origin]]] = {}
    known, asked = works(point), pool_calls(point, point.world.peak(point.requests()))
    for pool in (one for one in working(point) if one.serves):
        calls = float(sum(np.mean(n) for n in asked[pool.name].values()))
        units = float(np.mean(pool.units(calls)))
        each = min(calls / units, float(np.mean(pool.carries))) if units else 0.0
        served = at_rate(
            machine=machine_of(pool),
            **{name: float(np.mean(n)) for name, n in known[pool.name].lengths.items()},
            requests_per_s=each / SECONDS_PER_HOUR / float(np.mean(pool.reached)),
        )
        words = f"{unit_words(pool)}, at {count(round(each))} calls an hour a unit"
        times = {"ttft": float(served.first_s), "tpot": float(served.token_s)}
        own = {field: _mix(field, seconds, words) for field, seconds in times.items()}
        found |= dict.fromkeys(asked[pool.name], own)
    return found


def _mix(field: str, seconds: float, words: str) -> tuple[Value, Origin]:
    low, high = within()[WITHIN[field]]
    p50 = Range(seconds * low, seconds * high)
    value = Spread(p50, Range(p50.low * RATIOS[field], p50.high * RATIOS[field]))
    source = f"{words}; p95 taken as {RATIOS[field]:g} x the median"
    written = value_words(value, Quantity("", UNITS[field], spread=True))
    return value, Origin("assumed", source, written=written)
