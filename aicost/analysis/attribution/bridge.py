"""Why one bill is not the other: the difference shared out among the inputs that differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import factorial
from typing import TYPE_CHECKING, Any

import numpy as np

from aicost.analysis.attribution.blend import Between
from aicost.analysis.attribution.changed_inputs import Change, differences, united
from aicost.billing.walk import bill
from aicost.book.book import Book
from aicost.scenario.scenario import Scenario
from aicost.values.formatting import money

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


@dataclass(frozen=True)
class Bridge:
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
        parts = [f"{_signed(bar.usd)} {bar.label}" for bar in self.bars[:LARGEST]]
        rest = self.bars[LARGEST:]
        if rest:
            parts.append(f"{_signed(sum(bar.usd for bar in rest))} from {len(rest)} more")
        words = f"{money(abs(self.difference))} a month {more}: {'; '.join(parts)}."
        return f"{words} {self.note}".rstrip()

    def text(self) -> str:
        """The bridge as lines of text that add up."""
        rows = [(self.a, money(self.before)), *((x.label, _signed(x.usd)) for x in self.bars)]
        rows.append((self.b, money(self.after)))
        wide = max(len(label) for label, _ in rows)
        right = max(len(amount) for _, amount in rows)
        lines = [f"{label:<{wide}}  {amount:>{right}}" for label, amount in rows]
        for bar in self.bars:
            if bar.changes != (bar.label,):
                inside = (part.removeprefix(f"{bar.group}: ") for part in bar.changes)
                lines.append(f"{bar.group}: {'; '.join(inside)}")
        if self.neutral:
            lines.append(f"Without effect on the bill: {'; '.join(self.neutral)}")
        return "\n".join([*lines, *([self.note] if self.note else [])])


def bridge(a: Scenario, b: Scenario, book: Book) -> Bridge:
    """The difference between two bills, shared out among the inputs that differ.

    bar_i = sum over S without i of |S|! (n - 1 - |S|)! / n! x (bill(S + i) - bill(S)), where S
    are the inputs that stand as in `b`, the others as in `a`: their Shapley values.

    Parameters
    ----------
    a, b : two scenarios; ranges stand at their means.
    book : the price book, one for both.

    Returns
    -------
    Its bars add up to bill(b) - bill(a); no order of the inputs is preferred.

    Raises
    ------
    ValueError : a scenario holds a sweep or draws.

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
    >>> import aicost
    >>> s = aicost.load("data/scenarios/contract-search-billed.yaml")
    >>> found = bridge(s, s.at({"users": 9_000}), aicost.Book.load(as_of=s.as_of))
    >>> [bar.label for bar in found.bars]
    ['users 6,000 → 9,000']
    """
    ends = [bill(s, book).total for s in (a, b)]
    if any(np.ndim(total) for total in ends):
        raise ValueError("a bridge stands between two bills; put sweeps and draws at one point")
    between = Between(a, b)
    changes, note = _few(differences(between, book), between, book)
    changes = sorted(changes, key=lambda c: (not c.numeric, c.keys))
    worth = _worth(changes, between, book)
    size = max(abs(ends[0]), abs(ends[1]))
    for total, reached in zip(ends, (worth[0], worth[-1]), strict=True):
        if abs(total - reached) > EXACT * size:
            raise ArithmeticError(f"{a.name} to {b.name}: ${total:,.6f} rebuilt as ${reached:,.6f}")
    found = list(zip(changes, shapley(worth).tolist(), strict=True))
    bars = [_bar(c, usd) for c, usd in found if abs(usd) > DUST * size]
    neutral = tuple(c.label for c, usd in found if abs(usd) <= DUST * size)
    bars.sort(key=lambda bar: (-abs(bar.usd), bar.label))
    return Bridge(a.name, b.name, float(ends[0]), float(ends[1]), tuple(bars), neutral, note)


def shapley(worth: np.ndarray) -> np.ndarray:
    """The Shapley value of each player; bit i of an index says whether i takes part.

    >>> shapley(np.array([0.0, 1.0, 2.0, 9.0])).tolist()
    [4.0, 5.0]
    """
    n = worth.size.bit_length() - 1
    index = np.arange(worth.size)
    members = sum((index >> i) & 1 for i in range(n))
    weight = np.array([factorial(s) * factorial(n - 1 - s) / factorial(n) for s in range(n)])
    value = np.empty(n)
    for i in range(n):
        without = index[(index >> i) & 1 == 0]
        gain = worth[without | (1 << i)] - worth[without]
        value[i] = weight[np.asarray(members)[without]] @ gain
    return value


def _worth(changes: Sequence[Change], between: Between, book: Book) -> np.ndarray:
    """The bill of every set of changes; numeric ones come first and go in one array."""
    numeric = sum(c.numeric for c in changes)
    index = np.arange(1 << numeric)
    sides: list[Any] = [(index >> i) & 1 == 1 for i in range(numeric)]
    worth = np.empty((1 << (len(changes) - numeric), index.size))
    for row in range(len(worth)):
        chosen = sides + [bool((row >> i) & 1) for i in range(len(changes) - numeric)]
        worth[row] = _billed(dict(zip(changes, chosen, strict=True)), between, book)
    return worth.ravel()


def _billed(chosen: dict[Change, Any], between: Between, book: Book) -> Any:
    keys = {key: side for change, side in chosen.items() for key in change.keys}
    return bill(between.scenario(keys), book).total


def _few(changes: list[Change], between: Between, book: Book) -> tuple[list[Change], str]:
    """Put changes together until they are few enough, and say so."""
    if len(changes) <= MOST:
        return changes, ""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.group, []).append(change)
    whole = [_whole(group, members) for group, members in groups.items()]
    if len(whole) <= MOST:
        return whole, f"{len(changes)} inputs differ, so each bar is a whole stage or section."
    ranked = sorted(whole, key=lambda c: (-_alone(c, whole, between, book), c.keys))
    kept, rest = ranked[: MOST - 1], ranked[MOST - 1 :]
    name = f"{len(rest)} smaller: {', '.join(c.group for c in rest)}"
    small = replace(united(rest), group="smaller", name=name, words=name)
    return [*kept, small], (
        f"{len(changes)} inputs in {len(whole)} stages and sections differ, so each bar is one of "
        f"those, and the {len(rest)} smallest are one bar."
    )


def _whole(group: str, changes: Sequence[Change]) -> Change:
    """All that differs in a stage or section as one, named shortly."""
    one = united(changes)
    if len(changes) <= SPELLED:
        return one
    names = [c.name.removeprefix(f"{group}: ") for c in changes]
    more = f" and {len(names) - LARGEST} more" if len(names) > LARGEST else ""
    name = f"{group}: {', '.join(names[:LARGEST])}{more}"
    return replace(one, name=name, words=name)


def _alone(change: Change, every: Sequence[Change], between: Between, book: Book) -> float:
    """How far a change moves the bill first of all, plus how far last of all."""
    first = {c: c is change for c in every}
    last = {c: c is not change for c in every}
    none, all_ = dict.fromkeys(every, False), dict.fromkeys(every, True)
    bills = [float(_billed(chosen, between, book)) for chosen in (none, first, last, all_)]
    return abs(bills[1] - bills[0]) + abs(bills[3] - bills[2])


def _bar(change: Change, usd: float) -> Bar:
    parts = change.parts or (change.label,)
    return Bar(change.label, change.group, change.before, change.after, usd, parts, change.keys)


def _signed(usd: float) -> str:
    return f"+{money(usd)}" if usd >= 0 else f"−{money(-usd)}"
