"""Sentences read the same as text and as Markdown."""

import pytest
from markdown_it import MarkdownIt

from aicost.show.workshop.sentences import Said, escaped, say


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 a month, or $6 with *gpt_4* and ~7~ <b> [x](y) `z` \\ & | #",
        "- no list",
        "1. no list",
        "12) nor this",
        "+$3 more",
        "# no heading",
    ],
)
def test_markdown_reads_as_the_text(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(escaped(text))
    assert [t.type for t in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    inner = tokens[1].children or []
    assert {t.type for t in inner} <= {"text", "html_inline", "text_special"}
    assert "".join(t.content for t in inner if t.type != "html_inline") == text


def test_dollars_set_no_formula() -> None:
    assert "$" not in escaped("$5 and $6")


def test_outside_of_a_notebook_it_prints(capsys: pytest.CaptureFixture[str]) -> None:
    say("$5 a month.", "*No more.*")
    assert capsys.readouterr().out == "$5 a month.\n*No more.*\n"


def test_in_a_notebook_it_is_both() -> None:
    said = Said("$5", escaped("$5"))
    assert repr(said) == "$5"
    assert said._repr_markdown_() == "<span>&#36;</span>5"
