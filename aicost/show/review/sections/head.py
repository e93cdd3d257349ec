"""The head of a page: verdict, how sure it is, and the cards."""

from __future__ import annotations

from typing import Any

from aicost.show.review import answers, facts, headline
from aicost.show.review.look import Look


def head(look: Look) -> dict[str, Any]:
    """What stands above all else."""
    return {
        "verdict": answers.verdict(look.case, look.cost, look.months),
        "confidence": facts.confidence(look.bill),
        "cards": headline.cards(look.bill, look.cost, look.ends),
    }
