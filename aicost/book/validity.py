"""Which rows hold on a day, and what is said where none does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from aicost.book.rows import BookError, NotInForceError, Row
from aicost.values.suggest import did_you_mean

MOST_MEANT = 3  # names offered where one is not known


def in_force_on(rows: Iterable[Row], day: date) -> tuple[Row, ...]:
    """Rows in force on a day: the latest `valid_from` of each key."""
    best: dict[tuple[str, str, str, int, str], Row] = {}
    for row in rows:
        if not row.holds_on(day):
            continue
        other = best.get(row.key)
        if other is not None and other.valid_from == row.valid_from:
            raise BookError(
                f"{row.layer}:{row.line}: {row.item} {row.parameter}: a second row for the same "
                f"days as line {other.line}",
                f"name that one in `corrects`: {other.id}",
            )
        if other is None or (other.valid_from or date.min) < (row.valid_from or date.min):
            best[row.key] = row
    return tuple(best.values())


def sold_in(row: Row, unit: str) -> Row:
    """The row. Raises BookError where it is in another unit: a price an hour is none a month."""
    if row.unit != unit:
        wrong = f"{row.layer}:{row.line}: {row.item} {row.parameter} is in {row.unit}"
        raise BookError(wrong, f"write it in {unit}")
    return row


def in_context(item: str, context: str, rows: Iterable[Row]) -> list[Row]:
    """Rows in one context. Raises BookError with the nearest where there are none."""
    same = [row for row in rows if row.context == context]
    if not same:
        known = sorted({row.context or "(standard)" for row in rows})
        raise BookError(
            f"{item} has no context {context!r}",
            did_you_mean(context, known) or f"it has {', '.join(known)}",
        )
    return same


def absent(rows: Sequence[Row], key: tuple[str, str, str, int, str], day: date) -> BookError:
    """The error for a cell of an item that no row of it is in force for, with what it has."""
    item, parameter, context, tier_gt, schedule = key
    named = [row for row in rows if row.parameter == parameter]
    if not named:
        known = sorted({row.parameter for row in rows})
        near = did_you_mean(parameter, known, MOST_MEANT) or f"it has {', '.join(known)}"
        return BookError(f"{item} has no {parameter!r}", near)
    same = in_context(item, context, named)
    cell = [row for row in same if (row.tier_gt, row.schedule) == (tier_gt, schedule)]
    if not cell:
        return BookError(
            f"{item} {parameter} has no cell for more than {tier_gt} tokens in schedule "
            f"{schedule!r}",
            f"it has {sorted({(row.tier_gt, row.schedule) for row in same})}",
        )
    return not_in_force(cell, day, rows)


def not_in_force(rows: Sequence[Row], day: date, beside: Iterable[Row] = ()) -> NotInForceError:
    """The error for rows none of which holds on a day: not launched yet, or withdrawn.

    `beside` are the other rows of the item: one that is in force says that it was sold then.
    """
    what = {row.parameter for row in rows}
    words = rows[0].item, *(what if len(what) == 1 else ()), rows[0].context
    name = " ".join(filter(None, words))
    starts = [row.valid_from for row in rows if row.valid_from and row.valid_from > day]
    ends = [row.valid_to for row in rows if row.valid_to and row.valid_to <= day]
    if starts and not ends:
        if any(row.currency and row.holds_on(day) for row in beside):
            return NotInForceError(
                f"{name} on {day}: sold then, price first recorded on {min(starts)}",
                "write what was paid then into a file of your own prices, or take a later day",
            )
        return NotInForceError(f"{name}: no price recorded on {day}", f"first price {min(starts)}")
    if starts:
        wrong = f"{name}: no price recorded on {day}"
        return NotInForceError(wrong, f"one ended {max(ends)}, the next began {min(starts)}")
    if len(ends) < len(rows):
        return NotInForceError(f"{name}: hidden on {day} by an overlay without this cell")
    return NotInForceError(
        f"{name}: no longer priced on {day}", f"the last price ended {max(ends)}"
    )
