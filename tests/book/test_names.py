"""Names as people write them: the item that each stands for, or its candidates with prices."""

import re
from datetime import date
from pathlib import Path

import pytest
from genai_prices.data import providers
from genai_prices.data_snapshot import DataSnapshot

from aicost.book.book import Book
from aicost.book.genai_names import read_installed_names
from aicost.book.name_rules import name_rules
from aicost.book.names import Names, candidates, taken
from aicost.book.rates import rates
from aicost.book.rows import BookError

BOOK = Book.load()
STRICT = ("equals", "starts_with")  # tests of a name that are looked up
ITEMS = set(BOOK.items())
THEIRS = DataSnapshot(providers=providers, from_auto_update=False)
MAKER = {id(model): provider.id for provider in providers for model in provider.models}


def of(tmp_path: Path, *rows: str) -> Book:
    """A book with prices of a client's own."""
    file = tmp_path / "own.csv"
    head = "item,parameter,value,unit,currency,source,read_on"
    file.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return Book.load(overlay=file)


@pytest.mark.parametrize(
    ("written", "item"),
    [
        ("openai/gpt-4o", "openai/gpt-4o"),
        ("OpenAI/GPT-4o", "openai/gpt-4o"),
        (" gpt-4o ", "openai/gpt-4o"),
        ("azure/gpt-4o", "openai/gpt-4o"),
        ("openai/gpt-4o-2024-08-06", "openai/gpt-4o"),
        ("anthropic/claude-haiku-4.5", "anthropic/claude-haiku-4-5"),
        ("anthropic/claude-haiku-4-5-20251001", "anthropic/claude-haiku-4-5"),
        ("claude-haiku-4-5@20251001", "google/claude-haiku-4-5"),
        ("vertex_ai/gemini-2.5-flash", "google/gemini-2.5-flash"),
        ("gemini/gemini-2.5-flash", "google/gemini-2.5-flash"),
        ("xai/grok-3", "x-ai/grok-3"),
        ("aws/us.anthropic.claude-opus-5-5", "aws/regional.anthropic.claude-opus-5-5"),
        ("eu.anthropic.claude-opus-5-5", "aws/regional.anthropic.claude-opus-5-5"),
        (
            "jp.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0",
        ),
        ("global.anthropic.claude-opus-4-7", "aws/global.anthropic.claude-opus-4-7-v1:0"),
        (
            "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-opus-5-5",
            "aws/regional.anthropic.claude-opus-5-5",
        ),
        (
            "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-5-5",
            "aws/regional.anthropic.claude-opus-5-5",
        ),
        ("text-embedding-3-small", "openai/text-embedding-3-small"),
        ("azure/eu/gpt-4o", "azure/eu/gpt-4o"),
        ("azure/US/GPT-4o", "azure/us/gpt-4o"),
        ("azure/global/gpt-4o-2024-08-06", "openai/gpt-4o"),
        ("azure/global-standard/gpt-4o-mini", "openai/gpt-4o-mini"),
        ("azure_ai/gpt-5.4-mini", "openai/gpt-5.4-mini"),
        ("azure_ai/claude-opus-5-5", "anthropic/claude-opus-5-5"),
        (
            "bedrock/sa-east-1/meta.llama3-70b-instruct-v1:0",
            "aws/sa-east-1/meta.llama3-70b-instruct-v1:0",
        ),
        ("bedrock/us-east-1/meta.llama3-70b-instruct-v1:0", "aws/meta.llama3-70b-instruct-v1:0"),
        (
            "bedrock/eu-central-1/anthropic.claude-opus-5-5",
            "aws/regional.anthropic.claude-opus-5-5",
        ),
        (
            "arn:aws:bedrock:sa-east-1::foundation-model/meta.llama3-70b-instruct-v1:0",
            "aws/sa-east-1/meta.llama3-70b-instruct-v1:0",
        ),
        (
            "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/amazon.nova-pro-v1:0",
            "aws/us-gov-west-1/amazon.nova-pro-v1:0",
        ),
        ("bedrock/eu.amazon.nova-pro-v1:0", "aws/eu.amazon.nova-pro-v1:0"),
        ("apac.amazon.nova-lite-v1:0", "aws/apac.amazon.nova-lite-v1:0"),
        ("us.amazon.nova-pro-v1:0", "aws/amazon.nova-pro-v1:0"),
        (
            "arn:aws:bedrock:eu-west-3:1:inference-profile/eu.amazon.nova-pro-v1:0",
            "aws/eu.amazon.nova-pro-v1:0",
        ),
        ("us-gov.anthropic.claude-opus-5-5", "aws/us-gov.anthropic.claude-opus-5-5"),
        ("embed-v5.0-pro", "cohere/embed-v5.0-pro"),
        ("cohere/embed-english-v3.0", "cohere/embed-english-v3.0"),
        ("rerank-v5.0-fast", "cohere/rerank-v5.0-fast"),
        ("vertex_ai/text-embedding-005", "google/text-embedding-005"),
        ("deepinfra/qwen/qwq-32b", "deepinfra/Qwen/QwQ-32B"),
        ("snowflake/llama3.1-70b", "snowflake/llama3.1-70b"),
        ("dashscope/qwen3-max", "dashscope/qwen3-max"),
    ],
)
def test_a_name_stands_for_its_item(written: str, item: str) -> None:
    assert item in ITEMS
    assert taken(BOOK, written) == item


@pytest.mark.parametrize(
    "written",
    [
        "azure/apac/gpt-4o",  # a regional deployment: the book has no price of that region
        "azure/eu/gpt-4-turbo",
        "bedrock/me-south-1/meta.llama3-70b-instruct-v1:0",
        "arn:aws:bedrock:me-south-1::foundation-model/meta.llama3-70b-instruct-v1:0",
        "us-gov.anthropic.claude-opus-4-1-20250805-v1:0",
        "bedrock/us-gov-west-1/anthropic.claude-opus-4-1-20250805-v1:0",
        "eu/gpt-4o",  # a place, and nobody who sells there
        "deepinfra/anthropic/claude-opus-5-5",
        "acme/gpt-4o",
        "openai/gpt-7-ultra",
        "anthropic/claude",
        "model",
        "",
        "/",
        "openai/",
        "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/",
    ],
)
def test_a_name_is_not_taken_for_what_it_does_not_say(written: str) -> None:
    with pytest.raises(BookError):
        taken(BOOK, written)


def test_a_suggestion_says_its_price() -> None:
    with pytest.raises(BookError, match=r"did you mean openai/gpt-4o-mini \(0\.15 / 0\.6 USD/Mtok"):
        taken(BOOK, "openai/gpt-4o-minni")
    with pytest.raises(BookError, match=r"did you mean cohere/rerank-v4.0-fast \(\S+ USD/search\)"):
        taken(BOOK, "rerank-v4.0-fas")


def test_several_sellers_are_told_with_their_prices() -> None:
    with pytest.raises(BookError, match="several sell 'qwen/qwen3-32b'; write one of: ") as told:
        taken(BOOK, "qwen/qwen3-32b")
    assert told.value.remedy.count("USD/Mtok") >= 2


def test_a_maker_at_home_and_abroad_has_two_prices() -> None:
    with pytest.raises(BookError, match=r"several sell 'glm-5\.2'; write one of: zhipuai/") as told:
        taken(BOOK, "glm-5.2")
    assert "zai/GLM-5.2 (1.4 / 4.4 USD/Mtok)" in told.value.remedy


def priced(item: str) -> dict[str, float]:
    """What a million tokens cost by the list, none at another place or hour."""
    rows = (r for r in BOOK.active(item) if r.unit == "USD/Mtok" and not (r.context or r.schedule))
    return {row.parameter: row.value for row in rows if not row.tier_gt}


def test_a_bare_name_is_never_another_price_than_its_makers() -> None:
    """Every model of a maker, called by its name alone."""
    makers = ("anthropic", "openai", "google", "mistral", "cohere", "deepseek", "x-ai", "voyageai")
    makers += ("moonshotai", "zai", "minimax", "meta", "jina", "ai21")
    made = [item.split("/") for item in ITEMS if item.startswith(tuple(f"{m}/" for m in makers))]
    held = 0
    for item, name in ((f"{one[0]}/{one[1]}", one[1].lower()) for one in made if len(one) == 2):
        found = candidates(BOOK, name)
        if len(found) == 1:
            made_by = found[0].partition("/")[0] in makers  # Claude stands at Google too
            assert made_by or priced(found[0]) == priced(item), (name, found)
            held += 1
    assert held > 400


def test_a_name_of_the_clients_own_is_the_first(tmp_path: Path) -> None:
    own = of(tmp_path, "azure/gpt-4o,input,2,USD/Mtok,USD,contract,2026-11-01")
    assert taken(own, "azure/gpt-4o") == "azure/gpt-4o"
    assert taken(own, "azure/gpt-4o-mini") == "openai/gpt-4o-mini"


def test_prices_are_those_of_the_item() -> None:
    assert rates(BOOK, "azure/gpt-4o").row("output") == rates(BOOK, "openai/gpt-4o").row("output")


def test_every_name_that_genai_prices_knows_finds_the_same_item() -> None:
    """Compared where the rules of the book are those of the version installed."""
    rules = read_installed_names(date(2026, 11, 26))
    if name_rules().source != rules[0]["source"]:
        pytest.skip(f"{rules[0]['source']} is installed, the book has {name_rules().source}")
    wrong, held = [], 0
    for rule in rules:
        if (rule["says"], rule["how"]) != ("is", "equals"):
            continue
        provider, model = THEIRS.find_provider_model(rule["text"], None, rule["provider"], None)
        item = f"{MAKER[id(model)]}/{model.id}"
        if item not in ITEMS:
            continue
        held += 1
        try:
            found = taken(BOOK, f"{provider.id}/{rule['text']}")
        except BookError:
            found = ""
        wrong += [] if found == item else [(rule["text"], item, found)]
    assert len(wrong) <= 0.01 * held
    assert [row for row in wrong if row[2]] == []


# ---- at another seller's list, with prices of the client's own

HEAD = "item,parameter,value,unit,currency,valid_from,source,read_on,confidence\n"
SAID = "2026-01-01,contract,2026-11-01,checked\n"


@pytest.mark.parametrize(
    ("row", "taken_as", "paid", "batch"),
    [
        ("openai/gpt-4o,input,2,USD/Mtok,USD", "azure/gpt-4o", 2.5, 1.25),
        ("azure/gpt-4o,input,2,USD/Mtok,USD", "azure/gpt-4o", 2.0, 1.25),
        ("azure/gpt-4o,discount,10,%,", "azure/gpt-4o", 2.25, 1.125),
        ("azure/*,discount,10,%,", "azure/gpt-4o", 2.25, 1.125),
        ("openai/*,discount,10,%,", "azure/gpt-4o", 2.5, 1.25),
        ("*,discount,10,%,", "openai/gpt-4o", 2.25, 1.125),
        ("cohere/*,discount,10,%,", "openai/gpt-4o", 2.5, 1.25),
    ],
)
def test_a_client_s_rows_hold_for_the_seller_they_name(
    row: str, taken_as: str, paid: float, batch: float, tmp_path: Path
) -> None:
    (tmp_path / "own.csv").write_text(f"{HEAD}{row},{SAID}", encoding="utf-8")
    book = Book.load(as_of=date(2026, 11, 23), overlay=tmp_path / "own.csv")
    item = taken(book, "azure/gpt-4o")
    assert item == taken_as
    assert book.find(item, "input").value == pytest.approx(paid)
    assert book.find(item, "input", context="processing=batch").value == pytest.approx(batch)


def test_where_another_s_list_may_run_is_said_of_the_seller(tmp_path: Path) -> None:
    row = f"residency/azure/gpt-4o,eu,1.2,times list price,,{SAID}"
    (tmp_path / "own.csv").write_text(HEAD + row, encoding="utf-8")
    book = Book.load(as_of=date(2026, 11, 23), overlay=tmp_path / "own.csv").kept_in("eu")
    assert book.find(taken(book, "azure/gpt-4o"), "input").value == pytest.approx(3.0)


def test_a_slip_in_a_seller_s_rule_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(f"{HEAD}azure/gpt-4oo,discount,10,%,,{SAID}")
    with pytest.raises(BookError, match="nothing that is sold is called 'azure/gpt-4oo'"):
        Book.load(overlay=tmp_path / "own.csv")


def test_what_is_given_away_is_not_billed_as_what_is_sold() -> None:
    book = Book.load()
    for written in ("deepseek-r1:free", "deepseek/deepseek-r1:FREE"):
        with pytest.raises(BookError, match=r"in the book; did you mean .*USD/Mtok"):
            taken(book, written)
    assert taken(book, "openrouter/X-AI/grok-4-1-fast:free").endswith(":free")


def test_sellers_are_those_whose_rules_fit_one_by_one() -> None:
    kit = name_rules().providers
    every = {
        key: [r for rules in one.models.values() for r in rules if r.how in STRICT]
        for key, one in kit.items()
    }
    texts = sorted({rule.text for rules in every.values() for rule in rules})[::40]
    names = Names(kit, BOOK.items())
    for name in (*texts, *(f"{text}-2026" for text in texts), *(text[:-1] for text in texts), "x"):
        one_by_one = {k for k, rules in every.items() if any(r.fits(name) for r in rules)}
        assert names._sellers_of(name) == one_by_one


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("azure/gpt-4o-prod", "openai/gpt-4o (2.5 / 10"),
        ("gpt-4o-2030-01-01", "openai/gpt-4o (2.5 / 10"),
        ("gpt-4o-mini-fast", "openai/gpt-4o-mini (0.15"),
        ("claude-opus-5-5-prod", "anthropic/claude-opus-5-5 (4 / 20"),
        ("claude-4.5-sonnet", r"\w+/claude-sonnet-4-5 \(3 / 15"),
    ],
)
def test_a_name_of_ones_own_is_held_for_the_model_it_begins_with(written: str, first: str) -> None:
    pattern = first if "\\" in first else re.escape(first)
    with pytest.raises(BookError, match=f"did you mean {pattern}"):
        taken(BOOK, written)


def test_names_that_hold_all_words_stand_first_and_those_that_run_where_data_stays() -> None:
    with pytest.raises(BookError) as anywhere:
        taken(BOOK, "haiku 4.5")
    meant = re.findall(r"(\S+) \(", str(anywhere.value))
    assert len(meant) == 4
    assert all("haiku-4-5" in item for item in meant)
    with pytest.raises(BookError) as kept:
        taken(BOOK.kept_in("eu"), "haiku 4.5")
    first = re.findall(r"(\S+) \(", str(kept.value))[:2]
    assert first[0] == "google/claude-haiku-4-5"
    assert first[1].startswith("aws/regional.anthropic.claude-haiku-4-5")
