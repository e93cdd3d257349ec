"""Looking for items: by words, sellers, what they price and how old that is; cheapest first."""

from datetime import date

import pytest
from typer.testing import CliRunner

from aicost.book.book import Book
from aicost.book.rows import BookError
from aicost.book.search import CAPABILITIES, main_prices, search
from aicost.cli.prices import app

BOOK = Book.load()


@pytest.mark.parametrize(
    ("words", "options", "first"),
    [
        (["haiku 5.5"], {"provider": "anthropic"}, "anthropic/claude-haiku-5-5"),
        (["HAIKU", "5-5"], {"provider": "Anthropic"}, "anthropic/claude-haiku-5-5"),
        (["opus-5-5"], {"provider": "bedrock"}, "aws/claude_platform/claude-opus-5-5"),
        ([], {"provider": "cohere", "capability": "embedding"}, "cohere/embed-v5.0-fast"),
        (["cohere"], {"capability": "rerank"}, "azure/cohere-rerank-v5-fast"),
        (["pinecone-standard"], {}, "pinecone-standard"),
    ],
)
def test_what_is_found_first(words: list[str], options: dict[str, str], first: str) -> None:
    assert search(BOOK, words, **options)[0] == first  # type: ignore[arg-type]


def test_the_cheapest_is_the_first() -> None:
    found = search(BOOK, ["gpt"], capability="batch")
    usd = [main_prices(BOOK.active(item))["input"].value for item in found]
    assert len(usd) > 20
    assert usd == sorted(usd)


@pytest.mark.parametrize(
    ("capability", "one", "other"),
    [
        ("batch", "openai/gpt-6-sol", "cohere/command-a"),
        ("cache", "anthropic/claude-haiku-5-5", "cohere/command-a"),
        ("embedding", "openai/text-embedding-3-small", "voyageai/rerank-3"),
        ("rerank", "voyageai/rerank-3", "voyageai/voyage-4"),
        ("rerank", "cohere/rerank-v3.5", "openai/gpt-6-sol"),
        ("audio", "openai/gpt-audio", "openai/gpt-6-sol"),
        ("vision", "openai/gpt-image-1.5", "openai/gpt-6-sol"),
        ("web_search", "openai/gpt-6-sol", "openai/text-embedding-3-small"),
        ("flex", "openai/gpt-6-sol", "cohere/command-a"),
        ("thinks", "anthropic/claude-haiku-5-5", "openai/gpt-4o"),
    ],
)
def test_a_capability_is_what_rows_show(capability: str, one: str, other: str) -> None:
    found = search(BOOK, capability=capability)
    assert one in found
    assert other not in found


def test_every_capability_is_somewhere() -> None:
    assert all(search(BOOK, capability=capability) for capability in CAPABILITIES)


def test_age() -> None:
    later = BOOK.at(date(2026, 12, 1))
    old = {item: later.age_days(later.active(item)) for item in search(later, ["embed"])}
    found = search(later, ["embed"], older_than=5)
    assert {*found} == {item for item, days in old.items() if days > 5}
    assert 0 < len(found) < len(old)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"provider": "opnai"}, "--provider opnai: nobody is called so; did you mean 'openai'?"),
        ({"capability": "rerankk"}, "no such thing is priced; did you mean 'rerank'?"),
    ],
)
def test_a_slip_is_said(options: dict[str, str], message: str) -> None:
    with pytest.raises(BookError) as told:
        search(BOOK, **options)  # type: ignore[arg-type]
    assert str(told.value).endswith(message)


def run(*words: str) -> tuple[int, list[str]]:
    """Return exit code and lines of `aicost prices search ...`."""
    result = CliRunner().invoke(app, ["search", *words])
    return result.exit_code, result.output.splitlines()


def test_command_line() -> None:
    code, lines = run("haiku", "5.5", "--provider", "anthropic")
    assert code == 0
    assert lines[1].split() == [
        *["input", "output", "cached", "a", "search", "batch", "read", "on", "item"]
    ]
    assert lines[2].split() == [
        *["0.1", "0.5", "0.01", "-", "0.05", "2026-11-23", "anthropic/claude-haiku-5-5"]
    ]
    assert len(lines) == 4
    code, lines = run("pinecone-standard")
    assert (code, lines[1]) == (0, "pinecone-standard")
    assert "storage 0.33 USD/GB-month" in lines[2]
    code, lines = run("no-such-model")
    assert (code, lines[1:]) == (
        1,
        ["nothing found: leave a word out, or see what there is with --provider"],
    )
    assert run() == (
        2,
        ["nothing to look for; write a part of a name, or --provider openai"],
    )
