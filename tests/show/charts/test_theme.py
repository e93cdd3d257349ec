"""One colour and one dash a component, everywhere."""

import re

import pytest
from chart_frames import frames

from aicost.show import charts
from aicost.show.charts.points import OTHERS
from aicost.show.charts.renderer import spec_of, to_svg
from aicost.show.charts.searches import OTHERS as STORES
from aicost.show.charts.theme import (
    COMPONENT_COLOURS,
    COMPONENT_DASHES,
    DOWN,
    INK,
    NEUTRAL,
    PAPER,
    SOFT,
    SPARE,
    UP,
)
from aicost.values.charge import COMPONENTS


def test_a_component_has_one_colour_and_one_dash() -> None:
    assert tuple(COMPONENT_COLOURS) == tuple(COMPONENT_DASHES) == COMPONENTS
    assert len(set(COMPONENT_COLOURS.values())) == len(COMPONENTS)
    assert len({tuple(d) for d in COMPONENT_DASHES.values()}) == len(COMPONENTS)


#: What a chart's line lies on: a page, JupyterLab's dark theme, VS Code's.
GROUNDS = (PAPER, "#111111", "#1e1e1e")


def luminance(colour: str) -> float:
    """Return relative luminance as WCAG 2.2 defines it."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_the_known_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("colour", [*COMPONENT_COLOURS.values(), *SPARE])
def test_a_component_stands_out_from_what_it_lies_on(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 3


@pytest.mark.parametrize("colour", [UP, DOWN, NEUTRAL, INK, SOFT, OTHERS, STORES])
def test_other_lines_stand_out_from_paper(colour: str) -> None:
    assert contrast(colour, PAPER) >= 3


@pytest.mark.parametrize("colour", [INK, SOFT, UP])
def test_words_are_read_on_paper(colour: str) -> None:
    assert contrast(colour, PAPER) >= 4.5


def test_lines_drawn_are_as_strong_as_their_colours() -> None:
    """Nothing of a component is made pale on its way to the page."""
    f = frames("contract-search-billed")
    for chart in (charts.usage_curve(f["usage"]), charts.growth_lines(f["growth"].frame)):
        for layer in spec_of(chart)["layer"]:
            assert layer["mark"].get("opacity", 1) == 1


@pytest.mark.parametrize("kept", [slice(None), slice(1, None), slice(None, None, 2)])
def test_colours_do_not_hang_on_what_else_is_there(kept: slice) -> None:
    pytest.importorskip("vl_convert")
    f = frames("contract-search-billed")
    there = list(f["components"]["component"])[kept]
    some = f["components"][f["components"]["component"].isin(there)]
    usage = f["usage"][f["usage"]["component"].isin(there)]
    for chart in (
        charts.components_bar(some),
        charts.usage_curve(usage),
        charts.growth_lines(f["growth"].frame[["month", "usd", *there]]),
    ):
        values = [row for data in spec_of(chart)["datasets"].values() for row in data]
        found = {r["component"]: r["colour"] for r in values if "component" in r and "colour" in r}
        assert found == {name: COMPONENT_COLOURS[name] for name in there}
        painted = set(re.findall(r'(?:fill|stroke)="(#\w{6})"', to_svg(chart)))
        others = set(COMPONENT_COLOURS.values()) - set(found.values())
        assert not painted & others
