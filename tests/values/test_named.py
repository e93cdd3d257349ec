"""Sections under names of the client's own: walked, changed and compared like any other."""

import numpy as np
import pytest
from cases import written

from aicost.components.call_fees import Fee, Fees
from aicost.scenario.writer import scenario_text
from aicost.values.named import pairs
from aicost.values.section import Origin

TEXT = """\
as_of: 2026-11-23
traffic: {{requests_per_month: 1_000}}
pipeline:
  a: {{is: inference, price: {{input: 1, output: 2}}, input_tokens: 9, output_tokens: 9{more}}}
"""
HELD = Fees(parts={"search": Fee(count=2.0, usd_each=0.01), "page": Fee(count=1.0)})


def test_a_plain_value_has_the_path_of_its_name() -> None:
    paths = [path for path, *_ in HELD.walk("a.fees")]
    assert paths == [
        "a.fees.search",
        "a.fees.search.usd_each",
        "a.fees.page",
        "a.fees.page.usd_each",
    ]


def test_a_change_is_asked_by_the_same_paths_and_remembered() -> None:
    same = HELD.mapped("a.fees", lambda path, _, value: value)
    assert same is HELD
    new = HELD.mapped(
        "a.fees",
        lambda path, _, value: 5.0 if path == "a.fees.page" else value,
        lambda path: Origin("given", path),
    )
    assert new.parts["page"].count == 5
    assert new.parts["page"].origins["count"].source == "a.fees.page"
    assert new.parts["search"] is HELD.parts["search"]


def test_two_bill_alike_where_all_parts_do() -> None:
    assert HELD.bills_like(Fees(parts=dict(HELD.parts)))
    assert not HELD.bills_like(Fees(parts={"search": HELD.parts["search"]}))
    assert not HELD.bills_like(HELD.with_room("other"))


def test_room_is_made_once() -> None:
    assert HELD.with_room("page") is HELD
    assert HELD.with_room("run").parts["run"].count == 0


def test_what_one_side_lacks_is_there_at_nothing() -> None:
    found = {name: (a.count, b.count, b.usd_each) for name, a, b in pairs(HELD, Fees())}
    assert found == {"search": (2.0, 0.0, 0.01), "page": (1.0, 0.0, None)}


@pytest.mark.parametrize(
    "fees", ["{search: {count: 2, usd_each: 0.01}, run: {count: 1 to 3, usd_each: 1}}"]
)
def test_a_file_says_the_same_again(fees: str) -> None:
    case = written(TEXT.format(more=f", fees: {fees}"))
    again = written(scenario_text(case.scenario))
    assert f"fees: {fees}" in scenario_text(case.scenario)
    assert again.bill.total == case.bill.total


def test_draws_and_sweeps_reach_into_it() -> None:
    case = written(TEXT.format(more=", fees: {run: {count: 1 to 3, usd_each: 1}}"))
    assert case.scenario.unknowns() == ["a.fees.run"]
    drawn = case.draw(64).bill.total
    assert np.shape(drawn) == (64,)
    swept = case.at({"a.fees.run": [1, 2]}).bill.total
    assert swept[1] - swept[0] == pytest.approx(1_000)
