"""How charts become pictures with no network: SVG for pages, PNG, and notebooks' own bundle."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from html import escape
from typing import Any

import altair as alt

from aicost.show.charts.theme import THEME

RENDERER = "aicost"

#: JupyterLab 4 draws this one; Altair's own name for version 6 is known to no notebook.
MIME = "application/vnd.vegalite.v5+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"

WITHOUT_PICTURES = (
    "vl-convert-python is not installed: JupyterLab draws the charts, exported pages show their "
    "descriptions instead. To have pictures: pip install 'aicost-kit[kit]'"
)

Chart = alt.Chart | alt.LayerChart


def use() -> None:
    """Turn on the look and the offline renderer for every chart of this notebook."""
    alt.theme.enable(THEME)
    alt.renderers.register(RENDERER, bundle)
    alt.renderers.enable(RENDERER)
    if not has_pictures():
        print(WITHOUT_PICTURES)


def has_pictures() -> bool:
    """Say whether vl-convert, which draws without a browser, is installed."""
    return importlib.util.find_spec("vl_convert") is not None


def bundle(spec: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A chart as notebooks store it: live for JupyterLab, SVG for exports, words for all."""
    words = _words(spec)
    known = {**spec, "$schema": SCHEMA}
    picture = {"image/svg+xml": svg_of(spec)} if has_pictures() else {}
    return {MIME: known, **picture, "text/plain": words}


def to_svg(chart: Chart) -> str:
    """A chart as SVG that stands alone or inside a page: named, offline, always the same."""
    return svg_of(spec_of(chart))


def to_png(chart: Chart, *, scale: float = 2) -> bytes:
    """A chart as PNG, `scale` pixels to one of its own."""
    return _converter().vegalite_to_png(spec_of(chart), scale=scale, allowed_base_urls=[])


def spec_of(chart: Chart) -> dict[str, Any]:
    """A chart's specification in the kit's look, whatever the notebook has turned on.

    The kit's own charts are held to the schema by a test, so that a page need not check each again.
    """
    with alt.theme.enable(THEME):
        return chart.to_dict(validate=False)


def _converter() -> Any:
    if not has_pictures():
        raise ImportError("drawing takes vl-convert-python; run: pip install 'aicost-kit[kit]'")
    import vl_convert

    return vl_convert


def _words(spec: dict[str, Any]) -> str:
    return str(spec.get("description", "A chart without a description."))


def svg_of(spec: dict[str, Any]) -> str:
    """Draw a specification, and name the picture."""
    drawn = _converter().vegalite_to_svg(spec, allowed_base_urls=[])
    key = hashlib.blake2b(json.dumps(spec, sort_keys=True).encode(), digest_size=4).hexdigest()
    drawn = _own_ids(drawn, f"c{key}-")
    words = escape(_words(spec))
    named = f'<svg role="img" aria-label="{words}" style="max-width:100%;height:auto" '
    body = drawn.replace("<svg ", named, 1)
    return body.replace(">", f"><title>{words}</title>", 1)


def _own_ids(svg: str, prefix: str) -> str:
    """Give a picture ids of its own, numbered from 0: the converter counts on through its life."""
    for number, name in enumerate(dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg))):
        svg = re.sub(
            rf'(\bid="|url\(#|href="#){re.escape(name)}(?=["\)])', rf"\g<1>{prefix}{number}", svg
        )
    return svg
