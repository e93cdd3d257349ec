"""A bill is one walk through the pipeline and what is settled behind it, nothing else."""

import numpy as np
import pytest
from cases import sample
from places import SAMPLES

from aicost.billing.case import Case, load
from aicost.billing.walk import bill, walk
from aicost.values.charge import Factor, total


@pytest.fixture(scope="module", params=SAMPLES, ids=lambda path: path.stem)
def case(request: pytest.FixtureRequest) -> Case:
    """Each sample at the means of what is not known."""
    return load(request.param).point


def test_a_walk_passes_the_stages_in_order(case: Case) -> None:
    lines = walk(case.scenario, case.book, case.scenario.requests())
    names = [*dict.fromkeys(line.stage for line in lines)]
    assert names == [stage.name for stage in case.scenario.stages if stage.name in names]


def test_a_walk_of_nobody_costs_nothing_and_of_more_no_less(case: Case) -> None:
    entry = case.scenario.requests()
    none, one, two = (
        total(walk(case.scenario, case.book, entry.times(Factor("n", n)))) for n in (0.0, 1.0, 2.0)
    )
    assert 0 == none < one < two


def test_a_bill_holds_the_walk_and_its_minimums_last(case: Case) -> None:
    found = bill(case.scenario, case.book)
    walked = [*walk(case.scenario, case.book, case.scenario.requests())]
    key = [(c.stage, c.item, float(c.usd)) for c in found.charges]
    assert {(c.stage, c.item, float(c.usd)) for c in walked} <= set(key)
    items = [c.item for c in found.charges]
    last = [i for i, item in enumerate(items) if item == "account minimum"]
    assert last == [*range(len(items) - len(last), len(items))]
    assert found.requests == case.scenario.requests().value
    assert (found.scenario, found.book) == (case.scenario, case.book)


def test_a_sweep_is_billed_in_one_pass() -> None:
    case = sample("help-desk")
    sizes = np.array([100.0, 6_000.0, 1e6])
    swept = bill(case.point.at({"users": sizes}).scenario, case.book)
    each = [float(case.at({"users": size}).bill.total) for size in sizes.tolist()]
    assert np.asarray(swept.total).tolist() == pytest.approx(each)
