"""What becomes of a listed price: at the place where a model has to run, and by a contract.

A rule is a row whose item is a pattern: `anthropic/claude-haiku-4-5`, `anthropic/*`, or `*`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from aicost.book.data_files import COMPARED
from aicost.book.name_rules import called, name_rules
from aicost.book.rows import CONFIDENCES, BookError, Row
from aicost.book.validity import in_force_on
from aicost.values.suggest import did_you_mean

#: What stands before the pattern of a rule that says where items may run.
RESIDENCY = "residency/"
#: The place of a rule for all places that have none of their own; where anything may run.
ELSEWHERE, ANYWHERE = "elsewhere", "global"
#: Other words for a place.
PLACES = {
    "europe": "eu",
    "european union": "eu",
    "usa": "us",
    "united states": "us",
    "united kingdom": "uk",
    "great britain": "uk",
    "gb": "uk",
    "japan": "jp",
    "anywhere": ANYWHERE,
    "worldwide": ANYWHERE,
}
TIMES = "times list price"
PER_CENT = {"discount": (-1, "less"), "uplift": (1, "plus")}
#: What a provider's bill of a month comes to at least, and what is taken off it.
AMOUNTS = ("minimum_commitment", "credit")
CONTRACT = (*PER_CENT, *AMOUNTS)
#: The files of what a provider sells; nobody gives a discount on a wage.
SOLD_IN = ("prices.csv", "stores.csv", "platforms.csv", *COMPARED)
TOKENS = "USD/Mtok"
LEAST = ("minimum",)  # an account's least bill is no price


def place_of(word: str) -> str:
    """A place as the rules call it; '' where anything may run.

    >>> place_of("EU"), place_of("Europe"), place_of("global")
    ('eu', 'eu', '')
    """
    plain = " ".join(word.lower().split())
    place = PLACES.get(plain, plain)
    return "" if place == ANYWHERE else place


def covers(pattern: str, item: str) -> bool:
    """Say whether an item is one of those that a pattern means.

    >>> covers("anthropic/*", "anthropic/claude-haiku-4-5"), covers("*", "s3-vectors")
    (True, True)
    """
    return _compiled(pattern).fullmatch(item) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)


def specific(pattern: str) -> tuple[bool, int]:
    """How narrow a pattern is: a name before a pattern, more letters before fewer."""
    return "*" not in pattern, len(pattern.replace("*", ""))


def _about(rules: Sequence[Row], place: bool) -> list[Row]:
    """Those rules that say where items may run, or those that do not."""
    return [rule for rule in rules if rule.item.startswith(RESIDENCY) is place]


class Terms:
    """The rules of a book: the kit's and the client's own, which win; then the narrower wins."""

    def __init__(self, place: str, kit: Sequence[Row], own: Sequence[Row]) -> None:
        self.place, self._kit, self._own = place, kit, own
        self._sorts = {where: (_about(own, where), _about(kit, where)) for where in (False, True)}

    @property
    def places(self) -> tuple[str, ...]:
        """The places that a rule says something of."""
        every = (row for row in (*self._kit, *self._own) if row.item.startswith(RESIDENCY))
        return tuple(sorted({row.parameter for row in every} - {ELSEWHERE}))

    def about(self, item: str) -> Iterator[Row]:
        """Yield the rules that may say something of an item, whatever their days."""
        rules = (*self._own, *(self._kit if self.place else ()))
        return (row for row in rules if covers(_pattern(row), item))

    def placed(self, item: str, day: date) -> Row | None:
        """The rule that says whether an item may run at the place; None where nobody says."""
        if not self.place:
            return None
        asked = (self.place, ELSEWHERE)
        return self._narrowest(item, day, asked, "", where=True)

    def barred(self, item: str, day: date) -> bool:
        """Say whether a rule says that an item does not run at the place."""
        rule = self.placed(item, day)
        return rule is not None and not rule.value

    def refuse_elsewhere(self, item: str, day: date) -> None:
        """Raise BookError for an item that may not run at the place."""
        rule = self.placed(item, day)
        if rule is not None and self.barred(item, day):
            wrong = f"{item} is not offered in {self.place}"
            raise BookError(wrong, f"{rule.note or rule.source}; name one that is")

    def agreed(self, item: str, parameter: str, day: date, context: str = "") -> Row | None:
        """The client's rule of a kind for an item in a context, if there is one."""
        return self._narrowest(item, day, (parameter,), context, where=False)

    def _narrowest(
        self, item: str, day: date, asked: Sequence[str], context: str, *, where: bool
    ) -> Row | None:
        for rules in self._sorts[where]:
            fitting = (
                row
                for row in rules
                if row.parameter in asked
                and row.context in ("", context)
                and covers(_pattern(row), item)
            )
            live = in_force_on(fitting, day)
            if live:
                return max(live, key=lambda row: (specific(row.item), *_named(row, asked)))
        return None

    def applied(self, row: Row, day: date) -> Row:
        """A listed price as it is paid: at the place, less the discount, plus the uplift.

        Of several discounts the narrowest holds; a place, a discount and an uplift multiply.
        """
        if row.layer not in SOLD_IN or not row.currency or row.parameter in LEAST:
            return row
        steps: list[tuple[Decimal, str, Row]] = []
        where = self.placed(row.item, day) if row.unit == TOKENS else None
        if where is not None and where.value:
            steps.append((Decimal(where.text), f" x {where.text} in {self.place}", where))
        for name, (sign, word) in PER_CENT.items():
            rule = self.agreed(row.item, name, day, row.context)
            if rule is not None:
                times = 1 + sign * Decimal(rule.text) / 100
                steps.append((times, f" {word} {rule.text} %", rule))
        rules = tuple(rule for _, _, rule in steps)
        moved = [step for step in steps if step[0] != 1]
        if not moved:
            return replace(row, rules=rules) if rules else row
        said_by = [one.confidence for one in (row, *rules)]
        amount, words = Decimal(row.text), f"list price of {row.text} {row.unit}"
        said = []
        for times, step, rule in moved:
            amount *= times
            words += step
            said.append(rule.source)
        return replace(
            row,
            text=f"{amount.normalize():f}",
            source=f"{words}, {', '.join(dict.fromkeys(said))}; {row.source}",
            confidence=max(said_by, key=CONFIDENCES.index),
            original=words,
            rules=rules,
        )


def _pattern(row: Row) -> str:
    return row.item.removeprefix(RESIDENCY)


def _named(row: Row, asked: Sequence[str]) -> tuple[bool, bool]:
    """Of rules of one pattern, the one of this place and this context is the narrower."""
    return row.parameter == asked[0], bool(row.context)


def in_our_words(row: Row) -> Row:
    """A rule whose pattern names its seller as the book does: aws/* for bedrock/*."""
    if not is_rule(row):
        return row
    ahead = RESIDENCY if row.item.startswith(RESIDENCY) else ""
    word, slash, rest = _pattern(row).partition("/")
    seller = called(name_rules().providers, word.strip().lower()) if slash else None
    return replace(row, item=f"{ahead}{seller}/{rest}") if seller and seller != word else row


def is_rule(row: Row) -> bool:
    """Say whether a row is a rule for other rows, and no price."""
    return row.parameter in CONTRACT or row.item.startswith(RESIDENCY)


def tells_apart(row: Row, item: str, other: str) -> bool:
    """Say whether a client's row speaks of one of two items alone."""
    if not is_rule(row):
        return row.item in (item, other)
    return covers(_pattern(row), item) != covers(_pattern(row), other)


def refuse_rules(rows: Iterable[Row], sold: Sequence[str]) -> None:
    """Raise BookError for a rule of the client's own that no price could follow."""
    for row in rows:
        where = f"{row.layer}:{row.line}"
        if not is_rule(row):
            if "*" in row.item:
                wrong = f"{where}: item: {row.item!r} means several, and {row.parameter} is of one"
                near = did_you_mean(row.parameter, CONTRACT)
                raise BookError(wrong, near or "write a discount in %, or a row for each item")
            continue
        pattern = _pattern(row)
        if row.tier_gt or row.schedule or (row.context and row.parameter not in PER_CENT):
            column = "tier_gt" if row.tier_gt else "schedule" if row.schedule else "context"
            wrong = f"{where}: {column}: a rule for {pattern} holds at every size and hour"
            raise BookError(wrong, "leave it empty")
        where_it_runs = row.item.startswith(RESIDENCY)
        models = (item.partition("/")[2] for item in sold)  # one may be sold at another's list
        if not (
            where_it_runs
            or any(covers(pattern, item) for item in sold)
            or ("*" not in pattern and pattern.partition("/")[2] in {*models})
        ):
            near = did_you_mean(pattern, sold) or "write a provider's as 'anthropic/*'"
            raise BookError(f"{where}: item: nothing that is sold is called {pattern!r}", near)
        _refuse_unit(row, where)


def _refuse_unit(row: Row, where: str) -> None:
    """Raise BookError where a rule is not in the unit that rules of its kind are in."""
    unit = f"{row.currency or 'USD'}/month"
    if row.item.startswith(RESIDENCY):
        unit = TIMES
    elif row.parameter in PER_CENT:
        unit = "%"
    if row.unit != unit:
        hint = "25 for a quarter" if unit == "%" else "1.1 for a tenth more, 0 for not offered"
        remedy = f"write it in {unit}" + ("" if unit.endswith("month") else f": {hint}")
        raise BookError(f"{where}: unit: a {row.parameter} in {row.unit!r}", remedy)
    if row.parameter == "discount" and row.value >= 100:
        raise BookError(f"{where}: value: a discount of {row.text} %", "write less than 100")


def in_usd(row: Row, rates: Iterable[Row], day: date) -> Row:
    """A row in USD, by the row among `rates` that is in force on a day.

    Raises BookError where none is, or where it is a rate of 0.
    """
    if row.currency in ("", "USD"):
        return row
    name = f"fx/{row.currency}"
    found = [rate for rate in in_force_on(rates, day) if rate.parameter == "usd_per_unit"]
    if not found:
        raise BookError(
            f"{row.layer}:{row.line}: {row.item} is in {row.currency}: no exchange rate on {day}",
            f"add a row {name},usd_per_unit with its source and date",
        )
    if not float(found[0].text):
        where = f"{found[0].layer}:{found[0].line}: value"
        raise BookError(f"{where}: a rate of 0", f"write what one {row.currency} is in USD")
    amount = Decimal(row.text) * Decimal(found[0].text)
    unit = row.unit.replace(f"{row.currency}/", "USD/", 1)
    was = f"{row.text} {row.unit} at {found[0].text} USD"
    return replace(row, text=f"{amount:f}", unit=unit, currency="USD", original=was)
