"""The options of a file on its page: the figures of each, and none where it names none."""

import json
from pathlib import Path

import jsonschema
import pytest
from bs4 import BeautifulSoup
from places import SAMPLES
from review_schema import STRICT

import aicost as ac
from aicost.scenario.problems import ScenarioError
from aicost.values.formatting import set_in_type

OPTIONS = """options:
  small <b>model</b>: {answer.model: anthropic/claude-haiku-5-5}
  half the review: {people.share: 1 %}
  data in the EU: {constraints.residency: eu}
"""
SAMPLE = next(path for path in SAMPLES if path.stem == "research-agent")


def of_file(folder: Path, options: str) -> ac.Case:
    file = folder / "agent.yaml"
    file.write_text(SAMPLE.read_text() + options)
    return ac.load(file)


def test_options_stand_on_the_page_and_in_its_figures(tmp_path: Path) -> None:
    case = of_file(tmp_path, OPTIONS)
    found = ac.options(case)
    made = ac.review(case, out=tmp_path / "review").page
    page = BeautifulSoup(made.read_text(encoding="utf-8"), "html.parser")
    head = page.select_one("#options")
    assert head is not None
    answer, table, notes = (head.find_next(tag) for tag in ("p", "table", "ul"))
    assert answer is not None
    assert table is not None
    assert notes is not None
    assert answer.text == set_in_type(found.sentence)
    heads = [cell.text for cell in table.select("thead th")]
    assert heads == ["Option", *(one.name for one in found)]
    assert len(table.select("tbody tr")) == len(found.rows().rows)
    assert [li.text for li in notes.select("li")] == [*map(set_in_type, found.rows().notes)]
    every = json.loads((made.parent / "review.json").read_text(encoding="utf-8"))
    jsonschema.validate(every, STRICT)
    said = every["options"]
    assert said["best"] == [one.name for one in found.best]
    assert {*said["ruled_out"]} == {way.name for way in found.barred}
    for one in found:
        figures = said["each"][one.name]
        assert figures["a_month"]["mean"] == pytest.approx(one.cost.mean, abs=0.005)
        assert figures["goals"] == {end.name: end.met_now for end in one.ends.counted}


def test_a_file_without_options_has_no_such_part(page: str) -> None:
    assert 'id="options"' not in page


def test_an_option_that_is_wrong_ends_the_review(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"agent\.yaml:\d+: options\.x\.nothing: no such field"):
        ac.review(of_file(tmp_path, "options: {x: {nothing: 5}}\n"), out=tmp_path / "review")
    assert not (tmp_path / "review").exists()
