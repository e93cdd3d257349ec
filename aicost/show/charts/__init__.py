"""Every chart: a plain frame in, a picture with its own description out.

All take `width`, the outer width in pixels (720 for a page, 340 for a phone), and lay themselves
out for it. Each has a title that says what was found, axes with units, direct labels, a second
sign beside colour, and a `description`: a sentence computed from the frame. `use` turns their look
on in a notebook.
"""

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
