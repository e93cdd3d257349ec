"""The options of a file on the page of its review, and for a machine."""

from __future__ import annotations

from typing import Any

import numpy as np

from aicost.analysis.options.report import Options
from aicost.analysis.options.standing import Standing
from aicost.values.money import Money
from aicost.values.quantities import Numeric


def option_figures(found: Options, ours: Money) -> dict[str, Any]:
    """Each option with its bill, times and goals, in the scenario's currency."""
    return {
        "best": [one.name for one in found.best],
        "each": {one.name: _figures(one, ours) for one in found},
        "ruled_out": {way.name: way.why for way in found.barred},
    }


def _figures(one: Standing, ours: Money) -> dict[str, Any]:
    def cents(usd: Numeric) -> float:
        return round(float(ours.of(usd)), 2)

    cost, beside = one.cost, one.beside
    seconds = dict(zip(("p50", "p95", "p99"), one.speed.whole, strict=True))
    first = one.ends.first
    return {
        "change": one.change,
        "a_month": {
            "mean": cents(cost.mean),
            "p5": cents(cost.p5),
            "p95": cents(cost.p95),
            "review_staff": cents(one.people),
        },
        "beside_as_it_is": {
            "mean": cents(beside.mean),
            "p5": cents(beside.low),
            "p95": cents(beside.high),
        },
        "once": cents(one.case.bill.once),
        "whole_answer": {
            name: round(s, 4) if np.isfinite(s) else None for name, s in seconds.items()
        },
        "goals": {end.name: end.met_now for end in one.ends.counted},
        "first_failure": first and {"goal": first.name, "holds_up_to": first.last},
        "answers_that_help": one.success,
        "has_to_be_true": [*one.needs],
    }
