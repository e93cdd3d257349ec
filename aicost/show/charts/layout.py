"""Where things stand on a chart: widths of words, ticks, the frame around."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from aicost.show.charts.theme import AXIS_SIZE, INK, LABEL_SIZE, PAPER, TITLE_SIZE
from aicost.values.formatting import set_in_type

Layer = alt.Chart | alt.LayerChart

PHONE = 480  # narrower than this, what is beside the point is left to the table

#: Widths in ems by kind of letter, of the widest face that a reader may see: too wide is safe.
_NARROW, _WIDE = "ijl.,:;'|!()[] ft-/", "mwMW@%"
HEAVY = 1.08  # how much wider a bold face is


def text_width(text: str, size: float = LABEL_SIZE) -> float:
    """About how wide a line of text is, in pixels, rather too wide than too narrow."""
    return float(math.ceil(sum(_ems(c) for c in text) * size))


def _ems(c: str) -> float:
    if c in _NARROW:
        return 0.37
    if c in _WIDE:
        return 0.99
    return 0.72 if c.isupper() else 0.65 if c.isdigit() or c in "$→…" else 0.62


def shorten(text: str, width: float, size: float = LABEL_SIZE) -> str:
    """Cut a text to a width, with an ellipsis where something is missing."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(f"{text}…", size) > width:
        text = text[:-1].rstrip()
    return f"{text}…"


def wrap(text: str, width: float, size: float = LABEL_SIZE, most: int = 9) -> list[str]:
    """Break a text into lines no wider than `width`; the last of `most` lines is cut."""
    lines = [""]
    words = set_in_type(text).replace(" → ", " →\u00a0").split(" ")
    for i, word in enumerate(words):
        joined = f"{lines[-1]} {word}".strip(" ")
        if text_width(joined, size) <= width or not lines[-1]:
            lines[-1] = joined
        elif len(lines) == most:
            lines[-1] = " ".join([lines[-1], *words[i:]])
            break
        else:
            lines.append(word)
    cut = (shorten(line, width, size) for line in lines)
    return [line.replace("\u00a0", " ") for line in cut]


def balanced(text: str, width: float, size: float = LABEL_SIZE, most: int = 9) -> list[str]:
    """Break a text like `wrap`, its lines as even as they can be."""
    lines = wrap(text, width, size, most)
    narrow = width
    while len(lines) > 1:
        narrow -= size / 2
        tighter = wrap(text, narrow, size, most)
        if len(tighter) > len(lines) or "…" in "".join(tighter):
            break
        lines = tighter
    return lines


def log_ticks(low: float, high: float, most: int = 7) -> list[float]:
    """Round values within a range on a log scale, as many as there is room for.

    >>> log_ticks(80, 1.2e6, 5), log_ticks(2, 30, 5), log_ticks(1.1, 1.9, 5)
    ([100.0, 1000.0, 10000.0, 100000.0, 1000000.0], [2.0, 5.0, 10.0, 20.0], [1.2, 1.4, 1.6, 1.8])
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    best: list[float] = []
    for digits in _DIGITS:
        steps = (float(f"{d}e{e}") for e in range(first, last + 1) for d in digits)
        found = [v for v in steps if low * (1 - 1e-9) <= v <= high * (1 + 1e-9)]
        if len(found) > most:
            return best if len(best) > 1 else found[:: math.ceil(len(found) / most)]
        best = found
    return best


_TENTHS = [d / 10 for d in range(10, 100)]
_DIGITS: tuple[Sequence[float], ...] = (
    (1,),
    (1, 3),
    (1, 2, 5),
    range(1, 10),
    [d for d in _TENTHS if round(d * 10) % 2 == 0],
    _TENTHS,
)


def linear_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round values that reach over a range, zero among them."""
    low, high = min(low, 0.0), max(high, 0.0)
    high = high if high > low else 1.0
    rough = (high - low) / (most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * (1 - 1e-9))
    return [float(i * step) for i in range(math.floor(low / step), math.ceil(high / step) + 1)]


def lookup(values: Iterable[float], labels: Iterable[Any]) -> str:
    """The expression that words an axis: each of `values` with its own label."""
    return f"{json.dumps(list(labels))}[indexof({json.dumps(list(values))}, datum.value)]"


@dataclass(frozen=True)
class Scale:
    """An axis in pixels: what Vega-Lite will do with it, known beforehand to place labels."""

    low: float
    high: float
    pixels: float
    log: bool = False
    upwards: bool = False

    def at(self, value: float) -> float:
        """The pixel of a value, kept on the plot."""
        f = math.log if self.log else float
        kept = min(max(value, self.low), self.high)
        part = (f(kept) - f(self.low)) / (f(self.high) - f(self.low))
        return self.pixels * (1 - part if self.upwards else part)

    @property
    def encoded(self) -> alt.Scale:
        """Return it as Vega-Lite has it."""
        return alt.Scale(
            type="log" if self.log else "linear",
            domain=[self.low, self.high],
            nice=False,
            zero=False,
        )


@dataclass(frozen=True)
class Canvas:
    """The outer `width`, the margins and the plot's height; nothing is left to be measured."""

    width: float
    height: float
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0

    @property
    def plot(self) -> float:
        """The width of the plot itself."""
        return self.width - self.left - self.right

    def finish(self, layers: Sequence[Layer], title: str, description: str) -> alt.LayerChart:
        """Put layers, title and description together."""
        lines, space = balanced(title, self.width - 4, HEAVY * TITLE_SIZE), TITLE_SIZE + 5
        above = self.top + 12 + space * len(lines)
        rows = [(-self.left, space * (i + 0.5) - above, line) for i, line in enumerate(lines)]
        headline = texts(rows, fontSize=TITLE_SIZE, fontWeight=600)
        return alt.LayerChart(
            layer=[*layers, headline],
            width=self.plot,
            height=self.height,
            autosize=alt.AutoSizeParams(type="none"),
            padding={"left": self.left, "right": self.right, "top": above, "bottom": self.bottom},
            description=description,
        )


def texts(rows: Sequence[tuple[float, float, str]], **mark: Any) -> alt.Chart:
    """Words at pixels of the plot: rows of x, y, text."""
    mark = {"align": "left", "baseline": "middle", "fontSize": LABEL_SIZE, "color": INK, **mark}
    placed = alt.Chart(_inline(("x", "y", "text"), rows)).mark_text(**mark)
    return placed.encode(pixel("x"), pixel("y", y=True), alt.Text("text:N"))


def haloed(rows: Sequence[tuple[float, float, str]], **mark: Any) -> list[alt.Chart]:
    """Words that stay readable where they cross a line."""
    ring = {"stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round"}
    return [texts(rows, **mark, **ring), texts(rows, **mark)]


def segments(rows: Sequence[tuple[float, float, float, float]], **mark: Any) -> alt.Chart:
    """Straight lines between pixels of the plot: rows of x, y, x2, y2."""
    drawn = alt.Chart(_inline(("x", "y", "x2", "y2"), rows)).mark_rule(**mark)
    return drawn.encode(pixel("x"), pixel("y", y=True), alt.X2("x2"), alt.Y2("y2"))


def _inline(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> alt.InlineData:
    """Rows as Vega-Lite has them: a frame each, and channels by name, double a page's charts.

    A tuple, for Altair copies a list anew with each step of a chart.
    """
    plain = ([v if isinstance(v, str) else float(v) for v in row] for row in rows)
    return alt.InlineData(values=tuple(dict(zip(names, row, strict=True)) for row in plain))


def pixel(field: str, *, y: bool = False) -> Any:
    """An encoding by pixel: no scale, no axis."""
    kind = alt.Y if y else alt.X
    return kind(f"{field}:Q", scale=None, axis=None)


def row_names(
    names: Sequence[Sequence[str]],
    canvas: Canvas,
    row: float,
    bold: Sequence[bool],
    *,
    lift: float = 0.0,
) -> list[Layer]:
    """The names of rows, each of one line or more, at the left edge and `lift` higher."""
    layers: list[Layer] = []
    step = LABEL_SIZE + 3
    for heavy in (False, True):
        lines = [
            (-canvas.left, row * (i + 0.5) - lift + (k + (1 - len(name)) / 2) * step, text)
            for i, name in enumerate(names)
            if bool(bold[i]) == heavy
            for k, text in enumerate(name)
        ]
        if lines:
            layers.append(texts(lines, fontWeight=600 if heavy else "normal"))
    return layers


def row_axis(rows: int) -> alt.Y:
    """The axis of the field `row`, whose names stand beside the plot as text."""
    return alt.Y(
        "row:O",
        axis=None,
        sort=None,
        scale=alt.Scale(type="band", domain=list(range(rows)), padding=0),
    )


@dataclass(frozen=True)
class Note:
    """Words about a place on a plot."""

    x: float
    y: float
    text: str
    dashed: bool = False

    def said(self, units: str) -> str:
        """It as a sentence, where it stands along the axis said once."""
        size = f"{self.x:,.0f}"
        if self.text.endswith(size):
            return f" {self.text[:1].upper()}{self.text[1:]} {units}."
        return f" At {size} {units}: {self.text}."


LANE = AXIS_SIZE + 6


def notes_height(notes: Sequence[Note]) -> float:
    """The room that `noted` takes above a plot."""
    return LANE * len(notes) + (4 if notes else 0)


def noted(notes: Sequence[Note], canvas: Canvas) -> list[Layer]:
    """Words in lanes above a plot, each tied by a thin line to its place: none overlap.

    Words stand to the right of their line, the leftmost highest; where there is no room they
    stand to its left, the rightmost highest: so no line runs through the words of its own side.
    """
    if not notes:
        return []
    words: dict[str, list[tuple[float, float, str]]] = {"left": [], "right": []}
    ties: dict[bool, list[tuple[float, float, float, float]]] = {False: [], True: []}
    for lane, (note, text, align, x) in enumerate(_in_lanes(notes, canvas)):
        y = -4 - LANE * (len(notes) - lane - 0.5)
        words[align].append((x, y, text))
        ties[note.dashed].append((note.x, y - LANE / 2 + 2, note.x, note.y))
    layers: list[Layer] = [
        segments(lines, color=INK, strokeWidth=0.9, strokeDash=[3, 3] if dashed else [1, 0])
        for dashed, lines in ties.items()
        if lines
    ]
    for align, rows in words.items():
        layers += haloed(rows, fontSize=AXIS_SIZE, align=align) if rows else []
    return layers


def _in_lanes(notes: Sequence[Note], canvas: Canvas) -> list[tuple[Note, str, str, float]]:
    """Notes from the highest lane down: words, the side they are set from, and where."""
    edge, low = canvas.plot + canvas.right - 2, 2 - canvas.left
    ordered = sorted(notes, key=lambda n: n.x)
    texts = [shorten(n.text, canvas.width - 4, AXIS_SIZE) for n in ordered]
    wide = [text_width(t, AXIS_SIZE) + 5 for t in texts]
    tight = [n.x + w > edge for n, w in zip(ordered, wide, strict=True)]
    fits = [n.x - w >= low for n, w in zip(ordered, wide, strict=True)]
    if any(tight) and all(fits):
        tight = [True] * len(notes)
    rightwards, leftwards = [], []
    for note, text, w, go, can in zip(ordered, texts, wide, tight, fits, strict=True):
        if go and can:
            leftwards.append((note, text, "right", note.x - 5))
        else:
            rightwards.append((note, text, "left", min(note.x, edge - w) + 5))
    return leftwards[::-1] + rightwards
