"""What it is worth to show an answer while it is written, and whose words those are."""

from __future__ import annotations

from dataclasses import dataclass

from aicost.billing.case import Case, kept
from aicost.formulas.latency import Latency
from aicost.timing.batch_window import night
from aicost.timing.budgets import budgets
from aicost.timing.call_times import timed
from aicost.timing.structure import last_waited
from aicost.timing.waits import peak_waits
from aicost.timing.walk import Conditions, time_of
from aicost.values.formatting import listing, seconds_words
from aicost.values.result import Result
from aicost.values.table import Column, Form, Table, table


@dataclass(frozen=True, repr=False)
class FirstWord(Result):
    """The first word where the last steps are shown as they are written, and where they are not.

    `steps` are the stages that a user waits for last, `writing` those of them that write word by
    word; `shown` says whether the file shows them so.
    """

    waits: bool
    steps: tuple[str, ...]
    writing: tuple[str, ...]
    shown: bool
    early: Latency
    late: Latency

    @property
    def gained(self) -> float:
        """What showing saves in the median. [s]"""
        return float(self.late.quantile(0.5) - self.early.quantile(0.5))

    @property
    def sentence(self) -> str:
        """Whose first word it is, and what showing it early saves."""
        if not self.waits:
            return "Nobody waits for a first word here: the work is due by a time."
        if not self.steps:
            return "What a user waits for last is a loop: each of its rounds works for the next."
        names = listing([f"'{name}'" for name in self.steps])
        last = f"What a user waits for last is {names}"
        if not self.writing:
            return f"{last}, which is there all at once: no word can be shown before the end."
        now = "as the file has it" if self.shown else "which the file does not do"
        return (
            f"{last}. Showing it while it is written, {now}, brings the first word "
            f"{seconds_words(self.gained)} sooner in the median."
        )

    def rows(self) -> Table:
        """Percentiles of the first word, shown early and not."""
        columns = (Column("First word"), *(Column(f"p{p}", Form.SECONDS) for p in (50, 95, 99)))
        ways = {"while it is written": self.early, "when it is whole": self.late}
        told = ways.items() if self.waits and self.writing else ()
        return table(
            columns, [(way, *time.quantile([0.5, 0.95, 0.99]).tolist()) for way, time in told]
        )


@kept
def first_word(case: Case) -> FirstWord:
    """The first word with the last steps shown as they are written, and not.

    Parameters
    ----------
    case : the system in its busiest hour; ranges stand at their means.

    Notes
    -----
    Only the last step that a user waits for can show its words early: whatever comes behind a step
    may still change the answer, and a round of a loop works for the next.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> agent = first_word(load("data/scenarios/research-agent.yaml"))
    >>> agent.writing, agent.gained > 1
    (('answer',), True)
    """
    known = timed(case).point
    last = last_waited(known.scenario)
    writing = tuple(stage.name for stage in last if stage.writes)
    busy = Conditions(peak_waits(known.scenario))

    def first(streams: bool) -> Latency:
        way = known.at({f"{name}.streams": streams for name in writing})
        return time_of(way.scenario, busy).first

    return FirstWord(
        waits=night(case) is None or any(budgets(case)),
        steps=tuple(stage.name for stage in last),
        writing=writing,
        shown=all(known.scenario.get(f"{name}.streams") for name in writing),
        early=first(True),
        late=first(False),
    )
