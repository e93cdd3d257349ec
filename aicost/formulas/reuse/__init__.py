"""How much of a prompt is met in a provider's cache, and what has to be written to it for that."""

from aicost.formulas.reuse.warm import (
    cached_share,
    reachable_share,
    warm_in_series,
    warm_over_day,
    warm_share,
)

__all__ = ["cached_share", "reachable_share", "warm_in_series", "warm_over_day", "warm_share"]
