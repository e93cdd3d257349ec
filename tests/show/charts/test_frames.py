"""A frame is checked before anything is drawn."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from aicost.show import charts


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (
            lambda: charts.components_bar(pd.DataFrame({"component": ["inference"], "usd": [1.0]})),
            "components_bar: the frame has no column 'share'; it has component, usd",
        ),
        (
            lambda: charts.components_bar(
                pd.DataFrame({"component": ["inferrence"], "usd": [1.0], "share": [1.0]})
            ),
            "no component 'inferrence'; did you mean 'inference'?",
        ),
        (lambda: charts.bill_range(pd.DataFrame({"usd": []})), "no rows"),
        (lambda: charts.bill_range(pd.DataFrame({"usd": [1.0, np.nan]})), "not finite"),
    ],
)
def test_frames_that_no_chart_can_take(draw: Callable[[], Any], words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        draw()
