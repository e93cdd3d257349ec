"""How many requests have their answer at a stage, at the traffic of their scenario."""

from __future__ import annotations

from aicost.components.stage import Stage
from aicost.scenario.scenario import Scenario, steps


def answered_share(scenario: Scenario, stage: Stage) -> float:
    """The share of a stage's requests that have their answer there.

    Parameters
    ----------
    scenario : the system, at its point. [scenario]
    stage : one of its stages. [stage]

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> point = load("data/scenarios/help-desk.yaml").point.scenario
    >>> round(answered_share(point, point.stage("cache")), 3)
    0.166
    """
    flows = (flow for one, flow in steps(scenario, scenario.requests()) if one.name == stage.name)
    return float(stage.answered(next(flows)))
