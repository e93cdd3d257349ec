"""Every result of an analysis says something, has a table, and fits a screen and a notebook."""

from itertools import combinations_with_replacement
from pathlib import Path

import pytest
from cases import sample, shows_well
from places import SAMPLES

from aicost.analysis.alternatives.models import models
from aicost.analysis.alternatives.stores import searches, stores
from aicost.analysis.attribution.bridge import bridge
from aicost.analysis.scaling.growth import growth
from aicost.analysis.scaling.sweep import sweep
from aicost.analysis.uncertainty.expected import expected
from aicost.analysis.uncertainty.tornado import tornado
from aicost.analysis.viability.inflection import inflections
from aicost.billing.case import Case


@pytest.fixture(scope="module", params=SAMPLES, ids=lambda p: p.stem)
def case(request: pytest.FixtureRequest) -> Case:
    return sample(request.param.stem)


@pytest.mark.parametrize(
    ("one", "other"), list(combinations_with_replacement(SAMPLES, 2)), ids=lambda p: p.stem
)
def test_a_bridge(one: Path, other: Path) -> None:
    """One way: back it has the same bars, turned round (test_bridge.py)."""
    shows_well(bridge(sample(one.stem), sample(other.stem)))


def test_a_sweep(case: Case) -> None:
    shows_well(sweep(case))
    shows_well(sweep(case, "traffic.requests_per_user_month", (1, 5)))


def test_an_outlook(case: Case) -> None:
    if case.scenario.growth is None:
        pytest.skip("it has no growth plan")
    shows_well(growth(case))


def test_inflections(case: Case) -> None:
    found = inflections(case)
    shows_well(found)
    for one in found:
        shows_well(one)


def test_an_expected_bill(case: Case) -> None:
    shows_well(expected(case))


def test_a_tornado(case: Case) -> None:
    shows_well(tornado(case))
    shows_well(tornado(case, k=99))


def test_other_models(case: Case) -> None:
    shows_well(models(case, names=case.book.curated()))


def test_other_stores(case: Case) -> None:
    if not searches(case):
        pytest.skip("it searches nothing")
    shows_well(stores(case))
