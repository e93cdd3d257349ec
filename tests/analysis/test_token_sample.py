"""What kind of text a sample is, and its tokens: counted, or estimated with a range."""

import pytest
from places import TESTS

from aicost.analysis.token_sample import content_of, sample_tokens
from aicost.book.tokenizers import rate

TEXTS = {path: path.read_text("utf-8") for path in (TESTS / "data/token_samples").iterdir()}


@pytest.fixture
def without_tokenizers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aicost.analysis.token_sample.counter", lambda name: None)


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.name)
def test_a_kind_of_text_is_seen(path) -> None:
    kind = path.name.partition("_")[0]
    assert content_of(TEXTS[path], path.name) == kind
    if kind != "code" or path.suffix not in (".py", ".sql"):
        assert content_of(TEXTS[path]) == kind


def test_counted_where_a_tokenizer_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def only_one(name: str):
        return (lambda text: len(text.split()), "package 1.0") if name == "o200k" else None

    monkeypatch.setattr("aicost.analysis.token_sample.counter", only_one)
    names = ["openai/gpt-5", "anthropic/claude-sonnet-5", "openai/gpt-6-sol"]
    gpt, claude, later = sample_tokens("five words are in this", names).each
    assert (gpt.tokens, gpt.counted, gpt.how) == (5, True, "counted with package 1.0")
    assert gpt.line == "input_tokens: 5"
    assert not claude.counted
    assert claude.low < claude.tokens < claude.high
    assert claude.how.startswith("estimated: tokens of claude-4.7 per character in english")
    assert "our assumption" in later.how


@pytest.mark.usefixtures("without_tokenizers")
def test_an_estimate_is_the_rate_times_the_length() -> None:
    text = "The tenant pays the rent for the flat. " * 100
    (one,) = sample_tokens(text, ["openai/gpt-5"]).each
    assert one.tokens == pytest.approx(len(text) / 1000 * rate("o200k", "english").value)
    assert one.line == f"input_tokens: {one.low:_.0f} to {one.high:_.0f}"


@pytest.mark.usefixtures("without_tokenizers")
def test_a_model_that_nobody_knows_has_a_wide_range() -> None:
    (one,) = sample_tokens("The tenant pays the rent.", ["x-ai/grok-4.5"]).each
    assert "the tokenizer of x-ai/grok-4.5 is not known: any of" in one.how
    assert one.high > 1.8 * one.low


@pytest.mark.usefixtures("without_tokenizers")
def test_a_sentence_and_a_table() -> None:
    names = ["openai/gpt-5", "anthropic/claude-opus-4-7", "openai/gpt-5"]
    found = sample_tokens("The tenant pays the rent for the flat.", names)
    assert found.sentence == (
        "38 characters, taken as english: anthropic/claude-opus-4-7 makes 1.45 times the tokens "
        "of openai/gpt-5."
    )
    assert [row.cells[0] for row in found.rows().rows] == names[:2]


@pytest.mark.parametrize(
    ("text", "models", "said"),
    [(" \n", ["openai/gpt-5"], "no text in it"), ("text", [], "name a model")],
)
def test_nothing_to_count_is_refused(text: str, models: list[str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        sample_tokens(text, models)
