"""The system that a sample log is of: who asks, what, when, and which calls that makes.

The system is made up. How long prompts and answers are and how a day's requests fall on its hours
are figures of public traces (data/log_shapes.csv).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aicost.book.data_files import data_rows
from aicost.log.sample_causes import RELEASE_DAYS

Column = NDArray[Any]
P95 = 1.6448536269514722  # standard deviations above the median of a logarithm


@dataclass(frozen=True, slots=True)
class Feature:
    """What users ask a part of the system for, and what a request of it is made of."""

    name: str
    share: float  # of sessions
    turns: float  # of a session, a mean
    rounds: float  # of an agent's loop in a request, a mean
    provider: str
    model: str
    lengths: str  # the trace whose prompts and answers it has
    papers: int  # that a prompt is made of; 0 for a question
    system_tokens: int
    searched: bool  # an embedding and a rerank come before the answer
    cached: bool  # prompts are kept by the provider
    written: bool  # and what is written to its cache is billed apart
    own_cache: float  # share answered from a cache of one's own
    thinks: float  # thinking beside what is seen, a mean ratio
    quality: float
    released: int  # day of its first release


FEATURES = (
    Feature(
        name="chat",
        share=0.44,
        turns=4.0,
        rounds=1.0,
        provider="mistral",
        model="mistral-large-4",
        lengths="Azure conversations",
        papers=0,
        system_tokens=1500,
        searched=True,
        cached=True,
        written=False,
        own_cache=0.0,
        thinks=0.0,
        quality=0.82,
        released=8,
    ),
    Feature(
        name="search",
        share=0.36,
        turns=1.0,
        rounds=1.0,
        provider="openai",
        model="gpt-6-luna",
        lengths="Azure conversations",
        papers=0,
        system_tokens=900,
        searched=True,
        cached=False,
        written=False,
        own_cache=0.2,
        thinks=0.0,
        quality=0.78,
        released=1,
    ),
    Feature(
        name="agent",
        share=0.12,
        turns=2.0,
        rounds=4.0,
        provider="anthropic",
        model="claude-sonnet-5-5",
        lengths="Mooncake conversation",
        papers=0,
        system_tokens=6000,
        searched=False,
        cached=True,
        written=True,
        own_cache=0.0,
        thinks=0.6,
        quality=0.74,
        released=3,
    ),
    Feature(
        name="report",
        share=0.08,
        turns=1.0,
        rounds=1.0,
        provider="openai",
        model="gpt-6-sol",
        lengths="arXiv papers",
        papers=60,
        system_tokens=2000,
        searched=False,
        cached=False,
        written=False,
        own_cache=0.0,
        thinks=0.3,
        quality=0.8,
        released=10,
    ),
)
TENANTS = tuple(f"tenant-{i:02d}" for i in range(1, 41))
ZIPF = 1.1  # a tenant's share falls as its rank to this power
USERS, FEW = 80, 2.5  # users of a tenant; the more, the fewer of them ask most
IN_EU = np.array([i % 5 in (1, 4) for i in range(len(TENANTS))])
WEEKDAYS = np.array([1.0, 1.05, 1.05, 1.0, 0.9, 0.4, 0.35])  # Monday first
GAP_P50_S, GAP_SPREAD = 70.0, 1.0  # between turns
MOST_TURNS, MOST_ROUNDS = 20, 12
RESULT_TOKENS = 700  # of a tool, that each round reads
KEPT_S = 300  # a provider's cache keeps for five minutes
PASSAGES = 1_800  # tokens that a search adds to a prompt
FAILS = 0.01


def of(column: str) -> Column:
    """One field of every feature, as an array."""
    return np.array([getattr(feature, column) for feature in FEATURES])


def shapes() -> tuple[Column, Mapping[str, tuple[float, float, float, float]]]:
    """Weights of the hours of a day, and by trace the median and 95th percentile of in and out."""
    hours, lengths = np.zeros(24), dict[str, dict[str, float]]()
    for row in data_rows("log_shapes.csv"):
        if row["measure"] == "requests":
            hours[int(row["of"].removeprefix("hour "))] = row.number("value")
        else:
            lengths.setdefault(row["log"], {})[f"{row['measure']} {row['of']}"] = row.number(
                "value"
            )
    keys = [f"{which}_tokens {p}" for which in ("input", "output") for p in ("p50", "p95")]
    found = {log: tuple(values[key] for key in keys) for log, values in lengths.items()}
    return hours, {log: (a, b, c, d) for log, (a, b, c, d) in found.items()}


def calls_of_a_session() -> float:
    """How many calls a session makes, nearly; a judge's and second tries not counted."""
    requests = of("turns")
    each = of("rounds") + 2 * of("searched")
    return float((of("share") * requests * each).sum())


def spread(rng: np.random.Generator, p50: Column, p95: Column) -> Column:
    """Whole numbers that are lognormal, one for each median and percentile."""
    sigma = np.log(p95 / p50) / P95
    drawn = np.exp(np.log(p50) + sigma * rng.standard_normal(p50.size))
    return np.maximum(1, np.rint(drawn)).astype(np.int64)


def before(groups: Column, values: Column) -> Column:
    """Sum of the values ahead of each, inside runs of one group.

    >>> before(np.array([0, 0, 0, 1, 1]), np.array([5, 2, 1, 7, 7])).tolist()
    [0, 5, 7, 0, 7]
    """
    ahead = np.cumsum(values) - values
    return np.asarray(ahead - ahead[begun(groups)])


def begun(groups: Column) -> Column:
    """Where the run of one group began that each stands in."""
    first = np.r_[True, groups[1:] != groups[:-1]]
    return np.asarray(np.maximum.accumulate(np.where(first, np.arange(groups.size), 0)))


def requests_of_a_day(rng: np.random.Generator, sessions: int, day: int) -> dict[str, Column]:
    """What users ask in some sessions of a day, each a row, session by session.

    `second` of the day, `session`, `feature`, `tenant`, `user` as numbers, `turn`, tokens of the
    question and of the answer, of what was said before (`history`), and whether what the prompt
    begins with (`warm`) and the history (`warm_history`) were sent less than five minutes ago.
    A session ends at midnight.
    """
    hours, lengths = shapes()
    feature = rng.choice(len(FEATURES), sessions, p=of("share"))
    ranks = np.arange(1, len(TENANTS) + 1) ** -ZIPF
    tenant = rng.choice(len(TENANTS), sessions, p=ranks / ranks.sum())
    user = (USERS * rng.random(sessions) ** FEW).astype(np.int64)
    hour = rng.choice(24, sessions, p=hours / hours.sum())
    start = 3_600 * (hour + rng.random(sessions))
    turns = np.minimum(rng.geometric(1 / of("turns")[feature]), MOST_TURNS)
    session = np.repeat(np.arange(sessions), turns)
    kind = feature[session]
    turn = before(session, np.ones_like(session))
    gap = GAP_P50_S * np.exp(GAP_SPREAD * rng.standard_normal(session.size)) * (turn > 0)
    second = start[session] + before(session, gap) + gap
    inner = np.array([lengths[name] for name in of("lengths")])[kind]
    papers = np.maximum(1, of("papers")[kind])
    papers = np.where(papers > 1, papers * np.exp(0.2 * rng.standard_normal(papers.size)), 1)
    question = (
        spread(rng, inner[:, 0], inner[:, 0] + (inner[:, 1] - inner[:, 0]) / papers**0.5) * papers
    ).astype(np.int64)
    answer = spread(rng, inner[:, 2], inner[:, 3])
    found = {
        "second": second,
        "session": session,
        "feature": kind,
        "tenant": tenant[session],
        "user": user[session],
        "question": question,
        "answer": answer,
        "history": before(session, question + answer),
        "warm": _warm(second, kind * len(TENANTS) + tenant[session]),
        "warm_history": (turn > 0) & (gap <= KEPT_S),
        "version": (day - of("released") + 10 * RELEASE_DAYS)[kind] // RELEASE_DAYS - 9,
    }
    kept = second < 86_400
    return {name: column[kept] for name, column in found.items()}


def _warm(second: Column, prompt: Column) -> Column:
    """Whether each prompt was sent by anybody less than five minutes before."""
    order = np.lexsort((second, prompt))
    when, what = second[order], prompt[order]
    warm = np.zeros(second.size, dtype=bool)
    warm[order[1:]] = (what[1:] == what[:-1]) & (np.diff(when) <= KEPT_S)
    return warm
