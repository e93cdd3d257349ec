"""The one shape of every result: a sentence, a table, and how both are shown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from html import escape

from aicost.values.table import Row, Table
from aicost.values.text_table import grid, paragraph

SCREEN = 34  # lines of a table in a terminal or a log; all of them stand in a notebook's table

#: Colours are those of the notebook's own theme, so that light and dark both read.
STYLE = """
.aicost table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:.4em 0}
.aicost th,.aicost td{text-align:left;vertical-align:top;padding:.2em .8em .2em 0;border:0;
border-bottom:1px solid rgba(128,128,128,.25);background:none;white-space:normal}
.aicost th{font-weight:600;opacity:.75}
.aicost td.n,.aicost th.n{text-align:right}
.aicost tr.head td{font-weight:600;padding-top:.8em}
.aicost tr.sum td{font-weight:600;border-top:2px solid currentColor}
.aicost summary{cursor:pointer}
.aicost .making{font-size:.9em;opacity:.8;max-width:60ch;margin:.2em 0 .4em 1em}
.aicost .making p{margin:.15em 0;overflow-wrap:anywhere}
.aicost p.said{max-width:72ch;margin:.3em 0}
"""


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
        return text_of(self.sentence, self.rows())

    def _repr_html_(self) -> str:
        return html_of(self.sentence, self.rows())


def text_of(sentence: str, table: Table) -> str:
    """A sentence and its table as plain text, cut where a screen ends."""
    heads = [column.name for column in table.columns]
    align = "".join("r" if column.numeric else "l" for column in table.columns)
    texts = [*table.texts()]
    wraps = [i for i, column in enumerate(table.columns) if not column.numeric]
    lines = grid([heads, *texts], align, wraps).splitlines()
    more = len(lines) - SCREEN
    if more > 0:
        lines = [*lines[:SCREEN], f"  … and {more} lines more; .rows() has them all"]
    said = [paragraph(sentence), ""] if sentence else []
    notes = [paragraph(note) for note in table.notes]
    return "\n".join([*said, *lines, *([""] if notes else []), *notes])


def html_of(sentence: str, table: Table) -> str:
    """A sentence and its table for a notebook, each line folded over what it is made of."""
    heads = "".join(
        f"<th{' class=n' if column.numeric else ''}>{escape(column.name)}</th>"
        for column in table.columns
    )
    pairs = zip(table.rows, table.texts(), strict=True)
    body = "".join(_html_row(table, row, texts) for row, texts in pairs)
    notes = "".join(f'<p class="said">{escape(note)}</p>' for note in table.notes)
    said = f'<p class="said">{escape(sentence)}</p>' if sentence else ""
    return (
        f'<div class="aicost"><style>{STYLE}</style>{said}<table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table>{notes}</div>"
    )


def _html_row(table: Table, row: Row, texts: tuple[str, ...]) -> str:
    folded = next((i for i, c in enumerate(table.columns) if not c.numeric and texts[i]), 0)
    cells = []
    for i, (column, text) in enumerate(zip(table.columns, texts, strict=True)):
        inner = escape(text)
        if i == folded and row.making:
            told = "".join(f"<p>{escape(line)}</p>" for line in row.making)
            inner = f"<details><summary>{inner}</summary><div class=making>{told}</div></details>"
        cells.append(f"<td{' class=n' if column.numeric else ''}>{inner}</td>")
    return f"<tr class={row.role}>{''.join(cells)}</tr>"
