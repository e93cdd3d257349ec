"""Who shares what is kept: one cache for all, or one for each tenant or user."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from aicost.components.flow import World
from aicost.values.quantities import Numeric
from aicost.values.section import Concern

ONE, PER_TENANT, PER_USER = SHARED = ("1", "per_tenant", "per_user")


def kept_apart(world: World, shared_by: str) -> Numeric | None:
    """How many caches there are, where one knows.

    Parameters
    ----------
    world : what stands around the pipeline. [world]
    shared_by : `1`, `per_tenant` or `per_user`. [name]

    Returns
    -------
    Caches; nothing where nobody says how many tenants or users there are. [caches]

    Examples
    --------
    >>> from aicost.components.traffic import FLAT, Month
    >>> world = World(Month(), FLAT, None, users=100.0, users_per_tenant=20.0)
    >>> [float(kept_apart(world, who)) for who in SHARED]
    [1.0, 5.0, 100.0]
    """
    if shared_by == ONE:
        return 1.0
    each = 1.0 if shared_by == PER_USER else world.users_per_tenant
    if world.users is None or each is None:
        return None
    return np.maximum(world.users / each, 1.0)


def unshared(field: str, shared_by: str, world: World) -> Iterator[Concern]:
    """Yield what a part that is kept for each tenant or user needs, where nobody says it.

    Parameters
    ----------
    field : the field that says who shares it. [name]
    shared_by : `1`, `per_tenant` or `per_user`. [name]
    world : what stands around the pipeline. [world]

    Returns
    -------
    Concerns. [concerns]

    Examples
    --------
    >>> from aicost.components.traffic import FLAT, Month
    >>> [concern.remedy for concern in unshared("prefixes", PER_USER, World(Month(), FLAT, None))]
    ['write traffic.users']
    """
    if kept_apart(world, shared_by) is None:
        needed = "traffic.users"
        if shared_by == PER_TENANT:
            needed += ", and traffic.users_per_tenant: … beside it"
        yield Concern(field, f"nobody says how many there are {shared_by}", f"write {needed}")
