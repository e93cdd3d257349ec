"""Which rows hold on a day, and what is said where none does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from aicost.book.rows import BookError, NotInForceError, Row
from aicost.values.suggest import did_you_mean


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


def not_in_force(rows: Sequence[Row], day: date) -> NotInForceError:
    """The error for rows none of which holds on a day: not launched yet, or withdrawn."""
    name = f"{rows[0].item} {rows[0].parameter} {rows[0].context}".rstrip()
    starts = [row.valid_from for row in rows if row.valid_from and row.valid_from > day]
    if starts:
        return NotInForceError(f"{name}: not yet launched on {day}", f"first price {min(starts)}")
    ends = [row.valid_to for row in rows if row.valid_to and row.valid_to <= day]
    if len(ends) < len(rows):
        return NotInForceError(f"{name}: hidden on {day} by an overlay without this cell")
    return NotInForceError(
        f"{name}: no longer priced on {day}", f"the last price ended {max(ends)}"
    )
