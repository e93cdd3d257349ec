"""Solutions of 05, Human review."""

from math import ceil, log

from aicost import Case
from aicost.formulas.review import review_threshold, staff_on_payroll
from aicost.show.workshop import Exercise, Slip

WEEK, HOURS, AWAY = 168, 35, 0.25  # hours around the clock, hours of one person, shrinkage
REVIEW, ERROR, CAUGHT, SPOILED = 3, 120, 0.6, 0.05
CHANCE = 0.05  # that a bad lot shows no error


def exercises(_: Case) -> list[Exercise]:
    """Return the exercises of the notebook, the same for every system."""
    return [
        Exercise(
            "one seat around the clock",
            unit="people",
            tolerance=0.0,
            answer=lambda: int(staff_on_payroll(seats=WEEK / HOURS, shrinkage=AWAY)),
            slips=(
                Slip(
                    "without shrinkage",
                    lambda: ceil(WEEK / HOURS),
                    "That is enough if nobody is ever away. A quarter of their time they are.",
                ),
                Slip(
                    "a quarter more",
                    lambda: ceil(WEEK / HOURS * (1 + AWAY)),
                    "A quarter more people are not there a quarter more: of those, too, a "
                    "quarter is away. Divide by what is left instead.",
                ),
                Slip(
                    "a quarter less",
                    lambda: ceil(WEEK / HOURS * (1 - AWAY)),
                    "That takes people away because others are away. It takes more of them.",
                ),
                Slip(
                    "not whole",
                    lambda: WEEK / HOURS / (1 - AWAY),
                    "The sum is right. People are whole, so round it up.",
                ),
            ),
            hints=(
                "How many hours a week does the seat want? Day and night, every day.",
                "Of 35 paid hours, how many is one person there?",
                "Hours of the seat over hours of a person; then round up.",
            ),
        ),
        Exercise(
            "from which doubt on",
            unit="per cent",
            answer=lambda: (
                100
                * review_threshold(
                    review_usd=REVIEW,
                    error_usd=ERROR,
                    caught=CAUGHT,
                    spoiled=SPOILED,
                    spoiled_usd=ERROR,
                )
            ),
            slips=(
                Slip(
                    "perfect reviewers",
                    lambda: 100 * REVIEW / ERROR,
                    "That is r / L, for reviewers who catch all and spoil nothing.",
                ),
                Slip(
                    "nothing spoiled",
                    lambda: 100 * REVIEW / (CAUGHT * ERROR),
                    "That has what they miss, but not what they spoil.",
                ),
                Slip(
                    "everything caught",
                    lambda: 100 * (REVIEW + SPOILED * ERROR) / (ERROR + SPOILED * ERROR),
                    "That has what they spoil, but not what they miss.",
                ),
                Slip(
                    "spoiled above only",
                    lambda: 100 * (REVIEW + SPOILED * ERROR) / (CAUGHT * ERROR),
                    "Below the line f L is missing: a wrong answer cannot be spoiled.",
                ),
            ),
            hints=(
                "r is what a review costs, L what an error does, d what they catch, f what "
                "they spoil.",
                "Above the line: the review, and the harm that it may do, f times L.",
                "Below the line: what it saves, d times L, and once more f times L.",
            ),
        ),
        Exercise(
            "a clean sample",
            unit="answers",
            tolerance=0.03,
            answer=lambda: lambda rate: log(CHANCE) / log(1 - rate),
            at=(0.05, 0.02, 0.01, 0.001),
            slips=(
                Slip(
                    "one over the rate",
                    lambda: lambda rate: 1 / rate,
                    "Among so many there is one error on average. But quite often there is none: "
                    "more than one time in three.",
                ),
                Slip(
                    "at even odds",
                    lambda: lambda rate: log(0.5) / log(1 - rate),
                    "That is where the chance is one in two. One in twenty is asked for.",
                ),
                Slip(
                    "the other side of it",
                    lambda: lambda rate: log(1 - CHANCE) / log(1 - rate),
                    "There the chance of seeing no error is still nineteen in twenty. It has to "
                    "fall to one in twenty.",
                ),
                Slip(
                    "the power of the rate",
                    lambda: lambda rate: log(CHANCE) / log(rate),
                    "That is where all of them are wrong, with that chance. All are to be right: "
                    "take the power of 1 - rate.",
                ),
            ),
            hints=(
                "One answer is right with the chance 1 - rate.",
                "n of them all are with the chance (1 - rate) ** n. That has to be 0.05.",
                "Take the logarithm of both sides: n times log(1 - rate) is log(0.05).",
            ),
        ),
    ]
