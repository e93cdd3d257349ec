"""Charts of a measure before and after: what is gained, case by case."""

from __future__ import annotations

import altair as alt
import pandas as pd

from aicost.show.charts.axes import dot
from aicost.show.charts.frames import need, rows
from aicost.show.charts.layout import (
    HEAVY,
    Canvas,
    Layer,
    Scale,
    linear_ticks,
    lookup,
    row_names,
    segments,
    shorten,
    text_width,
    texts,
)
from aicost.show.charts.theme import AXIS_SIZE, DOWN, LABEL_SIZE, LINE, UP

ROW = 26.0


def before_after(
    frame: pd.DataFrame, *, measure: str, before: str, after: str, width: float = 720
) -> alt.LayerChart:
    """Draw a measure before and after something was done: a row a case, most gained first.

    Columns: `case`, `before`, `after` [the measure]. `measure` names it on the axis, `before` and
    `after` say in words what the hollow and the full points are.
    """
    need(frame, "before_after", ["case"], ["before", "after"])
    f = frame.assign(gain=frame["after"] - frame["before"])
    f = f.sort_values(["gain", "case"], ascending=[False, True], kind="stable", ignore_index=True)
    f["label"] = [_signed(gain) for gain in f["gain"]]
    names = [shorten(str(case), width * 0.34) for case in f["case"]]
    canvas = Canvas(
        width,
        ROW * len(f),
        left=max(text_width(n) for n in names) + 14,
        right=max(text_width(t, HEAVY * LABEL_SIZE) for t in f["label"]) + 20,
        top=22,
        bottom=44,
    )
    seen = pd.concat([f["before"], f["after"]])
    pad = 0.03 * float(seen.max() - seen.min()) or 1.0
    scale = Scale(float(seen.min()) - pad, float(seen.max()) + pad, canvas.plot)
    lines, layers = [], list(row_names([[n] for n in names], canvas, ROW, [False] * len(f)))
    points: list[Layer] = []
    for at, r in enumerate(rows(f)):
        y, here, there = ROW * (at + 0.5), scale.at(r.before), scale.at(r.after)
        lines.append((here, y, there, y, UP if r.gain < 0 else DOWN))
        points += [dot(here, y, hollow=True), dot(there, y)]
    rails = [(0.0, ROW * (i + 0.5), canvas.plot, ROW * (i + 0.5)) for i in range(len(f))]
    ends = [(canvas.plot + 12, ROW * (i + 0.5), t) for i, t in enumerate(f["label"])]
    layers += [segments(rails, color=LINE), _axis(scale, measure)]
    for colour in (UP, DOWN):
        drawn = [line[:4] for line in lines if line[4] == colour]
        layers += [segments(drawn, color=colour, strokeWidth=3)] if drawn else []
    key = [(9.0, -11.0, before), (9.0 + text_width(before, AXIS_SIZE) + 26, -11.0, after)]
    layers += [*points, texts(ends, fontWeight=600), texts(key, fontSize=AXIS_SIZE)]
    layers += [dot(x - 9.0, y, hollow=word == before) for x, y, word in key]
    return canvas.finish(layers, *_words(f, measure, before, after))


def _axis(scale: Scale, title: str) -> alt.Chart:
    ticks = [t for t in linear_ticks(scale.low, scale.high) if scale.low <= t <= scale.high]
    axis = alt.Axis(
        title=title,
        values=ticks,
        domain=False,
        labelExpr=lookup(ticks, [f"{t:.3g}" for t in ticks]),
    )
    nothing = alt.Chart(pd.DataFrame({"x": [scale.low]})).mark_point(opacity=0)
    return nothing.encode(x=alt.X("x:Q", scale=scale.encoded, axis=axis))


def _signed(gain: float) -> str:
    """A gain with its sign.

    >>> _signed(0.2921), _signed(-0.0004), _signed(0.0)
    ('+0.292', '−0.0004', '0')
    """
    return "0" if gain == 0 else f"{gain:+.3g}".replace("-", "−")


def _words(f: pd.DataFrame, measure: str, before: str, after: str) -> tuple[str, str]:
    first, last = f.iloc[0], f.iloc[-1]
    if len(f) == 1:
        ends = f"{first['label']} on {first['case']}"
    else:
        ends = f"from {last['label']} on {last['case']} to {first['label']} on {first['case']}"
    lost = int((f["gain"] < 0).sum())
    told = f"{measure[0].upper()}{measure[1:]} on {len(f)} cases, {before} and {after}: {ends}."
    told += f" On {lost} of them it falls." if lost else ""
    return f"Gains {ends}", told
