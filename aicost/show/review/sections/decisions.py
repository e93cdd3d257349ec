"""What may be decided otherwise: models, caches, machines, what to change first; and the plan."""

from __future__ import annotations

from typing import Any

from aicost.analysis.alternatives.caches import Caches, caches
from aicost.analysis.alternatives.routing import Routing, routings
from aicost.analysis.alternatives.three_ways import ThreeWays
from aicost.analysis.attribution.bridge import bridge
from aicost.analysis.levers.report import Levers
from aicost.show.review import answers, facts, pictures
from aicost.show.review.look import Look


def routing(look: Look) -> tuple[Routing, ...]:
    """What choosing among models saves, for each stage that does."""
    return tuple(routings(look.case))


def cached(look: Look) -> Caches | None:
    """What its caches save."""
    found = caches(look.case)
    return found if found.told else None


def machines(look: Look) -> list[tuple[str, ThreeWays]]:
    """Rented and bought machines held against the same model by the token, and today's."""
    return answers.machines(look.case, [(one.name, one.case) for one in look.options or ()])


def levers(look: Look) -> Levers | None:
    """What to change first."""
    return look.levers if look.levers.gains else None


def bridged(look: Look) -> dict[str, Any] | None:
    """Why the bill is not what was planned."""
    if look.plan is None:
        return None
    found = bridge(look.plan, look.case)
    return {
        "answer": answers.bridge(found),
        "chart": pictures.bridge(found),
        "table": facts.bridge_table(found),
    }
