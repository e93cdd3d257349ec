"""Who shares what is kept: how many caches that makes."""

import numpy as np
import pytest

from aicost.components.flow import World
from aicost.components.sharing import SHARED, kept_apart, unshared
from aicost.components.traffic import FLAT, Month


def test_users_may_be_arrays_and_no_tenant_has_none() -> None:
    world = World(Month(), FLAT, None, users=np.array([1.0, 10.0, 90.0]), users_per_tenant=30.0)
    assert np.asarray(kept_apart(world, "per_tenant")).tolist() == [1.0, 1.0, 3.0]
    assert np.asarray(kept_apart(world, "per_user")).tolist() == [1.0, 10.0, 90.0]


@pytest.mark.parametrize("shared_by", SHARED)
def test_only_one_for_all_needs_nothing(shared_by: str) -> None:
    gaps = [*unshared("prefixes", shared_by, World(Month(), FLAT, None))]
    assert bool(gaps) == (shared_by != "1")
