"""The pen: what is drawn says what it shows, and the same on every machine."""

from __future__ import annotations

import re

import pytest

from aicost.show import pen

SPEC = {
    "description": "Two points < one line & äöü €.",
    "data": {"values": [{"x": 1, "y": 2}, {"x": 2, "y": 3}]},
    "mark": "point",
    "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y"}},
}


def test_a_picture_says_what_it_shows() -> None:
    assert "Two points &lt; one line &amp; äöü €." in pen.svg(SPEC)


def test_what_cannot_be_drawn_is_raised() -> None:
    with pytest.raises(ValueError, match="conversion failed"):
        pen.svg({"mark": "no such mark", "data": {"values": []}})


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
