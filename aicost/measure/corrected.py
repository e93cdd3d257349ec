"""A served model beside what was measured of it, before and after it is corrected by that."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aicost.formulas.serving import Machine, refit, under
from aicost.measure.loads import Load
from aicost.scenario.pool_section import Pool
from aicost.scenario.pool_work import Work
from aicost.scenario.served_pools import machine_of, most_of
from aicost.values.formatting import count, seconds_words
from aicost.values.result import Result
from aicost.values.table import Column, Row, Table

RESULTS = ("tokens/s", "first word", "a token")


@dataclass(frozen=True, repr=False)
class Corrected(Result):
    """What constants say of measured loads, and what they say corrected by them."""

    machine: Machine
    corrected: Machine
    loads: tuple[Load, ...]

    @property
    def sentence(self) -> str:
        """The two factors, and for which machine they hold."""
        at = self.corrected.reached
        loads = "this load" if len(self.loads) == 1 else f"these {len(self.loads)} loads"
        return (
            f"By {loads} a step takes {float(at.step_times):.2f} times what the fitted constants "
            f"say, and a prompt {float(at.prompt_times):.2f} times. That holds for this engine, "
            "width of weights and split alone; measure another one for itself."
        )

    def rows(self) -> Table:
        """A row a load and result: measured, said by constants, said when corrected."""
        columns = (
            Column("load"),
            Column("result"),
            *map(Column, ("measured", "said", "corrected")),
        )
        return Table(columns, tuple(row for load in self.loads for row in self._of(load)))

    def _of(self, load: Load) -> list[Row]:
        found: list[Row] = []
        every = [under(machine=m, point=load.point) for m in (self.machine, self.corrected)]
        seen = (load.tokens_per_s, load.first.mean, load.token.mean)
        for name, true, before, after in zip(
            RESULTS,
            seen,
            *((float(s.tokens_per_s), float(s.first_s), float(s.token_s)) for s in every),
            strict=True,
        ):
            if math.isfinite(true):
                write = count if name == RESULTS[0] else seconds_words
                cells = (write(v) if math.isfinite(v) else "never" for v in (true, before, after))
                found.append(Row((load.words if not found else "", name, *cells)))
        return found


def corrected(machine: Machine, loads: Sequence[Load]) -> Corrected:
    """A machine corrected by loads that were measured on it.

    Parameters
    ----------
    machine : the model on its chips, as constants have it. [numbers]
    loads : what was measured on it. [loads]

    Raises
    ------
    ValueError : no load with a result.
    """
    found = refit(machine=machine, points=[load.point for load in loads])
    return Corrected(machine, found, tuple(loads))


def reached(pool: Pool, work: Work, loads: Sequence[Load]) -> tuple[Corrected, float]:
    """What a unit of a pool carries by loads measured on one, in times what is worked out for it.

    Parameters
    ----------
    pool : one that serves a model. [pool]
    work : its mean call, and in what time it is to be served. [calls]
    loads : what was measured on one unit of it. [loads]

    Raises
    ------
    ValueError : no load with a result, or a call that no unit serves in time, corrected or not.
    """
    found = corrected(machine_of(pool), loads)
    before, after = (float(np.mean(most_of(one, work))) for one in (found.machine, found.corrected))
    if not (before > 0 and after > 0):
        short = "the formulas as fitted" if not before > 0 else "what was measured"
        wrong = f"pool {pool.name}: by {short} no unit serves {work.words} in time"
        raise ValueError(f"{wrong}; write a longer first_word_within or token_within in the pool")
    return found, after / before
