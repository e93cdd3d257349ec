"""Times in words: everything a review says of how fast a system answers, worked out once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aicost.billing.case import Case, kept, single
from aicost.scenario.scenario import SIZES
from aicost.timing.batch_window import Night, night
from aicost.timing.budgets import Budget, BudgetStanding, Lost, lost, standings
from aicost.timing.cache_saving import BreakEven, break_even, cache_of, repeats
from aicost.timing.call_times import assumed_times, at_ends, timed
from aicost.timing.percentiles import Speed, StageTime, speeds, speeds_of, stage_times
from aicost.timing.remedies import Remedy, remedies
from aicost.timing.waits import LimitReached, limits_reached, peak_waits
from aicost.values.formatting import count, money, percent, seconds_words
from aicost.values.quantities import SECONDS_PER_HOUR
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table, table


@dataclass(frozen=True, repr=False)
class Times(Result):
    """Everything a review says of time, worked out once."""

    case: Case
    now: Speed
    sizes: tuple[Speed, ...]
    stages: tuple[StageTime, ...]
    standings: tuple[BudgetStanding, ...]
    limits: tuple[LimitReached, ...]
    night: Night | None
    lost: Lost | None
    even: BreakEven | None
    remedies: tuple[Remedy, ...]
    assumed: tuple[tuple[str, str, str], ...]
    ends: tuple[Speed, Speed]

    @property
    def parts(self) -> tuple[str, ...]:
        """The times worth telling: the first word's only where it comes before the end."""
        early = any(
            a < b * 0.999 for s in self.sizes for a, b in zip(s.first, s.whole, strict=True)
        )
        return ("first word", "whole answer") if early else ("whole answer",)

    @property
    def waits(self) -> bool:
        """Say whether anybody waits for an answer: work that is due by a time has no such user."""
        return self.night is None or bool(self.standings)

    @property
    def steady(self) -> bool:
        """Say whether the times are the same at every size."""
        return all((s.first, s.whole) == (self.now.first, self.now.whole) for s in self.sizes)

    @property
    def sentence(self) -> str:
        """How fast it answers, and which budget is kept."""
        return answer_words(self)

    def rows(self) -> Table:
        """Percentiles in the busiest hour at each size, or once where they are the same at all."""
        units = self.case.scenario.traffic.usage_units
        columns = (Column(units), *(Column(h, Form.SECONDS) for h in self.heads((50, 95, 99))))
        if self.steady:
            return table(columns, [("at every size", *self.values(self.now))])
        rows = [
            (f"{count(s.usage)}{' (today)' if s.usage == self.now.usage else ''}", *self.values(s))
            for s in self.sizes
        ]
        return table(columns, rows)

    def stage_rows(self) -> Table:
        """Each stage with its own times, and what is left of the budget behind it."""
        limits = {standing.budget.field: standing.budget for standing in self.standings}
        limit = limits.get("whole_answer_p95") or limits.get("first_word_p95")
        due = (
            [Column(f"left of {seconds_words(limit.seconds)}", Form.SECONDS, "left")]
            if limit
            else []
        )
        names = ("p50 alone", "p95 alone", "p95 so far")
        columns = (
            Column("Stage"),
            Column("adds to the mean", Form.SECONDS, "mean"),
            Column("share of the mean", Form.SHARE, "share"),
            *(Column(name, Form.SECONDS) for name in names),
            *due,
        )
        total = sum(stage.mean for stage in self.stages)
        rows = []
        for t in self.stages:
            cells = (t.stage, t.mean, t.mean / total if total else 0.0, t.p50, t.p95, t.so_far)
            left = [_left(limit, t)] if limit else []
            rows.append(Row((*cells, *left), of=t))
        return table(columns, rows)

    def remedy_rows(self) -> Table:
        """What each remedy does to median, tail and bill."""
        heads = (Column(head, Form.SECONDS) for head in self.heads((50, 95)))
        columns = (Column("Remedy, one at a time"), *heads, Column("a month", Form.MONEY, "usd"))
        rows = [Row((r.name, *self.values(r), r.usd), of=r) for r in self.remedies]
        return table(columns, rows)

    def assumed_rows(self) -> Table:
        """The times that nobody stated, and where they are from."""
        return table(("Time, in seconds", "taken as", "Source"), self.assumed)

    def values(self, speed: Speed | Remedy) -> list[float]:
        """The percentiles of each part. [s]"""
        of = {"first word": speed.first, "whole answer": speed.whole}
        return [value for part in self.parts for value in of[part]]

    def heads(self, percents: Sequence[int]) -> list[str]:
        """The names of such cells."""
        if len(self.parts) == 1:
            return [f"p{p}" for p in percents]
        return [f"{part.split()[0]} p{p}" for part in self.parts for p in percents]


@kept
def latency(case: Case, sizes: tuple[float, ...] = SIZES) -> Times | None:
    """All times of a system, or nothing where no request takes any."""
    single(case, "latency")
    point = timed(case).point
    every = speeds(case, sorted({*sizes, case.usage}))
    now = next(speed for speed in every if speed.usage == case.usage)
    if now.whole[-1] <= 0:
        return None
    return Times(
        point,
        now,
        every,
        stage_times(case, waits=peak_waits(point.scenario)),
        standings(case, now),
        limits_reached(case),
        night(case),
        lost(case, now.answer),
        break_even(case) if cache_of(case.scenario) is not None or repeats(case) else None,
        remedies(case),
        tuple(assumed_times(case)),
        _ends(case),
    )


def _ends(case: Case) -> tuple[Speed, Speed]:
    """How fast it is where every time that is not known is short, and where it is long."""
    quick, slow = (speeds_of(end, [case.usage])[0] for end in at_ends(case))
    return quick, slow


def answer_words(times: Times) -> str:
    """How fast it answers, and which budget is kept."""
    first, whole = times.now.first, times.now.whole
    if times.night is not None and not times.waits:
        return night_words(times.night)
    words = f"Half of the requests have the whole answer within {seconds_words(whole[0])}, "
    words += f"95 % within {seconds_words(whole[1])}"
    if len(times.parts) > 1:
        words += f". The first word is there within {seconds_words(first[0])} for half of them, "
        words += f"within {seconds_words(first[1])} for 95 %"
    quick, slow = times.ends
    if slow.whole[1] > quick.whole[1] * 1.01:
        ends = seconds_words(quick.whole[1]), seconds_words(slow.whole[1])
        words += ". Where a time is not known its mean is taken: with all of them at the low end "
        words += f"of their ranges 95 % have the whole answer within {ends[0]}, at the high end "
        words += f"within {ends[1]}"
    unit = times.case.scenario.traffic.usage_units
    return f"{words}. {' '.join(kept_words(k, unit) for k in times.standings)}".strip()


def _left(limit: Budget, stage: StageTime) -> float | str:
    """What is left of a budget behind a stage, or by how much it is over."""
    at = stage.so_far if limit.field == "whole_answer_p95" else stage.first_so_far
    gap = limit.seconds - at
    return gap if gap >= 0 else f"over by {seconds_words(-gap)}"


def load_words(times: Times) -> str:
    """What the percentiles mean, and how they change with usage."""
    words = f"Times from the request to the {' and to the '.join(times.parts)}, in the busiest "
    words += "hour of the day: half of the requests are served within p50, 95 of 100 within p95, "
    words += "99 of 100 within p99."
    if not times.steady:
        return f"{words} {change_words(times)}"
    if peak_waits(times.case.scenario):
        return f"{words} They are the same at every size looked at."
    return (
        f"{words} Nobody waits for another here: no provider's limit is stated and no desk of "
        "reviewers is in the way, so the times are the same at every size."
    )


def change_words(times: Times) -> str:
    """Which percentile of the whole answer changes most with size."""
    columns = [*zip(*(speed.whole for speed in times.sizes), strict=True)]
    at = max(range(len(columns)), key=lambda i: max(columns[i]) / max(min(columns[i]), 1e-9))
    low, high = sorted(columns[at].index(end(columns[at])) for end in (min, max))
    few, many = times.sizes[low], times.sizes[high]
    words = f"With size the p{(50, 95, 99)[at]} of the whole answer changes most: "
    words += f"{seconds_words(few.whole[at])} at {count(few.usage)} "
    words += f"{times.case.scenario.traffic.usage_units}, {seconds_words(many.whole[at])} at "
    words += f"{count(many.usage)}."
    if [*columns[at]] == sorted(columns[at]):
        return words
    return (
        f"{words} A desk of reviewers has whole seats, as many as its promise needs at each size: "
        "its waits do not simply grow."
    )


def stage_words() -> str:
    """What the columns of the stages mean."""
    return (
        "'Alone' is of the requests that reach the stage; 'so far' is from the request to the end "
        "of the stage, over all requests. Percentiles do not add up."
    )


def assumed_words(times: Times) -> str:
    """What the short names of assumed times mean, where they are used."""
    names = {path.rpartition(".")[2] for path, _, _ in times.assumed}
    if not names & {"ttft", "tpot"}:
        return ""
    return "ttft is the time to the first token of an answer, tpot the time for each one after it."


def kept_words(standing: BudgetStanding, unit: str = "users") -> str:
    """One budget as a sentence."""
    budget = standing.budget
    due = f"The {budget.what} is due within {seconds_words(budget.seconds)} for 95 % of requests"
    due += "" if budget.basis != "assumed" else ", as is usual for this kind of system"
    if not standing.met:
        return f"{due}: that is missed, {percent(round(standing.within, 2))} are in time."
    words = f"{due}: that is kept, with {seconds_words(standing.left)} to spare"
    if standing.missed_from is None:
        return f"{words}, at every size."
    return f"{words}, up to {count(standing.missed_from - 1)} {unit}."


def night_words(found: Night) -> str:
    """A night's work as a sentence."""
    tokens = sum(work.tokens for work in found.work)
    words = f"A night holds {count(round(found.requests))} requests. In {found.hours:g} hours that "
    words += f"is {count(float(f'{found.requests_per_s:.2g}'))} a second"
    if tokens:
        a_minute = sum(work.tokens_per_minute(found.hours) for work in found.work)
        words += f", {count(float(f'{a_minute:.3g}'))} tokens a minute"
    if found.least_hours > 0:
        done = seconds_words(found.least_hours * SECONDS_PER_HOUR)
        words += f"; the stated limits allow it in {done}"
    if any(work.batch for work in found.work):
        words += ". It goes through a batch service, which promises an answer within 24 hours: "
        words += "most come sooner, but nobody promises that"
    return f"{words}."


def notes(times: Times) -> Iterator[str]:
    """Yield what else there is to say of time: limits, what waiting loses, the cache."""
    unit = times.case.scenario.traffic.usage_units
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
    if times.waits and times.even is not None:
        yield even_words(times.even)
    if times.night is not None and times.standings:
        yield night_words(times.night)
    for standing in times.standings:
        if standing.budget.basis == "assumed":
            said = f"The file states no time for the {standing.budget.what}; "
            said += f"{seconds_words(standing.budget.seconds)} is from: {standing.budget.source}"
            yield f"{said}; {standing.budget.note}." if standing.budget.note else f"{said}."


def even_words(even: BreakEven) -> str:
    """From how many hits on a cache saves time."""
    took = f"a look-up takes {seconds_words(even.lookup_s)}, a hit spares "
    took += seconds_words(even.ahead_s)
    name = f"{even.stage[0].upper()}{even.stage[1:]}"
    now = "" if even.hit_share is None else f" Now it is {percent(round(even.hit_share, 2))}."
    if even.needed >= 1:
        return f"{name}: it saves time at no share of hits; {took}.{now}"
    needed = f"{percent(float(f'{even.needed:.2g}'))} of requests are"
    if even.needed < 1e-9:
        needed = "any request is"
    elif even.needed < 0.02:
        needed = f"one request in {count(float(f'{1 / even.needed:.2g}'))} is"
    return f"{name}: it saves time once {needed} found in it; {took}.{now}"


def remedy_words(times: Times) -> str:
    """The remedy that takes most off the tail, and the one that saves most."""
    now, *others = times.remedies
    if not others:
        return "No remedy the kit knows fits this system."
    best = min(others, key=lambda r: _of(r.first[1], now.first[1]) + _of(r.whole[1], now.whole[1]))
    note = f" ({best.note})" if best.note else ""
    moved = {"first word": (now.first, best.first), "whole answer": (now.whole, best.whole)}
    told = [
        f"the {part} from {seconds_words(moved[part][0][1])} to {seconds_words(moved[part][1][1])}"
        for part in times.parts
    ]
    words = f"Most is to be had from this: {best.name}{note}. At p95 it brings {', '.join(told)}; "
    return f"{words}the bill goes from {money(now.usd)} to {money(best.usd)} a month."


def _of(after_s: float, before_s: float) -> float:
    """What is left of a time, 1 where there was none."""
    return after_s / before_s if before_s > 0 else 1.0
