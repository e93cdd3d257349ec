"""How fast it answers, for a review: sentences, tables and pictures computed from the walk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aicost.book import Book
from aicost.goals import usage_words
from aicost.scenario import Scenario
from aicost.show import charts
from aicost.show.facts import Table
from aicost.show.pictures import Picture, picture
from aicost.timing import (
    BreakEven,
    Kept,
    LimitReached,
    Lost,
    Night,
    Remedy,
    Speed,
    StageTime,
    assumed_times,
    break_even,
    kept,
    limits_reached,
    lost,
    night,
    peak_waits,
    remedies,
    speeds,
    stage_times,
    timed,
)
from aicost.words import count, money, percent, seconds_words, share

SHARES = np.concatenate([np.linspace(0.005, 0.98, 120), [0.985, 0.99, 0.995]])


@dataclass(frozen=True)
class Times:
    """Everything a review says of time, worked out once."""

    scenario: Scenario
    now: Speed
    sizes: tuple[Speed, ...]
    stages: tuple[StageTime, ...]
    kept: tuple[Kept, ...]
    limits: tuple[LimitReached, ...]
    night: Night | None
    lost: Lost | None
    even: BreakEven
    remedies: tuple[Remedy, ...]
    assumed: tuple[tuple[str, str, str], ...]


def times_of(scenario: Scenario, book: Book, sizes: Sequence[float]) -> Times | None:
    """Return all times of a system, or nothing where no request takes any."""
    point = timed(scenario, book).point()
    today = float(getattr(point.traffic, point.traffic.scale))
    found = speeds(scenario, book, sorted({*sizes, today}))
    now = next(speed for speed in found if speed.usage == today)
    if now.whole[-1] <= 0:
        return None
    waits = peak_waits(point)
    return Times(
        point, now, found, stage_times(scenario, book, waits=waits), kept(scenario, book, now),
        limits_reached(scenario), night(scenario, book), lost(point, now.answer),
        break_even(scenario, book), remedies(scenario, book),
        tuple(assumed_times(timed(scenario, book))),
    )  # fmt: skip


def content(times: Times) -> dict[str, Any]:
    """Return what the page says of time."""
    return {
        "answer": answer(times), "load": load_words(times), "curves": curves(times), "sizes": size_table(times),
        "stages": stage_picture(times), "budget": budget_table(times),
        "notes": [*_notes(times)], "remedies": remedy_table(times),
        "remedy": remedy_words(times), "assumed": assumed_table(times),
    }  # fmt: skip


# ---- sentences


def answer(times: Times) -> str:
    """Return how fast it answers, and which budget is kept."""
    first, whole = times.now.first, times.now.whole
    if times.night is not None and not times.kept:
        return night_words(times.night)
    words = f"Half of the requests have the whole answer within {seconds_words(whole[0])}, "
    words += f"95 % within {seconds_words(whole[1])}"
    if first[1] < whole[1] * 0.999:
        words += f"; the first word comes within {seconds_words(first[0])} and "
        words += f"{seconds_words(first[1])}"
    return f"{words}. {' '.join(kept_words(k) for k in times.kept)}".strip()


def load_words(times: Times) -> str:
    """Return how the times change with usage."""
    words = "To the first word and to the whole answer, in the busiest hour of the day"
    low, high = times.sizes[0], times.sizes[-1]
    if low.whole == high.whole:
        return (
            f"{words}. Nobody waits for another here: no provider's limit is stated and no desk is "
            "in the way, so the times are the same at every size."
        )
    slower = seconds_words(low.whole[1]), seconds_words(high.whole[1])
    unit = usage_words(times.scenario)
    return (
        f"{words}: the whole answer at p95 goes from {slower[0]} at {count(low.usage)} {unit} to "
        f"{slower[1]} at {count(high.usage)}."
    )


def kept_words(found: Kept) -> str:
    """Return one budget as a sentence."""
    budget = found.budget
    due = f"The {budget.what} is due within {seconds_words(budget.seconds)} for 95 %"
    due += "" if budget.basis != "assumed" else ", as is usual for this kind of system"
    if not found.met:
        return f"{due}: it is missed, {percent(round(found.within, 2))} are in time."
    words = f"{due}: it is kept, with {seconds_words(found.left)} to spare"
    if found.missed_from is None:
        return f"{words}, at every size."
    return f"{words}, up to {count(found.missed_from - 1)} users in the busiest hour's load."


def night_words(found: Night) -> str:
    """Return a night's work as a sentence."""
    tokens = sum(work.tokens for work in found.work)
    words = f"A night holds {count(round(found.requests))} requests. In {found.hours:g} hours that "
    words += f"is {count(float(f'{found.requests_per_s:.2g}'))} a second"
    if tokens:
        a_minute = tokens / found.hours / 60
        words += f", {count(float(f'{a_minute:.3g}'))} tokens a minute"
    if found.least_hours > 0:
        done = seconds_words(found.least_hours * 3_600)
        words += f"; the stated limits allow it in {done}"
    if any(work.batch for work in found.work):
        words += ". It goes through a batch service, which promises an answer within 24 hours and "
        words += "no sooner: as a rule it is there in time, and nobody owes it"
    return f"{words}."


def _notes(times: Times) -> Iterator[str]:
    """Yield what else there is to say of time: limits, what waiting loses, the cache."""
    unit = usage_words(times.scenario)
    for limit in times.limits:
        if limit.at is None:
            yield f"{limit.stage}: the limit of {limit.what} a minute is not reached at any size."
        else:
            yield (
                f"{limit.stage}: from {limit.at:,} {unit} on the busiest hour asks for more "
                f"{limit.what} a minute than the provider takes; from there waits grow through "
                "the hour."
            )
    if times.lost is not None:
        words = (
            f"Waiting for the first word loses {percent(round(times.lost.share, 3))} of requests"
        )
        if times.lost.usd is not None and times.lost.usd_per_second is not None:
            words += f", {money(times.lost.usd)} a month; one second more would lose another "
            words += money(times.lost.usd_per_second)
        yield f"{words}, by the curve in the file."
    even = times.even
    at = f"{even.stage} pays in time from {percent(float(f'{even.needed:.2g}'))} of hits on"
    now = "" if even.hit_share is None else f"; it has {percent(round(even.hit_share, 2))}"
    yield (
        f"{at[0].upper()}{at[1:]}: a look-up takes {seconds_words(even.lookup_s)}, what it spares "
        f"{seconds_words(even.ahead_s)}{now}."
    )
    if times.night is not None and times.kept:
        yield night_words(times.night)
    for found in times.kept:
        if found.budget.basis == "assumed":
            said = f"The {seconds_words(found.budget.seconds)} for the {found.budget.what}"
            why = f"{said} rest on {found.budget.source}"
            yield f"{why}; {found.budget.note}." if found.budget.note else f"{why}."


def remedy_words(times: Times) -> str:
    """Return the remedy that takes most off the tail, and the one that saves most."""
    now, *others = times.remedies
    if not others:
        return "No remedy the kit knows fits this system."
    best = min(others, key=lambda r: r.first[1] / now.first[1] + r.whole[1] / now.whole[1])
    words = f"Most is to be had from this: {best.name}. The first word at p95 goes from "
    words += (
        f"{seconds_words(now.first[1])} to {seconds_words(best.first[1])}, the whole answer from "
    )
    words += f"{seconds_words(now.whole[1])} to {seconds_words(best.whole[1])}, the bill from "
    return f"{words}{money(now.usd)} to {money(best.usd)} a month."


# ---- tables


def size_table(times: Times) -> Table:
    """Return percentiles in the busiest hour at several sizes."""
    unit = usage_words(times.scenario)
    rows = []
    for speed in times.sizes:
        today = " (today)" if speed.usage == times.now.usage else ""
        cells = [seconds_words(v) for v in (*speed.first, *speed.whole)]
        rows.append((f"{count(speed.usage)}{today}", *cells))
    names = [f"{what} p{p}" for what in ("first", "whole") for p in (50, 95, 99)]
    return Table((unit, *names), tuple(rows), tuple(range(1, 7)), stacked=True)


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
