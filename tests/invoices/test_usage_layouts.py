"""Which export a file is, and what the words of its lines mean."""

import pytest

from aicost.invoices.usage_layouts import export_layout, export_layouts
from aicost.log.layouts import LogError


@pytest.mark.parametrize(
    ("words", "bucket", "sold"),
    [
        ("gpt-4o-mini-2024-07-18, cached input", "cache_read_tokens", ""),
        ("priority | gpt-5.6-sol, output, long context", "output_tokens", "priority"),
        ("gpt-5.6-sol, input", "input_tokens", ""),
        ("uncached_input_tokens Claude Usage - Input Tokens tokens", "input_tokens", ""),
        ("cache_creation.ephemeral_1h_input_tokens", "cache_write_1h_tokens", ""),
        ("cache_creation.ephemeral_5m_input_tokens", "cache_write_5m_tokens", ""),
        ("cache_read_input_tokens", "cache_read_tokens", ""),
        ("USE1-Claude4.6Sonnet-cache-write-input-token-count", "cache_write_5m_tokens", ""),
        ("USE1-Nova2.0Lite-input-tokens-flex", "input_tokens", "flex"),
        ("Gemini 2.5 Flash Lite Text Output - Batch Predictions", "output_tokens", "batch"),
        ("Gemini 3 Flash Text Input Caching", "cache_read_tokens", ""),
        ("Gemini 3 Flash Text Input Caching Storage", "", ""),
        ("web search tool calls", "", ""),
    ],
)
def test_words_of_a_line(words: str, bucket: str, sold: str) -> None:
    known = export_layouts()
    assert (known.bucket(words), known.sold(words)) == (bucket, sold)


@pytest.mark.parametrize(
    ("unit", "times"), [("1K tokens", 1e3), ("1M Tokens", 1e6), ("count", 1.0), ("hours", None)]
)
def test_units(unit: str, times: float | None) -> None:
    assert export_layouts().times(unit) == times


def test_a_file_of_nobody_is_refused() -> None:
    said = r"x\.csv: no export that is known here; it holds 'a'; export one of these: OpenAI usage"
    with pytest.raises(LogError, match=said):
        export_layout([{"a": 1}], "x.csv")
