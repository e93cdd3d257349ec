"""Nothing that is printed hides: each letter of a kind that does stands as its number."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicost.values.visible import visible

HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, formats, surrogates, breaks no editor shows
BLANKS = "\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u180b\ufe00\ufe0f\U000e0100"  # of other kinds


def hides(letter: str) -> bool:
    return letter not in "\t\n" and (unicodedata.category(letter) in HIDDEN or letter in BLANKS)


def test_every_letter_that_hides_is_shown_and_no_letter_that_is_seen() -> None:
    every = [chr(number) for number in range(0x110000)]
    hidden = [letter for letter in every if hides(letter)]
    assert visible("a".join(hidden)) == "a".join(f"[U+{ord(letter):04X}]" for letter in hidden)
    kinds = ("Mn", "Cn")  # of which some hide as well
    seen = [v for v in every if not hides(v) and unicodedata.category(v) not in kinds]
    assert visible("a".join(seen)) == "a".join(seen)


EMOJI = (
    "\U0001f469\u200d\U0001f4bb",  # a woman at a computer
    "\U0001f469\U0001f3fd\u200d\U0001f680",  # with a colour of skin
    "\U0001f3f3\ufe0f\u200d\U0001f308",  # a flag of two signs
    "\u2764\ufe0f",  # a heart, red
    "\u2714\ufe0e",  # a tick, black
    "1\ufe0f\u20e3",  # a key
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # England
)


@pytest.mark.parametrize("emoji", EMOJI)
def test_emoji_stay_whole(emoji: str) -> None:
    assert visible(f"desk {emoji}!") == f"desk {emoji}!"


@pytest.mark.parametrize("text", ["a\u200db", "a\ufe0f", "\u200d👩", "👩\u200d", "x\U000e0067y"])
def test_what_emoji_need_is_shown_where_there_are_none(text: str) -> None:
    assert visible(text) != text
    assert "[U+" in visible(text)


@given(st.text(st.characters(), max_size=40))
def test_what_comes_out_stays_as_it_is(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    assert not set(shown) & set("\x1b\x07\r\u202e\u200b\u2028")
