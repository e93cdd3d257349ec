"""The one table of a result, from which page, terminal, notebook and spreadsheet draw."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal

from aicost.values.formatting import (
    about,
    cents,
    count,
    money,
    percent,
    plural,
    seconds_words,
    share,
    usd,
)
from aicost.values.text_table import grid, paragraph
from aicost.values.visible import on_a_line

if TYPE_CHECKING:
    import pandas as pd

Role = Literal["line", "head", "sum"]


class Form(Enum):
    """How the cells of a column are written."""

    TEXT = "text"
    COUNT = "count"
    MONEY = "dollars as a headline"
    ABOUT = "dollars to three digits, for what is not known"
    USD = "dollars to the cent, small ones with their digits"
    CENTS = "dollars to the cent"
    PERCENT = "per cent"
    SHARE = "share of a whole"
    SECONDS = "time"

    def words(self, cell: Any) -> str:
        """A cell as a reader sees it; text stands as it is, nothing is nothing."""
        if cell is None or (isinstance(cell, float) and math.isnan(cell)):
            return ""
        return cell if isinstance(cell, str) else _WRITE[self](cell)


_WRITE: dict[Form, Callable[[Any], str]] = {
    Form.TEXT: str,
    Form.COUNT: count,
    Form.MONEY: money,
    Form.ABOUT: about,
    Form.USD: usd,
    Form.CENTS: cents,
    Form.PERCENT: percent,
    Form.SHARE: lambda part: share(part, 1.0),
    Form.SECONDS: seconds_words,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, how its cells are written, and what a program calls it."""

    name: str
    form: Form = Form.TEXT
    key: str = ""

    @property
    def numeric(self) -> bool:
        """Whether its cells stand to the right."""
        return self.form is not Form.TEXT


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its cells, what they are made of in sentences, and the thing it tells of."""

    cells: tuple[Any, ...]
    making: tuple[str, ...] = ()
    role: Role = "line"
    of: Any = None


@dataclass(frozen=True, repr=False)
class Table:
    """Rows under named columns, and notes below; with `stacked` a row is a card on a phone."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    stacked: bool = True
    notes: tuple[str, ...] = ()

    def texts(self) -> list[tuple[str, ...]]:
        """The cells of each row as a reader sees them."""
        forms = [column.form for column in self.columns]
        return [
            tuple(form.words(cell) for form, cell in zip(forms, row.cells, strict=True))
            for row in self.rows
        ]

    def text(self, sentence: str = "", most: int | None = None) -> str:
        """A sentence and the table as plain text, cut after `most` lines of it."""
        heads = [column.name for column in self.columns]
        align = "".join("r" if column.numeric else "l" for column in self.columns)
        wraps = [i for i, column in enumerate(self.columns) if not column.numeric]
        cells = [[on_a_line(text) for text in row] for row in self.texts()]
        lines = grid([heads, *cells], align, wraps).splitlines()
        more = len(lines) - most if most is not None else 0
        if more > 0:
            words = f"{plural('more line', str(more))}; .rows() has them all"
            lines = [*lines[:most], f"  … and {more} {words}"]
        said = [paragraph(sentence), ""] if sentence else []
        notes = [paragraph(note) for note in self.notes]
        return "\n".join([*said, *lines, *([""] if notes else []), *notes])

    def __repr__(self) -> str:
        return self.text()

    def only(self, *names: str) -> Table:
        """The table with some of its columns, in another order where asked for."""
        places = [self._place(name) for name in names]
        rows = (replace(row, cells=tuple(row.cells[i] for i in places)) for row in self.rows)
        return replace(self, columns=tuple(self.columns[i] for i in places), rows=tuple(rows))

    def _place(self, name: str) -> int:
        for place, column in enumerate(self.columns):
            if name in (column.name, column.key):
                return place
        raise KeyError(f"no column {name!r}; there are {', '.join(c.name for c in self.columns)}")

    def frame(self) -> pd.DataFrame:
        """The lines as a frame, under the names that a program uses."""
        import pandas as pd  # three quarters of a second that few results need

        names = [column.key or column.name for column in self.columns]
        return pd.DataFrame([row.cells for row in self.rows if row.role == "line"], columns=names)


def table(
    columns: Sequence[Column | str], rows: Sequence[Row | Sequence[Any]], *, stacked: bool = True
) -> Table:
    """A table of headings and rows; what is plain text or a plain row is made a column or a row.

    >>> table(["users", Column("a month", Form.MONEY)], [("100", 1234.5)]).texts()
    [('100', '$1,234')]
    """
    made = (column if isinstance(column, Column) else Column(column) for column in columns)
    lines = (row if isinstance(row, Row) else Row(tuple(row)) for row in rows)
    return Table(tuple(made), tuple(lines), stacked)
