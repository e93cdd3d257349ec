"""Solutions of 09, Latency budget."""

import numpy as np

from aicost import Case, latency
from aicost.show.workshop import Exercise, Slip
from aicost.timing import arrivals_per_hour, lognormal, series, slowest


def chain_p95(drawn: np.ndarray) -> float:
    """Return the p95 of a run: add up each run first, then sort the runs."""
    return float(np.quantile(drawn.sum(axis=1), 0.95))


def draws(calls: int, runs: int = 4_000) -> np.ndarray:
    """Draw a table of runs and calls, other than the one in the notebook."""
    return np.random.default_rng(calls).lognormal(0.0, 0.7, (runs, calls))


def exercises(case: Case) -> list[Exercise]:
    """Return the exercises of the notebook, worked out for one system."""
    times = latency(case)
    whole = times.now.whole
    mean = times.now.answer.whole.mean
    arrive = arrivals_per_hour(case)

    lookup, model = lognormal(p50=0.2, p95=0.7), lognormal(p50=0.5, p95=1.4)
    searches = slowest(lookup, lookup, lookup)

    return [
        Exercise(
            "p95 of a chain",
            unit="seconds",
            tolerance=0.001,
            answer=lambda: chain_p95,
            at=(draws(3), draws(10), draws(25)),
            slips=(
                Slip(
                    "p95s added up",
                    lambda: lambda drawn: np.quantile(drawn, 0.95, axis=0).sum(),
                    "That adds up the p95 of each call. It is a run in which all of them have "
                    "their bad luck at once.",
                ),
                Slip(
                    "the slowest call",
                    lambda: lambda drawn: np.quantile(drawn.max(axis=1), 0.95),
                    "That is the slowest call of each run. The calls come one after another: "
                    "a run takes all of them.",
                ),
                Slip(
                    "all calls in one heap",
                    lambda: lambda drawn: np.quantile(drawn, 0.95),
                    "That is the p95 of a single call. Which axis holds the calls of one run?",
                ),
                Slip(
                    "added down the column",
                    lambda: lambda drawn: np.quantile(drawn.sum(axis=0), 0.95),
                    "That adds up a column: the same call of all runs. Add along a row.",
                ),
                Slip(
                    "the mean run",
                    lambda: lambda drawn: drawn.sum(axis=1).mean(),
                    "That is the mean of a run. Which run has nineteen in twenty below it?",
                ),
            ),
            hints=(
                "How long does one run take? Ten figures become one.",
                "drawn.sum(axis=1) has one time for each run.",
                "Of those times, take the one that nineteen in twenty stay below: np.quantile.",
            ),
        ),
        Exercise(
            "under way at once",
            unit="requests",
            answer=lambda: arrive / 3600 * mean,
            slips=(
                Slip(
                    "the median",
                    lambda: arrive / 3600 * whole[0],
                    "You took the median. Long answers stay long, so they count by their length: "
                    "Little's law takes the mean.",
                ),
                Slip(
                    "p95",
                    lambda: arrive / 3600 * whole[1],
                    "You took p95, so every request would stay as long as the slow ones.",
                ),
                Slip(
                    "per hour",
                    lambda: arrive * mean,
                    "Arrivals are per hour and times in seconds. Bring both to seconds first.",
                ),
                Slip(
                    "per minute",
                    lambda: arrive / 60 * mean,
                    "An hour has 3,600 seconds. You have what arrives in a minute.",
                ),
                Slip(
                    "only what arrives",
                    lambda: arrive / 3600,
                    "That is what arrives in a second. How long does each of them stay?",
                ),
                Slip(
                    "divided",
                    lambda: arrive / 3600 / mean,
                    "You divided by the time. The longer each stays, the more are there at once.",
                ),
            ),
            hints=(
                "How many arrive in one second of that hour?",
                "Each of those stays for a while. Which of the three times adds up over all?",
                "What arrives in a second, times the mean time in seconds.",
            ),
        ),
        Exercise(
            "p95 of that first word",
            unit="seconds",
            tolerance=0.01,
            answer=lambda: series(searches, model).quantile(0.95),
            slips=(
                Slip(
                    "the p95s added up",
                    lambda: 0.7 + 1.4,
                    "Those are the two p95s, added up. Both slow at once is rarer than that.",
                ),
                Slip(
                    "one search",
                    lambda: series(lookup, model).quantile(0.95),
                    "That waits for one search. All three have to be there: which one is last?",
                ),
                Slip(
                    "one after another",
                    lambda: series(lookup, lookup, lookup, model).quantile(0.95),
                    "That makes the searches one after another. They run at the same time.",
                ),
                Slip(
                    "all at once",
                    lambda: slowest(lookup, lookup, lookup, model).quantile(0.95),
                    "That lets the model run beside the searches. It has to wait for them.",
                ),
                Slip(
                    "the median",
                    lambda: series(searches, model).quantile(0.5),
                    "That is the median. Ask for .quantile(0.95).",
                ),
            ),
            hints=(
                "Which of the parts run at the same time, and which one waits for them?",
                "slowest(lookup, lookup, lookup) is when the last of the three is there.",
                "Put that and the model into series(...), and ask it for .quantile(0.95).",
            ),
        ),
    ]
