"""What is done beside the answer: nobody waits for it, so it takes no time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aicost.components.flow import Flow
from aicost.values.quantities import Numeric, Value

if TYPE_CHECKING:
    from aicost.book.book import Book
    from aicost.formulas.latency.call import Call


class Unwaited:
    """A stage that nobody waits for; what else it is stands beside it."""

    @property
    def waited_for(self) -> bool:
        return False

    @property
    def times(self) -> tuple[str, ...]:
        return ()

    @property
    def writes(self) -> bool:
        return False

    @property
    def batched(self) -> bool:
        return False

    def reads(self, flow: Flow, book: Book) -> tuple[Value, Numeric]:
        """The tokens that somebody waits to be read: none."""
        return 0.0, 0.0

    def call(self) -> Call:
        """The time of one call: none."""
        from aicost.formulas.latency.call import Call

        return Call()
