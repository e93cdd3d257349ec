"""How many requests have their answer at a stage."""

from aicost.billing.case import load
from aicost.scenario.answered import answered_share


def test_only_a_cache_ends_requests() -> None:
    point = load("data/scenarios/help-desk.yaml").point.scenario
    shares = {stage.name: answered_share(point, stage) for stage in point.stages}
    assert {name for name, share in shares.items() if share > 0} == {"cache"}
    assert 0.1 < shares["cache"] < 0.25
