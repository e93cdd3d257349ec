"""Solutions of 06, Managed or self-hosted."""

import numpy as np

from aicost import Case
from aicost.show.workshop import (
    Exercise,
    Slip,
    costliest_call,
    own_machines,
    rent,
    same_model,
    served_model,
)

MODEL, CHIP, CHIPS = "llama-3.3-70b", "h100-sxm", 2  # as the notebook has them
BYTES = 2  # of a weight, in the exercise
SIZES = ((3.0, 2_000.0, 0.5), (12.0, 10_000.0, 0.1), (2.0, 500.0, 1.0))


def exercises(case: Case) -> list[Exercise]:
    """Return the exercises of the notebook, worked out for one system."""
    weights = float(served_model(MODEL, CHIP, weights="fp8", tensor=CHIPS).model.params)
    gigabytes = BYTES * weights / CHIPS / 1e9

    point, book, call = case.point.scenario, case.book, costliest_call(case)
    work = own_machines(case, call, MODEL).work
    read, wrote = float(work.input_tokens), float(work.output_tokens)
    sold = same_model(MODEL, book).values()
    offers = [(first * read / 1e6, then * wrote / 1e6) for first, then in sold]
    whole = [reading + writing for reading, writing in offers]
    median = float(np.quantile(whole, 0.5, method="lower"))
    reading = offers[whole.index(median)][0]
    hour = CHIPS * rent(CHIP, "on_demand", book=book).ends[1]
    month = hour * float(point.month.hours)

    return [
        Exercise(
            "gigabytes on a chip",
            unit="GB",
            answer=lambda: gigabytes,
            slips=(
                Slip(
                    "one byte each",
                    lambda: gigabytes / BYTES,
                    "That is with one byte for each weight, as above. Here each takes two.",
                ),
                Slip(
                    "all on one chip",
                    lambda: gigabytes * CHIPS,
                    "That is all of them. They are spread over the chips of the unit.",
                ),
                Slip(
                    "a copy on each chip, one byte",
                    lambda: 4 * gigabytes,
                    "You took four bytes for each weight and left them all on one chip.",
                ),
                Slip(
                    "bits",
                    lambda: 8 * gigabytes,
                    "Those are gigabits. Eight bits make a byte.",
                ),
            ),
            hints=(
                "How many weights are there? `one.model.params` says.",
                "Two bytes each; a gigabyte is a thousand million bytes.",
                "Each chip of the unit holds its part of them.",
            ),
        ),
        Exercise(
            "dollars for a million tokens",
            unit="USD",
            tolerance=0.01,
            at=SIZES,
            answer=lambda: (
                lambda usd_per_hour, tokens_per_s, busy: (
                    usd_per_hour / (tokens_per_s * 3_600 * busy) * 1e6
                )
            ),
            slips=(
                Slip(
                    "less where it is idle",
                    lambda: (
                        lambda usd_per_hour, tokens_per_s, busy: (
                            usd_per_hour * busy / (tokens_per_s * 3_600) * 1e6
                        )
                    ),
                    "With yours a token costs less the longer the machine is idle. The hour is "
                    "paid either way; it is the tokens that become fewer.",
                ),
                Slip(
                    "always busy",
                    lambda: (
                        lambda usd_per_hour, tokens_per_s, busy: (
                            usd_per_hour / (tokens_per_s * 3_600) * 1e6
                        )
                    ),
                    "That is for a machine that never waits for anybody.",
                ),
                Slip(
                    "an hour of one second",
                    lambda: (
                        lambda usd_per_hour, tokens_per_s, busy: (
                            usd_per_hour / (tokens_per_s * busy) * 1e6
                        )
                    ),
                    "The price is for an hour, the tokens are for a second.",
                ),
                Slip(
                    "one token",
                    lambda: (
                        lambda usd_per_hour, tokens_per_s, busy: (
                            usd_per_hour / (tokens_per_s * 3_600 * busy)
                        )
                    ),
                    "That is for one token. A million were asked for.",
                ),
            ),
            hints=(
                "How many tokens does it write in an hour that it is busy?",
                "It is busy for a share of that hour only, and the whole hour is paid.",
                "Dollars an hour, by tokens an hour, times a million.",
            ),
        ),
        Exercise(
            "calls that pay for one unit",
            unit="calls a month",
            answer=lambda: month / median,
            slips=(
                Slip(
                    "one chip",
                    lambda: month / CHIPS / median,
                    "That pays for one chip. A unit is as many as hold one copy of the model.",
                ),
                Slip(
                    "one hour",
                    lambda: hour / median,
                    "That pays for one hour of it. It stands there all month.",
                ),
                Slip(
                    "the prompt alone",
                    lambda: month / reading,
                    "You counted what a call reads. What it writes is paid as well.",
                ),
                Slip(
                    "the answer alone",
                    lambda: month / (median - reading),
                    "You counted what a call writes. What it reads is paid as well.",
                ),
            ),
            hints=(
                "What does one unit cost a month? An hour of it was printed by no cell: `hour`.",
                "And what does one call cost at the offer in the middle?",
                "How many of those make up a month of the unit?",
            ),
        ),
    ]
