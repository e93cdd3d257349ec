"""The command that says at which usage a system ends."""

from __future__ import annotations

from aicost.cli.common import File, Prices, Settings, closed, opened, say
from aicost.values.text_table import paragraph


def inflection(file: File, settings: Settings = None, prices: Prices = None) -> None:
    """Say at which usage it ends: each goal and limit, where it holds, what turns it."""
    from aicost.analysis.scaling.growth import growth
    from aicost.analysis.viability.ends import ends
    from aicost.show.review.answers import outlook

    case = opened(file, prices, settings)
    found, plan = ends(case), growth(case) if case.scenario.growth else None
    head = f"{case.name}, with {', '.join(settings)}" if settings else case.name
    parts = [head, paragraph(outlook(case, plan))]
    if found.every:
        parts.append(found.rows().only("Goal", "met", "turning point").text())
    parts += [paragraph(one.sentence, "- ", "  ") for one in found.money]
    parts += [paragraph(plan.sentence)] if plan is not None else []
    say("\n\n".join(parts))
    closed(case)
