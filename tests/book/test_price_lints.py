"""Checks that would have caught the mistakes public price lists are known for."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import pytest

from aicost.book.book import Book
from aicost.book.rows import Row

# item -> why it may break the rule. An entry that is not needed any more fails a test. What the
# imported layer holds is what genai-prices 0.2.3 holds; "in the feed" says it gives no reason.
# litellm's prices pass all but the last check where they are taken over: book/litellm_prices.py.
READ_ABOVE_INPUT = {"openrouter/~deepseek/deepseek-pro-latest": "0.23 on 0.225 in the feed"}
OUTPUT_BELOW_INPUT = {
    "cloudflare/@cf/meta/llama-guard-3-8b": "0.484 and 0.03 in the feed",
    "openai/gpt-5-image-mini": "2.50 and 2.00 in the feed, seen at a reseller before the vendor",
    "openrouter/openai/gpt-5-image-mini": "2.50 and 2.00 in the feed",
    "openrouter/deepseek/deepseek-v4.1-flash": "0.0352 and 0.0112 in the feed, for some days",
    "quicksilverpro/glm-5.3-flash": "0.07 and 0.05 in the feed, for some days",
}
ODD_BATCH = {
    "openai/gpt-5.4": "cached input: the vendor publishes half of 0.25 rounded to 0.13",
    "openai/gpt-image-1-mini": "cached image input: published as 0.13, half of 0.25",
}
ODD_CACHE_WRITE = {"anthropic/claude-3-haiku": "0.30 on 0.25 in the feed"}
WIDE_EMBEDDINGS = {
    "aws": "0.8 for titan-embed-image, of which the tokens are those of pictures",
    "google": "0.8 for multimodalembedding, which is billed by the picture",
    "azure": "davinci has an input price only in the feed, and is no embedding model",
    "cloudflare": "0.003 for bge-reranker-base to 0.24 for clef, which is billed by input only",
}
BATCH_FACTORS = (0.5, 0.67, 0.8, 1.0)

Prices = dict[str, float]


def periods(book: Book) -> Iterator[tuple[str, date, dict[tuple[str, int, str], Prices]]]:
    """Yield item, day and {(context, tier, schedule): token prices} for every set ever in force."""
    for item in book.items():
        for day in (date.min, *book.changes(item)):
            sets: dict[tuple[str, int, str], Prices] = defaultdict(dict)
            for row in book.active(item, day):
                if row.unit == "USD/Mtok":
                    sets[row.context, row.tier_gt, row.schedule][row.parameter] = row.value
            if sets:
                yield item, day, sets


@pytest.fixture(scope="module")
def found() -> list[tuple[str, date, dict[tuple[str, int, str], Prices]]]:
    both = [*periods(Book.load()), *periods(Book.load(layers=("imported",)))]
    assert len({item for item, _, _ in both}) > 2_000
    return both


def test_cache_read_at_most_input(found: list) -> None:
    odd = {
        item
        for item, _, sets in found
        for p in sets.values()
        if p.get("cache_read", 0) > p.get("input", float("inf"))
    }
    assert odd == set(READ_ABOVE_INPUT)


def test_input_at_most_output(found: list) -> None:
    odd = {
        item
        for item, _, sets in found
        for p in sets.values()
        if p.get("input", 0) > p.get("output", float("inf"))
    }
    assert odd == set(OUTPUT_BELOW_INPUT)


def test_batch_factor(found: list) -> None:
    odd = set()
    for item, _, sets in found:
        for (context, tier, schedule), prices in sets.items():
            if context != "processing=batch":
                continue
            standard = sets.get(("", tier, schedule), {})
            for parameter, price in prices.items():
                factor = price / standard[parameter] if parameter in standard else 1.0
                if min(abs(factor - known) for known in BATCH_FACTORS) > 0.005:
                    odd.add(item)
    assert odd == set(ODD_BATCH)


def test_anthropic_cache_writes(found: list) -> None:
    odd = set()
    for item, _, sets in found:
        for prices in sets.values() if item.startswith("anthropic/") else ():
            for parameter, factor in (("cache_write_5m", 1.25), ("cache_write_1h", 2.0)):
                if parameter in prices and abs(prices[parameter] / prices["input"] - factor) > 1e-9:
                    odd.add(item)
    assert odd == set(ODD_CACHE_WRITE)


def test_token_prices_are_plausible(found: list) -> None:
    odd = {
        (item, parameter, price)
        for item, _, sets in found
        for prices in sets.values()
        for parameter, price in prices.items()
        if not 0.001 <= price <= 1_000
    }
    assert odd == set()


def test_embedding_models_of_one_vendor_are_of_one_order(found: list) -> None:
    by_vendor: dict[str, list[float]] = defaultdict(list)
    for item, _, sets in found:
        standard = sets.get(("", 0, ""), {})
        if "input" in standard and "output" not in standard:
            by_vendor[item.partition("/")[0]].append(standard["input"])
    wide = {vendor for vendor, prices in by_vendor.items() if max(prices) / min(prices) >= 20}
    assert wide == set(WIDE_EMBEDDINGS)


def rows(book: Book) -> Iterator[Row]:
    """Yield every row of a book, whatever its validity."""
    for item in book.items():
        yield from book.all_rows(item)


def test_units_fit_parameters() -> None:
    units: dict[str, set[str]] = defaultdict(set)
    for row in rows(Book.load()):
        if row.layer.startswith("prices"):
            units[row.parameter].add(row.unit)
            assert row.currency == ("USD" if row.unit.startswith("USD/") else ""), row
    assert {parameter: found for parameter, found in units.items() if len(found) > 1} == {}
    assert units["search_unit"] == {"USD/search"}


def test_rounding_is_noted_and_small() -> None:
    rounded = [r for r in rows(Book.load(layers=("imported",))) if r.note.startswith("rounded")]
    assert len(rounded) == 28
    assert {row.item.partition("/")[0] for row in rounded} == {"openrouter", "huggingface_together"}
    for row in rounded:
        assert abs(row.value - float(row.note.removeprefix("rounded from "))) <= 0.5e-6


def test_search_rerankers_say_how_many_documents() -> None:
    book = Book.load()
    priced = {row.item for row in rows(book) if row.parameter == "search_unit"}
    assert priced
    for item in priced:
        assert book.find(item, "documents_per_search").value == 100
