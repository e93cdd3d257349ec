"""Times that somebody saw in the system as it runs, and what was assumed of its calls with them.

What nobody knows of thinking moves first, within its range: a model that thinks four times as long
is likelier than one that is four times as slow as was published. Times move for what is left.
"""

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
from aicost.values.quantities import Z95
from aicost.values.section import Concern

MOST = 20.0  # times what is usual, either way: more is a slip of units
FAR = 12.0  # in logarithms: beyond it no factor is looked for
CLOSE = 1e-3  # of the time seen
FLAT = 1e-9  # in logarithms squared: thinking that moves nothing more than that
PER_TOKEN = "tpot"

#: From the factors to the scenario, at its point, in which what was assumed is scaled by them.
Scaled = Callable[["Factors"], Scenario]


@dataclass(frozen=True)
class Factors:
    """What the times that were assumed are multiplied by: those per token, and all others.

    `thinking` is the standard-normal score at which ranges of thinking stand; nothing is the mean.
    `invoiced` are stages that think what the bill has for them, because an invoice shows that.
    """

    calls: float = 1.0
    per_token: float = 1.0
    thinking: float | None = None
    invoiced: tuple[str, ...] = ()

    def of(self, field: str) -> float:
        """The factor of a time of a stage."""
        return self.per_token if field == PER_TOKEN else self.calls


def factors(scaled: Scaled, assumed: set[str], *, thinks: bool) -> Factors:
    """The factors with which a system answers as fast as it was observed to.

    Where how much a model thinks is a range, it moves within that range first. For what is left,
    with one time seen, all times that were assumed are multiplied by one factor. With a first word
    and a whole answer seen, times per token are multiplied by one factor and all others by
    another. What the file states stays as it is, and so do slow days.

    Parameters
    ----------
    scaled : gives the scenario under any factors. assumed : the fields that those scale.
    thinks : whether how much a model thinks is a range.

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
    if not assumed and not thinks:
        _refuse(plain, fields[0], "every time is stated, so none is left to scale", _LEAVE)
    if observed.at != "night" and any(overloads(_when(plain, observed.at))):
        wrong = "more is asked for then than can be done, so there is no such time"
        _refuse(plain, "at", wrong, "write at: night, or what lets all be served")
    from_here = _thinking(scaled, observed) if thinks else Factors()
    if thinks and max(map(abs, _lacking(scaled(from_here), observed))) < CLOSE:
        return from_here
    if not assumed:
        wrong = "no amount of thinking within its range takes that long, and every time is stated"
        _refuse(plain, fields[0], wrong, _LEAVE)
    if len(seen) > 1 and not {PER_TOKEN} < assumed:
        lacks = "but that of a token" if PER_TOKEN in assumed else "per token"
        wrong = f"no time {lacks} is left to scale, so one factor cannot hold both"
        _refuse(plain, fields[1], wrong, f"keep {fields[0]} alone")
    found = _fitted(scaled, observed, from_here)
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


def _lacking(scenario: Scenario, observed: Observed) -> list[float]:
    """By how much each part of an answer is off what was seen of it, in logarithms."""
    waits = {} if observed.at == "night" else peak_waits(_when(scenario, observed.at))
    answer = time_of(scenario, Conditions(waits))
    of = {"first_word": answer.first, "whole_answer": answer.whole}
    return [
        float(np.log(of[part].quantile(0.95 if field.endswith("p95") else 0.5) / value))
        for part, (field, value) in observed.seen.items()
    ]


def _thinking(scaled: Scaled, observed: Observed) -> Factors:
    """The score within the range of thinking that comes nearest to what was seen."""
    from scipy.optimize import minimize_scalar  # heavy, and seldom needed

    def off(z: float) -> float:
        return sum(np.square(_lacking(scaled(Factors(thinking=z)), observed)))

    ends = {z: off(z) for z in (-Z95, Z95)}
    if abs(ends[Z95] - ends[-Z95]) < FLAT:
        return Factors()
    least = minimize_scalar(off, bounds=(-Z95, Z95), method="bounded", options={"xatol": 1e-5})
    tried = {**ends, float(least.x): float(least.fun)}
    return Factors(thinking=min(tried, key=lambda z: tried[z]))


def _fitted(scaled: Scaled, observed: Observed, from_here: Factors) -> Factors | None:
    """The factors at which each part of an answer takes what it was seen to, if any do."""
    from scipy.optimize import root  # heavy, and seldom needed

    def at(logs: np.ndarray) -> Factors:
        times = np.exp(np.clip(logs, -FAR, FAR))
        return replace(from_here, calls=float(times[0]), per_token=float(times[-1]))

    start = np.zeros(len(observed.seen))
    options = {"eps": 1e-4, "xtol": 1e-5}
    found = root(lambda logs: _lacking(scaled(at(logs)), observed), start, options=options)
    return at(found.x) if np.max(np.abs(found.fun)) < CLOSE else None


def _when(scenario: Scenario, at: str) -> Scenario:
    """The scenario whose busiest hour is the one of which the times were seen."""
    if at == "peak":
        return scenario
    even = Profile((1.0,) * 24, scenario.profile.days_per_week, "a mean hour")
    plain = replace(scenario.traffic, busiest_day=1.0, busiest_week=1.0, burst=1.0)
    return replace(scenario, profile=even, traffic=plain)
