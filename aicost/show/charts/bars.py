"""Charts of amounts as bars: where the money goes, from plan to bill, what it rests on."""

from __future__ import annotations

from itertools import pairwise

import altair as alt
import numpy as np
import pandas as pd

from aicost.show.charts.frames import need, rows
from aicost.show.charts.layout import (
    HEAVY,
    Canvas,
    Layer,
    Scale,
    balanced,
    pixel,
    row_axis,
    row_names,
    segments,
    text_width,
    texts,
)
from aicost.show.charts.spacing import apart
from aicost.show.charts.theme import (
    BASIS_COLOURS,
    COMPONENT_COLOURS,
    DOWN,
    LABEL_SIZE,
    NEUTRAL,
    PAPER,
    SOFT,
    UP,
    label_share,
    label_usd,
    times,
)
from aicost.values.formatting import listing
from aicost.values.money import spoken

ROW = 30.0


def components_bar(frame: pd.DataFrame, *, width: float = 720) -> alt.LayerChart:
    """Draw where the money goes: a bar a component, the largest first.

    Columns: `component` (of aicost.values.charge.COMPONENTS), `usd` [USD/month], `share`
    [share of the total].
    """
    need(frame, "components_bar", ["component"], ["usd", "share"])
    f = frame.sort_values("usd", ascending=False, kind="stable").reset_index(drop=True)
    f["row"], f["colour"] = f.index, f["component"].map(COMPONENT_COLOURS)
    f["label"] = [label_usd(v) for v in f["usd"]]
    f["part"] = [label_share(v) for v in f["share"]]
    left = max(text_width(v) for v in f["component"]) + 12
    right = max(text_width(v, HEAVY * LABEL_SIZE) for v in f["label"])
    right += max(text_width(v) for v in f["part"]) + 20
    canvas = Canvas(width, ROW * len(f), left=left, right=right, bottom=6)
    scale = _from_zero(f["usd"], canvas)
    bars = (
        alt.Chart(f)
        .mark_bar(height=18, cornerRadiusEnd=2)
        .encode(
            y=row_axis(len(f)),
            x=alt.X("usd:Q", axis=None, scale=scale.encoded, title=f"{spoken().code} per month"),
            color=alt.Color("colour:N", scale=None),
            tooltip=[
                "component",
                alt.Tooltip("label", title=f"{spoken().code} per month"),
                alt.Tooltip("part", title="share"),
            ],
        )
    )
    ends = [(scale.at(max(0.0, r.usd)) + 8, ROW * (r.row + 0.5), r.label) for r in rows(f)]
    edge = canvas.plot + right - 2
    parts = [(edge, ROW * (r.row + 0.5), r.part) for r in rows(f)]
    layers = [
        bars,
        segments([(scale.at(0), 0, scale.at(0), canvas.height)], color=NEUTRAL),
        *row_names([[c] for c in f["component"]], canvas, ROW, [False] * len(f)),
        texts(ends, fontWeight=600),
        texts(parts, align="right", color=SOFT),
    ]
    return canvas.finish(layers, *_component_words(f))


def _component_words(f: pd.DataFrame) -> tuple[str, str]:
    top, total = f.iloc[0], label_usd(float(f["usd"].sum()))
    title = f"{str(top['component']).capitalize()} is {top['part']} of {total} a month"
    parts = [f"{r.component} {r.label} ({r.part})" for r in rows(f)]
    return title, f"Where {total} a month goes, the largest first: {listing(parts)}."


def bridge_waterfall(frame: pd.DataFrame, *, width: float = 720) -> alt.LayerChart:
    """Draw the way from one total to another, a bar for each thing that differs.

    Columns: `label`, `usd` [USD/month; a step's own sign], `kind` (`total` for the first and the
    last row, any other word for a step). Steps keep their order; where there are more than 12,
    those below 1 % of the larger total become one bar. Raises ValueError where the steps do not
    lead from the first total to the last.
    """
    need(frame, "bridge_waterfall", ["label", "kind"], ["usd"])
    f = _steps(frame)
    totals = [bool(t) for t in f["kind"] == "total"]
    wide = width * 0.4
    names = [balanced(str(label), wide, HEAVY * LABEL_SIZE, most=2) for label in f["label"]]
    row = 38.0 if any(len(n) > 1 for n in names) else ROW
    left = max(text_width(line, HEAVY * LABEL_SIZE) for name in names for line in name) + 10
    right = max(text_width(t, HEAVY * LABEL_SIZE) for t in f["text"]) + 9
    canvas = Canvas(width, row * len(f), left=left, right=right, bottom=6)
    scale = _from_zero(pd.concat([f["start"], f["end"]]), canvas)
    bars = (
        alt.Chart(f)
        .mark_bar(height=18, strokeWidth=1)
        .encode(
            y=row_axis(len(f)),
            x=alt.X("start:Q", axis=None, scale=scale.encoded, title=f"{spoken().code} per month"),
            x2="end:Q",
            color=alt.Color("colour:N", scale=None),
            stroke=alt.Stroke("colour:N", scale=None),
            tooltip=["label", alt.Tooltip("text", title=f"{spoken().code} per month")],
        )
    )
    middles = [row * (i + 0.5) for i in range(len(f))]
    links = [
        (scale.at(v), a + 9, scale.at(v), b - 9)
        for v, (a, b) in zip(f["end"], pairwise(middles), strict=False)
    ]
    ends = [(scale.at(max(r.start, r.end)) + 7, middles[i], r.text) for i, r in enumerate(rows(f))]
    layers: list[Layer] = [
        segments(links, color=NEUTRAL),
        bars,
        segments([(scale.at(0), 0, scale.at(0), canvas.height)], color=NEUTRAL),
        *row_names(names, canvas, row, totals),
        texts([ends[0], ends[-1]], fontWeight=600),
    ]
    if len(ends) > 2:
        layers.append(texts(ends[1:-1]))
    return canvas.finish(layers, *_bridge_words(f))


def _steps(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of a bridge with where each bar starts and ends, its words and colour."""
    f = _grouped(_checked(frame))
    inner = (f["kind"] != "total").to_numpy()
    reached = f["usd"].iloc[0] + np.cumsum(np.where(inner, f["usd"], 0.0))
    f["end"] = reached
    f["start"] = np.where(inner, reached - f["usd"], 0.0)
    f["row"] = f.index
    f["text"] = [_signed(v) if i else label_usd(v) for v, i in zip(f["usd"], inner, strict=True)]
    f["colour"] = np.where(inner, np.where(f["usd"] < 0, DOWN, UP), NEUTRAL)
    return f


def _checked(frame: pd.DataFrame) -> pd.DataFrame:
    kinds = list(frame["kind"])
    if len(kinds) < 2 or [i for i, k in enumerate(kinds) if k == "total"] != [0, len(kinds) - 1]:
        raise ValueError("bridge_waterfall: the first row and the last, and no other, are totals")
    first, *steps, last = frame["usd"].astype(float)
    if abs(first + sum(steps) - last) > 1e-6 * max(abs(first), abs(last), 1e-9):
        reached = label_usd(first + sum(steps))
        raise ValueError(
            f"bridge_waterfall: the steps lead from {label_usd(first)} to {reached}, not to "
            f"{label_usd(last)}; give every step"
        )
    return frame.reset_index(drop=True)


def _grouped(f: pd.DataFrame, most: int = 12) -> pd.DataFrame:
    """Put the smallest steps into one row where there are too many to read."""
    limit = 0.01 * max(abs(f["usd"].iloc[0]), abs(f["usd"].iloc[-1]))
    small = (f["kind"] != "total") & (f["usd"].abs() < limit)
    if len(f) - 2 <= most or small.sum() < 2:
        return f.copy()
    label = f"{small.sum()} changes below {label_usd(limit)} each"
    rest = pd.DataFrame({"label": [label], "usd": [f.loc[small, "usd"].sum()], "kind": ["step"]})
    kept = f[~small]
    return pd.concat([kept.iloc[:-1], rest, kept.iloc[-1:]], ignore_index=True)


def _bridge_words(f: pd.DataFrame) -> tuple[str, str]:
    first, last = f.iloc[0], f.iloc[-1]
    title = f"{first['text']} a month became {last['text']}"
    if first["usd"] > 0 and last["usd"] > 0:
        ratio = last["usd"] / first["usd"]
        change = f"{times(ratio)} times as much" if ratio >= 1.05 else f"{label_share(ratio)} of it"
        title += f", {change}"
    parts = [f"{r.label} {r.text}" for r in rows(f.iloc[1:-1])]
    between = f"the steps between: {listing(parts)}" if parts else "nothing differs"
    return title, f"From {first['label']} to {last['label']}: {title}; {between}."


def _signed(value: float) -> str:
    return f"+{label_usd(value)}" if value > 0 else label_usd(value).replace("-", "−")


def shares_basis(frame: pd.DataFrame, *, width: float = 720) -> alt.LayerChart:
    """Draw how much of a bill was counted, listed, estimated and assumed: one bar.

    Columns: `basis` (stated, listed, given, assumed), `share` [share of the bill].
    """
    need(frame, "shares_basis", ["basis"], ["share"])
    if set(frame["basis"]) - set(BASIS_COLOURS) or (frame["share"] < 0).any():
        known = listing(list(BASIS_COLOURS))
        raise ValueError(f"shares_basis: it takes shares of {known}, none below zero")
    sums = frame.groupby("basis")["share"].sum().astype(float)
    f = pd.DataFrame({"basis": [b for b in BASIS_COLOURS if sums.get(b, 0.0) > 0]})
    if f.empty:
        raise ValueError("shares_basis: every share is zero; there is nothing to draw")
    f["share"] = f["basis"].map(sums) / sums.sum()
    f["colour"] = f["basis"].map(BASIS_COLOURS)
    f["label"] = [label_share(s) for s in f["share"]]
    f["x2"] = f["share"].cumsum() * width
    f["x"] = f["x2"] - f["share"] * width
    canvas = Canvas(width, 24, bottom=42)
    strip = (
        alt.Chart(f)
        .mark_rect(stroke=PAPER, strokeWidth=1.5)
        .encode(
            x=pixel("x"),
            x2="x2",
            y=alt.value(0),
            y2=alt.value(24),
            color=alt.Color("colour:N", scale=None),
            tooltip=["basis", alt.Tooltip("label", title="share of the bill")],
        )
    )
    middles = ((f["x"] + f["x2"]) / 2).tolist()
    sizes = [
        10 + max(text_width(r.basis), text_width(r.label, HEAVY * LABEL_SIZE)) for r in rows(f)
    ]
    at = apart(middles, sizes, 0, width)
    ties = [
        (min(max(b, r.x + 1), r.x2 - 1), 25.0, b, 31.0) for r, b in zip(rows(f), at, strict=True)
    ]
    layers = [
        strip,
        segments(ties, color=NEUTRAL),
        texts(
            [(x, 40.0, t) for x, t in zip(at, f["label"], strict=True)],
            align="center",
            fontWeight=600,
        ),
        texts(
            [(x, 56.0, b) for x, b in zip(at, f["basis"], strict=True)], align="center", color=SOFT
        ),
    ]
    sure = float(f.loc[f["basis"].isin(["stated", "listed"]), "share"].sum())
    title = f"{label_share(sure)} of the bill rests on stated or listed numbers"
    told = listing([f"{r.label} {r.basis}" for r in rows(f)])
    return canvas.finish(layers, title, f"What the bill rests on: {told}.")


def _from_zero(values: pd.Series[float], canvas: Canvas) -> Scale:
    """The scale of bars, which begin at zero."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    return Scale(low, high if high > low else low + 1, canvas.plot)
