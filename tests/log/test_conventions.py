"""Where cache and thinking are counted: declared by a source, shown by its rows."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.log.cells import TYPES
from aicost.log.conventions import Convention, conventions
from aicost.log.layouts import KINDS, Layout, Side
from aicost.log.settled import nw

COUNT = st.integers(0, 4_000)


def frame(rows: list[dict[str, Any]]) -> nw.LazyFrame[Any]:
    columns = pd.DataFrame(rows).reindex(columns=["problem", *KINDS])
    types = {name: TYPES[kind] for name, kind in KINDS.items()}
    return nw.from_native(columns.astype({"problem": "string", **types})).lazy()


def written(one: tuple[int, int, int, int], cached: Side, thought: Side) -> dict[str, Any]:
    """A call of uncached input, cache, visible output and thinking, as a source counts it."""
    fresh, read, seen, thinking = one
    return {
        "provider": "p",
        "input_tokens": fresh + read * (cached == "inside"),
        "cache_read_tokens": read,
        "output_tokens": seen + thinking * (thought == "inside"),
        "thinking_tokens": thinking,
        "total_tokens": fresh + read + seen + thinking,
    }


def layout(cached: Side, thought: Side) -> Layout:
    return Layout("any", "lines", (), cached, thought, {})


@given(
    st.lists(st.tuples(COUNT, COUNT, COUNT, COUNT), min_size=1, max_size=12),
    *[st.sampled_from(["inside", "beside"])] * 4,
)
def test_a_total_tells_where_both_are_counted(
    calls: list[tuple[int, int, int, int]], cached: Side, thought: Side, said: Side, held: Side
) -> None:
    """Where a total stands, whatever is declared, the buckets come out as they were."""
    calls = [one for one in calls if one[1] != one[3]]  # the same number tells nothing
    if not calls:
        return
    every = frame([written(one, cached, thought) for one in calls])
    found = conventions(every, layout(said, held))
    apart = every.select(
        found[0].apart("input_tokens", nw.col("cache_read_tokens")),
        found[1].apart("output_tokens", nw.col("thinking_tokens")),
    ).collect()
    assert apart.rows() == [(one[0], one[2]) for one in calls]


@pytest.mark.parametrize("said", ["inside", "beside"])
def test_without_a_total_more_in_the_cache_than_in_all_says_beside(said: Side) -> None:
    rows = [written((10, 90, 5, 0), "beside", "inside") | {"total_tokens": None}]
    cached, thought = conventions(frame(rows), layout(said, "inside"))
    assert cached.otherwise == (("p",) if said == "inside" else ())
    assert not thought.sentence


def test_what_cannot_be_seen_is_said_to_be_so() -> None:
    rows = [written((90, 10, 5, 0), "beside", "inside") | {"total_tokens": None}]
    cached, _ = conventions(frame(rows), layout("beside", "inside"))
    assert "Rows with some: 1; none shows whether it is so." in cached.sentence


def test_a_convention_of_no_rows_says_nothing() -> None:
    assert Convention("a", "b", "inside").sentence == ""
