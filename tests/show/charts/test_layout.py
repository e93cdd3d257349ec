"""Where things stand: ticked, wrapped, no wider than reckoned."""

import numpy as np
from chart_frames import SCENARIOS, sample_charts
from drawn import measured, words
from hypothesis import given, settings
from hypothesis import strategies as st

from aicost.show.charts.layout import linear_ticks, log_ticks, shorten, text_width, wrap
from aicost.show.charts.theme import FONT


@settings(max_examples=200)
@given(st.floats(1e-6, 1e6), st.floats(1.3, 1e9), st.integers(3, 9))
def test_log_ticks(low: float, ratio: float, most: int) -> None:
    ticks = log_ticks(low, low * ratio, most)
    assert 1 <= len(ticks) <= most
    assert ticks == sorted(set(ticks))
    assert all(low * (1 - 1e-6) <= t <= low * ratio * (1 + 1e-6) for t in ticks)


@settings(max_examples=200)
@given(*[st.floats(-1e9, 1e9).map(lambda v: round(v, 6))] * 2)
def test_linear_ticks(a: float, b: float) -> None:
    ticks = linear_ticks(*sorted((a, b)))
    assert 0.0 in ticks
    assert ticks[0] <= min(a, b, 0) + 1e-9
    assert ticks[-1] >= max(a, b, 0) - 1e-9
    assert len(ticks) <= 8
    np.testing.assert_allclose(np.diff(ticks), ticks[1] - ticks[0], rtol=1e-6)


@settings(max_examples=100)
@given(st.text("abcdef MW→,.0123", max_size=80), st.floats(30, 200))
def test_wrapping_loses_nothing_but_what_it_marks(text: str, width: float) -> None:
    lines = wrap(text, width)
    assert all(text_width(line) <= width for line in lines)
    if "…" not in "".join(lines):
        assert "".join("".join(lines).split()) == "".join(text.split())
    assert shorten(text, width) == text or shorten(text, width).endswith("…")


def test_words_are_not_wider_than_reckoned() -> None:
    every = [draw(720) for name in SCENARIOS[:2] for draw in sample_charts(name).values()]
    said = {word for chart in every for word in words(chart)}
    widths = measured([(text, 12.0, "normal", FONT) for text in sorted(said)])
    assert len(said) > 60
    assert all(width <= text_width(text, 12) + 0.5 for (text, *_), width in widths.items())
