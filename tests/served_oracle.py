"""What a unit that serves a model carries, from the data files and plain sums, a call at a time.

The same published formulas as aicost.formulas.serving, in scalars: the rate is searched for, and at
each rate what is under way is let settle, where the kit solves for it.
"""

import csv
import math
from collections.abc import Callable
from functools import cache
from typing import Any

from aicost.paths import data_dir

BYTES = {"bf16": 2.0, "fp8": 1.0, "fp4": 0.5625}


@cache
def table(name: str) -> list[dict[str, str]]:
    with (data_dir() / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def sheet(chip: str) -> dict[str, float]:
    """Return the data sheet of a chip."""
    rows = [row for row in table("hardware.csv") if row["item"] == f"device/{chip}"]
    return {row["parameter"]: float(row["value"]) for row in rows}


@cache
def model(name: str) -> dict[str, float]:
    (row,) = [row for row in table("architectures.csv") if row["model"] == name]
    words = ("model", "published_as", "context_source", "source", "read_on", "confidence", "note")
    return {key: float(value) for key, value in row.items() if key not in words}


@cache
def constant(name: str, chip: str, engine: str) -> float:
    """Return a constant of all, of an engine, or of the family of a chip."""
    rows = [row for row in table("serving_constants.csv") if row["constant"] == name]
    (row,) = [r for r in rows if chip in r["chips"].split() or r["of"] in (engine, "")]
    return float(row["value"])


def bisected(most: Callable[[float], bool], high: float) -> float:
    low = 0.0
    for _ in range(70):
        middle = (low + high) / 2
        low, high = (middle, high) if most(middle) else (low, middle)
    return low


def an_hour(
    pool: Any,
    read: float,
    written: float,
    first_s: float,
    token_s: float,
    found: float = 0.0,
    prompts: float = 1.0,
) -> float:
    """Return the calls an hour of one unit, by the formulas alone, within two times."""
    chips, one, m = int(pool.chips), sheet(pool.chip), model(pool.serves)
    width = BYTES[pool.weights]

    def c(name: str) -> float:
        return constant(name, pool.chip, pool.engine)

    peak16, link, speed = one["peak_16bit"] * 1e12, one["link"] * 1e9, one["memory_read"] * 1e12
    narrow = 8 if width == 1 else 4
    peak = peak16
    if width < 2 and one["narrowest_float"] <= narrow and one.get(f"peak_{narrow}bit"):
        peak = one[f"peak_{narrow}bit"] * 1e12
    params, active = m["params_b"] * 1e9, m["active_params_b"] * 1e9
    moe = m["experts"] > 1
    inside = 3 * m["hidden"] * m["expert_intermediate"] * m["experts"] * m["expert_layers"]
    inside = min(inside, 0.995 * params)
    kept_bytes = max(min(width, 2.0), 1.0)

    def cache_of(tokens: float) -> float:
        near = min(tokens, m["window_tokens"]) * m["windowed_share"]
        far = (1 - m["windowed_share"]) * tokens
        return m["cache_numbers"] * (far + near) * kept_bytes

    shards = 1 if m["latent_cache"] else min(chips, m["kv_heads"])
    room = 0.92 * one["memory"] * 2**30 - params * width / chips - 2e9
    fits = min(max(room, 0) * shards / cache_of(read + written), 4096)

    part = c("prompt_share") * (c("expert_prompt_share") if moe else 1)

    def once(found: float) -> float:
        new = max(read - found, 1)
        seconds = 2 * active * new / peak / chips / part
        whole = read * read - (read - new) * (read - new)
        square = 2 * m["attention_layers"] * m["heads"] * m["head_dim"] * whole
        seconds += square / peak16 / chips / part
        sent = 4 * m["layers"] * (chips - 1) / chips * new * m["hidden"] * 2
        return seconds + sent / (c("link_share") * link)

    there = min(fits / prompts, 1)  # running calls take their room first
    prompt = there * once(found) + (1 - there) * once(0)

    def step(running: float) -> float:
        met = 1 - (1 - m["experts_used"] / m["experts"]) ** running
        seconds = (params - inside + met * inside) / chips * width / speed / c("weights_share")
        seconds += 2 * active * running / (chips * peak * c("multiply_share"))
        share = c("cache_share") * (c("latent_cache_share") if m["latent_cache"] else 1)
        seconds += cache_of(read + written / 2) * running / (shards * speed * share)
        if chips > 1:
            late = c("exchange_s") if link >= 100e9 else c("bus_exchange_s")
            moved = 2 * (chips - 1) / chips * running * m["hidden"] * 2
            seconds += 2 * m["layers"] * (late + moved / (c("link_share") * link))
        seconds += c("step_s") + c("sequence_s") * running
        return seconds + c("expert_layer_s") * m["expert_layers"]

    before = c("first_s") + (c("first_expert_s") if moe else 0)

    def in_time(rate: float) -> bool:
        busy = rate * prompt
        if busy >= 0.95:
            return False
        running = 1e-3
        for _ in range(20_000):
            asked = rate * (prompt + written * step(running) / (1 - busy))
            if asked > fits:
                return False
            if math.isclose(asked, running, rel_tol=1e-14):
                break
            running = asked
        first = prompt * (1 + busy / 2 / (1 - busy)) + step(running) + before
        return first <= first_s and step(running) / (1 - busy) <= token_s

    return 3600 * bisected(in_time, 1e4)


def carries(pool: Any, calls: list[tuple[float, ...]], prompts: float = 1.0) -> float:
    """Return the calls an hour of a unit, of calls (how many, read, written, found)."""
    every = math.fsum(many for many, *_ in calls)
    weights = [many if every else 1.0 for many, *_ in calls]
    means = [
        math.fsum(w * call[i] for w, call in zip(weights, calls, strict=True)) / math.fsum(weights)
        for i in (1, 2, 3)
    ]
    limits = float(pool.first_word_within), float(pool.token_within)
    return an_hour(pool, *means[:2], *limits, means[2], prompts) * float(pool.reached)
