"""A log's calls under the stages of a file, and what each of those costs a month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from aicost.components.traffic import DAYS_PER_MONTH
from aicost.log.calibrate import MeasuredValues
from aicost.log.costs import usd_of_call
from aicost.log.engine import collected
from aicost.log.traffic import TRAFFIC
from aicost.values.quantities import mean


def labelled(calls: nw.LazyFrame[Any], match: Mapping[str, str]) -> nw.LazyFrame[Any]:
    """Calls with the stage of the file as theirs, the name of their part where there is none."""
    label: nw.Expr = nw.col("part")
    for path, stage in match.items():
        label = nw.when(nw.col("part") == path).then(nw.lit(stage)).otherwise(label)
    named = calls.with_columns(stage=label, feature=nw.lit(None, nw.String()))
    return named.filter(~nw.col("part").is_null())


def month_of(measured: MeasuredValues) -> float:
    """Requests of a month by those of a log."""
    per_day = measured.of(TRAFFIC, "requests_per_day")
    return float(mean(per_day.value)) * DAYS_PER_MONTH


def by_stage(calls: nw.LazyFrame[Any], month: float) -> dict[str, float]:
    """What each stage of a log costs a month."""
    sums = collected(
        calls.with_columns(usd=usd_of_call()).group_by("stage").agg(nw.col("usd").sum())
    )
    many = collected(calls.select(many=nw.col("request").n_unique()))["many"].iloc[0]
    each = zip(sums["stage"], sums["usd"], strict=True)
    return {str(name): float(usd) * month / float(many) for name, usd in each if usd == usd}
