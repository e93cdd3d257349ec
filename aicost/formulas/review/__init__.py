"""How many answers people should see, and how many people that takes: all that a desk is made of.

Sampling, thresholds and a second reviewer are here; waits and staffing are those of the queues.
"""

from aicost.formulas.queueing import (
    mean_wait,
    mean_wait_lognormal,
    wait_exceeds,
    wait_quantile,
)
from aicost.formulas.queueing.staffing import least_servers, staff_on_payroll
from aicost.formulas.review.double import caught_by_two, cohen_kappa
from aicost.formulas.review.policy import (
    area_under_risk,
    policy_cost,
    review_threshold,
    risk_coverage,
)
from aicost.formulas.review.sampling import acceptance, clean_sample

__all__ = [
    "acceptance",
    "area_under_risk",
    "caught_by_two",
    "clean_sample",
    "cohen_kappa",
    "least_servers",
    "mean_wait",
    "mean_wait_lognormal",
    "policy_cost",
    "review_threshold",
    "risk_coverage",
    "staff_on_payroll",
    "wait_exceeds",
    "wait_quantile",
]
