"""Small logs of calls, made plainly and priced exactly, for tests of why a bill changed."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from aicost.book.book import Book
from aicost.book.token_prices import price_requests
from aicost.log.engine import conform

SMALL, LARGE = "openai/gpt-5-mini", "anthropic/claude-haiku-5-5"
FEATURES, STAGES, MODELS = ("search", "support", "report"), ("plan", "answer"), (SMALL, LARGE)


@dataclass(frozen=True)
class Truth:
    """What is true of a period: the means that its calls are drawn around."""

    volume: float = 120.0
    features: tuple[float, ...] = (0.5, 0.3, 0.2)
    again: float = 0.1
    large: float = 0.3
    read: float = 2_000.0
    cached: float = 0.5
    output: float = 300.0
    thinking: float = 100.0
    weekend: float = 0.4
    days_differ: float = 0.1

    def changed(self, **values: Any) -> "Truth":
        return replace(self, **values)


@dataclass
class Drawn:
    """Columns of calls as they are drawn."""

    columns: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, **values: Any) -> None:
        for name, value in values.items():
            self.columns.setdefault(name, []).append(value)

    def frame(self) -> pd.DataFrame:
        return pd.DataFrame({name: np.concatenate(parts) for name, parts in self.columns.items()})


def drawn(truth: Truth, first: date, days: int, seed: int) -> pd.DataFrame:
    """Draw the calls of some days; requests of a kind are alike, days differ, weekends are calm."""
    luck, calls = np.random.default_rng(seed), Drawn()
    for number in range(days):
        day = first + timedelta(number)
        quiet = truth.weekend if day.weekday() > 4 else 1.0
        many = luck.poisson(truth.volume * quiet * one(luck, truth.days_differ))
        today, size = one(luck, 0.05), one(luck, 0.5, many)
        feature = luck.choice(len(FEATURES), many, p=truth.features)
        began = luck.integers(0, 86_000, many)
        for stage in STAGES:
            whose = np.repeat(np.arange(many), 1 + luck.poisson(truth.again, many))
            n = len(whose)
            read = truth.read * size[whose] * today * one(luck, 0.8, n)
            read = np.minimum(read, 300_000)  # what any model holds
            kept = luck.beta(2 * truth.cached, 2 * (1 - truth.cached), n) if truth.cached else 0.0
            calls.add(
                moment=np.datetime64(day, "us") + began[whose].astype("timedelta64[s]"),
                request=np.char.add(f"{day}-", whose.astype(str)),
                feature=np.array(FEATURES)[feature[whose]],
                stage=np.full(n, stage),
                model=np.array(MODELS)[(luck.random(n) < truth.large).astype(int)],
                input_tokens=whole(luck, read * (1 - kept)),
                cache_read_tokens=whole(luck, read * kept),
                output_tokens=whole(luck, truth.output * size[whose] * today * one(luck, 1.0, n)),
                thinking_tokens=whole(luck, truth.thinking * one(luck, 1.0, n)),
            )
    return priced(calls.frame())


def one(luck: np.random.Generator, spread: float, many: int | None = None) -> Any:
    """Draw what is one on average."""
    return luck.lognormal(-(spread**2) / 2, spread, many)


def whole(luck: np.random.Generator, value: Any) -> Any:
    """Round at random, so that means stay."""
    return np.floor(value + luck.random(np.shape(value))).astype(int)


def priced(calls: pd.DataFrame) -> pd.DataFrame:
    """Give calls their cost, as the oracle of prices has it."""
    some = {name: calls.get(name, 0) for name in ("input_tokens", "cache_read_tokens")}
    output = calls["output_tokens"] + calls.get("thinking_tokens", 0)
    cost = price_requests(
        Book.load(),
        model=calls["model"].to_numpy(dtype=str),
        at=calls["moment"].to_numpy(),
        output_tokens=output.to_numpy(),
        **{name: np.asarray(column) for name, column in some.items()},
    )
    return calls.assign(cost_pico=cost)


def lazy(calls: pd.DataFrame) -> Any:
    """Priced calls as other modules have them: all columns of calls, and their cost."""
    frame = conform(calls).collect().to_native()
    frame = frame.assign(cost_pico=calls["cost_pico"], item=calls["model"])
    why = frame["cost_pico"].isna().map({True: "model unknown", False: None})
    return nw.from_native(frame.assign(unpriced=why.astype("string"))).lazy()
