"""The one shape of every result: a sentence, a table, and how both are shown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from html import escape

from aicost.values.formatting import set_in_type
from aicost.values.table import Row, Table
from aicost.values.visible import visible

SCREEN = 34  # lines of a table in a terminal or a log; all of them stand in a notebook's table

#: No MathJax between two dollar signs: JupyterLab, and what came before it.
NO_MATH = "aicost tex2jax_ignore mathjax_ignore"
#: Said at each element, for a notebook that was not run here keeps no style sheet; colours are
#: those of the notebook's own theme, so that light and dark both read.
LEFT, RIGHT = "text-align:left;vertical-align:top", "text-align:right;vertical-align:top"
BOLD = ";font-weight:600"


class Result(ABC):
    """Something that was worked out, and shows how.

    `sentence` says it in plain words, `rows()` is its table. A notebook draws the table, each line
    unfolding to what it is made of; as text it fits a screen.
    """

    @property
    @abstractmethod
    def sentence(self) -> str:
        """What was found, in plain words."""

    @abstractmethod
    def rows(self) -> Table:
        """The table that every view draws from."""

    def __repr__(self) -> str:
        return self.rows().text(self.sentence, SCREEN)

    def _repr_html_(self) -> str:
        return html_of(self.sentence, self.rows())


def html_of(sentence: str, table: Table) -> str:
    """A sentence and its table for a notebook, each line folded over what it is made of."""
    heads = "".join(
        f'<th style="{RIGHT if column.numeric else LEFT}">{escape(column.name)}</th>'
        for column in table.columns
    )
    pairs = zip(table.rows, table.texts(), strict=True)
    body = "".join(_html_row(table, row, texts) for row, texts in pairs)
    said, *notes = (
        f"<p>{escape(words)}</p>" if words else "" for words in (sentence, *table.notes)
    )
    return visible(
        f'<div class="{NO_MATH}">{said}<table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table>{''.join(notes)}</div>"
    )


def _html_row(table: Table, row: Row, texts: tuple[str, ...]) -> str:
    folded = next((i for i, c in enumerate(table.columns) if not c.numeric and texts[i]), 0)
    weight = "" if row.role == "line" else BOLD
    cells = []
    for i, (column, text) in enumerate(zip(table.columns, texts, strict=True)):
        inner = escape(set_in_type(text))
        if i == folded and row.making:
            told = "<br>".join(escape(line) for line in row.making)
            inner = f"<details><summary>{inner}</summary><small>{told}</small></details>"
        side = RIGHT if column.numeric else LEFT
        cells.append(f'<td style="{side}{weight}">{inner}</td>')
    return f"<tr>{''.join(cells)}</tr>"
