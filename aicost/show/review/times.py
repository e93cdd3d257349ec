"""How fast it answers, for a review: sentences, tables and pictures computed from the walk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from aicost.show.review.pictures import Picture, picture
from aicost.timing.percentiles import Speed
from aicost.timing.report import (
    Times,
    answer_words,
    assumed_words,
    load_words,
    notes,
    remedy_words,
    stage_words,
)
from aicost.values.table import Table

SHARES = np.array([0.005, 0.02, *np.linspace(0.05, 0.95, 19), 0.97, 0.985, 0.995])


def content(times: Times) -> dict[str, Any]:
    """What the page says of time."""
    return {
        "answer": answer_words(times),
        "load": load_words(times),
        "curves": curves(times),
        "sizes": times.rows(),
        "stages": stage_picture(times),
        "budget": budget_table(times),
        "columns": stage_words(),
        "notes": [*notes(times)],
        "remedies": remedy_table(times),
        "remedy": remedy_words(times),
        "assumed": times.assumed_rows() if times.assumed else None,
        "names": assumed_words(times),
    }


def budget_table(times: Times) -> Table:
    """Each stage with its own times, and what is left of the budget behind it."""
    every = times.stage_rows()
    return every.only(*(c.name for c in every.columns if c.key != "mean"))


def remedy_table(times: Times) -> Table:
    """What each remedy does to median, tail and bill, with what is assumed of it."""
    every = times.remedy_rows()
    named = (f"{r.name} ({r.note})" if r.note else r.name for r in times.remedies)
    rows = (
        replace(row, cells=(name, *row.cells[1:]))
        for row, name in zip(every.rows, named, strict=True)
    )
    return replace(every, rows=tuple(rows))


# ---- pictures


def curves(times: Times) -> Picture:
    """Draw how many answers are there by when."""
    of = {"first word": times.now.answer.first, "whole answer": times.now.answer.whole}
    parts = [
        pd.DataFrame({"what": part, "seconds": of[part].quantile(SHARES), "share": SHARES})
        for part in times.parts
    ]
    # What is in time stands on the curve itself, so that picture and sentence say the same share.
    on_it = [
        {"what": k.budget.what, "seconds": k.budget.seconds, "share": k.within}
        for k in times.standings
        if SHARES[0] < k.within < SHARES[-1]
    ]
    frame = pd.concat([*parts, pd.DataFrame(on_it)])
    frame = frame[frame["seconds"] > 1e-3]
    due = {k.budget.what: k.budget.seconds for k in times.standings}
    return picture("time_curves", frame, tabled=True, budgets=due)


def stage_picture(times: Times) -> Picture:
    """Draw what a mean request spends its time on."""
    frame = pd.DataFrame(
        {
            "stage": [t.stage for t in times.stages],
            "component": [times.case.scenario.stage(t.stage).component for t in times.stages],
            "seconds": [t.mean for t in times.stages],
            "p95": [t.p95 for t in times.stages],
        }
    )
    return picture("stage_bars", frame, tabled=True)


def figures(times: Times) -> dict[str, Any]:
    """The times of a review for a machine, in seconds."""

    def seconds(speed: Speed) -> dict[str, Any]:
        if speed.over:
            return {"calls_served": round(speed.served, 4)}
        return {
            what: {f"p{p}": float(f"{v:.4g}") for p, v in zip((50, 95, 99), values, strict=True)}
            for what, values in (("first_word", speed.first), ("whole_answer", speed.whole))
        }

    return {
        "now": seconds(times.now),
        "at_usage": {f"{speed.usage:.0f}": seconds(speed) for speed in times.sizes},
        "budgets": {
            k.budget.field: {
                "seconds": k.budget.seconds,
                "basis": k.budget.basis,
                "met": k.met,
                "within": round(k.within, 4),
                "missed_from": k.missed_from,
            }
            for k in times.standings
        },
        "whole_answer_p95_where_unknown_times_are": {
            end: float(f"{speed.whole[1]:.4g}")
            for end, speed in zip(("low", "high"), times.ends, strict=True)
            if not speed.over
        },
        "stages": {t.stage: float(f"{t.mean:.4g}") for t in times.stages},
    }
