"""Tokenizers that are installed here count our texts as data/tokenizers.csv says."""

import csv
import sys
from types import ModuleType

import pytest
from places import TESTS

from aicost.book.token_counters import counter, known_counters
from aicost.book.tokenizers import tokenizers
from aicost.paths import data_dir


@pytest.mark.parametrize("name", known_counters())
def test_an_installed_one_counts_as_the_table_says(name: str) -> None:
    found = counter(name)
    if found is None:
        pytest.skip(f"no package for {name} is installed")
    count, package = found
    with (data_dir() / "tokenizers.csv").open(newline="", encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["tokenizer"] == name and r["text"]]
    for path in (TESTS / "data" / "token_samples").iterdir():
        (row,) = [r for r in rows if r["text"] == path.stem]
        text = path.read_text("utf-8")
        if row["source"] == f"counted with {package}":
            assert f"{1000 * count(text) / len(text):.1f}" == row["value"]


def test_all_of_them_stand_in_the_table() -> None:
    assert set(known_counters()) <= set(tokenizers())


def test_none_is_installed_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    counter.cache_clear()
    monkeypatch.setitem(sys.modules, "splintr", None)
    monkeypatch.setitem(sys.modules, "ctok", None)
    assert counter("o200k") is None
    assert counter("claude-3") is None
    assert counter("gemma-3") is None
    counter.cache_clear()


def test_the_frame_of_a_message_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    counter.cache_clear()
    fake = ModuleType("ctok")
    fake.token_count = lambda text, family: len(text.split()) + {"3.0": 7, "4.8": 6}[family]
    monkeypatch.setitem(sys.modules, "ctok", fake)
    monkeypatch.setattr("aicost.book.token_counters.version", lambda name: "1.3.0")
    for name in ("claude-3", "claude-4.7"):
        count, package = counter(name)
        assert (count("three words here"), package) == (3, "ctok 1.3.0")
    counter.cache_clear()
