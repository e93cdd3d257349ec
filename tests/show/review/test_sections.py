"""The parts of a page: each has its template, and stands where the order says."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from cases import sample, written
from commands import said
from places import ROOT, SAMPLES

from aicost.analysis.levers.lever import KINDS, effort
from aicost.scenario.residency import said_of_place
from aicost.show.review.content import SECTIONS, figures, page_content
from aicost.show.review.look import Look
from aicost.show.review.sections import (
    decisions,
    deeds,
    exactness,
    grounds,
    head,
    money,
    plan,
    sources,
    viability,
)
from aicost.values.formatting import money as money_of

SCENARIOS = ROOT / "data" / "scenarios"
PARTS = (decisions, grounds, money, sources, viability)


def test_every_part_has_a_template_of_its_name() -> None:
    folder = Path(str(head.__file__)).parent
    assert {path.name.partition(".")[0] for path in folder.glob("*.j2")} == set(SECTIONS)


def test_every_function_of_a_part_is_a_part() -> None:
    there = set(SECTIONS.values())
    for module in PARTS:
        own = {f for f in vars(module).values() if getattr(f, "__module__", "") == module.__name__}
        assert {f for f in own if not f.__name__.startswith("_")} <= there


def test_parts_stand_in_their_order(page: str) -> None:
    heads = [h["id"] for h in BeautifulSoup(page, "html.parser").select("h2[id]")]
    assert heads[:2] == ["things", "goals"]  # of the head
    assert heads[2:] == [name for name in SECTIONS if name in heads]
    assert {"cost", "inflection", "speed", "missing", "sources"} <= set(heads)


def test_what_does_not_apply_says_nothing() -> None:
    look = Look(sample("contract-search-billed"))
    said = page_content(look)
    assert said["bridge"] is None
    assert not said["routing"]
    assert said["head"]["verdict"].startswith("Contract search costs $13,503 a month")
    assert figures(look)["name"] == "Contract search"


def test_three_things_are_those_of_the_frames() -> None:
    look = Look(sample("contract-search-billed"))
    things = head.three_things(look)
    assert len(things) == 3
    by_name = {gain.name.lower(): gain for gain in look.levers.gains}
    assert things[2].worth.startswith("the first word within ")  # it is missed
    for deed in things[:2]:
        saved = by_name[deed.does.lower()].saved
        assert deed.worth.startswith(f"saves {money_of(saved)} a month")
    assert not any(by_name[deed.does.lower()].unproven for deed in things[:2])


def test_what_keeps_a_missed_goal_comes_first_and_says_so() -> None:
    case = sample("contract-search-billed")
    first, second, *_ = [gain for gain in Look(case).levers.gains if not gain.unproven]
    least = (first.alone.usd, second.alone.usd)
    look = Look(case.at({"goals.budget_per_month": sum(least) / 2}))
    (kept, *rest) = deeds.saved(look)
    assert kept.does.lower() == first.name.lower()
    assert kept.worth.endswith("of the bill, and alone keeps the budget")
    assert not any("alone keeps" in deed.worth for deed in rest)


LATE = """kind: rag-chat
as_of: 2026-11-27
traffic: {users: 320, requests_per_user_month: 30}
pipeline:
  answer: {model: azure/eu/gpt-5.1, thinking_tokens: unknown}
goals: {first_word_p95: 4 s}
"""


def test_what_all_changes_save_together_says_how_much_is_unproven() -> None:
    text = "kind: rag-chat\ntraffic: {users: 900, requests_per_user_month: 30}\n"
    text += "pipeline: {answer: {thinking_tokens: 0}, people: {share: 2 %}}\n"
    look = Look(written(text))
    assert look.levers.first is not None
    part = sum(gain.part for gain in look.levers.gains if gain.unproven)
    told = f"; {money_of(part)} of it comes from those that change the answers"
    assert told in head.head(look)["together"]


def test_what_comes_nearest_to_a_missed_goal_of_time_is_among_the_three() -> None:
    """Whether it is a lever or a remedy, and whether its answers are proven or not."""
    look = Look(written(LATE))
    (late,) = deeds.sooner(look)
    assert late in head.three_things(look)
    assert look.clock is not None
    nearest = min(look.clock.remedies, key=lambda remedy: remedy.first[1])
    assert nearest.name == "answer: answers without thinking"
    assert late.does == f"Try on your own questions: {nearest.name}"
    assert "its answers may be worse. Nobody has measured how many would" in late.note
    assert money_of(nearest.usd) in late.worth
    table = plan.plan(look)
    assert table is not None
    assert [row.cells[0] for row in table.rows].count(late.does) == 1


def test_of_changes_that_keep_a_goal_of_time_the_proven_one_comes_first() -> None:
    look = Look(written(LATE.replace("4 s", "80 s")))
    (late,) = deeds.sooner(look)
    assert not late.does.startswith("Try")
    assert "beyond" not in late.worth


def test_where_nothing_saves_it_is_measured() -> None:
    text = "traffic: {requests_per_month: 10 to 90}\nother: {api: {per_request: 0.2}}\n"
    (only,) = head.three_things(Look(written(text)))
    assert only.does == "Find out 'requests a month'"


def test_nobody_is_sent_to_find_out_what_moves_next_to_nothing() -> None:
    text = (
        "traffic: {requests_per_month: 9}\nother: {a: {per_month: 900}, b: {per_month: 1 to 3}}\n"
    )
    look = Look(written(text))
    assert [unknown.path for unknown in look.widest] == ["other.b.per_month"]
    assert head.three_things(look) == []
    found = plan.plan(look)
    assert found is None or "30 days: measure" not in [row.cells[0] for row in found.rows]


@pytest.mark.parametrize("name", [path.stem for path in SAMPLES])
def test_every_line_of_the_plan_has_a_figure(name: str) -> None:
    found = plan.plan(Look(sample(name)))
    assert found is not None
    lines = [row.cells for row in found.rows if row.role == "line"]
    assert lines
    assert all(re.search(r"\d", worth) for _, worth, _ in lines)
    assert len({does for does, *_ in lines}) == len(lines)


@pytest.mark.parametrize("name", [path.stem for path in SAMPLES])
def test_what_takes_least_stands_first_in_the_plan(name: str) -> None:
    look = Look(sample(name))
    found = plan.plan(look)
    assert found is not None
    known = {deed.does: deed for deed in deeds.saved(look)}
    done = [known[row.cells[0]] for row in found.rows if row.cells[0] in known]
    assert [(d.effort, d.takes) for d in done] == sorted((d.effort, d.takes) for d in done)
    most = {deed.does for deed in [*deeds.saved(look)][: plan.EACH]}
    assert most <= {row.cells[0] for row in found.rows}


def test_every_kind_of_lever_says_what_it_takes() -> None:
    assert all(effort(kind)[1] for kind in KINDS)


def test_the_register_says_who_confirms() -> None:
    more = 'confirm: {users: "Ms Rossi, 12 December", pages_per_document: their archive}\n'
    text = (SCENARIOS / "contract-search-billed.yaml").read_text(encoding="utf-8") + more
    found = grounds.register(Look(written(text)))
    rows = {row.cells[0]: row.cells for row in found["table"].rows}
    assert rows["pages per document"][-1] == "their archive"
    said = ("6,000 users", "none", "stated by the client", None, "Ms Rossi, 12 December")
    assert rows["users"] == ("users", *said)
    assert rows["people: minutes"][-1] == "open"
    assert f"Who confirms them is named for 2 of {len(rows)}." in found["answer"]
    none = grounds.register(Look(written(text.replace(more, ""))))
    assert "Nobody is named yet who confirms them." in none["answer"]
    widths = [width for *_, width, _ in rows.values() if width is not None]
    assert widths == sorted(widths, reverse=True)


def test_residency_is_told_part_by_part() -> None:
    text = "kind: rag-chat\ntraffic: {users: 500, requests_per_user_month: 20}\n"
    text += "pipeline: {answer: {model: google/claude-sonnet-5-5}}\n"
    look = Look(written(f"{text}constraints: {{residency: eu}}\n"))
    found = grounds.constraints(look)
    assert found is not None
    items = {i for s in look.case.scenario.stages for _, i in s.sold_as()}
    told = {row.cells[1].partition(": ")[2]: row.cells[2:] for row in found["table"].rows[:-1]}
    assert set(told) == items
    for item, (kept, known) in told.items():
        rule = look.case.book.terms.placed(item, look.case.book.as_of)
        assert (kept, known) == (
            ("unknown", "nobody says")
            if rule is None
            else ("is offered there", said_of_place(item, rule, look.case.book))
        )
    assert grounds.constraints(Look(written(text))) is None


def test_every_error_that_is_stated_stands_in_the_document() -> None:
    lines = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8").splitlines()
    for what, against, error, _ in exactness.KNOWN:
        assert any(against in line and error in line for line in lines), what


def test_what_a_system_has_not_is_not_told_exact() -> None:
    found = exactness.exactness(Look(sample("catalogue-overnight")))
    said = [row.cells[0] for row in found.rows]
    assert "every line of the bill" in said
    assert "tokens/s of chips of one's own" not in said
    assert deeds.Deed("a", "b").note == ""


def test_a_system_without_goals_or_differences_shows_no_empty_tables(tmp_path: Path) -> None:
    file = tmp_path / "letters.yaml"
    file.write_text(
        "traffic: {requests_per_month: 90_000}\n"
        "pools: {own: {serves: llama-3.1-8b, chip: h100-sxm}}\n"
        "pipeline: {a: {is: inference, pool: own, input_tokens: 900, output_tokens: 200}}\n"
    )
    said("review", file, "--out", tmp_path / "page")
    page = BeautifulSoup((tmp_path / "page" / "index.html").read_text("utf-8"), "html.parser")
    assert [t for t in page.select("table") if not t.select("tbody tr")] == []
    assert page.find(string="half cost no more than") is None
    assert "the bill stays at $" in page.get_text()


def test_what_the_growth_plan_never_reaches_is_nothing_to_decide() -> None:
    text = "traffic: {users: 90, requests_per_user_month: 1}\nother: {a: {per_user_month: 2}}\n"
    text += "goals: {budget_per_month: 400}\n"
    told = [deed.does for deed in deeds.decided(Look(written(text)))]
    assert told == ["Decide what to do before the budget gives way"]
    for rate, told_so in (("9 %", True), ("1 %", False)):  # 253 users in a year, or 101, of 200
        grown = Look(written(f"{text}growth: {{users_per_month: {rate}, months: 12}}\n"))
        assert any("gives way" in deed.does for deed in deeds.decided(grown)) is told_so


@pytest.mark.parametrize(
    ("rate", "part"), [("40 %", "90 days: change"), ("9 %", "180 days: decide")]
)
def test_what_gives_way_within_three_months_is_decided_within_them(rate: str, part: str) -> None:
    text = "traffic: {users: 90, requests_per_user_month: 1}\nother: {a: {per_user_month: 2}}\n"
    text += f"goals: {{budget_per_month: 400}}\ngrowth: {{users_per_month: {rate}, months: 12}}\n"
    table = plan.plan(Look(written(text)))
    assert table is not None
    names = [str(row.cells[0]) for row in table.rows]
    at = names.index("Decide what to do before the budget gives way")
    assert [name for name in names[:at] if "days: " in name][-1] == part
