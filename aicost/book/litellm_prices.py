"""The price map of an installed litellm, flattened into rows for what no other layer has.

It is second-hand: a price is taken only where nobody else has one, where a row can say all of it,
and where it is plausible. The package is never imported; its map is read as a file.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from aicost.book.book import Book
from aicost.book.flat import Flat, Record, order, token_price
from aicost.book.names import candidates, letters
from aicost.book.rows import COLUMNS
from aicost.book.search import main_prices

PACKAGE, MAP = "litellm", "litellm/model_prices_and_context_window_backup.json"
MODES = ("chat", "completion", "responses", "embedding", "rerank")
READ_ONLY = ("embedding", "rerank")  # modes that are paid by what they read
#: Who is taken, as litellm calls them, and as the book does: makers of models, clouds, large hosts.
PROVIDERS = {
    **dict.fromkeys(("azure", "azure_ai", "azure_text"), "azure"),
    **dict.fromkeys(("bedrock", "bedrock_converse", "bedrock_mantle"), "aws"),
    **dict.fromkeys(("vertex_ai", "gemini"), "google"),
    **dict.fromkeys(("cohere", "cohere_chat"), "cohere"),
    "ai21": "ai21",
    "anthropic": "anthropic",
    "dashscope": "dashscope",
    "databricks": "databricks",
    "deepinfra": "deepinfra",
    "jina_ai": "jina",
    "mistral": "mistral",
    "nebius": "nebius",
    "oci": "oci",
    "openai": "openai",
    "ovhcloud": "ovhcloud",
    "sambanova": "sambanova",
    "scaleway": "scaleway",
    "snowflake": "snowflake",
    "together_ai": "together",
    "voyage": "voyageai",
    "watsonx": "watsonx",
    "xai": "x-ai",
}
_PRICED = {
    "input_cost_per_token": "input",
    "output_cost_per_token": "output",
    "cache_read_input_token_cost": "cache_read",
    "cache_creation_input_token_cost": "cache_write_5m",
    "input_cost_per_audio_token": "input_audio",
    "output_cost_per_audio_token": "output_audio",
    "input_cost_per_image_token": "input_image",
    "output_cost_per_image_token": "output_image",
    "output_cost_per_reasoning_token": "output_reasoning",
}
BATCH = "processing=batch"
_CONTEXTS = {
    "": "",
    "_batches": BATCH,
    "_flex": "service_tier=flex",
    "_priority": "service_tier=priority",
}
_KEY = re.compile(
    rf"({'|'.join(_PRICED)})(_above_1hr)?(?:_above_(\d+)k_tokens)?({'|'.join(_CONTEXTS)})"
)
_PLACED = re.compile(r"aws/(?:eu|apac|jp|au|ca|in)\.")
#: A search of Cohere's rerankers holds so many documents, wherever it is bought.
SEARCHED = ("documents_per_search", "100", "documents", "as Cohere's page says of its rerankers")
FACTORS = (Decimal("0.5"), Decimal("0.67"), Decimal("0.8"), Decimal(1))
LEAST, MOST = Decimal("0.001"), Decimal(1000)  # USD per Mtok
MOST_READ = Decimal(2)  # USD per Mtok of what is embedded or ranked: twice the costliest known
FAR = 10  # times as expensive or as cheap as at every other seller: a slip of the pen


def read_litellm(read_on: date, base: Book) -> Flat:
    """Flatten what an installed litellm prices and a book does not.

    Parameters
    ----------
    read_on : the day written into every row.
    base : the book of the other layers. A name that it finds is left out, but for one of a part
        of the world that costs more there.

    Raises
    ------
    ModuleNotFoundError : litellm is not installed.
    """
    package = importlib.metadata.distribution(PACKAGE)
    text = Path(str(package.locate_file(MAP))).read_text(encoding="utf-8")
    entries = json.loads(text, parse_float=Decimal)
    fixed = {"read_on": read_on.isoformat(), "confidence": "secondary"}
    models: dict[str, list[Record]] = {}
    for key, entry in entries.items():
        item = _item(key, entry)
        if not item or _has(base, item, entry):
            continue
        records = _plausible(entry, list(_cells(item, entry)))
        if not records:
            continue
        source = f"{PACKAGE} {package.version} {MAP.rpartition('/')[2]}"
        said = fixed | {"source": f"{source}; {entry.get('source', '')}".rstrip("; ")}
        whole = [dict.fromkeys(COLUMNS, "") | {"item": item} | said | one for one in records]
        same = models.setdefault(item.lower(), whole)
        if _prices(same) != _prices(whole):
            same.clear()  # it is sold at two prices under one name: at neither here
    models = _near(models, base)
    prices = sorted((record for records in models.values() for record in records), key=order)
    return Flat(prices, [], package.version, package=PACKAGE, layer="secondary")


def _has(base: Book, item: str, entry: Mapping[str, Any]) -> bool:
    """Whether a book finds an item; a part of the world at another price it does not."""
    found = candidates(base, item)
    if len(found) != 1 or not _PLACED.match(item):
        return bool(found)
    listed = main_prices(base.active(found[0])).get("input")
    asked = token_price(Decimal(entry.get("input_cost_per_token") or 0) * 1_000_000)["value"]
    return listed is None or Decimal(listed.text) == Decimal(asked)


def _near(models: Mapping[str, list[Record]], base: Book) -> dict[str, list[Record]]:
    """The models whose input is not far from the price at everybody else."""
    asked = [(item, _usd(records)) for item, records in models.items()]
    asked += [
        (item, main["input"].value)
        for item in base.having("input")
        if "input" in (main := main_prices(base.active(item)))
    ]
    by_model: dict[str, list[tuple[str, float]]] = {}
    for item, usd in asked:
        if usd:
            by_model.setdefault(_model(item), []).append((item, usd))

    def near(item: str, records: Sequence[Record]) -> bool:
        usd = _usd(records)
        others = [other for name, other in by_model.get(_model(item), ()) if name != item]
        return not (usd and others) or any(1 / FAR < usd / other < FAR for other in others)

    return {item: records for item, records in models.items() if near(item, records)}


def _usd(records: Iterable[Record]) -> float:
    """What a million tokens read cost by the list, or nothing."""
    plain = (r for r in records if r["parameter"] == "input" and not (r["context"] + r["tier_gt"]))
    return next((float(record["value"]) for record in plain), 0.0)


def _model(item: str) -> str:
    """What a model is called by whoever sells it."""
    return letters(re.sub(r"^[a-z0-9]+\.(?=[a-z])", "", item.rpartition("/")[2].lower()))


def _item(key: str, entry: Mapping[str, Any]) -> str:
    """The item that an entry prices, or nothing where it is none of ours."""
    sold_by = str(entry.get("litellm_provider") or "")
    provider = PROVIDERS.get(re.sub(r"^vertex_ai-.*", "vertex_ai", sold_by))
    if provider is None or entry.get("mode") not in MODES or entry.get("alias_of"):
        return ""
    first, slash, rest = key.partition("/")
    name = rest if slash and PROVIDERS.get(first) == provider else key
    if provider == "together" and "/" not in name:
        return ""  # a size of model, not a model
    return f"{provider}/{name}"


def _cells(item: str, entry: Mapping[str, Any]) -> Iterator[Record]:
    """One record per price and context tier, and the context window."""
    bands = [(0, entry)]
    bands += [(int(band["range"][0]), band) for band in entry.get("tiered_pricing") or ()]
    for start, band in bands:
        for key, value in band.items():
            found = _KEY.fullmatch(key)
            if found and value and not (found[1].startswith("output") and _reads(entry)):
                yield _cell(found, start, Decimal(value))
    if entry["mode"] == "rerank" and entry.get("input_cost_per_query") and "cohere" in item:
        search = Decimal(entry["input_cost_per_query"])
        priced = {"parameter": "search_unit", "value": f"{search:f}", "unit": "USD/search"}
        yield priced | {"currency": "USD"}
        yield dict(zip(("parameter", "value", "unit", "note"), SEARCHED, strict=True))
    if window := entry.get("max_input_tokens"):
        yield {"parameter": "context_window", "value": str(int(window)), "unit": "tokens"}


def _reads(entry: Mapping[str, Any]) -> bool:
    return entry["mode"] in READ_ONLY


def _cell(found: re.Match[str], start: int, usd_per_token: Decimal) -> Record:
    parameter = _PRICED[found[1]]
    if found[2]:
        parameter = parameter.replace("_5m", "_1h")
    tier = int(found[3]) * 1000 if found[3] else start
    return {
        "parameter": parameter,
        "unit": "USD/Mtok",
        "currency": "USD",
        "context": _CONTEXTS[found[4]],
        "tier_gt": str(tier) if tier else "",
        **token_price(usd_per_token * 1_000_000),
    }


def _prices(records: Iterable[Record]) -> set[tuple[str, ...]]:
    cells = ("parameter", "context", "tier_gt", "value")
    return {tuple(one.get(name, "") for name in cells) for one in records if one.get("currency")}


def _plausible(entry: Mapping[str, Any], records: Sequence[Record]) -> list[Record]:
    """The records of a model that has its prices, in the order that they have to be in; or none.

    Batch prices that are no usual part of the others are left out.
    """
    sets: dict[tuple[str, str], dict[str, Decimal]] = {}
    for one in records:
        if one.get("currency"):
            cell = (one.get("context", ""), one.get("tier_gt", ""))
            sets.setdefault(cell, {})[one["parameter"]] = Decimal(one["value"])
    plain = sets.get(("", ""), {})
    needed = {"input"} if _reads(entry) else {"input", "output"}
    high = _reads(entry) and plain.get("input", LEAST) > MOST_READ
    if "search_unit" not in plain and (high or not needed <= {*plain}):
        return []
    if "search_unit" not in plain and not all(map(_in_order, sets.values())):
        return []
    odd = any(
        context == BATCH and not _batched(prices, sets.get(("", tier), {}))
        for (context, tier), prices in sets.items()
    )
    return [one for one in records if not (odd and one.get("context") == BATCH)]


def _in_order(prices: Mapping[str, Decimal]) -> bool:
    ladder = [prices[name] for name in ("cache_read", "input", "output") if name in prices]
    return ladder == sorted(ladder) and all(LEAST <= one <= MOST for one in prices.values())


def _batched(prices: Mapping[str, Decimal], standard: Mapping[str, Decimal]) -> bool:
    factors = [one / standard[name] for name, one in prices.items() if name in standard]
    return all(any(abs(f - known) <= Decimal("0.005") for known in FACTORS) for f in factors)
