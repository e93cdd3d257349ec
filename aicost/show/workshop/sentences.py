"""Sentences as a notebook shows them: whole words on a line, dollars that are no formula."""

from __future__ import annotations

import sys

from aicost.values.markdown import plain


class Said:
    """Text with its Markdown beside it; shows as the one or the other."""

    def __init__(self, plain: str, markdown: str) -> None:
        self.plain, self.markdown = plain, markdown

    def __repr__(self) -> str:
        """The text, for a terminal."""
        return self.plain

    def _repr_markdown_(self) -> str:
        return self.markdown

    def show(self) -> None:
        """Show it where it is asked for: in a notebook as Markdown, elsewhere as plain text."""
        shell = sys.modules.get("IPython")
        if shell is None or shell.get_ipython() is None:
            print(self.plain)
            return
        from IPython.display import display

        display(self)  # type: ignore[no-untyped-call]


def say(*sentences: str) -> None:
    """Show sentences, each on a line of its own.

    >>> say("It costs $1,772 a month.", "Of that, $12 are hosting.")
    It costs $1,772 a month.
    Of that, $12 are hosting.
    """
    Said("\n".join(sentences), "\n\n".join(map(escaped, sentences))).show()


def escaped(text: str) -> str:
    r"""Text as Markdown that reads as it stands; a pair of dollars sets no formula.

    >>> escaped("*gpt_4* costs 5")
    '\\*gpt\\_4\\* costs 5'
    """
    return plain(text).replace("$", "<span>&#36;</span>").replace("\n", "  \n")


def percent_more(value: float) -> str:
    """A change as a whole percentage with its sign.

    >>> percent_more(0.22), percent_more(-0.396), percent_more(-0.001)
    ('+22 %', '−40 %', '0 %')
    """
    whole = round(100 * value)
    return f"{'+' if whole > 0 else '−' if whole < 0 else ''}{abs(whole):,} %"
