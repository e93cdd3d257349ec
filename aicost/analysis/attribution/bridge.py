"""Why one bill is not the other: the difference shared out among the inputs that differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from aicost.analysis.attribution.blend import Blend
from aicost.analysis.attribution.changed_inputs import differences
from aicost.analysis.attribution.difference import Difference, united
from aicost.billing.case import Case, single
from aicost.formulas.attribution import shapley
from aicost.values.formatting import money, signed
from aicost.values.result import Result
from aicost.values.table import Column, Form, Row, Table

if TYPE_CHECKING:
    import pandas as pd

MOST = 12  # inputs, or groups of them: 2^12 bills
SPELLED = 2  # inputs of a stage that its label says from what to what
EXACT = 1e-9
LARGEST = 3  # bars that a sentence names
DUST = 1e-11  # of the larger bill: what adding up thousands of numbers leaves over


@dataclass(frozen=True)
class Bar:
    """What one input, or group of inputs, makes of the difference, in USD a month.

    `changes` says each input in plain words, from what to what; `paths` names their fields.
    """

    label: str
    group: str
    before: str
    after: str
    usd: float
    changes: tuple[str, ...]
    paths: tuple[str, ...]

    @property
    def inside(self) -> tuple[str, ...]:
        """The inputs behind a bar of several, without the name that they have in common."""
        if self.changes == (self.label,):
            return ()
        return tuple(change.removeprefix(f"{self.group}: ") for change in self.changes)


@dataclass(frozen=True, repr=False)
class Bridge(Result):
    """The way from one bill to another; the bars add up to the difference, the largest first.

    `before` and `after` are the two bills; `neutral` lists what differs and costs nothing;
    `note` says how inputs were put together where there are too many for a bar each.
    """

    a: str
    b: str
    before: float
    after: float
    bars: tuple[Bar, ...]
    neutral: tuple[str, ...]
    note: str

    @property
    def difference(self) -> float:
        """How much more b costs than a. [USD/month]"""
        return self.after - self.before

    def frame(self) -> pd.DataFrame:
        """A row for a, one a bar, and a row for b: label, kind, group, before, after, usd.

        `kind` is total for the first and the last row, step between.
        """
        import pandas as pd

        ends = [
            (self.a, "total", "", "", "", self.before),
            (self.b, "total", "", "", "", self.after),
        ]
        steps = [(x.label, "step", x.group, x.before, x.after, x.usd) for x in self.bars]
        return pd.DataFrame(
            [ends[0], *steps, ends[1]],
            columns=["label", "kind", "group", "before", "after", "usd"],
        )

    @property
    def sentence(self) -> str:
        """Return in plain words what moved the bill most."""
        if not self.bars:
            return f"{self.b} costs what {self.a} costs: nothing that is billed differs."
        more = "less" if self.difference < 0 else "more"
        parts = [f"{signed(bar.usd)} {bar.label}" for bar in self.bars[:LARGEST]]
        rest = self.bars[LARGEST:]
        if rest:
            parts.append(f"{signed(sum(bar.usd for bar in rest))} from {len(rest)} more")
        words = f"{money(abs(self.difference))} a month {more}: {'; '.join(parts)}."
        return f"{words} {self.note}".rstrip()

    def rows(self) -> Table:
        """The two bills and, between them, what each input that differs makes of it."""
        ends = (Row((self.a, self.before), role="sum"), Row((self.b, self.after), role="sum"))
        steps = (Row((bar.label, signed(bar.usd)), bar.inside, of=bar) for bar in self.bars)
        columns = Column("What differs"), Column("a month", Form.MONEY, "usd")
        return Table(columns, (ends[0], *steps, ends[1]), notes=tuple(self._notes()))

    def _notes(self) -> Iterator[str]:
        if self.neutral:
            yield f"Without effect on the bill: {'; '.join(self.neutral)}."
        if self.note:
            yield self.note


def bridge(a: Case, b: Case) -> Bridge:
    """The difference between two bills, shared out among the inputs that differ.

    bar_i = sum over S without i of |S|! (n - 1 - |S|)! / n! x (bill(S + i) - bill(S)), where S
    are the inputs that stand as in `b`, the others as in `a`: their Shapley values.

    Parameters
    ----------
    a, b : two systems; ranges stand at their means, prices are those of `b`.

    Returns
    -------
    Its bars add up to bill(b) - bill(a); no order of the inputs is preferred.

    Raises
    ------
    ValueError : a system holds a sweep or draws.

    Notes
    -----
    2^n bills; numbers are switched in arrays, so that only names, mixes and some stages need a
    bill of their own. Past 12 inputs a bar is a whole stage or section; past 12 of those, the
    smallest are one bar. A stage of one side only is a bar of its own.

    References
    ----------
    L. S. Shapley, A value for n-person games, 1953.

    Examples
    --------
    >>> from aicost.billing.case import load
    >>> case = load("data/scenarios/contract-search-billed.yaml")
    >>> [bar.label for bar in bridge(case, case.at({"users": 9_000})).bars]
    ['users 6,000 → 9,000']
    """
    for case in (a, b):
        single(case, "a bridge")
    a = a if a.book is b.book else b.of(a.scenario)
    ends = [case.bill.total for case in (a, b)]
    blend = Blend(a.scenario, b.scenario)
    changes, note = _few(differences(blend, b.book), blend, b)
    changes = sorted(changes, key=lambda c: (not c.numeric, c.keys))
    worth = _worth(changes, blend, b)
    size = max(abs(ends[0]), abs(ends[1]))
    for total, reached in zip(ends, (worth[0], worth[-1]), strict=True):
        if abs(total - reached) > EXACT * size:
            raise ArithmeticError(f"{a.name} to {b.name}: ${total:,.6f} rebuilt as ${reached:,.6f}")
    found = list(zip(changes, shapley(worth=worth).tolist(), strict=True))
    bars = [_bar(c, usd) for c, usd in found if abs(usd) > DUST * size]
    neutral = tuple(c.label for c, usd in found if abs(usd) <= DUST * size)
    bars.sort(key=lambda bar: (-abs(bar.usd), bar.label))
    return Bridge(a.name, b.name, float(ends[0]), float(ends[1]), tuple(bars), neutral, note)


def _worth(changes: Sequence[Difference], blend: Blend, case: Case) -> np.ndarray:
    """The bill of every set of changes; numeric ones come first and go in one array."""
    numeric = sum(c.numeric for c in changes)
    index = np.arange(1 << numeric)
    sides: list[Any] = [(index >> i) & 1 == 1 for i in range(numeric)]
    worth = np.empty((1 << (len(changes) - numeric), index.size))
    for row in range(len(worth)):
        chosen = sides + [bool((row >> i) & 1) for i in range(len(changes) - numeric)]
        worth[row] = _billed(dict(zip(changes, chosen, strict=True)), blend, case)
    return worth.ravel()


def _billed(chosen: dict[Difference, Any], blend: Blend, case: Case) -> Any:
    keys = {key: side for change, side in chosen.items() for key in change.keys}
    return case.of(blend.scenario(keys)).bill.total


def _few(changes: list[Difference], blend: Blend, case: Case) -> tuple[list[Difference], str]:
    """Put changes together until they are few enough, and say so."""
    if len(changes) <= MOST:
        return changes, ""
    groups: dict[str, list[Difference]] = {}
    for change in changes:
        groups.setdefault(change.group, []).append(change)
    whole = [_whole(group, members) for group, members in groups.items()]
    if len(whole) <= MOST:
        return whole, f"{len(changes)} inputs differ, so each bar is a whole stage or section."
    ranked = sorted(whole, key=lambda c: (-_alone(c, whole, blend, case), c.keys))
    kept, rest = ranked[: MOST - 1], ranked[MOST - 1 :]
    name = f"{len(rest)} smaller: {', '.join(c.group for c in rest)}"
    small = replace(united(rest), group="smaller", name=name, words=name)
    return [*kept, small], (
        f"{len(changes)} inputs in {len(whole)} stages and sections differ, so each bar is one of "
        f"those, and the {len(rest)} smallest are one bar."
    )


def _whole(group: str, changes: Sequence[Difference]) -> Difference:
    """All that differs in a stage or section as one, named shortly."""
    one = united(changes)
    if len(changes) <= SPELLED:
        return one
    names = [c.name.removeprefix(f"{group}: ") for c in changes]
    more = f" and {len(names) - LARGEST} more" if len(names) > LARGEST else ""
    name = f"{group}: {', '.join(names[:LARGEST])}{more}"
    return replace(one, name=name, words=name)


def _alone(change: Difference, every: Sequence[Difference], blend: Blend, case: Case) -> float:
    """How far a change moves the bill first of all, plus how far last of all."""
    first = {c: c is change for c in every}
    last = {c: c is not change for c in every}
    none, all_ = dict.fromkeys(every, False), dict.fromkeys(every, True)
    bills = [float(_billed(chosen, blend, case)) for chosen in (none, first, last, all_)]
    return abs(bills[1] - bills[0]) + abs(bills[3] - bills[2])


def _bar(change: Difference, usd: float) -> Bar:
    parts = change.parts or (change.label,)
    return Bar(change.label, change.group, change.before, change.after, usd, parts, change.keys)
