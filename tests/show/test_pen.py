"""The pen: the same picture from next door as from here, and one where next door fails."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aicost.show import pen

SPEC = {
    "description": "Two points < one line & äöü €.",
    "data": {"values": [{"x": 1, "y": 2}, {"x": 2, "y": 3}]},
    "mark": "point",
    "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y"}},
}


@pytest.fixture
def drawing() -> Iterator[pen.Pen]:
    made = pen.Pen()
    yield made
    made.close()


def test_next_door_draws_what_would_be_drawn_here(drawing: pen.Pen) -> None:
    here = pen.svg(SPEC)
    assert [drawing.draw(SPEC).result(), drawing.draw(SPEC).result()] == [here, here]
    assert "Two points &lt; one line &amp; äöü €." in here
    assert drawing._process is not None


def test_a_process_that_was_killed_is_made_up_for(drawing: pen.Pen) -> None:
    first = drawing.draw(SPEC).result()
    process = drawing._process
    assert process is not None
    process.kill()
    process.wait()
    assert drawing.draw(SPEC).result() == first
    assert drawing.draw(SPEC).result() == first


@pytest.mark.parametrize("program", ["/no/such/python", "", None])
def test_without_a_second_process_this_one_draws(
    monkeypatch: pytest.MonkeyPatch, drawing: pen.Pen, program: str | None
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    assert drawing.draw(SPEC).result() == pen.svg(SPEC)


def test_what_cannot_be_drawn_is_raised(drawing: pen.Pen) -> None:
    with pytest.raises(ValueError, match="conversion failed"):
        drawing.draw({"mark": "no such mark", "data": {"values": []}}).result()


def test_it_reads_no_module_of_the_folder_it_is_called_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drawing: pen.Pen
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('read')\n")
    monkeypatch.chdir(tmp_path)
    drawing.draw(SPEC).result()
    assert drawing._process is not None


def test_it_answers_line_by_line() -> None:
    told = io.StringIO()
    pen.serve([json.dumps(SPEC), json.dumps(SPEC)], told)
    first, second = told.getvalue().splitlines()
    assert json.loads(first) == json.loads(second) == pen.svg(SPEC)


def test_digits_that_nobody_sees_change_nothing() -> None:
    """NumPy's versions differ in the last bits of a sum."""
    values = [{"x": x / 7, "y": 1e3 * x / 3} for x in range(1, 9)]
    moved = [{"x": row["x"] * (1 + 3e-16), "y": row["y"] * (1 - 3e-16)} for row in values]
    axes = {name: {"field": name, "type": "quantitative"} for name in "xy"}
    one, other = (
        {"description": "A line.", "data": {"values": v}, "mark": "line", "encoding": axes}
        for v in (values, moved)
    )
    assert values != moved
    assert pen.svg(one) == pen.svg(other)
    drawn = pen.svg(one)
    assert re.search(r' d="M[\d.,L]+"', drawn)
    assert re.findall(r' (?:d|x|y|x2|y2|transform)="[^"]*\d\.\d{3,}', drawn) == []
