"""Charts leave the kit as pictures that need no network, and as what notebooks may store."""

import importlib.util
import re
import sys
from html import unescape
from xml.etree import ElementTree

import altair as alt
import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook, new_output
from places import ROOT

import aicost
from aicost.show import charts
from aicost.show.charts import use
from aicost.show.charts.renderer import (
    MIME,
    THEME,
    WITHOUT_PICTURES,
    bundle,
    spec_of,
    to_png,
    to_svg,
)
from aicost.show.charts.theme import FONT
from aicost.show.workshop.panel import panel

pytest.importorskip("vl_convert")

SVG = "{http://www.w3.org/2000/svg}"
WIDGET = "application/vnd.jupyter.widget-view+json"


def bars(**usd: float) -> alt.LayerChart:
    """Return a chart of components."""
    f = pd.DataFrame({"component": list(usd), "usd": list(usd.values())})
    return charts.components_bar(f.assign(share=f["usd"] / f["usd"].sum()))


def clipped(**usd: float) -> alt.LayerChart:
    """Return a chart that clips, for which the converter makes up ids."""
    f = pd.DataFrame([(n, c, v * n) for c, v in usd.items() for n in (100.0, 1e6)])
    return charts.usage_curve(f.set_axis(["users", "component", "usd"], axis=1))


@pytest.fixture
def as_before():
    """Leave Altair's theme and renderer as they were."""
    theme, renderer = alt.theme.active, alt.renderers.active
    yield
    alt.theme.enable(theme)
    alt.renderers.enable(renderer)


def test_a_picture_says_what_it_shows() -> None:
    chart = bars(inference=3.0, hosting=1.0)
    root = ElementTree.fromstring(to_svg(chart))
    told = spec_of(chart)["description"]
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == root[0].text == told
    assert root[0].tag == f"{SVG}title"


def test_words_are_escaped() -> None:
    f = pd.DataFrame(
        {
            "label": ["plan", 'a < b & "c"', "bill"],
            "usd": [1.0, 1.0, 2.0],
            "kind": ["total", "step", "total"],
        }
    )
    svg = to_svg(charts.bridge_waterfall(f))
    assert 'a < b & "c"' in ElementTree.fromstring(svg).attrib["aria-label"]
    assert 'a < b & "c"' in [unescape(t) for t in re.findall(r">([^<>]+)</text>", svg)]


def test_a_picture_needs_nothing_from_outside() -> None:
    svg = to_svg(clipped(inference=2.0, hosting=1.0))
    assert set(re.findall(r"\w+://[^\"' ]+", svg)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert not re.search(r"<(script|image|foreignObject|style|link)\b", svg)
    assert set(re.findall(r'font-family="([^"]+)"', svg)) == {FONT}


def test_the_same_bytes_each_time() -> None:
    first, second = (clipped(inference=2.0, hosting=1.0) for _ in range(2))
    assert to_svg(first) == to_svg(second)
    assert to_png(first) == to_png(second)


def test_two_pictures_on_one_page_share_no_id() -> None:
    one, two = (to_svg(clipped(inference=v, hosting=1.0)) for v in (2.0, 5.0))
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (one, two)]
    assert ids[0]
    assert not ids[0] & ids[1]
    for svg, own in zip((one, two), ids, strict=True):
        assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= own


def test_the_look_does_not_hang_on_the_notebook(as_before: None) -> None:
    chart = bars(inference=3.0, hosting=1.0)
    plain = to_svg(chart)
    alt.theme.enable("dark")
    assert to_svg(chart) == plain
    assert alt.theme.active == "dark"


def test_a_png_is_twice_as_wide() -> None:
    png = to_png(bars(inference=1.0))
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == 2 * 720


def test_a_bundle_is_what_a_notebook_may_store() -> None:
    shown = bundle(spec_of(bars(inference=3.0, hosting=1.0)))
    assert list(shown) == [MIME, "image/svg+xml", "text/plain"]
    assert shown["text/plain"].startswith("Where $4.00 a month goes")
    assert shown[MIME]["$schema"].endswith("/v5.json")
    cell = new_code_cell("chart", outputs=[new_output("display_data", data=shown)])
    nbformat.validate(new_notebook(cells=[cell]))


def test_use_turns_on_look_and_renderer(
    as_before: None, capsys: pytest.CaptureFixture[str]
) -> None:
    use()
    assert (alt.theme.active, alt.renderers.active) == (THEME, "aicost")
    shown = bars(inference=1.0)._repr_mimebundle_()
    assert MIME in shown
    assert "image/svg+xml" in shown
    assert capsys.readouterr().out == ""


def test_without_the_converter_it_falls_back_and_says_so(
    as_before: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)  # as if it were not installed
    assert importlib.util.find_spec("vl_convert") is None
    use()
    assert capsys.readouterr().out == f"{WITHOUT_PICTURES}\n"
    assert list(bundle(spec_of(bars(inference=1.0)))) == [MIME, "text/plain"]
    with pytest.raises(ImportError, match="vl-convert-python"):
        to_svg(bars(inference=1.0))


FILE = "data/scenarios/help-desk.yaml"
SLIDERS = {"users": (100, 1_000_000), "answer.turns.p50": (1, 5)}
CELLS = (
    "import aicost\n"
    "from aicost.show import charts\n"
    "from aicost.show.workshop.panel import panel\n"
    "charts.use()",
    f"case = aicost.load({FILE!r})\ncharts.components_bar(charts.component_frame(case.bill))",
    f"panel(case, {SLIDERS!r})",
)


def test_a_notebook_stores_the_same_as_is_made_here() -> None:
    book = new_notebook(cells=[new_code_cell(source) for source in CELLS])
    resources = {"metadata": {"path": str(ROOT)}}
    NotebookClient(book, timeout=300, kernel_name="python3", resources=resources).execute()
    nbformat.validate(book)
    assert book.cells[0].outputs == []
    chart, live = (cell.outputs[0]["data"] for cell in book.cells[1:])
    case = aicost.load(ROOT / FILE)
    assert chart == bundle(spec_of(charts.components_bar(charts.component_frame(case.bill))))
    view = panel(case, SLIDERS)
    assert live.keys() == {WIDGET, "image/svg+xml", "text/plain"}
    assert live["image/svg+xml"] == to_svg(view.chart)
    assert live["text/plain"] == f"{view.sentence}\naicost bill {FILE}"
