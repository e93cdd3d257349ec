"""Charts of people: the seats of a day, and what a rule of review costs."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from aicost.show.charts.axes import (
    dot,
    end_names,
    field,
    line,
    money_axis,
    money_room,
    up_axis,
    value_scale,
)
from aicost.show.charts.frames import need
from aicost.show.charts.layout import (
    Canvas,
    Note,
    Scale,
    linear_ticks,
    lookup,
    noted,
    notes_height,
    text_width,
)
from aicost.show.charts.theme import AXIS_SIZE, BAND, COMPONENT_COLOURS, INK, UP, label_usd, short
from aicost.values.formatting import count, percent
from aicost.values.money import spoken

MOST_DRAWN = 600  # cuts of a table; a pixel shows no more
PEOPLE = COMPONENT_COLOURS["human review"]


def desk_day(frame: pd.DataFrame, *, width: float = 720) -> alt.LayerChart:
    """Draw the seats of each hour of a working day, and how many of them are busy.

    Columns: `hour` (0 to 23), `seats`, `load` [erlang]; one row an hour.
    """
    need(frame, "desk_day", [], ["hour", "seats", "load"])
    f = frame.sort_values("hour").astype(float).reset_index(drop=True)
    f["end"], f["inner"], f["inner_end"] = f["hour"] + 0.94, f["hour"] + 0.1, f["hour"] + 0.84
    f["start"] = f["hour"] + 0.0
    ticks = linear_ticks(0.0, float(max(f["seats"].max(), f["load"].max())), 5)
    y = Scale(ticks[0], ticks[-1], 200, upwards=True)
    top = f.iloc[int(f["seats"].argmax())]
    busy = f.iloc[int(f["load"].argmax())]
    words = f"{short(busy['load'])} busy on average"
    seats = f"{short(top['seats'])} {_seats(top['seats'])} filled"
    left = max(text_width(short(t), AXIS_SIZE) for t in ticks) + 10
    canvas = Canvas(
        width, 200, left=left, right=12, top=26 + notes_height([Note(0, 0, "")] * 2), bottom=42
    )
    x = Scale(0.0, 24.0, canvas.plot)
    hours = list(range(0, 25, 3 if canvas.plot > 300 else 6))
    across = alt.X(
        "start:Q",
        scale=x.encoded,
        axis=alt.Axis(
            values=hours,
            labelExpr=lookup(hours, [f"{h}h" for h in hours]),
            grid=False,
            ticks=True,
            tickSize=4,
            title="hour of the day (UTC)",
        ),
    )
    up = up_axis("seats", y, ticks, [short(t) for t in ticks], "people at the desk", canvas)
    notes = [
        Note(x.at(top["hour"] + 0.2), y.at(top["seats"]), seats),
        Note(x.at(busy["hour"] + 0.6), y.at(busy["load"]), words),
    ]
    bars = alt.Chart(f).mark_bar(color=BAND).encode(x=across, x2="end", y=up, y2=alt.datum(0))
    inner = across.copy()
    inner.shorthand = "inner:Q"
    work = (
        alt.Chart(f)
        .mark_bar(color=PEOPLE)
        .encode(x=inner, x2="inner_end", y=field(up, "load"), y2=alt.datum(0))
    )
    whole, done = float(f["seats"].sum()), float(f["load"].sum())
    used = percent(round(done / whole, 3)) if whole else "0 %"
    title = f"{count(whole)} hours of seats a day, {used} of them busy"
    told = (
        f"Seats by hour of a working day: {title}. In the busiest hour, {busy['hour']:.0f} UTC, "
        f"work for {busy['load']:.3g} people arrives and {count(busy['seats'])} "
        f"{_seats(busy['seats'])} {'is' if busy['seats'] == 1 else 'are'} filled."
    )
    return canvas.finish([bars, work, *noted(notes, canvas)], title, told)


def _seats(number: float) -> str:
    return "seat" if number == 1 else "seats"


def policy_curve(frame: pd.DataFrame, *, width: float = 720) -> alt.LayerChart:
    """Draw what an hour costs against the share reviewed: people, errors, and all together.

    Columns: `reviewed` [share], `staff_usd`, `error_usd`, `usd` [USD/hour]; two rows at least.
    """
    need(frame, "policy_curve", [], ["reviewed", "staff_usd", "error_usd", "usd"])
    f = frame.sort_values("reviewed", kind="stable").astype(float).reset_index(drop=True)
    if len(f) < 2 or f["reviewed"].iloc[0] == f["reviewed"].iloc[-1]:
        raise ValueError("policy_curve: it takes at least two shares of answers reviewed")
    f["share"] = f["reviewed"]
    at_best = int(f["usd"].argmin())
    best, last = f.iloc[at_best], len(f) - 1
    kept = np.linspace(0, last, min(last + 1, MOST_DRAWN)).round().astype(int)
    f = f.iloc[np.union1d(kept, at_best)]
    seen = f[["staff_usd", "error_usd", "usd"]].to_numpy().ravel()
    y = value_scale(seen, 240, from_zero=True)
    cheapest = (
        f"cheapest: {percent(round(float(best['reviewed']), 3))}, {label_usd(best['usd'])} an hour"
    )
    names = [("people", "staff_usd", PEOPLE), ("errors", "error_usd", UP), ("all", "usd", INK)]
    right = max(text_width(n, AXIS_SIZE) for n, *_ in names) + 26
    canvas = Canvas(
        width,
        240,
        left=money_room(y),
        right=right,
        top=26 + notes_height([Note(0, 0, cheapest)]),
        bottom=42,
    )
    x = Scale(float(f["reviewed"].iloc[0]), float(f["reviewed"].iloc[-1]), canvas.plot)
    ticks = [
        t
        for t in np.arange(0, 1.01, 0.1 if canvas.plot > 400 else 0.25).round(2).tolist()
        if x.low <= t <= x.high
    ] or [x.low, x.high]
    across = alt.X(
        "share:Q",
        scale=x.encoded,
        axis=alt.Axis(
            values=ticks,
            labelExpr=lookup(ticks, [f"{t * 100:.0f} %" for t in ticks]),
            grid=False,
            ticks=True,
            tickSize=4,
            title="answers that people look at",
        ),
    )
    up = money_axis(y, f"{spoken().code} per hour", canvas)
    dashes = {"staff_usd": [1, 0], "error_usd": [8, 3], "usd": [1, 0]}
    layers = [
        line(
            f,
            across,
            field(up, column),
            color=colour,
            strokeWidth=3 if column == "usd" else 2,
            strokeDash=dashes[column],
        )
        for _, column, colour in names
    ]
    at = Note(x.at(best["reviewed"]), y.at(best["usd"]), cheapest)
    ends = [(n, y.at(f[column].iloc[-1]), colour) for n, column, colour in names]
    none, every = f.iloc[0], f.iloc[-1]
    title = f"Reviewing {percent(round(float(best['reviewed']), 3))} of answers is cheapest"
    told = (
        f"Cost an hour by share of answers reviewed: {label_usd(none['usd'])} at "
        f"{percent(round(none['reviewed'], 3))}, {label_usd(every['usd'])} at "
        f"{percent(round(every['reviewed'], 3))}; {cheapest}, of which people "
        f"{label_usd(best['staff_usd'])} and errors {label_usd(best['error_usd'])}."
    )
    return canvas.finish(
        [*layers, *end_names(ends, canvas), *noted([at], canvas), dot(at.x, at.y)], title, told
    )
