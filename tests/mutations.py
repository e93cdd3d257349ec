"""Scenario files, settings and answers gone wrong at random, from a seed."""

import math
import os
import random
import re
from typing import Any

import numpy as np
from places import SAMPLES
from random_scenarios import random_text

from aicost.values.quantities import Range, Spread

TEXTS = [path.read_text(encoding="utf-8") for path in SAMPLES]
NUMBERS = (
    *("0", "1", "0.5", "2", "12", "100", "1_000", "9_999", "1_000_000", "0.000001", "0.999999"),
    *("1e6", "1e-9", "-1", "-0", "+5", "1,000", "1.000", "1_00", "007", ".5", "5.", "1e400", "٣"),
    *("999_999_999_999_999", "1_000_000_000_000_000", "1_000_000_000_000_001", "0.0000000001"),
    *("nan", "inf", "-inf", "never", "unknown", "none", "null", "~", "yes", "no", "true", "''"),
    *("0 %", "5 %", "100 %", "101 %", "0.001 %", "900 %", "-5 %", "5%", "5 percent"),
    *("3 s", "3 ms", "5 min", "2 h", "4 days", "1 GB", "20 k", "3 M", "$5", "5 EUR", "5 users"),
    *("about 5", "about 0", "about 5 %", "about about 5", "about 1_000", "about 0.001", "~5"),
    *("2 to 6", "6 to 2", "0 to 5", "1 to 1", "0 to 0", "1 to 1_000_000", "-1 to 1", "1-5"),
    *("1 % to 5 %", "50 % to 100 %", "0 % to 100 %", "1 to 2 to 3", "to 5", "5 to", "1 to x"),
    *("{p50: 1, p95: 2}", "{p50: 250, p95: 900}", "{p50: 2, p95: 1}", "{p50: 0, p95: 1}"),
    *("{p50: 1, p95: 1_000}", "{p50: 1, p95: 1_001}", "{p50: 1 to 2, p95: 3 to 9}", "{p50: 1}"),
    *("{p50: 0.001, p95: 0.9}", "{p50: about 5, p95: about 90}", "{p50: unknown, p95: 3}"),
    *("[1, 2]", "[]", "{}", "{a: 1}", '""', "x", "?", "*a", "&a 5", "!!int 5", "|", "office"),
    *("openai/gpt-6-luna", "anthropic/claude-opus-5-5", "no/such", "5m", "1h", "hnsw", "flat"),
    *("documents", "passages", "before_answer", "after_answer", "requests", "answer", "pinecone"),
    *("a\u200bb", "\u202e5", "5\u00a0%", "５", "²", "½", "\U0001f600", "a\x07", "x" * 201),
)
_VALUE = re.compile(r"(?<=: )[^\s{}\[\],#][^{}\[\],#\n]*")


def budget(usual: int) -> int:
    """How many are tried: few in the suite, AICOST_FUZZ by hand."""
    return int(os.environ.get("AICOST_FUZZ", usual))


def mutated(seed: int) -> str:
    """The text of a scenario file with one to three things changed."""
    rng = random.Random(seed)
    text = rng.choice(TEXTS) if rng.random() < 0.5 else random_text(rng.randrange(10**6))
    for _ in range(rng.randint(1, 3)):
        text = _changed(text, rng)
    return text


def _changed(text: str, rng: random.Random) -> str:
    lines, way = text.splitlines(keepends=True), rng.random()
    if way < 0.7:
        spots = [*_VALUE.finditer(text)]
        spot = rng.choice(spots)
        return f"{text[: spot.start()]}{value_text(rng)}{text[spot.end() :]}"
    at = rng.randrange(len(lines))
    if way < 0.78:
        del lines[at]
    elif way < 0.84:
        lines.insert(at, rng.choice(lines))
    elif way < 0.9:
        other = rng.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    else:
        place = rng.randrange(len(text))
        stray = rng.choice(" :{}[],#'\"-%\t&*!|>\u200b\u2028\x00é0")
        return text[:place] + stray + text[place + rng.randint(0, 1) :]
    return "".join(lines)


def value_text(rng: random.Random) -> str:
    """A value as somebody might write it: right, odd or wrong."""
    if rng.random() < 0.3:
        number = 10 ** rng.uniform(-12, 15)
        return np.format_float_positional(float(f"{number:.3g}"), trim="-")
    return rng.choice(NUMBERS)


def value_of_code(rng: random.Random) -> Any:
    """A value as a program might set it."""
    number = rng.choice([0, 1, -1, 0.5, 12.0, 1e-12, 1e15, 1e16, 10**400, rng.uniform(0, 100)])
    ways: tuple[Any, ...] = (
        number,
        value_text(rng),
        np.float64(rng.uniform(0, 1)),
        np.float32(0.1),
        np.int64(7),
        np.array(3.0),
        np.array([1.0, 2.0]),
        [0.1, 0.2],
        [rng.uniform(0, 1e6) for _ in range(rng.randint(0, 4))],
        ("5 %", "1 %"),
        [value_text(rng), 1.0],
        np.array([[1.0, 2.0]]),
        [[1.0], [2.0, 3.0]],
        np.array(["5", "6"]),
        np.array([True, False]),
        np.array([1.0, math.nan]),
        np.array([], dtype=float),
        Range(1.0, 2.0),
        Range(rng.uniform(-1, 1), rng.uniform(0, 9)),
        Range(math.nan, 1.0),
        Spread(1.0, 2.0),
        Spread(rng.uniform(-1, 9), rng.uniform(0, 1e5)),
        Spread(Range(1.0, 2.0), Range(3.0, 4.0)),
        Spread([1.0, 2.0], 5.0),
        {"p50": 1, "p95": "about 9"},
        {"a": 1},
        None,
        True,
        False,
        math.nan,
        math.inf,
        -math.inf,
        1j,
        object(),
        b"5",
        {1, 2},
        "",
        " ",
    )
    return rng.choice(ways)
