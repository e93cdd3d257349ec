"""The people of a scenario as a desk: what arrives in each hour, and what a filled seat costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from aicost.billing.case import Case
from aicost.components.flow import Flow
from aicost.components.human_review import HumanReview
from aicost.scenario.scenario import steps
from aicost.values.quantities import MINUTES_PER_HOUR, SECONDS_PER_MINUTE, mean


@dataclass(frozen=True)
class Desk:
    """A stage of human review with every unknown at its mean.

    `reviews` are the items that arrive in each of the 24 hours of a working day, `requests` those
    of the busiest hour that the system as a whole gets. [1/hour]
    """

    stage: HumanReview
    hours: tuple[float, ...]
    days_per_week: float
    reviews: np.ndarray
    requests: float
    minutes: float
    seat_usd_per_hour: float

    @property
    def load(self) -> np.ndarray:
        """The people busy on average in each hour. [erlang]"""
        return self.reviews * self.minutes / MINUTES_PER_HOUR

    @property
    def usd_per_review(self) -> float:
        """What a review costs where nobody is ever idle at the desk. [USD]"""
        each = self.minutes / MINUTES_PER_HOUR / self.stage.in_hand
        return float(self.seat_usd_per_hour * each)

    def seats(self, **changes: Any) -> np.ndarray:
        """The seats of each hour; `changes` are arguments of `desk_seats`. [servers]"""
        as_stated = {
            "load": self.load.max(),
            "service_s": self.minutes * SECONDS_PER_MINUTE,
            "target_s": self.stage.answer_within,
            "level": self.stage.level,
            "max_occupancy": self.stage.occupancy,
            "desks": self.stage.desks,
            "days_per_week": self.days_per_week,
            "at_once": self.stage.in_hand,
        }
        return np.asarray(self.stage.seats(self.hours, **(as_stated | changes)))


def review_desk(case: Case) -> Desk | None:
    """The first stage of human review that has work, as a desk; None where nobody reviews."""
    point = case.point.scenario
    peak = point.world.busiest_hour(point.requests())
    for stage, flow in steps(point, peak):
        if isinstance(stage, HumanReview) and _has_work(stage, flow):
            weights = np.asarray(point.profile.hours) / max(point.profile.hours)
            seat = stage.hour(case.book).usd / (1.0 - stage.shrinkage)
            return Desk(
                stage,
                point.profile.hours,
                point.profile.days_per_week,
                float(stage.calls(flow).value) * weights,
                float(peak.value),
                float(mean(stage.minutes_per_item().value)),
                float(seat),
            )
    return None


def _has_work(stage: HumanReview, flow: Flow) -> bool:
    return float(stage.calls(flow).value) * float(mean(stage.minutes_per_item().value)) > 0
