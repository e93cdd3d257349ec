"""Solutions of 00, First bill."""

from aicost import Case
from aicost.show.workshop import Exercise, Slip, dearest_call


def exercises(case: Case) -> list[Exercise]:
    """Return the exercises of the notebook, worked out for one system."""
    bill = case.bill
    stage = dearest_call(case)
    line = max((c for c in bill.charges if c.stage == stage), key=lambda c: c.usd)
    growing = sum(float(c.usd) for c in bill.charges if c.behaves == "usage")
    standing = float(bill.total) - growing
    unit, now = case.scenario.traffic.scale, case.usage

    def bill_at(usage: float) -> float:
        return standing + growing * usage / now

    return [
        Exercise(
            "this line",
            unit="USD a month",
            tolerance=0.01,
            answer=lambda: line.usd,
            slips=(
                Slip(
                    "without the price",
                    lambda: line.quantity,
                    "That is how much there is of it. Multiply by the price of one.",
                ),
                Slip(
                    "the price once more",
                    lambda: line.usd * line.price.usd,
                    "The price is in it twice.",
                ),
                Slip(
                    "divided by the price",
                    lambda: line.quantity / line.price.usd,
                    "You divided by the price. A price is multiplied by what there is of it.",
                ),
            ),
            hints=(
                "All figures in front of the price are multiplied with one another.",
                "What is counted in Mtok? A price for a million tokens wants a million less.",
            ),
        ),
        Exercise(
            "next year's bill",
            unit="USD a month",
            answer=lambda: case.at({unit: 2 * now}).bill.total,
            slips=(
                Slip(
                    "twice everything",
                    lambda: 2 * bill.total,
                    "That doubles the lines that stand still as well.",
                ),
                Slip(
                    "only what grows",
                    lambda: 2 * growing,
                    "That leaves out what is there at any usage.",
                ),
                Slip(
                    "once more what stands still",
                    lambda: bill.total + standing,
                    "You doubled what stands still. It is the other lines that double.",
                ),
                Slip("nothing", lambda: bill.total, "That is this year's bill."),
            ),
            hints=(
                "Which lines are there at any usage? Those do not double.",
                "Next year is today's bill and, once more, whatever grows with usage.",
            ),
        ),
        Exercise(
            "a bill in two parts",
            unit="USD a month",
            tolerance=0.05,
            answer=lambda: bill_at,
            at=(now / 2, now, 2 * now, 10 * now),
            slips=(
                Slip(
                    "in proportion",
                    lambda: lambda usage: float(bill.total) * usage / now,
                    "That lets the whole bill grow in step with usage. A part of it stands still.",
                ),
                Slip(
                    "only what grows",
                    lambda: lambda usage: growing * usage / now,
                    "That has what grows. Where is what stands still?",
                ),
                Slip(
                    "not divided by today's usage",
                    lambda: lambda usage: standing + growing * usage,
                    "What grows is for today's usage. How much of it is for one?",
                ),
            ),
            hints=(
                "The bill is a sum: what stands still, and what grows with usage.",
                "What grows is so much for each user: today's amount, divided by today's usage.",
            ),
        ),
    ]
