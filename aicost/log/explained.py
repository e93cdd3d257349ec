"""A request beside what is usual, and the most unexpected of a log: sentences and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aicost.values.formatting import count, money, percent, plural, signed
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table

if TYPE_CHECKING:
    import pandas as pd

LARGEST = 3  # rungs that a sentence names


@dataclass(frozen=True)
class Rung:
    """What one cause in one stage makes of the difference to what is usual, in dollars."""

    stage: str
    cause: str
    label: str
    usd: float


@dataclass(frozen=True, repr=False)
class Explained(Result):
    """A request's cost from what is usual up to what it was, the largest rung first.

    `usual` is the cost of a request whose stages each are as the median of its peers: all requests
    of its feature. Rungs add up to the difference.
    """

    request: str
    feature: str
    usd: float
    usual: float
    rungs: tuple[Rung, ...]
    peers: int
    notes: tuple[str, ...]

    @property
    def excess(self) -> float:
        """How much more than usual it cost. [USD]"""
        return self.usd - self.usual

    @property
    def sentence(self) -> str:
        """What it cost beside what is usual, and what made the difference."""
        of = f" of {self.feature}" if self.feature else ""
        words = f"Request {self.request}{of} cost {money(self.usd)}"
        if not self.usual:
            return f"{words}, where a request like it usually costs nothing."
        times = self.usd / self.usual
        usual = f"the {money(self.usual)} that is usual among {self.peers:,}"
        beside = f"{count(float(f'{times:.2g}'))} times" if times >= 2 else "against"
        words += f", {beside} {usual}"
        if not self.rungs:
            return f"{words}. It is as its peers are."
        told = [f"{signed(rung.usd)} {rung.label}" for rung in self.rungs[:LARGEST]]
        if rest := self.rungs[LARGEST:]:
            told.append(f"{signed(sum(rung.usd for rung in rest))} from {len(rest)} more")
        return f"{words}: {'; '.join(told)}."

    def rows(self) -> Table:
        """What is usual, each rung, and what it cost."""
        columns = Column("From what is usual"), Column("cost", Form.MONEY, "usd")
        steps = (Row((rung.label, signed(rung.usd)), of=rung) for rung in self.rungs)
        usual = Row((f"usual of {self.peers:,} requests", self.usual), role="sum")
        actual = Row((self.request, self.usd), role="sum")
        return Table(columns, (usual, *steps, actual), notes=self.notes)

    def frame(self) -> pd.DataFrame:
        """A row a rung: stage, cause, label, usd."""
        import pandas as pd

        rows = [(rung.stage, rung.cause, rung.label, rung.usd) for rung in self.rungs]
        return pd.DataFrame(rows, columns=["stage", "cause", "label", "usd"])


@dataclass(frozen=True, repr=False)
class UnexpectedRequests(Result):
    """The requests that cost most beyond what is usual for their features, in dollars."""

    each: tuple[Explained, ...]
    excess: float
    requests: int
    notes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """How much was unexpected, and which request most."""
        many = f"{self.requests:,} {plural('request', str(self.requests))}"
        if not self.each:
            return f"Of {many} none cost more than is usual for its feature."
        here = sum(one.excess for one in self.each)
        words = f"{len(self.each)} of {many} cost {money(here)} more than is usual"
        share = f", {percent(round(here / self.excess, 3))} of all that is above it"
        return f"{words}{share if here < self.excess else ''}. {self.each[0].sentence}"

    def rows(self) -> Table:
        """A row a request, with what made most of it."""
        columns = (
            Column("request"),
            Column("feature"),
            Column("cost", Form.MONEY, "usd"),
            Column("usual", Form.MONEY),
            Column("above it", Form.MONEY, "excess"),
            Column("most of it", key="why"),
        )
        lines = (
            Row(
                (x.request, x.feature, x.usd, x.usual, x.excess, x.rungs[0].label),
                tuple(f"{signed(rung.usd)} {rung.label}" for rung in x.rungs[:LARGEST]),
                of=x,
            )
            for x in self.each
        )
        return Table(columns, tuple(lines), notes=self.notes)
