"""The names that were probably meant: the likeliest first, quoted, and never a made-up one."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.values.suggest import MOST_LISTED, did_you_mean, instead, nearest

KNOWN = ["model", "top_k", "requests_per_month"]
NAMES = st.text("abc/_-.", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("modle", "model"),
        ("Model", "model"),
        ("MODEL", "model"),
        ("top-k", "top_k"),
        ("requests per month", "requests_per_month"),
        ("requests", "requests_per_month"),
        ("zebra", ""),
        ("", ""),
    ],
)
def test_the_name_that_was_meant(word: str, name: str) -> None:
    assert nearest(word, KNOWN) == ([name] if name else [])
    assert did_you_mean(word, KNOWN) == (f"did you mean '{name}'?" if name else "")
    listed = f"use one of: {', '.join(KNOWN)}"
    assert instead(word, KNOWN) == (f"did you mean '{name}'?" if name else listed)


def test_the_same_in_other_letters_comes_first_then_the_tail_of_a_path() -> None:
    known = ["gpt-5-pro", "openai/gpt-5", "GPT_5", "gpt-55"]
    assert nearest("gpt-5", known, 3) == ["GPT_5", "openai/gpt-5", "gpt-55"]
    assert nearest("gpt-5", known, 9)[-1] == "gpt-5-pro"
    assert did_you_mean("gpt-5", known, 2) == "did you mean 'GPT_5', 'openai/gpt-5'?"


def test_nothing_to_mean() -> None:
    assert nearest("x", []) == nearest("zzzz", ["openai/gpt-5"]) == []
    assert did_you_mean("x", []) == ""
    assert instead("x", []) == "remove it"


def test_a_long_list_is_cut() -> None:
    said = instead("zzzz", [f"name{i}" for i in range(99)])
    assert said.count(",") == MOST_LISTED - 1


@given(NAMES, st.lists(NAMES, max_size=8), st.integers(1, 4))
def test_what_is_named_is_known_and_stands_once(name: str, known: list[str], n: int) -> None:
    found = nearest(name, known, n)
    assert set(found) <= set(known)
    assert len(found) == len(set(found)) <= n
    assert did_you_mean(name, known, n).count("'") == 2 * len(found)
    assert found == nearest(name, known, n + 1)[:n]


@given(st.lists(st.text("abc/", min_size=3, max_size=8), min_size=1, unique=True), st.randoms())
def test_letters_and_what_joins_words_make_no_difference(
    known: list[str], rng: random.Random
) -> None:
    name = rng.choice(known)
    spelled = "".join(rng.choice([c, c.upper()]) for c in name)
    assert nearest(spelled, known) == [name]
