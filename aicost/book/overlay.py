"""A client's own prices beside the kit's: which of their names are known, which are slips."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable

from aicost.book.rows import BookError, Row, RowFile
from aicost.book.terms import CONTRACT, RESIDENCY, is_rule
from aicost.book.validity import MOST_MEANT
from aicost.values.suggest import did_you_mean, instead

#: Parameters that no row of the kit has.
OWN = ("usd_per_unit", *CONTRACT)
OF_MODELS = ("speed", "prompt-cache", "input-limit")  # what a model is, each before its name
NEAR = 0.9  # of two names, one letter off in ten


def refuse_empty(file: RowFile, today: str) -> None:
    """Raise BookError for a file without a row, or with one that was read on a day to come."""
    if not file.records:
        wrong = f"{file.name}:1: no row stands below the heading"
        raise BookError(wrong, "write one for each price, or leave --prices out")
    at = file.columns.index("read_on")
    for line, record in sorted(one for found in file.records.values() for one in found):
        if record[at] > today:
            wrong = f"{file.name}:{line}: read_on: {record[at]} is a day to come"
            raise BookError(wrong, "write the day on which you read it; valid_from may lie ahead")


def refuse_unknown(
    rows: Iterable[Row],
    items: Collection[str],
    parameters: Collection[str],
    contexts: Collection[str],
    schedules: Collection[str],
) -> None:
    """Raise BookError for a row whose item, parameter or context is a known one misspelt.

    An item of the client's own (a model or a store that no list has) may be called anything but
    that; a parameter has to be one of the kit's, for nothing asks for another,
    and a schedule has to say its hours.
    """
    for row in rows:
        where = f"{row.layer}:{row.line}"
        if row.item not in items and not is_rule(row) and (near := _same(row.item, items)):
            meant = ", ".join(map(repr, near[:MOST_MEANT]))
            raise BookError(f"{where}: item: no {row.item!r} in the book", f"did you mean {meant}?")
        if row.parameter not in {*parameters, *OWN} and not row.item.startswith(RESIDENCY):
            raise BookError(
                f"{where}: parameter: nothing has {row.parameter!r}",
                instead(row.parameter, sorted({*parameters, *OWN})),
            )
        if row.context not in contexts and (meant := did_you_mean(row.context, contexts)):
            raise BookError(f"{where}: context: no {row.context!r} in the book", meant)
        if row.schedule not in {"", *schedules}:
            wrong = f"{where}: schedule: no {row.schedule!r} in the book"
            raise BookError(wrong, instead(row.schedule, schedules))


def refuse_misspelt(rows: Iterable[Row], items: Collection[str], named: Collection[str]) -> None:
    """Raise BookError for an item that no system names and that is nearly one of the book's.

    What differs in its digits is another version, not a slip.
    """
    known: dict[str, list[str]] = {}
    for item in items:
        known.setdefault("".join(re.findall(r"\d", item)), []).append(item)
    for row in rows:
        if is_rule(row):
            continue
        kind, _, model = row.item.partition("/")
        names = {row.item, model if kind in OF_MODELS else row.item}
        if names & {*items, *named}:
            continue
        like = known.get("".join(re.findall(r"\d", row.item)), [])
        if near := difflib.get_close_matches(row.item, like, n=1, cutoff=NEAR):
            raise BookError(
                f"{row.layer}:{row.line}: item: no {row.item!r} in the book",
                f"did you mean {near[0]!r}? A model of your own is named in the system first",
            )


def _same(item: str, items: Collection[str]) -> list[str]:
    """The known items that are written alike but for capitals, marks, or a provider in front."""
    plain = re.sub(r"[\s._-]", "-", item.lower())
    every = [(re.sub(r"[\s._-]", "-", known.lower()), known) for known in items]
    same = [known for text, known in every if text == plain]
    return same or [known for text, known in every if text.endswith(f"/{plain}")]
