"""Axes are ticked at round numbers, and name their units."""

import pytest
from chart_frames import MODELS, frames
from drawn import WIDTHS, drawn, words

from aicost.show import charts


@pytest.mark.parametrize("width", WIDTHS)
def test_usage_is_ticked_at_the_powers_of_ten(width: int) -> None:
    f = frames("help-desk")
    for chart in (
        charts.usage_curve(f["usage"], width=width),
        charts.cost_per_user(f["per_user"], width=width),
    ):
        found, _, height = drawn(chart)
        lowest = sorted({w.y1 for w in found if w.y1 > height - 45})[0]
        ticks = sorted((w.x1, w.text) for w in found if abs(w.y1 - lowest) < 1)
        assert [t for _, t in ticks] == ["100", "1k", "10k", "100k", "1M"]


def test_axes_name_their_units() -> None:
    f = frames("catalogue-overnight")
    assert "USD per month (log scale)" in words(charts.usage_curve(f["usage"], unit="record"))
    per_user = words(charts.cost_per_user(f["per_user"], unit="record"))
    assert {
        "USD per record (log scale)",
        "records a month (log scale)",
    } < per_user
    assert {"USD per month", "months from now"} < words(charts.growth_lines(f["growth"].frame))
    assert "USD per request (log scale)" in words(charts.model_prices(MODELS))
