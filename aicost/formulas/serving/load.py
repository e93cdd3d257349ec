"""A served model under load: so many at once, so many a second, as much as it can."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from aicost.formulas.serving.memory import sequences_that_fit
from aicost.formulas.serving.step import Machine, prompt_seconds, step_seconds
from aicost.values.quantities import Numeric

MOST_AT_ONCE = 4_096  # sequences that an engine runs in one step
_TURNS, _BUSIEST = 12, 0.95  # of the search for what runs at a rate; of the time spent on prompts
_HALVINGS, _FEWEST = 52, 1e-3  # of the search for the most that may run, and where it begins
_INSIDE = 1.0 - 1e-13  # of a bound: what is found there is served, whatever is rounded on the way


class Served(NamedTuple):
    """What users of a served model see: times, and tokens written a second by all its chips."""

    first_s: Numeric
    token_s: Numeric
    tokens_per_s: Numeric
    running: Numeric
    fits: Numeric


def alone_seconds(*, machine: Machine, input_tokens: Numeric) -> Numeric:
    """The first token of a lone request, no server in front: max(T_p, weights read) + own time.

    Parameters
    ----------
    machine : a model on its chips. [numbers]
    input_tokens : length of the prompt. [tokens]

    Returns
    -------
    Seconds until the first token. [s]

    References
    ----------
    As `step_seconds`; held against tests/data/serving_measured.csv unfitted.

    Examples
    --------
    >>> from aicost.book.machines import machine
    >>> one = machine("llama-3.1-8b", "h100-sxm", weights="bf16")
    >>> short, long = (float(alone_seconds(machine=one, input_tokens=n)) for n in (128, 8_192))
    >>> short < 0.01 < 0.1 < long < 0.3
    True
    """
    prompt = prompt_seconds(machine=machine, input_tokens=input_tokens)
    step = step_seconds(machine=machine, running=1.0, kept_tokens=input_tokens)
    return np.maximum(prompt, step.weights) + machine.reached.step_times * machine.reached.step_s


def at_concurrency(
    *, machine: Machine, input_tokens: Numeric, output_tokens: Numeric, concurrency: Numeric
) -> Served:
    """So many requests at once, each followed by the next: TPOT = step + B T_p / n, X = B / TPOT.

    Parameters
    ----------
    machine : a model on its chips. [numbers]
    input_tokens : length of a prompt. [tokens]
    output_tokens : length of an answer. [tokens]
    concurrency : requests that are always under way; inf for as many as fit. [requests]

    Returns
    -------
    First word, time of a further token, tokens written a second. [s, s, tokens/s]

    Notes
    -----
    A prompt takes the chips from the steps of all others: each answer of n tokens shares them with
    one prompt of every sequence that runs. More than fit wait: the first word then comes after the
    time that Little's law leaves. TTFT is the least certain of all: docs/accuracy.md has its range.

    References
    ----------
    Little, Operations Research 9 (1961); the terms as `step_seconds`.

    Examples
    --------
    >>> from aicost.book.machines import machine
    >>> one = machine("llama-3.1-8b", "h100-sxm", weights="fp8")
    >>> few, many = (at_concurrency(machine=one, input_tokens=1_000, output_tokens=200,
    ...     concurrency=n) for n in (1, 64))
    >>> bool(few.token_s < many.token_s and few.tokens_per_s < many.tokens_per_s)
    True
    """
    fits = _fits(machine, input_tokens + output_tokens)
    running = np.minimum(concurrency, fits)
    context = input_tokens + output_tokens / 2.0
    step = step_seconds(machine=machine, running=running, kept_tokens=context).total
    prompt = prompt_seconds(machine=machine, input_tokens=input_tokens)
    token = step + running * prompt / output_tokens
    first = _first_word(machine, prompt, token, running)
    asked = np.where(np.isfinite(concurrency), concurrency, running)
    turns = asked / np.maximum(running, 1.0)
    waiting = (turns * output_tokens - (output_tokens - 1.0)) * token
    first = np.where(turns > 1.0, np.maximum(waiting, first), first)
    none = np.less(fits, 1.0)
    first, token = (np.where(none, np.inf, value) for value in (first, token))
    return Served(first, token, np.where(none, 0.0, running / token), running, fits)


def _fits(machine: Machine, tokens: Numeric) -> Numeric:
    """Sequences that run at once: as memory has room for, and no more than an engine takes."""
    model, chip, layout, _ = machine
    found = sequences_that_fit(model=model, chip=chip, layout=layout, sequence_tokens=tokens)
    return np.minimum(found, MOST_AT_ONCE)


def _read(machine: Machine, tokens: Numeric, found: Numeric, held: Numeric) -> Numeric:
    """Seconds of a mean prompt, of which so many in one find their beginning kept."""
    kept, anew = (
        prompt_seconds(machine=machine, input_tokens=tokens, found_tokens=n) for n in (found, 0.0)
    )
    part = np.minimum(held, 1.0)
    return part * kept + (1.0 - part) * anew


def _first_word(machine: Machine, prompt: Numeric, token: Numeric, running: Numeric) -> Numeric:
    """The engine's own time, steps that are under way, the prompt, and prompts read before it."""
    at = machine.reached
    steps = at.first_steps + np.where(
        np.greater(machine.layout.data, 1), at.first_steps_in_groups, 0
    )
    return at.first_s + steps * token + prompt * (1.0 + at.burst_share * (running - 1.0))


def at_rate(
    *,
    machine: Machine,
    input_tokens: Numeric,
    output_tokens: Numeric,
    requests_per_s: Numeric,
    found_tokens: Numeric = 0.0,
    kept_prompts: Numeric = 1.0,
) -> Served:
    """So many requests a second, whoever is under way: prompts queue, and steps go on between.

    With r = λ T_p, the share of time in which prompts are read, TPOT = step / (1 - r) at the
    B = λ (TTFT + n TPOT) that then run, and TTFT = own + step + T_p (1 + r / (2 (1 - r))).

    Parameters
    ----------
    machine : a model on its chips. [numbers]
    input_tokens : length of a prompt. [tokens]
    output_tokens : length of an answer. [tokens]
    requests_per_s : requests that come in a second, at random. [1/s]
    found_tokens : of a prompt, what the engine has kept of earlier ones. [tokens]
    kept_prompts : prompts that it has to keep, each as likely to be asked for. [prompts]

    Returns
    -------
    As `at_concurrency`; times are inf where more come than can be served. [s, s, tokens/s]

    Notes
    -----
    Running calls take memory before kept prompts do: where F of them fit, F of the kept prompts are
    there, and the rest are read anew. Held against no measurement; with fewer calls under way, or
    an engine that keeps what is asked for most often, more are found.

    References
    ----------
    The wait of M/D/1 for prompts, which are read one after another; Little as above.

    Examples
    --------
    >>> from aicost.book.machines import machine
    >>> one = machine("llama-3.1-8b", "h100-sxm", weights="fp8")
    >>> at = {"machine": one, "input_tokens": 1_000, "output_tokens": 200}
    >>> bool(at_rate(**at, requests_per_s=1).first_s < at_rate(**at, requests_per_s=10).first_s)
    True
    >>> float(at_rate(**at, requests_per_s=10_000).first_s)
    inf
    """
    fits = _fits(machine, input_tokens + output_tokens)
    prompt = _read(machine, input_tokens, found_tokens, fits / kept_prompts)
    reading = np.minimum(requests_per_s * prompt, _BUSIEST)
    context = input_tokens + output_tokens / 2.0
    running: Numeric = 1.0
    for _ in range(_TURNS):
        step = step_seconds(machine=machine, running=running, kept_tokens=context).total
        token = step / (1.0 - reading)
        asked = requests_per_s * (prompt + output_tokens * token)
        running = np.clip(asked, _FEWEST, fits)
    first = prompt * (1.0 + reading / (2.0 * (1.0 - reading))) + step + machine.reached.first_s
    over = np.greater(asked, fits) | (requests_per_s * prompt >= _BUSIEST)
    first, token = (np.where(over, np.inf, value) for value in (first, token))
    return Served(first, token, requests_per_s * output_tokens, running, fits)


def most_requests(
    *,
    machine: Machine,
    input_tokens: Numeric,
    output_tokens: Numeric,
    found_tokens: Numeric = 0.0,
    kept_prompts: Numeric = 1.0,
    first_word_within: Numeric = np.inf,
    token_within: Numeric = np.inf,
) -> Numeric:
    """The most requests a second that are served within both limits; 0 where a lone one is not.

    `at_rate` turned round: with B under way and S = n step(B), λ solves
    T_p² λ² - (T_p + S + B T_p) λ + B = 0, and times rise with B.

    Parameters
    ----------
    machine : a model on its chips. [numbers]
    input_tokens : length of a prompt. [tokens]
    output_tokens : length of an answer. [tokens]
    found_tokens : of a prompt, what the engine has kept of earlier ones. [tokens]
    kept_prompts : prompts that it has to keep, each as likely to be asked for. [prompts]
    first_word_within : the longest that the first word may take. [s]
    token_within : the longest that each further token may take. [s]

    Returns
    -------
    Requests a second, that come at random. [1/s]

    References
    ----------
    As `at_rate`, which meets both limits at this rate and not at a higher one.

    Examples
    --------
    >>> from aicost.book.machines import machine
    >>> one = machine("llama-3.1-8b", "h100-sxm", weights="fp8")
    >>> at = {"machine": one, "input_tokens": 1_000, "output_tokens": 200}
    >>> any_time, soon = most_requests(**at), most_requests(**at, token_within=0.01)
    >>> bool(0 < soon < any_time), float(most_requests(**at, first_word_within=0.001))
    (True, 0.0)
    """
    fits = _fits(machine, input_tokens + output_tokens)
    prompt = _read(machine, input_tokens, found_tokens, fits / kept_prompts)
    context = input_tokens + output_tokens / 2.0

    def served(running: Numeric) -> tuple[Numeric, Numeric]:
        step = step_seconds(machine=machine, running=running, kept_tokens=context).total
        held = prompt * (1.0 + running) + output_tokens * step
        rate = 2.0 * running / (held + np.sqrt(held**2 - 4.0 * prompt**2 * running))
        reading = np.minimum(rate * prompt, _BUSIEST)
        first = prompt * (1.0 + reading / (2.0 * (1.0 - reading))) + step + machine.reached.first_s
        late = (first > first_word_within) | (step / (1.0 - reading) > token_within)
        return rate, ~(late | (rate * prompt > _BUSIEST * _INSIDE))

    low, high = fits * 0.0 + _FEWEST, np.maximum(fits * _INSIDE, _FEWEST)
    rate, kept = served(high)
    alone, some = served(low)
    for _ in range(_HALVINGS):
        middle = np.sqrt(low * high)
        good = served(middle)[1]
        low, high = np.where(good, middle, low), np.where(good, high, middle)
    found = np.where(kept, rate, np.maximum(served(low)[0], alone))
    return np.where(some & np.greater_equal(fits, 1.0), found, 0.0)
