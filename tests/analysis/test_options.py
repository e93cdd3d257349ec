"""Options beside a system: the same figures as each has by itself, over draws that all share."""

import random
import time
from pathlib import Path

import numpy as np
import pytest
from cases import sample, shows_well, written
from hypothesis import given, settings
from hypothesis import strategies as st
from places import SAMPLES

import aicost as ac
from aicost.analysis.options.report import options
from aicost.analysis.options.standing import moves_answers
from aicost.analysis.options.ways import ways
from aicost.analysis.uncertainty.expected import expected
from aicost.analysis.uncertainty.paired import Apart, alike, apart
from aicost.analysis.viability.ends import ends
from aicost.scenario.problems import ScenarioError
from aicost.timing.budgets import standings
from aicost.values.formatting import money, seconds_words

DESK = """kind: rag-chat
as_of: 2026-11-23
traffic: {users: 2_000, requests_per_user_month: about 30}
pipeline:
  answer: {model: anthropic/claude-sonnet-5-5, thinking_tokens: 0}
  people: {share: 1 to 3 %, role: us/paralegal}
goals: {budget_per_month: 9_000, whole_answer_p95: 30 s}
"""


def with_options(*lines: str) -> ac.Case:
    return written("\n".join([DESK + "options:", *(f"  {line}" for line in lines), ""]))


def refused(*lines: str) -> list[tuple[int, str, str, str]]:
    with pytest.raises(ScenarioError) as error:
        ways(with_options(*lines))
    return [(p.line, p.key, p.wrong, p.remedy) for p in error.value.problems]


# ---- after an invoice

#: Requests, and with them reviews, are tied to tokens by what was invoiced.
TIED = """
as_of: 2026-11-23
traffic: {users: 1_650, requests_per_user_month: 21 to 79}
pipeline:
  answer: {is: inference, model: azure/eu/gpt-5, input_tokens: 2_000, thinking_tokens: 500 to 5_000,
           output_tokens: 300}
  people: {is: human_review, share: 1 %, minutes: 5 to 9, wage_per_hour: 33, when: after_answer}
other: {servers: {per_month: 500}}
"""
INVOICED = f"{written(TIED).bill.by('component')['inference']:.2f}"
CALIBRATED = written(f"{TIED}invoiced: {{inference: {INVOICED}}}\n")
TIMES = st.floats(0.3, 0.95) | st.floats(1.05, 3.0)
CHANGES = st.one_of(
    st.tuples(st.just("users"), TIMES.map(lambda by: 1_650 * by)),
    st.tuples(st.just("people.share"), TIMES.map(lambda by: 0.01 * by)),
    st.tuples(st.just("answer.input_tokens"), TIMES.map(lambda by: 2_000 * by)),
    st.tuples(st.just("servers.per_month"), TIMES.map(lambda by: 500 * by)),
    st.tuples(
        st.just("answer.model"),
        st.sampled_from(["azure/eu/gpt-5-mini", "azure/eu/gpt-4o", "anthropic/claude-sonnet-5-5"]),
    ),
)


@settings(max_examples=8, deadline=None)
@given(change=CHANGES)
def test_what_a_change_saves_of_an_invoiced_system_is_that_of_its_bill(
    change: tuple[str, object],
) -> None:
    """As an option, as a file of its own, and the other way round."""
    other = CALIBRATED.at(dict([change]))
    by_hand = ac.Case(other.scenario, other.book)
    plan = other.bill.total - CALIBRATED.bill.total
    found = apart(*alike(CALIBRATED, by_hand))
    assert found == apart(CALIBRATED, other)
    assert found.mean == pytest.approx(plan, rel=0.05)
    assert found.low - 0.01 * abs(plan) <= plan <= found.high + 0.01 * abs(plan)
    assert apart(*alike(by_hand, CALIBRATED)).mean == pytest.approx(-found.mean, rel=0.01)


def test_a_file_without_the_invoice_is_drawn_as_the_other_that_has_it() -> None:
    before, after = alike(written(TIED), CALIBRATED)
    assert apart(before, after) == Apart(0.0, 0.0, 0.0)
    assert expected(before).totals.std() < 0.9 * expected(written(TIED)).totals.std()


def test_options_of_a_system_that_was_changed_say_so() -> None:
    text = TIED.replace("gpt-5,", "gpt-5-mini,") + f"invoiced: {{inference: {INVOICED}}}\n"
    found = options(written(text + "options: {half: {people.share: 0.5 %}}\n"))
    assert "shows the system before it was changed" in found.rows().notes[0]
    (half,) = (one for one in found if one.name == "half")
    plan = half.usd - found["as it is"].usd
    assert half.beside.mean == pytest.approx(plan, rel=0.05)


# ---- the same draws


def test_an_option_that_changes_nothing_costs_exactly_the_same() -> None:
    found = options(with_options("same: {users: 2_000}"))
    assert found["same"].beside == Apart(0.0, 0.0, 0.0)
    assert found["same"].beside.words == "the same"
    assert "the system as it is and 'same' keep all goals at the least cost: " in found.sentence


def test_the_file_itself_as_an_option_differs_by_exactly_nothing(tmp_path: Path) -> None:
    file = tmp_path / "desk.yaml"
    file.write_text(DESK)
    found = options(ac.load(file), file)
    here, again = found
    assert again.name == "desk"
    assert again.beside == Apart(0.0, 0.0, 0.0)
    assert np.array_equal(here.cost.totals, again.cost.totals)
    assert [*again.ends.every] == [*here.ends.every]
    assert {one.name for one in found.best} == {"as it is", "desk"}


def test_two_equal_options_tie() -> None:
    one, other = ("{answer.model: anthropic/claude-haiku-5-5}",) * 2
    found = options(with_options(f"one: {one}", f"other: {other}"))
    assert {best.name for best in found.best} == {"one", "other"}
    assert "'one' and 'other' " in found.sentence
    assert found["one"].beside == found["other"].beside
    assert " each, " in found.sentence


def test_what_two_options_share_widens_nothing() -> None:
    """A line of 100 dollars more is 100 dollars more in each draw, however wide the bill is."""
    text = DESK + "other: {fee: {per_month: 10}}\noptions: {dearer: {other.fee.per_month: 110}}\n"
    found = options(written(text))
    here, dearer = found
    assert here.cost.p95 - here.cost.p5 > 1_000
    assert dearer.beside.low == pytest.approx(100, rel=1e-9)
    assert dearer.beside.high == pytest.approx(100, rel=1e-9)
    assert dearer.beside.words == "$100 more"


@pytest.mark.parametrize(
    ("usd", "words"),
    [
        ((-2_100, -2_500, -1_700), "$2,100 less ($1,700 to $2,500)"),
        ((2_100, 1_700, 2_500), "$2,100 more ($1,700 to $2,500)"),
        ((-300, -800, 200), "$300 less ($800 less to $200 more)"),
        ((-300, -300, -300), "$300 less"),
        ((0, 0, 0), "the same"),
    ],
)
def test_a_difference_says_which_way_and_how_far(usd: tuple[float, ...], words: str) -> None:
    assert Apart(*usd).words == words


def test_a_difference_is_taken_draw_by_draw() -> None:
    case = sample("help-desk")
    other = case.at({"answer.model": "anthropic/claude-haiku-5-5"})
    usd = other.draw().bill.total - case.draw().bill.total
    found = apart(case, other)
    assert found.mean == pytest.approx(usd.mean(), rel=1e-12)
    assert [found.low, found.high] == pytest.approx(np.percentile(usd, (5, 95)), rel=1e-12)


# ---- each as it is by itself


def some_settings(case: ac.Case, rng: random.Random) -> dict[str, str]:
    """One to three changes that fit any system."""
    traffic = case.scenario.traffic
    found = {f"traffic.{traffic.scale}": f"{case.usage * rng.uniform(0.2, 4):.0f}"}
    for stage in case.scenario.stages:
        if stage.writes and not stage.runs_on:
            found[f"{stage.name}.model"] = rng.choice(
                ["anthropic/claude-haiku-5-5", "openai/gpt-6-luna", "google/gemini-3.8-flash"]
            )
        elif stage.component == "human review" and stage.share is not None:
            found[f"{stage.name}.share"] = f"{rng.uniform(0.1, 2):.2f} %"
    if case.scenario.goals.budget_per_month is not None:
        found["goals.budget_per_month"] = f"{float(case.bill.total) * rng.uniform(0.3, 3):.0f}"
    return dict(rng.sample(sorted(found.items()), rng.randint(1, min(3, len(found)))))


@pytest.mark.parametrize("name", [path.stem for path in SAMPLES])
def test_an_option_is_what_its_own_file_is(name: str, tmp_path: Path) -> None:
    case, rng = sample(name), random.Random(name)
    settings = some_settings(case, rng)
    file = case.at(settings).write(tmp_path / "other.yaml")
    with_one = ac.load(SAMPLES[0].with_name(f"{name}.yaml")).write(tmp_path / "first.yaml")
    lines = "".join(f"    {path}: {text}\n" for path, text in settings.items())
    with_one.write_text(with_one.read_text() + f"options:\n  set:\n{lines}  file: other.yaml\n")
    first, alone = ac.load(with_one), ac.load(file)
    began = time.process_time()
    found = options(first)
    assert time.process_time() - began < 3 * 2  # a second each on a machine that has time
    shows_well(found)
    for one in (found["set"], found["file"]):
        assert one.cost.mean == pytest.approx(expected(alone).mean, rel=1e-9)
        assert one.ends.every == ends(alone).every
        assert {end.name for end in one.misses} == {end.name for end in ends(alone).missed}
        assert {end.name for end in one.misses} <= {*one.over}
        assert one.people == pytest.approx(float(np.mean(alone.draw().bill.people)), rel=1e-9)
    best = found.best[0]
    assert all(best.rank <= one.rank for one in found if one not in found.best)
    assert best.name in found.sentence
    assert ("No option keeps all goals" in found.sentence) == bool(best.misses)


def test_each_cell_reads_back_from_its_option() -> None:
    haiku = "haiku: {answer.model: anthropic/claude-haiku-5-5}"
    found = options(with_options(haiku, "few: {users: 9}"))
    table = found.rows()
    assert [column.name for column in table.columns] == ["Option", "as it is", "haiku", "few"]
    rows = {row.cells[0]: row.cells[1:] for row in table.rows}
    for place, one in enumerate(found):
        assert rows["A month"][place] == money(one.case.bill.total)
        assert rows["Of it staff"][place] == money(one.case.bill.people)
        cloud = one.case.bill.total - one.case.bill.people
        assert rows["Of it cloud"][place] == money(cloud)
        assert rows["95 % have it within"][place] == seconds_words(one.speed.whole[1])
        (budget,) = [end for end in one.ends.every if end.name == "budget"]
        said = rows["The budget of $9,000 a month is kept"][place]
        assert said.startswith("yes" if budget.met_now else "no")


# ---- goals


def test_the_one_that_keeps_all_goals_at_the_least_cost_comes_first() -> None:
    found = options(
        with_options(
            "cheap: {answer.model: anthropic/claude-haiku-5-5, people.share: 0.1 %}",
            "cheapest but slow: {users: 10, goals.whole_answer_p95: 5 ms}",
        )
    )
    assert [one.name for one in found.best] == ["cheap"]
    assert found["cheapest but slow"].cost.mean < found["cheap"].cost.mean
    assert "'cheap' " in found.sentence
    (need,) = found["cheap"].needs
    assert found.sentence.endswith(f" For that to hold: {need}.")
    assert "all goals" in found.sentence


def test_where_none_keeps_all_goals_the_one_that_misses_least_is_named() -> None:
    found = options(
        with_options(
            "a: {goals.budget_per_month: 20, users: 3_000}",
            "b: {goals.budget_per_month: 20}",
            "c: {goals.budget_per_month: 20, goals.whole_answer_p95: 5 ms, users: 3}",
        )
    )
    dear = written(DESK.replace("9_000", "20") + "options: {less: {users: 1_000}}\n")
    assert found["a"].over["budget"] > found["b"].over["budget"]
    best = options(dear)
    assert best.sentence.startswith(
        "No option keeps all goals. 'less' comes closest, missing the budget by "
    )
    bill = float(dear.at({"users": 1_000}).bill.total)
    missed = f"missing the budget by {money(bill - 20)} a month; {money(bill)} a month, "
    assert missed in best.sentence
    assert best["less"].over["budget"] == pytest.approx(bill / 20 - 1, rel=1e-9)


def test_each_option_that_keeps_a_goal_which_others_miss_is_named() -> None:
    text = (
        DESK.replace("9_000", "10_000_000") + "options:\n  slow: {goals.whole_answer_p95: 5 ms}\n"
    )
    text += "  fewer: {goals.budget_per_month: 20, users: 1_000}\n"
    text += "  both: {goals.budget_per_month: 20, goals.whole_answer_p95: 5 ms}\n"
    case = written(text.replace("whole_answer_p95: 30 s", "whole_answer_p95: 6 ms"))
    said = options(case).sentence
    assert said.endswith("The system as it is and 'slow' keep the budget."), said


def test_where_all_miss_a_goal_alike_the_cheapest_comes_no_closer() -> None:
    text = DESK.replace("30 s}", "5 ms}").replace("1 to 3 %", "2 %")
    found = options(written(text + "options: {half: {people.share: 1 %}}\n"))
    here, half = found
    assert here.short == half.short
    missed = f"the 5 ms to the whole answer by {half.short['whole_answer_p95']}"
    assert found.sentence.startswith(
        f"No option keeps all goals: each misses {missed}. 'half' costs least: {money(half.usd)}"
    )


def test_a_budget_for_cloud_is_held_against_cloud_alone() -> None:
    text = DESK.replace("budget_per_month: 9_000", "cloud_budget_per_month: 100")
    found = options(written(text + "options: {more: {users: 3_000}}\n"))
    bill = written(text).at({"users": 3_000}).bill
    over = float(bill.total - bill.people) / 100 - 1
    assert found["more"].over["cloud_budget"] == pytest.approx(over, rel=1e-9)


def test_a_miss_is_said_in_what_the_goal_is_in() -> None:
    """Dollars of a price, points of a margin, seconds of a time; a share of itself for none."""
    goals = "price_per_user_month: 1, whole_answer_p95: 1 s, margin: 40 %"
    text = DESK.replace("9_000", "90_000").replace("whole_answer_p95: 30 s", goals)
    (one,) = options(written(text))
    bill, price = float(one.case.bill.total), 2_000.0
    late = [k for k in standings(one.case) if not k.met]
    assert one.short == {
        "contribution": f"{money(bill - price)} a month",
        "margin": f"{float(f'{100 * (bill - 0.6 * price) / price:.3g}'):,g} points",
        **{k.budget.field: seconds_words(k.p95 - k.budget.seconds) for k in late},
    }
    cells = {row.cells[0]: row.cells[1] for row in options(written(text)).rows().rows}
    assert cells["The margin of 40 % is kept"] == f"no, by {one.short['margin']}"


def test_that_times_are_no_models_is_said() -> None:
    other = "options: {b: {answer.model: openai/gpt-5}}\n"
    (note, _) = options(written(DESK + other)).rows().notes
    whose = "the system as it is and 'b' are the kit's own ranges"
    assert note.startswith(f"Times: answer.tpot and answer.ttft of {whose}")
    assert len(options(with_options("few: {users: 9}")).rows().notes) == 1
    known = DESK.replace("thinking_tokens: 0", "thinking_tokens: 0, ttft: 1 s, tpot: 20 ms")
    assert not any("the kit's own" in n for n in options(written(known + other)).rows().notes)


def test_a_goal_of_another_size_is_said_in_its_cell() -> None:
    rows = options(with_options("looser: {goals.budget_per_month: 90_000}")).rows().rows
    cells = next(row.cells for row in rows if row.cells[0] == "Budget")
    assert cells[2] == "yes: the budget of $90,000 a month is kept"


def test_a_sentence_begins_as_sentences_do() -> None:
    few = DESK.replace("9_000", "20")
    assert (
        " The system as it is comes closest, missing "
        in options(written(few + "options: {more: {users: 9_000}}\n")).sentence
    )
    assert options(written(few)).sentence.startswith("It does not keep all goals. The system as ")


def test_without_goals_nothing_but_the_cost_decides() -> None:
    text = """as_of: 2026-11-23
traffic: {requests_per_month: 900}
other: {fee: {per_request: 2}}
options: {less: {requests_per_month: 500}}
"""
    found = options(written(text))
    assert found.sentence.startswith("No goal is stated. Of these 2 'less' costs least: $1,000")
    shows_well(found)


# ---- what is known of answers


def test_answers_of_another_model_are_not_measured() -> None:
    text = DESK.replace("{users:", "{success_share: 90 %, users:")
    lines = [
        "model: {answer.model: anthropic/claude-haiku-5-5}",
        "tried: {answer.model: anthropic/claude-haiku-5-5, traffic.success_share: 86 %}",
        "more: {users: 3_000}",
    ]
    case = written("\n".join([text + "options:", *(f"  {line}" for line in lines), ""]))
    found = options(case)
    assert [one.success for one in found] == [0.9, None, 0.86, 0.9]
    rows = {row.cells[0]: row.cells[1:] for row in found.rows().rows}
    assert rows["Answers that help"] == ("90 %", "not measured", "86 %", "90 %")
    share = found["model"].usd / found["as it is"].usd
    assert found["model"].needs[-1].startswith(f"{100 * share:.1f} % of the answers that help now")
    assert not found["tried"].needs
    assert moves_answers(case, case.at({"answer.output_tokens": 90}))
    assert not moves_answers(case, case.at({"people.share": 0.5}))


# ---- ruled out


def test_what_may_not_run_where_data_has_to_stay_has_no_price() -> None:
    found = options(with_options("home: {constraints.residency: eu}", "few: {users: 5}"))
    assert [one.name for one in found] == ["as it is", "few"]
    (way,) = found.barred
    assert way.case is None
    assert found.sentence.startswith(
        "'home' is ruled out: anthropic/claude-sonnet-5-5 is not offered"
    )
    assert "home" not in [column.name for column in found.rows().columns]
    assert found.rows().notes[0].startswith("home: constraints.residency = eu. It is ruled out: ")
    assert (way.barred[0].line, way.barred[0].key) == (9, "options.home.answer.model")


def test_an_option_is_held_to_the_residency_of_the_file(tmp_path: Path) -> None:
    text = DESK.replace("anthropic/claude-sonnet-5-5", "openai/gpt-5")
    first, other = tmp_path / "first.yaml", tmp_path / "other.yaml"
    first.write_text(text + "constraints: {residency: eu}\n")
    other.write_text(DESK.partition("goals:")[0])
    found = options(ac.load(first), other)
    assert [way.name for way in found.barred] == ["other"]
    assert found.barred[0].barred[0].file == str(other)
    assert "with the goals and residency of the first" in found.barred[0].change
    set_back = text + "constraints: {residency: eu}\noptions: {away: {answer.model: MODEL}}\n"
    found = options(written(set_back.replace("MODEL", "anthropic/claude-sonnet-5-5")))
    assert [way.name for way in found.barred] == ["away"]


def test_a_file_without_goals_is_held_to_those_of_the_first(tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(DESK.partition("goals:")[0].replace("2_000", "90_000"))
    found = options(written(DESK), other)
    assert "budget" in [end.name for end in found["other"].misses]
    assert found["other"].change == "the file other.yaml, with the goals of the first"
    assert not found["as it is"].needs


# ---- what is wrong with one


def test_a_misspelt_change_is_one_line_with_its_place() -> None:
    ((line, key, wrong, remedy),) = refused("less: {answr.model: openai/gpt-5}")
    assert (line, key) == (9, "options.less.answr.model")
    assert wrong == "no such field in system"
    assert "answer.model" in remedy
    ((line, key, wrong, remedy),) = refused("a: {users: 5}", "b: {answer.model: openai/gpt-55}")
    assert (line, key) == (10, "options.b.answer.model")
    assert remedy


def test_every_option_that_is_wrong_is_named_at_once() -> None:
    found = refused("a: {users: 5 apples}", "b: {profile: night}", "c: nowhere.yaml")
    keys = ["options.a.traffic.users", "options.b.traffic.profile", "options.c"]
    assert [(line, key) for line, key, _, _ in found] == [*zip((9, 10, 11), keys, strict=True)]


def test_the_same_file_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "desk.yaml"
    file.write_text(DESK)
    with pytest.raises(ScenarioError, match="it is named twice; keep one"):
        ways(ac.load(file), [file, file, file])


def test_an_option_of_a_sweep_is_refused() -> None:
    with pytest.raises(ValueError, match="an option takes one"):
        options(sample("help-desk").at({"users": [1.0, 2.0]}))
