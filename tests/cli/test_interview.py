"""`aicost new`: few questions in plain words."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from answered import BOOK, dialogue
from commands import one_line, run
from offers import offers

from aicost.cli import system
from aicost.cli.interview import Stopped, ask
from aicost.cli.plain_words import KINDS, UNKNOWNS
from aicost.cli.question import Answers, Question
from aicost.cli.questions import questions
from aicost.cli.typed_answers import UNKNOWN
from aicost.values.spelling import ValueProblem


@pytest.mark.parametrize("kind", KINDS)
def test_at_most_eighteen_questions_none_of_tokens(kind: str) -> None:
    answers, heard = dialogue("", str(list(KINDS).index(kind) + 1))
    assert answers["kind"] == kind
    numbers = re.findall(r"^(\d+)\. ", heard, re.MULTILINE)
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    assert 12 <= len(numbers) <= 18
    assert "token" not in heard.lower()
    assert "token" not in " ".join(UNKNOWNS.values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_nineteenth_where_people_look(kind: str) -> None:
    every = questions({"kind": kind, "people.share": "2 %"}, BOOK, kind_is_asked=True)
    assert len([*every]) <= 19


@pytest.mark.parametrize("kind", KINDS)
def test_examples_are_answers(kind: str) -> None:
    for question in questions({"kind": kind, "people.share": "2 %"}, BOOK):
        for example in question.such_as.split("; " if ";" in question.such_as else ", "):
            assert question.read(example) is not None


def test_enter_at_the_kind_takes_the_most_usual() -> None:
    answers, heard = dialogue("")
    assert answers["kind"] == "rag-chat"
    assert "taken as rag-chat" in heard


def test_wrong_answers_are_explained_and_asked_again() -> None:
    answers, heard = dialogue(
        "", "9", "1", "", "20.000", "20,000", "-3", "about 50", "many", "9_000"
    )
    assert answers["traffic.users"] == "20_000"
    assert answers["traffic.requests_per_user_month"] == "about 50"
    assert answers["corpus.documents"] == "9_000"
    for words in (
        "'9' is none of them; write 1, 2, 3 or 4",
        "'20.000' may be 20,000 or 20; write 20_000 or 20",
        "taken as 20_000",
        "'-3' is",
        "'many' is not a number",
    ):
        assert words in heard


def test_unknown_is_said_to_be_what_is_taken() -> None:
    _, heard = dialogue("rag-chat")
    assert "taken as 10 to 60 until known" in heard
    assert "taken as pinecone-standard until known" in heard


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
    return asked(kind, "Which model")


def asked(kind: str, text: str, **answers: str) -> Question:
    known: Answers = {"kind": kind, "people.share": "2 %", **answers}
    return next(q for q in questions(known, BOOK) if q.text.startswith(text))


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
    answers = asked("document-review", "How many of the results").read(text)
    assert (answers["people.share"], answers["people.minutes"]) == (share, minutes)


def test_models_are_suggested_on_the_cloud_that_was_said() -> None:
    question = asked("rag-chat", "Which model", cloud="Azure", residency="")
    with pytest.raises(ValueProblem) as error:
        question.read("gpt-4.1-")
    names = error.value.wrong.partition(" may be ")[2].partition(" and ")[0].split(", ")
    assert names
    assert all(name.startswith("azure/") for name in names)


@pytest.mark.parametrize(
    ("cloud", "place", "text", "model"),
    [
        ("", "", "gpt-5", "openai/gpt-5"),
        ("Azure", "", "gpt-5", "openai/gpt-5"),
        ("Azure", "eu", "gpt-5", "azure/eu/gpt-5"),
        ("AWS", "eu", "claude-sonnet-5-5", "aws/regional.anthropic.claude-sonnet-5-5"),
    ],
)
def test_a_whole_name_is_taken_at_once_where_it_has_to_run(
    cloud: str, place: str, text: str, model: str
) -> None:
    question = asked("rag-chat", "Which model", cloud=cloud, residency=place)
    assert question.read(text) == {"model": model}


def test_a_model_that_may_not_run_there_is_refused_with_who_sells_it_there() -> None:
    question = asked("rag-chat", "Which model", cloud="", residency="eu")
    with pytest.raises(ValueProblem, match=r"write aws/regional\.anthropic\.claude-sonnet-5-5"):
        question.read("sonnet")


@pytest.mark.parametrize(
    ("start", "text", "found"),
    [
        ("In which currency", "euros", {"currency": "EUR"}),
        ("In which currency", "chf", {"currency": "CHF"}),
        ("Which cloud", "Azure, data stays in the EU", {"cloud": "Azure", "residency": "eu"}),
        ("Which cloud", "anywhere", {"cloud": "", "residency": ""}),
        ("Which store", "Azure AI Search", {"store": "azure-ai-search-s1"}),
        ("Which store", "pinecone", {"store": "pinecone-standard"}),
        ("Which store", "none", {"store": "none"}),
        (
            "Does it have",
            "Cohere rerank",
            {"reranking": "a reranker", "traces": "none"},
        ),
        (
            "Who looks",
            "a paralegal at 31 an hour",
            {"people.role": "us/paralegal", "people.wage_per_hour": "31"},
        ),
        ("Who looks", "45 all in", {"people.role": UNKNOWN, "people.rate_per_hour": "45"}),
        (
            "How long may",
            "2 s for the first word, 10 s",
            {"goals.first_word_p95": "2 s", "goals.whole_answer_p95": "10 s"},
        ),
        (
            "By how much",
            "3 % for 2 years",
            {"growth.users_per_month": "3 %", "growth.months": "24"},
        ),
        ("By how much", "15 %", {"growth.users_per_month": "15 %", "growth.months": UNKNOWN}),
        (
            "How many questions",
            "between 5 and 40 a month per user",
            {"traffic.requests_per_user_month": "{p50: 14.1, p95: 40}"},
        ),
        (
            "How many questions",
            "between 5 and 40",
            {"traffic.requests_per_user_month": "5 to 40"},
        ),
        (
            "How long may",
            "8 s, takes 4 to 5 s at nine",
            {
                "goals.first_word_p95": UNKNOWN,
                "goals.whole_answer_p95": "8 s",
                "observed.whole_answer_p50": "4 to 5 s",
                "observed.at": "peak",
            },
        ),
        (
            "How long may",
            "none",
            {"goals.first_word_p95": "none", "goals.whole_answer_p95": "none"},
        ),
        ("What else", "900 and 10 % support", {"other.per_month": "900", "other.support": "10 %"}),
        ("What else", "5 % discount", {"other.per_month": "none", "other.discount": "-5 %"}),
        ("What else", "none", {"other.per_month": "none"}),
        ("What may it cost", "none", {"goals.budget_per_month": "none"}),
        ("What may it cost", "20 k with staff", {"goals.budget_per_month": "20 k"}),
        *(
            (
                "What may it cost",
                said,
                {"goals.budget_per_month": "none", "goals.cloud_budget_per_month": "8_000"},
            )
            for said in ("8,000", "8,000 for cloud", "8,000 cloud alone", "8,000 (without people)")
        ),
        (
            "What may it cost",
            "20,000; 8,000 for the cloud",
            {"goals.budget_per_month": "20_000", "goals.cloud_budget_per_month": "8_000"},
        ),
    ],
)
def test_answers_in_a_clients_words(start: str, text: str, found: Answers) -> None:
    assert asked("rag-chat", start).read(text) == found


@pytest.mark.parametrize(
    ("start", "text", "words"),
    [
        ("In which currency", "shells", "'shells' is no currency; write its code, such as EUR"),
        ("What may it cost", "8 for cloud, 9 for cloud", "has two budgets of one kind; write one"),
        ("Which cloud", "Pluto", "no cloud known here, and no place"),
        ("Which store", "Chroma", "no price of 'Chroma' is known; write one of azure-ai-search-s1"),
        ("Does it have", "a moat", "'a moat' is not known here; write reranker, "),
        (
            "Who looks",
            "an actuary",
            "no wage of 'an actuary' is known; write it, such as 38 an hour",
        ),
        ("How long may", "4 to 5 s", "a promise is one time; write the longest, such as 5 s"),
    ],
)
def test_names_that_will_not_do(start: str, text: str, words: str) -> None:
    with pytest.raises(ValueProblem, match=re.escape(words)):
        asked("rag-chat", start).read(text)


def test_back_asks_the_last_question_again() -> None:
    answers, heard = dialogue("rag-chat", "back", "", "300", "back", "310")
    assert answers["traffic.users"] == "310"
    assert "this is the first question" in heard
    assert heard.count("How many people used it") == 2


@pytest.mark.parametrize("text", ["I don't know", "no idea", "?", "unknown", "not sure"])
def test_not_knowing_is_an_answer_to_every_question(text: str) -> None:
    assert dialogue("agent", *([text] * 5))[0] == dialogue("agent")[0]


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt])
def test_what_was_answered_before_the_end_is_kept(end: type[BaseException]) -> None:
    lines = iter(["EUR", "2,300 employees"])

    def hear() -> str:
        for line in lines:
            return line
        raise end

    with pytest.raises(Stopped) as stop:
        ask("rag-chat", BOOK, hear, lambda _: None)
    whole = {**dialogue("rag-chat")[0], "currency": "EUR", "traffic.users": "2_300"}
    assert stop.value.answers == whole
    assert (stop.value.number, stop.value.by_hand) == (3, end is KeyboardInterrupt)


@pytest.mark.parametrize(
    ("lines", "wrong", "right"),
    [
        (("1", "EUR", "many"), "question 3, How many .*: 'many' is not a number", "900"),
        (
            ("1", "EUR", "900", *[""] * 8, "3 % for 5 minutes", "actuary"),
            "question 13, Who .*: no wage of 'actuary' is known",
            "paralegal",
        ),
    ],
)
def test_a_piped_answer_that_cannot_be_read_writes_nothing(
    tmp_path: Path, lines: tuple[str, ...], wrong: str, right: str
) -> None:
    file = tmp_path / "piped"
    ended = run("new", str(file), text="\n".join((*lines, "8 s")))
    assert ended.exit_code == 2
    assert re.search(wrong, one_line(ended.stderr))
    assert "nothing is written" in one_line(ended.stderr)
    assert not [*tmp_path.iterdir()]
    assert run("new", str(file), text="\n".join((*lines[:-1], right))).exit_code == 0


def test_who_closed_the_input_answers_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system, "sys", SimpleNamespace(stdin=None))
    assert not system._is_typed()
    with pytest.raises(EOFError):
        system._hear()


SAID = [  # section of a question, what is answered, and what is taken
    ("reranking", "no reranker", "none none"),
    ("reranking", "reranker, no record", "a reranker none"),
    ("reranking", "no reranker but a record", "none a record of its calls"),
    ("reranking", "neither reranker nor record", "none none"),
    ("reranking", "we don't log", "none none"),
    ("store", "none", "none"),
    ("cloud", "Azure, EU; azure", "Azure eu"),
    ("other.per_month", "900, 10 % support and 19 % VAT", "900 10 % 19 %"),
    ("other.per_month", "36k per annum", "3 k"),
    ("goals.price_per_user_month", "48 a year", "4"),
    ("goals.budget_per_month", "max 20k", "none 20k"),
    ("goals.budget_per_month", "20k at most", "none 20k"),
    ("goals.budget_per_month", "up to 8,000 for cloud; < 20,000", "20_000 8_000"),
    ("goals.budget_per_month", "240,000 a year", "none 20_000"),
]
REFUSED = [  # and what is wrong with it
    ("cloud", "Azure and AWS", "AWS and Azure are two clouds|Azure and AWS are two clouds"),
    ("cloud", "AWS, EU; Azure, US", "are two clouds"),
    ("cloud", "EU and US", "eu and us are two places"),
    ("people.share", "2 FTE", "is a share|not a number"),
    ("people.share", "2 people for 5 minutes", "is a share|not a number"),
    ("other.per_month", "900 and 300", "has two amounts"),
    ("other.per_month", "900 + 300", "has two amounts"),
    ("other.per_month", "900, 300 and 200", "has two amounts"),
    ("other.per_month", "900 and 10 % support and 300", "has two amounts"),
    ("other.per_month", "3k and 5 % and 10 %", "has two shares"),
    ("other.per_month", "300 per week", "is per 'week'"),
    ("other.per_month", "100 per user", "is per 'user'"),
    ("goals.price_per_user_month", "0.25 per request", "is per 'request'"),
    ("people.role", "paralegal at 300 a day", "is per 'day'"),
    ("traffic.requests_per_user_month", "2 a day", "write 60.9, or 43.5"),
    ("traffic.requests_per_user_month", "10 a week", "for another period"),
]


def question_for(path: str) -> Question:
    every = questions({"kind": "rag-chat", "people.share": "2 %"}, BOOK)
    return next(one for one in every if path in one.read(""))


@pytest.mark.parametrize(("asked", "text", "taken"), SAID)
def test_nothing_said_is_lost(asked: str, text: str, taken: str) -> None:
    question = question_for(asked)
    answers = question.read(text)
    assert " ".join(value for value in answers.values() if value) == taken
    if {*answers.values()} == {"none"}:
        assert question.understood(answers) == "none"


@pytest.mark.parametrize(("asked", "text", "wrong"), REFUSED)
def test_nothing_said_is_taken_for_something_else(asked: str, text: str, wrong: str) -> None:
    with pytest.raises(ValueProblem, match=wrong):
        question_for(asked).read(text)


ODD = ("20,000", "1,250", "sonet", "gpt", "Chroma", "shells", "an actuary", "Pluto", "9", "a moat")
ODD += ("4 to 5 s", "1-4 s", "5.000", "up to 9", "2 a day", "10,5 %", "azure ai", "elastic")


@pytest.mark.parametrize("kind", KINDS)
def test_every_spelling_a_question_offers_is_taken(kind: str) -> None:
    told = 0
    for question in questions({"kind": kind, "people.share": "2 %"}, BOOK):
        for odd in ODD:
            try:
                question.read(odd)
            except ValueProblem as problem:
                for offer in offers(problem.wrong, problem.remedy):
                    if offer == "900 %":  # the most of a field; for how long is told next
                        continue
                    told += 1
                    assert question.read(offer) is not None, (question.text, odd, offer)
    assert told > 60
