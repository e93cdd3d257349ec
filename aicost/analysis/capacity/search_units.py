"""Units of a search service: what one costs, how many hold the collection, and how many run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from aicost.billing.case import Case
from aicost.components.retrieval import Retrieval
from aicost.values.charge import total
from aicost.values.formatting import count, plural, usd


@dataclass(frozen=True)
class SearchUnits:
    """A store that is sold by the unit: how many `run`, `hold` what it searches, and are `stated`.

    All `copies` of the index together, each of which runs what `units` in a file says. `each_usd`
    is what one unit costs a month, `beside_usd` all else of the stage once `units` are said. [USD]
    """

    stage: str
    store: str
    run: float
    hold: float
    stated: bool
    copies: float
    each_usd: float
    beside_usd: float

    @property
    def sentence(self) -> str:
        """What one costs, what decides how many there are, and how many would do."""
        words = f"{self.stage}: one unit of {self.store} is {usd(self.each_usd)} a month; "
        held = f"{count(self.hold)} {plural('unit', count(self.hold))}"
        verb = "holds" if self.hold == 1 else "hold"
        words += f"{held} {verb} what is searched, and the peak hour"
        if self.copies != 1:
            words += f", {count(self.hold / self.copies)} in each of {count(self.copies)} copies"
        if not self.stated:
            each = "" if self.copies == 1 else ", those of each copy"
            return f"{words}. Where more run, write units: N{each}."
        bought = f"{count(self.run)} {'is' if self.run == 1 else 'are'} bought"
        if self.run == self.hold:
            return f"{words}, and {bought}."
        over = self.each_usd * (self.run - self.hold)
        return f"{words}; {bought}" + (f", {usd(over)} a month more." if over > 0 else ".")


def search_units(case: Case) -> Iterator[SearchUnits]:
    """Yield each store that is sold by the unit.

    Parameters
    ----------
    case : the system; ranges stand at their means.
    """
    point = case.point
    for stage in point.scenario.stages:
        if not isinstance(stage, Retrieval) or not stage.sized_by_peak(point.book):
            continue
        free = point.of(point.scenario.with_stage(replace(stage, units=None)))
        single = point.of(point.scenario.with_stage(replace(stage, units=1.0)))
        (run, each), (hold, _), (copies, _) = (
            _units(one, stage.name) for one in (point, free, single)
        )
        whole = total([c for c in single.bill.charges if c.stage == stage.name])
        stated, beside = stage.units is not None, float(np.mean(whole)) - copies * each
        yield SearchUnits(stage.name, stage.store, run, hold, stated, copies, each, beside)


def _units(case: Case, stage: str) -> tuple[float, float]:
    """How many units of a stage run, and what one costs a month. [USD]"""
    line = next(c for c in case.bill.charges if (c.stage, c.item) == (stage, "units"))
    many = float(np.mean(line.factors[0].value))
    hours = float(np.mean(case.scenario.month.hours))
    return many, float(np.mean(line.price.usd)) * hours
