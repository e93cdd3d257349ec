"""A letter that looks like a Latin one and is none is found in a name, and said."""

import pytest
from cases import written

from aicost.scenario.alphabets import mixed
from aicost.scenario.checks import warnings

HEAD = "kind: rag-chat\ntraffic: {users: 9_000, requests_per_user_month: 50}\n"


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("\u0421ontract search", "U+0421 (cyrillic capital letter es)"),
        ("help d\u0435sk", "U+0435 (cyrillic small letter ie)"),
        ("\u0391zure", "U+0391 (greek capital letter alpha)"),
        ("Contract search \u041c\u043e\u0441\u043a\u0432\u0430, \u03b1-test, 5 \u00b5s", ""),
        ("\u00e9t\u00e9 \u0394t \u5951\u7d04 search", ""),
    ],
)
def test_a_letter_of_another_alphabet_is_found(text: str, letter: str) -> None:
    assert mixed(text) == letter


def said(text: str) -> list[tuple[int, str]]:
    case = written(text)
    found = warnings(case.scenario, case.book)
    return [(one.line, one.key) for one in found if "another alphabet" in one.wrong]


def test_a_name_that_mixes_alphabets_is_said_at_its_line() -> None:
    """It is another name to every program."""
    other = "other: {\u0410pi servers: {per_month: 5}}\n"
    assert said(f"{HEAD}{other}") == [(4, "other.\u0410pi servers.name")]
    assert [key for _, key in said(f"name: Contract s\u0435arch\n{HEAD}")] == ["name"]
    assert said(f"name: \u041f\u043e\u0438\u0441\u043a\n{HEAD}") == []
