"""How fast it answers, for a review: sentences, tables and pictures computed from the walk."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from aicost.goals import usage_words
from aicost.show import charts
from aicost.show.facts import Table
from aicost.show.pictures import Picture, picture
from aicost.timing.speed import Speed
from aicost.timing.told import Times, answer_words, load_words, notes, remedy_words, size_rows
from aicost.words import money, seconds_words, share

SHARES = np.concatenate([np.linspace(0.005, 0.98, 120), [0.985, 0.99, 0.995]])


def content(times: Times) -> dict[str, Any]:
    """Return what the page says of time."""
    return {
        "answer": answer_words(times), "load": load_words(times), "curves": curves(times),
        "sizes": size_table(times),
        "stages": stage_picture(times), "budget": budget_table(times),
        "notes": [*notes(times)], "remedies": remedy_table(times),
        "remedy": remedy_words(times), "assumed": assumed_table(times),
    }  # fmt: skip


# ---- tables


def size_table(times: Times) -> Table:
    """Return percentiles in the busiest hour at several sizes."""
    names = [f"{what} p{p}" for what in ("first", "whole") for p in (50, 95, 99)]
    columns = (usage_words(times.scenario), *names)
    return Table(columns, tuple(size_rows(times)), (1, 2, 3, 4, 5, 6), stacked=True)


def budget_table(times: Times) -> Table:
    """Return each stage with its own times, and what is left of the budget behind it."""
    whole = next((k for k in times.kept if k.budget.field == "whole_answer_p95"), None)
    first = next((k for k in times.kept if k.budget.field == "first_word_p95"), None)
    limit = whole or first
    total = sum(stage.mean for stage in times.stages)
    rows = []
    for stage in times.stages:
        left = ""
        if limit is not None:
            at = stage.so_far if whole is not None else stage.first_so_far
            gap = limit.budget.seconds - at
            left = seconds_words(gap) if gap >= 0 else f"over by {seconds_words(-gap)}"
        rows.append((
            stage.stage, seconds_words(stage.p50), seconds_words(stage.p95),
            share(stage.mean, total), seconds_words(stage.so_far), left,
        ))  # fmt: skip
    due = f"left of {seconds_words(limit.budget.seconds)}" if limit else "budget"
    columns = ("Stage", "p50 alone", "p95 alone", "of the mean", "p95 so far", due)
    return Table(columns, tuple(rows), (1, 2, 3, 4, 5), stacked=True)


def remedy_table(times: Times) -> Table:
    """Return what each remedy does to median, tail and bill."""
    rows = []
    for r in times.remedies:
        name = f"{r.name} ({r.note})" if r.note else r.name
        cells = (*(seconds_words(v) for v in (*r.first, *r.whole)), money(r.usd))
        rows.append((name, *cells))
    names = ("first word p50", "p95", "whole answer p50", "p95", "a month")
    return Table(("Remedy, one at a time", *names), tuple(rows), (1, 2, 3, 4, 5), stacked=True)


def assumed_table(times: Times) -> Table | None:
    """Return the times that nobody stated, and where they are from."""
    if not times.assumed:
        return None
    return Table(("Time, in seconds", "taken as", "Source"), times.assumed, stacked=True)


# ---- pictures


def curves(times: Times) -> Picture:
    """Draw how many answers are there by when."""
    parts = (("first word", times.now.answer.first), ("whole answer", times.now.answer.whole))
    frame = pd.concat(
        pd.DataFrame({"what": what, "seconds": part.quantile(SHARES), "share": SHARES})
        for what, part in parts
    )
    frame = frame[frame["seconds"] > 1e-3]
    due = {k.budget.what: k.budget.seconds for k in times.kept}
    return picture(lambda width: charts.time_curves(frame, budgets=due, width=width))


def stage_picture(times: Times) -> Picture:
    """Draw what a mean request spends its time on."""
    frame = pd.DataFrame({
        "stage": [t.stage for t in times.stages],
        "component": [times.scenario.stage(t.stage).component for t in times.stages],
        "seconds": [t.mean for t in times.stages], "p95": [t.p95 for t in times.stages],
    })  # fmt: skip
    return picture(lambda width: charts.stage_bars(frame, width=width), tabled=True)


def figures(times: Times) -> dict[str, Any]:
    """Return the times of a review for a machine, in seconds."""

    def seconds(speed: Speed) -> dict[str, dict[str, float]]:
        return {
            what: {f"p{p}": float(f"{v:.4g}") for p, v in zip((50, 95, 99), values, strict=True)}
            for what, values in (("first_word", speed.first), ("whole_answer", speed.whole))
        }

    return {
        "now": seconds(times.now),
        "at_usage": {f"{speed.usage:.0f}": seconds(speed) for speed in times.sizes},
        "budgets": {
            k.budget.field: {
                "seconds": k.budget.seconds, "basis": k.budget.basis, "met": k.met,
                "within": round(k.within, 4), "missed_from": k.missed_from,
            }
            for k in times.kept
        },
        "stages": {t.stage: float(f"{t.mean:.4g}") for t in times.stages},
    }  # fmt: skip
