"""Where every number of a bill stands in its workbook, and what formulas call it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from aicost.show.export.formulas import cell_name, formula, steps
from aicost.show.export.leaves import Input
from aicost.show.export.lines import Line
from aicost.show.export.live import Live
from aicost.show.export.traced import Traced, plain
from aicost.values.charge import COMPONENTS
from aicost.values.money import DOLLARS

#: Rows, counted from 0, in which the heads and the first number of a sheet stand.
BILL_HEAD, BILL_FIRST = 4, 5
INPUT_HEAD, INPUT_FIRST = 3, 4
MAKING_HEAD, MAKING_FIRST = 3, 4
PRICES = "prices"
MOST_ARGUMENTS = 200  # of a function of a sheet: 255


@dataclass(frozen=True)
class Group:
    """Lines below one heading: those of a component, or what is paid once."""

    name: str
    lines: tuple[Line, ...]
    every: str


class Places:
    """The cells of a workbook: of each input, line and factor its row, of each number its name."""

    def __init__(self, live: Live) -> None:
        self.live, self.money = live, live.case.scenario.money
        ours = self.money.code.lower()
        self.rate = "" if self.money == DOLLARS else f"rate.usd_per_{ours}"
        self.groups = _groups(live.lines)
        self.cells: dict[Traced, str] = {}
        self.names: dict[Input, str] = {}
        self.inputs: dict[Input, int] = {}
        self.lines: dict[Line, int] = {}
        self.factors: dict[Line, list[int]] = {}
        self._place_inputs()
        self._place_lines()
        self._place_factors()
        self._place_steps()

    def _place_inputs(self) -> None:
        taken, section = {self.rate}, None
        row = INPUT_FIRST + (2 if self.rate else 0)
        for one in self.live.inputs:
            row += (one.section or PRICES) != section  # its heading
            section = one.section or PRICES
            words = one.path if one.row is None else f"price.{one.row.item}.{one.words}"
            name = self.names[one] = cell_name(words, taken)
            self.cells[one.leaf] = f"({name}*{self.rate})" if one.money and self.rate else name
            self.inputs[one] = row
            row += 1

    def _place_lines(self) -> None:
        row = BILL_FIRST
        for group in self.groups:
            row += 1
            for line in group.lines:
                self.lines[line] = row
                for number in (line.charge.usd, line.usd):
                    if isinstance(number, Traced):
                        self.cells[number] = f"Bill!$F${row + 1}"
                row += 1
        self.total = row + 1

    def _place_factors(self) -> None:
        row = MAKING_FIRST
        for line in self.live.lines:
            row += 1
            self.factors[line] = []
            for factor in line.charge.factors:
                self.factors[line].append(row)
                if isinstance(factor.value, Traced):
                    self.cells.setdefault(factor.value, f"Making!$C${row + 1}")
                row += 1
        self.first_step = row + 2

    def _place_steps(self) -> None:
        """Give parts of what is too long for one cell cells of their own, behind the factors."""
        live = self.live
        numbers = [n for line in live.lines for n in (line.quantity, line.price, *line.numbers)]
        self.steps = steps([*numbers, live.users, live.requests, *live.decided], self.cells)
        for row, one in enumerate(self.steps, start=self.first_step):
            self.cells[one] = f"Making!$C${row + 1}"
        self.first_decision = self.first_step + len(self.steps) + 2

    def text(self, number: Any, here: str = "") -> str:
        """A number as a formula of the cells that there are; `here` is the cell it is written to.

        A number that is given a cell as a factor says there what it is made of.
        """
        own = isinstance(number, Traced) and self.cells.get(number) == here
        return f"={formula(number, self.cells, own)}"

    def losers(self, line: Line | None) -> list[Input]:
        """The inputs that a line does not follow; None for lines that would be new."""
        return [
            one for one in self.live.inputs if one in self.live.untried or self._lost(one, line)
        ]

    def _lost(self, one: Input, line: Line | None) -> bool:
        return line in self.live.lost.get(one, ())

    def changed(self, inputs: Iterable[Input]) -> str:
        """How many of some inputs are not what they were, as a formula; nothing without any."""
        cells = [f"Inputs!$K${self.inputs[one] + 1}" for one in inputs]
        parts = [cells[at : at + MOST_ARGUMENTS] for at in range(0, len(cells), MOST_ARGUMENTS)]
        return "+".join(f"SUM({','.join(part)})" for part in parts)


def _groups(lines: Sequence[Line]) -> list[Group]:
    """The lines of a month by component in their usual order, costliest first; then once."""
    month = [line for line in lines if line.charge.every == "month"]
    names = dict.fromkeys([*COMPONENTS, *(line.charge.component for line in month)])
    own = {name: [line for line in month if line.charge.component == name] for name in names}
    found = [Group(name, _costliest(held), "month") for name, held in own.items()]
    once = [line for line in lines if line.charge.every == "once"]
    return [
        group for group in (*found, Group("paid once", _costliest(once), "once")) if group.lines
    ]


def _costliest(lines: Sequence[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: -float(plain(line.usd))))
