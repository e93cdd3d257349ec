"""Charts of time: how many answers are there by when, and what a request spends its time on."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from aicost.show.charts.axes import line, up_axis
from aicost.show.charts.frames import need, rows
from aicost.show.charts.layout import (
    HEAVY,
    PHONE,
    Canvas,
    Layer,
    Note,
    Scale,
    lookup,
    noted,
    notes_height,
    row_axis,
    row_names,
    segments,
    text_width,
    texts,
)
from aicost.show.charts.theme import (
    AXIS_SIZE,
    COMPONENT_COLOURS,
    DOWN,
    LABEL_SIZE,
    NEUTRAL,
    SOFT,
    UP,
    label_share,
)
from aicost.values.formatting import listing, seconds_words

LINES = {"first word": (DOWN, [1, 0]), "whole answer": (UP, [8, 3])}
ROW = 30.0


def time_curves(
    frame: pd.DataFrame, *, budgets: Mapping[str, float] | None = None, width: float = 720
) -> alt.LayerChart:
    """Draw the share of answers that have begun, and that are whole, by a time on a log axis.

    Columns: `what` ("first word" or "whole answer"), `seconds` [s], `share` [share], rising.
    `budgets` has the seconds within which each is due.
    """
    need(frame, "time_curves", ["what"], ["seconds", "share"])
    if (frame["seconds"] <= 0).any():
        raise ValueError(
            "time_curves: 'seconds' holds a time of nothing or less; a log axis has no zero"
        )
    drawn = [what for what in LINES if what in set(frame["what"])]
    due = {what: s for what, s in (budgets or {}).items() if what in drawn}
    above = notes_height([Note(0, 0, "")] * (len(due) + len(drawn)))
    canvas = Canvas(width, 220, left=44, right=18, top=28 + above, bottom=44)
    x = Scale(float(frame["seconds"].min()), float(frame["seconds"].max()), canvas.plot, log=True)
    y = Scale(0.0, 1.0, 220, upwards=True)
    ticks = _time_ticks(x, most=max(3, int(canvas.plot // 70)))
    across = alt.X(
        "seconds:Q",
        scale=x.encoded,
        axis=alt.Axis(
            values=ticks,
            labelExpr=lookup(ticks, [seconds_words(t) for t in ticks]),
            grid=False,
            ticks=True,
            tickSize=4,
            title="time from the request (log scale)",
        ),
    )
    shares = [0.0, 0.25, 0.5, 0.75, 0.95]
    labels = [label_share(s) for s in shares]
    up = up_axis("share", y, shares, labels, "share of answers by then", canvas)
    layers: list[Layer] = []
    notes: list[Note] = []
    for what in drawn:
        colour, dash = LINES[what]
        own = frame[frame["what"] == what].sort_values("seconds")
        dash = dash if len(drawn) > 1 else [1, 0]
        look = {"strokeWidth": 2.6, "color": colour, "strokeDash": dash}
        layers.append(line(own, across, up, interpolate="monotone", **look))
        p95 = _at(own, 0.95)
        notes.append(Note(x.at(p95), y.at(0.95), f"{what}: 95 % by {seconds_words(p95)}"))
    for what, seconds in due.items():
        own = frame[frame["what"] == what].sort_values("seconds")
        kept = float(np.interp(np.log(seconds), np.log(own["seconds"]), own["share"]))
        in_time = "over 99 %" if 0.995 <= kept < 1 else label_share(kept)
        words = f"due in {seconds_words(seconds)}: {in_time}"
        words += "" if width < PHONE else f" of {_many(what)}"
        notes.append(Note(x.at(seconds), y.at(kept), words, dashed=True))
    layers += noted(notes, canvas)
    return canvas.finish(layers, *_curve_words(frame, drawn, due))


#: Times that people count in, fewer and fewer of them.
_ROUND = [
    [base * step for base in (0.001, 0.01, 0.1, 1.0) for step in (1, 2, 5)]
    + [10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 18_000, 36_000, 72_000],
    [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60, 300, 1_800, 3_600, 18_000, 36_000],
    [0.001, 0.01, 0.1, 1, 10, 60, 600, 3_600, 36_000],
]


def _time_ticks(scale: Scale, most: int) -> list[float]:
    """Round times within an axis, as many as there is room for."""
    held = [[float(t) for t in times if scale.low <= t <= scale.high] for times in _ROUND]
    return next((ticks for ticks in held if len(ticks) <= most), held[-1])


def _many(what: str) -> str:
    return {"first word": "first words", "whole answer": "whole answers"}[what]


def _at(own: pd.DataFrame, share: float) -> float:
    """When a share of answers is there."""
    return float(np.exp(np.interp(share, own["share"], np.log(own["seconds"]))))


def _curve_words(
    frame: pd.DataFrame, drawn: list[str], due: Mapping[str, float]
) -> tuple[str, str]:
    told = []
    for what in drawn:
        own = frame[frame["what"] == what].sort_values("seconds")
        p50, p95 = (seconds_words(_at(own, share)) for share in (0.5, 0.95))
        told.append(
            f"the {what} is there within {p50} for half of the requests, within {p95} for 95 %"
        )
    words = [f"the {what} is due within {seconds_words(s)}" for what, s in due.items()]
    title, whole = (text[0].upper() + text[1:] for text in (told[0], listing([*told, *words])))
    return title, f"{whole}."


def stage_bars(frame: pd.DataFrame, *, width: float = 720) -> alt.LayerChart:
    """Draw what a mean request spends its time on: a bar a stage, in the order they are passed.

    Columns: `stage`, `component` (of aicost.values.charge.COMPONENTS), `seconds` (what the stage
    adds to the mean) [s], `p95` (of the stage alone, for requests that reach it) [s].
    """
    need(frame, "stage_bars", ["stage", "component"], ["seconds", "p95"])
    f = frame.reset_index(drop=True)
    f["row"], f["colour"] = f.index, f["component"].map(COMPONENT_COLOURS)
    f["label"] = [seconds_words(v) for v in f["seconds"]]
    whole = float(f["seconds"].sum())
    narrow = width < PHONE
    f["part"] = [label_share(v / whole) for v in f["seconds"]]
    f["tail"] = [f"p95 {seconds_words(v)}" for v in f["p95"]]
    left = max(text_width(v) for v in f["stage"]) + 12
    aside = f["part"] if narrow else f["part"] + " · " + f["tail"]
    right = max(text_width(v, HEAVY * LABEL_SIZE) for v in f["label"])
    right += max(text_width(v) for v in aside) + 20
    canvas = Canvas(width, ROW * len(f), left=left, right=right, bottom=6)
    scale = Scale(0.0, float(f["seconds"].max()) or 1.0, canvas.plot)
    bars = (
        alt.Chart(f)
        .mark_bar(height=18, cornerRadiusEnd=2)
        .encode(
            y=row_axis(len(f)),
            x=alt.X("seconds:Q", axis=None, scale=scale.encoded),
            color=alt.Color("colour:N", scale=None),
            tooltip=[
                "stage",
                alt.Tooltip("label", title="of a mean request"),
                alt.Tooltip("tail", title="alone"),
            ],
        )
    )
    ends = [(scale.at(r.seconds) + 8, ROW * (r.row + 0.5), r.label) for r in rows(f)]
    edge = canvas.plot + right - 2
    layers: list[Layer] = [
        bars,
        segments([(0, 0, 0, canvas.height)], color=NEUTRAL),
        *row_names([[s] for s in f["stage"]], canvas, ROW, [False] * len(f)),
        texts(ends, fontWeight=600),
        texts(
            [(edge, ROW * (i + 0.5), t) for i, t in enumerate(aside)],
            align="right",
            color=SOFT,
            fontSize=AXIS_SIZE,
        ),
    ]
    return canvas.finish(layers, *_stage_words(f, whole))


def _stage_words(f: pd.DataFrame, whole: float) -> tuple[str, str]:
    top = [*rows(f)][int(np.argmax(f["seconds"]))]
    title = f"{top.stage[0].upper()}{top.stage[1:]}: {top.part} of the {seconds_words(whole)} "
    title += "of a mean request"
    parts = [f"{r.stage} {r.label} ({r.part}, p95 alone {r.tail[4:]})" for r in rows(f)]
    return title, f"Of {seconds_words(whole)} of a mean request: {listing(parts)}."
