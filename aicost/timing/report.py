"""Times in words: everything a review says of how fast a system answers, worked out once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from aicost.billing.case import Case, kept, single
from aicost.scenario.scenario import SIZES
from aicost.timing.batch_window import Night, night
from aicost.timing.budgets import Budget, BudgetStanding, Lost, lost, standings
from aicost.timing.cache_saving import BreakEven, break_even, cache_of, repeats
from aicost.timing.call_times import assumed_times, at_ends, observed_scale, timed
from aicost.timing.ceilings import LimitReached, limits_reached
from aicost.timing.percentiles import Speed, StageTime, speeds, speeds_of, stage_times
from aicost.timing.pool_waits import PoolUse, batch_words, pool_uses
from aicost.timing.remedies import Remedy, remedies
from aicost.timing.sentences import (
    even_words,
    given_up_words,
    kept_words,
    night_words,
    observed_words,
)
from aicost.timing.waits import peak_waits
from aicost.values.formatting import count, listing, money, percent, seconds_words
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
    pools: tuple[PoolUse, ...]
    night: Night | None
    lost: Lost | None
    even: BreakEven | None
    remedies: tuple[Remedy, ...]
    assumed: tuple[tuple[str, str, str], ...]
    ends: tuple[Speed, Speed]
    observed: str = ""

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
        now = self.now
        return all(
            (s.first, s.whole, s.over) == (now.first, now.whole, now.over) for s in self.sizes
        )

    @property
    def sentence(self) -> str:
        """How fast it answers, and which budget is kept."""
        return answer_words(self)

    def rows(self) -> Table:
        """Percentiles in the busiest hour at each size, or once where they are the same at all."""
        units = self.case.scenario.traffic.usage_units
        some = [Column("calls served", Form.PERCENT)] if any(s.over for s in self.sizes) else []
        heads = (Column(h, Form.SECONDS) for h in self.heads((50, 95, 99)))
        columns = (Column(units), *some, *heads)
        told = (
            {"at every size": self.now} if self.steady else {self._size(s): s for s in self.sizes}
        )
        rows = [
            (size, *[round(s.served, 3)][: len(some)], *self.values(s)) for size, s in told.items()
        ]
        return table(columns, rows)

    def _size(self, speed: Speed) -> str:
        return f"{count(speed.usage)}{' (today)' if speed.usage == self.now.usage else ''}"

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

    def values(self, speed: Speed | Remedy) -> list[float | str]:
        """The percentiles of each part. [s] There are none where not every call is served."""
        of = {"first word": speed.first, "whole answer": speed.whole}
        every = [value for part in self.parts for value in of[part]]
        return [value if np.isfinite(value) else "none" for value in every]

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
        standings(case),
        limits_reached(case),
        tuple(pool_uses(point.scenario)),
        night(case),
        lost(case, now),
        break_even(case) if cache_of(case.scenario) is not None or repeats(case) else None,
        remedies(case),
        tuple(assumed_times(case)),
        _ends(case),
        observed_words(point.scenario, observed_scale(case)),
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
    if times.now.over:
        unit = times.case.scenario.traffic.usage_units
        words = " ".join(over.sentence for over in times.now.over)
        words = f"More is asked for than can be done, so there are no percentiles. {words}"
        return f"{words} {' '.join(kept_words(k, unit) for k in times.standings)}".strip()
    words = f"Half of the requests have the whole answer within {seconds_words(whole[0])}, "
    words += f"95 % within {seconds_words(whole[1])}"
    if len(times.parts) > 1:
        words += f". The first word is there within {seconds_words(first[0])} for half of them, "
        words += f"within {seconds_words(first[1])} for 95 %"
    quick, slow = times.ends
    if quick.whole[1] * 1.01 < slow.whole[1] < np.inf:
        ends = seconds_words(quick.whole[1]), seconds_words(slow.whole[1])
        words += ". Where a time is not known its mean is taken: with all of them at the low end "
        words += f"of their ranges 95 % have the whole answer within {ends[0]}, at the high end "
        words += f"within {ends[1]}"
    unit = times.case.scenario.traffic.usage_units
    told = [f"{words}.", times.observed, *(kept_words(k, unit) for k in times.standings)]
    return " ".join(part for part in told if part)


def _left(limit: Budget, stage: StageTime) -> float | str:
    """What is left of a budget behind a stage, or by how much it is over."""
    at = stage.so_far if limit.field == "whole_answer_p95" else stage.first_so_far
    gap = limit.seconds - at
    return gap if gap >= 0 else f"over by {seconds_words(-gap)}"


def peak_words(case: Case) -> str:
    """What the peak is above the busiest hour of a mean day; nothing where nobody says."""
    crest = case.scenario.world.crest
    if not crest:
        return ""
    times = " and ".join(f"x {float(f.value):.3g} {f.name}" for f in crest)
    return f" That hour is the one of a mean day {times}."


def load_words(times: Times) -> str:
    """What the percentiles mean, and how they change with usage."""
    words = f"Times from the request to the {' and to the '.join(times.parts)}, in the busiest "
    words += "hour of the day: half of the requests are served within p50, 95 of 100 within p95, "
    words += "99 of 100 within p99."
    words += peak_words(times.case) + batch_words(times.case.scenario)
    if not times.steady:
        return f"{words} {change_words(times)}"
    if peak_waits(times.case.scenario) or times.now.over:
        return f"{words} They are the same at every size looked at."
    return (
        f"{words} Nobody waits for another here: no provider's limit is stated, no pool of "
        "machines and no desk of reviewers is in the way, so the times are the same at every size."
    )


def change_words(times: Times) -> str:
    """Which percentile of the whole answer changes most with size, and where there is none."""
    served = [speed for speed in times.sizes if not speed.over]
    unit = times.case.scenario.traffic.usage_units
    beyond = "".join(
        f" At {count(speed.usage)} {unit} there is none: {over.sentence}"
        for speed in times.sizes
        if speed.usage != times.now.usage
        for over in speed.over
    )
    if len({speed.whole for speed in served}) < 2:
        return f"They are the same wherever every call is served.{beyond}"
    columns = [*zip(*(speed.whole for speed in served), strict=True)]
    at = max(range(len(columns)), key=lambda i: max(columns[i]) / max(min(columns[i]), 1e-9))
    low, high = sorted(columns[at].index(end(columns[at])) for end in (min, max))
    few, many = served[low], served[high]
    words = f"With size the p{(50, 95, 99)[at]} of the whole answer changes most: "
    words += f"{seconds_words(few.whole[at])} at {count(few.usage)} "
    words += f"{unit}, {seconds_words(many.whole[at])} at {count(many.usage)}."
    if [*columns[at]] != sorted(columns[at]):
        words += " People and machines come in whole numbers, as many as each size needs: waits "
        words += "for them do not simply grow."
    return words + beyond


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


def notes(times: Times) -> Iterator[str]:
    """Yield what else there is to say of time: limits, what waiting loses, the cache."""
    unit = times.case.scenario.traffic.usage_units
    yield from (limit.words(unit) for limit in times.limits)
    yield from (pool.sentence for pool in times.pools if not pool.full)
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
    for stage in times.case.scenario.stages:
        yield from given_up_words(times.case.scenario, stage)
        if stage.writes and stage.differs("repeat"):
            again = f"{stage.name}: calls are repeated in turn, and the first word waits for all"
            yield f"{again} but the last; what users ask again is asked_again of traffic."
        if stage.unread and stage.basis("ttft") == "assumed":
            left = f"{stage.name}: the time to take in {' and '.join(stage.unread)} is left out"
            yield f"{left}, for nobody publishes it; write the ttft that you measure."
    for standing in times.standings:
        if standing.budget.basis == "assumed":
            said = f"The file states no time for the {standing.budget.what}; "
            said += f"{seconds_words(standing.budget.seconds)} is from: {standing.budget.source}"
            yield f"{said}; {standing.budget.note}." if standing.budget.note else f"{said}."


def remedy_words(times: Times) -> str:
    """The remedy that takes most off the tail, and the one that saves most."""
    now, *others = times.remedies
    if not others:
        return "No remedy the kit knows fits this system."
    best = min(others, key=lambda r: _of(r.first[1], now.first[1]) + _of(r.whole[1], now.whole[1]))
    note = f" ({best.note})" if best.note else ""
    moved = {"first word": (now.first, best.first), "whole answer": (now.whole, best.whole)}
    if not np.isfinite(best.whole[1]):
        return "No remedy the kit knows lets every call be served."
    told = [
        f"the {part} from {seconds_words(moved[part][0][1])} to {seconds_words(moved[part][1][1])}"
        for part in times.parts
    ]
    words = f"The largest gain in time: {best.name}{note}. At p95 it brings {listing(told)}; "
    before, after = money(now.usd), money(best.usd)
    billed = f"stays at {after}" if before == after else f"goes from {before} to {after}"
    return f"{words}the bill {billed} a month."


def _of(after_s: float, before_s: float) -> float:
    """What is left of a time, 1 where there was none or it has no end either way."""
    return after_s / before_s if before_s > 0 and np.isfinite(after_s) else 1.0
