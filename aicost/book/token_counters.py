"""Tokenizers that are installed here, by the names data/tokenizers.csv gives them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from importlib.metadata import version

Counter = Callable[[str], int]

#: What splintr calls the vocabularies that come with it.
_SPLINTR = {
    "o200k": "o200k_base",
    "cl100k": "cl100k_base",
    "llama-3": "llama3",
    "mistral-v1": "mistral_v1",
    "mistral-v3": "mistral_v2",
    "tekken": "mistral_v3",
    "deepseek-v3": "deepseek_v3",
    "qwen-3": "qwen3",
    "glm-4": "glm4",
    "kimi-k2": "kimi_k2",
}
#: The versions that ctok tells apart, and the tokens of the frame it adds to one message.
_CTOK = {"claude-3": ("3.0", 7), "claude-4.7": ("4.8", 6)}


@lru_cache
def counter(tokenizer: str) -> tuple[Counter, str] | None:
    """What counts the tokens of a text, and the package and version it is from.

    Parameters
    ----------
    tokenizer : as data/tokenizers.csv names it. [name]

    Returns
    -------
    Nothing where none is installed. `pip install 'aicost-kit[local]'` installs those there are.
    """
    try:
        if tokenizer in _SPLINTR:
            count = import_module("splintr").Tokenizer.from_pretrained(_SPLINTR[tokenizer])
            return lambda text: len(count.encode_ordinary(text)), _package("splintr-rs")
        if tokenizer in _CTOK:
            count = import_module("ctok").token_count
            family, frame = _CTOK[tokenizer]
            return lambda text: count(text, family) - frame, _package("ctok")
    except ImportError:
        return None
    return None


def known_counters() -> tuple[str, ...]:
    """The tokenizers that a package exists for, installed or not."""
    return (*_SPLINTR, *_CTOK)


def _package(name: str) -> str:
    return f"{name} {version(name)}"
