"""How charts look: one colour per component everywhere, type, sizes, and numbers in few signs."""

from __future__ import annotations

from itertools import chain, cycle
from typing import Any

from aicost.components.stage import registry
from aicost.values.charge import COMPONENTS
from aicost.values.formatting import digits, money
from aicost.values.money import spoken

#: The hues of Okabe and Ito's palette (https://jfly.uni-koeln.de/color/, read 2026-11-23), each as
#: light as it takes to stand out 3:1 from paper and from a dark notebook alike, and as far from
#: the others as that leaves room for, seen by colour-blind readers too; two greys stand aside.
PALETTE = (
    "#1B9AEF",
    "#4969A5",
    "#05A16A",
    "#988700",
    "#E86960",
    "#995C01",
    "#CC71CF",
    "#746E6D",
    "#8D959A",
)
#: For components that the kit was given later.
SPARE = ("#8C7AE6", "#2C9AA0", "#7F9140", "#C0587F")
DASHES: tuple[list[int], ...] = (
    [1, 0],
    [2, 2],
    [8, 3],
    [5, 2],
    [10, 2, 2, 2],
    [4, 4],
    [6, 2, 1, 2],
    [12, 4],
    [1, 3],
)


def _every_component() -> tuple[str, ...]:
    """The components in the order of the argument, then those of stages that were added."""
    own = {stage.component for stage in registry().values()}
    return (*COMPONENTS, *sorted(own - set(COMPONENTS)))


#: One colour a component, everywhere.
COMPONENT_COLOURS = dict(zip(_every_component(), chain(PALETTE, cycle(SPARE)), strict=False))

#: A dash for each component, so that no line is told by its colour alone.
COMPONENT_DASHES = dict(zip(_every_component(), cycle(DASHES), strict=False))


#: How far a number can be trusted, most first: the darker the surer.
BASIS_COLOURS = {
    "stated": "#1F4E66",
    "listed": "#5B8FA8",
    "given": "#A9C9D8",
    "assumed": "#E8E2D4",
}

INK = "#1b2631"
SOFT = "#5b6876"
LINE = "#e3e7ec"
PAPER = "#ffffff"
BAND = "#D9DFE5"  # how far it may go
UP = "#9E2F50"  # neither is a component's colour
DOWN = "#3E8494"
NEUTRAL = "#8793A0"

FONT = "Inter, Segoe UI, Helvetica, Arial, sans-serif"
TITLE_SIZE, LABEL_SIZE, AXIS_SIZE = 15, 12, 11

_THOUSANDS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


def config() -> dict[str, Any]:
    """The Vega-Lite configuration of every chart."""
    axis = {
        "domainColor": NEUTRAL,
        "gridColor": LINE,
        "gridWidth": 1,
        "labelColor": SOFT,
        "labelFontSize": AXIS_SIZE,
        "labelFlush": False,
        "labelLimit": 0,
        "labelOverlap": False,
        "labelPadding": 6,
        "tickColor": NEUTRAL,
        "ticks": False,
        "titleColor": SOFT,
        "titleFontSize": AXIS_SIZE,
        "titleFontWeight": "normal",
    }
    return {
        "axis": axis,
        "background": PAPER,
        "font": FONT,
        "title": {"anchor": "start", "color": INK, "fontSize": TITLE_SIZE, "fontWeight": 600},
        "text": {"color": INK, "fontSize": LABEL_SIZE, "aria": False},
        "rule": {"aria": False},
        "view": {"stroke": None},
    }


def short(value: float) -> str:
    """A number in at most three digits and a letter.

    >>> short(100), short(1000), short(13240.6), short(1_250_000), short(0.25), short(-2e9)
    ('100', '1k', '13.2k', '1.25M', '0.25', '-2B')
    """
    for size, letter in _THOUSANDS:
        if abs(value) >= size * 0.9995:
            return f"{value / size:.3g}{letter}"
    return digits(value, 3)


def short_usd(value: float) -> str:
    """Dollars short enough for an axis, in the currency that is spoken.

    >>> short_usd(20_000), short_usd(0.00005), short_usd(-1_500), short_usd(0.5)
    ('$20k', '$0.00005', '-$1.5k', '$0.50')
    """
    amount = spoken().of(value)
    sign, size = "-" if amount < 0 else "", abs(amount)
    words = f"{size:.2f}" if 0.095 < size < 10 and size != int(size) else short(size)
    return f"{sign}{spoken().sign}{words}"


def label_usd(value: float) -> str:
    """Dollars as a label, in the currency that is spoken: in full up to a million.

    >>> label_usd(13240.6), label_usd(1_234_567.0), label_usd(-8.5), label_usd(0.0)
    ('$13,241', '$1.23M', '-$8.50', '$0')
    """
    if value == 0:
        return f"{spoken().sign}0"
    return money(value) if abs(spoken().of(value)) < 999_999.5 else short_usd(value)


def label_share(share: float) -> str:
    """A share in whole percent; what is there but small is not called nothing.

    >>> label_share(0.428), label_share(0.0004), label_share(0.0), label_share(-0.02)
    ('43 %', '< 0.5 %', '0 %', '-2 %')
    """
    if 0 < abs(share) < 0.005:
        return "< 0.5 %" if share > 0 else "> -0.5 %"
    return f"{share * 100:.0f} %"


def times(ratio: float) -> str:
    """A ratio as a number of times.

    >>> times(879.3), times(10_000), times(4.05), times(0.37)
    ('879', '10,000', '4', '0.37')
    """
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.2g}"


def plural(unit: str) -> str:
    """What the client counts, for many.

    >>> plural("user"), plural("query"), plural("day"), plural("batch")
    ('users', 'queries', 'days', 'batches')
    """
    if unit.endswith("y") and unit[-2:-1] not in "aeiou":
        return f"{unit[:-1]}ies"
    return f"{unit}es" if unit.endswith(("s", "x", "ch", "sh")) else f"{unit}s"


def each(unit: str) -> str:
    """What a cost is for: a user comes back month after month, a claim or a record does not.

    >>> each("user"), each("claim")
    ('user and month', 'claim')
    """
    return "user and month" if unit == "user" else unit
