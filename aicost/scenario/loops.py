"""What the rounds of a loop bring, beside what the file says they add to the next call."""

from __future__ import annotations

from collections.abc import Iterator

from aicost.components.flow import Rounds
from aicost.scenario.scenario import Scenario, arrivals
from aicost.values.quantities import at_means
from aicost.values.section import Concern

ENOUGH = 0.75  # of what is found may be cut before it is kept: less contradicts the search


def forgotten(scenario: Scenario) -> Iterator[tuple[str, Rounds, Concern]]:
    """Yield each loop that finds more than it is said to grow by, with its name and the concern."""
    found: dict[str, float] = {}
    loop_of = {id(loop.rounds): loop.name for loop in scenario.pipeline.loops}
    for stage, flow, _ in arrivals(scenario, scenario.requests()):
        after = stage.pass_on(flow)
        if flow.loop is not None and after.passages is not flow.passages and after.context():
            count, each = after.context()
            found[loop_of[id(flow.loop)]] = float(count.value * each.value)
    for loop in scenario.pipeline.loops:
        kept = float(at_means(loop.rounds.grows_tokens_per_round))
        if kept < ENOUGH * (brought := found.get(loop.name, 0.0)):
            wrong = f"a round finds {brought:,.0f} tokens of passages, and adds {kept:,.0f} to what"
            remedy = f"write about {round(brought, -2):_.0f}, or a lower top_k"
            yield (
                loop.name,
                loop.rounds,
                Concern("grows_tokens_per_round", f"{wrong} the next one reads", remedy),
            )
