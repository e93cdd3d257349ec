"""From a log of requests: what was billed, and why."""

from aicost.log.columns import COLUMNS, TOKENS, Column
from aicost.log.engine import collected, conform

__all__ = ["COLUMNS", "TOKENS", "Column", "collected", "conform"]
