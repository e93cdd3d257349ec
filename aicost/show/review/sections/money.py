"""What it costs, line by line, and what of it grows."""

from __future__ import annotations

from typing import Any

from aicost.billing.bill_table import largest_parts
from aicost.show.review import answers, facts, pictures
from aicost.show.review.look import Look
from aicost.timing.unserved import unserved
from aicost.values.formatting import usd


def cost(look: Look) -> dict[str, Any]:
    """The bill of a month, of one request, and what is paid once."""
    bill, left = look.bill, unserved(look.case)
    lines = bill.rows()
    return {
        "answer": f"{largest_parts(bill.by('component'), bill.total)} {bill.apart}".rstrip(),
        "chart": pictures.components(bill),
        "groups": facts.groups(lines),
        "total": usd(bill.total),
        "people": usd(bill.people) if bill.people > 0 else "",
        "hidden": " ".join(lines.notes),
        "note": " ".join([answers.cost_note(bill, look.cost), left.sentence if left else ""]),
        "once": facts.once_table(bill),
        "request": look.request,
    }


def growth(look: Look) -> dict[str, Any]:
    """What grows with usage and data, and what is there at none."""
    empty = look.case.at({look.case.scenario.traffic.scale: 0.0})
    return {
        "answer": answers.behaves(look.bill, empty.bill),
        "table": facts.behaves_table(look.bill),
        "chart": pictures.usage(look.at),
        "usage": facts.usage_table(look.at),
        "sentence": answers.usage(look.at),
    }
