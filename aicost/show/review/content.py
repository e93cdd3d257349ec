"""All that a page says: its parts in their order, each worked out once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aicost.analysis.own_prices import own_prices
from aicost.show.review import facts, headline, times
from aicost.show.review.beside import option_figures
from aicost.show.review.look import Look
from aicost.show.review.sections import decisions, grounds, money, sources, viability
from aicost.show.review.sections import head as opening
from aicost.show.review.sections import invoiced as beside
from aicost.show.review.sections import plan as days


def _logged(look: Look) -> Any:
    """What the log says; how logs are read is loaded where there is one."""
    if look.log is None:
        return None
    from aicost.show.review.sections.logged import logged

    return logged(look)


#: The parts of a page in its order: what each says of a look, nothing where it does not apply.
#: The template of a part has its name; in it `it` is what was said. One more part is one more line.
SECTIONS: dict[str, Callable[[Look], Any]] = {
    "head": opening.head,
    "scope": grounds.scope,
    "register": grounds.register,
    "cost": money.cost,
    "growth": money.growth,
    "bridge": decisions.bridged,
    "invoiced": beside.invoiced,
    "logged": _logged,
    "speed": lambda look: look.clock and times.content(look.clock),
    "inflection": viability.inflection,
    "users": lambda look: look.users,
    "options": lambda look: look.options,
    "levers": decisions.levers,
    "routing": decisions.routing,
    "caches": decisions.cached,
    "machines": decisions.machines,
    "plan": days.plan,
    "constraints": grounds.constraints,
    "missing": sources.missing,
    "sources": sources.sources,
}

#: Those of them that hold pictures.
PICTURED = ("cost", "growth", "bridge", "speed", "inflection")


def page_content(look: Look) -> dict[str, Any]:
    """What each part of the page says, computed from the case, in the order of the page.

    Parts with pictures are worked out first: while those are drawn next door, the others are.
    """
    said = {name: SECTIONS[name](look) for name in dict.fromkeys((*PICTURED, *SECTIONS))}
    return {name: said[name] for name in SECTIONS}


def figures(look: Look) -> dict[str, Any]:
    """All figures of the page for a machine."""
    case = look.case
    users, clock = look.users, look.clock
    return (
        headline.figures(look.bill, look.cost, look.ends, look.at)
        | ({"seconds": times.figures(clock)} if clock else {})
        | ({"users": headline.user_figures(users, case.scenario.money)} if users else {})
        | ({"options": option_figures(look.options, case.scenario.money)} if look.options else {})
        | beside.invoice_figures(look, case.scenario.money)
        | facts.own_figures(own_prices(case.point))
    )
