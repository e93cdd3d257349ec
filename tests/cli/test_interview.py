"""`aicost new`: few questions in plain words."""

import re

import pytest
from answered import BOOK, dialogue

from aicost.cli.interview import UNKNOWN, Question, questions
from aicost.cli.plain_words import KINDS, UNKNOWNS
from aicost.values.spelling import ValueProblem


@pytest.mark.parametrize("kind", KINDS)
def test_at_most_twelve_questions_none_of_tokens(kind: str) -> None:
    answers, heard = dialogue("", str(list(KINDS).index(kind) + 1))
    assert answers["kind"] == kind
    numbers = re.findall(r"^(\d+)\. ", heard, re.MULTILINE)
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    assert 8 <= len(numbers) <= 12
    assert "token" not in heard.lower()
    assert "token" not in " ".join(UNKNOWNS.values())


@pytest.mark.parametrize("kind", KINDS)
def test_examples_are_answers(kind: str) -> None:
    for question in questions(kind, BOOK):
        for example in question.such_as.split(", "):
            assert question.read(example)


def test_enter_at_the_kind_takes_the_most_usual() -> None:
    answers, heard = dialogue("")
    assert answers["kind"] == "rag-chat"
    assert "taken as rag-chat" in heard


def test_wrong_answers_are_explained_and_asked_again() -> None:
    answers, heard = dialogue("", "5", "1", "20,000", "20_000", "-3", "about 50", "many", "9_000")
    assert answers["traffic.users"] == "20_000"
    assert answers["traffic.requests_per_user_month"] == "about 50"
    assert answers["corpus.documents"] == "9_000"
    for words in (
        "'5' is none of them; write 1 to 4",
        "write 20_000",
        "'-3' is",
        "'many' is not a number",
    ):
        assert words in heard


def test_unknown_is_said_to_be_what_is_taken() -> None:
    _, heard = dialogue("rag-chat")
    assert "taken as 10 to 60 until known" in heard
    assert "taken as anthropic/claude-sonnet-5-5 until known" in heard


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("sonnet", "anthropic/claude-sonnet-5-5"),
        ("gpt-6-sol", "openai/gpt-6-sol"),
        ("google/gemini-2.5-pro", "google/gemini-2.5-pro"),
    ],
)
def test_part_of_a_name_finds_the_model(text: str, model: str) -> None:
    read = model_question("rag-chat").read
    assert read(text) == {"model": model}


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("rag-chat", "sonet-5-5", "did you mean"),
        ("rag-chat", "gpt-6", "'gpt-6' may be openai/gpt-6-luna, openai/gpt-6-sol, "),
        ("rag-chat", "text-embedding-3-small", "no model"),
        ("overnight-batch", "deepseek/deepseek-flash", "batch"),
    ],
)
def test_models_that_will_not_do(kind: str, text: str, words: str) -> None:
    with pytest.raises(ValueProblem, match=re.escape(words)):
        model_question(kind).read(text)


def model_question(kind: str) -> Question:
    return next(q for q in questions(kind, BOOK) if q.text.startswith("Which model"))


@pytest.mark.parametrize(
    ("text", "share", "minutes"),
    [
        ("2 % for 5 minutes", "2 %", "5 minutes"),
        ("about 2 %, 3 to 5 min each", "about 2 %", "3 to 5 min"),
        ("1 % to 3 %", "1 % to 3 %", UNKNOWN),
        ("0", "0", UNKNOWN),
    ],
)
def test_people_are_asked_for_once(text: str, share: str, minutes: str) -> None:
    answers, _ = dialogue("document-review", "", "", text)
    assert (answers["people.share"], answers["people.minutes"]) == (share, minutes)
