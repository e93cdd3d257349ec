"""Letters that nobody sees are found, emoji keep theirs, and names that look alike are alike."""

import sys
import unicodedata

import pytest

from aicost.values.hidden import hidden, look


@pytest.mark.parametrize(
    "text",
    [
        "Contract search, 2nd (draft)",
        "Ärzte für Śląsk, 契約検索, عقد, अनुबंध",
        "\u2764\ufe0f \u2764\ufe0e 1\ufe0f\u20e3",
        "\U0001f469\u200d\U0001f4bb \U0001f469\U0001f3fd\u200d\u2695\ufe0f \U0001f44d\U0001f3fd",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "\U0001f3f3\ufe0f\u200d\U0001f308 \U0001f1e9\U0001f1ea",
    ],
)
def test_what_people_write_is_seen(text: str) -> None:
    assert hidden(text) == ""


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("a\u200bb", "U+200B (zero width space)"),
        ("\u202e13", "U+202E (right-to-left override)"),
        ("a\u200db", "U+200D (zero width joiner)"),
        ("\U0001f469\u200d", "U+200D"),
        ("a\ufe0f", "U+FE0F"),
        ("soft\u00adly", "U+00AD (soft hyphen)"),
        ("\u3164", "U+3164"),
        ("\u2800", "U+2800"),
        ("a\x1b[1m", "U+001B"),
        ("a\U000e0041", "U+E0041"),
        ("a\tb", "U+0009"),
        ("\ud800", "U+D800"),
        ("\ue000", "U+E000"),
    ],
)
def test_what_nobody_sees_is_named(text: str, point: str) -> None:
    assert hidden(text).startswith(point)


def test_every_letter_of_a_hidden_kind_is_found() -> None:
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp"):
            assert hidden(f"a{chr(code)}b"), hex(code)


def test_names_that_look_alike() -> None:
    assert look("\ufb01x") == look("fix") == look(" fix")
    assert look("a\u00a0b") == look("a b") == look("a  b")
    assert look("e\u0301") == look("\u00e9")
    assert len({look("search"), look("Search"), look("search 2")}) == 3
