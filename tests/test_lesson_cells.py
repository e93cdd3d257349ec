"""Sentences that cells of notebooks make of figures: with other figures they say otherwise."""

import dis
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import CodeType
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest
from notebook_run import NOTEBOOKS, called
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


#: By notebook what two cells name and a third one reads: what is settled from the parameters, an
#: answer that the lesson goes on with, a search that goes on where it was.
NAMED_AGAIN = {
    "00": {"before", "by_hand", "case"},
    "01": {"case"},
    "02": {"case", "given"},
    "03": {"case", "centres", "has_search", "home", "search"},
    "04": {"case", "name"},
    "05": {"case", "stage"},
    "07": {"case", "what_if"},
    "08": {"case"},
    "09": {"case"},
    "10": {"high", "low"},
}


def reads_and_names(code: CodeType) -> tuple[set[str], set[str]]:
    """The names that a cell takes from other cells, and those it gives; not what it imports."""
    reads: set[str] = set()
    given: set[str] = set()
    importing = False
    for line in dis.get_instructions(code):
        if line.opname in ("LOAD_NAME", "LOAD_GLOBAL") and line.argval not in given:
            reads.add(line.argval)
        elif line.opname == "STORE_NAME" and not importing:
            given.add(line.argval)
        elif isinstance(line.argval, CodeType):
            reads |= reads_and_names(line.argval)[0] - given
        importing = line.opname in ("IMPORT_NAME", "IMPORT_FROM")
    return reads, given


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_going_back_finds_the_names_as_they_were(path: Path) -> None:
    """A reader runs an earlier cell again, or a later one first: a name is of one thing."""
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    moves = [reads_and_names(compile(c.source, path.name, "exec")) for c in cells]
    times = Counter(name for _, given in moves for name in given)
    read = {name for reads, _ in moves for name in reads}
    assert {name for name in read if times[name] > 1} == NAMED_AGAIN.get(path.stem[:2], set())


def test_a_function_in_a_cell_is_left_to_the_reader() -> None:
    """What is defined there is an exercise; machinery stands in the kit."""
    for path in NOTEBOOKS:
        for cell in nbformat.read(path, as_version=4).cells:
            defined = re.findall(r"^def .*\n((?:    .*\n?)+)", cell.source, re.MULTILINE)
            assert cell.cell_type != "code" or set(defined) <= {"    return ...\n"}


@pytest.mark.parametrize("name", ["claims-review", "catalogue-overnight"])
def test_claims_and_records_are_not_told_apart_by_how_often_they_ask(name: str) -> None:
    case = ac.load(ROOT / "data" / "scenarios" / f"{name}.yaml")
    traffic = case.point.scenario.traffic
    here = {"case": case, "traffic": traffic, "unit": traffic.usage_units}
    said, _ = run_cells("10", "often = ", "user_margins", **here)
    assert said[0].startswith(f"Not users are counted here but {traffic.usage_units}, each")
