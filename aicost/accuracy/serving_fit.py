"""Constants of serving fitted to measured points: log errors, priors, robust to stray rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from aicost.accuracy.serving_cases import ALONE, CLOSED, FULL, OPEN, STEP, Cases
from aicost.book.machines import reached
from aicost.formulas.serving.load import alone_seconds, at_concurrency, at_rate
from aicost.formulas.serving.shapes import Reached
from aicost.formulas.serving.step import Machine, step_seconds
from aicost.values.quantities import Numeric

Constants = dict[str, dict[str, float]]

#: What is believed of each before a row is seen, and how far it may lie from that, as a log.
PRIORS = {
    "multiply_share": (0.6, 0.5),
    "prompt_share": (0.55, 0.5),
    "weights_share": (0.7, 0.3),
    "first_s": (0.1, 1.5),
    "first_expert_s": (0.03, 1.5),
    "expert_prompt_share": (0.7, 0.3),
    "cache_share": (0.8, 0.3),
    "latent_cache_share": (0.7, 0.5),
    "link_share": (0.5, 0.3),
    "exchange_s": (20e-6, 0.7),
    "bus_exchange_s": (60e-6, 0.7),
    "early_exchange": (2.0, 0.5),
    "scatter_s": (80e-6, 0.7),
    "step_s": (2e-3, 0.7),
    "expert_layer_s": (30e-6, 0.7),
    "sequence_s": (15e-6, 0.7),
    "first_steps": (2.5, 0.5),
    "first_steps_in_groups": (10.0, 0.7),
    "burst_share": (0.05, 0.001),  # as good as fixed: one round in ten begins with all at once
    "expert_burst_share": (0.1, 0.7),
}
#: No engine reaches more of a data sheet than this.
CAP, CAPPED = 0.9, ("multiply_share", "prompt_share", "weights_share", "cache_share")
ROBUST, PRIOR_WEIGHT = 0.03, 10.0  # log error from which rows pull less; of a prior, beside a row
#: By result: how much less each of many rows of a pair counts, and how much its rows count.
CROWDING, WEIGHTS = (0.0, -0.25, 0.0), (1.0, 0.5, 0.5)
ITERATIONS = 30


class Predicted(NamedTuple):
    """What the formulas say of each point, and where more are asked than fit."""

    tokens_per_s: np.ndarray
    first_s: np.ndarray
    token_s: np.ndarray
    over: np.ndarray


def predict(at: Mapping[str, Mapping[str, Numeric]], cases: Cases) -> Predicted:
    """What the formulas say of measured points."""
    return predicted(machines(at, cases), cases)


def predicted(machine: Machine, cases: Cases) -> Predicted:
    """What the formulas say of measured points, each on its machine."""
    lengths = {"input_tokens": cases.input_tokens, "output_tokens": cases.output_tokens}
    found = at_concurrency(machine=machine, concurrency=cases.concurrency, **lengths)
    speed, first, token = (np.array(v, float) for v in (found.tokens_per_s, *found[:2]))
    over = np.isfinite(cases.concurrency) & (cases.concurrency > found.fits)
    rated = np.flatnonzero((cases.scenario == OPEN) & np.isfinite(cases.rate))
    if rated.size:
        seen = at_rate(
            machine=machine.where(rated),
            input_tokens=cases.input_tokens[rated],
            output_tokens=cases.output_tokens[rated],
            requests_per_s=cases.rate[rated],
        )
        first[rated], token[rated] = seen.first_s, seen.token_s
    alone = np.flatnonzero(np.isin(cases.scenario, ALONE))
    if alone.size:
        one, tokens = machine.where(alone), cases.input_tokens[alone]
        first[alone] = alone_seconds(machine=one, input_tokens=tokens)
    bare = np.flatnonzero(cases.scenario == STEP)
    if bare.size:
        running, tokens = cases.concurrency[bare], cases.input_tokens[bare]
        one = machine.where(bare)
        step = step_seconds(machine=one, running=running, kept_tokens=tokens)
        token[bare] = step.total - step.engine  # nothing stands in front
    total = (cases.input_tokens + cases.output_tokens) / cases.output_tokens
    speed = np.where(cases.scenario == "batch", speed * total, speed)
    return Predicted(speed, first, token, over)


def machines(at: Mapping[str, Mapping[str, Numeric]], cases: Cases) -> Machine:
    """What each point was measured on, as constants have it."""
    experts = np.greater(cases.model.experts, 1.0)
    found = reached(at, family=cases.family, engine=cases.engine, experts=experts)
    early = np.where(cases.scenario == CLOSED, 1.0, at["early_exchange"][""])
    fields = {name: getattr(found, name) for name in Reached.__slots__}
    slower = {name: fields[name] * early for name in ("exchange_s", "bus_exchange_s")}
    return Machine(cases.model, cases.chip, cases.layout, Reached(**fields | slower))


def measured(cases: Cases) -> Predicted:
    """What was seen, nan where a scenario is not read for it."""
    full = np.isin(cases.scenario, FULL)
    loaded = np.isin(cases.scenario, (CLOSED, OPEN))
    first = loaded | np.isin(cases.scenario, ALONE)
    token = loaded | (cases.scenario == STEP)
    return Predicted(
        np.where(full, cases.tokens_per_s, np.nan),
        np.where(first, cases.first_s, np.nan),
        np.where(token, cases.token_s, np.nan),
        np.zeros(len(cases), bool),
    )


def fitted(start: Constants, cases: Cases) -> Constants:
    """The constants that come nearest to measured points, from the priors on."""
    from scipy.optimize import least_squares

    keys = [(name, of) for name in PRIORS for of in start[name]]
    middle = np.log([PRIORS[name][0] for name, _ in keys])
    spread = np.array([PRIORS[name][1] for name, _ in keys])
    seen = [np.log(values) for values in measured(cases)[:3]]
    _, place, count = np.unique(cases.group, return_inverse=True, return_counts=True)
    weights = [count[place] ** less * of**0.5 for less, of in zip(CROWDING, WEIGHTS, strict=True)]
    over = predict(_constants(keys, middle), cases).over

    def residuals(logs: np.ndarray) -> np.ndarray:
        found = predict(_constants(keys, logs), cases)
        parts = []
        for place, (said, true, weight) in enumerate(zip(found[:3], seen, weights, strict=True)):
            counts = np.isfinite(true) & ~(over & (place == 1))
            off = np.log(np.clip(said[counts], 1e-9, 1e12)) - true[counts]
            parts.append(off * weight[counts])
        off = np.concatenate(parts)
        soft = ROBUST * np.sign(off) * np.sqrt(2.0 * (np.sqrt(1.0 + (off / ROBUST) ** 2) - 1.0))
        return np.concatenate([soft, (logs - middle) / spread * ROBUST * PRIOR_WEIGHT])

    found = least_squares(residuals, middle, max_nfev=ITERATIONS, xtol=1e-5, ftol=1e-5)
    return _constants(keys, found.x)


def _constants(keys: list[tuple[str, str]], logs: np.ndarray) -> Constants:
    found: Constants = {}
    for (name, of), value in zip(keys, np.exp(logs), strict=True):
        found.setdefault(name, {})[of] = min(float(value), CAP) if name in CAPPED else float(value)
    return found
