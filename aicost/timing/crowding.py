"""One stage near its provider's limit: times as usage grows past it, or the length of a night."""

from __future__ import annotations

from dataclasses import dataclass

from aicost.billing.case import Case, kept
from aicost.timing.batch_window import Night, night
from aicost.timing.budgets import budgets
from aicost.timing.ceilings import limits_reached
from aicost.timing.percentiles import speeds
from aicost.timing.waits import calls_per_minute, with_limits
from aicost.values.formatting import count, percent
from aicost.values.quantities import MINUTES_PER_HOUR, SECONDS_PER_HOUR
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table, table

ROOM = 1.25  # where no limit is stated: of what the busiest hour asks; our assumption
AROUND = (0.9, 0.95, 1.0, 1.05, 1.2)  # of the usage that reaches the limit
OF_NEED = (0.5, 0.9, 1.0, 1.25)  # limits, of what the window needs


@dataclass(frozen=True, repr=False)
class NearLimit(Result):
    """What a stage asks of its provider in a minute, and what happens around the limit.

    `asked` is in calls a minute: of the busiest hour, or of the window of work that is due by a
    time. `reached` is the first usage whose busiest hour asks for more; None where none does.
    """

    stage: str
    asked: float
    stated: bool
    reached: int | None
    units: str
    window: float | None
    table: Table

    @property
    def sentence(self) -> str:
        """What is asked for in a minute, and where that meets the limit."""
        often = f"{self.asked:,.1f} times a minute."
        if self.window is not None:
            return (
                f"To be done in {self.window:g} h '{self.stage}' has to be called {often} "
                "A provider that takes fewer makes the night longer."
            )
        if not self.asked:
            return f"In the busiest hour '{self.stage}' is not called at all."
        words = f"In the busiest hour '{self.stage}' is called {often}"
        words += "" if self.stated else " No limit is stated; here it is a quarter more than that."
        if self.reached is None:
            return f"{words} No usage reaches the limit."
        return f"{words} It asks for more than the limit from {self.reached:,} {self.units} on."

    def rows(self) -> Table:
        return self.table


def arrivals_per_hour(case: Case) -> float:
    """The requests of the busiest hour; of an hour of the window where the work is due by a time.

    Parameters
    ----------
    case : the system; ranges stand at their means.

    Returns
    -------
    Requests. [requests/hour]

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> round(arrivals_per_hour(load("data/scenarios/catalogue-overnight.yaml")))
    1644
    """
    work, point = _due(case), case.point.scenario
    if work is not None:
        return work.requests / work.hours
    return float(point.world.peak(point.requests()).value)


def _due(case: Case) -> Night | None:
    """The night's work of a system in which nobody waits for an answer."""
    return None if any(budgets(case)) else night(case)


@kept
def near_limit(case: Case, stage: str) -> NearLimit:
    """One stage near its provider's limit, stated or a quarter above what is asked for today.

    Parameters
    ----------
    case : the system; ranges stand at their means.
    stage : name of a stage that calls a model.

    Raises
    ------
    KeyError : no such stage. TypeError : it calls no model.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> found = near_limit(load("data/scenarios/contract-search-billed.yaml"), "answer")
    >>> round(found.asked, 1), found.stated, found.reached
    (32.8, True, 21936)
    """
    open_case, work = with_limits(case, stage), _due(case)
    units, field = case.scenario.traffic.usage_units, f"{stage}.limits.requests_per_minute"
    stated = case.scenario.stage(stage) == open_case.scenario.stage(stage)
    if work is not None:
        calls = next(w.calls for w in work.work if w.stage == stage)
        asked = calls / work.hours / MINUTES_PER_HOUR
        nights = {part: night(open_case.at({field: part * asked})) for part in OF_NEED}
        hours = _hours_table({part: found for part, found in nights.items() if found is not None})
        return NearLimit(stage, asked, stated, None, units, work.hours, hours)
    asked = calls_per_minute(case, stage)
    bound = case if stated else open_case.at({field: ROOM * (asked or 1.0)})
    every = [r for r in limits_reached(bound) if r.stage == stage]
    reached = min((r.at for r in every if r.at is not None), default=None)
    return NearLimit(stage, asked, stated, reached, units, None, _times_table(case, bound, reached))


def _times_table(case: Case, bound: Case, reached: int | None) -> Table:
    """The whole answer at today's usage and around the limit, and the share that is in time.

    In time is within twice today's p95 of the case as it is. Above the limit a share is served,
    and there are no percentiles.
    """
    units = bound.scenario.traffic.usage_units
    sizes = sorted({bound.usage, *(float(round(part * reached)) for part in AROUND if reached)})
    found = speeds(bound, sizes)
    (now,) = speeds(case, [case.usage])
    columns = (
        Column(units),
        Column("calls served", Form.PERCENT, "served"),
        *(Column(f"p{p}", Form.SECONDS) for p in (50, 95, 99)),
        Column("within twice today's p95", Form.PERCENT, "in_time"),
    )
    rows = []
    for speed in found:
        today = f"{count(speed.usage)}{' (today)' if speed.usage == now.usage else ''}"
        in_time = round(float(speed.answer.whole.within(2 * now.whole[1])), 2)
        cells = ("none",) * 4 if speed.over else (*speed.whole, in_time)
        rows.append(Row((today, round(speed.served, 3), *cells), of=speed))
    return table(columns, rows)


def _hours_table(nights: dict[float, Night]) -> Table:
    columns = ("Limit, of what the window needs", Column("the night takes at least", Form.SECONDS))
    return table(
        columns,
        [(percent(part), found.least_hours * SECONDS_PER_HOUR) for part, found in nights.items()],
    )
