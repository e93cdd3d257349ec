"""Times that somebody saw in the system as it runs, and what was assumed of its calls with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from aicost.components.traffic import Profile
from aicost.scenario.checks import problem
from aicost.scenario.problems import ScenarioError
from aicost.scenario.scenario import Scenario
from aicost.scenario.sections import Observed
from aicost.timing.ceilings import overloads
from aicost.timing.waits import peak_waits
from aicost.timing.walk import Conditions, time_of
from aicost.values.section import Concern

MOST = 20.0  # times what is usual, either way: more is a slip of units
FAR = 12.0  # in logarithms: beyond it no factor is looked for
CLOSE = 1e-3  # of the time seen
PER_TOKEN = "tpot"

#: From the factors to the scenario, at its point, in which what was assumed is scaled by them.
Scaled = Callable[["Factors"], Scenario]


@dataclass(frozen=True)
class Factors:
    """What the times that were assumed are multiplied by: those per token, and all others."""

    calls: float = 1.0
    per_token: float = 1.0

    def of(self, field: str) -> float:
        """The factor of a time of a stage."""
        return self.per_token if field == PER_TOKEN else self.calls


def factors(scaled: Scaled, assumed: set[str]) -> Factors:
    """The factors with which a system answers as fast as it was observed to.

    With one time seen, all that was assumed is multiplied by one factor. With a first word and a
    whole answer seen, times per token are multiplied by one factor and all others by another. What
    the file states stays as it is, and so do slow days.

    Parameters
    ----------
    scaled : gives the scenario under any factors. assumed : the fields that those scale.

    Raises
    ------
    ScenarioError : nothing is left to scale, what is stated takes longer than what was seen, more
        is asked for than can be done, or a factor is beyond 20.
    """
    plain = scaled(Factors())
    observed = plain.observed
    assert observed is not None
    seen = observed.seen
    fields = [field for field, _ in seen.values()]
    if not assumed:
        _refuse(plain, fields[0], "every time is stated, so none is left to scale", _LEAVE)
    if len(seen) > 1 and not {PER_TOKEN} < assumed:
        lacks = "but that of a token" if PER_TOKEN in assumed else "per token"
        wrong = f"no time {lacks} is left to scale, so one factor cannot hold both"
        _refuse(plain, fields[1], wrong, f"keep {fields[0]} alone")
    if observed.at != "night" and any(overloads(_when(plain, observed.at))):
        wrong = "more is asked for then than can be done, so there is no such time"
        _refuse(plain, "at", wrong, "write at: night, or what lets all be served")
    found = _fitted(scaled, observed)
    if found is None:
        wrong = "no factor brings what is assumed there: what is stated is too long, or too short"
        _refuse(plain, fields[0], wrong, "check the unit, and the ttft, tpot and seconds stated")
        return Factors()
    for factor, field in zip((found.calls, found.per_token), (fields[0], fields[-1]), strict=True):
        if not 1 / MOST <= factor <= MOST:
            many = f"{factor:.3g}" if factor > 1 else f"1/{1 / factor:.3g}"
            wrong = f"what is assumed would have to take {many} times as long"
            _refuse(plain, field, wrong, "check the unit, or state the ttft, tpot or seconds")
    return found


_LEAVE = "leave observed: out, or a ttft, tpot or seconds that was not measured"


def _refuse(scenario: Scenario, field: str, wrong: str, remedy: str) -> None:
    assert scenario.observed is not None
    raise ScenarioError(
        [problem(scenario, "observed", scenario.observed, Concern(field, wrong, remedy))]
    )


def _fitted(scaled: Scaled, observed: Observed) -> Factors | None:
    """The factors at which each part of an answer takes what it was seen to, if any do."""
    from scipy.optimize import root  # heavy, and seldom needed

    targets = [(part, *target) for part, target in observed.seen.items()]

    def lacking(logs: np.ndarray) -> list[float]:
        scenario = scaled(_factors(logs))
        waits = {} if observed.at == "night" else peak_waits(_when(scenario, observed.at))
        answer = time_of(scenario, Conditions(waits))
        of = {"first_word": answer.first, "whole_answer": answer.whole}
        return [
            float(np.log(of[part].quantile(0.95 if field.endswith("p95") else 0.5) / value))
            for part, field, value in targets
        ]

    found = root(lacking, np.zeros(len(targets)), options={"eps": 1e-4, "xtol": 1e-5})
    return _factors(found.x) if np.max(np.abs(found.fun)) < CLOSE else None


def _factors(logs: np.ndarray) -> Factors:
    """The factors of their logarithms: one of all times, or one of calls and one per token."""
    times = np.exp(np.clip(logs, -FAR, FAR))
    return Factors(float(times[0]), float(times[-1]))


def _when(scenario: Scenario, at: str) -> Scenario:
    """The scenario whose busiest hour is the one of which the times were seen."""
    if at == "peak":
        return scenario
    even = Profile((1.0,) * 24, scenario.profile.days_per_week, "a mean hour")
    plain = replace(scenario.traffic, busiest_day=1.0, busiest_week=1.0, burst=1.0)
    return replace(scenario, profile=even, traffic=plain)
