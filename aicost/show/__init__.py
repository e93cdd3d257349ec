"""What people see: charts, the page, and what makes a notebook live."""

from aicost.show.charts.renderer import use

__all__ = ["use"]
