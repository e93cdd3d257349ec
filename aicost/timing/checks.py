"""What in a system's times does not fit together."""

from __future__ import annotations

from collections.abc import Iterator

from aicost.billing.case import Case
from aicost.components.stage import Stage
from aicost.scenario.checks import problem
from aicost.scenario.problems import Problem
from aicost.scenario.scenario import Scenario
from aicost.timing.call_times import timed
from aicost.timing.walk import alone
from aicost.values.formatting import percent, seconds_words
from aicost.values.section import Concern

CLEARLY = 1.1  # times the stated share from which on the two do not fit


def doubts(case: Case) -> list[Problem]:
    """What is unlikely in the times of a system, one line each.

    The share of calls longer than their timeout is worked out from their times. It should not be
    more than the share that is said to be tried again, or to go to the fallback: that one is paid.
    """
    point = timed(case).point.scenario
    return [
        problem(point, stage.name, stage, concern)
        for stage in point.stages
        for concern in _of_timeout(point, stage)
    ]


def _of_timeout(point: Scenario, stage: Stage) -> Iterator[Concern]:
    if stage.timeout is None:
        return
    after, name = float(stage.timeout.after), stage.timeout.fallback
    late = 1.0 - float(alone(point, stage).done.within(after))
    stated = float(point.stage(name).share if name else stage.retry)
    if late > stated * CLEARLY + 1e-3:
        longer = f"{percent(round(late, 3))} of calls take longer than {seconds_words(after)}"
        place = f"that {name} is said to answer" if name else "said to be tried again"
        remedy = f"set {name}.share to it" if name else "set retry to it"
        wrong = f"{longer}, more than the {percent(stated)} {place}"
        yield Concern("timeout", wrong, f"{remedy}, or wait longer")
