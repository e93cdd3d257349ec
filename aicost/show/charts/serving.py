"""Charts of models on chips of one's own: the roofline, and speed per user against throughput."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from aicost.show.charts.axes import dot, line, up_axis
from aicost.show.charts.frames import need, rows
from aicost.show.charts.layout import Canvas, Layer, Scale, haloed, log_ticks, lookup
from aicost.show.charts.theme import AXIS_SIZE, DOWN, NEUTRAL, short
from aicost.values.formatting import count, listing

_ROOM = 1.35  # times that an axis goes beyond its points


def roofline(frame: pd.DataFrame, *, bytes_per_s: float, width: float = 720) -> alt.LayerChart:
    """Draw what a chip works at against the work that there is for each byte it reads.

    Columns: `name`, `flop_per_byte` and `flop_per_s`, one row a kind of work; those whose bytes
    keep the chip waiting lie on the slope, of `bytes_per_s`.
    """
    need(frame, "roofline", ["name"], ["flop_per_byte", "flop_per_s"])
    f = frame.sort_values("flop_per_byte").reset_index(drop=True)
    f["tflop"], f["asked"] = f["flop_per_s"] / 1e12, f["flop_per_byte"]
    if len(f) < 2 or (f["asked"] <= 0).any() or (f["tflop"] <= 0).any():
        raise ValueError("roofline: it takes two kinds of work at least, each with some of it")
    canvas = Canvas(width, 220, left=52, right=18, top=28, bottom=42)
    top = float(f["tflop"].max())
    edge = top * 1e12 / bytes_per_s  # operations a byte at which nothing waits
    x = _beyond(np.append(f["asked"], edge), canvas.plot)
    y = _beyond(np.append(f["tflop"], f["tflop"].min() / 2.0), canvas.height, upwards=True)
    sweep = np.append(np.geomspace(x.low, x.high, 60), edge)
    roof = pd.DataFrame({"asked": np.sort(sweep)})
    roof["tflop"] = np.minimum(top, roof["asked"] * bytes_per_s / 1e12)
    across = _across("asked", x, "operations for each byte read (log scale)")
    up = _up("tflop", y, "TFLOP/s (log scale)", canvas)
    at = [(x.at(r.asked), y.at(r.tflop), r.name) for r in rows(f[["asked", "tflop", "name"]])]
    layers: list[Layer] = [
        line(roof[roof["tflop"] >= y.low], across, up, color=NEUTRAL, strokeWidth=2.4),
        *(dot(px, py) for px, py, _ in at),
        *_named(at, canvas),
    ]
    waits = [r.name for r in rows(f) if r.asked < edge]
    title = f"Below {count(round(edge))} operations a byte, memory is what it waits for"
    told = f"{title}; of {len(f)} kinds of work that is so of "
    told += f"{listing(waits)}." if waits else "none."
    return canvas.finish(layers, title, told)


def speed_bought(frame: pd.DataFrame, *, width: float = 720) -> alt.LayerChart:
    """Draw the tokens that a machine writes a second against those that each user sees.

    Columns: `users` at once, `each` and `all` [tokens/s], one row a load.
    """
    need(frame, "speed_bought", [], ["users", "each", "all"])
    f = frame.sort_values("users").reset_index(drop=True)
    if len(f) < 2 or (f[["users", "each", "all"]] <= 0).any().any():
        raise ValueError("speed_bought: it takes two loads at least, each with some tokens")
    canvas = Canvas(width, 240, left=52, right=18, top=28, bottom=42)
    x, y = (
        _beyond(f["each"].to_numpy(), canvas.plot),
        _beyond(f["all"].to_numpy(), canvas.height, upwards=True),
    )
    across = _across("each", x, "tokens a second for each user (log scale)")
    up = _up("all", y, "tokens a second in all (log; numbers: users at once)", canvas)
    at = [(x.at(r.each), y.at(r.all), count(r.users)) for r in rows(f)]
    layers: list[Layer] = [
        line(f.sort_values("each"), across, up, color=DOWN, strokeWidth=3),
        *(dot(px, py) for px, py, _ in at),
        *haloed([(px + 9, py - 9, name) for px, py, name in at], fontSize=AXIS_SIZE),
    ]
    few, most = f.iloc[0], f.iloc[-1]
    more, slower = most["all"] / few["all"], few["each"] / most["each"]
    title = f"{count(round(more))} times the tokens, at {slower:.1f} times the wait for each"
    told = f"With {count(few['users'])} at once each sees {few['each']:.0f} tokens a second, "
    told += f"with {count(most['users'])} {most['each']:.0f}; in all it writes "
    told += f"{count(round(few['all']))} and {count(round(most['all']))} a second."
    return canvas.finish(layers, title, told)


def _beyond(
    values: np.ndarray[tuple[int], np.dtype[np.float64]], pixels: float, **way: bool
) -> Scale:
    """A log axis with some room beyond its points, never less than a factor of four."""
    low, high = float(values.min()) / _ROOM, float(values.max()) * _ROOM
    wide = max(high / low, 4.0) ** 0.5
    middle = (low * high) ** 0.5
    return Scale(middle / wide, middle * wide, pixels, log=True, **way)


def _across(name: str, scale: Scale, title: str) -> alt.X:
    ticks = log_ticks(scale.low, scale.high, max(3, int(scale.pixels // 60)))
    axis = alt.Axis(
        values=ticks,
        labelExpr=lookup(ticks, [short(t) for t in ticks]),
        ticks=True,
        tickSize=4,
        grid=False,
        title=title,
    )
    return alt.X(f"{name}:Q", scale=scale.encoded, axis=axis)


def _up(name: str, scale: Scale, title: str, canvas: Canvas) -> alt.Y:
    ticks = log_ticks(scale.low, scale.high, max(3, int(scale.pixels // 45)))
    return up_axis(name, scale, ticks, [short(t) for t in ticks], title, canvas)


def _named(at: list[tuple[float, float, str]], canvas: Canvas) -> list[Layer]:
    """Names beside their points: below and to the right on the left half, else to the left."""
    left = [(px + 9, py + 12, name) for px, py, name in at if px < canvas.plot / 2]
    right = [(px - 9, py + 14, name) for px, py, name in at if px >= canvas.plot / 2]
    found: list[Layer] = [*haloed(left, fontSize=AXIS_SIZE)] if left else []
    return [*found, *haloed(right, fontSize=AXIS_SIZE, align="right")] if right else found
