"""Marks added up by day and slice, on any engine, and a difference split exactly."""

from datetime import date
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.log.change_points import Days
from aicost.log.columns import NAMELESS
from aicost.log.engine import conform
from aicost.log.marked_cells import marked, split

CALLS = pd.DataFrame(
    {
        "moment": pd.to_datetime(
            ["2026-11-01 23:59:59", "2026-11-03 00:00:00", "2026-11-03 09:00:00"]
        ),
        "quality": [0.5, 1.0, 0.25],
        "model": ["a", "b", None],
        "region": ["eu", "eu", "eu"],
        "from_cache": [True, False, False],
    }
)


def in_duckdb(frame: pd.DataFrame) -> Any:
    return duckdb.connect().from_df(frame)


@pytest.mark.parametrize("made", [pd.DataFrame, in_duckdb, conform])
def test_marks_are_added_up_alike_on_any_engine(made: Any) -> None:
    unmarked = pd.DataFrame({"moment": [pd.Timestamp("2026-12-09")], "quality": [None]})
    cells = marked(made(pd.concat([CALLS, unmarked.astype({"quality": float})])))
    assert (cells.first, cells.days) == (date(2026, 11, 1), 3)
    whole = cells.whole()
    assert whole.n.tolist() == [[1, 0, 2]]
    assert whole.s.tolist() == [[0.5, 0, 1.25]]
    assert whole.q.tolist() == [[0.25, 0, 1.0625]]
    assert cells.values["model"] == (NAMELESS, "a", "b")
    assert [value.lower() for value in cells.values["from_cache"]] == ["false", "true"]
    assert "region" not in cells.values  # the same for all: no slice
    for _, days in cells.slices():
        assert np.array_equal(days.n.sum(axis=0), whole.n[0])
    assert cells.between(2, 3).whole().n.tolist() == [[2]]
    assert cells.only(cells.where("model", "b")).whole().s.tolist() == [[0, 0, 1.0]]


def test_what_is_no_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="no call has a mark"):
        marked(CALLS.assign(quality=np.nan))
    with pytest.raises(ValueError, match=r"marks from 1 to 70 are not 0 to 1; if they are of 100"):
        marked(CALLS.assign(quality=[1.0, 70.0, 3.0]))
    with pytest.raises(ValueError, match="marks from -1 to 1 are not 0 to 1; write them"):
        marked(CALLS.assign(quality=[1.0, -1.0, 0.0]))


counts = st.lists(
    st.tuples(*[st.integers(0, 50), st.floats(0, 1)] * 2), min_size=1, max_size=8
).filter(lambda rows: sum(r[0] for r in rows) and sum(r[2] for r in rows))


@given(counts)
def test_rate_and_mix_add_up_and_do_not_hang_on_order(rows: list[tuple[int, ...]]) -> None:
    table = np.array(rows, dtype=float)
    n, rate = table[:, [0, 2]], table[:, [1, 3]]
    s = n * rate
    found = split("any", Days(n, s, s), 1)
    change = s[:, 1].sum() / n[:, 1].sum() - s[:, 0].sum() / n[:, 0].sum()
    assert found.rate + found.mix == pytest.approx(change, abs=1e-12)
    again = split("any", Days(n[::-1], s[::-1], s[::-1]), 1)
    assert (again.rate, again.mix) == pytest.approx((found.rate, found.mix), abs=1e-12)


def test_mix_alone_is_mix_and_rate_alone_is_rate() -> None:
    n = np.array([[90.0, 50.0], [10.0, 50.0]])
    mixed = split("model", Days(n, n * [[0.9, 0.9], [0.4, 0.4]], n), 1)
    assert (mixed.rate, mixed.mix, mixed.stayed) == pytest.approx((0, -0.2, 1))
    n = np.array([[90.0, 90.0], [10.0, 10.0]])
    worse = split("model", Days(n, n * [[0.9, 0.8], [0.4, 0.4]], n), 1)
    assert (worse.rate, worse.mix) == pytest.approx((-0.09, 0))
    n = np.array([[90.0, 0.0], [10.0, 60.0]])
    gone = split("model", Days(n, n * [[0.9, 0.9], [0.4, 0.4]], n), 1)
    assert gone.stayed == pytest.approx(0.1)
    assert gone.rate == pytest.approx(0)
