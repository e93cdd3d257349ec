"""Charts of models on chips of one's own: whatever the numbers are, and what they say."""

import numpy as np
import pandas as pd
import pytest
from chart_frames import SPEEDS, WORK
from drawn import WIDTHS, faults, words
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.show import charts
from aicost.show.charts.renderer import spec_of


@settings(max_examples=15)
@given(
    st.lists(st.floats(1, 1e5), min_size=2, max_size=5, unique=True),
    st.floats(1e11, 1e13),
    st.sampled_from(WIDTHS),
)
def test_any_roofline_stays_on_its_canvas(asked: list[float], slope: float, width: int) -> None:
    f = pd.DataFrame({"name": [f"work {i}" for i in range(len(asked))], "flop_per_byte": asked})
    f["flop_per_s"] = np.minimum(1e15, slope * f["flop_per_byte"])
    found = faults(charts.roofline(f, bytes_per_s=slope, width=width))
    assert [w for w in found if w.startswith("cut")] == []


def test_sentences() -> None:
    roof = spec_of(charts.roofline(WORK, bytes_per_s=3.35e12))
    assert roof["description"] == (
        "Below 591 operations a byte, memory is what it waits for; of 4 kinds of work that is so "
        "of 1 user, 8 users and 64 users."
    )
    speeds = spec_of(charts.speed_bought(SPEEDS))
    assert speeds["description"] == (
        "With 1 at once each sees 45 tokens a second, with 64 9; in all it writes 45 and 559 a "
        "second."
    )
    assert "12 times the tokens, at 5.2 times the wait for each" in words(
        charts.speed_bought(SPEEDS)
    )


@pytest.mark.parametrize("rows", [0, 1])
def test_too_few_rows_to_draw(rows: int) -> None:
    with pytest.raises(ValueError, match="roofline"):
        charts.roofline(WORK.iloc[:rows], bytes_per_s=1e12)
    with pytest.raises(ValueError, match="speed_bought"):
        charts.speed_bought(SPEEDS.iloc[:rows])
