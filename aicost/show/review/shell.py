"""What every page of a review has, chapters too: its policy, its style, words that hide nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from aicost.values.visible import visible

HERE = Path(__file__).parent
#: What a browser may do with a page: show what is in it, and fetch nothing, from nowhere.
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'"
)


def css_of(*names: str) -> Markup:
    """Style sheets of this folder, one after the other."""
    return Markup("".join((HERE / name).read_text(encoding="utf-8") for name in names))


def finished(page: str) -> str:
    """A page as it is written: the one place that every word on it passes."""
    return visible(page)


def notes_html(notes: str) -> Markup:
    """Notes of a review as HTML; a picture that is not in them is named, for none is fetched."""
    reader = MarkdownIt("js-default")
    reader.add_render_rule("image", _picture)
    return Markup(reader.render(notes))


def _picture(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, environment: Any
) -> str:
    token = tokens[at]
    if str(token.attrs["src"]).startswith("data:"):
        return self.image(tokens, at, options, environment)
    return str(escape(f"[a picture that is not in this page: {token.content or 'without words'}]"))
