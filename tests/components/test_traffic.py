"""Traffic, by users or by requests of a month or a day."""

from pathlib import Path

import numpy as np
import pytest
from cases import written

from aicost.analysis.attribution.bridge import bridge
from aicost.analysis.scaling.growth import growth
from aicost.analysis.scaling.sweep import sweep
from aicost.billing.case import Case, load
from aicost.components.traffic import Traffic
from aicost.scenario.kinds import profiles
from aicost.scenario.problems import ScenarioError
from aicost.scenario.writer import scenario_text
from aicost.values.quantities import Range

DAYS = 365 / 12
REST = """pipeline:
  answer: {is: inference, price: {input: 1, output: 5}, input_tokens: 900, output_tokens: 200}
  people: {is: human_review, share: 2 %, minutes: 4, wage_per_hour: 31, when: after_answer}
growth: {users_per_month: 5 %, months: 12}
goals: {budget_per_month: 90 k}
"""


def of(traffic: str, more: str = "") -> Case:
    return written(f"traffic: {{{traffic}}}\n{REST}{more}")


BY_DAY, BY_MONTH = of("requests_per_day: 5_000"), of(f"requests_per_month: {5_000 * DAYS!r}")


def test_requests_of_a_day_are_those_of_the_month_by_its_days() -> None:
    assert float(BY_DAY.bill.requests) == pytest.approx(5_000 * DAYS, rel=1e-12)
    assert float(BY_DAY.bill.total) == pytest.approx(float(BY_MONTH.bill.total), rel=1e-12)
    assert BY_DAY.usage == pytest.approx(BY_MONTH.usage, rel=1e-12)
    thirty = of("requests_per_day: 5_000, asked_again: 10 %", "month: {days: 30, hours: 720}\n")
    assert float(thirty.bill.requests) == pytest.approx(165_000, rel=1e-12)
    assert "5,000 requests a day" in BY_DAY.bill.explain("answer: input")


def test_what_grows_or_is_swept_is_that_of_the_same_requests_a_month() -> None:
    one, two = (growth(case).frame["usd"].to_numpy() for case in (BY_DAY, BY_MONTH))
    assert one == pytest.approx(two, rel=1e-12)
    one, two = (sweep(case).totals()["usd"].to_numpy() for case in (BY_DAY, BY_MONTH))
    assert one == pytest.approx(two, rel=1e-12)


def test_set_drawn_and_written_as_any_other_number(tmp_path: Path) -> None:
    swept = BY_DAY.at({"requests_per_day": [5_000, 9_000]}).bill.total
    alone = [float(of(f"requests_per_day: {n}").bill.total) for n in (5_000, 9_000)]
    assert swept == pytest.approx(np.array(alone), rel=1e-12)
    longer = BY_DAY.at({"month.days": 31.0}).bill.requests
    assert float(longer) == pytest.approx(155_000, rel=1e-12)
    wide = of("requests_per_day: 4_000 to 6_000")
    assert wide.scenario.get("requests_per_day") == Range(4_000.0, 6_000.0)
    assert np.std(np.asarray(wide.draw().bill.requests)) > 0
    file = tmp_path / "again.yaml"
    file.write_text(scenario_text(wide.scenario), encoding="utf-8")
    assert "requests_per_day: 4_000 to 6_000" in file.read_text(encoding="utf-8")
    assert float(load(file).bill.total) == pytest.approx(float(wide.bill.total), rel=1e-12)


@pytest.mark.parametrize(
    ("start", "field", "other"),
    [
        (BY_DAY, "requests_per_month", "requests_per_day"),
        (BY_MONTH, "requests_per_day", "requests_per_month"),
    ],
)
def test_a_count_that_is_set_stands_in_place_of_the_other(
    start: Case, field: str, other: str
) -> None:
    case = start.at({field: 300.0})
    assert case.scenario.get(other) is None
    assert other not in case.scenario.traffic.origins
    expected = 300 if field == "requests_per_month" else 300 * DAYS
    assert float(case.bill.requests) == pytest.approx(expected, rel=1e-12)


def test_by_the_day_against_by_the_month_is_one_input_of_a_bridge() -> None:
    (bar,) = bridge(of("requests_per_month: 9_000"), BY_DAY).bars
    assert "requests a month 9,000 → none" in bar.label
    assert "requests a day none → 5,000" in bar.label


def test_both_counts_set_at_once_are_refused() -> None:
    with pytest.raises(ScenarioError, match="requests_per_month and requests_per_day are set"):
        BY_DAY.at({"requests_per_day": 5.0, "requests_per_month": 150.0})
    with pytest.raises(ScenarioError, match="this file counts requests; set requests_per_month"):
        BY_DAY.at({"users": 5.0})


def test_the_reference_says_the_hours_of_an_office() -> None:
    office = profiles()["office"]
    busy = [hour for hour, weight in enumerate(office.hours) if weight > 0]
    said = f"office ({busy[0]} to {busy[-1] + 1}, five days a week)"
    assert (office.days_per_week, busy) == (5, [*range(busy[0], busy[-1] + 1)])
    assert said in Traffic.quantities()["profile"].doc
