"""What a vector store meters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.components.stores import read_units, record_bytes, units_of_copy


def test_the_vendor_s_own_example() -> None:
    """Pinecone: a million records of 1,536 dimensions and 1,000 B of metadata are 7.14 GB."""
    gb = 1_000_000 * record_bytes(dimensions=1536, metadata_bytes=1000) / 1e9
    assert gb == pytest.approx(7.14, abs=0.005)
    assert read_units(gb=gb, above_gb=[0], per_gb=[1], minimum=0.25) == gb


def test_a_small_namespace_costs_the_least_read() -> None:
    sizes = np.array([0.0, 0.1, 0.25, 3.0])
    found = read_units(gb=sizes, above_gb=[0], per_gb=[1], minimum=0.25)
    assert found.tolist() == [0.25, 0.25, 0.25, 3.0]


@given(st.integers(0, 10_000), st.integers(1, 300), st.sampled_from([0.5, 1, 2]))
def test_whole_units_by_filling_them(needed: int, per_unit: int, least: float) -> None:
    units, left = least, needed - least * per_unit
    if left > 0:
        units, left = 0, needed
        while left > 0:
            units, left = units + 1, left - per_unit
    assert units_of_copy(filled_units=needed / per_unit, least_units=least) == units


def test_bytes_as_numpy_holds_them() -> None:
    vectors = np.zeros((10, 768), dtype=np.float32)
    assert record_bytes(dimensions=768, metadata_bytes=0) * 10 == vectors.nbytes
