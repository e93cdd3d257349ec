"""A case: a scenario with its price book, read and checked once."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np

from aicost.billing.agreed_draws import Agreed, agreed_scores, apart
from aicost.billing.bill import Bill
from aicost.billing.walk import bill
from aicost.book.book import Book
from aicost.book.exchange import currency
from aicost.components.stage import Stage
from aicost.paths import find
from aicost.scenario import load as files
from aicost.scenario.changes import changed
from aicost.scenario.checks import verify
from aicost.scenario.currency import Rates
from aicost.scenario.draws import DRAWS, SEED
from aicost.scenario.model_names import named
from aicost.scenario.problems import expect
from aicost.scenario.register import COLUMNS, counted, heading, in_order, stated
from aicost.scenario.scenario import Scenario
from aicost.scenario.time_left import ready
from aicost.scenario.writer import scenario_text
from aicost.values.charge import DOLLAR
from aicost.values.formatting import usd
from aicost.values.money import speak
from aicost.values.new_file import write_new
from aicost.values.result import Result
from aicost.values.table import Row, Table

BOOK_S = ("listed", "assumed")  # the bases of a price that is the book's, not the client's

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, eq=False, repr=False)
class Case(Result):
    """A client's system with the prices it is billed at, and what was worked out of the two.

    Its point, its bill, its times and whatever else takes a Case are made once and kept with it.
    `at`, `draw` and `with_stage` give other Cases; a change that moves no money keeps the bill.

    Examples
    --------
    >>> case = load("data/scenarios/help-desk.yaml")
    >>> twice = case.at({"users": 2 * case.usage})
    >>> bool(case.bill.total < twice.bill.total < 2 * case.bill.total)
    True
    """

    scenario: Scenario
    book: Book
    _from: Case | None = field(default=None, repr=False)
    _at_means: bool = field(default=False, repr=False)
    _kept: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Read the book at the place where the scenario's data has to stay, and rent its chips."""
        there = self.book.kept_in(self.scenario.constraints.residency)
        object.__setattr__(self, "book", there)
        object.__setattr__(self, "scenario", ready(self.scenario, there))

    @property
    def name(self) -> str:
        """What the system is called."""
        return self.scenario.name

    @cached_property
    def point(self) -> Case:
        """The case with every range at its mean."""
        return self if self._at_means else Case(self.scenario.point(), self.book, self, True)

    @cached_property
    def bill(self) -> Bill:
        """The bill of a month, every range at its mean; of arrays for a sweep or draws."""
        if self.point is not self:
            return self.point.bill
        known = self._billed_before()
        if known is not None and self.scenario.bills_like(known.scenario):
            return known.of(self.scenario)
        return bill(self.scenario, self.book)

    def _billed_before(self) -> Bill | None:
        """The bill of the nearest case that this one came from and that has one."""
        other = self._from
        while other is not None and "bill" not in other.__dict__:
            other = other._from
        return other.bill if other is not None else None

    @property
    def usage(self) -> float:
        """Users (or requests, where users are not given) of a month, at the mean."""
        scenario = self.point.scenario
        return float(scenario.traffic.usage(scenario.month))

    @property
    def sentence(self) -> str:
        """How its numbers were come by."""
        bases = counted(self.rows().rows)
        kind = f" (kind {self.scenario.kind})" if self.scenario.kind else ""
        tally = ", ".join(f"{n} {basis}" for basis, n in bases.items())
        return f"{self.name}{kind}: {sum(bases.values())} lines, {tally}"

    def rows(self) -> Table:
        """Every line of the file, the kind's and the book's too, with where it is from."""
        found: list[Row] = []
        for prefix, part in in_order(self.scenario.sections()):
            lines = list(stated(prefix, part))
            lines += self._prices(prefix) if isinstance(part, Stage) else []
            found += (
                [Row((heading(prefix, part), "", "", ""), role="head"), *lines] if lines else []
            )
        return Table(COLUMNS, tuple(found))

    def _prices(self, stage: str) -> list[Row]:
        """The prices a stage is billed at that the file does not state whole, one line a price."""
        items: dict[tuple[str, str, str], list[str]] = {}
        for c in self.bill.charges:
            if c.stage == stage and c.price is not DOLLAR and c.price.basis in BOOK_S:
                price = f"{usd(c.price.usd, price=True)} per {c.price.unit}"
                items.setdefault((price, c.price.basis, c.price.source), []).append(c.item)
        return [
            Row((f"price of {names[0]}" if len(names) == 1 else "price", *price))
            for price, names in items.items()
        ]

    def write(self, path: str | Path) -> Path:
        """Write the file that says what this case says, and return it; none is overwritten.

        Raises FileExistsError where there is something of that name, FileNotFoundError where
        there is no such folder, ValueError for a sweep or draws.
        """
        single(self, "a file")
        text, file = scenario_text(self.scenario), _path(path, "write")
        if not file.name:
            raise FileNotFoundError(f"{str(path)!r} names no file; write one such as client.yaml")
        if file.exists():
            raise FileExistsError(f"{file}: it is there already; write another name")
        if not file.parent.is_dir():
            raise FileNotFoundError(f"{file}: there is no folder {file.parent}; make it first")
        write_new(file, text)
        return file

    # ---- other cases

    def of(self, scenario: Scenario) -> Case:
        """The case of another scenario at the same prices."""
        return Case(scenario, self.book, _from=self)

    def first_with(self, same: Callable[[Scenario], bool]) -> Case:
        """The first of the cases that this one came from, one of another, in which `same` holds."""
        first = self
        while first._from is not None and same(first._from.scenario):
            first = first._from
        return first

    def at(self, changes: Mapping[str, Any]) -> Case:
        """The case with fields set to what a file takes there, or to arrays, which make a sweep.

        Parameters
        ----------
        changes : values by path, such as "users" or "answer.output_tokens.p95": text as a file
            spells it ("9_000", "5 %", "4 to 9", "about 4", "unknown"), numbers, yes or no as
            bool, Range, Spread, or lists and arrays of numbers, all of one length.

        Raises
        ------
        KeyError : no such field, with what may be meant.
        ScenarioError : a value that a file could not have there, one line per problem.

        Examples
        --------
        >>> case = load("data/scenarios/help-desk.yaml")
        >>> more = case.at({"users": "9_000", "corpus.changed_per_month": "5 %"})
        >>> more.usage
        9000.0
        """
        return self.of(changed(self.scenario, self.book, changes))

    def draw(self, n: int = DRAWS, seed: int = SEED) -> Case:
        """The case with every range drawn `n` times along a last axis, as its invoice has it."""
        if not isinstance(n, (int, np.integer)) or isinstance(n, bool) or n < 1:
            raise ValueError(f"draw takes a whole number of draws, 1 or more; this is {n!r}")
        return self.of(self.scenario.draw(n, seed, self._agreed(n, seed)[0]))

    @property
    def off_invoice(self) -> tuple[str, ...]:
        """What is said where a file, or its draws, do not agree with what was invoiced."""
        return tuple(apart(self._of_invoice.bill, self.followed))

    @property
    def followed(self) -> tuple[str, ...]:
        """The figures of an invoice that its draws follow, by name."""
        return self._agreed(DRAWS, SEED)[1]

    @property
    def _of_invoice(self) -> Case:
        """The case that was invoiced, of which this one was made."""
        return self.first_with(lambda of: of.invoiced == self.scenario.invoiced)

    def _agreed(self, n: int, seed: int) -> Agreed:
        """The scores at which the system of an invoice, or what it was made into, is drawn."""
        if not self.scenario.invoiced:
            return {}, ()
        first, key = self._of_invoice, ("agreed draws", n, seed)
        if key not in first._kept:
            first._kept[key] = agreed_scores(first.scenario, first.book, n, seed)
        found: Agreed = first._kept[key]
        return found

    def with_stage(self, stage: Stage) -> Case:
        """The case with a stage in place of the one of its name. Raises KeyError without."""
        expect(stage, Stage, "with_stage takes a stage, as case.scenario.stage(NAME) gives")
        called = named(self.scenario.with_stage(stage), self.book)
        other = self.of(called.recounted(self.scenario))
        verify(other.scenario, self.book)
        return other


def expect_case(case: object, who: str) -> None:
    """Raise TypeError for what is no Case, where `who` takes one."""
    expect(case, Case, f"{who} takes a Case, as aicost.load gives")


def single(case: Case, question: str) -> None:
    """Raise ValueError for a sweep or draws, where a question is asked of one system."""
    expect_case(case, question)
    every = case.scenario.fields
    many = [path for path, _, _, value in every if isinstance(value, np.ndarray) and value.ndim]
    if many:
        several = f"{many[0]} has several values, and {question} takes one"
        raise ValueError(f"{several}; ask the case that it was made of")


def kept(
    work: Callable[Concatenate[Case, P], T],
) -> Callable[Concatenate[Case, P], T]:
    """Let a function of a case be worked out once for the same arguments, and kept there."""

    @wraps(work)
    def once(case: object, /, *args: P.args, **words: P.kwargs) -> T:
        expect_case(case, work.__name__)
        assert isinstance(case, Case)
        key = (work, args, tuple(sorted(words.items())))
        if key not in case._kept:
            case._kept[key] = work(case, *args, **words)
        found: T = case._kept[key]
        return found

    return once


def case(prices: str | Path | None = None, **keys: Any) -> Case:
    """A system without a file: what a file takes, with the same checks and words.

    Parameters
    ----------
    prices : CSV of the client's own prices, which win. [Path]
    keys : those of a file. The fields of `traffic`, such as `users`, may stand by themselves; any
        other word is a stage of the pipeline.

    Raises
    ------
    ScenarioError, BookError : what is wrong, one line per problem.

    Examples
    --------
    >>> chat = case(kind="rag-chat", users=6_000, answer={"output_tokens": "about 300"})
    >>> chat.usage
    6000.0
    """
    made = _checked(files.build(files.gathered(keys), _rates(prices)), prices)
    if "currency" in keys:  # a small system beside a client's is spoken of in the client's
        speak(made.scenario.money)
    return made


def load(path: str | Path, prices: str | Path | None = None) -> Case:
    """Read a scenario file, with the price book of its day and the client's own prices.

    Parameters
    ----------
    path : a file, as named from here; else one of those that are shipped. [Path]
    prices : CSV of the client's own prices, which win. [Path]

    Raises
    ------
    ScenarioError, BookError : what is wrong with the files, one line per problem.
    TypeError : what is no path.

    Examples
    --------
    >>> load("data/scenarios/help-desk.yaml").name
    'Help desk'
    """
    made = _checked(files.load(find(_path(path, "load")), _rates(prices)), prices)
    speak(made.scenario.money)
    return made


def _path(path: str | Path, who: str) -> Path:
    """A path. Raises TypeError for what is none."""
    expect(path, (str, os.PathLike), f"{who} takes the path of a file")
    if "\0" in os.fspath(path):
        raise FileNotFoundError(f"{str(path)!r}: no file has such a name")
    return Path(path)


def _rates(prices: str | Path | None) -> Rates:
    """Currencies at the client's own rates, else the kit's."""
    if prices is not None:
        Book.load(overlay=_path(prices, "prices"))  # what is wrong with it is said of it
    return lambda code, day: currency(Book.load(as_of=day, overlay=prices), code)


def _checked(scenario: Scenario, prices: str | Path | None) -> Case:
    book = Book.load(as_of=scenario.as_of, overlay=prices)
    book.check_named(scenario.words())
    scenario = named(scenario, book).recounted()
    verify(scenario, book)
    return Case(scenario, book)
