"""How charts become pictures with no network: SVG for pages, PNG, and notebooks' own bundle."""

from __future__ import annotations

from typing import Any

import altair as alt

from aicost.show.charts.theme import config
from aicost.show.pen import converter, description, has_pictures, svg
from aicost.values.visible import visible

RENDERER = "aicost"
THEME = "aicost"

#: JupyterLab 4 draws this one; Altair's own name for version 6 is known to no notebook.
MIME = "application/vnd.vegalite.v5+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"

WITHOUT_PICTURES = (
    "vl-convert-python is not installed: JupyterLab draws the charts, exported pages show their "
    "descriptions instead. To have pictures: pip install 'aicost-kit[kit]'"
)

Chart = alt.Chart | alt.LayerChart


@alt.theme.register(THEME, enable=False)
def aicost_theme() -> alt.theme.ThemeConfig:
    """The theme that `use` turns on for every chart of a notebook."""
    return {"config": config()}  # type: ignore[typeddict-item]


def use() -> None:
    """Turn on the look and the offline renderer for every chart of this notebook."""
    alt.theme.enable(THEME)
    alt.renderers.register(RENDERER, bundle)
    alt.renderers.enable(RENDERER)
    if not has_pictures():
        print(WITHOUT_PICTURES)


def bundle(spec: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A chart as notebooks store it: live for JupyterLab, SVG for exports, words for all."""
    spec = _visible(spec)
    words = description(spec)
    known = {**spec, "$schema": SCHEMA}
    picture = {"image/svg+xml": svg(spec)} if has_pictures() else {}
    return {MIME: known, **picture, "text/plain": words}


def to_svg(chart: Chart) -> str:
    """A chart as SVG that stands alone or inside a page: named, offline, always the same."""
    return svg(spec_of(chart))


def to_png(chart: Chart, *, scale: float = 2) -> bytes:
    """A chart as PNG, `scale` pixels to one of its own."""
    return converter().vegalite_to_png(spec_of(chart), scale=scale, allowed_base_urls=[])


def spec_of(chart: Chart) -> dict[str, Any]:
    """A chart's specification in the kit's look, whatever the notebook has turned on.

    The kit's own charts are held to the schema by a test, so that a page need not check each again.
    """
    with alt.theme.enable(THEME):
        return _visible(chart.to_dict(validate=False))


def _visible(part: Any) -> Any:
    """A part of a specification with nothing hidden in its words."""
    if isinstance(part, str):
        return visible(part)
    if isinstance(part, dict):
        return {name: _visible(inner) for name, inner in part.items()}
    return [_visible(inner) for inner in part] if isinstance(part, list | tuple) else part
