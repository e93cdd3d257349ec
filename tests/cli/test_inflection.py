"""`aicost inflection`: at which usage a system ends, and what turns it."""

from pathlib import Path

from commands import one_line, refused, said
from places import ROOT

from aicost.analysis.scaling.growth import growth
from aicost.analysis.viability.ends import ends
from aicost.billing.case import load
from aicost.show.review.answers import outlook

FILE = ROOT / "data" / "scenarios" / "contract-search-billed.yaml"


def test_all_that_was_found_is_printed_within_80_columns() -> None:
    text, case = said("inflection", FILE), load(FILE)
    found, whole = ends(case), one_line(text)
    told = [outlook(case, growth(case)), growth(case).sentence]
    told += [one.sentence for one in found.money]
    for words in told:
        assert one_line(words) in whole
    for end in found.every:
        assert set(end.words.split()) | set(end.why.split()) <= set(whole.split())
    assert max(map(len, text.splitlines())) <= 80


def test_a_what_if_and_no_goal(tmp_path: Path) -> None:
    file = tmp_path / "plain.yaml"
    asked = "traffic: {users: 90, requests_per_user_month: 1}\nother: {a: {per_user_month: 2}}\n"
    file.write_text(f"{asked}goals: {{budget_per_month: 200}}\n")
    assert "hold up to 100 users" in one_line(said("inflection", file))
    wider = said("inflection", file, "--set", "goals.budget_per_month=400")
    assert wider.startswith("plain, with goals.budget_per_month=400\n")
    assert "hold up to 200 users" in one_line(wider)
    assert "budget" in refused("inflection", file, "--set", "goals.budget_per_month=-1")
    file.write_text(asked)
    assert "No goal is stated" in said("inflection", file)
