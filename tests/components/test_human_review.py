"""People in the loop: minutes into paid hours, arrivals into whole seats."""

import csv
import re

import numpy as np
import pytest
from cases import sample, written
from hypothesis import given
from hypothesis import strategies as st
from oracle import at_work, seats_for
from small_systems import BOOK, bill_of, line, system

from aicost.analysis.attribution.bridge import bridge
from aicost.billing.case import Case
from aicost.cli.bill_text import totals
from aicost.components.human_review import HandOff
from aicost.components.paid_work import PaidWork
from aicost.formulas.queueing import wait_exceeds, wait_quantile
from aicost.formulas.review.desk import paid_per_worked, seat_hours_per_week, seats_by_hour
from aicost.paths import data_dir
from aicost.scenario.checks import warnings
from aicost.scenario.kinds import defaults
from aicost.scenario.load import load
from aicost.scenario.scenario import steps
from aicost.values.charge import Factor


@given(st.floats(0.05, 1), st.floats(0, 0.9))
def test_hours_are_paid_whether_worked_or_not(occupancy: float, shrinkage: float) -> None:
    """Of each paid hour the desk is attended 1 - shrinkage, and busy an occupancy of that."""
    busy = (1 - shrinkage) * occupancy
    assert busy * paid_per_worked(occupancy=occupancy, shrinkage=shrinkage) == pytest.approx(1)


def test_the_published_staffing_example(tmp_path) -> None:
    """10,000 users, 20 requests, 5 % reviewed for 4 minutes: 666.7 hours a month."""
    people = (
        "people: {is: human_review, when: after_answer, share: 5 %, minutes: 4, wage_per_hour: 30, "
    )
    plain = "overhead: 1, occupancy: 100 %, shrinkage: 0 %}"
    text = system(people + plain, users="10_000").replace("month: 50", "month: 20")
    bill = bill_of(text, tmp_path)
    assert line(bill, "reviewers").quantity == pytest.approx(2_000 / 3, rel=1e-12)
    assert bill.people == bill.total == pytest.approx(20_000, rel=1e-12)


def test_reviews_that_differ_cost_their_mean(tmp_path) -> None:
    people = (
        "people: {is: human_review, when: after_answer, "
        "minutes: {p50: 3, p95: 12}, wage_per_hour: 30, "
    )
    bill = bill_of(system(people + "overhead: 1.4, occupancy: 80 %, shrinkage: 30 %}"), tmp_path)
    z = np.random.default_rng(4).standard_normal(1_000_000)
    minutes = 3 * np.exp(np.log(4) / 1.6448536 * z)
    expected = 5_000 * minutes / 60 / 0.8 / 0.7 * 1.4 * 30
    assert bill.total == pytest.approx(expected.mean(), abs=4 * expected.std() / 1000)


def test_a_role_has_a_wage(tmp_path) -> None:
    people = (
        "people: {is: human_review, when: after_answer, "
        "minutes: 60, role: us/paralegal, share: 1 %, "
    )
    bill = bill_of(system(people + "overhead: 1, occupancy: 100 %, shrinkage: 0 %}"), tmp_path)
    assert bill.total == pytest.approx(50 * 29.31, rel=1e-12)


# What an hour costs


def hours_of(price: str) -> Case:
    """Eight reviews of a quarter of an hour, two hours of work."""
    people = f"people: {{is: human_review, when: after_answer, minutes: 15, {price}}}"
    return written(system(people, users="8").replace("month: 50", "month: 1"))


def test_leave_is_paid_for_once() -> None:
    """Compensation without paid leave over wages; leave itself is time away."""
    shares: dict[str, list[float]] = {}
    with (data_dir() / "wages.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["item"] == "us/employer-cost":
                shares.setdefault(row["parameter"], []).append(float(row["value"]))
    (leave,) = shares["paid_leave"]
    usual = defaults()["any", "human_review.overhead"]
    ends = sorted((1 - leave) / wages for wages in shares["wages"])
    assert [usual.low, usual.high] == pytest.approx(ends, abs=5e-4)


def test_a_line_is_paid_hours_at_the_cost_of_a_paid_hour() -> None:
    price = "wage_per_hour: 50, overhead: 1.3, shrinkage: 20 %, occupancy: 90 %"
    (people,) = hours_of(price).bill.charges
    assert people.quantity == pytest.approx(2 / 0.9 / 0.8)
    assert people.price.usd == pytest.approx(65)
    assert people.price.unit == "paid hour"
    assert "$50.00 of wage" in people.price.source


@pytest.mark.parametrize("price", ["rate_per_hour: 50", "price_per_review: 12.50"])
def test_a_price_with_all_in_it_is_multiplied_by_nothing(price: str) -> None:
    case = hours_of(price)
    assert float(case.bill.total) == 100.0
    assert warnings(case.scenario, BOOK) == []
    assert case.scenario.unknowns() == []


def test_a_piece_is_priced_by_looks() -> None:
    price = "price_per_review: 2, reviewers_per_item: 2, agreement: 90 %, answer_within: 1 h"
    assert hours_of(price).bill.total == pytest.approx(8 * 2.1 * 2)


def test_a_rate_at_a_desk_pays_its_attended_hours() -> None:
    case = hours_of("rate_per_hour: 50, answer_within: 1 min")
    (people,) = case.bill.charges
    assert people.quantity == pytest.approx(168 * 365 / 12 / 7)
    assert people.price.usd == 50


def test_work_that_can_wait_is_not_idle() -> None:
    """Occupancy of a desk, and of work in between, as stated, as set, and taken back."""
    price = "wage_per_hour: 50, overhead: 1, shrinkage: 0"
    waits = hours_of(price)
    assert waits.bill.total == pytest.approx(100 / 0.95)
    desk = hours_of(f"{price}, answer_within: 1 h")
    usual = defaults()["any", "human_review.occupancy"]
    assert desk.scenario.get("people.occupancy").low == usual.low
    at = waits.at({"people.answer_within": "1 h"})
    assert at.scenario.get("people.occupancy") == desk.scenario.get("people.occupancy")
    assert at.bill.total == pytest.approx(desk.bill.total)
    stated_once = hours_of(f"{price}, occupancy: 60 %")
    assert stated_once.at({"people.answer_within": "1 h"}).scenario.get("people.occupancy") == 0.6


def test_a_rate_set_in_place_of_a_wage() -> None:
    case = hours_of("wage_per_hour: 50")
    assert case.bill.total == pytest.approx(50 * 2 * 1.344 / 0.675 / 0.95, rel=2e-3)
    assert case.at({"people.rate_per_hour": 50}).bill.total == pytest.approx(100)


def test_a_wage_under_three_assumptions_is_said() -> None:
    (found,) = warnings(hours_of("wage_per_hour: 50").scenario, BOOK)
    assert found.key == "people.wage_per_hour"
    assert "multiply it by 2.09" in found.wrong
    assert "write rate_per_hour: 50 " in found.remedy
    told = "wage_per_hour: 50, overhead: 1.3"
    assert warnings(hours_of(told).scenario, BOOK) == []
    (desk,) = warnings(hours_of("wage_per_hour: 50, answer_within: 1 h").scenario, BOOK)
    assert found.wrong.startswith("a wage is not what an hour of review costs: ")
    assert desk.wrong.startswith("a wage is not what an hour of a seat, waiting too, costs: ")
    assert "assumed overhead and shrinkage multiply it by 1.99" in desk.wrong


def test_a_role_beside_a_wage_does_nothing() -> None:
    told = "wage_per_hour: 50, overhead: 1.3, role: us/paralegal"
    (found,) = warnings(hours_of(told).scenario, BOOK)
    assert (found.key, found.wrong) == ("people.role", "it does nothing beside wage_per_hour")


def test_a_wage_in_euros_is_said_in_euros() -> None:
    people = "is: human_review, when: after_answer, share: 5 %, minutes: 4, wage_per_hour: 34 EUR"
    told = "traffic: {users: 1_000, requests_per_user_month: 50, profile: office}\n"
    case = written(f"name: Desk\ncurrency: EUR\n{told}pipeline:\n  people: {{{people}}}\n")
    (found,) = [one for one in warnings(case.scenario, BOOK) if "wage" in one.key]
    assert "write rate_per_hour: 34 if" in found.remedy


@pytest.mark.parametrize("beside", ["overhead: 1.4", "shrinkage: 30 %", "occupancy: 90 %"])
@pytest.mark.parametrize("price", ["rate_per_hour: 50", "price_per_review: 2"])
def test_what_a_whole_price_leaves_nothing_to_do_for(price: str, beside: str) -> None:
    case = hours_of(f"{price}, {beside}")
    (found,) = warnings(case.scenario, BOOK)
    assert found.key == f"people.{beside.partition(':')[0]}"
    assert f"it does nothing beside {price.partition(':')[0]}" in found.wrong
    assert float(case.bill.total) == float(hours_of(price).bill.total)


def test_what_costs_is_declared_apart() -> None:
    assert PaidWork.usual_field("minutes", {"rate_per_hour"}) == "minutes"


# The desk


@given(
    load=st.just(0.0) | st.floats(0.01, 200),
    hours=st.lists(st.just(0.0) | st.floats(0.01, 5), min_size=24, max_size=24),
    target_s=st.floats(1, 90_000),
    level=st.floats(0.3, 0.99),
    cap=st.floats(0.3, 1),
    desks=st.sampled_from([1, 2, 5]),
)
def test_each_hour_has_the_least_seats_that_do(
    load: float, hours: list[float], target_s: float, level: float, cap: float, desks: int
) -> None:
    hours[13] = 5.5
    desk = {"service_s": 300.0, "target_s": target_s, "level": level, "max_occupancy": cap}
    seats = seats_by_hour(load=load, hour_weights=hours, desks=desks, **desk)
    for found, weight in zip(seats.tolist(), hours, strict=True):
        assert found % desks == 0
        assert weight or not found
    there = at_work([load * weight / 5.5 / desks for weight in hours], 300 / 3_600)
    for found, weight, share in zip(seats.tolist(), hours, there, strict=True):
        near = (share * off for off in (1 - 1e-9, 1 + 1e-9))
        least = [seats_for(one, target_s / 300.0, level, cap) for one in near]
        assert weight == 0 or desks * least[0] <= found <= desks * least[1]


def test_hours_stand_in_front_of_what_is_swept_and_drawn() -> None:
    load, service_s = np.array([[1.0], [30.0]]), np.array([60.0, 600.0, 6_000.0])
    desk = {"target_s": 60.0, "level": 0.8, "max_occupancy": 0.9, "desks": 2}
    hours = [0, 1, 2, 1]
    seats = seats_by_hour(load=load, service_s=service_s, hour_weights=hours, **desk)
    assert seats.shape == (4, 2, 3)
    for i, j in np.ndindex(2, 3):
        one = {"load": load[i, 0], "service_s": service_s[j]}
        alone = seats_by_hour(hour_weights=hours, **one, **desk)
        assert seats[:, i, j].tolist() == alone.tolist()
    drawn = seats_by_hour(load=5.0, service_s=service_s, hour_weights=hours, **desk)
    assert drawn.shape == (4, 3)


@given(days=st.floats(1, 7), least=st.integers(0, 3))
def test_a_week_counted_hour_by_hour(days: float, least: int) -> None:
    seats = np.array([0, 1, 4, 9] * 6)
    worked = sum(max(s, least) for s in seats) * days
    found = seat_hours_per_week(seats=seats, days_per_week=days, always_filled=least)
    assert found == pytest.approx(worked + (7 - days) * 24 * least, rel=1e-12)


PLAIN = (
    "when: after_answer, minutes: 4, wage_per_hour: 40, overhead: 1, occupancy: 100 %, "
    "shrinkage: 30 %"
)
HOURS = "month: {days: 28}"


def items_an_hour(rate: int, more: str, folder) -> object:
    """Bill a desk that gets `rate` items in every hour of a 28-day month."""
    text = system(
        f"people: {{is: human_review, {PLAIN}, {more}}}",
        HOURS,
        users=str(rate * 24 * 28),
    )
    return bill_of(text.replace("month: 50", "month: 1"), folder)


@pytest.mark.parametrize(
    ("rate", "in_20_s", "in_an_hour"),
    [(1, 57.14, 57.14), (10, 11.43, 5.71), (100, 5.71, 4.00), (1_000, 4.23, 3.83)],
)
def test_the_published_price_of_an_item(rate, in_20_s, in_an_hour, tmp_path) -> None:
    """240 s a review, $40 an hour: 80 % within 20 s, or 95 % within the hour."""
    fast = items_an_hour(rate, "answer_within: 20 s, level: 80 %", tmp_path)
    slow = items_an_hour(rate, "answer_within: 1 h", tmp_path)
    assert fast.per_request == pytest.approx(in_20_s, abs=0.005)
    assert slow.per_request == pytest.approx(in_an_hour, abs=0.005)


def test_a_seat_around_the_clock_is_six_people(tmp_path) -> None:
    around = "answer_within: 1 min, level: 80 %, cover: 24x7, hours_per_week: 40"
    bill = items_an_hour(1, around, tmp_path)
    people = line(bill, "reviewers")
    assert people.factors[0].value == 6
    assert people.quantity == 6 * 40 * 4
    assert people.behaves == "capacity"
    assert bill.explain(people).startswith("6 people on the payroll (busiest hour: 1 seat)")


def test_a_desk_that_nobody_needs_is_empty_unless_always_filled(tmp_path) -> None:
    text = f"people: {{is: human_review, share: 0 %, {PLAIN}, answer_within: 1 h"
    assert bill_of(system(text + "}", HOURS), tmp_path).total == 0
    always = bill_of(system(text + ", cover: 24x7}", HOURS), tmp_path)
    assert always.total == pytest.approx(28 * 24 / 0.7 * 40, rel=1e-12)


def test_hours_without_traffic_have_no_seats(tmp_path) -> None:
    text = f"people: {{is: human_review, {PLAIN}, answer_within: 1 h}}"
    text = system(text, HOURS, users="1").replace("month: 50", "month: 50, profile: office")
    open_hours = line(bill_of(text, tmp_path), "reviewers").factors[0].value
    assert open_hours == 5 * 13


def test_split_desks_cost_more_and_one_desk_is_no_split(tmp_path) -> None:
    hours = [
        line(
            items_an_hour(600, f"answer_within: 20 s, level: 80 %, desks: {n}", tmp_path),
            "reviewers",
        )
        .factors[0]
        .value
        / 168
        for n in (1, 2, 4)
    ]
    assert hours == [46, 50, 56]


def test_two_reviewers_and_who_decides(tmp_path) -> None:
    """100 items x (2 x 4 min + 10 % x 15 min)."""
    double = "reviewers_per_item: 2, agreement: 90 %, adjudication_minutes: 15"
    text = f"people: {{is: human_review, {PLAIN}, {double}}}".replace(
        "shrinkage: 30", "shrinkage: 0"
    )
    bill = bill_of(system(text, users="2"), tmp_path)
    assert bill.total == pytest.approx(100 * 9.5 / 60 * 40, rel=1e-12)
    assert "9.5 minutes per item (8 of review + 1.5 of adjudication)" in bill.explain(0)
    same = bill_of(system(text.replace(", adjudication_minutes: 15", ""), users="2"), tmp_path)
    assert same.total == pytest.approx(100 * 8.4 / 60 * 40, rel=1e-12)


def test_a_second_level_is_a_second_stage(tmp_path) -> None:
    """10 % of what the first look at goes on to somebody at $120 for 30 minutes."""
    first = f"people: {{is: human_review, share: 20 %, {PLAIN}}}\n"
    second = (
        "lawyers: {is: human_review, when: after_answer, of: people, share: 10 %, minutes: 30, "
    )
    second += "wage_per_hour: 120, overhead: 1, occupancy: 1, shrinkage: 0}"
    bill = bill_of(system(first + second), tmp_path)
    assert line(bill, "reviewers", "lawyers").usd == pytest.approx(5_000 * 0.02 * 0.5 * 120)
    desk = bill_of(
        system(first + second.replace("minutes: 30", "minutes: 30, answer_within: 1 h")), tmp_path
    )
    assert line(desk, "reviewers", "lawyers").behaves == "capacity"


def test_the_wait_of_the_busiest_hour(tmp_path) -> None:
    """1,000 items an hour and 74 seats: 80 % begin within 20 s, 79 % would not with a seat less."""
    text = f"people: {{is: human_review, {PLAIN}, answer_within: 20 s, level: 80 %}}"
    path = tmp_path / "desk.yaml"
    text = system(text, HOURS, users=str(1_000 * 24 * 28)).replace("month: 50", "month: 1")
    path.write_text(text, encoding="utf-8")
    scenario = load(path)
    entry = scenario.requests().times(Factor("in the peak hour", 1 / (24 * 28)))
    ((stage, peak),) = steps(scenario, entry)
    queue = stage.queue(peak)
    desk = {"servers": queue.servers, "load": queue.load, "service_s": queue.service_s}
    assert 10 < wait_quantile(**desk, quantile=0.8) <= 20 < wait_quantile(**desk, quantile=0.95)


@pytest.mark.parametrize("promise", ["30 min", "1 h", "4 h", "2 days"])
def test_a_desk_that_keeps_its_promise_has_an_end_of_its_wait(promise: str) -> None:
    """Paced seats stand to the work of the busiest hour as to that of the day."""
    text = f"people: {{is: human_review, share: 30 %, {PLAIN}, answer_within: {promise}}}"
    text = system(text, HOURS, users="900").replace("month: 50", "month: 50, profile: office")
    scenario = written(text).point.scenario
    ((stage, peak),) = steps(scenario, scenario.world.busiest_hour(scenario.requests()))
    queue = stage.queue(peak)
    late = wait_exceeds(
        servers=queue.servers,
        load=queue.load,
        service_s=queue.service_s,
        target_s=stage.answer_within,
    )
    assert queue.load < queue.servers < 3 * queue.load + 1
    assert late <= 0.05


def test_a_small_desk_is_waited_for_where_nobody_sits_there() -> None:
    """A few reviews a day are done in a few hours of them: most wait for the next of those."""
    text = f"people: {{is: human_review, share: 1 %, {PLAIN}, answer_within: 4 h}}"
    text = system(text, HOURS, users="200").replace("month: 50", "month: 50, profile: office")
    scenario = written(text).point.scenario
    ((stage, peak),) = steps(scenario, scenario.world.busiest_hour(scenario.requests()))
    queue = stage.queue(peak)
    wait = {"servers": queue.servers, "load": queue.load, "service_s": queue.service_s}
    assert wait_exceeds(target_s=1_800, **wait) > 0.3
    assert wait_exceeds(target_s=4 * 3_600, **wait) <= 0.05 + 1e-9


def test_draws_and_sweeps_are_the_points_one_by_one(tmp_path) -> None:
    """Handling time, cap and traffic all vary: each cell is a bill of its own."""
    text = (
        "people: {is: human_review, when: after_answer, "
        "minutes: 2 to 9, share: 3 % to 8 %, wage_per_hour: 30, "
    )
    text += "occupancy: 70 % to 90 %, answer_within: 1 min to 10 min}"
    path = tmp_path / "desk.yaml"
    path.write_text(
        "kind: rag-chat\n" + system(text).replace("month: 50", "month: 50, profile: office")
    )
    scenario = load(path).at({"users": np.array([10.0, 700.0, 90_000.0])}).draw(16)
    whole = line(Case(scenario, BOOK).bill, "reviewers").usd
    assert whole.shape == (3, 16)
    stage = scenario.stage("people")
    for i, j in ((0, 0), (1, 7), (2, 15)):
        fields = {
            f"people.{name}": getattr(stage, name)[j]
            for name in ("minutes", "share", "occupancy", "answer_within", "shrinkage", "overhead")
        }
        one = scenario.at(fields | {"users": scenario.traffic.users[i, 0]}).point()
        assert line(Case(one, BOOK).bill, "reviewers").usd == pytest.approx(whole[i, j], rel=1e-12)


def test_every_count_of_a_long_sweep_is_its_own_bill(tmp_path) -> None:
    """What looks seats up in a table, against one count at a time."""
    text = f"people: {{is: human_review, share: 30 %, {PLAIN}, answer_within: 2 min}}"
    text = system(text, HOURS).replace("month: 50", "month: 50, profile: office")
    users = np.arange(1.0, 20_001.0)
    swept = bill_of(text, tmp_path, users=users).total
    assert np.all(np.diff(swept) >= 0)
    steps_up = np.flatnonzero(np.diff(swept))[::9]
    for i in [*steps_up, *(steps_up + 1), 19_999]:
        assert bill_of(text, tmp_path, users=float(users[i])).total == swept[i]


def test_a_desk_on_one_side_of_a_bridge(tmp_path) -> None:
    text = f"people: {{is: human_review, share: 30 %, {PLAIN}}}"
    desk = text.replace("minutes: 4,", "minutes: 5, answer_within: 20 s, desks: 2,")
    a, b = (Case(bill_of(system(words, HOURS), tmp_path).scenario, BOOK) for words in (text, desk))
    found = bridge(a, b)
    assert sum(bar.usd for bar in found.bars) == pytest.approx(found.difference)
    assert found.after == pytest.approx(b.bill.total)
    assert len(found.bars) == 3


# Nobody said


def test_a_kind_counts_nobody_until_the_file_says_who_looks() -> None:
    head = "kind: rag-chat\ntraffic: {users: 1_000}\npipeline: {answer: {thinking_tokens: 0}%s}\n"
    silent, none, some = (
        written(head % people)
        for people in ("", ", people: none", ", people: {share: 1 %, minutes: 4}")
    )
    (found,) = warnings(silent.scenario, BOOK)
    assert found.key == "people.share"
    assert "nobody checks" in found.wrong
    assert "people: none" in found.remedy
    assert float(silent.bill.total) == float(none.bill.total) < float(some.bill.total)
    assert warnings(none.scenario, BOOK) == warnings(some.scenario, BOOK) == []
    assert silent.at({"people.share": "1 %", "people.minutes": 4}).bill.total == some.bill.total
    assert re.search(r"people +not on it +nobody checks; write people: ", totals(silent.bill))
    assert "not on it" not in totals(none.bill) + totals(some.bill)


# A person answers where the machine could not: conversations by published shares


ANSWERS = "wage_per_hour: 30, overhead: 1, shrinkage: 0, occupancy: 1"


def test_a_conversation_is_handed_over_once() -> None:
    """2,000 users, 50 requests, four of them a conversation: 25,000 conversations."""
    text = f"hand_off: {{is: hand_off, when: after_answer, share: 20 %, minutes: 6, {ANSWERS}"
    case = written(system(f"{text}, turns: 4}}", users="2_000"))
    people = line(case.bill, "people who answer", "hand_off")
    assert people.quantity == pytest.approx(2_000 * 50 / 4 * 0.2 / 10)
    assert people.component == "human review"
    assert case.bill.people == case.bill.total


def test_what_is_not_said_is_what_is_published() -> None:
    """Bots resolve 44.8 % of conversations; one lasts 8 min 50 s."""
    case = written(
        system(f"hand_off: {{is: hand_off, when: after_answer, {ANSWERS}}}", users="100")
    )
    people = line(case.bill, "people who answer", "hand_off")
    assert people.quantity == pytest.approx(5_000 * (1 - 0.448) * (8 + 50 / 60) / 60, rel=1e-3)
    assert case.scenario.stage("hand_off").basis("share") == "assumed"


def test_a_desk_takes_fewer_where_conversations_are_longer() -> None:
    text = f"hand_off: {{is: hand_off, when: after_answer, {ANSWERS}, answer_within: 1 min"
    one, four = (
        written(system(f"{text}, turns: {n}}}", users="9_000")) for n in ("1", "{p50: 4, p95: 4}")
    )
    assert one.bill.total > 2 * four.bill.total


def test_the_help_desk_is_one() -> None:
    """Most of its bill is people who answer; checking is less than a hundredth of that."""
    bill = sample("help-desk").bill
    answer, check = (
        line(bill, item, stage)
        for item, stage in (("people who answer", "desk"), ("reviewers", "people"))
    )
    assert 150_000 < answer.usd < 350_000
    assert check.usd < answer.usd / 100


def test_its_usual_values_are_those_of_any_staff() -> None:
    usual = defaults()
    for (kind, field), row in usual.items():
        if kind == "any" and field.startswith("human_review."):
            assert usual[kind, field.replace("human_review", "hand_off")] == row
    assert HandOff.component == "human review"


def test_one_who_reviews_alone_differs_from_nobody(tmp_path) -> None:
    piece = "is: human_review, when: after_answer, minutes: 3, price_per_review: 2"
    alone, two = (
        bill_of(
            system(f"people: {{{piece}, agreement: 80 %, reviewers_per_item: {n}}}"), tmp_path
        ).total
        for n in (1, 2)
    )
    plain = bill_of(system(f"people: {{{piece}}}"), tmp_path).total
    assert alone == pytest.approx(plain)
    assert two == pytest.approx(plain * 2.2)
