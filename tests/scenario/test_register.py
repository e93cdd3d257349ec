"""The register: every number that somebody stated or the kit supplied stands in it once."""

from collections import Counter
from pathlib import Path

import pytest
from cases import shows_well
from places import SAMPLES
from random_scenarios import random_text

from aicost.components.flow import Rounds
from aicost.components.inference import Inference
from aicost.components.traffic import Traffic
from aicost.scenario.kinds import kind_names
from aicost.scenario.load import build, load
from aicost.scenario.register import counted, heading, in_order, stated
from aicost.scenario.scenario import Scenario
from aicost.values.quantities import Range
from aicost.values.section import Origin, Section
from aicost.values.table import Row


def origins(scenario: Scenario) -> list[tuple[str, str, str]]:
    """Return path, basis and source of every field that somebody stated."""
    return [
        (path, part.origins[field].basis, part.origins[field].source)
        for path, part, field, _ in scenario.fields
        if field in part.origins
    ]


def in_the_register(scenario: Scenario) -> list[tuple[str, str, str]]:
    lines = [row for row in scenario.rows().rows if row.role == "line"]
    return [(row.of, *row.cells[2:]) for row in lines]


def kinds_and_samples() -> list[Scenario]:
    kinds = [build({"kind": kind, "traffic": {"users": 9}}) for kind in kind_names()]
    return [*kinds, *map(load, SAMPLES)]


@pytest.mark.parametrize("scenario", kinds_and_samples(), ids=lambda s: f"{s.name} {s.kind}")
def test_every_stated_number_stands_in_it_once(scenario: Scenario) -> None:
    assert sorted(in_the_register(scenario)) == sorted(origins(scenario))
    assert f"{len(origins(scenario))} inputs" in scenario.sentence
    shows_well(scenario)


def test_so_it_is_for_systems_at_random(tmp_path: Path) -> None:
    for seed in range(100):
        path = tmp_path / f"{seed}.yaml"
        path.write_text(random_text(seed), encoding="utf-8")
        scenario = load(path)
        assert sorted(in_the_register(scenario)) == sorted(origins(scenario)), seed


def test_what_is_asked_comes_first_and_what_it_is_held_against_last() -> None:
    prefixes = ["goals", "traffic", "answer", "growth", "month", "pools.gpus", "corpus"]
    empty = Section()
    order = [prefix for prefix, _ in in_order((prefix, empty) for prefix in prefixes)]
    assert order == ["traffic", "month", "corpus", "answer", "pools.gpus", "goals", "growth"]


def test_a_stage_is_headed_by_what_it_is_billed_under() -> None:
    call = {"input_tokens": 9.0, "output_tokens": 9.0}
    assert heading("a", Inference(name="a", **call)) == "a (inference)"
    assert heading("a", Inference(name="a", billed_as="other", **call)) == "a (other)"
    assert heading("work", Rounds(rounds=3.0)) == "work"


def test_only_what_somebody_said_is_a_line_of_its_own() -> None:
    said = {
        "users": Origin("given", "a.yaml:3", 3, "100 to 900"),
        "slow_day": Origin("assumed", "our assumption"),
    }
    traffic = Traffic(users=Range(100.0, 900.0), requests_per_user_month=5.0, origins=said)
    users, slow_day = stated("traffic", traffic)
    assert users == Row(("users", "100 to 900 users", "given", "a.yaml:3"), of="traffic.users")
    assert slow_day.cells == ("slow_day", "our assumption", "assumed", "our assumption")


def test_nested_fields_have_their_path_below_the_heading() -> None:
    price = {"input": 1, "output": 2}
    keys = {"is": "inference", "price": price, "input_tokens": 9, "output_tokens": 9}
    traffic = {"users": 9, "requests_per_user_month": 30}
    scenario = build({"traffic": traffic, "pipeline": {"a": keys}})
    heads = [row.cells[0] for row in scenario.rows().rows if row.role == "head"]
    assert heads == ["traffic", "a (inference)"]
    fields = {row.of: row.cells[:2] for row in scenario.rows().rows if row.of}
    assert fields["a.price.input"] == ("price.input", "$1.00 per Mtok")


def test_the_commonest_basis_is_named_first() -> None:
    bases = ["given", "assumed", "given", "listed", "assumed", "given"]
    rows = [Row(("x", "1", basis, "")) for basis in bases]
    found = counted([Row(("head", "", "", ""), role="head"), *rows])
    assert found == Counter(bases)
    assert [*found] == ["given", "assumed", "listed"]
