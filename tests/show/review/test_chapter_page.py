"""A notebook becomes a page: figures to the right, names for paths, links that lead on."""

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from aicost.show.review.chapter_page import (
    DOLLAR,
    FIGURE,
    _aligned,
    _alt,
    _for_a_client,
    _hiding,
    _linked,
    _shown,
    heading,
)
from aicost.show.review.shell import notes_html
from aicost.show.workshop.sentences import escaped


def cells(frame: pd.DataFrame) -> list[list[str]]:
    """Return the rows of a frame's table on a page, with > before what stands to the right."""
    page = BeautifulSoup(_aligned(frame._repr_html_()), "html.parser")
    return [
        [(">" if cell.get("class") == ["n"] else "") + cell.text for cell in row.select("th, td")]
        for row in page.select("tr")
    ]


def test_tables_keep_what_they_say() -> None:
    plain = pd.DataFrame({"item": ["a", "b"], "usd": [1, 2]})
    months = pd.DataFrame({"usd": [1, 2]}, index=pd.RangeIndex(2, name="month"))
    both = plain.assign(of="c").set_index(["item", "usd"])
    kinds = pd.DataFrame([[1, 2]], index=pd.Index([8], name="line"), columns=["x", "y"])
    kinds.columns.name = "kind"
    assert cells(plain) == [["item", ">usd"], ["a", ">1"], ["b", ">2"]]
    assert cells(months) == [["month", ">usd"], ["0", ">1"], ["1", ">2"]]
    assert cells(both) == [["item", "usd", "of"], ["a", "1", "c"], ["b", "2", "c"]]
    assert cells(kinds) == [["kind", ">x", ">y"], ["line", ">", ">"], ["8", ">1", ">2"]]
    kinds.columns = pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")])
    assert cells(kinds) == [["", "a"], ["", "x", "y"], ["line", "", ""], ["8", "1", "2"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/srv/a b/c.yaml.", "c.yaml."),
        ("open('/srv/a b/data/in/x.csv')", "open('x.csv')"),
        ("in /srv/a b", "in a b"),
        ("$4 /user/month, and/or /srv", "$4 /user/month, and/or /srv"),
        ("docs/srv/a b/c.yaml", "docs/srv/a b/c.yaml"),
    ],
)
def test_paths_become_names(text: str, expected: str) -> None:
    assert _hiding(["/srv/a b/c.yaml", "4"])(text) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[a](x.ipynb)", "[a](x.html)"),
        ("[a](./x.ipynb#part) [b](y.ipynb)", "[a](x.html) b"),
        ("[a](https://example.org)", "[a](https://example.org)"),
    ],
)
def test_links_lead_to_pages(source: str, expected: str) -> None:
    assert _linked(source, ["x"]) == expected


def test_a_picture_is_told_by_its_own_words_first() -> None:
    """A panel's text says its bill and its command; its chart says what it shows."""
    svg = '<svg role="img" aria-label="Where $4 &amp; more go."><path aria-label="x"/></svg>'
    assert _alt({"image/svg+xml": svg, "text/plain": "aicost bill"}) == "Where $4 & more go."
    assert _alt({"image/png": "aa==", "text/plain": "A dot."}) == "A dot."
    assert _alt({"image/png": "aa==", "text/plain": "<Figure>"}).startswith("a picture without")
    assert _alt({"image/svg+xml": '<svg><path aria-label="x"/></svg>'}).startswith("a picture with")


def test_an_empty_heading_is_no_heading() -> None:
    html = _aligned(pd.DataFrame({"usd": [1, 2]}, index=["a", "b"])._repr_html_())
    heads = [head.text for head in BeautifulSoup(html, "html.parser").select("th")]
    assert heads == ["usd", "a", "b"]


def test_heading() -> None:
    book = new_notebook(
        cells=[new_code_cell("# no"), new_markdown_cell("text\n\n## A **b** \\$5 c ##\n# d")]
    )
    assert heading(book) == "A b $5 c"
    assert heading(new_notebook()) == ""


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("$1,234", True),
        ("< 0.5 %", True),
        ("1.2k", True),
        ("−3 s", True),
        ("", True),
        ("4 min 40 s", True),
        ("1 h 58 min", True),
        ("NaN", True),
        ("search", False),
        ("gpt-5", False),
        ("3 requests", False),
    ],
)
def test_figures_are_told_from_words(text: str, figure: bool) -> None:
    assert bool(FIGURE.fullmatch(text)) == figure


def test_a_dollar_that_is_said_is_a_dollar_on_the_page() -> None:
    said = escaped("from $3 to $5 of <b>2</b>")
    output = new_output("display_data", data={"text/markdown": said, "text/plain": "x"})
    (shown,) = _shown(output, str)
    assert DOLLAR in said
    assert notes_html(shown.data["text/markdown"]) == (
        "<p>from $3 to $5 of &lt;b&gt;2&lt;/b&gt;</p>\n"
    )


def test_prose_says_nothing_of_cells() -> None:
    prose = (
        "# First\n\nThe cell above says what is looked at. `None` leaves it.\n\n"
        "This notebook asks *why*. Set what was put into the cell of parameters: two of it.\n\n"
        "```\nThe cell above\n```\n\n"
        "Divide the vectors into **cells**. Where none is, the next cells say so. So it is."
    )
    assert _for_a_client(prose) == (
        "# First\n\nThis chapter asks *why*. \n\n```\nThe cell above\n```\n\n"
        "Divide the vectors into **cells**. So it is."
    )
