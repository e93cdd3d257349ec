"""Text of files reads as it stands in Markdown: no link, no markup, no broken table."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.values.markdown import inline, plain, table

HOSTILE = (
    "a|b",
    "`code` and ``more``",
    "<script>alert(1)</script>",
    "<img src=x onerror=y>",
    "[click](https://x.example)",
    "![pic](http://x.example/a.png)",
    "https://x.example www.x.example",
    "@everyone #12",
    "$x$ and $$y$$",
    "**bold** _it_ ~~gone~~",
    "&lt;b&gt; &#60;",
    "back\\slash \\| pipe",
    "# head",
    "- item",
    "1. one",
    "line\nbreak | and\rmore",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_text_is_a_mark(text: str) -> None:
    said = inline(text)
    assert "\n" not in said
    bare = said.replace("<!-- -->", "")
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>|~#&$]", bare)
    assert not re.search(r"://|www\.|@\w|#\d", said)


@given(st.lists(st.text(max_size=20), min_size=2, max_size=2))
def test_a_row_has_as_many_cells_as_its_heading(cells: list[str]) -> None:
    head, rule, row = table(["a", "b"], "lr", [cells]).splitlines()
    assert (head, rule) == ("| a | b |", "| --- | ---: |")
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) == 3


def test_plain_text_stays_plain() -> None:
    assert plain("documents 120,000 → 180,000") == "documents 120,000 → 180,000"
