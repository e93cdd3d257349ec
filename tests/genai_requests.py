"""Random requests to models that genai-prices knows, and what they cost by it."""

import random
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from genai_prices.data import providers
from genai_prices.types import TieredPrices, Usage

from aicost.book.book import Book


def price_sets(model: Any) -> list[Any]:
    """Return every set of prices of a genai-prices model, dated or by context."""
    dated = [entry.prices for entry in model.prices] if isinstance(model.prices, list) else None
    return dated or [model.prices]


def thresholds(model: Any) -> list[int]:
    """Return the context tiers of a model."""
    prices = [p for s in price_sets(model) for p in vars(s).values() if isinstance(p, TieredPrices)]
    return sorted({tier.start for price in prices for tier in price.tiers})


def changes(model: Any) -> list[datetime]:
    """Return the days on which a model's prices change."""
    dated = model.prices if isinstance(model.prices, list) else []
    entries = [*dated, *(model.price_variants or [])]
    days = [getattr(entry.constraint, "start_date", None) for entry in entries]
    return [datetime(d.year, d.month, d.day, tzinfo=UTC) for d in days if d]


def token_counts(rng: random.Random, model: Any) -> tuple[int, int, int, int, int]:
    """Return total input, cache read, 5m write, 1h write and output, often at a tier's edge."""
    edges = thresholds(model)
    near = rng.choice(edges) + rng.choice((-1, 0, 1)) if edges else rng.randrange(1, 10**6)
    total = rng.choice([near, rng.randrange(1, 3_000), rng.randrange(1, 400_000)])
    cuts = sorted(rng.randrange(total + 1) for _ in range(3))
    cached = [cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1]]
    read, five, hour = rng.choice([cached, [cuts[0], 0, 0], [0, 0, 0]])
    every = all("output_mtok" in vars(s) for s in price_sets(model))
    return total, read, five, hour, rng.randrange(20_000) if every else 0


def priced_by_token() -> list[tuple[Any, Any]]:
    """Return provider and model of all that has a price of input tokens at any time."""
    models = [(p, m) for p in providers for m in p.models]
    return [(p, m) for p, m in models if all("input_mtok" in vars(s) for s in price_sets(m))]


def sample(
    n: int, seed: int, models: list[tuple[Any, Any]]
) -> Iterator[tuple[Any, Any, str, datetime, tuple[int, ...]]]:
    """Yield provider, model, context, moment and token counts, more where prices are special."""
    rng = random.Random(seed)
    special = [(p, m) for p, m in models if m.price_variants or changes(m) or thresholds(m)]
    for _ in range(n):
        provider, model = rng.choice(special if rng.random() < 0.5 else models)
        contexts = [f"{k}={w}" for v in model.price_variants or () for k, w in v.when.items()]
        anywhere = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(1_700_000))
        edges = [day + timedelta(minutes=m) for day in changes(model) for m in (-1, 0, 1)]
        moment = rng.choice([anywhere, rng.choice(edges)] if edges else [anywhere])
        context = rng.choice(["", *contexts])
        counts = token_counts(rng, model)
        while model.context_window and counts[0] > model.context_window:
            counts = token_counts(rng, model)  # one request does not hold as many
        yield provider, model, context, moment, counts


def theirs(provider: Any, model: Any, context: str, at: datetime, counts: Sequence[int]) -> Decimal:
    """Price a request by genai-prices."""
    total, read, five, hour, output = counts
    usage = Usage(
        input_tokens=total,
        cache_read_tokens=read,
        cache_write_tokens=five + hour,
        cache_write_1h_tokens=hour,
        output_tokens=output,
    )
    where = dict([context.split("=", 1)]) if context else None
    found = model.calc_price(usage, provider, genai_request_timestamp=at, price_context=where)
    return Decimal(found.total_price)


def rounding(book: Book, item: str) -> Decimal:
    """Return the largest error per Mtok that an item's rounded rows may cause."""
    notes = [(r.text, re.fullmatch(r"rounded from (\S+)", r.note)) for r in book.all_rows(item)]
    return max((abs(Decimal(text) - Decimal(m[1])) for text, m in notes if m), default=Decimal(0))
