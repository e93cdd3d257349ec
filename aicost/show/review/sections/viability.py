"""When it stops being viable."""

from __future__ import annotations

from typing import Any

from aicost.show.review import answers, pictures
from aicost.show.review.look import Look


def inflection(look: Look) -> dict[str, Any]:
    """Each goal and limit with the usage at which it ends, and the growth plan."""
    months = look.months
    return {
        "answer": answers.outlook(look.case, months),
        "chart": pictures.per_user(look.case, look.at, look.ends.money),
        "table": look.ends.rows(),
        "growth": months and {"answer": months.sentence, "chart": pictures.months(months)},
    }
