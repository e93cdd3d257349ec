"""Pools: whole units, also where each hour has its own."""

import pytest

from aicost.scenario.pool_section import Pool


@pytest.mark.parametrize(
    ("calls", "fields", "always", "hourly"),
    [
        (0.0, {}, 1, 1),
        (0.0, {"at_least": 0.0, "spare": 1.0}, 1, 0),
        (0.0, {"at_least": 0.0, "committed": 2.0}, 2, 2),
        (401.0, {"at_least": 0.0, "spare": 1.0}, 4, 4),
        (401.0, {"at_most": 2.0}, 2, 2),
    ],
)
def test_whole_units(calls: float, fields: dict[str, float], always: int, hourly: int) -> None:
    pool = Pool(name="boxes", carries=200.0, **fields)
    assert float(pool.units(calls)) == always
    assert float(pool.hourly_units(calls)) == hourly


def test_what_only_a_served_model_has_a_use_for() -> None:
    assert [*Pool(name="a", carries=1.0).of_serving()] == []
    assert [*Pool(name="a", carries=1.0, chip="h200", weights="fp8").of_serving()] == [
        "chip",
        "weights",
    ]
