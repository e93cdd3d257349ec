"""Charts along a line: cost against usage, cost per user, month by month."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from aicost.show.charts.axes import (
    DECADES,
    between,
    dot,
    end_names,
    field,
    level,
    line,
    money_axis,
    money_room,
    month_axis,
    usage_axis,
    value_scale,
)
from aicost.show.charts.frames import need, rows
from aicost.show.charts.layout import Canvas, Layer, Note, Scale, noted, notes_height, text_width
from aicost.show.charts.theme import (
    AXIS_SIZE,
    BAND,
    COMPONENT_COLOURS,
    COMPONENT_DASHES,
    DOWN,
    INK,
    PAPER,
    UP,
    each,
    label_share,
    label_usd,
    plural,
    times,
)
from aicost.values.formatting import listing
from aicost.values.money import spoken


def usage_curve(
    frame: pd.DataFrame, *, today: float | None = None, unit: str = "user", width: float = 720
) -> alt.LayerChart:
    """Draw the cost a month against usage, a line a component and the total, on log axes.

    Columns: `users`, `component`, `usd` [USD/month]; one row for each component at each number of
    users, `today` (users) among them. A log axis has no zero: what costs nothing at a size has no
    line there, and what never costs anything is named with its amount below the plot's edge.
    """
    need(frame, "usage_curve", ["component"], ["users", "usd"])
    table = frame.pivot_table(index="users", columns="component", values="usd", aggfunc="sum")
    table = table.reindex(columns=[c for c in COMPONENT_COLOURS if c in table]).fillna(0.0)
    total = table.sum(axis=1)
    _check_usage("usage_curve", total, today)
    if (total <= 0).any():
        raise ValueError("usage_curve: the total is zero or less somewhere; a log axis has no zero")
    drawn = [c for c in table if table[c].max() > 0]
    names = {str(c): str(c) if c in drawn else f"{c} {label_usd(table[c].iloc[-1])}" for c in table}
    right = max(text_width(n, AXIS_SIZE) for n in [*names.values(), "total"]) + 26
    notes = [] if today is None else [_today(today, between(today, total), unit)]
    least = min(float(table[c].max()) for c in drawn) / 4
    low = min(max(float(total.max()) / 1e8, least), float(total.min()) / 1.5)
    y = Scale(low, float(total.max()) * 1.5, 300, log=True, upwards=True)
    canvas = Canvas(
        width, 300, left=money_room(y), right=right, top=26 + notes_height(notes), bottom=42
    )
    x = Scale(float(table.index[0]), float(table.index[-1]), canvas.plot, log=True)
    across = usage_axis(x, unit)
    up = money_axis(y, f"{spoken().code} per month (log scale)", canvas)
    long = table[drawn].melt(ignore_index=False, var_name="component", value_name="usd")
    long = long.reset_index().query("usd > 0")
    long["colour"] = long["component"].map(COMPONENT_COLOURS)
    long["label"] = [label_usd(v) for v in long["usd"]]
    parts = alt.Chart(long).encode(x=across, y=up, detail="component:N")
    dashes = alt.StrokeDash(
        "component:N",
        legend=None,
        scale=alt.Scale(domain=list(COMPONENT_DASHES), range=list(COMPONENT_DASHES.values())),
    )
    whole = pd.DataFrame({"users": total.index, "usd": total.to_numpy()})
    layers: list[Layer] = [
        parts.mark_line(clip=True, strokeWidth=2).encode(
            color=alt.Color("colour:N", scale=None),
            strokeDash=dashes,
            tooltip=["component", "users", alt.Tooltip("label", title=spoken().code)],
        ),
        line(whole, across, up, color=INK, strokeWidth=3),
    ]
    ends = [
        (n, y.at(table[c].iloc[-1]) if c in drawn else y.pixels, COMPONENT_COLOURS[c])
        for c, n in names.items()
    ]
    layers += end_names([*ends, ("total", y.at(total.iloc[-1]), INK)], canvas)
    layers += _placed(notes, x, y, canvas)
    return canvas.finish(layers, *_usage_words(table, total, today, unit))


def _usage_words(
    table: pd.DataFrame, total: pd.Series[float], today: float | None, unit: str
) -> tuple[str, str]:
    first, last = float(total.index[0]), float(total.index[-1])
    title = f"{times(last / first)} times the {plural(unit)} cost "
    title += f"{times(total.iloc[-1] / total.iloc[0])} times as much"
    told = f"Cost a month by number of {plural(unit)}: {_sizes(total)}."
    if today is not None:
        told += f" Today's {today:,.0f} cost {label_usd(between(today, total))}."
    small, large = table.iloc[0].idxmax(), table.iloc[-1].idxmax()
    ends = f"at {first:,.0f} is {small}, at {last:,.0f} {large}"
    return title, f"{told} Largest {ends if small != large else f'at both ends is {small}'}."


def _sizes(curve: pd.Series[float]) -> str:
    """The values at the powers of ten, in words."""
    at = [u for u in curve.index if u in DECADES] or [curve.index[0], curve.index[-1]]
    return listing([f"{label_usd(curve[u])} at {u:,.0f}" for u in at])


def _check_usage(who: str, curve: pd.Series[float], today: float | None) -> None:
    if len(curve) < 2 or curve.index[0] <= 0:
        raise ValueError(f"{who}: it takes at least two sizes, all above zero")
    if today is not None:
        _inside(who, "today", today, curve)


def _inside(who: str, what: str, users: float, curve: pd.Series[float]) -> None:
    if not curve.index[0] <= users <= curve.index[-1]:
        raise ValueError(
            f"{who}: {what} is {users:,.0f}, outside the frame's "
            f"{curve.index[0]:,.0f} to {curve.index[-1]:,.0f}; sweep over it too"
        )


def _today(users: float, usd: float, unit: str) -> Note:
    words = f"today {users:,.0f} {plural(unit)}: {label_usd(usd)}"
    return Note(users, usd, words, dashed=True)


def _placed(notes: list[Note], x: Scale, y: Scale, canvas: Canvas) -> list[Layer]:
    """Notes, given in the units of the axes, with their points on the curve."""
    at = [Note(x.at(n.x), y.at(n.y), n.text, n.dashed) for n in notes]
    return [*noted(at, canvas), *(dot(n.x, n.y, hollow=not n.dashed) for n in at)]


def cost_per_user(
    frame: pd.DataFrame,
    *,
    price: float | None = None,
    today: float | None = None,
    crossings: pd.DataFrame | None = None,
    unit: str = "user",
    width: float = 720,
) -> alt.LayerChart:
    """Draw the cost per user against usage, the price, and where it stops or starts to pay.

    Columns: `users`, `per_user` [USD/month]; where known `p5` and `p95`. `crossings` has `users`
    and `label`, one row for each inflection point. `price` is in USD per user and month.
    """
    band = ["p5", "p95"] if {"p5", "p95"} <= set(frame) else []
    need(frame, "cost_per_user", [], ["users", "per_user", *band])
    f = frame.sort_values("users").astype({"users": float, "per_user": float})
    curve = f.set_index("users")["per_user"]
    _check_usage("cost_per_user", curve, today)
    notes = [] if today is None else [_today(today, between(today, curve), unit)]
    for row in [] if crossings is None else rows(crossings):
        _inside("cost_per_user", row.label, row.users, curve)
        notes.append(Note(row.users, between(row.users, curve), row.label))
    words = "" if price is None else f"price {label_usd(price)}"
    right = max(text_width(words, AXIS_SIZE), 10) + 26
    seen = f[["per_user", *band]].to_numpy(dtype=float).ravel()
    y = value_scale(seen if price is None else np.append(seen, price), 260)
    canvas = Canvas(
        width, 260, left=money_room(y), right=right, top=26 + notes_height(notes), bottom=42
    )
    x = Scale(float(curve.index[0]), float(curve.index[-1]), canvas.plot, log=True)
    kind = " (log scale)" if y.log else ""
    across = usage_axis(x, unit)
    up = money_axis(y, f"{spoken().code} per {each(unit)}{kind}", canvas)
    layers: list[Layer] = []
    if band:
        area = alt.Chart(f).mark_area(color=BAND)
        layers.append(area.encode(x=across, y=field(up, "p5"), y2="p95"))
    layers.append(line(f.assign(usd=f["per_user"]), across, up, color=INK, strokeWidth=3))
    if price is not None:
        layers += [level(y.at(price), canvas), *end_names([(words, y.at(price), UP)], canvas)]
    layers += _placed(notes, x, y, canvas)
    title, told = _per_user_words(curve, price, today, unit)
    if band and today is not None:
        low, high = (between(today, f.set_index("users")[b]) for b in band)
        if (least := label_usd(low)) != (most := label_usd(high)):
            told += f" Nine times in ten today's lies between {least} and {most}."
    told += "".join(n.said(plural(unit)) for n in notes if not n.dashed)
    return canvas.finish(layers, title, told)


def _per_user_words(
    curve: pd.Series[float], price: float | None, today: float | None, unit: str
) -> tuple[str, str]:
    told = f"Cost per {each(unit)} by number of {plural(unit)}: {_sizes(curve)}."
    ends = [f"{label_usd(curve[u])} at {u:,.0f}" for u in (curve.index[0], curve.index[-1])]
    title = f"Each {unit} costs {ends[0]} {plural(unit)}, {ends[1]}"
    if today is not None:
        now = between(today, curve)
        told += f" Today's {today:,.0f} cost {label_usd(now)} each."
        month = " a month" if unit == "user" else ""
        title = f"At {today:,.0f} {plural(unit)}, each costs {label_usd(now)}{month}"
        if price:
            title += f": {label_share(now / price)} of the price"
    if price is not None:
        told += f" The price is {label_usd(price)}."
    return title, told


def growth_lines(
    frame: pd.DataFrame,
    *,
    budget: float | None = None,
    missed: Mapping[str, int | None] | None = None,
    again: Mapping[str, int | None] | None = None,
    width: float = 720,
) -> alt.LayerChart:
    """Draw the cost month by month, with revenue, budget and the months in which goals are missed.

    Columns: `month` (0 is now), `usd` [USD/month]; where known `revenue`; and either one column
    for each component (drawn upon each other, named where they can be seen) or `p5` and `p95`
    (drawn as a band). `missed` says in words what happens from which month on, None for never,
    and `again` from which month on it does no more; `budget` is in USD a month.
    """
    parts = [c for c in COMPONENT_COLOURS if c in frame]
    band = ["p5", "p95"] if {"p5", "p95"} <= set(frame) and not parts else []
    earns = ["revenue"] if "revenue" in frame else []
    need(frame, "growth_lines", [], ["month", "usd", *parts, *band, *earns])
    f = frame.sort_values("month").reset_index(drop=True)
    if len(f) < 2:
        raise ValueError("growth_lines: it takes at least two months")
    cost, last = f.set_index("month")["usd"].astype(float), f.iloc[-1]
    notes = [
        Note(m, float(cost[m]), f"month {m}: {goal}")
        for goal, m in (missed or {}).items()
        if m is not None
    ]
    names = [*parts, *earns, "budget", "cost"]
    right = max(text_width(n, AXIS_SIZE) for n in names) + 26
    seen = f[["usd", *band, *earns]].to_numpy(dtype=float).ravel()
    y = value_scale(np.append(seen, budget or 0.0), 260, from_zero=True)
    canvas = Canvas(
        width, 260, left=money_room(y), right=right, top=26 + notes_height(notes), bottom=42
    )
    x = Scale(float(cost.index[0]), float(cost.index[-1]), canvas.plot)
    across, up = month_axis(x), money_axis(y, f"{spoken().code} per month", canvas)
    layers, ends = _stack(f, parts, y, across, up)
    if band:
        area = alt.Chart(f).mark_area(color=BAND)
        layers.append(area.encode(x=across, y=field(up, "p5"), y2="p95"))
    layers.append(line(f, across, up, color=INK, strokeWidth=3))
    ends.append(("cost", y.at(last["usd"]), INK))
    if earns:
        drawn = line(f, across, field(up, "revenue"), color=DOWN, strokeWidth=2.5)
        layers.append(drawn.encode(strokeDash=alt.value([8, 3])))
        ends.append(("revenue", y.at(last["revenue"]), DOWN))
    if budget is not None:
        layers.append(level(y.at(budget), canvas))
        ends.append(("budget", y.at(budget), UP))
    layers += [*end_names(ends, canvas), *_placed(notes, x, y, canvas)]
    return canvas.finish(layers, *_growth_words(f, budget, missed or {}, again or {}))


def _growth_words(
    f: pd.DataFrame,
    budget: float | None,
    missed: Mapping[str, int | None],
    again: Mapping[str, int | None],
) -> tuple[str, str]:
    first, last = f.iloc[0], f.iloc[-1]
    month = f"{last['month']:.0f}"
    title = f"{label_usd(first['usd'])} a month now, {label_usd(last['usd'])} in month {month}"
    told = f"Cost: {title}"
    if "revenue" in f:
        told += f"; revenue: {label_usd(first['revenue'])} now, {label_usd(last['revenue'])} then"
    if budget is not None:
        told += f"; budget: {label_usd(budget)}"
    parts = [f"{c} {label_usd(last[c])}" for c in COMPONENT_COLOURS if c in f]
    told += f"; in month {month}: {listing(parts)}" if parts else ""
    ends = [f"{goal} {_during(m, again.get(goal))}" for goal, m in missed.items() if m is not None]
    if ends:
        title = listing(ends).capitalize()
    told += f"; {listing(ends)}." if ends else "; every goal of money holds." if missed else "."
    return title, told


def _during(first: int, again: int | None) -> str:
    """The months in which a goal is missed, in words."""
    if again is None:
        return "already now" if first == 0 else f"from month {first}"
    return f"{'now' if first == 0 else f'from month {first}'}, no more from month {again}"


def _stack(
    f: pd.DataFrame, parts: list[str], y: Scale, across: alt.X, up: alt.Y
) -> tuple[list[Layer], list[tuple[str, float, str]]]:
    """The components one upon the other, and where their names stand."""
    if not parts:
        return [], []
    table = f.set_index("month")[parts].astype(float)
    upper = table.cumsum(axis=1)
    lower = upper - table
    long = pd.concat(
        [
            pd.DataFrame(
                {
                    "month": table.index,
                    "component": c,
                    "low": lower[c],
                    "usd": upper[c],
                    "colour": COMPONENT_COLOURS[c],
                }
            )
            for c in parts
        ]
    )
    area = alt.Chart(long).mark_area(stroke=PAPER, strokeWidth=0.7, opacity=1)
    colour = alt.Color("colour:N", scale=None)
    area = area.encode(x=across, y=up, y2="low", detail="component:N", color=colour)
    middle = (upper.iloc[-1] + lower.iloc[-1]) / 2
    seen = [c for c in parts if y.at(lower[c].iloc[-1]) - y.at(upper[c].iloc[-1]) >= 3]
    return [area], [(c, y.at(float(middle[c])), COMPONENT_COLOURS[c]) for c in seen]
