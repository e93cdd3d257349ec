"""The page of a review: offline, the same every time, and never half written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from cases import sample
from places import SAMPLES

from aicost.analysis.alternatives.caches import caches
from aicost.analysis.request_cost.report import request_cost
from aicost.billing.case import load
from aicost.scenario.problems import ScenarioError
from aicost.show.review.page import review


def test_nothing_is_fetched(page: str) -> None:
    beside = r"bill\.(?:csv|xlsx)|focus\.csv|review\.json"
    assert not re.findall(rf"""(?:src|href|action)=["'](?!#|{beside})[^"']+""", page)
    assert not re.findall(r"url\((?!#)|@import|<script|<link|<iframe", page)


def test_minus_is_set_as_one(page: str) -> None:
    text = BeautifulSoup(page, "html.parser").get_text(" ")
    assert re.findall(r".*(?<![\w–-])[-][ $]*\d.*", text) == []
    assert re.search(r"−\$\d", text)


def test_inputs_stand_under_their_sections_with_units(page: str) -> None:
    *_, table = BeautifulSoup(page, "html.parser").select("table")
    heads = [row.text.strip() for row in table.select("tr.group")]
    scenario = sample("contract-search-billed").scenario
    stages = [f"{stage.name} ({stage.component})" for stage in scenario.stages]
    assert [head for head in heads if head in stages] == stages
    assert heads[:2] == ["traffic", "corpus"]
    cells = [[cell.text for cell in row.select("td")] for row in table.select("tr")]
    values = {(row[0], row[1]) for row in cells if len(row) == 4}
    for value in (
        ("users", "6,000 users"),
        ("pages_per_document", "3 to 12 pages"),
        ("overlap", "10\u00a0%"),
    ):
        assert value in values


def test_one_request_stands_beside_the_month(page: str) -> None:
    (head,) = [
        h for h in BeautifulSoup(page, "html.parser").select("h3") if h.text == "One request"
    ]
    cost = request_cost(sample("contract-search-billed"))
    said, table = head.find_next("p"), head.find_next("table")
    assert said is not None
    assert table is not None
    assert said.text.replace("\u00a0", " ") == cost.sentence
    assert len(table.select("tbody tr")) == len(cost.rows().rows)


def test_what_caches_save_stands_on_the_page(page: str) -> None:
    text = BeautifulSoup(page, "html.parser").get_text(" ").replace("\u00a0", " ")
    assert "What do caches save?" in text
    assert caches(sample("contract-search-billed")).sentence in text
    assert "What does choosing among models save?" not in text


def test_the_same_files_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    billed, planned = (
        load(path) for path in SAMPLES if path.stem.startswith("contract-search")
    )  # anew: a sample keeps what was worked out of it
    again = review(billed, plan=planned, out=tmp_path / "sample").page.parent
    for name in ("index.html", "bill.csv", "bill.xlsx", "focus.csv", "review.json"):
        assert (again / name).read_bytes() == (folder / name).read_bytes()


def test_notes_stay_and_are_shown(tmp_path: Path) -> None:
    first = review(sample("claims-review"), out=tmp_path / "claims")
    notes = first.page.parent / "notes.md"
    notes.write_text("# Asked\n\nWhy **six** minutes? <script>x</script>\n", encoding="utf-8")
    (first.page.parent / "bill.csv").unlink()
    second = review(sample("claims-review"), out=tmp_path / "claims")
    text = second.page.read_text(encoding="utf-8")
    assert "Why <strong>six</strong> minutes?" in text
    assert "<script>x" not in text
    assert notes.read_text(encoding="utf-8").startswith("# Asked")
    assert (second.page.parent / "bill.csv").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["claims"]


def test_a_failed_review_leaves_the_earlier_one(tmp_path: Path) -> None:
    page = review(sample("claims-review"), out=tmp_path / "claims").page
    before = page.read_bytes()
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("kind: rag-chat\ntraffic: {users: 5}\npipeline: {answer: {modle: x}}\n")
    with pytest.raises(ScenarioError):
        review(sample("claims-review"), plan=load(wrong), out=tmp_path / "claims")
    assert page.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["claims", "wrong.yaml"]


@pytest.mark.parametrize("kind", ["rag-chat", "agent", "document-review", "overnight-batch"])
def test_a_bare_kind_gives_a_page(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "bare.yaml"
    file.write_text(f"kind: {kind}\ntraffic: {{users: 1_000}}\n", encoding="utf-8")
    made = review(load(file), out=tmp_path / "bare")
    assert "No goal is stated" in made.verdict
    text = made.page.read_text(encoding="utf-8")
    assert not re.search(r"\bnan\b|\binf\b|None\b", text)


@pytest.mark.parametrize(
    ("traffic", "more", "said"),
    [
        ("users: 0, requests_per_user_month: 5", "", "1: traffic.users: nobody uses it"),
        ("requests_per_month: 0", "", "1: traffic.requests_per_month: nobody uses it"),
        ("users: 5, requests_per_user_month: 0", "", "traffic.requests_per_user_month: nobody"),
        ("requests_per_month: 9", ", share: 0 %", "1: pipeline: it costs nothing a month"),
    ],
)
def test_there_has_to_be_something_to_review(
    tmp_path: Path, traffic: str, more: str, said: str
) -> None:
    path = tmp_path / "nothing.yaml"
    call = f"is: inference, price: {{input: 1, output: 2}}, input_tokens: 9, output_tokens: 5{more}"
    path.write_text(f"traffic: {{{traffic}}}\npipeline: {{a: {{{call}}}}}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        review(load(path), out=tmp_path / "out")
    assert said in str(caught.value)
    assert not (tmp_path / "out").exists()
