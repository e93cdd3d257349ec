"""Sentences that cells of notebooks make of figures: with other figures they say otherwise."""

import ast
from collections import Counter
from dataclasses import replace
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest
from notebook_run import called
from places import ROOT

import aicost as ac
from aicost.show.workshop import money


def run_cells(number: str, *marks: str, **names: Any) -> tuple[list[str], dict[str, Any]]:
    """Run the code cells of a notebook that hold the marks, among names; return what they say."""
    cells = nbformat.read(called(number), as_version=4).cells
    said: list[str] = []
    space = {"say": lambda *parts: said.extend(parts), "money": money, **names}
    for mark in marks:
        (source,) = (c.source for c in cells if c.cell_type == "code" and mark in c.source)
        exec(source, space)
    return said, space


class Gap:
    """A bridge of which only ends and sentence are asked."""

    before, after, bars, sentence = 100.0, 500.0, (1,), "The gap is $400."


@pytest.mark.parametrize(
    ("rows", "numbers", "largest"),
    [(300.0, 100.0, "its missing rows"), (100.0, 300.0, "its numbers"), (-50.0, 20.0, "its miss")],
)
def test_the_moral_of_the_first_bill_follows_its_figures(
    rows: float, numbers: float, largest: str
) -> None:
    said, _ = run_cells("00", "its missing rows", rows=rows, numbers=numbers, gap=Gap())
    assert said[0].startswith("Planned $100 a month, billed $500.")
    assert f"two mistakes, {largest}" in said[1]


def test_the_table_of_prompt_caches_has_what_is_written() -> None:
    case = ac.load(ROOT / "data" / "scenarios" / "contract-search-billed.yaml")
    _, space = run_cells(
        "01", "reads | {", "from the cache", case=case, call="answer", np=np, pd=pd
    )
    costs = pd.DataFrame(space["costs"])
    assert list(costs) == ["from the cache", "read", "and written", "kept for 1 h"]
    assert (costs["and written"] > costs["read"])[:3].all()  # nine tenths read leave little
    assert (costs["kept for 1 h"] >= costs["and written"]).all()


@pytest.mark.parametrize(("place", "words"), [("eu", "eu"), ("", "not said")])
def test_where_data_must_stay_is_read_beside_the_caches(place: str, words: str) -> None:
    case = ac.load(ROOT / "data" / "scenarios" / "contract-search-billed.yaml")
    here = replace(case.scenario.constraints, residency=place)
    case = case.of(replace(case.scenario, constraints=here))
    said, _ = run_cells("01", "must stay", case=case, stage=case.scenario.stage("answer"))
    assert said[-1] == f"Where the data must stay: {words}."


def test_going_back_in_the_first_bill_finds_its_names_as_they_were() -> None:
    """Only the case, once a what-if is put on it, the plan and an answer are named again."""
    cells = nbformat.read(called("00"), as_version=4).cells
    named: Counter[str] = Counter()
    for cell in (c for c in cells if c.cell_type == "code"):
        named.update(
            {
                name.id
                for line in ast.parse(cell.source).body
                if isinstance(line, ast.Assign)
                for target in line.targets
                for name in ast.walk(target)
                if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
            }
        )
    assert {name for name, times in named.items() if times > 1} == {"case", "before", "mine"}
