"""Which models think before they answer, and how much is taken until somebody has counted."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from aicost.book.data_files import data_rows
from aicost.book.model_patterns import row_for
from aicost.values.quantities import Spread

BY_DEFAULT, IF_ASKED, NEVER = "by default", "if asked", "no"


class Thinking(NamedTuple):
    """That a model thinks before it answers, and who says so."""

    by_default: bool
    source: str


@lru_cache(maxsize=4096)
def thinking_of(model: str) -> Thinking | None:
    """Whether a model can think before it answers; nothing where nobody says that it can.

    >>> thinking_of("anthropic/claude-haiku-5-5").by_default, thinking_of("openai/gpt-4o")
    (True, None)
    """
    row = row_for("thinking_models.csv", model)
    if row is None or row["thinks"] == NEVER:
        return None
    return Thinking(row["thinks"] == BY_DEFAULT, f"{row['source']}, {row['read_on']}")


def usual_thinking() -> tuple[Spread, Spread]:
    """The tokens of thought in one call, at the low and the high end of what is usual."""
    path = "inference.thinking_tokens"
    rows = {row["field"]: row for row in data_rows("defaults.csv") if row["kind"] == "any"}
    p50, p95 = (rows[f"{path}.{part}"] for part in ("p50", "p95"))
    low, high = (Spread(p50.number(end), p95.number(end)) for end in ("low", "high"))
    return low, high
