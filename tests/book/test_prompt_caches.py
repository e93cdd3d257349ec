"""What providers do with the prompts they keep, as the rows of data/policies.csv say."""

import pytest

from aicost.book.book import Book
from aicost.book.prompt_caches import cache_policy

BOOK = Book.load()


@pytest.mark.parametrize(
    ("model", "minimum", "step", "automatic", "five", "hour"),
    [
        ("anthropic/claude-sonnet-5-5", 512, 1, False, 300, 3_600),
        ("anthropic/claude-haiku-4-5", 4_096, 1, False, 300, 3_600),  # the model's own row
        ("aws/regional.anthropic.claude-sonnet-5-5", 0, 1, False, 300, 3_600),
        ("openai/gpt-5-mini", 1_024, 128, True, 600, 600),  # no choice
        ("azure/eu/gpt-5.5", 1_024, 1, True, 600, 600),
        ("openrouter/openai/gpt-5-mini", 1_024, 128, True, 600, 600),  # its maker's
        ("aws/global.openai.gpt-6-sol", 0, 1, False, 1_800, 1_800),
        ("google/gemini-3.8-flash", 4_096, 1, True, None, None),  # nobody says how long
        ("deepseek/deepseek-flash", 0, 1, True, None, None),
        ("nobody/knows", 0, 1, False, None, None),
        ("", 0, 1, False, None, None),
    ],
)
def test_each_provider_has_its_rules(
    model: str, minimum: float, step: float, automatic: bool, five: float, hour: float
) -> None:
    policy = cache_policy(BOOK, model)
    assert (policy.minimum, policy.step, policy.automatic) == (minimum, step, automatic)
    assert (policy.lifetime_s("5m"), policy.lifetime_s("1h")) == (five, hour)
    assert policy.refreshed


@pytest.mark.parametrize(
    ("model", "lifetime"),
    [("openai/gpt-6-sol", 1_800), ("azure/eu/gpt-6-sol", 1_800), ("aws/anthropic.claude-x", 300)],
)
def test_models_that_bill_writes_may_keep_longer(model: str, lifetime: float) -> None:
    assert cache_policy(BOOK, model, written=True).lifetime_s("5m") == lifetime


def test_a_price_of_writes_says_how_long_where_nobody_else_does() -> None:
    stranger, known = "moonshotai/kimi-k3", "anthropic/claude-sonnet-5-5"
    assert cache_policy(BOOK, stranger).lifetime_s("5m") is None
    assert cache_policy(BOOK, stranger, written=True).lifetime_s("1h") == 3_600
    assert cache_policy(BOOK, known, written=True) == cache_policy(BOOK, known)


@pytest.mark.parametrize(("tokens", "kept"), [(1_023, 0), (1_024, 1_024), (1_200, 1_152)])
def test_a_prompt_is_kept_in_steps_from_the_least_on(tokens: float, kept: float) -> None:
    assert cache_policy(BOOK, "openai/gpt-6-sol").longest(tokens) == kept
