"""Times in words: everything a review says of how fast a system answers, worked out once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aicost.book import Book
from aicost.goals import usage_words
from aicost.scenario import Scenario
from aicost.timing.budgets import Kept, Lost, kept, lost
from aicost.timing.calls import assumed_times, timed
from aicost.timing.nights import Night, night
from aicost.timing.peak import LimitReached, limits_reached
from aicost.timing.remedies import Remedy, remedies
from aicost.timing.speed import (
    BreakEven,
    Speed,
    StageTime,
    break_even,
    peak_waits,
    speeds,
    stage_times,
)  # fmt: skip
from aicost.words import count, money, percent, seconds_words


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


def answer_words(times: Times) -> str:
    """Return how fast it answers, and which budget is kept."""
    first, whole = times.now.first, times.now.whole
    if times.night is not None and not times.kept:
        return night_words(times.night)
    words = f"Half of the requests have the whole answer within {seconds_words(whole[0])}, "
    words += f"95 % within {seconds_words(whole[1])}"
    if first[1] < whole[1] * 0.999:
        words += f"; the first word comes within {seconds_words(first[0])} and "
        words += f"{seconds_words(first[1])}"
    unit = usage_words(times.scenario)
    return f"{words}. {' '.join(kept_words(k, unit) for k in times.kept)}".strip()


def load_words(times: Times) -> str:
    """Return how the times change with usage."""
    words = "To the first word and to the whole answer, in the busiest hour of the day"
    low, high = times.sizes[0], times.sizes[-1]
    if low.whole == high.whole:
        why = "no provider's limit is stated and no desk is in the way"
        why = "no limit or desk in the way is felt at these sizes" if times.limits else why
        return f"{words}. Nobody waits for another here: {why}, so the times are the same."
    slower = seconds_words(low.whole[1]), seconds_words(high.whole[1])
    unit = usage_words(times.scenario)
    return (
        f"{words}: the whole answer at p95 goes from {slower[0]} at {count(low.usage)} {unit} to "
        f"{slower[1]} at {count(high.usage)}."
    )


def kept_words(found: Kept, unit: str) -> str:
    """Return one budget as a sentence."""
    budget = found.budget
    due = f"The {budget.what} is due within {seconds_words(budget.seconds)} for 95 %"
    due += "" if budget.basis != "assumed" else ", as is usual for this kind of system"
    if not found.met:
        return f"{due}: it is missed, {percent(round(found.within, 2))} are in time."
    words = f"{due}: it is kept, with {seconds_words(found.left)} to spare"
    if found.missed_from is None:
        return f"{words}, at every size."
    return f"{words}, up to {count(found.missed_from - 1)} {unit}, in the busiest hour."


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


def notes(times: Times) -> Iterator[str]:
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
    yield even_words(times.even)
    if times.night is not None and times.kept:
        yield night_words(times.night)
    for found in times.kept:
        if found.budget.basis == "assumed":
            said = f"The {seconds_words(found.budget.seconds)} for the {found.budget.what}"
            why = f"{said} rest on {found.budget.source}"
            yield f"{why}; {found.budget.note}." if found.budget.note else f"{why}."


def even_words(even: BreakEven) -> str:
    """Return from which share of hits on a cache of answers saves time, as a sentence."""
    words = f"{even.stage} pays in time "
    if even.needed < 1:
        words += f"from {percent(float(f'{even.needed:.2g}'))} of hits on"
    else:
        words += "at no share of hits"
    words = f"{words[0].upper()}{words[1:]}: a look-up takes {seconds_words(even.lookup_s)}, "
    words += f"what it spares {seconds_words(even.ahead_s)}"
    now = "" if even.hit_share is None else f"; it has {percent(round(even.hit_share, 2))}"
    return f"{words}{now}."


def remedy_words(times: Times) -> str:
    """Return the remedy that takes most off the tail, and the one that saves most."""
    now, *others = times.remedies
    if not others:
        return "No remedy the kit knows fits this system."
    best = min(others, key=lambda r: _of(r.first[1], now.first[1]) + _of(r.whole[1], now.whole[1]))
    words = f"Most is to be had from this: {best.name}. The first word at p95 goes from "
    words += (
        f"{seconds_words(now.first[1])} to {seconds_words(best.first[1])}, the whole answer from "
    )
    words += f"{seconds_words(now.whole[1])} to {seconds_words(best.whole[1])}, the bill from "
    return f"{words}{money(now.usd)} to {money(best.usd)} a month."


def _of(after_s: float, before_s: float) -> float:
    """Return what is left of a time, 1 where there was none."""
    return after_s / before_s if before_s > 0 else 1.0
