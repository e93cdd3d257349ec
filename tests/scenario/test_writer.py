"""A scenario writes the file that says the same."""

from dataclasses import replace
from pathlib import Path

import pytest
from places import SAMPLES
from random_scenarios import random_text

import aicost as ac
from aicost.scenario.load import load
from aicost.scenario.scenario import Scenario
from aicost.scenario.writer import scenario_text


def said(scenario: Scenario) -> dict[str, object]:
    """Return every field with its value, the forms of the pipeline and the hours of the day."""
    fields: dict[str, object] = {path: value for path, _, _, value in scenario.fields}
    goals = scenario.goals.abandonment
    fields |= {"forms": scenario.pipeline.forms, "hours": scenario.profile, "lost": goals}
    fields["options"] = [(o.name, o.file, o.settings) for o in scenario.options]
    return fields | {"published": scenario.published, "invoiced": scenario.invoiced}


def again(scenario: Scenario, folder: Path) -> Scenario:
    path = folder / "written.yaml"
    path.write_text(scenario_text(scenario), encoding="utf-8")
    return load(path)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_comes_back(path: Path, tmp_path: Path) -> None:
    case = ac.load(path)
    written = case.write(tmp_path / "client.yaml")
    back = ac.load(written)
    assert said(back.scenario) == said(case.scenario)
    assert back.bill.total == case.bill.total
    assert case.name == back.name
    assert scenario_text(back.scenario) == written.read_text(encoding="utf-8")


def test_random_systems_come_back(tmp_path: Path) -> None:
    for seed in range(100):
        path = tmp_path / f"{seed}.yaml"
        path.write_text(random_text(seed), encoding="utf-8")
        scenario = load(path)
        assert said(again(scenario, tmp_path)) == said(scenario), seed


def test_what_was_changed_is_written(tmp_path: Path) -> None:
    case = ac.load("data/scenarios/contract-search-billed.yaml")
    answer = replace(case.scenario.stage("answer"), model="anthropic/claude-haiku-5-5", repeat=2.0)
    changed = case.at({"users": 9_000, "people.minutes": ac.Range(2.0, 3.0)}).with_stage(answer)
    back = again(changed.scenario, tmp_path)
    assert said(back) == said(changed.scenario)
    text = scenario_text(changed.scenario)
    assert "users: 9_000" in text
    assert "minutes: 2 to 3" in text
    assert "model: anthropic/claude-haiku-5-5" in text


def test_a_system_of_a_kind_without_a_stage_and_with_one_more(tmp_path: Path) -> None:
    case = ac.case(
        kind="rag-chat",
        users=500,
        people="none",
        guess={
            "is": "inference",
            "after": "retrieval",
            "model": "openai/gpt-6-sol",
            "input_tokens": 300,
            "output_tokens": ac.Spread(20.0, 60.0),
            "share": "10 %",
        },
    )
    back = again(case.scenario, tmp_path)
    assert said(back) == said(case.scenario)
    assert "people: none" in scenario_text(case.scenario)
    assert "after: retrieval" in scenario_text(case.scenario)


def test_hours_and_hostile_names_come_back(tmp_path: Path) -> None:
    case = ac.case(
        name='A: "system" # {of} sorts',
        traffic={"requests_per_month": 1e6, "profile": [1, *[0.25] * 22, 3.125]},
        other={"licences: all of them": {"per_month": 12.34567}},
        goals={"abandonment": {"3 s": "12.5 %", "8 s": "40 %"}},
        published={"monthly": "1500.00", "answer: input": "1_534.60"},
        invoiced={"other": 12.35, "inference + embedding": "20 to 21.5"},
    )
    back = again(case.scenario, tmp_path)
    assert said(back) == said(case.scenario)
    assert back.name == case.name


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    case = ac.load("data/scenarios/help-desk.yaml")
    path = case.write(tmp_path / "client.yaml")
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError):
        case.write(path)
    assert path.read_text(encoding="utf-8") == "mine"
