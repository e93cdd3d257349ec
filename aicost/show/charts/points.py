"""Charts of amounts as points: how far a bill may go, the same request on every model."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from aicost.show.charts.axes import dot, money_ticks
from aicost.show.charts.frames import need, rows
from aicost.show.charts.layout import (
    HEAVY,
    PHONE,
    Canvas,
    Layer,
    Scale,
    lookup,
    pixel,
    row_names,
    segments,
    shorten,
    text_width,
    texts,
)
from aicost.show.charts.spacing import apart
from aicost.show.charts.theme import (
    AXIS_SIZE,
    BAND,
    INK,
    LABEL_SIZE,
    LINE,
    NEUTRAL,
    PAPER,
    SOFT,
    UP,
    label_share,
    label_usd,
    short_usd,
    times,
)
from aicost.values.formatting import about
from aicost.values.money import spoken

STRIP = {"90 %": BAND, "50 %": "#A7B4C0"}
PARTS = ("#C3D0DB", "#5F7F96")  # input, output
OWN, OTHERS = UP, "#64788B"


def bill_range(
    frame: pd.DataFrame, *, plan: float | None = None, width: float = 720
) -> alt.LayerChart:
    """Draw how far a bill may go: p5 to p95, the middle half, the mean, and the plan.

    Columns: `usd` [USD/month], one row a draw. `plan` is the bill at the means of its inputs.
    """
    need(frame, "bill_range", [], ["usd"])
    draws = frame["usd"].to_numpy(dtype=float)
    p5, p25, p75, p95 = (float(v) for v in np.quantile(draws, [0.05, 0.25, 0.75, 0.95]))
    mean = float(draws.mean())
    seen = [p5, p95, mean, *([] if plan is None else [plan])]
    pad = 0.02 * (max(seen) - min(seen)) or 0.1 * max(abs(mean), 1.0)
    canvas = Canvas(width, 24, left=4, right=4, top=2 if plan is None else 24, bottom=46)
    scale = Scale(min(seen) - pad, max(seen) + pad, canvas.plot)
    strips = pd.DataFrame(
        {
            "x": [scale.at(p5), scale.at(p25)],
            "x2": [scale.at(p95), scale.at(p75)],
            "colour": list(STRIP.values()),
            "holds": list(STRIP),
        }
    )
    strip = (
        alt.Chart(strips)
        .mark_rect(strokeWidth=1)
        .encode(
            x=pixel("x"),
            x2="x2",
            y=alt.value(1),
            y2=alt.value(23),
            tooltip=["holds"],
            color=alt.Color("colour:N", scale=None),
            stroke=alt.Stroke("colour:N", scale=None),
        )
    )
    rail = segments([(0, 12, canvas.plot, 12)], color=LINE, strokeWidth=2)
    named = [("p5", p5), ("mean", mean), ("p95", p95)]
    layers: list[Layer] = [rail, strip, *_under(named, scale), dot(scale.at(mean), 12)]
    told = f"The bill lies between {about(p5)} and {about(p95)} a month in nine draws of ten"
    told += f"; its mean is {about(mean)}"
    if plan is not None:
        layers += _above(f"every input at its mean {label_usd(plan)}", scale.at(plan), canvas)
        kept = label_share(float((draws <= plan * (1 + 1e-12)).mean()))
        told += f"; {kept} of the draws stay within {label_usd(plan)}"
        told += ", every input at its mean"
    title = f"{about(p5)} to {about(p95)} a month in nine cases of ten"
    return canvas.finish(layers, title, f"{told}.")


def _under(named: list[tuple[str, float]], scale: Scale) -> list[Layer]:
    """Amounts and their names in two lines under the strip, kept apart."""
    points = [scale.at(v) for _, v in named]
    words = [about(v) for _, v in named]
    sizes = [text_width(w, HEAVY * LABEL_SIZE) + 14 for w in words]
    at = apart(points, sizes, -4, scale.pixels + 4)
    ties = [(a, 24.0, b, 32.0) for a, b in zip(points, at, strict=True)]
    return [
        segments(ties, color=NEUTRAL),
        texts(
            [(x, 41.0, w) for x, w in zip(at, words, strict=True)], align="center", fontWeight=600
        ),
        texts(
            [(x, 57.0, n) for x, (n, _) in zip(at, named, strict=True)], align="center", color=SOFT
        ),
    ]


def _above(words: str, x: float, canvas: Canvas) -> list[Layer]:
    """A hollow point on the strip with its words above."""
    half = text_width(words) / 2
    middle = min(max(x, half - canvas.left), canvas.plot + canvas.right - half)
    return [
        segments([(x, 12, x, -8)], color=INK),
        dot(x, 12, hollow=True),
        texts([(middle, -16, words)], align="center"),
    ]


def model_prices(
    frame: pd.DataFrame, *, current: str | None = None, width: float = 720
) -> alt.LayerChart:
    """Draw what one request costs on every model, cheapest first, on a log axis.

    Columns: `model`, `usd_per_request` [USD]; where known `input_usd` and `output_usd` [USD], its
    parts (left to the table on a phone), and `quality` (any score; empty where unknown).
    `current` is the model in use.
    """
    f = _priced(frame, current)
    narrow = width < PHONE
    columns = {"parts": 116.0} if "input_usd" in f and not narrow else {}
    columns |= {"quality": 60.0} if "quality" in f else {}
    aside, reach = sum(columns.values()), max(text_width(v) for v in f["label"]) + 10
    row, lift = (42.0, 9.0) if narrow else (25.0, 0.0)  # a phone has the name above the point
    names = _names(list(f["model"]), width - aside - 8 if narrow else width * 0.34)
    left = 10.0 if narrow else max(text_width(n, HEAVY * LABEL_SIZE) for n in names) + 12
    canvas = Canvas(
        width,
        row * len(f),
        left=left,
        right=reach + (0.0 if narrow else aside),
        top=22.0 if columns else 2.0,
        bottom=44,
    )
    scale = _spread(f["usd_per_request"], canvas)
    f["y"] = row * (f.index + 0.5) + lift
    at = [(scale.at(r.usd_per_request), r.y) for r in rows(f)]
    layers: list[Layer] = [
        segments([(0.0, y, x, y) for x, y in at], color="#C9D2DB"),
        _dots(f, scale, canvas),
        *row_names([[n] for n in names], canvas, row, list(f["own"]), lift=lift),
        texts(
            [(x + 10, y, t) for (x, y), t in zip(at, f["label"], strict=True)], fontSize=AXIS_SIZE
        ),
    ]
    edge = width - left
    if "quality" in columns:
        layers += _scores(f, edge - 2, lift)
        edge -= columns["quality"]
    if "parts" in columns:
        layers += _parts(f, edge - 84, edge - 4)
    return canvas.finish(layers, *_model_words(f, current))


def _priced(frame: pd.DataFrame, current: str | None) -> pd.DataFrame:
    """The models cheapest first, with what each is drawn as."""
    parts = ["input_usd", "output_usd"] if "input_usd" in frame else []
    need(frame, "model_prices", ["model"], ["usd_per_request", *parts])
    if (frame["usd_per_request"] <= 0).any():
        raise ValueError("model_prices: 'usd_per_request' holds a price of nothing or less")
    f = frame.sort_values(["usd_per_request", "model"]).reset_index(drop=True)
    f["own"] = [model == current for model in f["model"]]
    f["colour"] = np.where(f["own"], OWN, OTHERS)
    f["shape"] = np.where(f["own"], "diamond", "circle")
    f["label"] = [short_usd(v) for v in f["usd_per_request"]]
    return f


def _spread(prices: pd.Series[float], canvas: Canvas) -> Scale:
    """A log axis with some room around the prices, never less than a factor of four."""
    low, high = float(prices.iloc[0]), float(prices.iloc[-1])
    middle, half = (low * high) ** 0.5, max((high / low) ** 0.53, 2.0)
    return Scale(middle / half, middle * half, canvas.plot, log=True)


def _dots(f: pd.DataFrame, scale: Scale, canvas: Canvas) -> alt.Chart:
    room = max(52.0, text_width(short_usd(scale.low), AXIS_SIZE) + 10)
    ticks, taken = [], -canvas.left  # on a log axis the last of a decade stand close together
    for tick in money_ticks(scale, max(2, int(scale.pixels // room))):
        middle, half = scale.at(tick), text_width(short_usd(tick), AXIS_SIZE) / 2
        if middle - half >= taken:
            ticks.append(tick)
            taken = middle + half + 6
    axis = alt.Axis(
        title=f"{spoken().code} per request (log scale)",
        values=ticks,
        domain=False,
        labelExpr=lookup(ticks, [short_usd(t) for t in ticks]),
    )
    dots = alt.Chart(f).mark_point(filled=True, opacity=1, size=95, stroke=PAPER, strokeWidth=1)
    return dots.encode(
        x=alt.X("usd_per_request:Q", scale=scale.encoded, axis=axis),
        y=pixel("y", y=True),
        color=alt.Color("colour:N", scale=None),
        shape=alt.Shape("shape:N", scale=None),
        tooltip=["model", alt.Tooltip("label", title=f"{spoken().code} per request")],
    )


def _parts(f: pd.DataFrame, left: float, right: float) -> list[Layer]:
    """Small bars that say which part of a price is input and which output."""
    whole = (f["input_usd"] + f["output_usd"]).replace(0.0, 1.0)
    split = left + (right - left) * f["input_usd"] / whole
    rects = [
        pd.DataFrame({"x": a, "x2": b, "y": f["y"] - 4, "y2": f["y"] + 4, "colour": colour})
        for a, b, colour in ((left, split, PARTS[0]), (split, right, PARTS[1]))
    ]
    marks = alt.Chart(pd.concat(rects)).mark_rect()
    return [
        marks.encode(
            x=pixel("x"),
            x2="x2",
            y=pixel("y", y=True),
            y2="y2",
            color=alt.Color("colour:N", scale=None),
        ),
        texts([(left, -10, "input")], fontSize=AXIS_SIZE, color=SOFT),
        texts([(right, -10, "output")], fontSize=AXIS_SIZE, color=SOFT, align="right"),
    ]


def _scores(f: pd.DataFrame, edge: float, lift: float) -> list[Layer]:
    words = [
        (edge, r.y - 2 * lift, "–" if pd.isna(r.quality) else f"{r.quality:g}") for r in rows(f)
    ]
    style = {"align": "right", "fontSize": AXIS_SIZE}
    return [texts(words, **style), texts([(edge, -10, "quality")], color=SOFT, **style)]


def _names(models: list[str], width: float) -> list[str]:
    """Names that fit: without the provider, unless two would be the same."""
    bare = [model.rpartition("/")[2] for model in models]
    names = bare if len(set(bare)) == len(set(models)) else models
    return [shorten(name, width, HEAVY * LABEL_SIZE) for name in names]


def _model_words(f: pd.DataFrame, current: str | None) -> tuple[str, str]:
    first, last = f.iloc[0], f.iloc[-1]
    ratio = last["usd_per_request"] / first["usd_per_request"]
    title = f"One request on {len(f)} models: prices {times(ratio)} times apart"
    told = f"One request on {len(f)} models, from {first['label']} on {first['model']} to "
    told += f"{last['label']} on {last['model']}."
    if f["own"].any():
        own = f[f["own"]].iloc[0]
        cheaper = int((f["usd_per_request"] < own["usd_per_request"]).sum())
        told += f" {current}, in use now, costs {own['label']}; {cheaper} cost less."
    if "quality" in f and f["quality"].notna().any():
        best = f.iloc[int(np.nanargmax(f["quality"].to_numpy(dtype=float)))]
        told += f" The best scored is {best['model']} ({best['quality']:g}) at {best['label']}."
    return title, told
