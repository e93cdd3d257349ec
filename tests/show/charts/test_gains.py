"""Charts of what is better than before, whatever the numbers are."""

import pandas as pd
from drawn import WIDTHS, faults
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.show import charts


@settings(max_examples=10)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=14),
    st.sampled_from(WIDTHS),
)
def test_gains_of_any_size(ends: list[tuple[float, float]], width: int) -> None:
    f = pd.DataFrame(ends, columns=["before", "after"]).assign(case=lambda f: f.index.map(str))
    chart = charts.before_after(f, measure="m", before="search", after="reranked", width=width)
    assert faults(chart) == []
