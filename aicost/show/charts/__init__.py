"""Every chart: a plain frame in, a picture with its own description out.

All take `width`, the outer width in pixels (720 for a page, 340 for a phone), and lay themselves
out for it. Each has a title that says what was found, axes with units, direct labels, a second
sign beside colour, and a `description`: a sentence computed from the frame. `use` turns their look
on in a notebook.

They are loaded when they are used: altair takes a while, and not all that is said of charts, as
their colours, needs it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aicost.show.charts.bars import bridge_waterfall, components_bar, shares_basis
    from aicost.show.charts.curves import cost_per_user, growth_lines, usage_curve
    from aicost.show.charts.desks import desk_day, policy_curve
    from aicost.show.charts.frames import component_frame
    from aicost.show.charts.gains import before_after
    from aicost.show.charts.latency import stage_bars, time_curves
    from aicost.show.charts.points import bill_range, model_prices
    from aicost.show.charts.renderer import use
    from aicost.show.charts.searches import recall_bought, store_curves
    from aicost.show.charts.serving import roofline, speed_bought

__all__ = [
    "before_after",
    "bill_range",
    "bridge_waterfall",
    "component_frame",
    "components_bar",
    "cost_per_user",
    "desk_day",
    "growth_lines",
    "model_prices",
    "policy_curve",
    "recall_bought",
    "roofline",
    "shares_basis",
    "speed_bought",
    "stage_bars",
    "store_curves",
    "time_curves",
    "usage_curve",
    "use",
]

_LIVES_IN = {
    "before_after": "gains",
    "bill_range": "points",
    "bridge_waterfall": "bars",
    "component_frame": "frames",
    "components_bar": "bars",
    "cost_per_user": "curves",
    "desk_day": "desks",
    "growth_lines": "curves",
    "model_prices": "points",
    "policy_curve": "desks",
    "recall_bought": "searches",
    "roofline": "serving",
    "shares_basis": "bars",
    "speed_bought": "serving",
    "stage_bars": "latency",
    "store_curves": "searches",
    "time_curves": "latency",
    "usage_curve": "curves",
    "use": "renderer",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _LIVES_IN:
        raise AttributeError(f"module 'aicost.show.charts' has no attribute {name!r}")
    found = getattr(import_module(f"aicost.show.charts.{_LIVES_IN[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
