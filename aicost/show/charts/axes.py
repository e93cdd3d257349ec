"""What charts along a line share: axes ticked at round numbers, lines, names at their ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aicost.show.charts.layout import (
    Canvas,
    Layer,
    Scale,
    linear_ticks,
    log_ticks,
    lookup,
    pixel,
    segments,
    text_width,
    texts,
)
from aicost.show.charts.spacing import apart
from aicost.show.charts.theme import AXIS_SIZE, INK, PAPER, UP, plural, short, short_usd
from aicost.values.money import spoken

DECADES = tuple(10.0**n for n in range(16))


def usage_axis(scale: Scale, unit: str) -> alt.X:
    """The axis of users: log, ticked at 100, 1k, 10k, 100k, 1M and no other size."""
    ticks = [u for u in DECADES if scale.low <= u <= scale.high]
    ticks = ticks if len(ticks) > 1 else log_ticks(scale.low, scale.high)
    axis = alt.Axis(
        values=ticks,
        labelExpr=lookup(ticks, [short(t) for t in ticks]),
        ticks=True,
        tickSize=4,
        grid=False,
        title=f"{plural(unit)}{' active in' if unit == 'user' else ''} a month (log scale)",
    )
    return alt.X("users:Q", scale=scale.encoded, axis=axis)


def month_axis(scale: Scale) -> alt.X:
    """The axis of months, ticked at whole ones that leave room for their numbers."""
    span = scale.high - scale.low
    step = next(s for s in (1, 2, 3, 6, 12, 24) if span / s <= scale.pixels / 36 or s == 24)
    ticks = [m for m in range(int(scale.low), int(scale.high) + 1) if m % step == 0]
    axis = alt.Axis(
        values=ticks, format="d", grid=False, ticks=True, tickSize=4, title="months from now"
    )
    return alt.X("month:Q", scale=scale.encoded, axis=axis)


def money_axis(scale: Scale, title: str, canvas: Canvas) -> alt.Y:
    """The axis of dollars."""
    ticks = money_ticks(scale, _most(scale))
    return up_axis("usd", scale, ticks, [short_usd(t) for t in ticks], title, canvas)


def up_axis(
    name: str,
    scale: Scale,
    ticks: Sequence[float],
    labels: Sequence[str],
    title: str,
    canvas: Canvas,
) -> alt.Y:
    """An upright axis, its title set flat above the plot and whatever is noted there."""
    axis = alt.Axis(
        values=ticks,
        labelExpr=lookup(ticks, labels),
        domain=False,
        title=title,
        titleAngle=0,
        titleAlign="left",
        titleAnchor="start",
        titleBaseline="middle",
        titleX=-canvas.left,
        titleY=-canvas.top + 6,
    )
    return alt.Y(f"{name}:Q", scale=scale.encoded, axis=axis)


def money_room(scale: Scale) -> float:
    """The margin that the labels of an axis of dollars take."""
    return max(text_width(short_usd(t), AXIS_SIZE) for t in money_ticks(scale, _most(scale))) + 10


def money_ticks(scale: Scale, most: int) -> list[float]:
    """Amounts in dollars that are round in the currency that is spoken, `most` of them or so."""
    find = log_ticks if scale.log else linear_ticks
    low, high = spoken().of(scale.low), spoken().of(scale.high)
    return [t * spoken().in_usd for t in find(low, high, most) if low <= t <= high]


def _most(scale: Scale) -> int:
    return max(3, int(scale.pixels // 45))


def field(axis: alt.Y, name: str) -> alt.Y:
    """The same axis for another column."""
    other = axis.copy()
    other.shorthand = f"{name}:Q"
    return other


def value_scale(values: np.ndarray[Any, Any], height: float, *, from_zero: bool = False) -> Scale:
    """The axis of values: log where they are all above zero, else from zero to a tick."""
    low, high = float(values.min()), float(values.max())
    if low > 0 and not from_zero:
        room = max(high / low, 2.0) ** 0.08
        middle, half = math.sqrt(low * high), math.sqrt(max(high / low, 2.0)) * room
        return Scale(middle / half, middle * half, height, log=True, upwards=True)
    ticks = linear_ticks(low, high)
    return Scale(ticks[0], ticks[-1], height, upwards=True)


def between(users: float, curve: pd.Series[float]) -> float:
    """A curve's value at a size between its rows (straight between them on log axes)."""
    x, v = np.log(curve.index.to_numpy(dtype=float)), curve.to_numpy(dtype=float)
    if (v > 0).all():
        return float(np.exp(np.interp(math.log(users), x, np.log(v))))
    return float(np.interp(math.log(users), x, v))


def line(frame: pd.DataFrame, across: alt.X, up: alt.Y, **mark: Any) -> alt.Chart:
    """A line through the rows of a frame."""
    return alt.Chart(frame).mark_line(clip=True, **mark).encode(x=across, y=up)


def level(y: float, canvas: Canvas) -> alt.Chart:
    """A goal as a dashed line right across."""
    return segments([(0, y, canvas.plot, y)], color=UP, strokeWidth=1.8, strokeDash=[7, 4])


def dot(x: float, y: float, *, hollow: bool = False) -> alt.Chart:
    """A point on a curve."""
    fill, ring = (PAPER, INK) if hollow else (INK, PAPER)
    point = alt.Chart(pd.DataFrame({"x": [x], "y": [y]})).mark_point(
        filled=True, opacity=1, size=75, color=fill, stroke=ring, strokeWidth=1.6
    )
    return point.encode(x=pixel("x"), y=pixel("y", y=True))


def end_names(ends: Sequence[tuple[str, float, str]], canvas: Canvas) -> list[Layer]:
    """The names of lines at their right ends (name, y, colour), kept apart."""
    space = AXIS_SIZE + 3
    at = apart([y for _, y, _ in ends], [space] * len(ends), -space / 2, canvas.height + space)
    layers: list[Layer] = [
        segments([(canvas.plot + 1, y, canvas.plot + 15, to)], color=colour, strokeWidth=2.5)
        for (_, y, colour), to in zip(ends, at, strict=True)
    ]
    rows = [(canvas.plot + 19, to, name) for (name, _, _), to in zip(ends, at, strict=True)]
    return [*layers, texts(rows, fontSize=AXIS_SIZE)]
