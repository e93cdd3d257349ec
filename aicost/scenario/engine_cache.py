"""What an engine keeps of prompts that are alike: who has a use for it, and the memory it takes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from aicost.components.stage import Stage
from aicost.scenario.pool_section import Pool
from aicost.scenario.scenario import Scenario, steps
from aicost.scenario.served_pools import machine_of
from aicost.scenario.unit_memory import fitting, kept_gb
from aicost.values.formatting import count, percent
from aicost.values.section import Concern

SHARE = "cache_read_share"


def cache_warnings(point: Scenario) -> Iterator[tuple[Pool, Concern]]:
    """Yield pools whose engine keeps nothing that is counted on, has no use for it, or no room."""
    on_it: dict[str, list[Stage]] = {pool.name: [] for pool in point.pools}
    for stage in point.stages:
        on_it.setdefault(stage.runs_on, []).append(stage)
    for pool in point.pools:
        stages = on_it[pool.name]
        if pool.prefix_cache and not any(np.any(stage.read_before) for stage in stages):
            wrong = "no stage on it says what share of its input is found there"
            yield pool, Concern("prefix_cache", wrong, f"write {SHARE}: … in a stage of it")
        for stage in stages if not pool.prefix_cache else ():
            if SHARE not in stage.quantities() or stage.basis(SHARE) == "assumed":
                continue
            if stage.differs(SHARE):
                wrong = f"{SHARE} of {stage.name} does nothing: no prompt is kept"
                remedy = f"leave {SHARE} out of {stage.name}"
                remedy = f"write prefix_cache: yes, or {remedy}" if pool.serves else remedy
                yield pool, Concern("prefix_cache", wrong, remedy)
    yield from _no_room(point)


def _no_room(point: Scenario) -> Iterator[tuple[Pool, Concern]]:
    """Yield pools whose units cannot hold the prompts that are to be found there."""
    keeping = {pool.name: pool for pool in point.pools if pool.prefix_cache}
    for stage, flow in steps(point, point.requests()) if keeping else ():
        pool, tokens = keeping.get(stage.runs_on), stage.worked(flow)
        prompts = stage.prompts_kept(flow.world)
        if pool is None or tokens is None or prompts is None or not np.any(stage.read_before):
            continue
        one, kept = machine_of(pool), float(np.max(tokens[0] * stage.read_before))
        many, room = float(np.max(prompts)), float(np.max(fitting(one, tokens[0] + tokens[1])))
        if many > room:
            held, left = kept_gb(one, kept)
            wrong = f"{count(round(many))} prompts of {stage.name} take {held * many:,.0f} GB, and "
            wrong += f"a unit has {left:,.0f} GB beside its weights: with those of "
            wrong += f"running calls it holds {percent(float(f'{room / many:.2g}'))} of them"
            remedy = f"write a smaller {SHARE} in {stage.name}, or send each to a unit of its own"
            yield pool, Concern("prefix_cache", wrong, remedy)
