"""One colour and one dash a component, everywhere."""

import re

import pytest
from chart_frames import frames

from aicost.show import charts
from aicost.show.charts.renderer import spec_of, to_svg
from aicost.show.charts.theme import COMPONENT_COLOURS, COMPONENT_DASHES
from aicost.values.charge import COMPONENTS


def test_a_component_has_one_colour_and_one_dash() -> None:
    assert tuple(COMPONENT_COLOURS) == tuple(COMPONENT_DASHES) == COMPONENTS
    assert len(set(COMPONENT_COLOURS.values())) == len(COMPONENTS)
    assert len({tuple(d) for d in COMPONENT_DASHES.values()}) == len(COMPONENTS)


def test_the_palette_is_okabe_and_itos() -> None:
    palette = {"#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442"}
    assert palette < set(COMPONENT_COLOURS.values())


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
