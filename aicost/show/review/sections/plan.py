"""A plan of 30, 90 and 180 days: what to measure, what to change, what to decide."""

from __future__ import annotations

from aicost.show.review.look import Look
from aicost.show.review.sections.deeds import Deed, decided, measured, saved, sooner
from aicost.values.table import Row, Table, table

EACH = 3
SOON = 3  # months of 90 days


def plan(look: Look) -> Table | None:
    """The plan as a table: what takes least first, each with the figure that it rests on."""
    most = [*saved(look)][:EACH]
    by_savings = sorted(most, key=lambda deed: deed.effort)  # of the same, what saves more
    told = {deed.does for deed in by_savings}
    late = [deed for deed in sooner(look) if deed.does not in told]
    told |= {deed.does for deed in late}
    left = [deed for deed in decided(look) if deed.does not in told]
    soon = [deed for deed in left if deed.month is not None and deed.month <= SOON]
    parts: dict[str, list[Deed]] = {
        "30 days: measure": [*measured(look)],
        "90 days: change": [*soon, *late, *by_savings],
        "180 days: decide": [deed for deed in left if deed not in soon],
    }
    rows: list[Row] = []
    for days, deeds in parts.items():
        head = Row((days, "", ""), role="head")
        rows += [head, *(Row((d.does, d.worth, d.takes)) for d in deeds)] if deeds else []
    return table(("Within", "the figure behind it", "what it takes"), rows) if rows else None
