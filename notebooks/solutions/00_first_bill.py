"""Solutions of 00, First bill."""

from functools import cache

import aicost as ac
from aicost.show.workshop import Exercise, Slip, costliest_call


def by_hand(users: float) -> float:
    """Return the bill of a month from five rough numbers."""
    answers = 30 * users
    asked = answers * (1 - 0.10)  # a cache gives the others
    model = asked * 1_350 / 1e6 * 3.50
    documents = 25 * 0.02
    searches = answers * 1 / 1e6 * 16
    return model + documents + searches


def my_system() -> ac.Case:
    """Return the system of five keys."""
    return ac.case(
        name="My system",
        kind="rag-chat",
        traffic={"users": 4_000, "requests_per_user_month": 30},
        corpus={"documents": 120_000},
        answer={"model": "anthropic/claude-sonnet-5-5"},
    )


@cache
def my_parts() -> dict[str, float]:
    """Return what each component of that system costs."""
    return {name: float(usd) for name, usd in my_system().bill.by("component").items()}


def left_out(known: tuple[str, ...]) -> float:
    """Return what the system of five keys costs beside some components."""
    return float(sum(usd for name, usd in my_parts().items() if name not in known))


KNOWN = ("inference", "embedding", "retrieval")


def exercises(case: ac.Case) -> list[Exercise]:
    """Return the exercises of the notebook, worked out for one system."""
    bill = case.bill
    stage = costliest_call(case)
    line = max((c for c in bill.charges if c.stage == stage), key=lambda c: c.usd)
    growing = sum(float(c.usd) for c in bill.charges if c.behaves == "usage")
    standing = float(bill.total) - growing
    now = case.usage
    others = [name for name in my_parts() if name not in KNOWN]

    def bill_at(usage: float) -> float:
        return standing + growing * usage / now

    return [
        Exercise(
            "a bill by hand",
            unit="USD a month",
            tolerance=0.002,
            answer=lambda: by_hand,
            at=(100, 1_000, 10_000, 1_000_000),
            slips=(
                Slip(
                    "no million",
                    lambda: lambda users: by_hand(users) + 30 * users * 0.9 * 1_350 * 3.50,
                    "The price is per million tokens: tokens / 1e6.",
                ),
                Slip(
                    "no million, and the model alone",
                    lambda: lambda users: 30 * users * 1_350 * 3.50,
                    "The price is per million tokens: tokens / 1e6. And the cache gives some.",
                ),
                Slip(
                    "no million anywhere",
                    lambda: lambda users: 30 * users * (0.9 * 1_350 * 3.50 + 16) + 0.5,
                    "Two prices are for a million: that of the tokens, and that of the searches.",
                ),
                Slip(
                    "the searches without a million",
                    lambda: lambda users: by_hand(users) + 30 * users * 16,
                    "The price of the searches is for a million of them as well.",
                ),
                Slip(
                    "the model alone",
                    lambda: lambda users: 30 * users * 0.9 * 1_350 / 1e6 * 3.50,
                    "That is the model alone. The documents and the searches come on top.",
                ),
                Slip(
                    "no searches",
                    lambda: lambda users: by_hand(users) - 30 * users / 1e6 * 16,
                    "The searches are missing. They are few dollars, but they are on the bill.",
                ),
                Slip(
                    "searches of the others only",
                    lambda: lambda users: by_hand(users) - 0.1 * 30 * users / 1e6 * 16,
                    "Every question searches, also those that the cache answers.",
                ),
                Slip(
                    "no documents",
                    lambda: lambda users: by_hand(users) - 25 * 0.02,
                    "The documents are missing. Few dollars, but there at any number of users.",
                ),
                Slip(
                    "only the cached ones",
                    lambda: lambda users: 30 * users * (0.1 * 1_350 * 3.50 + 16) / 1e6 + 0.5,
                    "That pays the model for the answers that the cache gives. It is the others.",
                ),
                Slip(
                    "no cache",
                    lambda: lambda users: 30 * users * (1_350 * 3.50 + 16) / 1e6 + 0.5,
                    "That asks the model for each answer. One in ten comes from the cache.",
                ),
                Slip(
                    "documents for each user",
                    lambda: lambda users: by_hand(users) + 0.5 * (users - 1),
                    "The documents are there once, however many users there are.",
                ),
                Slip(
                    "in whole dollars",
                    lambda: lambda users: float(round(by_hand(users))),
                    "Right but for the cents: do not round.",
                ),
                Slip(
                    "one question each",
                    lambda: lambda users: by_hand(users / 30),
                    "That is one question of each user. They ask 30 times a month.",
                ),
            ),
            hints=(
                "Three sums: the model, the documents, the searches. Which of them know users?",
                "The model: answers x share not cached x tokens / 1e6 x the price of an Mtok.",
                "The documents: 25 Mtok x their price. The searches: answers / 1e6 x theirs.",
            ),
        ),
        Exercise(
            "what the ten lines leave out",
            unit="USD a month",
            answer=lambda: left_out(KNOWN),
            slips=(
                Slip(
                    "what they have",
                    lambda: sum(my_parts().values()) - left_out(KNOWN),
                    "That is what the ten lines do have. The rest is asked for.",
                ),
                Slip(
                    "only the largest",
                    lambda: max(my_parts().values()),
                    "That is the largest component alone. There are more that they leave out.",
                ),
                Slip(
                    "without reranking",
                    lambda: left_out((*KNOWN, "reranking")),
                    "Reranking is neither the model nor the store: it is left out as well.",
                ),
                Slip(
                    "the gap",
                    lambda: sum(my_parts().values()) - by_hand(4_000),
                    "That is the whole gap. A part of it lies within components that both have.",
                ),
            ),
            hints=(
                "Read the components of the bill; three of them are in the ten lines.",
                f"Add up {' and '.join(others)}, or take the three from the sum.",
            ),
        ),
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
                "What is counted in Mtok? The price is per million tokens, so divide by 1,000,000.",
            ),
        ),
        Exercise(
            "next year's bill",
            unit="USD a month",
            answer=lambda: bill.total + growing,
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
                Slip(
                    "what grows, once",
                    lambda: growing,
                    "That is what grows, as it is today. It doubles, and the rest stands still.",
                ),
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
