"""All crossings of a function of whole numbers, against sums done by hand."""

import numpy as np
from cases import written
from hypothesis import given
from hypothesis import strategies as st

from aicost.formulas.crossings import crossings


def test_eleven_crossings() -> None:
    """An API at $0.001 a request against boxes of $1,825 a month that carry 2,153,500 requests.

    By hand: k boxes cost 1,825 k, which the API reaches at 1,825,000 k requests and which carry
    up to 2,153,500 k. For k = 1 … 5 boxes are cheaper from 1,825,000 k to 2,153,500 k; the sixth
    pays from 10,950,000, and as 6 x 2,153,500 = 12,921,000 lies above 7 x 1,825,000 = 12,775,000
    nothing turns from there on.
    """
    api = written(
        """
traffic: {requests_per_month: 1}
other: {api: {per_request: 0.001, component: inference}}
"""
    )
    box = written(
        """
traffic: {requests_per_month: 1}
pipeline: {answer: {is: inference, pool: boxes, input_tokens: 1, output_tokens: 1}}
pools: {boxes: {price_per_hour: 2.5, carries: 2_950}}
"""
    )

    def saved(requests: np.ndarray) -> np.ndarray:
        at = {"requests_per_month": requests}
        return api.at(at).bill.total - box.at(at).bill.total

    assert crossings(saved, up_to=30_000_000) == [
        1_825_000,
        2_153_501,
        3_650_000,
        4_307_001,
        5_475_000,
        6_460_501,
        7_300_000,
        8_614_001,
        9_125_000,
        10_767_501,
        10_950_000,
    ]


@given(
    st.integers(1, 50),
    st.integers(0, 500),
    st.integers(0, 400),
    st.integers(1, 60),
    st.integers(0, 40),
    st.integers(1, 300),
)
def test_crossings_are_all_of_them(
    slope: int, floor: int, step: int, every: int, start: int, length: int
) -> None:
    def f(n: int) -> int:
        return slope * n - floor - step * (n // every)

    numbers = range(start, start + length)
    by_hand = [n for n in numbers[1:] if (f(n) >= 0) != (f(n - 1) >= 0)]
    assert crossings(f, up_to=start + length - 1, start=start) == by_hand


def test_crossings_at_the_seams_of_blocks() -> None:
    for at in (32_767, 32_768, 32_769, 65_536, 65_537):
        assert crossings(lambda n, at=at: n - at, up_to=100_000) == [at]
    assert crossings(lambda n: -1.0, up_to=100_000) == []
    assert crossings(lambda n: n, up_to=0) == []
