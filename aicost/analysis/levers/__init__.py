"""What to change first: each lever by itself, and what all of them save together."""

from aicost.analysis.levers.report import saved_by_first

__all__ = ["saved_by_first"]
