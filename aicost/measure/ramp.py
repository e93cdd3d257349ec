"""An endpoint under a ramp of loads: so many at once, then twice as many, within limits."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import count as counting
from threading import Lock
from typing import NamedTuple

import numpy as np

from aicost.measure.endpoint import Answer, Endpoint, EndpointError, ask, prompt_of
from aicost.measure.loads import NOT_SEEN, Load, Loads, Seen
from aicost.values.formatting import count, plural, usd

LONGEST_GUESS = 1.5  # tokens of a prompt may be so many times what was asked for
PER_USER = 2  # requests of each of those at once, at least: half of them start together
ENOUGH_FAILED = 0.5  # of a load's requests: then more at once say nothing

Told = Callable[[int, int, str], None]


class Price(NamedTuple):
    """Dollars of a million tokens read and of a million written."""

    input_usd: float
    output_usd: float


@dataclass(frozen=True)
class Plan:
    """What will be asked of an endpoint, and what that may cost at most."""

    at_once: tuple[int, ...]
    each: int
    input_tokens: int
    output_tokens: int
    price: Price | None = None

    def requests(self, at_once: int) -> int:
        """Requests of one load."""
        return max(self.each, PER_USER * at_once)

    @property
    def total(self) -> int:
        """All requests, with one to begin with that is not timed."""
        return 1 + sum(map(self.requests, self.at_once))

    @property
    def most_usd(self) -> float:
        """What all of it costs at most; nan where nobody says a price."""
        if self.price is None:
            return NOT_SEEN
        read = LONGEST_GUESS * self.input_tokens * self.price.input_usd
        return self.total * (read + self.output_tokens * self.price.output_usd) / 1e6

    @property
    def words(self) -> str:
        """What will be asked, in words."""
        loads = ", ".join(map(str, self.at_once))
        said = (
            f"{count(self.total)} {plural('request', str(self.total))} of about "
            f"{count(self.input_tokens)} tokens in and at most {count(self.output_tokens)} out, "
            f"{loads} at once"
        )
        if self.price is None:
            return f"{said}. What they cost nobody has said (--priced-as)."
        return f"{said}: at most {usd(self.most_usd)}."


def _within(plan: Plan, answer: Answer) -> None:
    """Raise EndpointError where one request costs more than the plan has said it may."""
    long = (
        (answer.input_tokens, LONGEST_GUESS * plan.input_tokens, "reads", "--input-tokens"),
        (answer.output_tokens, plan.output_tokens, "writes", "--output-tokens"),
    )
    for tokens, most, does, option in long:
        if plan.price is not None and tokens > most:
            wrong = (
                f"it {does} {count(tokens)} tokens a request, more than the {count(most)} priced"
            )
            raise EndpointError(f"{wrong}; set {option} to that, so that the limit holds")


class _Run:
    """One load: how far it is, and what it has shown so far."""

    def __init__(self, asked: int) -> None:
        self.asked, self.lock = asked, Lock()
        self.answers: list[Answer] = []
        self.errors: list[EndpointError] = []

    @property
    def over(self) -> bool:
        """Whether nothing more is to be asked."""
        return len(self.errors) > ENOUGH_FAILED * self.asked


def ramp(at: Endpoint, plan: Plan, told: Told = lambda done, total, words: None) -> Loads:
    """Ask an endpoint at each load of a plan, the lightest first, and stop where it takes no more.

    Parameters
    ----------
    at : the endpoint. [endpoint]
    plan : loads, requests and lengths. [plan]
    told : hears how many requests are done, of how many, at which load. [function]

    Returns
    -------
    What was seen under each load. [loads]

    Raises
    ------
    EndpointError : the first request has no answer or costs more than planned, or none of the
        first load has an answer.
    """
    number = counting()
    prompt = prompt_of(plan.input_tokens, next(number))
    _within(plan, ask(at, prompt=prompt, output_tokens=plan.output_tokens))
    done, found = 1, list[Load]()
    told(done, plan.total, "first request")
    for at_once in plan.at_once:
        run, wall = _Run(plan.requests(at_once)), time.perf_counter()
        words = f"{at_once} at once"

        def heard(finished: int, before: int = done, words: str = words) -> None:
            told(before + finished, plan.total, words)

        _asked(at, plan, run, at_once, number, heard)
        wall = time.perf_counter() - wall
        done += run.asked
        if run.answers:
            found.append(_load(run, at_once, wall))
        if run.over:
            why = f"With {at_once} at once it stopped: {run.errors[-1]}."
            if not found:
                raise run.errors[-1]
            found[-1] = replace(found[-1], note=why)
            break
    return Loads(f"measured at {at.url.netloc}", at.model, tuple(found))


def _asked(
    at: Endpoint,
    plan: Plan,
    run: _Run,
    at_once: int,
    number: counting[int],
    heard: Callable[[int], None],
) -> None:
    """Ask all requests of a load, always so many at once, each followed by the next."""

    def one(_: int) -> None:
        with run.lock:
            if run.over:
                return
            prompt = prompt_of(plan.input_tokens, next(number))
        try:
            answer = ask(at, prompt=prompt, output_tokens=plan.output_tokens)
        except EndpointError as problem:
            with run.lock:
                run.errors.append(problem)
        else:
            with run.lock:
                run.answers.append(answer)
        with run.lock:
            heard(len(run.answers) + len(run.errors))

    with ThreadPoolExecutor(at_once) as pool:
        try:
            list(pool.map(one, range(run.asked)))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _load(run: _Run, at_once: int, wall_s: float) -> Load:
    tokens = np.array([answer.output_tokens for answer in run.answers], float)
    first = np.array([answer.first_s for answer in run.answers])
    several = tokens > 1
    spent = np.array([answer.last_s for answer in run.answers]) - first
    token = spent[several] / (tokens[several] - 1.0)
    read = np.array([answer.input_tokens for answer in run.answers], float)
    counted = all(answer.counted for answer in run.answers)
    notes = [] if counted else ["It counts no tokens: pieces of its stream stand for them."]
    if run.errors:
        notes.append(f"{len(run.errors)} of {run.asked} failed: {run.errors[-1]}.")
    return Load(
        requests=float(len(run.answers)),
        input_tokens=float(read.mean()) if counted and read.all() else NOT_SEEN,
        output_tokens=float(tokens.mean()),
        concurrency=float(at_once),
        tokens_per_s=float(tokens.sum() / wall_s),
        first=_seen(first),
        token=_seen(token),
        failed=float(len(run.errors)),
        note=" ".join(notes),
    )


def _seen(times: Sequence[float] | np.ndarray) -> Seen:
    if not len(times):
        return Seen()
    p50, p95 = np.quantile(times, (0.5, 0.95))
    return Seen(float(np.mean(times)), float(p50), float(p95))
