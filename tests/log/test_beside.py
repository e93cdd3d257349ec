"""A small table on the engine of a large one."""

from datetime import datetime

import narwhals as nw
import pandas as pd
import pytest
from priced_logs import ENGINES

from aicost.log.beside import beside
from aicost.log.engine import collected

NAMES = ["it's", "'); DROP TABLE held; --", "a\x00b", 'ü\n"x"', None]
SMALL = pd.DataFrame(
    {
        "name": pd.array(NAMES, dtype="string"),
        "day": pd.Series(
            [datetime(1, 1, 1), datetime(2026, 11, 2, 3, 4, 5, 6)] + [None] * 3
        ).astype("datetime64[us]"),
        "whole": pd.array([-(2**63), 2**63 - 1, None, 0, 1], dtype="Int64"),
        "number": [1e-300, 0.1, 2.0, 3.0, 4.0],
        "flag": [True, False, True, False, True],
    }
)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_put_beside_is_what_it_was(engine: str) -> None:
    frame = nw.from_native(ENGINES[engine](pd.DataFrame({"name": NAMES[:4]}))).lazy()
    small = beside(frame, SMALL)
    assert small.implementation is frame.implementation
    joined = collected(frame.join(small, on="name", how="inner")).sort_values("number")
    expected = SMALL.iloc[:4]
    for name in SMALL:
        held = joined[name].astype(expected[name].dtype).reset_index(drop=True)
        pd.testing.assert_series_equal(held, expected[name])
