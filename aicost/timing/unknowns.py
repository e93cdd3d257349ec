"""What a missed goal of time rests on most: the number that nobody counted which moves it most."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from aicost.billing.case import Case, kept
from aicost.components.stage import Stage
from aicost.timing.budgets import BudgetStanding, standings
from aicost.timing.call_times import at_end, timed
from aicost.timing.percentiles import Speed, speeds_of
from aicost.values.charge import Basis
from aicost.values.formatting import listing, path_words, seconds_words, value_words
from aicost.values.quantities import Quantity, Range, Value, ends

#: What of a stage makes its calls long, beside the times themselves.
LONG_BY = ("thinking_tokens", "output_tokens")
CALLED = {"ttft": "time to the first token", "tpot": "time for each token after the first"}
ENDS = ("low", "high")
FEW = 2  # numbers that move the mean of their calls most: of these p95 is worked out
SEEN = 1.01  # times: a p95 that moves less reads the same


@dataclass(frozen=True)
class Mover:
    """A number that is not known, and p95 in seconds of what is due with it at either end."""

    path: str
    taken: str
    basis: Basis
    low: float
    high: float

    @property
    def words(self) -> str:
        """What it is."""
        owner, _, name = self.path.rpartition(".")
        return f"{owner}: {CALLED[name]}" if name in CALLED else path_words(self.path)

    @property
    def ends(self) -> str:
        """The two times, the shorter first."""
        return " to ".join(map(seconds_words, sorted((self.low, self.high))))


@kept
def movers(case: Case) -> tuple[tuple[BudgetStanding, Mover], ...]:
    """Each goal of time that is missed, with the unknown number that moves its p95 most.

    p95 with one number at the low and at the high end of its range, all others at their means; of
    the two that move the mean of their stage's calls most, and the two that move the mean of its
    first words, weighed by who takes the stage.

    Parameters
    ----------
    case : the system, with its ranges.

    Returns
    -------
    None of a goal of which every number was counted, and none where not every call is served.
    """
    missed = [one for one in standings(case) if not one.met and one.served >= 1]
    if not missed:
        return ()
    known = timed(case)
    every = {path: _at_ends(known, path) for path in _open(known)}
    found = []
    for standing in missed:
        part = "first" if standing.budget.field == "first_word_p95" else "whole"
        two = {path: (_p95(low, part), _p95(high, part)) for path, (low, high) in every.items()}
        most = max(two, key=lambda path: abs(two[path][1] - two[path][0]), default="")
        if most and abs(two[most][1] - two[most][0]) > (SEEN - 1.0) * standing.p95:
            found.append((standing, _mover(known, most, *two[most])))
    return tuple(found)


def resting_words(case: Case, goals: Collection[str]) -> str:
    """What goals of time that are missed rest on most, as a sentence; nothing where on nothing.

    `goals` are the fields of those that the system is held against.
    """
    said: dict[str, list[str]] = {}
    for standing, mover in (one for one in movers(case) if one[0].budget.field in goals):
        assumed = mover.basis == "assumed"
        who = "which the kit assumes" if assumed else "of which a range is known"
        words = f"on '{mover.words}', {who}"
        said.setdefault(words, []).append(f"the {standing.budget.what} within {mover.ends}")
    told = [f"{words}: over its range 95 % have {listing(ts)}" for words, ts in said.items()]
    return f"What is late rests most {'; and '.join(told)}." if told else ""


def _open(known: Case) -> Iterator[str]:
    """Yield the fields that are not known and make calls or their first words late, the most so."""
    stages = {s.name: s for s in known.point.scenario.stages}
    swings: tuple[dict[str, float], ...] = {}, {}
    for path, part, name, value in known.scenario.fields:
        slows = isinstance(part, Stage) and name in (*part.times, *LONG_BY)
        if slows and any(isinstance(end, Range) for end in ends(value)):
            stage = stages[path.removesuffix(f".{name}")]
            calls = (replace(stage, **{name: at_end(value, end)}).call() for end in ENDS)
            low, high = ((float(call.first.mean), float(call.done.mean)) for call in calls)
            for moved, was, then in zip(swings, low, high, strict=True):
                moved[path] = abs(then - was) * float(np.mean(stage.share))
    most = (sorted(moved, key=moved.__getitem__, reverse=True)[:FEW] for moved in swings)
    yield from dict.fromkeys(path for few in most for path in few)


def _at_ends(known: Case, path: str) -> tuple[Speed, Speed]:
    """How fast it answers with one field at its low and at its high end."""

    def at(end: str) -> Speed:
        def stand(at: str, _: Quantity, value: Value) -> Value:
            return at_end(value, end) if at == path else value

        (speed,) = speeds_of(known.of(known.scenario.mapped(stand)), [known.usage])
        return speed

    return at("low"), at("high")


def _p95(speed: Speed, part: str) -> float:
    """p95 of the first word or of the whole answer; other shares would take as long again."""
    return inf if speed.over else float(getattr(speed.answer, part).quantile(0.95))


def _mover(known: Case, path: str, low: float, high: float) -> Mover:
    _, part, name, value = next(one for one in known.scenario.fields if one[0] == path)
    origin = part.origins.get(name)
    taken = value_words(value, part.quantities()[name])
    return Mover(path, taken, origin.basis if origin is not None else "assumed", low, high)
