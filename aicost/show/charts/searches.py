"""Charts of searching: what recall costs in work, what each store costs against usage."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from aicost.show.charts.axes import (
    between,
    dot,
    end_names,
    line,
    money_axis,
    money_room,
    up_axis,
    usage_axis,
    value_scale,
)
from aicost.show.charts.frames import need, rows
from aicost.show.charts.layout import (
    HEAVY,
    PHONE,
    Canvas,
    Layer,
    Note,
    Scale,
    haloed,
    log_ticks,
    lookup,
    noted,
    notes_height,
    shorten,
    text_width,
)
from aicost.show.charts.theme import (
    AXIS_SIZE,
    DOWN,
    NEUTRAL,
    SOFT,
    UP,
    label_share,
    label_usd,
    plural,
)
from aicost.values.formatting import count, listing
from aicost.values.money import spoken

RECALLS = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
AIM = 0.9  # the recall that a title speaks of, where it is reached
OWN, OTHERS = UP, NEUTRAL


def recall_bought(frame: pd.DataFrame, *, width: float = 720) -> alt.LayerChart:
    """Draw the recall of a search against the share of the vectors that it compares.

    Columns: `cells` (looked into), `looked_at` and `recall` [shares], one row a setting. The
    dashed line is what a look at as many vectors, taken at random, would find.
    """
    need(frame, "recall_bought", [], ["cells", "looked_at", "recall"])
    f = frame.sort_values("looked_at").reset_index(drop=True)
    if len(f) < 2 or f["looked_at"].iloc[0] <= 0:
        raise ValueError("recall_bought: it takes at least two settings, each with some work")
    canvas = Canvas(width, 240, left=46, right=18, top=28, bottom=42)
    ends = min(f["looked_at"].iloc[0] / 1.6, 0.1), max(1.0, f["looked_at"].iloc[-1])
    x = Scale(*ends, canvas.plot, log=True)
    y = Scale(0.0, 1.0, canvas.height, upwards=True)
    ticks = [t for t in log_ticks(x.low, x.high, max(3, int(x.pixels // 55))) if t <= 1]
    across = alt.X(
        "looked_at:Q",
        scale=x.encoded,
        axis=alt.Axis(
            values=ticks,
            labelExpr=lookup(ticks, [f"{100 * t:g} %" for t in ticks]),
            ticks=True,
            tickSize=4,
            grid=False,
            title="share of the vectors compared (log scale)",
        ),
    )
    labels, title = [label_share(r) for r in RECALLS], "recall (numbers: cells looked into)"
    up = up_axis("recall", y, RECALLS, labels, title, canvas)
    random = pd.DataFrame({"looked_at": np.geomspace(*ends, 60)})
    random["recall"] = np.minimum(random["looked_at"], 1.0)
    at = [(x.at(r.looked_at), y.at(r.recall), f"{r.cells:,.0f}") for r in rows(f)]
    names = [(px - 9, py - 9, name) for px, py, name in at]
    most = {"align": "right", "fontSize": AXIS_SIZE}
    layers: list[Layer] = [
        line(random, across, up, color=NEUTRAL, strokeWidth=1.8, strokeDash=[6, 4]),
        line(f, across, up, color=DOWN, strokeWidth=3),
        *(dot(px, py) for px, py, _ in at),
        *haloed(names, **most),
        *haloed([(x.at(0.5) - 8, y.at(0.5) + 2, "at random")], color=SOFT, **most),
    ]
    return canvas.finish(layers, *_recall_words(f))


def _recall_words(f: pd.DataFrame) -> tuple[str, str]:
    aim = min(AIM, float(f["recall"].max()))
    order = f.sort_values("recall")
    cost = float(np.exp(np.interp(aim, order["recall"], np.log(order["looked_at"]))))
    title = (
        f"{label_share(aim)} of the neighbours take a look at {label_share(cost)} of the vectors"
    )
    points = [
        f"{count(r.cells)} {'cell finds' if r.cells == 1 else 'cells find'} "
        f"{label_share(r.recall)} by comparing {100 * r.looked_at:.2g} %"
        for r in rows(f)
    ]
    return title, f"Recall by cells looked into: {listing(points)} of the vectors."


def store_curves(
    frame: pd.DataFrame,
    *,
    own: str | None = None,
    today: float | None = None,
    unit: str = "user",
    kinds: str = "stores",
    width: float = 720,
) -> alt.LayerChart:
    """Draw what each store costs a month against usage, on log axes.

    Columns: `users`, `store`, `usd` [USD/month] and `by_units` (true where it is paid by the hour,
    drawn dashed). `own` is the store in use, `today` (users) lies within the frame. `kinds` is what
    they are, where they are no stores.
    """
    need(frame, "store_curves", ["store", "by_units"], ["users", "usd"])
    table = frame.pivot(index="users", columns="store", values="usd").astype(float)
    if len(table) < 2 or table.isna().to_numpy().any() or (table <= 0).to_numpy().any():
        raise ValueError("store_curves: each store needs a cost above zero at two sizes or more")
    if today is not None and not table.index[0] <= today <= table.index[-1]:
        raise ValueError(f"store_curves: today is {today:,.0f}, outside the frame's sizes")
    room = width * (0.38 if width < PHONE else 0.4)
    names = {str(s): shorten(str(s), room, HEAVY * AXIS_SIZE) for s in table}
    right = max(text_width(n, AXIS_SIZE) for n in names.values()) + 26
    y = value_scale(table.to_numpy(), 280)
    notes = []
    if today is not None and own in table:
        cost = between(today, table[own])
        notes = [Note(today, cost, f"today {today:,.0f} {plural(unit)}: {label_usd(cost)}", True)]
    canvas = Canvas(
        width, 280, left=money_room(y), right=right, top=26 + notes_height(notes), bottom=42
    )
    x = Scale(float(table.index[0]), float(table.index[-1]), canvas.plot, log=True)
    across = usage_axis(x, unit)
    up = money_axis(y, f"{spoken().code} per month (log scale)", canvas)
    dashed = frame.groupby("store")["by_units"].any()
    layers: list[Layer] = []
    for store in sorted(names, key=lambda name: name == own):
        look = {"color": OWN, "strokeWidth": 3} if store == own else {"color": OTHERS}
        drawn = table[store].rename("usd").reset_index()
        layers.append(
            line(drawn, across, up, strokeDash=[6, 3] if dashed[store] else [1, 0], **look)
        )
    ends = [(names[s], y.at(table[s].iloc[-1]), OWN if s == own else OTHERS) for s in names]
    layers += end_names(ends, canvas)
    at = [Note(x.at(n.x), y.at(n.y), n.text, n.dashed) for n in notes]
    layers += [*noted(at, canvas), *(dot(n.x, n.y) for n in at)]
    return canvas.finish(layers, *_store_words(table, own, today, unit, kinds))


def _store_words(
    table: pd.DataFrame, own: str | None, today: float | None, unit: str, kinds: str
) -> tuple[str, str]:
    low, high = table.index[0], table.index[-1]
    cheap = [(table.loc[n].idxmin(), n) for n in (low, high)]
    title = f"Cheapest at {count(low)} {plural(unit)} is {cheap[0][0]}"
    same = cheap[0][0] == cheap[1][0]
    title += f", and at {count(high)} too" if same else f", at {count(high)} {cheap[1][0]}"
    told = f"Cost a month of {len(table.columns)} {kinds} by number of {plural(unit)}: "
    told += listing(
        [
            f"{store} {label_usd(table[store].iloc[0])} at {count(low)} and "
            f"{label_usd(table[store].iloc[-1])} at {count(high)}"
            for store in table
        ]
    )
    if today is not None and own in table:
        told += f"; {own}, in use now, costs {label_usd(between(today, table[own]))} today"
    return title, f"{told}."
