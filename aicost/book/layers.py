"""The kit's rows in their layers: of an item, those of the first layer that holds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from aicost.book.rows import Row, RowFile


class Layers:
    """Files of rows, layer by layer, and names of sellers who ask what another lists.

    Examples
    --------
    >>> layers = Layers([])
    >>> layers.lend("azure/gpt-4o", "openai/gpt-4o")
    >>> layers.listed_as("azure/gpt-4o"), layers.rows("openai/gpt-4o")
    ('openai/gpt-4o', ())
    """

    def __init__(self, stacks: Sequence[Sequence[RowFile]]) -> None:
        self._stacks = stacks
        self._lent: dict[str, str] = {}

    @property
    def files(self) -> list[RowFile]:
        """Every file, in order."""
        return [file for stack in self._stacks for file in stack]

    def rows(self, item: str) -> tuple[Row, ...]:
        """The rows of an item; where they are lent, under its own name."""
        listed = self.listed_as(item)
        for stack in self._stacks:
            rows = tuple(row for file in stack for row in file.rows(listed))
            if rows:
                return rows if listed == item else tuple(replace(row, item=item) for row in rows)
        return ()

    def lend(self, item: str, listed: str) -> None:
        """Price what one seller calls `item` as another lists it."""
        self._lent[item] = listed

    def listed_as(self, item: str) -> str:
        """The item of the lists that an item has its rows from: itself, unless they are lent."""
        return self._lent.get(item, item)
