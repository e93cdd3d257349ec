"""Whoever reads a page by keyboard, by ear, small or large, reads all of it: axe finds nothing.

`AICOST_REVIEW=FOLDER` holds every page of a review that was made with its chapters.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from browser import browser
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from aicost.show import charts
from aicost.show.charts.renderer import to_svg
from aicost.show.review.chapter_page import chapter_page

WIDTHS = (390, 1_200)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Tables of a page that do not fit; those of a chapter may be wide.
SIDEWAYS = """[...document.querySelectorAll('main:not(.chapter) .scroll')]
    .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText.slice(0, 60))"""


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, which a package of Python's brings along."""
    package = pytest.importorskip(
        "axe_playwright_python", reason="axe-playwright-python is missing"
    )
    return (Path(package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def chapter(tmp_path: Path) -> Path:
    """A chapter with all that one may have: pictures, wide tables, code, words, prints."""
    wide = pd.DataFrame({f"a long name of a column {i}": [1.5, 2.5] for i in range(9)})
    few = pd.DataFrame({"usd": [1, 2]}, index=["a", "b"])
    both = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")]))
    bars = charts.components_bar(
        pd.DataFrame({"component": ["inference", "hosting"], "usd": [3, 1], "share": [0.75, 0.25]})
    )
    shown = [{"image/svg+xml": to_svg(bars), "text/plain": "Where $4 a month goes."}]
    shown += [{"text/html": frame._repr_html_(), "text/plain": "x"} for frame in (wide, few, both)]
    shown += [{"text/markdown": "It costs **$5**."}, {"text/plain": "x" * 400}]
    outputs = [new_output("display_data", data=data) for data in shown]
    outputs += [new_output("stream", name="stdout", text="a  table\n" + "1  " * 200)]
    code = new_code_cell("y = " + "1 + " * 99 + "1", outputs=outputs)
    prose = (
        "# 00 · First\n\n**What?**\n\n```\n" + "x = 1; " * 60 + "\n```\n\n## Then\n\n> You may.\n\n"
    )
    prose += "| a | b |\n|---|---|\n| 1 | 2 |\n\n" + "w" * 300
    book = new_notebook(cells=[new_markdown_cell(prose), code])
    for cell in book.cells:
        cell.metadata["tags"] = []
    book.metadata["papermill"] = {"parameters": {}}
    html = chapter_page(book, path=tmp_path / "a.ipynb", title="First", siblings=(), error=None)
    file = tmp_path / "a.html"
    file.write_text(html, encoding="utf-8")
    return file


def faults(tab: Any, axe: str) -> Iterator[str]:
    """Yield what axe finds on an open page, and what is wider than the screen."""
    tab.evaluate(axe)
    found = tab.evaluate("rules => axe.run({ runOnly: rules })", RULES)
    for rule in found["violations"]:
        where = "; ".join(node["html"][:90] for node in rule["nodes"][:3])
        yield f"{rule['impact']}: {rule['id']} at {len(rule['nodes'])} places: {where}"
    if tab.evaluate("document.documentElement.scrollWidth > innerWidth"):
        yield "the page is wider than the screen"
    for words in tab.evaluate(SIDEWAYS):
        yield f"a table scrolls sideways: {words}"


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(folder: Path, chapter: Path, axe: str, width: int) -> None:
    named = os.environ.get("AICOST_REVIEW")
    pages = sorted(Path(named).rglob("*.html")) if named else [folder / "index.html", chapter]
    assert pages
    with browser() as open_page:
        assert {page.name: [*faults(open_page(page, width), axe)] for page in pages} == {
            page.name: [] for page in pages
        }


def test_the_first_stop_leads_past_what_all_pages_have(folder: Path, chapter: Path) -> None:
    with browser() as open_page:
        for page, where in ((folder / "index.html", "#cost"), (chapter, "#chapter")):
            tab = open_page(page)
            tab.keyboard.press("Tab")
            assert tab.evaluate("document.activeElement.getAttribute('href')") == where
            assert tab.locator(":focus").bounding_box()["x"] >= 0
            tab.keyboard.press("Enter")
            assert tab.locator(where).count() == 1
            assert tab.evaluate("location.hash") == where
