"""The time of one call: to its first word, to its end, and what is written between them."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, hypot

from aicost.formulas.latency.joins import series
from aicost.formulas.latency.leaves import const, lognormal
from aicost.formulas.latency.products import llm
from aicost.formulas.latency.tree import Latency
from aicost.values.quantities import Z95, Spread, Value, at_means

AT_ONCE = const(0.0)


@dataclass(frozen=True)
class Call:
    """Time of one call to its first word and to its end, and `writing` between them, in seconds."""

    first: Latency = AT_ONCE
    done: Latency = AT_ONCE
    writing: Latency = AT_ONCE


def whole_call(*, seconds: Value) -> Call:
    """A call that has no first word before its end.

    Parameters
    ----------
    seconds : time of the call. [s]

    Returns
    -------
    First word and end at once. [s]

    Examples
    --------
    >>> whole_call(seconds=Spread(60.0, 180.0)).done.quantile([0.5, 0.95]).round(3).tolist()
    [60.0, 180.0]
    """
    whole = _time(*_pair(seconds))
    return Call(whole, whole)


def written_call(
    *, ttft: Value, tokens: Value, tpot: Value, streams: bool, thinking_tokens: Value = 0.0
) -> Call:
    """A call to a language model: first token, then token by token, thoughts before words.

    first word = TTFT + thought x TPOT

    Parameters
    ----------
    ttft : time to the first token. [s]
    tokens : tokens of an answer. [tokens]
    tpot : time of each further token. [s/token]
    streams : whether its words are shown as they are written. [flag]
    thinking_tokens : tokens written before the first one that is shown. [tokens]

    Returns
    -------
    First word (the end, where nothing is shown before) and end. [s]

    Notes
    -----
    Thoughts and words have a pace each, drawn apart: one slow call is not slow in both.

    Examples
    --------
    >>> call = written_call(ttft=1.0, tokens=101.0, tpot=0.02, streams=True)
    >>> round(call.first.mean, 3), round(call.done.mean, 3)
    (1.0, 3.0)
    """
    first, length, pace = _time(*_pair(ttft)), Spread(*_pair(tokens)), Spread(*_pair(tpot))
    first = _thought(first, Spread(*_pair(thinking_tokens)), pace)
    if not (length.p95 > 0 and pace.p95 > 0):
        return Call(first, first)
    whole, writing = (llm(start, tokens=length, tpot=pace) for start in (first, AT_ONCE))
    return Call(first, whole, writing) if streams else Call(whole, whole)


def _thought(first: Latency, thought: Spread, pace: Spread) -> Latency:
    """The time to the first token that is shown; of two lognormal factors the product is one."""
    if not (thought.p95 > 0 and pace.p95 > 0):
        return first
    p50_s = thought.p50 * pace.p50
    return series(first, lognormal(p50_s, p50_s * exp(Z95 * hypot(thought.sigma, pace.sigma))))


def _time(p50_s: float, p95_s: float) -> Latency:
    return lognormal(p50_s, p95_s) if p95_s > 0 else AT_ONCE


def _pair(value: Value) -> tuple[float, float]:
    """Median and p95 of a spread, or of a number that is always the same."""
    value = at_means(value)
    p50, p95 = (value.p50, value.p95) if isinstance(value, Spread) else (value, value)
    return float(p50), max(float(p50), float(p95))
