"""What is done beside the answer: nobody waits for it, so it takes no time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aicost.components.stage import Stage

if TYPE_CHECKING:
    from aicost.formulas.latency.call import Call


class Unwaited:
    """A stage that nobody waits for, whatever stands beside it: it neither reads nor writes."""

    times, writes, batched, reads = Stage.times, Stage.writes, Stage.batched, Stage.reads

    @property
    def waited_for(self) -> bool:
        return False

    def call(self) -> Call:
        """The time of one call: none."""
        from aicost.formulas.latency.call import Call

        return Call()
