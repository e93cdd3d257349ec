"""The head of a page: for whom, the verdict, the cards, three things to do, each goal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aicost.show.review import facts, headline
from aicost.show.review.logo import logo
from aicost.show.review.look import Look
from aicost.show.review.sections.deeds import Deed, measured, saved, sooner
from aicost.show.review.verdict import verdict
from aicost.values.formatting import count, money
from aicost.values.table import Table

THINGS = 3


def head(look: Look) -> dict[str, Any]:
    """What stands above all else."""
    said, day = look.case.scenario.head, look.case.book.as_of
    by = [f"for {said.client}" if said.client else "", f"by {said.author}" if said.author else ""]
    by.append(f"{day.day} {day:%B %Y}")
    return {
        "logo": logo(look.case),
        "logo_words": said.client or said.author or "logo",
        "by": " · ".join(filter(None, by)),
        "verdict": verdict(look.case, look.cost, look.months),
        "confidence": facts.confidence(look.bill),
        "off": look.case.off_invoice,
        "cards": headline.cards(look.bill, look.cost, look.ends),
        "things": three_things(look),
        "together": _together(look),
        "goals": _goals(look),
    }


def three_things(look: Look) -> list[Deed]:
    """Three things to do: what saves most, what a missed goal of time asks, what to find out."""
    late = [*sooner(look)]
    most = [_with_time(deed, late) for deed in saved(look)]
    every: dict[str, Deed] = {}
    for deed in (*most[: THINGS - len(late)], *late, *most, *measured(look)):
        every.setdefault(deed.does, deed)
    return [*every.values()][:THINGS]


def _with_time(deed: Deed, late: list[Deed]) -> Deed:
    """What saves money, with what it does for a goal of time where it is that change as well."""
    for same in (other for other in late if other.does == deed.does):
        return replace(deed, worth=f"{deed.worth}; {same.worth}")
    return deed


def _together(look: Look) -> str:
    """What all levers save, each saving counted once, where there is more than one."""
    found = look.levers
    if len(found.gains) < 2:
        return ""
    words = f"The {count(len(found.gains))} changes that save money save "
    words += f"{money(found.together.saved)} a month together, each saving counted once"
    if not (found.unproven and found.first):
        return f"{words}."
    left = f"{words}; {money(found.unproven)} of it comes from those that change the answers"
    return f"{left}, whose worth nobody has measured."


def _goals(look: Look) -> Table | None:
    """Each goal that counts: where it is kept."""
    whole = look.ends.rows()
    names = {end.name for end in look.ends.counted}
    named = zip(look.ends.every, whole.rows, strict=True)
    rows = [replace(row, cells=row.cells[:3]) for end, row in named if end.name in names]
    return replace(whole, columns=whole.columns[:3], rows=tuple(rows)) if rows else None
