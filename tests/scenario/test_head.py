"""The head of a file: words on a page that move no figure."""

from pathlib import Path

import pytest
from cases import written

from aicost.scenario.head import Head
from aicost.scenario.head_reader import MOST_LETTERS, odd_logo
from aicost.scenario.load import load
from aicost.scenario.problems import ScenarioError
from aicost.scenario.writer import scenario_text

BODY = """kind: rag-chat
traffic: {users: 500, requests_per_user_month: 20}
"""
HEAD = 'client: "Rossi & Figli: brokers"\nauthor: A. Partner\nlogo: rossi.svg\n'
CONFIRM = "confirm: {users: 'Ms Rossi, 12 December', answer.input_tokens: their engineers}\n"


def read(tmp_path: Path, text: str) -> Head:
    file = tmp_path / "a.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file).head


def test_it_is_read_and_written_again(tmp_path: Path) -> None:
    head = read(tmp_path, HEAD + BODY + CONFIRM)
    who = {"users": "Ms Rossi, 12 December", "answer.input_tokens": "their engineers"}
    assert head == Head("Rossi & Figli: brokers", "A. Partner", "rossi.svg", who)
    assert read(tmp_path, scenario_text(load(tmp_path / "a.yaml"))) == head
    assert read(tmp_path, BODY) == Head()


def test_it_moves_no_figure() -> None:
    assert written(HEAD + BODY + CONFIRM).bill.total == written(BODY).bill.total


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"client: {'x' * (MOST_LETTERS + 1)}\n", ":1: client: 121 letters"),
        ("author: [a, b]\n", ":1: author: a list where one value is due"),
        ("logo: ../secret.png\n", ":1: logo: '../secret.png' is no plain name of a file"),
        ("logo: logo.gif\n", ":1: logo: 'logo.gif' is no PNG, JPEG or SVG"),
        ("confirm: Ms Rossi\n", ":1: confirm: needs inputs"),
        ("confirm: {user: Ms Rossi}\n", ":1: confirm.user: no such field"),
        ("confirm: {tokens: {a: b}}\n", ":1: confirm.tokens: keys where one value is due"),
        ("klient: x\n", ":1: klient: no such key; did you mean 'client'?"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path, text + BODY)
    (line,) = str(caught.value).splitlines()
    assert said in line
    assert line.count("; ") >= 1


@pytest.mark.parametrize("name", ["a/b.png", r"a\b.png", "C:x.png", ".hidden.png", "logo", "x.txt"])
def test_a_logo_is_a_picture_beside_the_file(name: str) -> None:
    assert odd_logo(name)
    assert not odd_logo("Logo 2.PNG")
