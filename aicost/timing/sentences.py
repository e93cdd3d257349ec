"""A budget, a night's work and a cache of answers, each as a sentence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from aicost.components.stage import Stage
from aicost.scenario.scenario import Scenario
from aicost.timing.batch_window import Night
from aicost.timing.budgets import BudgetStanding
from aicost.timing.cache_saving import BreakEven
from aicost.timing.observed import Factors
from aicost.timing.walk import alone
from aicost.values.formatting import count, listing, percent, seconds_words
from aicost.values.quantities import SECONDS_PER_HOUR, Range, Spread, ends

LEAST_LATE = 5e-4  # below it a share of calls prints as 0 %


def kept_words(standing: BudgetStanding, unit: str = "users") -> str:
    """One budget as a sentence."""
    budget = standing.budget
    if budget.basis == "assumed":
        return _beside_usual(standing)
    due = f"The {budget.what} is due within {seconds_words(budget.seconds)} for 95 % of requests"
    if standing.served < 1:
        return f"{due}: that is missed, for not all of them are served."
    if not standing.met:
        return f"{due}: that is missed: {standing.in_time} are in time."
    words = f"{due}: that is kept, with {seconds_words(standing.left)} to spare"
    if standing.missed_from is None:
        return f"{words}, at every size."
    return f"{words}, up to {count(standing.missed_from - 1)} {unit}."


def _beside_usual(standing: BudgetStanding) -> str:
    """What is usual where the file asks for nothing: that is neither kept nor missed."""
    budget = standing.budget
    words = f"The file sets no time for the {budget.what}; {seconds_words(budget.seconds)} "
    words += "for 95 % of requests is usual for this kind of system"
    if standing.served < 1:
        return f"{words}, and not all of them are served."
    return f"{words}, and {standing.in_time} are within it."


def night_words(found: Night) -> str:
    """A night's work as a sentence."""
    tokens = sum(work.tokens for work in found.work)
    words = f"A night holds {count(round(found.requests))} requests. In {found.hours:g} hours that "
    words += f"is {count(float(f'{found.requests_per_s:.2g}'))} a second"
    if tokens:
        a_minute = sum(work.tokens_per_minute(found.hours) for work in found.work)
        words += f", {count(float(f'{a_minute:.3g}'))} tokens a minute"
    if np.isinf(found.least_hours):
        words += "; the stated limits never allow it, for one call is above them"
    elif found.least_hours > 0:
        done = seconds_words(found.least_hours * SECONDS_PER_HOUR)
        words += f"; the stated limits allow it in {done}"
    if any(work.batch for work in found.work):
        words += ". It goes through a batch service, which promises an answer within 24 hours: "
        words += "most come sooner, but nobody promises that"
    return f"{words}."


def given_up_words(scenario: Scenario, stage: Stage) -> Iterator[str]:
    """Yield what becomes of calls that are not waited for any longer, where there are any."""
    timeout = stage.timeout
    late = 0.0
    if timeout is not None:
        late = 1.0 - float(alone(scenario, stage).done.within(float(timeout.after)))
    if timeout is None or late < LEAST_LATE:
        return
    after = seconds_words(float(timeout.after))
    words = f"{stage.name}: {percent(round(late, 3))} of calls are given up after {after}"
    if timeout.fallback:
        yield f"{words}; {timeout.fallback} answers in their place."
        return
    if stage.differs("retry"):
        words += f", and {percent(float(stage.retry))} are tried again"
    words += ". No fallback is named: what is given up for good has no answer, is paid, and counts "
    yield f"{words}here as over at {after}."


PLURAL = {"first_word": "first words", "whole_answer": "whole answers"}
WHEN = {"peak": "at the peak", "mean": "in a mean hour", "night": "with nobody else there"}


def observed_words(scenario: Scenario, scale: Factors | None) -> str:
    """What was observed, and what it makes of thinking and times that nobody knew.

    Parameters
    ----------
    scenario : the system with its times. scale : what fits the times seen.
    """
    observed = scenario.observed
    if observed is None or scale is None:
        return ""
    told = []
    for part, (field, value) in observed.seen.items():
        share = "95 %" if field.endswith("p95") else "half"
        seen = (value.low, value.high) if isinstance(value, Range) else (value,)
        within = " to ".join(seconds_words(float(end)) for end in seen)
        told.append(f"{share} of {PLURAL[part]} within {within}")
    words = f"Observed were {' and '.join(told)} {WHEN[observed.at]}"
    thoughts = [f"{name} thinks for {thought_words(fit)}" for name, fit in fitted(scenario)]
    if thoughts:
        words += f"; that fits best where {' and '.join(thoughts)}"
    if scale.invoiced:
        stages = listing([f"{name} thinks" for name in scale.invoiced])
        words += f"; {stages} what the bill has for it, as it was invoiced"
    if scale.calls == scale.per_token == 1.0:
        return f"{words}, with no time scaled."
    by = f"x {scale.calls:.3g}"
    if len(told) > 1:
        by = f"x {scale.per_token:.3g} for a token and {by} for the rest"
    left = "the rest of it" if thoughts else "that"
    words += f"; the times that the file does not state are taken {by} to meet {left}"
    if scale.invoiced:
        less, more = ("less", "more") if scale.calls < 1.0 else ("more", "less")
        words += f". If calls take what is usual, it thinks {less} and is asked {more}: a log tells"
    return f"{words}."


def fitted(scenario: Scenario) -> Iterator[tuple[str, Spread]]:
    """Yield each stage whose thinking was fitted to the times seen, with the fit in tokens.

    Parameters
    ----------
    scenario : the system with its times.
    """
    for stage in scenario.stages:
        fit = getattr(stage, "thought_in_time", None)
        if fit is not None:
            yield stage.name, Spread(*(float(f"{float(end):.3g}") for end in ends(fit)))


def thought_words(fit: Spread) -> str:
    """What a stage thinks, in a few words.

    Parameters
    ----------
    fit : thinking of a call. [tokens]
    """
    if fit.p50 == fit.p95:
        return f"{count(fit.p50)} tokens"
    return f"{count(fit.p50)} tokens in the median and {count(fit.p95)} at p95"


def even_words(even: BreakEven) -> str:
    """From how many hits on a cache saves time."""
    took = f"a look-up takes {seconds_words(even.lookup_s)}, a hit saves "
    took += seconds_words(even.ahead_s)
    name = f"{even.stage[0].upper()}{even.stage[1:]}"
    now = "" if even.hit_share is None else f" Now {percent(round(even.hit_share, 2))} are."
    if even.needed >= 1:
        return f"{name}: it saves time at no share of hits; {took}.{now}"
    needed = f"at least {percent(float(f'{even.needed:.2g}'))} of requests are"
    if even.needed < 1e-9:
        needed = "any request is"
    elif even.needed < 0.02:
        needed = f"at least one request in {count(float(f'{1 / even.needed:.2g}'))} is"
    return f"{name}: it saves time where {needed} found in it; {took}.{now}"
