"""Solutions of 08, Observability."""

from aicost import Case
from aicost.show.workshop import Exercise, Slip

INPUT, CACHED, READ = 5_000, 4_000, 0.1  # tokens, of them from the cache, and what reading costs
SCATTER, ERROR = 40.0, 1.0  # points of 100: of a mark, and of the mean of a day


def exercises(_: Case) -> list[Exercise]:
    """Return the exercises of the notebook, the same for every system."""
    true = INPUT - CACHED + CACHED * READ
    return [
        Exercise(
            "cached tokens read twice",
            unit="times",
            answer=lambda: (INPUT + CACHED * READ) / true,
            slips=(
                Slip(
                    "by tokens",
                    lambda: (INPUT + CACHED) / INPUT,
                    "That counts tokens. A token from the cache costs a tenth of another.",
                ),
                Slip(
                    "at the full price",
                    lambda: (INPUT + CACHED) / true,
                    "They are taken to stand beside the others, and still cost a tenth there.",
                ),
                Slip(
                    "the other way round",
                    lambda: true / (INPUT + CACHED * READ),
                    "That is what the truth is of the mistake. Asked is the mistake, in truths.",
                ),
                Slip(
                    "no cache at all",
                    lambda: INPUT / true,
                    "That forgets what reading costs: the 4,000 are billed a second time.",
                ),
            ),
            hints=(
                "What does the input cost in truth? 1,000 tokens whole, 4,000 at a tenth.",
                "What is billed by whoever takes the 4,000 to come on top of 5,000?",
                "The second over the first.",
            ),
        ),
        Exercise(
            "whose is the rest",
            unit="USD",
            answer=lambda: lambda n0, c0, n1, c1: (n1 - n0) * (c0 + c1) / 2,
            at=((100.0, 2.0, 150.0, 3.0), (10.0, 4.0, 30.0, 1.0), (200.0, 1.0, 120.0, 1.5)),
            slips=(
                Slip(
                    "at the old price",
                    lambda: lambda n0, c0, n1, c1: (n1 - n0) * c0,
                    "That puts the number first. The other order prices it at c1.",
                ),
                Slip(
                    "at the new price",
                    lambda: lambda n0, c0, n1, c1: (n1 - n0) * c1,
                    "That puts the number last. The other order prices it at c0.",
                ),
                Slip(
                    "all of the difference",
                    lambda: lambda n0, c0, n1, c1: n1 * c1 - n0 * c0,
                    "That is the whole difference, the part of the price included.",
                ),
                Slip(
                    "the price's part",
                    lambda: lambda n0, c0, n1, c1: (c1 - c0) * (n0 + n1) / 2,
                    "That is what the price makes of it. Change n, and hold c at its mean.",
                ),
            ),
            hints=(
                "What does the number do if it changes first, at the old price?",
                "And if it changes last, at the new price?",
                "The mean of the two.",
            ),
        ),
        Exercise(
            "marks enough",
            unit="marks a day",
            answer=lambda: (SCATTER / ERROR) ** 2,
            slips=(
                Slip(
                    "without the square",
                    lambda: SCATTER / ERROR,
                    "The error falls with the root of the number: forty times less takes forty "
                    "times forty marks.",
                ),
                Slip(
                    "the root of it",
                    lambda: (SCATTER / ERROR) ** 0.5,
                    "It is the other way round: the square, not the root.",
                ),
                Slip(
                    "for two errors",
                    lambda: (2 * SCATTER / ERROR) ** 2,
                    "That makes twice the error one point. Asked is the error itself.",
                ),
            ),
            hints=(
                "The standard error of a mean is the scatter over the root of the number.",
                "So the root of the number is forty.",
                "Square it.",
            ),
        ),
    ]
