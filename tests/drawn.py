"""What is drawn on a chart, measured by the library that draws it."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st

from aicost.show.charts.renderer import spec_of

vl_convert = pytest.importorskip("vl_convert")

WIDTHS = (720, 340)


class Word(NamedTuple):
    """A line of text on a chart, with its box in pixels of the whole picture."""

    text: str
    x1: float
    x2: float
    y1: float
    y2: float


_WIDTHS: dict[tuple[str, float, Any, str], float] = {}


def measured(lines: list[tuple[str, float, Any, str]]) -> dict[tuple[str, float, Any, str], float]:
    """Return the widths of lines of text (text, size, weight, font) as the converter sets them."""
    values = [dict(zip(("text", "size", "weight", "font"), line, strict=True)) for line in lines]
    enter = {
        "text": {"field": "text"},
        "fontSize": {"field": "size"},
        "fontWeight": {"field": "weight"},
        "font": {"field": "font"},
    }
    boxes = {"x": {"field": "bounds.x1"}, "x2": {"field": "bounds.x2"}, "height": {"value": 1}}
    spec = {
        "width": 1,
        "height": 1,
        "data": [{"name": "lines", "values": values}],
        "marks": [
            {
                "type": "text",
                "name": "words",
                "from": {"data": "lines"},
                "encode": {"enter": enter},
            },
            {"type": "rect", "from": {"data": "words"}, "encode": {"update": boxes}},
        ],
    }
    scene = vl_convert.vega_to_scenegraph(spec)["scenegraph"]
    widths = [item["width"] for kind, item, *_ in items(scene, 0, 0) if kind == "rect"]
    return dict(zip(lines, widths, strict=True))


def items(node: Any, x: float, y: float) -> Iterator[tuple[str, Any, float, float]]:
    """Yield every drawn item with its kind and the origin of its group."""
    for item in node.get("items", ()):
        kind = node["marktype"]
        yield kind, item, x, y
        if kind == "group":
            for mark in item.get("items", ()):
                yield from items(mark, x + item.get("x", 0), y + item.get("y", 0))


def drawn(chart: Any) -> tuple[list[Word], float, float]:
    """Return the words of a chart, or its specification, with boxes, and its width and height."""
    spec = chart if isinstance(chart, dict) else spec_of(chart)
    found = vl_convert.vegalite_to_scenegraph(spec, allowed_base_urls=[])
    left, top = found["origin"]
    texts = {}
    for kind, t, x, y in items(found["scenegraph"], left, top):
        if kind == "text" and t.get("text") and t.get("opacity", 1):
            line = (str(t["text"]), t["fontSize"], t.get("fontWeight", "normal"), t["font"])
            at = (x + t.get("x", 0) + t.get("dx", 0), y + t.get("y", 0) + t.get("dy", 0))
            texts[line, at] = (t.get("align", "left"), t.get("baseline", "alphabetic"))
    new = sorted({line for line, _ in texts} - _WIDTHS.keys(), key=str)
    _WIDTHS.update(measured(new) if new else {})
    words = [_word(line, at, *look, _WIDTHS[line]) for (line, at), look in texts.items()]
    return words, found["width"], found["height"]


def _word(line: Any, at: Any, align: str, baseline: str, width: float) -> Word:
    text, size, (x, y) = line[0], line[1], at
    x1 = x - width * {"left": 0, "center": 0.5, "right": 1}[align]
    top = y - size * {"top": 0, "middle": 0.5, "alphabetic": 0.8, "bottom": 1}[baseline]
    return Word(text, x1, x1 + width, top + 0.12 * size, top + 0.88 * size)


def faults(chart: Any) -> list[str]:
    """Return the words that are cut off at an edge or lie over others."""
    words, width, height = drawn(chart)
    cut = [
        f"cut: {w}"
        for w in words
        if w.x1 < -0.5 or w.x2 > width + 0.5 or w.y1 < -0.5 or w.y2 > height + 0.5
    ]
    over = [
        f"over each other: {a} {b}"
        for a, b in combinations(words, 2)
        if min(a.x2, b.x2) - max(a.x1, b.x1) > 0.5 and min(a.y2, b.y2) - max(a.y1, b.y1) > 0.5
    ]
    return cut + over


def words(chart: Any) -> set[str]:
    """Return every line of text that stands on a chart."""
    return {w.text for w in drawn(chart)[0]}


AMOUNTS = st.one_of(
    st.just(0.0),
    st.floats(1e-5, 1e-2),
    st.floats(0.1, 1e4),
    st.floats(1e6, 1e11),
    st.floats(-1e5, -0.01),
)
